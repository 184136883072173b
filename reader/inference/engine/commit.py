"""Adding up what windows say so that the sum does not depend on their order.

Floating-point sums do, in their last bits. So each voxel is given its contributions in one
order, that of the plan, whichever window was computed first. The image is cut along all
edges of windows into cells, in each of which the same windows overlap; what comes too early
for a cell is held until what goes before it there has been added. Only cells at the front of
what is computed wait, so little is held.
"""

from __future__ import annotations

import bisect
import itertools
from collections import deque
from collections.abc import Sequence

import torch

from reader.core.geometry import IndexBox
from reader.inference.engine.windows import WindowPlan

Cell = tuple[int, int, int]


class WindowSum:
    """The weighted sum over windows, (classes, k, j, i) of the padded image.

    `chosen` are the numbers of the windows of the plan that will come, each exactly once.
    """

    def __init__(self, plan: WindowPlan, chosen: Sequence[int], total: torch.Tensor) -> None:
        """`total` is zeros and is added to in place, in its own number format."""
        self._plan = plan
        self._total = total
        self._edges = [
            sorted({edge for window in plan.windows for edge in window[axis]}) for axis in range(3)
        ]
        self._waiting: dict[Cell, deque[int]] = {}
        for number in sorted(chosen):
            for cell in self._cells(plan.windows[number]):
                self._waiting.setdefault(cell, deque()).append(number)
        self._held: dict[Cell, dict[int, torch.Tensor]] = {}
        self.held_bytes = 0
        self.most_held_bytes = 0

    def add(self, number: int, said: torch.Tensor) -> None:
        """Add a window's logits times its weights, (classes, window), which may be kept."""
        window = self._plan.windows[number]
        cells = list(self._cells(window))
        if all(self._waiting[cell][0] == number for cell in cells):
            self._total[_slices(window)] += said
            for cell in cells:
                self._waiting[cell].popleft()
                self._add_held(cell)
            return
        for cell in cells:
            box = self._box(cell)
            block = said[_slices(box, window)]
            if self._waiting[cell][0] == number:
                self._total[_slices(box)] += block
                self._waiting[cell].popleft()
                self._add_held(cell)
            else:
                self._hold(cell, number, block.clone())

    def so_far(self, number: int) -> torch.Tensor:
        """The sum over a window with all that is known there, held or added; a copy."""
        window = self._plan.windows[number]
        known = self._total[_slices(window)].clone()
        for cell in self._cells(window):
            for block in self._held.get(cell, {}).values():
                known[_slices(self._box(cell), window)] += block
        return known

    def _add_held(self, cell: Cell) -> None:
        held = self._held.get(cell)
        waiting = self._waiting[cell]
        while held and waiting and waiting[0] in held:
            block = held.pop(waiting.popleft())
            self._total[_slices(self._box(cell))] += block
            self.held_bytes -= block.nbytes
        if held is not None and not held:
            del self._held[cell]

    def _hold(self, cell: Cell, number: int, block: torch.Tensor) -> None:
        self._held.setdefault(cell, {})[number] = block
        self.held_bytes += block.nbytes
        self.most_held_bytes = max(self.most_held_bytes, self.held_bytes)

    def _cells(self, window: IndexBox) -> itertools.product[Cell]:
        """The cells that a window consists of."""
        ranges = (
            range(bisect.bisect_left(edges, start), bisect.bisect_left(edges, stop))
            for edges, (start, stop) in zip(self._edges, window, strict=True)
        )
        return itertools.product(*ranges)  # type: ignore[return-value]

    def _box(self, cell: Cell) -> IndexBox:
        k, j, i = ((edges[n], edges[n + 1]) for edges, n in zip(self._edges, cell, strict=True))
        return k, j, i


def _slices(box: IndexBox, within: IndexBox | None = None) -> tuple[slice, ...]:
    """All classes of a box, counted from the start of `within`."""
    offsets = (0, 0, 0) if within is None else tuple(start for start, _ in within)
    return (
        slice(None),
        *(slice(a - off, b - off) for (a, b), off in zip(box, offsets, strict=True)),
    )

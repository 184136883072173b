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
from collections.abc import Iterator, Mapping

import torch

from reader.core.geometry import IndexBox

Cell = tuple[int, int, int]


class WindowSum:
    """The weighted sum over windows, (classes, k, j, i)."""

    def __init__(self, boxes: Mapping[int, IndexBox], total: torch.Tensor) -> None:
        """`boxes` are the parts of `total` that will come, by number, each exactly once.

        `total` is zeros and is added to in place, in its own number format.
        """
        self._boxes = boxes
        self._total = total
        self._edges = [
            sorted({edge for box in boxes.values() for edge in box[axis]}) for axis in range(3)
        ]
        self._waiting: dict[Cell, deque[int]] = {}
        for number in sorted(boxes):
            for cell in self._cells(boxes[number]):
                self._waiting.setdefault(cell, deque()).append(number)
        self._held: dict[Cell, dict[int, torch.Tensor]] = {}
        self.held_bytes = 0
        self.most_held_bytes = 0

    def add(self, number: int, said: torch.Tensor) -> None:
        """Add a window's logits times its weights, of its box's shape. Keeps no reference."""
        whole = self._boxes[number]
        cells = list(self._cells(whole))
        if all(self._waiting[cell][0] == number for cell in cells):
            self._total[_slices(whole)] += said
            for cell in cells:
                self._waiting[cell].popleft()
                self._add_held(cell)
            return
        for cell in cells:
            box = self._box(cell)
            block = said[_slices(box, whole)]
            if self._waiting[cell][0] == number:
                self._total[_slices(box)] += block
                self._waiting[cell].popleft()
                self._add_held(cell)
            else:
                self._hold(cell, number, block.clone())

    def so_far(self, number: int) -> torch.Tensor:
        """The sum over a window's box with all that is known there, held or added; a copy."""
        whole = self._boxes[number]
        known = self._total[_slices(whole)].clone()
        for cell in self._cells(whole):
            for block in self._held.get(cell, {}).values():
                known[_slices(self._box(cell), whole)] += block
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

    def _cells(self, box: IndexBox) -> Iterator[Cell]:
        """The cells that a box consists of."""
        k, j, i = (
            range(bisect.bisect_left(edges, start), bisect.bisect_left(edges, stop))
            for edges, (start, stop) in zip(self._edges, box, strict=True)
        )
        return itertools.product(k, j, i)

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

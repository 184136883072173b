"""Slices across an array's fastest axis, cut out together with their neighbours.

In a volume stored slice by slice every voxel of a sagittal slice lies in a cache line of
its own, so cutting one costs as much as cutting all that share those lines. A block of
neighbours is cut in one pass, off the interface's thread, and kept while one scrolls
through it. So a sagittal slice costs what an axial one does, without a second copy of
the volume. The slices cut last are kept besides: while their window is dragged, gathering
them anew from all over the volume would take as long as windowing them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from weakref import ref

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import IndexBox
from reader.core.orientation import PlaneAxes
from reader.imaging.slicing import extract_slice

Scalar = TypeVar("Scalar", bound=np.generic)

_FASTEST: Final = 2
_CACHE_LINE_BYTES: Final = 64
_BLOCK_BYTES: Final = 16 << 20
_BUDGET_BYTES: Final = 64 << 20
_LEAST_ROWS: Final = 64 * 1024
"""Slices of fewer pixels are cut at once in less than a tenth of a millisecond."""
_LAST_CUT: Final = 8
"""So many slices are kept as they were cut: of three viewports and what lies over them."""
_SAME_SIZE: Final = {1: np.uint8, 2: np.uint16, 4: np.int32}


@dataclass(slots=True)
class _Block:
    """Slices `first` and on, as (slice, row, column); `of` is the array they are from."""

    of: ref[NDArray[Any]]
    first: int
    slices: NDArray[Any]


class SliceBlocks:
    """Blocks of slices, the ones used last kept up to a limit of memory. For any thread."""

    def __init__(self, budget_bytes: int = _BUDGET_BYTES) -> None:
        self._budget = budget_bytes
        self._blocks: OrderedDict[tuple[int, int], _Block] = OrderedDict()
        self._last: OrderedDict[Hashable, tuple[ref[NDArray[Any]], NDArray[Any]]] = OrderedDict()
        self._changes = 0
        self._lock = threading.Lock()

    def cut(self, array_kji: NDArray[Scalar], axes: PlaneAxes, index: int) -> NDArray[Scalar]:
        """What `extract_slice` gives, out of a block where there is one. Do not write to it."""
        if axes.slice_axis == _FASTEST and self._blocks:
            block = self._found(array_kji, index)
            if block is not None:
                return extract_slice(block.slices.transpose(1, 2, 0), axes, index - block.first)
        view = extract_slice(array_kji, axes, index)
        is_whole = view.flags.c_contiguous or view.T.flags.c_contiguous
        if is_whole or view.ndim != _FASTEST or view.size < _LEAST_ROWS:
            return view
        return self._gathered(array_kji, (id(array_kji), axes, index), view)

    def is_ready(self, array_kji: NDArray[Any], axes: PlaneAxes, index: int) -> bool:
        """Whether a slice costs no more than the others do, with a block or without one."""
        return not _is_worth_it(array_kji, axes) or self._found(array_kji, index) is not None

    def load(self, array_kji: NDArray[Any], axes: PlaneAxes, index: int) -> None:
        """Cut the block that a slice lies in, unless it is there. Takes some milliseconds."""
        if self.is_ready(array_kji, axes, index):
            return
        started_at = self._changes
        width = _width(array_kji)
        first = index // width * width
        slices = _cut_block(array_kji, first, min(array_kji.shape[_FASTEST], first + width))
        with self._lock:
            if self._changes != started_at:
                return
            key = id(array_kji), first
            self._blocks[key] = _Block(ref(array_kji), first, slices)
            self._trim()

    def voxels_changed(self, region: IndexBox) -> None:
        """Copy a region anew out of the arrays, one of which changed there in place."""
        with self._lock:
            self._changes += 1
            self._last.clear()
            for block in self._blocks.values():
                array = block.of()
                if array is not None:
                    _refresh(block, array, region)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._changes += 1
            self._last.clear()
            self._blocks.clear()

    def _found(self, array_kji: NDArray[Any], index: int) -> _Block | None:
        width = _width(array_kji)
        with self._lock:
            key = id(array_kji), index // width * width
            block = self._blocks.get(key)
            if block is None or block.of() is not array_kji:
                return None
            self._blocks.move_to_end(key)
            return block

    def _gathered(
        self, array_kji: NDArray[Scalar], key: Hashable, view: NDArray[Scalar]
    ) -> NDArray[Scalar]:
        """A slice in one piece: the one cut last, or a copy that is kept."""
        with self._lock:
            of, kept = self._last.get(key, (None, view))
            if of is not None and of() is array_kji:
                self._last.move_to_end(key)
                return kept
            started_at = self._changes
        made = np.array(view, order="K")
        with self._lock:
            if self._changes == started_at:
                self._last[key] = ref(array_kji), made
                while len(self._last) > _LAST_CUT:
                    self._last.popitem(last=False)
        return made

    def _trim(self) -> None:
        for key in [k for k, block in self._blocks.items() if block.of() is None]:
            del self._blocks[key]
        while len(self._blocks) > 1 and self._size() > self._budget:
            self._blocks.popitem(last=False)

    def _size(self) -> int:
        return sum(block.slices.nbytes for block in self._blocks.values())


def _is_worth_it(array_kji: NDArray[Any], axes: PlaneAxes) -> bool:
    return (
        axes.slice_axis == _FASTEST
        and array_kji.ndim == _FASTEST + 1
        and array_kji.itemsize in _SAME_SIZE
        and array_kji.strides[_FASTEST] == array_kji.itemsize
        and array_kji.shape[0] * array_kji.shape[1] >= _LEAST_ROWS
    )


def _width(array_kji: NDArray[Any]) -> int:
    """How many slices a block has: what shares a cache line, or fewer of very large ones."""
    width = max(1, _CACHE_LINE_BYTES // array_kji.itemsize)
    slice_bytes = array_kji.shape[0] * array_kji.shape[1] * array_kji.itemsize
    while width > 4 and width * slice_bytes > _BLOCK_BYTES:
        width //= 2
    return width


def _cut_block(array_kji: NDArray[Any], first: int, end: int) -> NDArray[Any]:
    rows, columns = array_kji.shape[:2]
    slices = np.empty((end - first, rows, columns), dtype=array_kji.dtype)
    kind = _SAME_SIZE[array_kji.itemsize]
    source, target = array_kji.view(kind), slices.view(kind)
    for k in range(rows):
        # OpenCV lets the interpreter go and transposes several times faster than numpy.
        target[:, k] = cv2.transpose(source[k, :, first:end])
    return slices


def _refresh(block: _Block, array_kji: NDArray[Any], region: IndexBox) -> None:
    (k0, k1), (j0, j1), (i0, i1) = region
    low, high = max(i0, block.first), min(i1, block.first + len(block.slices))
    if low < high and k0 < array_kji.shape[0] and j0 < array_kji.shape[1]:
        changed = array_kji[k0:k1, j0:j1, low:high]
        block.slices[low - block.first : high - block.first, k0:k1, j0:j1] = changed.transpose(
            2, 0, 1
        )

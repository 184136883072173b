"""From the network's logits to labels on the array that was prepared.

nnU-Net brings every class's logits to the full size in half precision and then takes the
highest: gigabytes for a hundred classes. Here a voxel is only computed where its neighbours
on the network's grid leave open which class wins, and only for the classes that can.
Interpolated values lie between their neighbours', and rounding keeps order, so the labels
are the same.

Source: nnunetv2 2.8.1, inference/export_prediction.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray
from reader.inference.adapters.nnunet.plans import Heads, Plans, Resampling
from reader.inference.adapters.nnunet.preprocess import Prepared
from reader.inference.adapters.nnunet.resample import (
    Shape,
    Taps,
    separate_axis,
    splined,
    taps,
    torch_resampled,
)

Logits = NDArray[np.float16]
Labels = NDArray[np.uint16]
_Kind = TypeVar("_Kind", np.bool_, np.uint16)


def labels_of(
    logits: Logits, prepared: Prepared, plans: Plans, check: Callable[[], None], workers: int = 1
) -> Labels:
    """Labels (z, y, x) of the whole array that was prepared.

    `check` is called at every slab, in one of the `workers` threads, and may raise.
    """
    inside = _resampled_labels(logits, prepared, plans, check, workers)
    turned = np.zeros(prepared.shape, np.uint16)
    turned[tuple(slice(*bounds) for bounds in prepared.box)] = inside
    return np.ascontiguousarray(turned.transpose(np.argsort(plans.transpose)))


def _resampled_labels(
    logits: Logits, prepared: Prepared, plans: Plans, check: Callable[[], None], workers: int
) -> Labels:
    shape, rule = prepared.kept, plans.logits
    if logits.shape[1:] == shape or rule.kind == "none":
        return decided(iter(logits), plans.heads)
    apart = separate_axis(rule, prepared.target, prepared.spacing)
    if rule.kind == "spline" and rule.order == 1 and rule.order_apart in (0, 1):
        axes = [taps(n, wanted, 1) for n, wanted in zip(logits.shape[1:], shape, strict=True)]
        if apart is not None:
            axes[apart] = taps(logits.shape[1 + apart], shape[apart], rule.order_apart)
        return _interpolated_labels(
            logits, [_pair(axis) for axis in axes], plans.heads, check, workers
        )
    return decided(_one_by_one(logits, shape, rule, apart, check), plans.heads)


def _one_by_one(
    logits: Logits, shape: Shape, rule: Resampling, apart: int | None, check: Callable[[], None]
) -> Iterator[NDArray[np.floating]]:
    """Each class's logits at full size, as nnU-Net rounds them."""
    for one in logits:
        check()
        if rule.kind == "torch":
            yield torch_resampled(one[None], shape, apart)[0]
        else:
            yield splined(one.astype(np.float64), shape, rule, apart).astype(np.float16)


def decided(classes: Iterator[NDArray[np.floating]], heads: Heads) -> Labels:
    """Labels from logits that are already where they should be."""
    first = next(classes).astype(np.float32)
    if heads.regions:
        labels = np.zeros(first.shape, np.uint16)
        labels[first > _least_region_logit()] = heads.values[0]
        for value, one in zip(heads.values[1:], classes, strict=True):
            labels[one > _least_region_logit()] = value
        return labels
    labels = np.zeros(first.shape, np.uint16)
    for value, one in enumerate(classes, start=1):
        higher = one > first
        np.copyto(first, one, where=higher)
        labels[higher] = value
    return labels


@cache
def _least_region_logit() -> np.float32:
    """The highest logit whose sigmoid PyTorch still says to be one half in float32."""
    import torch

    candidates = torch.arange(1, 1 << 10, dtype=torch.int16).view(torch.float16).float()
    above = torch.sigmoid(candidates) > 0.5
    return np.float32(candidates[int(above.int().argmax()) - 1].item())


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """Linear sampling of one axis: between voxel `low` and the next, `part` of the way."""

    low: NDArray[np.intp]
    high: NDArray[np.intp]
    weights: FloatArray


def _pair(axis: Taps) -> _Pair:
    if len(axis.index) == 1:
        still = np.stack([axis.weights[0], np.zeros_like(axis.weights[0])])
        return _Pair(axis.index[0], axis.index[0], still)
    return _Pair(axis.index[0], axis.index[1], axis.weights)


def _interpolated_labels(
    logits: Logits, axes: list[_Pair], heads: Heads, check: Callable[[], None], workers: int
) -> Labels:
    """Slab by slab along the first axis: one slab is what lies between two coarse planes."""
    out = np.zeros(tuple(len(axis.low) for axis in axes), np.uint16)
    plane = _Plane.of(axes[1], axes[2], logits.shape[3])

    def fill(run: tuple[int, int]) -> None:
        check()
        start, stop = run
        neighbours = [axes[0].low[start], axes[0].high[start]]
        slab = _Slab(
            logits[:, neighbours].astype(np.float32), axes[0].weights[:, start:stop], plane
        )
        out[start:stop] = slab.regions(heads) if heads.regions else slab.highest()

    with ThreadPoolExecutor(max(1, workers)) as pool:
        for _ in pool.map(fill, _runs(axes[0].low, axes[0].high)):
            pass
    return out


def _runs(low: NDArray[np.intp], high: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """Where neighbouring output planes lie between the same two input planes."""
    changes = np.flatnonzero((np.diff(low) != 0) | (np.diff(high) != 0)) + 1
    bounds = [0, *changes.tolist(), len(low)]
    yield from pairwise(bounds)


@dataclass(frozen=True, slots=True, eq=False)
class _Plane:
    """How every output plane lies on the coarse ones, whose rows are `width` long.

    A cell is what lies between two coarse rows and two coarse columns that follow each
    other in the output; `row_cells` and `column_cells` say in which one an output voxel is.
    """

    j: _Pair
    i: _Pair
    width: int
    row_cells: NDArray[np.intp]
    column_cells: NDArray[np.intp]

    @classmethod
    def of(cls, j: _Pair, i: _Pair, width: int) -> _Plane:
        """From the sampling of rows and columns."""
        rows, columns = (np.r_[0, np.cumsum(_changes(axis))] for axis in (j, i))
        return cls(j, i, width, rows, columns)

    def spread(self, cells: NDArray[_Kind]) -> NDArray[_Kind]:
        """Values per cell at every output voxel of a plane."""
        return np.asarray(cells[self.row_cells][:, self.column_cells])

    def places(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> _Places:
        """Some output voxels with their neighbours in the coarse planes."""
        low, high = self.j.low[rows] * self.width, self.j.high[rows] * self.width
        left, right = self.i.low[columns], self.i.high[columns]
        return _Places(
            index=(low + left, low + right, high + left, high + right),
            rows=self.j.weights[:, rows],
            columns=self.i.weights[:, columns],
        )


class _Slab:
    """Output planes between two coarse planes (classes, 2, j, i) of logits."""

    def __init__(self, planes: NDArray[np.float32], weights_k: FloatArray, plane: _Plane) -> None:
        self._planes = planes
        self._k, self._plane = weights_k, plane
        self._shape = (
            weights_k.shape[1], len(plane.row_cells), len(plane.column_cells)
        )  # fmt: skip

    def highest(self) -> Labels:
        """The class whose rounded logit is highest, the first of equals.

        Cells in which one class can win take it; in the others the voxels are computed.
        """
        least, most = self._extremes()
        in_play = most >= least.max(axis=0)
        labels = np.empty(self._shape, np.uint16)
        labels[:] = self._plane.spread(in_play.argmax(axis=0).astype(np.uint16))
        contested = in_play.sum(axis=0, dtype=np.int32) > 1
        rows, columns = np.nonzero(self._plane.spread(contested))
        if len(rows):
            labels[:, rows, columns] = self._winners(in_play, rows, columns)
        return labels

    def regions(self, heads: Heads) -> Labels:
        """Every region's value where its rounded logit is high enough, in order."""
        least, most = self._extremes()
        labels = np.zeros(self._shape, np.uint16)
        for number, value in enumerate(heads.values):
            above = least[number] > _least_region_logit()
            inside = np.broadcast_to(self._plane.spread(above), self._shape).copy()
            undecided = (most[number] > _least_region_logit()) & ~above
            rows, columns = np.nonzero(self._plane.spread(undecided))
            if len(rows):
                values = self._logits(number, self._plane.places(rows, columns))
                inside[:, rows, columns] = values > _least_region_logit()
            labels[inside] = value
        return labels

    def _extremes(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Per class and cell the lowest and highest of the eight neighbours."""
        found = []
        (top, bottom), (left, right) = _cells(self._plane.j), _cells(self._plane.i)
        for pick in (np.minimum, np.maximum):
            flat = pick(self._planes[:, 0], self._planes[:, 1])
            flat = pick(flat[:, top], flat[:, bottom])
            found.append(pick(flat[:, :, left], flat[:, :, right]))
        return found[0], found[1]

    def _winners(
        self, in_play: NDArray[np.bool_], rows: NDArray[np.intp], columns: NDArray[np.intp]
    ) -> Labels:
        places = self._plane.places(rows, columns)
        cells = self._plane.row_cells[rows] * in_play.shape[2] + self._plane.column_cells[columns]
        best = np.full((self._shape[0], len(rows)), -np.inf, np.float32)
        winner = np.zeros(best.shape, np.uint16)
        for number in np.flatnonzero(in_play.any(axis=(1, 2))):
            playing = np.flatnonzero(in_play[number].ravel()[cells])
            everywhere = len(playing) == len(rows)
            values = self._logits(int(number), places if everywhere else places.some(playing))
            higher = values > best[:, playing]
            best[:, playing] = np.where(higher, values, best[:, playing])
            winner[:, playing] = np.where(higher, np.uint16(number), winner[:, playing])
        return winner

    def _logits(self, number: int, places: _Places) -> NDArray[np.float32]:
        """Rounded logits (output planes, places): scipy's order of products and sums, float64."""
        total: FloatArray | None = None
        for k, plane in enumerate(self._planes[number]):
            flat = plane.ravel().astype(np.float64)
            for corner, index in enumerate(places.index):
                part = flat[index] * self._k[k][:, None]
                part *= places.rows[corner // 2]
                part *= places.columns[corner % 2]
                total = part if total is None else np.add(total, part, out=total)
        assert total is not None
        return total.astype(np.float16).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Voxels of a plane: their four neighbours' flat indices and the weights by row and column."""

    index: tuple[NDArray[np.intp], ...]
    rows: FloatArray
    columns: FloatArray

    def some(self, chosen: NDArray[np.intp]) -> _Places:
        """A choice of them."""
        index = tuple(one[chosen] for one in self.index)
        return _Places(index, self.rows[:, chosen], self.columns[:, chosen])


def _cells(axis: _Pair) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The distinct neighbour pairs of one axis, in order."""
    first = np.flatnonzero(np.r_[True, _changes(axis)])
    return axis.low[first], axis.high[first]


def _changes(axis: _Pair) -> NDArray[np.bool_]:
    """Between which neighbouring output voxels the pair of input voxels changes."""
    return np.asarray((np.diff(axis.low) != 0) | (np.diff(axis.high) != 0))

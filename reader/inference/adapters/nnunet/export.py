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
    logits: Logits, prepared: Prepared, plans: Plans, check: Callable[[], None]
) -> Labels:
    """Labels (z, y, x) of the whole array that was prepared; `check` is called at every slab."""
    inside = _resampled_labels(logits, prepared, plans, check)
    turned = np.zeros(prepared.shape, np.uint16)
    turned[tuple(slice(*bounds) for bounds in prepared.box)] = inside
    return np.ascontiguousarray(turned.transpose(np.argsort(plans.transpose)))


def _resampled_labels(
    logits: Logits, prepared: Prepared, plans: Plans, check: Callable[[], None]
) -> Labels:
    shape, rule = prepared.kept, plans.logits
    if logits.shape[1:] == shape or rule.kind == "none":
        return decided(iter(logits), plans.heads)
    apart = separate_axis(rule, prepared.target, prepared.spacing)
    if rule.kind == "spline" and rule.order == 1 and rule.order_apart in (0, 1):
        axes = [taps(n, wanted, 1) for n, wanted in zip(logits.shape[1:], shape, strict=True)]
        if apart is not None:
            axes[apart] = taps(logits.shape[1 + apart], shape[apart], rule.order_apart)
        return _interpolated_labels(logits, [_pair(axis) for axis in axes], plans.heads, check)
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
    logits: Logits, axes: list[_Pair], heads: Heads, check: Callable[[], None]
) -> Labels:
    """Slab by slab along the first axis: one slab is what lies between two coarse planes."""
    out = np.zeros(tuple(len(axis.low) for axis in axes), np.uint16)
    for start, stop in _runs(axes[0].low, axes[0].high):
        check()
        low, high = axes[0].low[start], axes[0].high[start]
        planes = logits[:, [low, high]].astype(np.float32)
        slab = _Slab(planes, axes[0].weights[:, start:stop], axes[1], axes[2])
        out[start:stop] = slab.regions(heads) if heads.regions else slab.highest()
    return out


def _runs(low: NDArray[np.intp], high: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """Where neighbouring output planes lie between the same two input planes."""
    changes = np.flatnonzero((np.diff(low) != 0) | (np.diff(high) != 0)) + 1
    bounds = [0, *changes.tolist(), len(low)]
    yield from pairwise(bounds)


class _Slab:
    """Output planes between two planes (classes, 2, j, i) of logits."""

    def __init__(
        self, planes: NDArray[np.float32], weights_k: FloatArray, j: _Pair, i: _Pair
    ) -> None:
        self._planes = planes
        self._k, self._j, self._i = weights_k, j, i
        self._shape = (weights_k.shape[1], len(j.low), len(i.low))

    def highest(self) -> Labels:
        """The class whose rounded logit is highest, the first of equals."""
        least, most = self._extremes()
        in_play = most >= least.max(axis=0)
        return self._spread_and_settle(in_play)

    def regions(self, heads: Heads) -> Labels:
        """Every region's value where its rounded logit is high enough, in order."""
        least, most = self._extremes()
        labels = np.zeros(self._shape, np.uint16)
        for value, low, high, plane in zip(heads.values, least, most, self._planes, strict=True):
            above = self._at_cells(low > _least_region_logit())
            open_cells = (high > _least_region_logit()) & ~(low > _least_region_logit())
            inside = np.broadcast_to(above, self._shape).copy()
            if open_cells.any():
                places = np.nonzero(np.broadcast_to(self._at_cells(open_cells), self._shape))
                inside[places] = self._values(plane, places) > _least_region_logit()
            labels[inside] = value
        return labels

    def _extremes(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Per class and cell the lowest and highest of the eight neighbours."""
        found = []
        for pick in (np.minimum, np.maximum):
            flat = pick(self._planes[:, 0], self._planes[:, 1])
            flat = pick(flat[:, self._cells(self._j)[0]], flat[:, self._cells(self._j)[1]])
            found.append(
                pick(flat[:, :, self._cells(self._i)[0]], flat[:, :, self._cells(self._i)[1]])
            )
        return found[0], found[1]

    @staticmethod
    def _cells(axis: _Pair) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The distinct neighbour pairs of one axis, in order."""
        first = np.flatnonzero(np.r_[True, _changes(axis)])
        return axis.low[first], axis.high[first]

    def _at_cells(self, cells: NDArray[_Kind]) -> NDArray[_Kind]:
        """Values per cell (j, i) at every output voxel of a plane."""
        rows = np.r_[0, np.cumsum(_changes(self._j))]
        columns = np.r_[0, np.cumsum(_changes(self._i))]
        return np.asarray(cells[np.ix_(rows, columns)])

    def _spread_and_settle(self, in_play: NDArray[np.bool_]) -> Labels:
        """Cells with one class in play take it; in the others the voxels are computed."""
        labels = np.empty(self._shape, np.uint16)
        only = in_play.argmax(axis=0).astype(np.uint16)
        labels[:] = self._at_cells(only)
        contested = self._at_cells(in_play.sum(axis=0, dtype=np.int32) > 1)
        rows, columns = np.nonzero(contested)
        if not len(rows):
            return labels
        count = self._shape[0]
        best = np.full((count, len(rows)), -np.inf)
        winner = np.zeros((count, len(rows)), np.uint16)
        for number in np.flatnonzero(in_play.any(axis=(1, 2))):
            playing = np.flatnonzero(self._at_cells(in_play[number])[rows, columns])
            values = self._columns(self._planes[number], rows[playing], columns[playing])
            higher = values > best[:, playing]
            best[:, playing] = np.where(higher, values, best[:, playing])
            winner[:, playing] = np.where(higher, np.uint16(number), winner[:, playing])
        labels[:, rows, columns] = winner
        return labels

    def _columns(
        self, plane: NDArray[np.float32], rows: NDArray[np.intp], columns: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        """Rounded logits (output planes, places) of one class."""
        k = self._k[:, :, None]
        return self._sum(plane, k, rows, columns)

    def _values(
        self, plane: NDArray[np.float32], places: tuple[NDArray[np.intp], ...]
    ) -> NDArray[np.float32]:
        return self._sum(plane, self._k[:, places[0]], places[1], places[2])

    def _sum(
        self,
        plane: NDArray[np.float32],
        weights_k: FloatArray,
        rows: NDArray[np.intp],
        columns: NDArray[np.intp],
    ) -> NDArray[np.float32]:
        """Eight neighbours in scipy's order of multiplying and adding, in float64."""
        total: FloatArray | None = None
        for k in (0, 1):
            for b, at_j in enumerate((self._j.low, self._j.high)):
                for c, at_i in enumerate((self._i.low, self._i.high)):
                    near = plane[k][at_j[rows], at_i[columns]].astype(np.float64)
                    part = near * weights_k[k]
                    part *= self._j.weights[b][rows]
                    part *= self._i.weights[c][columns]
                    total = part if total is None else np.add(total, part, out=total)
        assert total is not None
        return total.astype(np.float16).astype(np.float32)


def _changes(axis: _Pair) -> NDArray[np.bool_]:
    """Between which neighbouring output voxels the pair of input voxels changes."""
    return np.asarray((np.diff(axis.low) != 0) | (np.diff(axis.high) != 0))

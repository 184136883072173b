"""nnU-Net's resampling, axis by axis: the same values, without its detours.

nnU-Net calls `skimage.transform.resize`, which is `scipy.ndimage.zoom` on the voxels' edges
and a clip. A spline is separable, so here each axis is filtered and sampled by itself, in
float64 like there.

Source: nnunetv2 2.8.1, preprocessing/resampling; scikit-image 0.25, transform/_warps.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray
from reader.inference.adapters.nnunet.plans import Resampling

_MARGIN: Final = 12
"""Voxels of the edge's value before a spline is fitted, as scipy does it."""

_CHUNK: Final = 1 << 22

Order = Literal[0, 1, 2, 3, 4, 5]
Shape = tuple[int, int, int]
Spacing = Sequence[float]


@dataclass(frozen=True, slots=True, eq=False)
class Taps:
    """How one axis is sampled: `weights[t, n]` of voxel `index[t, n]` makes voxel n."""

    index: NDArray[np.intp]
    weights: FloatArray


def new_shape(shape: Sequence[int], spacing: Spacing, target: Spacing) -> Shape:
    """How many voxels of another spacing cover an array."""
    k, j, i = (round(old / new * n) for n, old, new in zip(shape, spacing, target, strict=True))
    return k, j, i


def separate_axis(rule: Resampling, spacing: Spacing, target: Spacing) -> int | None:
    """The coarse axis that is resampled by itself, if one is."""
    if rule.separate_axis is False:
        return None
    for candidate in (spacing,) if rule.separate_axis else (spacing, target):
        coarsest = [n for n, mm in enumerate(candidate) if max(candidate) / mm == 1]
        if rule.separate_axis or max(candidate) / min(candidate) > rule.anisotropy:
            return coarsest[0] if len(coarsest) == 1 else None
    return None


def resampled(
    data: NDArray[np.float32], shape: Shape, rule: Resampling, spacing: Spacing, target: Spacing
) -> NDArray[np.float32]:
    """Channels (c, k, j, i) brought from one spacing to another; the same array if none changes."""
    if rule.kind == "none" or data.shape[1:] == shape:
        return data
    apart = separate_axis(rule, spacing, target)
    if rule.kind == "torch":
        return torch_resampled(data, shape, apart)
    out = np.empty((data.shape[0], *shape), data.dtype)
    for channel, result in zip(data, out, strict=True):
        result[...] = splined(channel, shape, rule, apart)
    return out


def splined(channel: NDArray[Any], shape: Shape, rule: Resampling, apart: int | None) -> FloatArray:
    """One channel (k, j, i) in another number of voxels, float64.

    With `apart`, every slice across that axis is resampled and clipped by itself; then
    slices are taken by `rule.order_apart` along it.
    """
    if apart is None:
        return _clipped(_along_axes(channel, shape, range(3), rule.order), channel, None)
    inside = [axis for axis in range(3) if axis != apart]
    flat = list(shape)
    flat[apart] = channel.shape[apart]
    across = _along_axes(channel, (flat[0], flat[1], flat[2]), inside, rule.order)
    across = _clipped(across, channel, tuple(inside))
    if shape[apart] == channel.shape[apart]:
        return across
    return _sampled(across, apart, taps(channel.shape[apart], shape[apart], rule.order_apart))


def resampled_labels(
    labels: NDArray[np.int16], shape: Shape, order: int, apart: int | None
) -> NDArray[np.int16]:
    """A label map (k, j, i) in another number of voxels: the label with the largest share.

    Of labels with equal shares the nearest voxel's, or if that is none of them the lowest. By
    scipy's own zoom, because equal means to the last bit.

    Source: batchgenerators 0.25.5, augmentations/utils.py.
    """
    if labels.shape == shape:
        return labels
    flat = shape if apart is None else tuple(
        n if axis != apart else labels.shape[apart] for axis, n in enumerate(shape)
    )  # fmt: skip
    nearest = _zoomed(labels.astype(np.float64), flat, 0, apart)
    most = np.full(flat, -1.0)
    winner, is_nearest_among = np.zeros(flat), np.zeros(flat, np.bool_)
    for value in np.unique(labels):
        share = _zoomed((labels == value).astype(np.float64), flat, order, apart)
        larger, is_nearest = share > most, nearest == value
        is_nearest_among |= (share == most) & (share > 0) & is_nearest
        is_nearest_among[larger] = is_nearest[larger]
        winner[larger] = value
        most = np.maximum(most, share)
    winner = np.where(is_nearest_among, nearest, winner)
    if apart is not None:
        winner = np.take(winner, taps(flat[apart], shape[apart], 0).index[0], axis=apart)
    return winner.astype(np.int16)


def _zoomed(
    values: FloatArray, shape: Sequence[int], order: int, apart: int | None = None
) -> FloatArray:
    """All at once, or with `apart` plane by plane across that axis."""
    if apart is not None:
        inside = [n for axis, n in enumerate(shape) if axis != apart]
        planes = [_zoomed(plane, inside, order) for plane in np.moveaxis(values, apart, 0)]
        return np.stack(planes, axis=apart)
    from scipy import ndimage

    factors = [1 / (n / wanted) for n, wanted in zip(values.shape, shape, strict=True)]
    found = ndimage.zoom(
        values, factors, order=cast("Order", order), mode="nearest", grid_mode=True
    )
    return np.clip(found, values.min(), values.max())


def taps(length: int, wanted: int, order: int) -> Taps:
    """Sampling one axis so that the first and last voxels' outer edges stay where they are.

    Beyond the ends the last value goes on; from order 2 on the indices reach into the margin.
    Scipy interpolates there too, between equal values: kept, because it rounds.
    """
    at = (np.arange(wanted) + 0.5) * (length / wanted) - 0.5
    start = np.floor(at) if order % 2 else np.floor(at + 0.5)
    index = start.astype(np.intp)[None] - order // 2 + np.arange(order + 1)[:, None]
    if order < 2:
        index = np.clip(index, 0, length - 1)
    return Taps(index, _spline_weights(at - start, order))


def _spline_weights(part: FloatArray, order: int) -> FloatArray:
    """B-spline weights of the `order` + 1 voxels around a place."""
    if order == 0:
        return np.ones((1, len(part)))
    if order == 1:
        return np.stack([1.0 - part, part])
    from scipy.interpolate import BSpline

    spline = BSpline.basis_element(np.arange(order + 2) - (order + 1) / 2, extrapolate=False)
    offsets = np.arange(order + 1)[:, None] - order // 2
    found: FloatArray = np.nan_to_num(spline(part[None] - offsets))
    return found


def _along_axes(channel: NDArray[Any], shape: Shape, axes: Sequence[int], order: int) -> FloatArray:
    """The axes that shrink most first: what follows is less work."""
    values: NDArray[Any] = channel
    for axis in sorted(axes, key=lambda a: shape[a] / channel.shape[a]):
        if shape[axis] != channel.shape[axis]:
            values = _one_axis(values, axis, shape[axis], order)
    return np.asarray(values, np.float64)


def _one_axis(values: NDArray[Any], axis: int, wanted: int, order: int) -> FloatArray:
    length = values.shape[axis]
    sampling = taps(length, wanted, order)
    if order < 2:
        return _sampled(values, axis, sampling)
    from scipy import ndimage

    sampling = Taps(sampling.index + _MARGIN, sampling.weights)
    shape = list(values.shape)
    shape[axis] = wanted
    out = np.empty(shape)
    other = 0 if axis else 1
    rows = max(1, _CHUNK // max(1, values.size // values.shape[other]))
    for first in range(0, values.shape[other], rows):
        cut = tuple(slice(first, first + rows) if a == other else slice(None) for a in range(3))
        widths = [(_MARGIN, _MARGIN) if a == axis else (0, 0) for a in range(3)]
        padded = np.pad(values[cut].astype(np.float64), widths, mode="edge")
        fitted = ndimage.spline_filter1d(padded, cast("Order", order), axis, mode="nearest")
        out[cut] = _sampled(fitted, axis, sampling)
    return out


def _sampled(values: NDArray[Any], axis: int, sampling: Taps) -> FloatArray:
    lines = [-1 if a == axis else 1 for a in range(3)]
    out: FloatArray | None = None
    for index, weights in zip(sampling.index, sampling.weights, strict=True):
        part = np.take(values, index, axis=axis) * weights.reshape(lines)
        out = part if out is None else np.add(out, part, out=out)
    assert out is not None
    return out


def _clipped(values: FloatArray, source: NDArray[Any], axes: tuple[int, ...] | None) -> FloatArray:
    """No value beyond those of the source, or with `axes` of the source's slice."""
    low, high = source.min(axis=axes, keepdims=True), source.max(axis=axes, keepdims=True)
    return np.clip(values, low, high, out=values)


def torch_resampled(data: NDArray[Any], shape: Shape, apart: int | None) -> NDArray[np.float32]:
    """Channels in another number of voxels by PyTorch's linear interpolation, float32."""
    import torch
    from torch.nn.functional import interpolate

    values = torch.from_numpy(np.ascontiguousarray(data)).float()
    if apart is None:
        return np.asarray(interpolate(values[None], shape, mode="trilinear")[0].numpy())
    inside = [n for axis, n in enumerate(shape) if axis != apart]
    turned = values.movedim(apart + 1, 1)
    channels, slices = turned.shape[:2]
    flat = turned.reshape(channels * slices, 1, *turned.shape[2:])
    flat = flat if list(flat.shape[2:]) == inside else interpolate(flat, inside, mode="bilinear")
    turned = flat.reshape(channels, slices, *inside).movedim(1, apart + 1)
    if turned.shape[1:] != shape:
        turned = interpolate(turned[None], shape, mode="nearest-exact")[0]
    return np.ascontiguousarray(turned.numpy())

"""The values that a requested slice shows: of the array itself, of a plane across it, of a slab.

A slab shows the volume's values through its thickness. Labels and scores are those of its
middle plane: a label seen through 20 mm would claim tissue that is not in the picture's
plane, and its edge could not be measured.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reader.core.orientation import PlaneAxes
from reader.core.volume import Volume
from reader.imaging.cut import Projection, Slab
from reader.imaging.fusion import fused_samples
from reader.imaging.plane_stack import GridStack
from reader.imaging.sampling import is_compiled, sample_plane, sample_slab
from reader.imaging.slice_request import SliceRequest
from reader.imaging.slicing import SliceGeometry, extract_slice

Cut = Callable[[NDArray[Any], PlaneAxes, int], NDArray[Any]]
"""How a slice is cut out of an array: `extract_slice`, or what gives the same sooner."""
_LAYERS_PER_SAMPLE: Final = 8
"""Reducing this many layers of the array takes as long as one sample."""
_PLAIN_IS_SLOWER: Final = 20
_FAR_BELOW: Final = -1e30
"""Outside of what floats say: darker than any window, and small enough to reckon with."""


def base_of(request: SliceRequest, cut: Cut = extract_slice) -> NDArray[Any]:
    """The stored values, (rows, columns), or with colours last; perhaps a view: do not write."""
    volume, stack = request.volume, request.stack
    if not isinstance(stack, GridStack):
        outside, where = outside_value(volume), request.geometry
        coarse = _coarser(where, request.coarseness)
        values = sample_slab(volume.voxels, volume.geometry, coarse, request.slab, outside)
        return _enlarged(values, request.coarseness, where.shape)
    if request.slab.is_thin:
        return cut(volume.voxels, request.axes, request.index)
    return grid_slab(volume.voxels, stack, request.index, request.slab)


def samples_of(request: SliceRequest) -> int:
    """What a picture costs: about how many compiled samples take as long."""
    rows, columns = request.geometry.shape
    step_mm = request.stack.step_mm
    layers = 1 + round(request.slab.thickness_mm / step_mm)
    over = request.fusion
    fused = fused_samples(over, request.geometry, request.slab) if over is not None else 0
    if not request.is_oblique:
        return rows * columns * max(1, layers // _LAYERS_PER_SAMPLE) + fused
    slower = 1 if is_compiled(request.volume.voxels) else _PLAIN_IS_SLOWER
    return rows * columns * layers * slower + fused


def seen_at(request: SliceRequest, position_lps_mm: ArrayLike) -> float | None:
    """The stored value that a picture shows at a point of its plane; None beyond the grid.

    Of a slab what is seen through it there, which no voxel of its middle need have.
    """
    volume, stack = request.volume, request.stack
    if volume.is_color or not volume.geometry.contains(position_lps_mm):
        return None
    if isinstance(stack, GridStack) and not request.slab.is_thin:
        voxel = volume.geometry.nearest_voxel(position_lps_mm)
        box = [slice(n, n + 1) for n in voxel]
        box[stack.axes.slice_axis] = slice(None)
        seen = grid_slab(volume.voxels[tuple(box)], stack, request.index, request.slab)
        return float(seen[0, 0])
    return _sampled_at(request, position_lps_mm, volume, (0.0, 0.0, 0.0))


def fused_seen_at(request: SliceRequest, position_lps_mm: ArrayLike) -> float | None:
    """The stored value of what lies over a picture, as seen at a point; None beyond its grid."""
    over = request.fusion
    if over is None or not over.volume.geometry.contains(
        np.asarray(position_lps_mm, dtype=np.float64) + over.shift_lps_mm
    ):
        return None
    return _sampled_at(request, position_lps_mm, over.volume, over.shift_lps_mm)


def _sampled_at(
    request: SliceRequest,
    position_lps_mm: ArrayLike,
    volume: Volume,
    shift_lps_mm: tuple[float, float, float],
) -> float:
    """A volume's value in the pixel of a picture, and through its slab, under a point."""
    where = request.geometry
    row, column = (math.floor(v + 0.5) for v in where.to_pixel(position_lps_mm))
    origin = where.to_lps(row, column) + np.array(shift_lps_mm)
    pixel = replace(where, shape=(1, 1), origin_lps_mm=origin)
    outside = outside_value(volume)
    seen = sample_slab(volume.voxels, volume.geometry, pixel, request.slab, outside)
    return float(seen[0, 0])


def labels_of(
    labels: NDArray[np.uint16], request: SliceRequest, cut: Cut = extract_slice
) -> NDArray[np.uint16]:
    """The labels of the slice, or of the slab's middle plane."""
    if not request.is_oblique:
        return cut(labels, request.axes, request.index)
    return sample_plane(labels, request.volume.geometry, request.geometry, 0, nearest=True)


def scores_of(
    scores: NDArray[np.floating], request: SliceRequest, cut: Cut = extract_slice
) -> NDArray[np.floating]:
    """The scores of the slice, or of the slab's middle plane."""
    if not request.is_oblique:
        return cut(scores, request.axes, request.index)
    geometry = request.volume.geometry
    if scores.dtype != np.float16:
        return sample_plane(scores, geometry, request.geometry, 0)
    # Compiled loops know no half floats; the nearest one's bits serve as they are.
    bits = sample_plane(scores.view(np.uint16), geometry, request.geometry, 0, nearest=True)
    return bits.view(np.float16)


def grid_slab(array_kji: NDArray[Any], stack: GridStack, index: int, slab: Slab) -> NDArray[Any]:
    """A slab of whole slices of the array, those whose centres are within its thickness.

    For a mean each slice counts by how much of its own thickness lies in the slab. What is
    not a number is neither greatest nor least, and leaves no mean.

    Returns: (rows, columns) in screen orientation, of the array's type; a new array.
    """
    axis, step = stack.axes.slice_axis, stack.step_mm
    half = slab.thickness_mm / 2
    is_mean = slab.projection is Projection.MEAN
    reach = math.ceil(half / step - 0.5 - 1e-6) if is_mean else math.floor(half / step + 1e-6)
    reach = max(reach, 0)
    first, end = max(index - reach, 0), min(index + reach + 1, stack.count)
    part = array_kji[(slice(None),) * axis + (slice(first, end),)]
    if slab.projection is Projection.MAXIMUM:
        seen = (np.fmax if part.dtype.kind == "f" else np.maximum).reduce(part, axis=axis)
    elif slab.projection is Projection.MINIMUM:
        seen = (np.fmin if part.dtype.kind == "f" else np.minimum).reduce(part, axis=axis)
    else:
        away = np.abs(np.arange(first, end) - index) * step
        weights = np.clip(half + step / 2 - away, 0, step)
        seen = _mean(part, axis, weights / weights.sum())
    return extract_slice(np.expand_dims(seen, axis), stack.axes, 0)


def _coarser(where: SliceGeometry, times: int) -> SliceGeometry:
    """The same plane with larger pixels, each in the middle of those it stands for."""
    if times == 1:
        return where
    rows, columns = where.shape
    aside = (times - 1) / 2
    return replace(
        where,
        shape=(-(-rows // times), -(-columns // times)),
        origin_lps_mm=where.to_lps(aside, aside),
        down_lps_mm=where.down_lps_mm * times,
        right_lps_mm=where.right_lps_mm * times,
    )


def _enlarged(values: NDArray[Any], times: int, shape: tuple[int, int]) -> NDArray[Any]:
    if times == 1:
        return values
    repeated = values.repeat(times, axis=0).repeat(times, axis=1)
    return repeated[: shape[0], : shape[1]]


def _mean(part: NDArray[Any], axis: int, weights: NDArray[np.float64]) -> NDArray[Any]:
    total = np.zeros(part.shape[:axis] + part.shape[axis + 1 :], np.float32)
    for place, weight in enumerate(weights.astype(np.float32)):
        total += weight * part[(slice(None),) * axis + (place,)]
    return (np.rint(total) if part.dtype.kind in "iu" else total).astype(part.dtype)


def outside_value(volume: Volume) -> float:
    """What a plane shows beyond the grid: padding, or what is darker than every window."""
    if volume.is_color:
        return 0
    if volume.padding is not None:
        return float(volume.padding[0])
    dtype: np.dtype[Any] = volume.voxels.dtype
    return float(np.iinfo(dtype).min) if dtype.kind in "iu" else _FAR_BELOW

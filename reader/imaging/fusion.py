"""A second volume in colour over a slice of the first, wherever that slice lies.

Both are seen through their own windows. What is laid over in colour is more opaque the
higher its value, so that where there is none of it the anatomy stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.intensity import WindowLevel
from reader.core.volume import Volume
from reader.imaging.cut import Slab
from reader.imaging.sampling import is_compiled, sample_plane, sample_slab
from reader.imaging.slicing import SliceGeometry
from reader.imaging.window import apply_window

Bytes = NDArray[np.uint8]

_STRAIGHT: Final = 0.25
"""Voxels a plane may stray from the grid, from edge to edge, and still run along it."""
_SAME_SLICE: Final = 1e-3
_QUICK_TYPES: Final = (np.int16, np.uint16, np.float32, np.uint8)
_PLAIN_IS_SLOWER: Final = 20

FULL_FROM: Final = 0.5
"""From this part of the window on the colour has its full opacity; below it fades to nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Fusion:
    """What is laid over a slice in colour, and how strongly.

    `window` is in the volume's stored values. `opacity` goes from 0 to 1. `shift_lps_mm`
    is added to a point of the slice to have that of the fused volume: zero within one frame
    of reference.
    """

    volume: Volume
    window: WindowLevel
    opacity: float
    shift_lps_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        if not 0 <= self.opacity <= 1:
            raise ValueError("Opacity lies between 0 and 1.")
        if self.volume.is_color:
            raise ValueError("A volume in colour has no values to lay over another.")

    def same_as(self, other: Fusion | None) -> bool:
        """Whether another one gives the same picture."""
        return (
            other is not None
            and self.volume is other.volume
            and self.window == other.window
            and self.opacity == other.opacity
            and self.shift_lps_mm == other.shift_lps_mm
        )


def fused(
    base: Bytes, fusion: Fusion, where: SliceGeometry, slab: Slab, coarseness: int = 1
) -> Bytes:
    """A slice, grey (rows, columns) or RGB, with the fused volume over it: RGB, a new array.

    `where`: the slice's pixels; `slab`: how thick it is; `coarseness`: so many pixels each
    way share one sample. Any thread.
    """
    rows, columns = base.shape[:2]
    levels = fused_levels(fusion, where, slab, coarseness)
    if coarseness > 1:
        levels = levels.repeat(coarseness, axis=0).repeat(coarseness, axis=1)[:rows, :columns]
    grey = base.ndim == 2
    wide = cv2.cvtColor(base, cv2.COLOR_GRAY2RGB) if grey else base.copy()
    colored: Bytes = np.asarray(wide, dtype=np.uint8)
    left, top, width, height = cv2.boundingRect(levels)
    if not width:
        return colored
    box = slice(top, top + height), slice(left, left + width)
    table, through = _tables(round(fusion.opacity, 3))
    inside = np.ascontiguousarray(levels[box])
    tint = cv2.LUT(cv2.merge((inside, inside, inside)), table)
    left_over = cv2.LUT(inside, through)
    if base.ndim == 3:
        left_over = cv2.merge((left_over, left_over, left_over))
    dimmed = cv2.multiply(np.ascontiguousarray(base[box]), left_over, scale=1 / 255)
    if base.ndim == 2:
        dimmed = cv2.merge((dimmed, dimmed, dimmed))
    colored[box] = cv2.add(dimmed, tint)
    return colored


def fused_levels(fusion: Fusion, where: SliceGeometry, slab: Slab, coarseness: int = 1) -> Bytes:
    """How far up its window the fused volume is at each pixel, 0 to 255, (rows, columns).

    Beyond the volume, and where its values are no part of the image, it is 0.
    """
    volume = fusion.volume
    there = _sampled_at(where, fusion, coarseness)
    outside = _below(volume, fusion.window)
    if not slab.is_thin:
        values = sample_slab(volume.voxels, volume.geometry, there, slab, outside)
    elif (along := plane_along_grid(volume.voxels, volume.geometry, there, outside)) is not None:
        values = along
    else:
        values = sample_plane(volume.voxels, volume.geometry, there, outside)
    return apply_window(values, fusion.window, False, volume.padding)


def fused_samples(fusion: Fusion, where: SliceGeometry, slab: Slab) -> int:
    """What laying over costs: about how many compiled samples take as long."""
    rows, columns = where.shape
    volume = fusion.volume
    slower = 1 if is_compiled(volume.voxels) else _PLAIN_IS_SLOWER
    if not slab.is_thin:
        step_mm = min(volume.geometry.spacing_kji_mm)
        return rows * columns * slower * (1 + round(slab.thickness_mm / step_mm))
    is_quick = volume.voxels.dtype in _QUICK_TYPES and _runs_along(volume.geometry, where)
    return rows * columns * (1 if is_quick else slower)


def share_a_place(one: VolumeGeometry, other: VolumeGeometry) -> bool:
    """Whether equal coordinates in two volumes are the same place, as far as headers say."""
    frame = one.frame_of_reference_uid
    return frame is not None and frame == other.frame_of_reference_uid


@lru_cache(maxsize=2)
def hot_iron() -> Bytes:
    """(256, 3) RGB from black through red and yellow to white.

    Lightness rises all the way, so it reads without telling red from green.
    Source: DICOM PS3.6 B.1.1 (Hot Iron Color Palette).
    """
    levels = np.arange(256)
    red = np.minimum(2 * levels, 255)
    green = np.clip(2 * (levels - 128), 0, 255)
    blue = np.clip(4 * (levels - 192), 0, 255)
    colors = np.stack((red, green, blue), axis=1)
    colors[255] = 255
    return colors.astype(np.uint8)


@lru_cache(maxsize=32)
def _tables(opacity: float) -> tuple[Bytes, Bytes]:
    """Of each level the colour, (256, 1, 3) RGB premultiplied, and what it lets through, (256,)."""
    levels = np.arange(256) / 255
    alpha = opacity * np.minimum(levels / FULL_FROM, 1)
    colors = np.rint(hot_iron() * alpha[:, None]).astype(np.uint8)
    return colors.reshape(256, 1, 3), np.rint(255 * (1 - alpha)).astype(np.uint8)


def plane_along_grid(
    array_kji: NDArray[Any],
    geometry: VolumeGeometry,
    where: SliceGeometry,
    outside: float,
) -> NDArray[Any] | None:
    """What `sample_plane` gives, to a 32nd of a voxel, where the plane runs along the grid.

    Most second series were made on the same table, so their slices are only shifted and of
    another size: two of them are mixed and enlarged, several times faster than samples.
    Returns: None where the plane runs across the grid, or the type is none of OpenCV's.
    """
    if array_kji.dtype not in _QUICK_TYPES or not _runs_along(geometry, where):
        return None
    origin, down, right = _in_voxels(geometry, where)
    row_axis, column_axis = int(np.abs(down).argmax()), int(np.abs(right).argmax())
    slice_axis = 3 - row_axis - column_axis
    flat = _between_slices(array_kji, slice_axis, float(origin[slice_axis]))
    if flat is None:
        return np.full(where.shape, outside, array_kji.dtype)
    flat = flat if row_axis < column_axis else flat.T
    y, dy = float(origin[row_axis]), float(down[row_axis])
    x, dx = float(origin[column_axis]), float(right[column_axis])
    to_source = np.array([[dx, 0.0, x], [0.0, dy, y]])
    values = np.asarray(
        cv2.warpAffine(
            np.ascontiguousarray(flat), to_source, (where.shape[1], where.shape[0]),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
        )
    )  # fmt: skip
    rows, columns = y + dy * np.arange(where.shape[0]), x + dx * np.arange(where.shape[1])
    values[(rows < -0.5) | (rows > flat.shape[0] - 0.5)] = outside
    values[:, (columns < -0.5) | (columns > flat.shape[1] - 0.5)] = outside
    return values


def _in_voxels(
    geometry: VolumeGeometry, where: SliceGeometry
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The first pixel and the steps down and right, in voxels."""
    origin = geometry.to_index(where.origin_lps_mm)
    down = geometry.to_index(where.origin_lps_mm + where.down_lps_mm) - origin
    right = geometry.to_index(where.origin_lps_mm + where.right_lps_mm) - origin
    return origin, down, right


def _runs_along(geometry: VolumeGeometry, where: SliceGeometry) -> bool:
    """Whether rows and columns each follow an axis of a grid, from edge to edge."""
    _, down, right = _in_voxels(geometry, where)
    reach_down, reach_right = np.abs(down) * where.shape[0], np.abs(right) * where.shape[1]
    row_axis, column_axis = int(reach_down.argmax()), int(reach_right.argmax())
    if row_axis == column_axis:
        return False
    reach_down[row_axis] = reach_right[column_axis] = 0
    return bool(max(reach_down.max(), reach_right.max()) <= _STRAIGHT)


def _between_slices(array_kji: NDArray[Any], axis: int, place: float) -> NDArray[Any] | None:
    """The slice at a fractional index, mixed of the two beside it; None beyond the grid."""
    count = array_kji.shape[axis]
    if not -0.5 <= place <= count - 0.5:
        return None
    place = min(max(place, 0.0), count - 1.0)
    low = int(place)
    one: NDArray[Any] = array_kji.take(low, axis)
    if place - low < _SAME_SLICE or low + 1 >= count:
        return one
    other: NDArray[Any] = array_kji.take(low + 1, axis)
    return np.asarray(cv2.addWeighted(one, 1 - (place - low), other, place - low, 0.0))


def _sampled_at(where: SliceGeometry, fusion: Fusion, coarseness: int) -> SliceGeometry:
    """Where the pixels are in the fused volume; in a coarse picture the middles of several."""
    rows, columns = where.shape
    aside = (coarseness - 1) / 2
    return replace(
        where,
        shape=(-(-rows // coarseness), -(-columns // coarseness)),
        origin_lps_mm=where.to_lps(aside, aside) + np.array(fusion.shift_lps_mm),
        down_lps_mm=where.down_lps_mm * coarseness,
        right_lps_mm=where.right_lps_mm * coarseness,
        row_spacing_mm=where.row_spacing_mm * coarseness,
        column_spacing_mm=where.column_spacing_mm * coarseness,
    )


def _below(volume: Volume, window: WindowLevel) -> float:
    """A value the volume's type can hold that the window shows as nothing."""
    kind: np.dtype[Any] = volume.voxels.dtype
    if kind.kind == "f":
        return float(window.lower)
    limits = np.iinfo(kind)
    return float(np.clip(np.floor(window.lower), limits.min, limits.max))

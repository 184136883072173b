"""A tilted stack laid onto a grid with right angles.

Slices of a tilted gantry are parallel and in place, but each lies sideways of the one
before. Their planes are kept; every slice is shifted within its plane to where a straight
stack has it, so only one interpolation, linear and within the slice, takes place.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import ReaderError
from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.study import GeometryWarning, WarningCode
from reader.core.text import say
from reader.core.volume import Volume

_OUTSIDE_HU: Final = -3024
"""What CT calls a pixel outside the image where the header gives no such value."""
_MOST_GROWTH: Final = 4
"""A grid that needs this many times the voxels belongs to no scanner's tilt."""
_NEARLY_WHOLE: Final = 1e-6
_RIGHT_ANGLE: Final = 1e-3
_CURED: Final = frozenset({WarningCode.GANTRY_TILT, WarningCode.SHEARED})
_NOT_CURED: Final = frozenset(
    {
        WarningCode.MISSING_SLICES,
        WarningCode.UNEVEN_SPACING,
        WarningCode.OFF_LINE,
        WarningCode.UNREADABLE_INSTANCES,
        WarningCode.NO_SPACING,
        WarningCode.NO_POSITION,
    }
)


def straighten(volume: Volume, report: ReportProgress, cancel: CancelToken) -> Volume:
    """Resample a sheared volume onto an orthogonal grid with the same slice planes.

    Row and column spacing, the number of slices and the distance between their planes stay;
    rows and columns are added so that nothing is cut off. Voxels outside every slice get
    the volume's padding value. Exact where a shift is a whole number of pixels.

    Args:
        volume: whole.
        report: told once per slice.
        cancel: checked once per slice.

    Returns: a volume marked RESAMPLED; measurable unless something else is wrong with it.

    Raises:
        Cancelled: if `cancel` was set.
        ReaderError: rows and columns are not at right angles, the tilt is absurd, or memory
            does not suffice.
    """
    shift = _shift_per_slice_px(volume.geometry)
    geometry, start = _straight_grid(volume.geometry, shift)
    source = volume.voxels
    fill, padding = _outside(volume)
    channels = source.shape[3:]
    try:
        target = np.empty((*geometry.shape_kji, *channels), source.dtype)
        graphics = None if volume.graphics is None else np.zeros(geometry.shape_kji, np.uint8)
    except MemoryError:
        raise _too_large() from None
    count = geometry.shape_kji[0]
    stage = say("Straightening the tilted slices")
    for k in range(count):
        cancel.check()
        offset = k * shift - start
        target[k] = _shifted(source[k], offset, geometry.shape_kji[1:], fill, volume)
        if graphics is not None and volume.graphics is not None:
            _copy_whole(volume.graphics[k], np.rint(offset).astype(int), graphics[k])
        report(Progress(k + 1, count, stage))
    return _described(volume, target, geometry, padding, graphics)


def _shift_per_slice_px(geometry: VolumeGeometry) -> NDArray[np.float64]:
    """How far each slice lies from the one before along columns and rows, in pixels (j, i)."""
    affine = geometry.affine_kji_to_lps[:3, :3]
    step, down, along = affine[:, 0], affine[:, 1], affine[:, 2]
    if abs(down @ along) > _RIGHT_ANGLE * np.linalg.norm(down) * np.linalg.norm(along):
        raise ReaderError(
            say("Rows and columns of this series are not at right angles."),
            say("Only slices that are shifted against each other can be straightened."),
        )
    return np.array([step @ down / (down @ down), step @ along / (along @ along)])


def _straight_grid(
    source: VolumeGeometry, shift: NDArray[np.float64]
) -> tuple[VolumeGeometry, NDArray[np.float64]]:
    """The orthogonal grid, and the whole pixel (j, i) of slice 0 at which it starts."""
    count, rows, columns = source.shape_kji
    ends = np.stack([np.zeros(2), (count - 1) * shift])
    start = np.floor(ends.min(axis=0) + _NEARLY_WHOLE)
    grown = np.ceil(ends.max(axis=0) - start - _NEARLY_WHOLE).astype(int)
    shape = (count, rows + int(grown[0]), columns + int(grown[1]))
    if math.prod(shape) > _MOST_GROWTH * math.prod(source.shape_kji):
        raise _too_large()
    affine = source.affine_kji_to_lps.copy()
    down, along = affine[:3, 1].copy(), affine[:3, 2].copy()
    normal = np.cross(along, down)
    normal /= np.linalg.norm(normal)
    affine[:3, 0] = (affine[:3, 0] @ normal) * normal
    affine[:3, 3] += start[0] * down + start[1] * along
    return VolumeGeometry(shape, affine, source.frame_of_reference_uid), start


def _outside(volume: Volume) -> tuple[float, tuple[float, float] | None]:
    """The value of voxels outside every slice, and the padding range of the result."""
    if volume.is_color:
        return 0, None
    if volume.padding is not None:
        return volume.padding[0], volume.padding
    holds = volume.voxels.dtype.kind == "f" or volume.voxels.dtype in (np.int16, np.int32)
    if volume.unit is IntensityUnit.HU and holds:
        return _OUTSIDE_HU, (_OUTSIDE_HU, _OUTSIDE_HU)
    return 0, None


def _shifted(
    image: NDArray[Any],
    offset: NDArray[np.float64],
    shape: tuple[int, ...],
    fill: float,
    volume: Volume,
) -> NDArray[Any]:
    """A slice moved by `offset` pixels (j, i) into an image of `shape`, `fill` around it."""
    moved = image
    for axis in (0, 1):
        moved = _shifted_along(moved, axis, float(offset[axis]), shape[axis], fill, volume)
    return moved


def _shifted_along(
    image: NDArray[Any], axis: int, offset: float, length: int, fill: float, volume: Volume
) -> NDArray[Any]:
    """One axis of the move. Half a pixel beyond the edge still is the edge's pixel."""
    count = image.shape[axis]
    place = np.arange(length) - offset
    inside = np.flatnonzero((place >= -0.5) & (place < count - 0.5))
    shape = list(image.shape)
    shape[axis] = length
    target = np.full(shape, fill, image.dtype)
    first, last = int(inside[0]), int(inside[-1]) + 1
    lower = np.floor(place[first:last] + _NEARLY_WHOLE).astype(int)
    share = float(place[first] - lower[0])
    before = image.take(np.clip(lower, 0, count - 1), axis=axis)
    into = [slice(None)] * image.ndim
    into[axis] = slice(first, last)
    if abs(share) <= _NEARLY_WHOLE:
        target[tuple(into)] = before
        return target
    after = image.take(np.clip(lower + 1, 0, count - 1), axis=axis)
    target[tuple(into)] = _between(before, after, share, volume)
    return target


def _between(
    before: NDArray[Any], after: NDArray[Any], share: float, volume: Volume
) -> NDArray[Any]:
    """Linear between two images; beside padding the nearer one, so that no edge is made up."""
    exact = np.float64 if before.dtype.itemsize > 2 else np.float32
    mixed: NDArray[Any] = before.astype(exact)
    further: NDArray[Any] = after.astype(exact)
    mixed += (further - mixed) * share
    if before.dtype.kind != "f":
        np.rint(mixed, out=mixed)
    found: NDArray[Any] = mixed.astype(before.dtype)
    if volume.padding is not None:
        padded = volume.is_padding(before) | volume.is_padding(after)
        nearer = before if share < 0.5 else after
        found[padded] = nearer[padded]
    return found


def _copy_whole(
    image: NDArray[np.uint8], offset: NDArray[np.int64], into: NDArray[np.uint8]
) -> None:
    """Marks of the scanner, moved by whole pixels."""
    rows, columns = image.shape
    j, i = max(0, int(offset[0])), max(0, int(offset[1]))
    part = into[j : j + rows, i : i + columns]
    part[...] = image[: part.shape[0], : part.shape[1]]


def _described(
    volume: Volume,
    voxels: NDArray[Any],
    geometry: VolumeGeometry,
    padding: tuple[float, float] | None,
    graphics: NDArray[np.uint8] | None,
) -> Volume:
    kept = tuple(w for w in volume.warnings if w.code not in _CURED)
    told = GeometryWarning(
        WarningCode.RESAMPLED,
        say("Resampled onto a straight grid: values are interpolated within each slice."),
    )
    return replace(
        volume,
        voxels=voxels,
        geometry=geometry,
        padding=padding,
        graphics=graphics,
        warnings=(told, *kept),
        measurable=not any(w.code in _NOT_CURED for w in kept),
    )


def _too_large() -> ReaderError:
    return ReaderError(
        say("The straightened series would not fit into memory."),
        say("Close other studies or programs and try again."),
    )

"""Orders the slices of one stack in space, fits their grid, and says what they make.

The grid is what SimpleITK gives for the same files: slices ordered along row x column,
spaced by the distance from first to last over n - 1. Unlike there, the slice axis runs
through the positions themselves, so a tilted stack keeps every voxel where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.series_kind import SeriesKind
from reader.core.study import GeometryWarning
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.dicom_image import MARKS
from reader.formats.headers.dicom_slice import DicomSlice
from reader.formats.headers.dicom_values import numbers
from reader.formats.headers.sop_classes import ImageKind, kind_of
from reader.formats.series import dicom_stack_checks as checks
from reader.formats.series.dicom_places import SAME_POSITION_MM, has_place, positions_along_normal
from reader.formats.series.dicom_split import instance_order

_CINE_KINDS: Final = frozenset(
    {ImageKind.ULTRASOUND, ImageKind.ANGIOGRAPHY, ImageKind.PHOTOGRAPH, ImageKind.OTHER}
)
_FLAT_KINDS: Final = frozenset(
    {ImageKind.PROJECTION, ImageKind.ANGIOGRAPHY, ImageKind.ULTRASOUND, ImageKind.PHOTOGRAPH}
)
"""Pictures that a place in the header makes no slice of."""
_TIME_SLOTS: Final = tuple(
    MARKS.index(this)
    for this in (
        tag.TEMPORAL_POSITION,
        tag.TRIGGER_TIME,
        tag.FRAME_REFERENCE_TIME,
        tag.ACQUISITION_TIME,
        tag.ACQUISITION_NUMBER,
    )
    if this in MARKS
)
_SMALLEST_VOXEL_MM: Final = 1e-3
_SMALLEST_STEP_MM: Final = 0.05
"""Below these no grid can be told from a plane: photographs through microscopes."""
_IMAGE_TYPE: Final = MARKS.index(tag.IMAGE_TYPE)


@dataclass(frozen=True, slots=True)
class OrderedStack:
    """Slices in k order on their grid, with what a reader must know about it."""

    slices: tuple[DicomSlice, ...]
    geometry: VolumeGeometry
    warnings: tuple[GeometryWarning, ...]
    measurable: bool
    kind: SeriesKind


def order_stack(slices: Sequence[DicomSlice], *, has_frame_time: bool = False) -> OrderedStack:
    """Order one stack by geometry and fit its grid. `slices` share size and orientation.

    `has_frame_time` says that the header states the time from frame to frame.
    """
    kind = _kind(slices, has_frame_time)
    if kind is SeriesKind.VOLUME:
        return _volume(slices)
    ordered = _in_time(slices) if kind is SeriesKind.CINE else sorted(slices, key=instance_order)
    warnings = checks.pictures(ordered) + checks.any_kind(ordered)
    return OrderedStack(tuple(ordered), _flat_grid(ordered), tuple(warnings), False, kind)


def _kind(slices: Sequence[DicomSlice], has_frame_time: bool) -> SeriesKind:
    """What a stack's images make together."""
    first = slices[0]
    image_kind = kind_of(first.sop_class_uid)
    one_file = len(slices) > 1 and len({s.path for s in slices}) == 1
    if not has_place(first):
        moving = image_kind in _CINE_KINDS or has_frame_time
        if image_kind is ImageKind.NUCLEAR:
            moving = _is_dynamic(first)
        return SeriesKind.CINE if one_file and moving else SeriesKind.IMAGES
    if first.spacing_mm is None or min(first.spacing_mm) < _SMALLEST_VOXEL_MM:
        return SeriesKind.IMAGES
    if len(slices) == 1:
        return SeriesKind.IMAGES if image_kind in _FLAT_KINDS else SeriesKind.VOLUME
    along = positions_along_normal(slices)
    if float(np.ptp(along)) > SAME_POSITION_MM:
        return SeriesKind.VOLUME
    # Captures repeat the place of what they were made from.
    return SeriesKind.IMAGES if image_kind is ImageKind.CAPTURE else SeriesKind.CINE


def _is_dynamic(slice_: DicomSlice) -> bool:
    """Whether nuclear medicine frames are one view over time, heartbeat or angle."""
    image_type = slice_.marks[_IMAGE_TYPE].upper() if slice_.marks else b""
    over_time = any(word in image_type for word in (b"DYNAMIC", b"GATED", b"TOMO"))
    return over_time and b"RECON" not in image_type


def _in_time(slices: Sequence[DicomSlice]) -> list[DicomSlice]:
    """Images of one view by the first of their times that tells all apart, or by number."""
    by_number = sorted(slices, key=instance_order)
    if len({s.path for s in slices}) == 1:
        return sorted(slices, key=lambda s: s.frame)
    for slot in _TIME_SLOTS:
        times = [numbers(s.marks[slot])[:1] if slot < len(s.marks) else () for s in by_number]
        if all(times) and len(set(times)) == len(times):
            return [s for _, s in sorted(zip(times, by_number, strict=True), key=lambda p: p[0])]
    return by_number


def _volume(slices: Sequence[DicomSlice]) -> OrderedStack:
    ordered, duplicates = _without_duplicates(slices)
    step = _slice_axis(ordered)
    found, safe = checks.volume(ordered, step, duplicates)
    warnings = found + checks.any_kind(ordered)
    return OrderedStack(
        tuple(ordered), _grid(ordered, step), tuple(warnings), safe, SeriesKind.VOLUME
    )


def _without_duplicates(slices: Sequence[DicomSlice]) -> tuple[list[DicomSlice], list[int]]:
    """Slices by place, one per place, and the indices in it of places that held more."""
    along = positions_along_normal(slices)
    by_place = sorted(
        zip(along.tolist(), slices, strict=True), key=lambda p: (p[0], instance_order(p[1]))
    )
    kept: list[DicomSlice] = []
    duplicates: list[int] = []
    last = -np.inf
    for place, slice_ in by_place:
        if place - last > SAME_POSITION_MM:
            kept.append(slice_)
            last = place
        else:
            duplicates.append(len(kept) - 1)
    return kept, duplicates


def _slice_axis(slices: Sequence[DicomSlice]) -> FloatArray:
    """The vector from one slice to the next in LPS mm."""
    first, last = slices[0], slices[-1]
    if len(slices) > 1 and first.position_lps_mm is not None and last.position_lps_mm is not None:
        span = np.subtract(last.position_lps_mm, first.position_lps_mm)
        return np.asarray(span / (len(slices) - 1), dtype=np.float64)
    distance = first.slice_spacing_mm or first.slice_thickness_mm or 1.0
    distance = max(distance, _SMALLEST_STEP_MM)
    return np.asarray(np.cross(*_cosines(first)) * distance, dtype=np.float64)


def _cosines(slice_: DicomSlice) -> tuple[FloatArray, FloatArray]:
    """Unit vectors along a row and down a column; axial where the header says nothing."""
    along, down = slice_.orientation or ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    return np.array(along), np.array(down)


def _flat_grid(slices: Sequence[DicomSlice]) -> VolumeGeometry:
    """A grid whose k counts pictures; it ties them to no other series."""
    first = slices[0]
    normal = np.cross(*_cosines(first))
    distance = first.slice_spacing_mm or first.slice_thickness_mm or 1.0
    step = np.asarray(normal * max(distance, _SMALLEST_STEP_MM))
    grid = _grid(slices, step)
    return replace(grid, frame_of_reference_uid=None)


def _grid(slices: Sequence[DicomSlice], step: FloatArray) -> VolumeGeometry:
    first = slices[0]
    along, down = _cosines(first)
    between_rows, between_columns = first.spacing_mm or (1.0, 1.0)
    affine = np.eye(4)
    affine[:3, 0] = step
    affine[:3, 1] = down * between_rows
    affine[:3, 2] = along * between_columns
    affine[:3, 3] = first.position_lps_mm or (0.0, 0.0, 0.0)
    shape = (len(slices), first.rows, first.columns)
    frames = {s.frame_of_reference_uid for s in slices}
    return VolumeGeometry(shape, affine, frames.pop() or None if len(frames) == 1 else None)

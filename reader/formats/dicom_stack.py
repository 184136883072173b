"""Orders the slices of one stack in space and says what is odd about their places.

The grid is what SimpleITK gives for the same files: slices ordered along row x column,
spaced by the distance from first to last over n - 1. Unlike there, the slice axis runs
through the positions themselves, so a tilted stack keeps every voxel where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.study import GeometryWarning, WarningCode
from reader.core.text import Text, say
from reader.formats.dicom_slice import DicomSlice
from reader.formats.dicom_split import (
    SAME_POSITION_MM,
    has_place,
    instance_order,
    positions_along_normal,
)

_UNEVEN_SHARE: Final = 0.01
_UNEVEN_MM: Final = 0.01
"""Distances that differ by less are rounding of the header's decimals."""
_OFF_GRID_MM: Final = 0.25
"""A slice further than this from its place on the even grid makes lengths wrong."""
_WHOLE_STEPS: Final = 0.1
_TILT_DEGREES: Final = 0.1
_DRIFT_MM: Final = 0.1
_OVERLAP: Final = 1.05
_MOST_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class OrderedStack:
    """Slices in k order on their grid, with what a reader must know about it."""

    slices: tuple[DicomSlice, ...]
    geometry: VolumeGeometry
    warnings: tuple[GeometryWarning, ...]
    measurable: bool


def order_stack(slices: Sequence[DicomSlice]) -> OrderedStack:
    """Order one stack by geometry and fit its grid. `slices` share size and orientation."""
    warnings: list[GeometryWarning] = []
    placed = has_place(slices[0])
    if placed:
        ordered, duplicates = _without_duplicates(slices)
        if duplicates:
            warnings.append(_duplicates_warning(duplicates))
    else:
        ordered = sorted(slices, key=instance_order)
        warnings.append(_no_position_warning())
    measurable = placed
    step = _slice_axis(ordered)
    if placed and len(ordered) > 1:
        found, safe = _check_places(ordered, step)
        warnings += found
        measurable = safe
    if len(ordered) == 1:
        warnings.append(_single_slice_warning(ordered[0]))
        measurable = measurable and _stated_thickness(ordered[0]) is not None
    if ordered[0].spacing_mm is None:
        warnings.append(_no_spacing_warning())
        measurable = False
    warnings += _overlap_warnings(ordered, step)
    if any(s.lossy for s in ordered):
        warnings.append(
            GeometryWarning(
                WarningCode.LOSSY,
                say("The images were compressed with loss: fine detail may be missing."),
            )
        )
    return OrderedStack(tuple(ordered), _grid(ordered, step), tuple(warnings), measurable)


def _without_duplicates(
    slices: Sequence[DicomSlice],
) -> tuple[list[DicomSlice], list[int]]:
    """Slices by place, one per place, and the indices in it of places that held more."""
    along = positions_along_normal(slices)
    by_place = sorted(zip(along, slices, strict=True), key=lambda p: (p[0], instance_order(p[1])))
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
    return np.asarray(np.cross(*_cosines(first)) * distance, dtype=np.float64)


def _cosines(slice_: DicomSlice) -> tuple[FloatArray, FloatArray]:
    """Unit vectors along a row and down a column; axial where the header says nothing."""
    along, down = slice_.orientation or ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    return np.array(along), np.array(down)


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


def _check_places(
    slices: Sequence[DicomSlice], step: FloatArray
) -> tuple[list[GeometryWarning], bool]:
    """What is odd about the slices' places, and whether lengths measured would be right."""
    warnings: list[GeometryWarning] = []
    positions = np.array([s.position_lps_mm for s in slices], dtype=np.float64)
    normal = np.cross(*_cosines(slices[0]))
    along = (positions - positions[0]) @ normal
    gaps = np.diff(along)
    off_grid = float(np.abs(along - np.linspace(0, along[-1], len(slices))).max())
    usual = float(np.median(gaps))
    steps = gaps / usual
    whole = np.abs(steps - np.rint(steps)) <= _WHOLE_STEPS
    missing = (np.rint(steps) >= 2) & whole
    if missing.any():
        warnings.append(_missing_warning(missing, np.rint(steps).astype(int) - 1, off_grid))
    off = np.abs(gaps - usual)
    uneven = (off > max(_UNEVEN_SHARE * usual, _UNEVEN_MM)) & ~missing
    if uneven.any():
        warnings.append(_uneven_warning(gaps, uneven, off_grid))
    sideways = _sideways_warning(slices[0], positions, normal, step)
    warnings += sideways
    safe = not missing.any() and not sideways and (not uneven.any() or off_grid <= _OFF_GRID_MM)
    return warnings, safe


def _missing_warning(
    missing: NDArray[np.bool_], absent: NDArray[np.int64], off_grid_mm: float
) -> GeometryWarning:
    places = [
        f"{k + 1}–{k + 2}" + (f" (×{absent[k]})" if absent[k] > 1 else "")
        for k in np.flatnonzero(missing)
    ]
    text = say(
        "Missing slices: {count}, between slices {places}. Near a gap slices are shown up to "
        "{off:.2f} mm from their places; measuring is off.",
        count=int(absent[missing].sum()),
        places=_listed(places),
        off=off_grid_mm,
    )
    return GeometryWarning(WarningCode.MISSING_SLICES, text)


def _uneven_warning(
    gaps: FloatArray, uneven: NDArray[np.bool_], off_grid_mm: float
) -> GeometryWarning:
    text = say(
        "Slices are unevenly spaced, {smallest:.2f} to {largest:.2f} mm apart (first at slice "
        "{first}); on the even grid shown they are up to {off:.2f} mm from their places.",
        smallest=float(gaps.min()),
        largest=float(gaps.max()),
        first=int(np.flatnonzero(uneven)[0]) + 1,
        off=off_grid_mm,
    )
    return GeometryWarning(WarningCode.UNEVEN_SPACING, text)


def _sideways_warning(
    first: DicomSlice, positions: FloatArray, normal: FloatArray, step: FloatArray
) -> list[GeometryWarning]:
    """Whether slices slide sideways against each other: evenly (tilt), or any old how."""
    sideways = step - (step @ normal) * normal
    drift = float(np.linalg.norm(sideways))
    degrees = float(np.degrees(np.arctan2(drift, step @ normal)))
    if degrees > _TILT_DEGREES and drift * (len(positions) - 1) > _DRIFT_MM:
        text = say(
            "The stack is tilted by {degrees:.1f}°: each slice lies {drift:.2f} mm sideways of "
            "the one before. Places are right; reformatted planes look slanted, and measuring "
            "is off.",
            degrees=degrees,
            drift=drift,
        )
        return [GeometryWarning(WarningCode.GANTRY_TILT, text)]
    on_line = positions[0] + np.outer((positions - positions[0]) @ normal / (step @ normal), step)
    off = np.linalg.norm(positions - on_line, axis=1)
    if off.max() > max(_OFF_GRID_MM, 0.5 * max(first.spacing_mm or (0.0, 0.0))):
        text = say(
            "Slice {slice} lies {off:.1f} mm beside the line of the others. Measuring is off.",
            slice=int(off.argmax()) + 1,
            off=float(off.max()),
        )
        return [GeometryWarning(WarningCode.SHEARED, text)]
    return []


def _duplicates_warning(at: list[int]) -> GeometryWarning:
    text = say(
        "Images that lie where another one lies: {count}. One of each is shown (slices {places}).",
        count=len(at),
        places=_listed([str(k + 1) for k in dict.fromkeys(at)]),
    )
    return GeometryWarning(WarningCode.DUPLICATE_POSITION, text)


def _listed(places: list[str]) -> str:
    """The first few places; an ellipsis says there are more."""
    return ", ".join(places[:_MOST_NAMED]) + (" …" if len(places) > _MOST_NAMED else "")


def _no_position_warning() -> GeometryWarning:
    text = say(
        "The header does not say where the slices lie. They are in the order of their numbers; "
        "sides, order and distances may be wrong, and measuring is off."
    )
    return GeometryWarning(WarningCode.NO_POSITION, text)


def _no_spacing_warning() -> GeometryWarning:
    text = say("The header does not say how large a pixel is. Measuring is off.")
    return GeometryWarning(WarningCode.NO_SPACING, text)


def _stated_thickness(slice_: DicomSlice) -> float | None:
    return slice_.slice_spacing_mm or slice_.slice_thickness_mm


def _single_slice_warning(slice_: DicomSlice) -> GeometryWarning:
    thickness = _stated_thickness(slice_)
    text: Text = (
        say("A single slice.")
        if thickness is None
        else say("A single slice, {thickness:g} mm thick.", thickness=thickness)
    )
    return GeometryWarning(WarningCode.SINGLE_SLICE, text)


def _overlap_warnings(slices: Sequence[DicomSlice], step: FloatArray) -> list[GeometryWarning]:
    thickness = slices[0].slice_thickness_mm
    apart = float(np.linalg.norm(step))
    if len(slices) < 2 or thickness is None or thickness <= _OVERLAP * apart:
        return []
    text = say(
        "Slices overlap: {thickness:g} mm thick, {apart:.2f} mm apart.",
        thickness=thickness,
        apart=apart,
    )
    return [GeometryWarning(WarningCode.THICKNESS_OVERLAP, text)]

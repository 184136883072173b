"""What is odd about a stack, in words, and whether lengths measured in it would be right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray
from reader.core.orientation import OBLIQUE_DEGREES
from reader.core.series_kind import SpacingSource
from reader.core.study import GeometryWarning, WarningCode
from reader.core.text import Text, say
from reader.formats.headers.dicom_slice import DicomSlice
from reader.formats.headers.dicom_support import CT_IMAGE
from reader.formats.headers.sop_classes import ImageKind, kind_of
from reader.formats.series.dicom_split import is_mosaic

_UNEVEN_SHARE: Final = 0.01
_UNEVEN_MM: Final = 0.01
"""Distances that differ by less are rounding of the header's decimals."""
_OFF_GRID_MM: Final = 0.25
"""A slice further than this from its place on the even grid makes lengths wrong."""
_WHOLE_STEPS: Final = 0.1
_TILT_DEGREES: Final = 0.1
_DRIFT_MM: Final = 0.1
_OVERLAP: Final = 1.05
_FEW: Final = 2
_STATED_SHARE: Final = 0.02
_MOST_NAMED: Final = 8
_ULTRASOUND_VOLUME: Final = "1.2.840.10008.5.1.4.1.1.6.2"

Warnings = list[GeometryWarning]


def volume(
    slices: Sequence[DicomSlice], step: FloatArray, duplicates: list[int]
) -> tuple[Warnings, bool]:
    """What is odd about a volume's slices, in k order, and whether lengths in it are right.

    `step` leads from one slice to the next; `duplicates` are slices that lay twice.
    """
    warnings = [_duplicates_warning(duplicates)] if duplicates else []
    if slices[0].sop_class_uid == _ULTRASOUND_VOLUME:
        text = say(
            "The header says where the slices lie to each other, not in the patient: letters for "
            "the patient's sides mean nothing here. Measuring is right."
        )
        warnings.append(GeometryWarning(WarningCode.NO_POSITION, text))
    scout = slices[0].localizer and slices[0].sop_class_uid == CT_IMAGE
    if scout:
        text = say(
            "A scout view: a projection, in which lengths across the table are right only at the "
            "height of the isocentre."
        )
        warnings.append(GeometryWarning(WarningCode.DETECTOR_SPACING, text))
    if len(slices) == 1:
        stated = _stated_thickness(slices[0]) is not None
        warnings.append(_single_slice_warning(slices[0]))
        return warnings + _oblique(slices[0]), stated and not scout
    places, safe = _check_places(slices, step)
    warnings += places
    tilted = any(w.code is WarningCode.GANTRY_TILT for w in places)
    if not tilted:
        warnings += _oblique(slices[0])
    if not any(w.code is WarningCode.MISSING_SLICES for w in places):
        warnings += _stated_spacing(slices, step)
    warnings += _overlap(slices, step)
    if not any(s.frame_of_reference_uid for s in slices):
        text = say("The header names no frame of reference, so the series is not linked to others.")
        warnings.append(GeometryWarning(WarningCode.MIXED_FRAMES, text))
    if len(slices) <= _FEW:
        text = say(
            "The stack has only {count} slices: other planes through it show next to nothing.",
            count=len(slices),
        )
        warnings.append(GeometryWarning(WarningCode.FEW_SLICES, text))
    return warnings, safe


def pictures(slices: Sequence[DicomSlice]) -> Warnings:
    """Why images that could have been slices are none, and what their pixels measure."""
    first = slices[0]
    image_kind = kind_of(first.sop_class_uid)
    warnings: Warnings = []
    sliced = image_kind in (ImageKind.CROSS_SECTION, ImageKind.OTHER, ImageKind.PARAMETRIC_MAP)
    if first.position_lps_mm is not None and first.orientation is not None:
        if len(slices) > 1 and first.spacing_mm is not None:
            warnings.append(_one_place_warning(len(slices)))
    elif sliced:
        warnings.append(_no_place_warning(first))
    if first.spacing_mm is None:
        text = say("The header does not say how large a pixel is. Lengths are in pixels.")
        warnings.append(GeometryWarning(WarningCode.NO_SPACING, text))
    elif any(s.spacing_source is SpacingSource.DETECTOR for s in slices):
        text = say(
            "Pixel sizes are those at the detector. In the patient, lengths are shorter by the "
            "magnification, which the header does not give."
        )
        warnings.append(GeometryWarning(WarningCode.DETECTOR_SPACING, text))
    return warnings


def any_kind(slices: Sequence[DicomSlice]) -> Warnings:
    """What is odd about values and names, wherever the images lie."""
    warnings: Warnings = []
    frames = {s.frame_of_reference_uid for s in slices}
    if len(frames) > 1:
        text = say(
            "The images name {count} frames of reference, so the series is not linked to others.",
            count=len(frames),
        )
        warnings.append(GeometryWarning(WarningCode.MIXED_FRAMES, text))
    units = {s.unit_name for s in slices}
    if len({s.rescaled for s in slices}) > 1 or len(units) > 1:
        text = say(
            "Some images state how stored values become true ones, others do not or differ: "
            "values are not comparable from image to image."
        )
        warnings.append(GeometryWarning(WarningCode.MIXED_SCALING, text))
    if any(s.lossy for s in slices):
        text = say("The images were compressed with loss: fine detail may be missing.")
        warnings.append(GeometryWarning(WarningCode.LOSSY, text))
    return warnings


def _check_places(slices: Sequence[DicomSlice], step: FloatArray) -> tuple[Warnings, bool]:
    """What is odd about the slices' places, and whether lengths measured would be right."""
    warnings: Warnings = []
    positions = np.array([s.position_lps_mm for s in slices], dtype=np.float64)
    normal = _normal(slices[0])
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
    sideways = _sideways(slices[0], positions, normal, step)
    warnings += sideways
    safe = not missing.any() and not sideways and (not uneven.any() or off_grid <= _OFF_GRID_MM)
    return warnings, safe


def _normal(slice_: DicomSlice) -> FloatArray:
    return np.asarray(np.cross(*np.array(slice_.orientation)), dtype=np.float64)


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


def _sideways(
    first: DicomSlice, positions: FloatArray, normal: FloatArray, step: FloatArray
) -> Warnings:
    """Whether slices slide sideways against each other: evenly (tilt), or any old how."""
    sideways = step - (step @ normal) * normal
    drift = float(np.linalg.norm(sideways))
    degrees = float(np.degrees(np.arctan2(drift, step @ normal)))
    on_line = positions[0] + np.outer((positions - positions[0]) @ normal / (step @ normal), step)
    off = np.linalg.norm(positions - on_line, axis=1)
    if off.max() > max(_OFF_GRID_MM, 0.5 * max(first.spacing_mm or (0.0, 0.0))):
        text = say(
            "Slice {slice} lies {off:.1f} mm beside the line of the others. Measuring is off.",
            slice=int(off.argmax()) + 1,
            off=float(off.max()),
        )
        return [GeometryWarning(WarningCode.OFF_LINE, text)]
    if degrees > _TILT_DEGREES and drift * (len(positions) - 1) > _DRIFT_MM:
        text = say(
            "The stack is tilted by {degrees:.1f}°: each slice lies {drift:.2f} mm sideways of "
            "the one before. Places are right; reformatted planes look slanted, and measuring "
            "is off.",
            degrees=degrees,
            drift=drift,
        )
        return [GeometryWarning(WarningCode.GANTRY_TILT, text)]
    return []


def _oblique(slice_: DicomSlice) -> Warnings:
    """How far the slices are turned from the nearest plane of the patient."""
    cosine = float(np.abs(_normal(slice_)).max())
    degrees = float(np.degrees(np.arccos(min(1.0, cosine))))
    if degrees <= OBLIQUE_DEGREES:
        return []
    text = say(
        "Oblique slices, turned by {degrees:.0f}° from the nearest plane of the patient. "
        "Measuring is right.",
        degrees=degrees,
    )
    return [GeometryWarning(WarningCode.OBLIQUE, text)]


def _stated_spacing(slices: Sequence[DicomSlice], step: FloatArray) -> Warnings:
    """Whether Spacing Between Slices says something else than the positions do.

    With a tilted gantry makers state the way of the table instead of the distance of slices.
    """
    stated = slices[0].slice_spacing_mm
    apart, way = float(abs(step @ _normal(slices[0]))), float(np.linalg.norm(step))
    margin = max(_STATED_SHARE * apart, _UNEVEN_MM)
    if stated is None or min(abs(stated - apart), abs(stated - way)) <= margin:
        return []
    text = say(
        "The header says slices are {stated:g} mm apart, their positions say {apart:.2f} mm. "
        "The positions are used.",
        stated=stated,
        apart=apart,
    )
    return [GeometryWarning(WarningCode.SPACING_DISAGREES, text)]


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


def _one_place_warning(count: int) -> GeometryWarning:
    text = say(
        "All {count} images lie at one place: they are shown one after the other, not as a "
        "volume. Lengths within an image are right.",
        count=count,
    )
    return GeometryWarning(WarningCode.NOT_A_VOLUME, text)


def _no_place_warning(slice_: DicomSlice) -> GeometryWarning:
    if is_mosaic(slice_):
        text = say(
            "Each image is a mosaic of many slices. They are shown as they are stored, not as a "
            "volume."
        )
        return GeometryWarning(WarningCode.NOT_A_VOLUME, text)
    if slice_.position_lps_mm is None:
        text = say(
            "The header does not say where the images lie. They are shown one by one in the order "
            "of their numbers, not as a volume."
        )
    else:
        text = say(
            "The header's directions of rows and columns are missing or impossible. The images "
            "are shown one by one in the order of their numbers, not as a volume."
        )
    return GeometryWarning(WarningCode.NO_POSITION, text)


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


def _overlap(slices: Sequence[DicomSlice], step: FloatArray) -> Warnings:
    thickness = slices[0].slice_thickness_mm
    apart = float(np.linalg.norm(step))
    if thickness is None or thickness <= _OVERLAP * apart:
        return []
    text = say(
        "Slices overlap: {thickness:g} mm thick, {apart:.2f} mm apart.",
        thickness=thickness,
        apart=apart,
    )
    return [GeometryWarning(WarningCode.THICKNESS_OVERLAP, text)]

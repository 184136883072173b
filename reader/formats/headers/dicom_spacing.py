"""How far apart an image's pixels are, and what that distance means.

Source: DICOM PS3.3 10.7.1.3 (Pixel Spacing Calibration), C.8.5.5, C.8.6.1.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from reader.core.series_kind import SpacingSource
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.dicom_values import numbers, plain
from reader.formats.headers.raw_header import RawHeader
from reader.formats.headers.sop_classes import ImageKind, kind_of

Spacing = tuple[float, float]

_SHADOWS: Final = (ImageKind.PROJECTION, ImageKind.ANGIOGRAPHY)
_BY_X_RAYS: Final = frozenset(["CR", "DX", "MG", "IO", "PX", "RG", "XA", "RF", "RTIMAGE"])
"""Modalities whose images are shadows even where somebody captured them."""


def spacing(value: bytes) -> Spacing | None:
    """Pixel Spacing: between rows, between columns."""
    found = numbers(value)
    return (found[0], found[1]) if len(found) == 2 and min(found) > 0 else None


def read_spacing(
    header: RawHeader, sop_class_uid: str, region_mm: Spacing | None
) -> tuple[Spacing | None, SpacingSource]:
    """The distance between rows and between columns in mm, and where it is true.

    `region_mm` is the calibration of an ultrasound image's regions.
    """
    get = header.elements.get
    if region_mm is not None:
        return region_mm, SpacingSource.ULTRASOUND
    is_shadow = kind_of(sop_class_uid) in _SHADOWS or plain(get(tag.MODALITY, b"")) in _BY_X_RAYS
    return _stated(
        is_shadow,
        get(tag.PIXEL_SPACING, b""),
        get(tag.IMAGER_PIXEL_SPACING, b""),
        get(tag.NOMINAL_SCANNED_PIXEL_SPACING, b""),
        bool(get(tag.PIXEL_SPACING_CALIBRATION_TYPE, b"").strip(b"\0 ")),
    )


@lru_cache(maxsize=256)
def _stated(
    is_shadow: bool, pixel: bytes, imager: bytes, scanned: bytes, calibrated: bool
) -> tuple[Spacing | None, SpacingSource]:
    in_patient, at_detector = spacing(pixel), spacing(imager)
    if in_patient is not None:
        # A radiograph's Pixel Spacing is the detector's unless somebody calibrated it.
        corrected = calibrated or (at_detector is not None and at_detector != in_patient)
        if is_shadow and not corrected:
            return in_patient, SpacingSource.DETECTOR
        return in_patient, SpacingSource.PATIENT
    found = at_detector or spacing(scanned)
    return found, SpacingSource.NONE if found is None else SpacingSource.DETECTOR

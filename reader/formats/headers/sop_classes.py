"""The standard's storage classes by what intake does with them.

Source: DICOM PS3.4 B.5 (Standard SOP Classes), PS3.6 A.
"""

from __future__ import annotations

import enum
from typing import Final

from reader.core.study import ObjectKind


class ImageKind(enum.Enum):
    """What the images of a storage class show, and so how a series of them is shown."""

    CROSS_SECTION = "cross-section"
    """Slices through the body, one to a file or with functional groups for each frame."""
    PROJECTION = "projection"
    """Radiographs: each is a picture of its own."""
    ANGIOGRAPHY = "angiography"
    """X-ray angiography and fluoroscopy: a picture, or frames over time."""
    ULTRASOUND = "ultrasound"
    NUCLEAR = "nuclear"
    """Frames by detector, energy, phase, time or slice."""
    PHOTOGRAPH = "photograph"
    """Visible light and ophthalmic photographs."""
    CAPTURE = "capture"
    """Secondary captures: whatever somebody made a picture of."""
    PARAMETRIC_MAP = "parametric-map"
    OTHER = "other"
    """A class nobody here knows that holds an image all the same."""


_ROOT: Final = "1.2.840.10008.5.1.4.1.1."


def _uids(endings: str) -> frozenset[str]:
    return frozenset(_ROOT + ending for ending in endings.split())


FUNCTIONAL_GROUP_CLASSES: Final = _uids(
    "2.1 2.2 4.1 4.3 4.4 128.1 130 "  # enhanced and legacy converted CT, MR, PET
    "6.2 13.1.1 13.1.2 13.1.3 13.1.4 13.1.5 "  # US volume, 3D X-ray, breast
    "12.1.1 12.2.1 "  # enhanced XA and XRF
    "14.1 14.2 77.1.5.4 30"  # intravascular and ophthalmic OCT, parametric map
)
"""Multi-frame classes whose frames are described in functional groups."""

_IMAGE_KINDS: Final = {
    ImageKind.CROSS_SECTION: _uids(
        "2 4 128 2.1 2.2 4.1 4.3 4.4 128.1 130 6.2 13.1.1 13.1.2 13.1.3 14.1 14.2 77.1.5.4 501.1"
    ),
    ImageKind.PROJECTION: _uids(
        "1 1.1 1.1.1 1.2 1.2.1 1.3 1.3.1 13.1.4 13.1.5 481.1 501.2.1 501.2.2"
    ),
    ImageKind.ANGIOGRAPHY: _uids("12.1 12.2 12.3 12.1.1 12.2.1"),
    ImageKind.ULTRASOUND: _uids("3 3.1 6 6.1"),
    ImageKind.NUCLEAR: _uids("5 20"),
    ImageKind.PHOTOGRAPH: _uids(
        "77.1 77.2 77.1.1 77.1.1.1 77.1.2 77.1.2.1 77.1.3 77.1.4 77.1.4.1 77.1.5.1 77.1.5.2 "
        "77.1.5.5 77.1.5.6 77.1.5.7 77.1.7 77.1.8"
    ),
    ImageKind.CAPTURE: _uids("7 7.1 7.2 7.3 7.4"),
    ImageKind.PARAMETRIC_MAP: _uids("30"),
}
_KIND_OF: Final = {uid: kind for kind, uids in _IMAGE_KINDS.items() for uid in uids}

_OBJECTS: Final = {
    ObjectKind.SEGMENTATION: _uids("66.4 66.7"),
    ObjectKind.STRUCTURES: _uids("481.3"),
    ObjectKind.REPORT: _uids("88.11 88.22 88.33 88.34 88.35 88.50 88.65 88.69"),
    ObjectKind.KEY_IMAGES: _uids("88.59"),
    ObjectKind.PRESENTATION: _uids("11.1 11.2 11.3 11.4 11.5 11.8 11.12"),
    ObjectKind.DOCUMENT: _uids("104.1 104.2"),
    ObjectKind.VALUE_MAPPING: _uids("67"),
}
_OBJECT_OF: Final = {uid: kind for kind, uids in _OBJECTS.items() for uid in uids}

_PIXELS_BUT_NO_IMAGE: Final = _uids(
    # Dose grids, tiles of a slide, maps of heights: shown as an image they would mislead.
    "481.2 77.1.6 77.1.9 66.5 66.8 82.1"
)


def kind_of(sop_class_uid: str) -> ImageKind:
    """What images of this class show; OTHER for every class that is not listed."""
    return _KIND_OF.get(sop_class_uid, ImageKind.OTHER)


def object_of(sop_class_uid: str) -> ObjectKind | None:
    """What an object of this class says about images; None for images and the unsupported."""
    return _OBJECT_OF.get(sop_class_uid)


def opens_as_image(sop_class_uid: str) -> bool:
    """Whether an object of this class that has rows, columns and pixels opens as an image."""
    return sop_class_uid not in _OBJECT_OF and sop_class_uid not in _PIXELS_BUT_NO_IMAGE

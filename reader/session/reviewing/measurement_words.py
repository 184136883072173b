"""What measurements are called, in lists and in files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reader.core.codes import CodedConcept
from reader.core.measurement import MeasurementKind

_LENGTH: Final = CodedConcept("410668003", "SCT", "Length")
_ANGLE: Final = CodedConcept("1483009", "SCT", "Angle")
_COBB: Final = CodedConcept("285285000", "SCT", "Cobb angle")
_LONG_AXIS: Final = CodedConcept("103339001", "SCT", "Long axis")
_REGION: Final = CodedConcept("111030", "DCM", "Image Region")
_PEAK: Final = CodedConcept("126031", "DCM", "Peak Value Within ROI")
_OF_INTEREST: Final = CodedConcept("113000", "DCM", "Of Interest")
_COMMENT: Final = CodedConcept("121106", "DCM", "Comment")

_WORDS: Final[Mapping[MeasurementKind, tuple[str, CodedConcept]]] = {
    MeasurementKind.LENGTH: ("Length", _LENGTH),
    MeasurementKind.ANGLE: ("Angle", _ANGLE),
    MeasurementKind.COBB: ("Cobb angle", _COBB),
    MeasurementKind.BIDIRECTIONAL: ("Long and short axis", _LONG_AXIS),
    MeasurementKind.ELLIPSE: ("Ellipse", _REGION),
    MeasurementKind.RECTANGLE: ("Rectangle", _REGION),
    MeasurementKind.FREEHAND: ("Freehand region", _REGION),
    MeasurementKind.PROBE: ("Point value", _REGION),
    MeasurementKind.SUV_PEAK: ("SUV peak", _PEAK),
    MeasurementKind.ARROW: ("Arrow", _COMMENT),
    MeasurementKind.TEXT: ("Text", _COMMENT),
    MeasurementKind.KEY_IMAGE: ("Key image", _OF_INTEREST),
}


def name_of(kind: MeasurementKind) -> str:
    """The English name of a kind: data, written into files, translated where it is shown."""
    return _WORDS[kind][0]


def code_of(kind: MeasurementKind) -> CodedConcept:
    """What is measured, as a code. Source: DICOM PS3.16 CID 7470, 7464, 7550; TID 1410."""
    return _WORDS[kind][1]

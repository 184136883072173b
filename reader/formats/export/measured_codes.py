"""What drawings measure as DICOM codes, with their units.

Source: DICOM PS3.16 CID 7470 (linear), 7471 (area), 7550 (Cobb angle), 7469 (intensity),
7464 (derivations within a region), 84 and 85 (units); TID 300.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from reader.core.codes import CodedConcept
from reader.core.intensity import IntensityUnit
from reader.core.measurement import Measurement, MeasurementKind, Quantity, QuantityKind
from reader.formats.export.dicom_codes import MILLIMETER, CodedMeasurement, intensity_codes

_SQUARE_MILLIMETER: Final = CodedConcept("mm2", "UCUM", "square millimeter")
_DEGREE: Final = CodedConcept("deg", "UCUM", "Degree")
_ANGLE: Final = CodedConcept("1483009", "SCT", "Angle")
_COBB: Final = CodedConcept("285285000", "SCT", "Cobb angle")

_SIZES: Final[Mapping[QuantityKind, tuple[CodedConcept, CodedConcept]]] = MappingProxyType(
    {
        QuantityKind.LENGTH: (CodedConcept("410668003", "SCT", "Length"), MILLIMETER),
        QuantityKind.LONG_AXIS: (CodedConcept("103339001", "SCT", "Long axis"), MILLIMETER),
        QuantityKind.SHORT_AXIS: (CodedConcept("103340004", "SCT", "Short axis"), MILLIMETER),
        QuantityKind.ANGLE: (_ANGLE, _DEGREE),
        QuantityKind.AREA: (CodedConcept("42798000", "SCT", "Area"), _SQUARE_MILLIMETER),
    }
)
_DERIVATIONS: Final[Mapping[QuantityKind, CodedConcept | None]] = MappingProxyType(
    {
        QuantityKind.MEAN: CodedConcept("373098007", "SCT", "Mean"),
        QuantityKind.SD: CodedConcept("386136009", "SCT", "Standard Deviation"),
        QuantityKind.MINIMUM: CodedConcept("255605001", "SCT", "Minimum"),
        QuantityKind.MAXIMUM: CodedConcept("56851009", "SCT", "Maximum"),
        QuantityKind.PEAK: CodedConcept("126031", "DCM", "Peak Value Within ROI"),
        QuantityKind.VALUE: None,
    }
)
_RECIST: Final = CodedConcept("126081", "DCM", "RECIST 1.1")
_NAMED: Final[Mapping[str, tuple[CodedConcept, CodedConcept]]] = MappingProxyType(
    {
        "mm2/s": (
            CodedConcept("113041", "DCM", "Apparent Diffusion Coefficient"),
            CodedConcept("mm2/s", "UCUM", "mm2/s"),
        )
    }
)
_WORDS: Final = MappingProxyType(
    {unit.value: unit for unit in IntensityUnit if unit is not IntensityUnit.ARBITRARY}
)


def coded_quantity(measurement: Measurement, quantity: Quantity, modality: str) -> CodedMeasurement:
    """One number of a drawing. Axes taken from a segment say by which rule."""
    if quantity.kind in _SIZES:
        name, unit = _SIZES[quantity.kind]
        if measurement.kind is MeasurementKind.COBB:
            name = _COBB
        by_rule = measurement.source_label is not None
        return CodedMeasurement(name, quantity.value, unit, _RECIST if by_rule else None)
    if quantity.unit in _NAMED:
        name, unit = _NAMED[quantity.unit]
    else:
        meant = _WORDS.get(quantity.unit, IntensityUnit.ARBITRARY)
        name, unit = intensity_codes(meant, modality)
    derivation = _DERIVATIONS[quantity.kind]
    return CodedMeasurement(name, quantity.value, unit, derivation=derivation)

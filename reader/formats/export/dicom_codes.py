"""Our words as DICOM codes: statuses, measurements, units, procedures.

Source: DICOM PS3.16, the context groups named beside each table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from highdicom.sr.coding import CodedConcept as DicomCode

from reader.core.codes import LEFT_LUNG, LUNG, RIGHT_LUNG, CodedConcept
from reader.core.finding import Finding
from reader.core.intensity import IntensityUnit
from reader.core.review import ReviewStatus

COMMENT: Final = CodedConcept("121106", "DCM", "Comment")
PRIVATE_SCHEME: Final = "99READINGROOM"
PRIVATE_SCHEME_NAME: Final = "Reading Room private codes"

ARTIFICIAL_INTELLIGENCE: Final = CodedConcept("123110", "DCM", "Artificial Intelligence")
"""CID 7162 (Algorithm Family)."""

REVIEW_STATUS: Final = CodedConcept("review-status", PRIVATE_SCHEME, "Review status")
"""No standard term for a reader's verdict on an AI result exists, hence a private one."""

STATUS_CODES: Final[Mapping[ReviewStatus, CodedConcept]] = MappingProxyType(
    {
        ReviewStatus.UNREVIEWED: CodedConcept("unreviewed", PRIVATE_SCHEME, "Not reviewed"),
        ReviewStatus.CONFIRMED: CodedConcept("confirmed", PRIVATE_SCHEME, "Confirmed by reader"),
        ReviewStatus.EDITED: CodedConcept("edited", PRIVATE_SCHEME, "Edited by reader"),
        ReviewStatus.REJECTED: CodedConcept("rejected", PRIVATE_SCHEME, "Rejected by reader"),
        ReviewStatus.ADDED: CodedConcept("added", PRIVATE_SCHEME, "Added by reader"),
    }
)

MILLIMETER: Final = CodedConcept("mm", "UCUM", "millimeter")
_CUBIC_MILLIMETER: Final = CodedConcept("mm3", "UCUM", "cubic millimeter")
_PERCENT: Final = CodedConcept("%", "UCUM", "percent")
_RECIST: Final = CodedConcept("126081", "DCM", "RECIST 1.1")
_VOXEL_SUM: Final = CodedConcept("126030", "DCM", "Sum of segmented voxel method for volume")
_MEAN: Final = CodedConcept("373098007", "SCT", "Mean")
_UNCALIBRATED: Final = CodedConcept("uncalibrated", PRIVATE_SCHEME, "Score is not calibrated")

_LONG_AXIS: Final = CodedConcept("103339001", "SCT", "Long axis")
_SHORT_AXIS: Final = CodedConcept("103340004", "SCT", "Short axis")
_VOLUME: Final = CodedConcept("118565006", "SCT", "Volume")
CERTAINTY: Final = CodedConcept("111012", "DCM", "Certainty of Finding")

_INTENSITY: Final[Mapping[IntensityUnit, tuple[CodedConcept, CodedConcept]]] = MappingProxyType(
    {
        IntensityUnit.HU: (
            CodedConcept("112031", "DCM", "Attenuation Coefficient"),
            CodedConcept("[hnsf'U]", "UCUM", "Hounsfield unit"),
        ),
        IntensityUnit.SUV_BW: (
            CodedConcept("126401", "DCM", "SUVbw"),
            CodedConcept("g/ml{SUVbw}", "UCUM", "Standardized Uptake Value body weight"),
        ),
        IntensityUnit.SUV_LBM: (
            CodedConcept("126402", "DCM", "SUVlbm"),
            CodedConcept(
                "g/ml{SUVlbm(Janma)}", "UCUM", "Standardized Uptake Value lean body mass (Janma)"
            ),
        ),
        IntensityUnit.SUV_BSA: (
            CodedConcept("126403", "DCM", "SUVbsa"),
            CodedConcept("cm2/ml{SUVbsa}", "UCUM", "Standardized Uptake Value body surface area"),
        ),
        IntensityUnit.BQ_PER_ML: (
            CodedConcept("110821", "DCM", "Nuclear Medicine Tomographic Activity"),
            CodedConcept("Bq/ml", "UCUM", "Becquerels/milliliter"),
        ),
    }
)
"""What a mean value is a mean of, and its unit. CID 7469 and CID 84."""

_MR_INTENSITY: Final = CodedConcept("110852", "DCM", "MR signal intensity")
_ANY_INTENSITY: Final = CodedConcept("signal", PRIVATE_SCHEME, "Stored image intensity")
_ARBITRARY_UNIT: Final = CodedConcept("[arb'U]", "UCUM", "arbitrary unit")

LEFT: Final = CodedConcept("7771000", "SCT", "Left")
RIGHT: Final = CodedConcept("24028007", "SCT", "Right")
"""CID 244 (Laterality)."""

_LATERALITY: Final[Mapping[str, tuple[CodedConcept, CodedConcept]]] = MappingProxyType(
    {LEFT_LUNG.value: (LUNG, LEFT), RIGHT_LUNG.value: (LUNG, RIGHT)}
)

_CT_CHEST: Final = CodedConcept("24627-2", "LN", "CT Chest")
_PROCEDURES: Final[Mapping[str, CodedConcept]] = MappingProxyType(
    {
        "CT": CodedConcept("25045-6", "LN", "CT unspecified body region"),
        "MR": CodedConcept("25056-3", "LN", "MRI unspecified body region"),
        "PT": CodedConcept("44136-0", "LN", "PET unspecified body region"),
        "NM": CodedConcept("49118-3", "LN", "NM unspecified body region"),
        "CR": CodedConcept("43468-8", "LN", "XR unspecified body region"),
        "DX": CodedConcept("43468-8", "LN", "XR unspecified body region"),
    }
)
_IMAGING_PROCEDURE: Final = CodedConcept("363679005", "SCT", "Imaging procedure")
"""CID 100 (Quantitative Diagnostic Imaging Procedures)."""


@dataclass(frozen=True, slots=True)
class CodedMeasurement:
    """One number about a finding, ready for TID 300."""

    name: CodedConcept
    value: float
    unit: CodedConcept
    method: CodedConcept | None = None
    derivation: CodedConcept | None = None


def site_with_laterality(site: CodedConcept) -> tuple[CodedConcept, CodedConcept | None]:
    """A site and its side, as DICOM asks for it; a site we know no side of stays whole."""
    return _LATERALITY.get(site.value, (site, None))


def procedure_reported(modality: str, body_part: str) -> CodedConcept:
    """What was done, as far as modality and Body Part Examined say."""
    if modality == "CT" and body_part.strip().upper() in ("CHEST", "THORAX", "LUNG"):
        return _CT_CHEST
    return _PROCEDURES.get(modality, _IMAGING_PROCEDURE)


def intensity_codes(unit: IntensityUnit, modality: str) -> tuple[CodedConcept, CodedConcept]:
    """What a value in a unit is a value of, and the unit."""
    any_intensity = _MR_INTENSITY if modality == "MR" else _ANY_INTENSITY
    return _INTENSITY.get(unit, (any_intensity, _ARBITRARY_UNIT))


def measurements_of(
    finding: Finding, unit: IntensityUnit, modality: str
) -> tuple[CodedMeasurement, ...]:
    """Every number known about a finding; what is None is left out.

    The score is a percentage, as Certainty of Finding is defined.
    """
    intensity, intensity_unit = intensity_codes(unit, modality)
    score = None if finding.score is None else 100 * finding.score
    method = None if finding.calibrated else _UNCALIBRATED
    candidates = (
        (_LONG_AXIS, finding.long_axis_mm, MILLIMETER, _RECIST, None),
        (_SHORT_AXIS, finding.short_axis_mm, MILLIMETER, _RECIST, None),
        (_VOLUME, finding.volume_mm3, _CUBIC_MILLIMETER, _VOXEL_SUM, None),
        (intensity, finding.mean_value, intensity_unit, None, _MEAN),
        (CERTAINTY, score, _PERCENT, method, None),
    )
    return tuple(
        CodedMeasurement(name, value, unit_code, method_code, derivation)
        for name, value, unit_code, method_code, derivation in candidates
        if value is not None
    )


def dicom_code(concept: CodedConcept) -> DicomCode:
    """The concept as an item of a code sequence."""
    return DicomCode(concept.value, concept.scheme, concept.meaning[:64])

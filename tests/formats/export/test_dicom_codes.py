from __future__ import annotations

from collections.abc import Mapping

import pytest
from pydicom.sr._concepts_dict import concepts

from reader.core.codes import LEFT_LUNG, LESION, LUNG, RIGHT_LUNG, CodedConcept
from reader.core.intensity import IntensityUnit
from reader.core.review import ReviewStatus
from reader.formats.export import dicom_codes
from reader.formats.export.dicom_codes import (
    PRIVATE_SCHEME,
    STATUS_CODES,
    dicom_code,
    measurements_of,
    procedure_reported,
    site_with_laterality,
)
from tests.support.dicom_source import axial, source_series
from tests.support.handovers import finding


def _standard_meanings() -> dict[tuple[str, str], str]:
    """Every code pydicom knows from the context groups of PS3.16."""
    return {
        (scheme, code): meaning
        for scheme, names in concepts.items()
        for codes in names.values()
        for code, (meaning, _groups) in codes.items()
    }


def _all_concepts() -> list[CodedConcept]:
    found: list[CodedConcept] = []

    def gather(value: object) -> None:
        if isinstance(value, CodedConcept):
            found.append(value)
        elif isinstance(value, tuple):
            for part in value:
                gather(part)
        elif isinstance(value, Mapping):
            for part in value.values():
                gather(part)

    for value in vars(dicom_codes).values():
        gather(value)
    return found


OF_THE_STANDARD = [c for c in _all_concepts() if c.scheme == "DCM"]


@pytest.mark.parametrize("concept", OF_THE_STANDARD, ids=lambda c: c.meaning)
def test_dicom_codes_mean_what_the_standard_says(concept):
    known = _standard_meanings()[concept.scheme, concept.value]
    assert known.lower() == concept.meaning.lower()


def test_every_status_has_a_code_named_as_in_files():
    assert {status: code.value for status, code in STATUS_CODES.items()} == {
        status: status.value for status in ReviewStatus
    }
    assert {code.scheme for code in STATUS_CODES.values()} == {PRIVATE_SCHEME}
    assert len(PRIVATE_SCHEME) <= 16


@pytest.mark.parametrize("unit", IntensityUnit)
def test_a_mean_has_a_name_and_a_unit_in_every_intensity(unit, tmp_path):
    _, series = source_series(tmp_path, axial((1, 4, 4)))
    (mean,) = [
        m
        for m in measurements_of(finding(series, 0, ReviewStatus.CONFIRMED), unit, "CT")
        if m.derivation is not None
    ]
    assert mean.value == -45.25
    assert mean.unit.scheme == "UCUM"


def test_sides_are_said_apart_from_the_site():
    assert site_with_laterality(LEFT_LUNG) == (LUNG, dicom_codes.LEFT)
    assert site_with_laterality(RIGHT_LUNG) == (LUNG, dicom_codes.RIGHT)
    assert site_with_laterality(LESION) == (LESION, None)


def test_an_unknown_modality_is_an_imaging_procedure():
    assert procedure_reported("XX", "").value == "363679005"
    assert procedure_reported("CT", " thorax ").value == "24627-2"


def test_long_meanings_fit_their_field():
    code = dicom_code(CodedConcept("1", "SCT", "m" * 80))
    assert len(code.meaning) == 64

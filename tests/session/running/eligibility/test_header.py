"""The card is held against the study before a model runs."""

from dataclasses import replace
from pathlib import Path

import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.model import EligibilityRules, ModelSpec, Verdict
from reader.core.provenance import AlgorithmIdentity
from reader.core.series_kind import ContrastPhase, SeriesClass, SeriesKind
from reader.core.study import GeometryWarning, Patient, Series, SeriesTags, Study, WarningCode
from reader.core.text import say
from reader.session.running.eligibility.header import check_header
from reader.session.running.eligibility.verdict import is_stopped

RULES = EligibilityRules(
    modality="CT",
    body_parts=("CHEST",),
    allowed_slice_spacing_mm=(0.0, 5.0),
    tested_slice_spacing_mm=(0.5, 2.5),
    tested_pixel_spacing_mm=(0.5, 1.0),
    minimum_extent_mm=150,
    minimum_age_years=18,
    minimum_lung_ml=1000,
)
SPEC = ModelSpec(
    AlgorithmIdentity("m", "M", "1", "0"), "t", "a", (), RULES, 0.5, False, "Apache-2.0",
    Path("m"), Path("m/w"),
)  # fmt: skip


def series(spacing=(1.0, 0.8, 0.8), **changes) -> Series:
    geometry = VolumeGeometry.from_spacing((300, 64, 64), spacing)
    plain = Series("1", "CT", "", 1, geometry, (), tags=SeriesTags(body_part="CHEST"))
    return replace(plain, **changes)


def verdict(a_series: Series, age: str = "050Y", rules: EligibilityRules = RULES):
    study = Study("1", "", Patient(age=age), "", (a_series,))
    return check_header(study, a_series, replace(SPEC, eligibility=rules))


def test_a_chest_ct_like_those_tested_is_fine():
    assert verdict(series()).verdict is Verdict.OK
    assert verdict(series()).reasons == ()


@pytest.mark.parametrize(
    ("changed", "expected", "word"),
    [
        (series(modality="MR"), Verdict.REFUSED, "Modality"),
        (series(tags=SeriesTags(body_part="KNEE")), Verdict.CAUTION, "Body part"),
        (series(tags=SeriesTags(image_type=("ORIGINAL", "PRIMARY", "LOCALIZER"))),
         Verdict.REFUSED, "Image type"),
        (series((3.0, 0.8, 0.8)), Verdict.CAUTION, "Slice spacing"),
        (series((7.0, 0.8, 0.8)), Verdict.REFUSED, "Slice spacing"),
        (series((1.0, 1.4, 1.4)), Verdict.CAUTION, "Pixel spacing"),
        (series((0.4, 0.8, 0.8)), Verdict.CAUTION, "Slice spacing"),
        (series(category=SeriesClass.LOCALIZER), Verdict.REFUSED, "Image type"),
        (series(category=SeriesClass.CAPTURE), Verdict.REFUSED, "Image type"),
        (series(kind=SeriesKind.IMAGES), Verdict.REFUSED, "Kind of images"),
        (series(kind=SeriesKind.CINE), Verdict.REFUSED, "Kind of images"),
        (series(is_color=True), Verdict.REFUSED, "Kind of images"),
        (series(variant="straight"), Verdict.CAUTION, "Geometry"),
        (series(measurable=False), Verdict.REFUSED, "Geometry"),
        (series(warnings=(GeometryWarning(WarningCode.MISSING_SLICES, say("gap")),)),
         Verdict.CAUTION, "Geometry"),
    ],
)  # fmt: skip
def test_each_rule_speaks_up(changed, expected, word):
    result = verdict(changed)
    assert result.verdict is expected
    assert any(str(reason).startswith(word) for reason in result.reasons)


@pytest.mark.parametrize(
    ("age", "expected"),
    [("016Y", Verdict.CAUTION), ("030W", Verdict.CAUTION), ("", Verdict.OK), ("018Y", Verdict.OK)],
)
def test_age_counts_where_it_is_stated(age, expected):
    assert verdict(series(), age).verdict is expected


def test_a_card_without_rules_restricts_nothing_but_modality():
    assert verdict(series((9.0, 3.0, 3.0)), "001D", EligibilityRules("CT")).verdict is Verdict.OK


def of(modality: str, **rules) -> EligibilityRules:
    return EligibilityRules(modality, **rules)


@pytest.mark.parametrize(
    ("changed", "rules", "expected"),
    [
        (series(), of("CT", minimum_slices=300), Verdict.OK),
        (series(), of("CT", minimum_slices=301), Verdict.CAUTION),
        (series(category=SeriesClass.CT_LUNG), of("CT", kernels=("soft",)), Verdict.CAUTION),
        (series(category=SeriesClass.CT_LUNG), of("CT", kernels=("soft", "lung")), Verdict.OK),
        (series(category=SeriesClass.CT_BONE), of("CT"), Verdict.OK),
        (series(category=SeriesClass.CT_OTHER), of("CT", kernels=("soft",)), Verdict.OK),
        (series(contrast_phase=ContrastPhase.ARTERIAL), of("CT", contrast="with"), Verdict.OK),
        (series(contrast_phase=ContrastPhase.NATIVE), of("CT", contrast="with"), Verdict.CAUTION),
        (series(tags=SeriesTags(contrast_agent="Iomeron")), of("CT", contrast="without"),
         Verdict.CAUTION),
        (series(), of("CT", contrast="with"), Verdict.OK),
        (series(modality="MR", category=SeriesClass.MR_T1), of("MR", sequences=("T1",)),
         Verdict.OK),
        (series(modality="MR", category=SeriesClass.MR_FLAIR), of("MR", sequences=("T1", "T2")),
         Verdict.CAUTION),
        (series(modality="MR", category=SeriesClass.MR_SWI), of("MR", sequences=("T1",)),
         Verdict.CAUTION),
        (series(modality="MR"), of("MR", sequences=("T1",)), Verdict.CAUTION),
        (series(), of("CT", maximum_age_years=60), Verdict.OK),
        (series(), of("CT", maximum_age_years=17), Verdict.CAUTION),
    ],
)  # fmt: skip
def test_what_a_card_may_ask_for_besides(changed, rules, expected):
    assert verdict(changed, rules=rules).verdict is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("study1_T1W", Verdict.OK),
        ("t1", Verdict.OK),
        ("sub-01 FLAIR", Verdict.CAUTION),
        ("T12_axial", Verdict.CAUTION),
        ("brain", Verdict.CAUTION),
    ],
)
def test_a_file_without_a_header_may_be_named_after_its_sequence(name, expected):
    nifti = series(modality="MR", format="nifti", description=name)
    assert verdict(nifti, rules=of("MR", sequences=("T1",))).verdict is expected


def test_a_file_that_does_not_say_its_modality_is_a_caution():
    nifti = series(modality="OT", format="nifti")
    assert verdict(nifti, rules=of("MR")).verdict is Verdict.CAUTION
    assert verdict(nifti, rules=of("CT")).verdict is Verdict.REFUSED, "its values are no HU"
    assert verdict(series(modality="OT"), rules=of("MR")).verdict is Verdict.REFUSED


@pytest.mark.parametrize("modality", ["CT", "MR", "PT", "OT"])
def test_a_card_that_says_nothing_is_a_caution_once(modality):
    result = verdict(series(modality=modality), rules=of(""))
    assert result.verdict is Verdict.CAUTION
    (reason,) = result.reasons
    assert "not said: what images it is for" in str(reason)


@pytest.mark.parametrize(
    ("changed", "may"),
    [
        (series(modality="PT"), True),
        (series((9.0, 0.8, 0.8)), True),
        (series(kind=SeriesKind.IMAGES), False),
        (series(is_color=True), False),
        (series(measurable=False), False),
    ],
)
def test_what_could_compute_nothing_is_not_overridden(changed, may):
    result = verdict(changed)
    assert result.may_be_overridden is may
    assert is_stopped(result, Verdict.REFUSED) is not may


def test_a_word_about_a_caution_lifts_no_refusal():
    refused, caution = verdict(series(modality="PT")), verdict(series((3.0, 0.8, 0.8)))
    assert is_stopped(refused, Verdict.CAUTION)
    assert not is_stopped(caution, Verdict.CAUTION)
    assert is_stopped(caution, Verdict.OK)
    assert not is_stopped(verdict(series()), Verdict.OK)

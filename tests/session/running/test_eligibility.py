"""The card is held against the study before a model runs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.model import EligibilityRules, ModelSpec, Verdict
from reader.core.provenance import AlgorithmIdentity
from reader.core.series_kind import SeriesClass, SeriesKind
from reader.core.study import GeometryWarning, Patient, Series, SeriesTags, Study, WarningCode
from reader.core.text import say
from reader.core.volume import Volume
from reader.session.running.eligibility import check_content, check_header, joined

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


def ct(value: int, unit=IntensityUnit.HU) -> Volume:
    voxels = np.full((16, 16, 16), value, np.int16)
    return Volume("1", voxels, VolumeGeometry.from_spacing((16, 16, 16), (1, 1, 1)), unit)


@pytest.mark.parametrize(
    ("volume", "lung_ml", "expected"),
    [
        (ct(-1000), 3000.0, Verdict.OK),
        (ct(24), 3000.0, Verdict.CAUTION),
        (ct(-1000, IntensityUnit.ARBITRARY), 3000.0, Verdict.REFUSED),
        (ct(-1000), 600.0, Verdict.CAUTION),
        (ct(-1000), 20.0, Verdict.REFUSED),
        (ct(-1000), None, Verdict.OK),
    ],
)
def test_the_pixels_are_asked_too(volume, lung_ml, expected):
    assert check_content(volume, SPEC, lung_ml).verdict is expected


def test_the_worst_reason_comes_first():
    both = joined(verdict(series((3.0, 0.8, 0.8))), check_content(ct(-1000), SPEC, 20.0))
    assert both.verdict is Verdict.REFUSED
    assert str(both.reasons[0]).startswith("Lung in the image: 20 ml")

"""The shipped chest model's card against real series: chests pass, nothing else does."""

from functools import cache

import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.model import Verdict
from reader.formats.dicom_scan import scan_paths
from reader.formats.series_reader import read_series
from reader.inference.packs.registry import load_spec
from reader.session.running.eligibility.content import check_series
from reader.session.running.eligibility.header import check_header


@cache
def spec():
    from tests.support.driver import PROJECT

    return load_spec(PROJECT / "models" / "chest-ct")


def judged(path, modality: str):
    """What the headers of a case's series of a modality say."""
    scan = scan_paths([path], ignore_progress, CancelToken())
    pairs = [(study, s) for study in scan.studies for s in study.series if s.modality == modality]
    assert pairs
    return [check_header(study, series, spec()) for study, series in pairs]


@pytest.mark.parametrize(
    ("folder", "modality"),
    [
        ("petct_lung_acrin042/pet_ac", "PT"),
        ("petct_lung_acrin042/pet_nac", "PT"),
        ("mr_prostate_prostatex0207", "MR"),
        ("mr_stroke_cstar", "OT"),
        ("dicom_zoo/xray_mammo", "CR"),
    ],
)
def test_what_is_no_ct_never_passes(real_data, folder, modality):
    assert {one.verdict for one in judged(real_data(folder), modality)} == {Verdict.REFUSED}


def test_a_radiograph_cannot_be_run_at_all_and_an_mr_against_the_card(real_data):
    films = judged(real_data("dicom_zoo/xray_mammo"), "CR")
    prostate = judged(real_data("mr_prostate_prostatex0207"), "MR")
    assert not any(one.may_be_overridden for one in films)
    assert all(one.may_be_overridden for one in prostate)


@pytest.mark.parametrize(
    ("path", "expected", "words"),
    [
        ("ct_chest_totalseg_pulmonary/ct_cropped.nii.gz", Verdict.CAUTION, "cut off"),
        ("ct_abdomen_totalseg_example/example_ct_sm.nii.gz", Verdict.REFUSED, "abdomen"),
    ],
)
def test_a_ct_is_judged_by_what_it_shows(real_data, path, expected, words):
    scan = scan_paths([real_data(path)], ignore_progress, CancelToken())
    (study,) = scan.studies
    (series,) = study.series
    volume = read_series(series, ignore_progress, CancelToken())
    result = check_series(study, series, volume, spec(), CancelToken())
    assert result.verdict is expected
    assert any(words in str(reason) for reason in result.reasons)

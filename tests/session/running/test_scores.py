"""Scores are probabilities where the card has a fit, and files know no slider."""

from dataclasses import replace

import pytest

from reader.core.calibration import Calibration
from reader.core.cancel import CancelToken, ignore_progress
from reader.core.model import InferenceRequest
from reader.session.running.scores import calibrated, for_nobody_watching
from tests.support.fake_runner import FakeRunner, fake_spec
from tests.support.sessions import FIRST, study_volume


@pytest.fixture
def result():
    request = InferenceRequest("run", FIRST, study_volume(), fake_spec())
    return FakeRunner().run(request, ignore_progress, CancelToken())


def test_a_fit_makes_scores_probabilities_and_keeps_their_order(result):
    spec = replace(fake_spec(), calibration=Calibration(60, "d", temperature=2.0))
    fitted = calibrated(result, spec)
    assert fitted.findings[0].score == pytest.approx(0.75)
    assert all(f.calibrated for f in fitted.findings)
    scores = [f.score for f in fitted.findings]
    assert scores == sorted(scores, reverse=True)
    assert fitted.heatmap is result.heatmap


def test_without_a_fit_nothing_changes(result):
    assert calibrated(result, fake_spec()) is result
    assert calibrated(result, replace(fake_spec(), calibration=Calibration(1, "d"))) is result


def test_a_file_gets_what_the_model_marks_and_nothing_below():
    assert for_nobody_watching(replace(fake_spec(), floor=0.1)).reports_from == 0.3
    assert replace(fake_spec(), floor=0.1).reports_from == 0.1

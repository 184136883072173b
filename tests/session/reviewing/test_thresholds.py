"""Thresholds belong to a kind of finding of a model, and outlast the session."""

from dataclasses import replace

import pytest

from reader.core.calibration import Calibration
from reader.core.codes import LUNG_NODULE
from reader.core.review import ReviewDecision
from reader.session.events import SessionEvents
from reader.session.reviewing.finding_list import FindingList
from reader.session.reviewing.thresholds import MarkKind, Thresholds, kind_of
from tests.session.reviewing.test_finding_list import AI, decided, finding
from tests.support.fake_runner import fake_spec

SPEC = replace(fake_spec(), identity=AI.algorithm, threshold=0.5, floor=0.1)
NODULE = MarkKind("m", f"{LUNG_NODULE.scheme}:{LUNG_NODULE.value}")


@pytest.fixture
def thresholds(tmp_path) -> Thresholds:
    return Thresholds(tmp_path / "thresholds.json", lambda: (SPEC,))


@pytest.fixture
def findings(thresholds) -> FindingList:
    made = FindingList(SessionEvents(), thresholds)
    made.load([finding("low", -50, 0.2), finding("mid", 10, 0.6), finding("high", 80, 0.9)], [])
    return made


def shown(findings: FindingList) -> list[str]:
    return [f.finding_id for f in findings.shown()]


def test_a_kind_starts_at_the_models_own_threshold(findings):
    assert shown(findings) == ["high", "mid"]
    assert findings.unreviewed_count == 2
    assert findings.threshold == 0.5


def test_a_model_without_a_floor_hides_nothing_by_itself(tmp_path):
    plain = Thresholds(None, lambda: (replace(SPEC, floor=None),))
    assert plain.of(NODULE) == 0.0


def test_what_is_below_the_models_threshold_counts_once_it_is_shown(findings):
    findings.set_threshold(0.15, NODULE)
    assert shown(findings) == ["high", "mid", "low"]
    assert findings.unreviewed_count == 3


def test_hiding_the_models_marks_decides_nothing(findings):
    findings.set_threshold(0.95)
    assert shown(findings) == []
    assert findings.unreviewed_count == 2
    assert [f.finding_id for f in findings.claimed()] == ["high", "mid"]


def test_a_decision_is_never_hidden(findings):
    findings.take(records=[decided("a", "low", ReviewDecision.CONFIRM)])
    assert "low" in shown(findings)
    assert "low" in [f.finding_id for f in findings.claimed()]


def test_a_choice_is_kept_for_its_kind_alone(findings, thresholds, tmp_path):
    findings.set_threshold(0.3, NODULE)
    thresholds.keep()
    again = Thresholds(tmp_path / "thresholds.json", lambda: (SPEC,))
    assert again.of(NODULE) == 0.3
    assert again.of(MarkKind("other", NODULE.code)) == 0.0
    again.choose(NODULE, 0.5)
    again.keep()
    assert "m" not in (tmp_path / "thresholds.json").read_text()


@pytest.mark.parametrize("text", ["[]", "{", '{"m": 3}', '{"m": {"SCT:1": "high", "SCT:2": 7}}'])
def test_an_odd_file_chooses_nothing(tmp_path, text):
    (tmp_path / "thresholds.json").write_text(text)
    odd = Thresholds(tmp_path / "thresholds.json", lambda: (SPEC,))
    assert odd.of(NODULE) == 0.5


def test_the_own_threshold_is_on_the_scale_of_the_shown_scores():
    fitted = replace(SPEC, threshold=0.9, calibration=Calibration(60, "d", temperature=2.0))
    assert Thresholds(None, lambda: (fitted,)).own(NODULE) == pytest.approx(0.75)


def test_a_readers_own_finding_has_no_threshold():
    assert kind_of(finding("mine", score=None)) is None


def test_listeners_hear_of_the_list_only_when_it_changes():
    events = SessionEvents()
    heard: list[str] = []
    events.findings_changed.connect(lambda: heard.append("list"))
    events.threshold_changed.connect(lambda: heard.append("threshold"))
    made = FindingList(events, Thresholds(None, lambda: (SPEC,)))
    made.load([finding("mid", 10, 0.6)], [])
    heard.clear()
    made.set_threshold(0.55)
    assert heard == ["threshold"]
    made.set_threshold(0.7)
    assert heard == ["threshold", "list", "threshold"]

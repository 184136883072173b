"""The list follows from revisions and rows, whatever the reader does."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reader.core.codes import LUNG_NODULE
from reader.core.finding import Finding
from reader.core.provenance import AlgorithmIdentity, Provenance, Reviewer
from reader.core.review import (
    RecordKind,
    RejectReason,
    ReviewDecision,
    ReviewRecord,
    ReviewStatus,
)
from reader.session.events import SessionEvents
from reader.session.reviewing.finding_list import FindingList

NOW = datetime(2026, 1, 2, tzinfo=UTC)
READER = Reviewer("Lin")
AI = Provenance(NOW, algorithm=AlgorithmIdentity("m", "M", "1", "0" * 64))


def finding(name: str, z: float = 0.0, score: float | None = 0.5, provenance=AI) -> Finding:
    return Finding(
        name, f"{name}.0", "1.2", "s", "Nodule", LUNG_NODULE, (0.0, 0.0, z), provenance, score=score
    )


def row(record_id, kind=RecordKind.DECISION, **values) -> ReviewRecord:
    return ReviewRecord(record_id, "study", kind, READER, NOW, **values)


def decided(record_id, finding_id, decision, revision_id=None) -> ReviewRecord:
    return row(record_id, finding_id=finding_id, decision=decision, revision_id=revision_id)


@pytest.fixture
def findings() -> FindingList:
    made = FindingList(SessionEvents())
    made.load([finding("low", -50, 0.2), finding("high", 80, 0.9), finding("mid", 10, 0.6)], [])
    return made


def ids(findings: FindingList) -> list[str]:
    return [f.finding_id for f in findings.findings]


def test_findings_are_read_from_head_to_feet(findings):
    assert ids(findings) == ["high", "mid", "low"]


def test_next_goes_round_and_skips_what_is_decided(findings):
    findings.take(records=[decided("a", "mid", ReviewDecision.CONFIRM)])
    seen = [findings.next_unreviewed() for _ in range(3)]
    assert seen == ["high", "low", "high"]
    assert findings.previous_unreviewed() == "low"


def test_next_says_when_nothing_is_left(findings):
    for number, finding_id in enumerate(ids(findings)):
        findings.take(records=[decided(str(number), finding_id, ReviewDecision.REJECT)])
    assert findings.next_unreviewed() is None
    assert findings.unreviewed_count == 0


def test_the_threshold_hides_but_still_counts(findings):
    findings.set_threshold(0.5)
    assert [f.finding_id for f in findings.shown()] == ["high", "mid"]
    assert findings.unreviewed_count == 3
    assert findings.next_unreviewed() == "high"
    assert findings.next_unreviewed() == "mid"
    assert findings.next_unreviewed() == "high"


def test_the_threshold_never_hides_a_decision(findings):
    findings.take(records=[decided("a", "low", ReviewDecision.CONFIRM)])
    findings.set_threshold(0.5)
    assert findings.is_shown("low")


def test_an_edit_shows_its_revision_until_it_is_undone(findings):
    edited = replace(
        finding("mid"), revision_id="mid.1", parent_revision_id="mid.0", long_axis_mm=9.0
    )
    findings.take([edited], [decided("a", "mid", ReviewDecision.EDIT, "mid.1")])
    assert findings.finding("mid").long_axis_mm == 9.0
    assert findings.proposed("mid").long_axis_mm is None
    findings.take(records=[row("b", RecordKind.UNDO, undoes="a")])
    assert findings.finding("mid").long_axis_mm is None
    assert findings.status_of("mid") is ReviewStatus.UNREVIEWED


def test_an_added_finding_comes_with_its_row_and_goes_with_its_undo(findings):
    own = finding("own", 5, None, Provenance(NOW, reviewer=READER))
    findings.take([own])
    assert "own" not in ids(findings)
    findings.take(records=[decided("a", "own", ReviewDecision.ADD, "own.0")])
    findings.select("own")
    assert findings.status_of("own") is ReviewStatus.ADDED
    findings.take(records=[row("b", RecordKind.UNDO, undoes="a")])
    assert "own" not in ids(findings)
    assert findings.selected is None


def test_the_reason_is_that_of_the_last_rejection(findings):
    rejected = decided("a", "low", ReviewDecision.REJECT)
    reason = row("b", RecordKind.REASON, finding_id="low", refers_to="a", reason=RejectReason.SCAR)
    findings.take(records=[rejected, reason])
    assert findings.reviewed("low").reason is RejectReason.SCAR
    findings.take(records=[decided("c", "low", ReviewDecision.REJECT)])
    assert findings.reviewed("low").reason is None
    findings.take(records=[decided("d", "low", ReviewDecision.CONFIRM)])
    assert findings.reviewed("low").reason is None


def test_a_signature_holds_until_it_is_undone(findings):
    assert not findings.is_signed
    findings.take(records=[row("a", RecordKind.SIGN)])
    assert findings.is_signed
    findings.take(records=[row("b", RecordKind.UNDO, undoes="a")])
    assert not findings.is_signed


def test_selecting_something_unknown_is_ignored(findings):
    findings.select("nothing")
    assert findings.selected is None

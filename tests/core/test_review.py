"""Status is derived from the ledger and from nothing else."""

from datetime import UTC, datetime

import pytest

from reader.core.codes import LUNG_NODULE
from reader.core.finding import Finding
from reader.core.provenance import AlgorithmIdentity, Provenance, Reviewer
from reader.core.review import (
    RecordKind,
    ReviewDecision,
    ReviewRecord,
    ReviewStatus,
    active_records,
    review_status,
)

NOW = datetime(2026, 1, 2, tzinfo=UTC)
READER = Reviewer("Lin")
AI = Provenance(NOW, algorithm=AlgorithmIdentity("m", "M", "1", "0" * 64))
OWN = Provenance(NOW, reviewer=READER)


def finding(provenance: Provenance = AI) -> Finding:
    return Finding("f", "r", "1.2", "s", "Nodule", LUNG_NODULE, (0.0, 0.0, 0.0), provenance)


def decision(record_id: str, what: ReviewDecision, finding_id: str = "f") -> ReviewRecord:
    return ReviewRecord(
        record_id, "study", RecordKind.DECISION, READER, NOW, finding_id=finding_id, decision=what
    )


def undo(record_id: str, undoes: str) -> ReviewRecord:
    return ReviewRecord(record_id, "study", RecordKind.UNDO, READER, NOW, undoes=undoes)


def status(*records: ReviewRecord, provenance: Provenance = AI) -> ReviewStatus:
    return review_status(finding(provenance), active_records(records))


def test_without_records_a_finding_waits():
    assert status() is ReviewStatus.UNREVIEWED


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (ReviewDecision.CONFIRM, ReviewStatus.CONFIRMED),
        (ReviewDecision.EDIT, ReviewStatus.EDITED),
        (ReviewDecision.REJECT, ReviewStatus.REJECTED),
        (ReviewDecision.ADD, ReviewStatus.ADDED),
    ],
)
def test_the_last_decision_counts(what, expected):
    first = decision("a", ReviewDecision.REJECT)
    assert status(first, decision("b", what)) is expected


def test_decisions_about_others_do_not_count():
    assert status(decision("a", ReviewDecision.CONFIRM, "other")) is ReviewStatus.UNREVIEWED


def test_an_undone_decision_does_not_count_and_a_redone_one_does():
    confirm = decision("a", ReviewDecision.CONFIRM)
    taken_back = undo("b", "a")
    assert status(confirm, taken_back) is ReviewStatus.UNREVIEWED
    assert status(confirm, taken_back, undo("c", "b")) is ReviewStatus.CONFIRMED
    assert status(confirm, taken_back, undo("c", "b"), undo("d", "c")) is ReviewStatus.UNREVIEWED


@pytest.mark.parametrize("what", [ReviewDecision.EDIT, ReviewDecision.CONFIRM])
def test_a_readers_own_finding_stays_added(what):
    added = decision("a", ReviewDecision.ADD)
    assert status(added, decision("b", what), provenance=OWN) is ReviewStatus.ADDED


def test_a_readers_own_finding_can_be_rejected():
    added = decision("a", ReviewDecision.ADD)
    rejected = decision("b", ReviewDecision.REJECT)
    assert status(added, rejected, provenance=OWN) is ReviewStatus.REJECTED


def test_rows_that_contradict_themselves_are_refused():
    with pytest.raises(ValueError, match="decision"):
        ReviewRecord("a", "s", RecordKind.DECISION, READER, NOW)
    with pytest.raises(ValueError, match="undo"):
        ReviewRecord("a", "s", RecordKind.UNDO, READER, NOW)
    with pytest.raises(ValueError, match="zone"):
        ReviewRecord("a", "s", RecordKind.SIGN, READER, datetime(2026, 1, 1))  # noqa: DTZ001


def test_provenance_is_either_a_model_or_a_person():
    with pytest.raises(ValueError, match="either"):
        Provenance(NOW)
    with pytest.raises(ValueError, match="either"):
        Provenance(NOW, algorithm=AI.algorithm, reviewer=READER)

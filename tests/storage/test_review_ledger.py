"""Rows come back as they went in, and nobody can change one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from reader.core.errors import StorageError
from reader.core.provenance import Reviewer
from reader.core.review import RecordKind, RejectReason, ReviewDecision, ReviewRecord
from reader.storage.database import Database
from reader.storage.review_ledger import ReviewLedger

READER = Reviewer("林 Lin", "St. Mary's")
AT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "readings.sqlite")) as opened:
        yield opened


def decision(record_id: str, study_uid: str = "1.2", **values: object) -> ReviewRecord:
    values.setdefault("decision", ReviewDecision.CONFIRM)
    return ReviewRecord(record_id, study_uid, RecordKind.DECISION, READER, AT, **values)


def one_of_each() -> list[ReviewRecord]:
    decisions = [
        decision(f"d-{d.value}", finding_id="f", revision_id="r", decision=d)
        for d in ReviewDecision
    ]
    reasons = [
        ReviewRecord(
            f"reason-{reason.value}", "1.2", RecordKind.REASON, READER, AT, finding_id="f",
            revision_id="r", reason=reason, refers_to="d-reject",
        )
        for reason in RejectReason
    ]  # fmt: skip
    return [
        *decisions,
        decision("d-with-reason", decision=ReviewDecision.REJECT, reason=RejectReason.VESSEL),
        *reasons,
        ReviewRecord("s", "1.2", RecordKind.STROKE, READER, AT, "f", "r2", refers_to="d-edit"),
        ReviewRecord("sign", "1.2", RecordKind.SIGN, Reviewer("Other"), AT.astimezone(UTC)),
        ReviewRecord("u", "1.2", RecordKind.UNDO, READER, AT, undoes="sign"),
    ]


def test_every_kind_of_row_comes_back_as_it_went_in_and_in_order(database: Database) -> None:
    ledger, written = ReviewLedger(database), one_of_each()
    assert {r.kind for r in written} == set(RecordKind)
    for record in written:
        ledger.append(record)
    ledger.append(decision("elsewhere", "9.9"))
    assert ledger.records("1.2") == written
    assert [r.at.isoformat() for r in ledger.records("1.2")] == [r.at.isoformat() for r in written]
    assert [r.record_id for r in ledger.records("9.9")] == ["elsewhere"]
    assert ledger.records("none") == []


def test_rows_are_there_after_closing(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    with closing(Database(path)) as database:
        ReviewLedger(database).append(decision("a"))
    with closing(Database(path)) as database:
        assert ReviewLedger(database).records("1.2") == [decision("a")]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE ledger SET decision = 'reject'",
        "DELETE FROM ledger",
        "INSERT OR REPLACE INTO ledger SELECT sequence, record_id, study_uid, kind, 'Someone', "
        "'', at, finding_id, revision_id, decision, reason, undoes, refers_to FROM ledger",
    ],
)
def test_no_row_can_be_changed_or_removed(database: Database, tampering: str) -> None:
    ReviewLedger(database).append(decision("a"))
    with pytest.raises(StorageError):
        database.execute(tampering)
    assert ReviewLedger(database).records("1.2") == [decision("a")]


def test_a_row_may_only_point_at_rows_that_are_there_and_once(database: Database) -> None:
    ledger = ReviewLedger(database)
    ledger.append(decision("a"))
    with pytest.raises(StorageError):
        ledger.append(ReviewRecord("u", "1.2", RecordKind.UNDO, READER, AT, undoes="never"))
    with pytest.raises(StorageError):
        ledger.append(decision("a"))
    assert ledger.records("1.2") == [decision("a")]

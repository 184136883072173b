"""The ledger of everything a reader decided: rows are added, never changed."""

from __future__ import annotations

from datetime import datetime

from reader.core.provenance import Reviewer
from reader.core.review import RecordKind, RejectReason, ReviewDecision, ReviewRecord
from reader.storage.database import Database, Row

_COLUMNS = (
    "record_id, study_uid, kind, reviewer_name, reviewer_organization, at, "
    "finding_id, revision_id, decision, reason, undoes, refers_to"
)


class ReviewLedger:
    """Appends rows and reads them back in the order they were made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, record: ReviewRecord) -> None:
        """Add one row; on disk when this returns, or with the transaction around it.

        Raises: StorageError: nothing was written.
        """
        values = (
            record.record_id,
            record.study_uid,
            record.kind.value,
            record.reviewer.name,
            record.reviewer.organization,
            record.at.isoformat(),
            record.finding_id,
            record.revision_id,
            record.decision.value if record.decision else None,
            record.reason.value if record.reason else None,
            record.undoes,
            record.refers_to,
        )
        marks = ", ".join("?" * len(values))
        self._database.execute(f"INSERT INTO ledger ({_COLUMNS}) VALUES ({marks})", values)

    def records(self, study_uid: str) -> list[ReviewRecord]:
        """All rows of a study, oldest first. Raises: StorageError."""
        rows = self._database.execute(
            f"SELECT {_COLUMNS} FROM ledger WHERE study_uid = ? ORDER BY sequence", (study_uid,)
        )
        return [_record(row) for row in rows]


def _record(row: Row) -> ReviewRecord:
    record_id, study_uid, kind, name, organization, at, finding_id, revision_id = row[:8]
    decision, reason, undoes, refers_to = row[8:]
    return ReviewRecord(
        record_id=record_id,
        study_uid=study_uid,
        kind=RecordKind(kind),
        reviewer=Reviewer(name, organization),
        at=datetime.fromisoformat(at),
        finding_id=finding_id,
        revision_id=revision_id,
        decision=ReviewDecision(decision) if decision else None,
        reason=RejectReason(reason) if reason else None,
        undoes=undoes,
        refers_to=refers_to,
    )

"""What a reader decided, and the status that follows from it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from reader.core.finding import Finding
from reader.core.provenance import Reviewer


class ReviewDecision(enum.Enum):
    """The four things a reader can do about a finding."""

    CONFIRM = "confirm"
    EDIT = "edit"
    REJECT = "reject"
    ADD = "add"


class ReviewStatus(enum.Enum):
    """Where a finding stands; derived from the ledger, never stored."""

    UNREVIEWED = "unreviewed"
    CONFIRMED = "confirmed"
    EDITED = "edited"
    REJECTED = "rejected"
    ADDED = "added"


class RejectReason(enum.Enum):
    """Why an AI finding is not one; in the order of the number keys 1 to 6."""

    VESSEL = "vessel"
    SCAR = "scar-or-fibrosis"
    ARTIFACT = "artifact"
    BENIGN = "benign"
    DUPLICATE = "duplicate"
    OTHER = "other"


class RecordKind(enum.Enum):
    """What one ledger row says."""

    DECISION = "decision"
    REASON = "reason"
    STROKE = "stroke"
    UNDO = "undo"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """One row of the append-only ledger.

    An UNDO row names in `undoes` the row it takes back (a redo is an UNDO of an UNDO).
    A REASON row completes the REJECT named by `refers_to`. `revision_id` is the finding
    revision that the row was made about or made.
    """

    record_id: str
    study_uid: str
    kind: RecordKind
    reviewer: Reviewer
    at: datetime
    finding_id: str | None = None
    revision_id: str | None = None
    decision: ReviewDecision | None = None
    reason: RejectReason | None = None
    undoes: str | None = None
    refers_to: str | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("Times carry their zone.")
        if (self.kind is RecordKind.DECISION) != (self.decision is not None):
            raise ValueError("Decision rows, and only they, carry a decision.")
        if (self.kind is RecordKind.UNDO) != (self.undoes is not None):
            raise ValueError("Undo rows, and only they, name what they undo.")


def active_records(records: Sequence[ReviewRecord]) -> list[ReviewRecord]:
    """The rows still in force, oldest first, without the UNDO rows themselves."""
    undone: set[str] = set()
    for record in reversed(records):
        if record.undoes is not None and record.record_id not in undone:
            undone.add(record.undoes)
    return [r for r in records if r.record_id not in undone and r.kind is not RecordKind.UNDO]


_STATUS_OF = {
    ReviewDecision.CONFIRM: ReviewStatus.CONFIRMED,
    ReviewDecision.EDIT: ReviewStatus.EDITED,
    ReviewDecision.REJECT: ReviewStatus.REJECTED,
    ReviewDecision.ADD: ReviewStatus.ADDED,
}


def review_status(finding: Finding, active: Iterable[ReviewRecord]) -> ReviewStatus:
    """The finding's status given the rows in force: its last decision, ADD staying ADD.

    A reader's own finding stays ADDED when it is edited or confirmed; only rejecting
    changes it.
    """
    status = ReviewStatus.UNREVIEWED
    for record in active:
        if record.finding_id == finding.finding_id and record.decision is not None:
            status = _STATUS_OF[record.decision]
    if finding.provenance.is_own and status in (ReviewStatus.EDITED, ReviewStatus.CONFIRMED):
        return ReviewStatus.ADDED
    return status

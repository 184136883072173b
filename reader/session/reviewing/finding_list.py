"""The findings of the open study in reading order, with what became of each.

Nothing here is stored: the list is derived from the revisions and ledger rows it was
given, so it cannot disagree with the disk.
"""

from __future__ import annotations

from collections.abc import Iterable

from reader.core.finding import Finding
from reader.core.handover import ReviewedFinding
from reader.core.review import (
    RecordKind,
    ReviewDecision,
    ReviewRecord,
    ReviewStatus,
    active_records,
    review_status,
)
from reader.session.events import SessionEvents
from reader.session.reviewing.thresholds import MarkKind, Thresholds, kind_of


class FindingList:
    """Current revisions, statuses, the selection and what the thresholds let through."""

    def __init__(self, events: SessionEvents, thresholds: Thresholds | None = None) -> None:
        self._events = events
        self.thresholds = thresholds or Thresholds()
        self._revisions: dict[str, Finding] = {}
        self._records: list[ReviewRecord] = []
        self._current: dict[str, Finding] = {}
        self._reviewed: dict[str, ReviewedFinding] = {}
        self._order: list[str] = []
        self._listed: tuple[Finding, ...] = ()
        self.selected: str | None = None
        self.selection_moves = True
        """Whether the viewports go to the selected finding."""

    # What it is made from

    def load(self, revisions: Iterable[Finding], records: Iterable[ReviewRecord]) -> None:
        """Show another study's findings, nothing selected."""
        self._revisions = {f.revision_id: f for f in revisions}
        self._records = list(records)
        self.selected = None
        self._derive()
        self._events.findings_changed.emit()
        self._events.selection_changed.emit(None)

    def take(self, revisions: Iterable[Finding] = (), records: Iterable[ReviewRecord] = ()) -> None:
        """Take in what has just been written to disk."""
        self._revisions |= {f.revision_id: f for f in revisions}
        self._records.extend(records)
        self._derive()
        if self.selected is not None and self.selected not in self._current:
            self.select(None)
        self._events.findings_changed.emit()

    @property
    def records(self) -> tuple[ReviewRecord, ...]:
        """Every ledger row of the study, oldest first."""
        return tuple(self._records)

    # What is in it

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Current revisions in reading order: head to feet, then from the right.

        Any thread may ask: the answer is replaced whole, never changed.
        """
        return self._listed

    def all(self) -> tuple[Finding, ...]:
        """Every finding, whatever the threshold."""
        return self.findings

    def shown(self) -> tuple[Finding, ...]:
        """Those the threshold lets through."""
        return tuple(f for f in self.findings if self.is_shown(f.finding_id))

    def finding(self, finding_id: str | None) -> Finding | None:
        """The current revision of a finding."""
        return self._current.get(finding_id) if finding_id else None

    def revision(self, revision_id: str) -> Finding | None:
        """Any revision of any finding, in force or not."""
        return self._revisions.get(revision_id)

    def proposed(self, finding_id: str) -> Finding | None:
        """The first revision of a finding, as the model or the reader made it."""
        for revision in self._revisions.values():
            if revision.finding_id == finding_id and revision.parent_revision_id is None:
                return revision
        return None

    def reviewed(self, finding_id: str) -> ReviewedFinding:
        """A finding with its status and reason. Raises: KeyError."""
        return self._reviewed[finding_id]

    def status_of(self, finding_id: str) -> ReviewStatus:
        """Where a finding stands. Raises: KeyError."""
        return self._reviewed[finding_id].status

    @property
    def unreviewed_count(self) -> int:
        """How many wait for a decision.

        Hiding what the model marks decides nothing, so those count too. What it reports
        below its own threshold counts only while the reader has it shown.
        """
        return sum(self.is_claimed(finding_id) for finding_id in self._waiting())

    @property
    def is_signed(self) -> bool:
        """Whether a signature is in force."""
        return any(r.kind is RecordKind.SIGN for r in active_records(self._records))

    # What of it is looked at

    @property
    def kinds(self) -> tuple[MarkKind, ...]:
        """The kinds of findings that have a threshold, in the order of the list."""
        kinds = (kind_of(finding) for finding in self._listed)
        return tuple(dict.fromkeys(kind for kind in kinds if kind is not None))

    @property
    def threshold(self) -> float:
        """The highest of the kinds' thresholds: whatever is hidden scores less."""
        return max((self.thresholds.of(kind) for kind in self.kinds), default=0.0)

    def set_threshold(self, threshold: float, kind: MarkKind | None = None) -> None:
        """Hide AI findings that wait and score less, of one kind or of all.

        Nothing is deleted or decided by it.
        """
        before = [f.finding_id for f in self.shown()]
        kinds = self.kinds if kind is None else (kind,)
        changed = [self.thresholds.choose(one, threshold) for one in kinds]
        if any(changed):
            if [f.finding_id for f in self.shown()] != before:
                self._events.findings_changed.emit()
            self._events.threshold_changed.emit()

    def is_shown(self, finding_id: str) -> bool:
        """Whether the threshold lets a finding through; decided ones always are."""
        finding = self._current.get(finding_id)
        if finding is None:
            return False
        kind = kind_of(finding)
        if kind is None or self._reviewed[finding_id].status is not ReviewStatus.UNREVIEWED:
            return True
        return (finding.score or 0.0) >= self.thresholds.of(kind)

    def is_claimed(self, finding_id: str) -> bool:
        """Whether a finding is the model's mark by its own threshold, or is shown anyway."""
        finding = self._current.get(finding_id)
        kind = kind_of(finding) if finding is not None else None
        if finding is None or kind is None or self.is_shown(finding_id):
            return finding is not None
        return (finding.score or 0.0) >= self.thresholds.own(kind)

    def claimed(self) -> tuple[Finding, ...]:
        """Every finding but those below the model's own threshold that nobody asked to see."""
        return tuple(f for f in self.findings if self.is_claimed(f.finding_id))

    def select(self, finding_id: str | None, moves: bool = True) -> None:
        """Select a finding; the viewports go there, unless it is what the reader points at."""
        if finding_id is not None and finding_id not in self._current:
            return
        self.selected, self.selection_moves = finding_id, moves
        self._events.selection_changed.emit(finding_id)

    def next_unreviewed(self) -> str | None:
        """Select the next shown finding that waits, round the end; None if there is none."""
        return self._step(1)

    def previous_unreviewed(self) -> str | None:
        """Select the one before that waits; None if there is none."""
        return self._step(-1)

    def _step(self, step: int) -> str | None:
        count = len(self._order)
        at = self._order.index(self.selected) if self.selected in self._order else None
        first = (0 if step > 0 else count - 1) if at is None else at + step
        for offset in range(count):
            finding_id = self._order[(first + step * offset) % count]
            waits = self.status_of(finding_id) is ReviewStatus.UNREVIEWED
            if waits and self.is_shown(finding_id) and finding_id != self.selected:
                self.select(finding_id)
                return finding_id
        return None

    def _waiting(self) -> list[str]:
        waits = ReviewStatus.UNREVIEWED
        return [name for name, one in self._reviewed.items() if one.status is waits]

    # How it is derived

    def _derive(self) -> None:
        active = active_records(self._records)
        about: dict[str | None, list[ReviewRecord]] = {}
        for record in active:
            about.setdefault(record.finding_id, []).append(record)
        self._current = _current_revisions(self._revisions.values(), active)
        self._reviewed = {
            finding_id: _reviewed(finding, about.get(finding_id, []))
            for finding_id, finding in self._current.items()
        }
        self._order = sorted(self._current, key=lambda f: _reading_order(self._current[f]))
        self._listed = tuple(self._current[finding_id] for finding_id in self._order)


def _reading_order(finding: Finding) -> tuple[float, float, str]:
    x, _, z = finding.center_lps_mm
    return -z, x, finding.finding_id


def _current_revisions(
    revisions: Iterable[Finding], active: list[ReviewRecord]
) -> dict[str, Finding]:
    """The newest revision in force of every finding that is there.

    The first revision of a finding by the AI or by others is there from the start; every
    other revision is in force while the row that made it is.
    """
    named = {r.revision_id for r in active if r.revision_id is not None}
    made_by_reader = {
        r.finding_id for r in active if r.decision is ReviewDecision.ADD and r.finding_id
    }
    current: dict[str, Finding] = {}
    for revision in revisions:
        is_first = revision.parent_revision_id is None
        if is_first and revision.provenance.is_own:
            in_force = revision.finding_id in made_by_reader
        else:
            in_force = is_first or revision.revision_id in named
        if in_force:
            current[revision.finding_id] = revision
    return current


def _reviewed(finding: Finding, active: list[ReviewRecord]) -> ReviewedFinding:
    """A finding with its status, given the rows in force about it, oldest first."""
    status = review_status(finding, active)
    reason = None
    if status is ReviewStatus.REJECTED:
        # A reason counts until the next decision: that one has its own, or none.
        said = (RecordKind.DECISION, RecordKind.REASON)
        reason = [r.reason for r in active if r.kind in said][-1]
    return ReviewedFinding(finding, status, reason)

"""Where a reader's act becomes durable: on disk first, then in memory, then announced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from reader.core.errors import NotAllowedError
from reader.core.finding import Finding
from reader.core.label_change import LabelChange
from reader.core.provenance import Reviewer
from reader.core.review import RecordKind, RejectReason, ReviewDecision, ReviewRecord
from reader.core.segmentation import Segment, Segmentation
from reader.core.text import say
from reader.session.events import SessionEvents
from reader.session.reviewing.edits import put_change, set_segments
from reader.session.reviewing.finding_list import FindingList
from reader.session.study_store import StudyStore
from reader.storage.database import Database
from reader.storage.result_store import ResultStore
from reader.storage.review_ledger import ReviewLedger
from reader.storage.stroke_journal import StrokeJournal


@dataclass(frozen=True, slots=True, eq=False)
class VoxelEdit:
    """What an act does to a segmentation.

    `segments`: the meaning of its labels afterwards, None if unchanged. `is_shown`: the
    change is in the labels already (a stroke is seen while it is drawn).
    """

    segmentation: Segmentation
    change: LabelChange | None
    segments: tuple[Segment, ...] | None = None
    is_shown: bool = False


class ActRecorder:
    """Writes one act, with all that belongs to it, in one transaction.

    Decisions, reasons, strokes, undo and signatures all pass here, so that "recorded"
    means the same for all: when `record` returns, the act is on disk, whole.
    """

    def __init__(
        self,
        database: Database,
        ledger: ReviewLedger,
        results: ResultStore,
        journal: StrokeJournal,
        findings: FindingList,
        studies: StudyStore,
        events: SessionEvents,
        reviewer: Callable[[], Reviewer],
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._results = results
        self._journal = journal
        self._findings = findings
        self._studies = studies
        self._events = events
        self._reviewer = reviewer
        self._clock = clock
        self.new_id = new_id
        self.study_uid: str | None = None
        """The study whose earlier acts are in memory; only its acts may be recorded."""

    def now(self) -> datetime:
        """The time that is written into records."""
        return self._clock()

    def reviewer(self) -> Reviewer:
        """The person deciding."""
        reviewer = self._reviewer()
        return reviewer if reviewer.name.strip() else Reviewer("Reader", reviewer.organization)

    def require_open(self) -> None:
        """Raises: NotAllowedError: no study is open and read back, or its reading is signed."""
        self.require_restored()
        if self._findings.is_signed:
            raise NotAllowedError(
                say("This reading is signed."),
                say("Take the signature back with undo to change anything."),
            )

    def require_restored(self) -> str:
        """The open study's UID.

        Raises: NotAllowedError: none is open, or its earlier acts are not read back yet.
        """
        study = self._studies.study
        if study is None:
            raise NotAllowedError(say("No study is open."), say("Open a study first."))
        if study.study_uid != self.study_uid:
            raise NotAllowedError(
                say("What was decided about this study before has not been read back yet."),
                say("Wait a moment, then do it again."),
            )
        return study.study_uid

    def require_own(self, series_key: str | None) -> None:
        """Whether something can be kept on a series.

        Raises: NotAllowedError: it is of a study that is only compared with, or lasts no
            longer than the study is open.
        """
        if self._studies.is_companion(series_key):
            raise NotAllowedError(
                say("This is another study, shown beside the open one."),
                say("Open it to decide or measure anything in it."),
            )
        is_open = self._studies.has_series(series_key)
        if is_open and self._studies.series(series_key or "").is_curved:
            raise NotAllowedError(
                say("A series along a drawn path is gone when its study is closed."),
                say("Read the size while you draw, or measure on the series it was made from."),
            )

    def finding(self, finding_id: str) -> Finding:
        """A finding of the open study. Raises: NotAllowedError: there is none such."""
        finding = self._findings.finding(finding_id)
        if finding is None:
            raise NotAllowedError(
                say("This finding is no longer there."), say("Choose another one in the list.")
            )
        return finding

    def row(
        self,
        kind: RecordKind,
        finding: Finding | None = None,
        decision: ReviewDecision | None = None,
        reason: RejectReason | None = None,
        undoes: str | None = None,
        refers_to: str | None = None,
    ) -> ReviewRecord:
        """A ledger row about a finding of the open study, made now. Not written yet.

        Raises: NotAllowedError: as `require_restored`.
        """
        return ReviewRecord(
            record_id=self.new_id(),
            study_uid=self.require_restored(),
            kind=kind,
            reviewer=self.reviewer(),
            at=self.now(),
            finding_id=finding.finding_id if finding else None,
            revision_id=finding.revision_id if finding else None,
            decision=decision,
            reason=reason,
            undoes=undoes,
            refers_to=refers_to,
        )

    def record(
        self,
        row: ReviewRecord,
        revision: Finding | None = None,
        edit: VoxelEdit | None = None,
        new_segment: Segment | None = None,
    ) -> None:
        """Write an act; on disk, shown and announced when this returns.

        `revision` is the finding revision the act made, `new_segment` the label it gave a
        meaning to for the first time.

        Raises:
            StorageError: nothing of it was written, and nothing in memory changed.
            NotAllowedError: as `require_own`.
        """
        if revision is not None:
            self.require_own(revision.series_key)
        with self._database.transaction():
            self._ledger.append(row)
            if revision is not None:
                self._results.add_revision(row.study_uid, revision)
            if edit is not None:
                self._save(row, edit, new_segment)
        if edit is not None:
            self._show(edit)
        self._findings.take((revision,) if revision is not None else (), (row,))
        if edit is not None and edit.change is not None:
            self._events.segmentation_changed.emit(edit.segmentation.series_key, edit.change.box)
        self._events.recorded.emit(row)
        self._events.history_changed.emit()

    def _save(self, row: ReviewRecord, edit: VoxelEdit, new_segment: Segment | None) -> None:
        segmentation = edit.segmentation
        if self._studies.segmentation(segmentation.series_key) is not segmentation:
            self._results.add_segmentation(row.study_uid, segmentation)
        if new_segment is not None:
            self._results.add_segment(segmentation.id, new_segment)
        if edit.change is not None:
            self._journal.append(row.record_id, segmentation.id, edit.change)

    def _show(self, edit: VoxelEdit) -> None:
        segmentation = edit.segmentation
        if self._studies.segmentation(segmentation.series_key) is not segmentation:
            self._studies.set_segmentation(segmentation.series_key, segmentation)
        if edit.segments is not None:
            set_segments(segmentation, edit.segments)
        if edit.change is not None and not edit.is_shown:
            put_change(segmentation, edit.change)

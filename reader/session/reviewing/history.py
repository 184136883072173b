"""Undo and redo over the whole history of a study, across restarts."""

from __future__ import annotations

from collections.abc import Sequence

from reader.core.errors import NotAllowedError
from reader.core.finding import Finding
from reader.core.review import RecordKind, ReviewRecord
from reader.core.segmentation import Segmentation
from reader.core.text import say
from reader.session.reviewing.act_recorder import ActRecorder, VoxelEdit
from reader.session.reviewing.edits import taken_back
from reader.session.reviewing.finding_list import FindingList
from reader.session.study_store import StudyStore
from reader.storage.result_store import ResultStore
from reader.storage.stroke_journal import StrokeJournal


def stacks(
    records: Sequence[ReviewRecord],
) -> tuple[list[ReviewRecord], list[ReviewRecord]]:
    """What can be undone, and the UNDO rows that can be redone; the next one last.

    A new act empties the second list: what was undone before it stays undone.
    """
    by_id = {r.record_id: r for r in records}
    undoable: list[ReviewRecord] = []
    redoable: list[ReviewRecord] = []
    for record in records:
        if record.undoes is None:
            undoable.append(record)
            redoable.clear()
            continue
        target = by_id[record.undoes]
        if target.undoes is None:
            undoable.remove(target)
            redoable.append(record)
        else:
            redoable.remove(target)
            undoable.append(by_id[target.undoes])
    return undoable, redoable


class History:
    """Takes acts back and does them again. Both are acts themselves: rows are only added."""

    def __init__(
        self,
        recorder: ActRecorder,
        findings: FindingList,
        studies: StudyStore,
        journal: StrokeJournal,
        results: ResultStore,
    ) -> None:
        self._recorder = recorder
        self._findings = findings
        self._studies = studies
        self._journal = journal
        self._results = results

    @property
    def next_undo(self) -> ReviewRecord | None:
        """The act that `undo` would take back."""
        undoable, _ = stacks(self._findings.records)
        return undoable[-1] if undoable else None

    @property
    def can_undo(self) -> bool:
        """Whether there is an act to take back."""
        return self.next_undo is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is an act to do again."""
        return self.next_redo is not None

    @property
    def next_redo(self) -> ReviewRecord | None:
        """The act that `redo` would do again."""
        _, redoable = stacks(self._findings.records)
        return self._named(redoable[-1].undoes) if redoable else None

    def undo(self) -> ReviewRecord:
        """Take back the last act in force: a decision, reason, stroke, addition or signature.

        Returns: the act taken back.

        Raises:
            NotAllowedError: there is nothing to undo.
            StorageError: nothing was undone.
        """
        target = self.next_undo
        if target is None:
            raise NotAllowedError(say("There is nothing to undo."), say("Go on reading."))
        self._reverse(target)
        return target

    def redo(self) -> ReviewRecord:
        """Do the act undone last again, if nothing new was done since.

        Returns: the act done again. Raises: as `undo`.
        """
        _, redoable = stacks(self._findings.records)
        if not redoable:
            raise NotAllowedError(say("There is nothing to redo."), say("Go on reading."))
        self._reverse(redoable[-1])
        return self._named(redoable[-1].undoes)

    def _reverse(self, row: ReviewRecord) -> None:
        """Append the row that takes `row`, an act or an undo, back with the voxels it changed."""
        act = row if row.undoes is None else self._named(row.undoes)
        finding = self._findings.revision(act.revision_id) if act.revision_id else None
        undo = self._recorder.row(RecordKind.UNDO, finding, undoes=row.record_id)
        change = self._journal.change_of(row.record_id)
        if change is None or finding is None:
            self._recorder.record(undo)
            return
        segmentation = self._segmentation(finding)
        segments = segmentation.segments
        if self._gave_label(finding):
            segments = tuple(s for s in segments if s.label != finding.label)
            if act is not row and finding.label is not None:
                segments = (*segments, self._results.segment(segmentation.id, finding.label))
        edit = VoxelEdit(segmentation, taken_back(segmentation, change), segments)
        self._recorder.record(undo, edit=edit)

    def _gave_label(self, revision: Finding) -> bool:
        """Whether the finding had no extent before this revision of it."""
        parent = revision.parent_revision_id
        before = self._findings.revision(parent) if parent else None
        return before is None or before.label is None

    def _named(self, record_id: str | None) -> ReviewRecord:
        return next(r for r in self._findings.records if r.record_id == record_id)

    def _segmentation(self, finding: Finding) -> Segmentation:
        """The voxels to change. Raises: NotAllowedError: they lie on a series not at hand."""
        segmentation = self._studies.segmentation(finding.series_key)
        if segmentation is None:
            raise NotAllowedError(
                say("The images this was drawn on are not open."),
                say("Open the folder that holds them, then undo."),
            )
        return segmentation

"""Everything about reviewing one study, built over one database and wired together."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from reader.core.finding import Finding
from reader.core.handover import ReviewedFinding
from reader.core.model import InferenceResult
from reader.core.provenance import AlgorithmIdentity, Reviewer
from reader.core.review import ReviewRecord
from reader.core.segmentation import Segment, Segmentation
from reader.core.study import Study
from reader.core.text import Text, say
from reader.session.events import SessionEvents
from reader.session.reviewing.act_recorder import ActRecorder
from reader.session.reviewing.edits import empty_segmentation, set_segments
from reader.session.reviewing.finding_list import FindingList
from reader.session.reviewing.history import History
from reader.session.reviewing.imported_findings import add_imported
from reader.session.reviewing.measuring import Measuring
from reader.session.reviewing.review_desk import ReviewDesk
from reader.session.reviewing.segment_editor import SegmentEditor
from reader.session.reviewing.thresholds import Thresholds
from reader.session.running.apply_result import (
    PreparedResult,
    ResultDestination,
    apply_result,
    prepare_result,
    study_not_open,
)
from reader.session.study_store import StudyStore
from reader.storage.database import Database
from reader.storage.result_store import ResultStore, SavedResults
from reader.storage.review_ledger import ReviewLedger
from reader.storage.stroke_journal import StrokeJournal


class ReviewRoom:
    """The findings, the desk, the editor and the history of the open study."""

    def __init__(
        self,
        database: Path,
        events: SessionEvents,
        studies: StudyStore,
        reviewer: Callable[[], Reviewer],
        clock: Callable[[], datetime],
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
        thresholds: Thresholds | None = None,
    ) -> None:
        """Open the database. Raises: StorageError."""
        self.database = Database(database, clock=clock)
        self._events = events
        self._studies = studies
        self._ledger = ReviewLedger(self.database)
        journal = StrokeJournal(self.database)
        self._results = ResultStore(self.database, journal)
        self._algorithms: dict[str, AlgorithmIdentity] = {}
        self._cautions: dict[str, frozenset[str]] = {}
        self.findings = FindingList(events, thresholds)
        self._recorder = recorder = ActRecorder(
            self.database, self._ledger, self._results, journal,
            self.findings, studies, events, reviewer, clock, new_id,
        )  # fmt: skip
        self.desk = ReviewDesk(recorder, self.findings, studies, self._results)
        self.measuring = Measuring(recorder, self.findings, studies)
        self.editor = SegmentEditor(
            events, studies, self.findings, recorder, journal, self._results
        )
        self.history = History(recorder, self.findings, studies, journal, self._results)
        self._destination = ResultDestination(
            database=self.database,
            results=self._results,
            findings=self.findings,
            studies=studies,
            events=events,
            recorder=recorder,
        )

    def saved(self, study: Study) -> tuple[SavedResults, list[ReviewRecord]]:
        """What is on disk about a study. Tenths of a second on a chest CT: for a worker."""
        return self._results.load(study.study_uid), self._ledger.records(study.study_uid)

    def restore(self, saved: SavedResults, records: list[ReviewRecord]) -> tuple[Text, ...]:
        """Show what was saved about the open study, and allow acts on it.

        Returns: what could not be shown, in words.
        """
        study = self._studies.study
        if study is None:
            return ()
        grids = {s.key: s.geometry for s in study.series}
        self._recorder.study_uid = study.study_uid
        self._algorithms = {run.series_key: run.identity for run in saved.runs}
        for run in saved.runs:
            self._add_cautions(run.series_key, run.cautions)
        self.findings.load(saved.revisions, records)
        left_out = False
        for segmentation in saved.segmentations:
            grid = grids.get(segmentation.series_key)
            if grid is None and segmentation.series_key.partition("~")[0] in grids:
                continue  # it is on a variant, and comes back with it
            if grid is None or not grid.same_grid(segmentation.geometry):
                left_out = True
                continue
            set_segments(segmentation, self._in_force(segmentation))
            self._studies.set_segmentation(segmentation.series_key, segmentation)
        for series_key, heatmap in saved.heatmaps:
            grid = grids.get(series_key)
            if grid is not None and grid.same_grid(heatmap.geometry):
                self._studies.set_heatmap(series_key, heatmap)
        self._events.history_changed.emit()
        self._events.overlay_changed.emit()
        return (_other_images(),) if left_out else ()

    def restore_on(self, series_key: str, saved: SavedResults) -> None:
        """Show what was drawn before on a variant that has just been made."""
        grid = self._studies.geometry(series_key)
        for segmentation in saved.segmentations:
            if segmentation.series_key != series_key or grid is None:
                continue
            if grid.same_grid(segmentation.geometry):
                set_segments(segmentation, self._in_force(segmentation))
                self._studies.set_segmentation(series_key, segmentation)
        self._events.overlay_changed.emit()

    def _in_force(self, segmentation: Segmentation) -> tuple[Segment, ...]:
        """The segments without those of findings that were taken back."""
        current = {f.finding_id: f.label for f in self.findings.findings}
        return tuple(
            s
            for s in segmentation.segments
            if s.finding_id is None or current.get(s.finding_id) == s.label
        )

    def prepare(self, result: InferenceResult) -> PreparedResult:
        """Do what takes long before a result of the open study is taken in. For the worker.

        Raises: ReaderError: the result cannot be taken in.
        """
        segmentation = self._studies.segmentation(result.series_key)
        geometry = self._studies.geometry(result.series_key)
        if geometry is None:
            raise study_not_open()
        if segmentation is None:
            segmentation = empty_segmentation(self._recorder.new_id(), result.series_key, geometry)
        first_label = self._results.next_label(segmentation.id)
        return prepare_result(result, segmentation, self.findings.findings, first_label)

    def apply(self, prepared: PreparedResult) -> None:
        """Take in a model's result; a stroke being drawn is saved as far as it is.

        Raises: ReaderError; then nothing of the result was taken.
        """
        self.editor.settle()
        apply_result(prepared, self._destination)
        self._algorithms[prepared.result.series_key] = prepared.result.identity
        self._add_cautions(prepared.result.series_key, prepared.result.cautions)

    def study_of_run(self, run_id: str) -> str | None:
        """The study that the result of a run is part of already. Raises: StorageError."""
        return self._results.study_of_run(run_id)

    def take_imported(self, findings: Sequence[Finding]) -> int:
        """Put findings by others into the list; how many are new. Raises: as `add_imported`."""
        return add_imported(findings, self.database, self._results, self.findings, self._recorder)

    def algorithm_of(self, series_key: str | None) -> AlgorithmIdentity | None:
        """The model whose result on a series was taken in last, whatever it found."""
        return self._algorithms.get(series_key) if series_key else None

    def cautions(self, series_key: str | None = None) -> frozenset[str]:
        """What cards said against runs that were made, on one series or in the study."""
        if series_key is not None:
            return self._cautions.get(series_key, frozenset())
        return frozenset().union(*self._cautions.values())

    def _add_cautions(self, series_key: str, cautions: Iterable[str]) -> None:
        self._cautions[series_key] = self.cautions(series_key) | frozenset(cautions)

    def reviewed_findings(self, series_key: str) -> tuple[ReviewedFinding, ...]:
        """The findings on one series with what became of each.

        Without what a model reported below its own threshold, unless it was decided on.
        """
        return tuple(
            self.findings.reviewed(f.finding_id)
            for f in self.findings.claimed()
            if f.series_key == series_key
        )

    def forget_study(self) -> None:
        """Forget what was in memory about the study that was open; the disk has it all."""
        self.editor.forget()
        self._recorder.study_uid = None
        self._algorithms = {}
        self._cautions = {}
        self.findings.load((), ())
        self._events.history_changed.emit()

    def close(self) -> None:
        """Save an unfinished stroke and close the database."""
        try:
            self.editor.finish()
        finally:
            self.database.close()


def _other_images() -> Text:
    return say(
        "What was drawn on a series before is not shown: some of its images are missing now."
    )

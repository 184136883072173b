"""The models' corner: what runs, how far it is, what became of it, and how to start it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.session.jobs import Job, JobKind, JobState
from reader.ui.controls.boxes import Rule
from reader.ui.jobs.job_row import JobRow
from reader.ui.kit import Kit
from reader.ui.models.run_offer import RunOffer
from reader.ui.subscriptions import Subscriptions


class JobPanel(QWidget):
    """At the foot of the side panel. Empty of jobs, it offers to run the model."""

    resized = Signal()

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        px = kit.theme.px
        self._kit = kit
        self._rows: dict[int, JobRow] = {}
        self._last_of_before = 0
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(Rule(kit.theme))
        self._column = QVBoxLayout()
        self._column.setContentsMargins(px(16), px(10), px(16), px(12))
        self._column.setSpacing(px(10))
        box.addLayout(self._column)
        self._offer = RunOffer(kit)
        self._column.addWidget(self._offer)
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        subscriptions.add(events.job_changed, self._changed)
        subscriptions.add(events.overlay_changed, self._changed)
        subscriptions.add(events.findings_changed, self._changed)
        subscriptions.add(events.volume_added, self._changed)
        subscriptions.add(events.models_changed, self._changed)
        subscriptions.add(events.study_opened, self._study_opened)
        subscriptions.add(events.viewports_changed, self._moved)
        subscriptions.add(events.run_grew, self._moved)
        self.refresh()

    @property
    def rows(self) -> tuple[JobRow, ...]:
        """The jobs that are shown."""
        return tuple(self._rows.values())

    def refresh(self) -> None:
        """Show unfinished jobs and the last of each kind that ended worth a word."""
        wanted = {job.id: job for job in self._shown_jobs()}
        for job_id in [i for i in self._rows if i not in wanted]:
            gone = self._rows.pop(job_id)
            gone.hide()
            gone.deleteLater()
        for job_id, job in wanted.items():
            if job_id in self._rows:
                self._rows[job_id].show_job(job)
            else:
                self._rows[job_id] = JobRow(self._kit, job)
                self._column.insertWidget(self._column.count() - 1, self._rows[job_id])
        workspace = self._kit.workspace
        again = (JobState.CANCELLED, JobState.FAILED)
        busy = any(j.kind is JobKind.INFERENCE and j.state not in again for j in wanted.values())
        ready = bool(workspace.inference.specs()) and not busy
        self._offer.refresh()
        self._offer.setVisible(ready and workspace.studies.study is not None)
        if self.parentWidget() is not None:
            self.setVisible(bool(wanted) or self._offer.isVisibleTo(self))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Tell what lies above it to make room."""
        super().resizeEvent(event)
        self.resized.emit()

    def _shown_jobs(self) -> list[Job]:
        shown: list[Job] = []
        kinds = JobKind.SCAN, JobKind.LOAD, JobKind.INFERENCE, JobKind.EXPLAIN, JobKind.EXPORT
        for kind in kinds:
            of_kind = [j for j in self._jobs_of_study() if j.kind is kind]
            open_ones = [j for j in of_kind if not j.is_over]
            last = of_kind[-1:] if kind is JobKind.INFERENCE else []
            failed = [j for j in of_kind[-1:] if j.state is JobState.FAILED]
            shown += open_ones or last or failed
        return shown

    def _jobs_of_study(self) -> list[Job]:
        """Jobs over before this study was opened say nothing about it."""
        jobs = self._kit.workspace.jobs.jobs.values()
        return [j for j in jobs if j.id > self._last_of_before or not j.is_over]

    def _study_opened(self, _study: object) -> None:
        self._last_of_before = max(self._kit.workspace.jobs.jobs, default=0)
        self.refresh()

    def _changed(self, *_payload: object) -> None:
        self.refresh()

    def _moved(self, *_payload: object) -> None:
        """Only the map changes: the tick moves with the slice, and more is done."""
        for job_row in self._rows.values():
            if job_row.job.kind is JobKind.INFERENCE:
                job_row.show_job(job_row.job)
        self._offer.refresh()

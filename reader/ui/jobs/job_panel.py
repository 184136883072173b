"""The models' corner: what runs, how far it is, what became of it, and how to start it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.orientation import acquisition_plane, plane_axes
from reader.core.text import say
from reader.imaging.slicing import index_at, reads_backwards
from reader.session.jobs import Job, JobKind, JobState
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton, ActionIconButton
from reader.ui.controls.boxes import IconMark, Rule, row
from reader.ui.controls.icon_button import IconButton
from reader.ui.controls.painting import Run
from reader.ui.controls.text import Line, Paragraph
from reader.ui.findings.threshold_text import threshold_text
from reader.ui.icons import Icon
from reader.ui.jobs.finished_slices import finished_slices
from reader.ui.jobs.grow_map import GrowMap, ProgressLine
from reader.ui.jobs.job_text import job_look
from reader.ui.kit import Kit
from reader.ui.models.run_offer import RunOffer
from reader.ui.subscriptions import Subscriptions
from reader.ui.terms import term
from reader.ui.translate import one_after_the_other, tr


class JobRow(QWidget):
    """One job: its name, how far it is, and a way to stop it."""

    def __init__(self, kit: Kit, job: Job) -> None:
        super().__init__()
        theme, px = kit.theme, kit.theme.px
        self._kit = kit
        self.job = job
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self._mark = IconMark(theme, Icon.CPU, tokens.AI, 20)
        self._name = Line(theme, tokens.BODY, grows=True)
        self._state = Line(theme, tokens.DETAIL)
        self._stop = IconButton(theme, Icon.X, tr(say("Stop")), side=24)
        self._stop.clicked.connect(self._stopped)
        box.addLayout(row(px(8), self._mark, self._name, self._state, self._stop))
        is_model = job.kind is JobKind.INFERENCE
        self._how_far: GrowMap | ProgressLine = GrowMap(theme) if is_model else ProgressLine(theme)
        box.addSpacing(px(8))
        box.addWidget(self._how_far)
        box.addSpacing(px(4))
        self._detail = Line(theme, tokens.DETAIL, grows=True)
        self._aside = Line(theme, tokens.DETAIL)
        box.addLayout(row(px(8), self._detail, self._aside))
        self._trouble = Paragraph(theme, tokens.DETAIL, "", tokens.TEXT_2)
        box.addWidget(self._trouble)
        self.show_job(job)

    def show_job(self, job: Job) -> None:
        """Bring the row up to date."""
        self.job = job
        look = job_look(job)
        self._mark.show_icon(look.icon, look.color)
        self._name.show_runs(_title_runs(job))
        self._state.show_text(look.state, tokens.TEXT_2)
        self._stop.setVisible(not job.is_over)
        if isinstance(self._how_far, GrowMap):
            self._show_map(self._how_far, job)
        else:
            self._detail.hide()
            self._aside.hide()
            self._how_far.show_fraction(look.fraction, look.color)
        error = job.error
        trouble = one_after_the_other(error.what_happened, error.what_to_do) if error else ""
        self._trouble.show_text(trouble)
        self._trouble.setVisible(bool(trouble))

    def _show_map(self, growth: GrowMap, job: Job) -> None:
        """Show the slices that are done and say which they are."""
        workspace = self._kit.workspace
        series_key = workspace.viewports.active.series_key
        volume = workspace.studies.volume(series_key)
        if volume is None or series_key is None:
            return
        shape = volume.geometry.shape_kji
        done = finished_slices(workspace.inference.finished_regions(series_key), shape)
        if job.state is JobState.DONE:
            done = ((0, shape[0]),)
        axes = plane_axes(volume.geometry, acquisition_plane(volume.geometry))
        cursor = workspace.viewports.cursor_of(series_key)
        here = index_at(volume.geometry, axes, cursor) if cursor is not None else None
        if reads_backwards(volume.geometry, axes):
            done = tuple((shape[0] - end, shape[0] - start) for start, end in reversed(done))
            here = shape[0] - 1 - here if here is not None else None
        is_done_for = job.state in (JobState.CANCELLED, JobState.FAILED)
        color = tokens.STOPPED if is_done_for else tokens.AI_DONE
        growth.show_slices(done, shape[0], here, color)
        self._detail.show_text(self._detail_text(job, done), tokens.TEXT_2)
        growing = job.state is JobState.RUNNING and len(done) == 1
        aside = tr(say("growing from your slice")) if growing else ""
        self._aside.show_text(aside, tokens.TEXT_2)
        for line in (self._detail, self._aside):
            line.setVisible(bool(line.text))

    def _detail_text(self, job: Job, done: tuple[tuple[int, int], ...]) -> str:
        if job.state is JobState.DONE:
            return self._result_text()
        if job.state is JobState.RUNNING and len(done) == 1:
            first, end = done[0]
            return tr(say("Slices {first} to {last} done", first=first + 1, last=end))
        if job.state is JobState.RUNNING and job.progress is not None:
            return tr(job.progress.stage)
        return ""

    def _result_text(self) -> str:
        """How many findings it made, and how many of them are not shown."""
        findings = self._kit.workspace.findings
        made = [f for f in findings.all() if f.provenance.is_ai]
        below = sum(not findings.is_shown(f.finding_id) for f in made)
        if not below:
            return tr(say("{count} findings", count=len(made)))
        threshold = threshold_text(self._kit.workspace, findings.threshold)
        return tr(
            say(
                "{count} findings shown, {below} below {threshold}",
                count=len(made) - below,
                below=below,
                threshold=threshold,
            )
        )

    def _stopped(self) -> None:
        self._kit.workspace.jobs.cancel(self.job.id)


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
        for kind in (JobKind.SCAN, JobKind.LOAD, JobKind.INFERENCE, JobKind.EXPORT):
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


def _title_runs(job: Job) -> tuple[Run, ...]:
    """The model's name strong and its version faint; other jobs by their title."""
    values = job.title.values
    if "model" in values and "version" in values:
        name, version = str(values["model"]), str(values["version"])
        return Run(term(name), weight=tokens.SEMIBOLD), Run(f" {version}", tokens.TEXT_2)
    return (Run(tr(job.title), weight=tokens.MEDIUM),)

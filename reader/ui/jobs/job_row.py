"""One job in the panel: its name, how far it is, what became of it, and a way to stop it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.orientation import acquisition_plane, plane_axes
from reader.core.text import Text, say
from reader.imaging.slicing import index_at, reads_backwards
from reader.session.jobs import Job, JobKind, JobState
from reader.ui import tokens
from reader.ui.controls.boxes import IconMark, row
from reader.ui.controls.icon_button import IconButton
from reader.ui.controls.painting import Run
from reader.ui.controls.text import Line, Paragraph
from reader.ui.findings.threshold_text import threshold_text
from reader.ui.icons import Icon
from reader.ui.jobs.finished_slices import Shares, slice_shares
from reader.ui.jobs.grow_map import GrowMap, ProgressLine
from reader.ui.jobs.job_text import device_name, job_look, windows_done
from reader.ui.kit import Kit
from reader.ui.terms import term
from reader.ui.translate import one_after_the_other, tr


class JobRow(QWidget):
    """The name and a stop button, a bar, and beneath it what is done and how it stands."""

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
        self._stop = IconButton(theme, Icon.X, tr(say("Stop")), side=24)
        self._stop.clicked.connect(self._stopped)
        box.addLayout(row(px(8), self._mark, self._name, self._stop))
        is_model = job.kind is JobKind.INFERENCE
        self._how_far: GrowMap | ProgressLine = GrowMap(theme) if is_model else ProgressLine(theme)
        box.addSpacing(px(8))
        box.addWidget(self._how_far)
        box.addSpacing(px(4))
        self._detail = Line(theme, tokens.DETAIL, grows=True)
        self._state = Line(theme, tokens.DETAIL)
        box.addLayout(row(px(8), self._detail, self._state))
        self._words = Paragraph(theme, tokens.DETAIL, "", tokens.TEXT_2)
        box.addWidget(self._words)
        self.show_job(job)

    def show_job(self, job: Job) -> None:
        """Bring the row up to date."""
        self.job = job
        look = job_look(job)
        self._mark.show_icon(look.icon, look.color)
        self._name.show_runs(_title_runs(job))
        self._stop.setVisible(not job.is_over)
        if isinstance(self._how_far, GrowMap):
            self._show_map(self._how_far)
        else:
            self._how_far.show_fraction(look.fraction, look.color)
        self._detail.show_text(self._detail_text(), tokens.TEXT_2)
        self._state.show_text(look.state, tokens.TEXT_2)
        words = self._more_words()
        self._words.show_text(words)
        self._words.setVisible(bool(words))

    def _show_map(self, growth: GrowMap) -> None:
        """Show how much of each slice is done, and where the reader is."""
        workspace, job = self._kit.workspace, self.job
        series_key = workspace.inference.series_of(job.id)
        series_key = series_key or workspace.viewports.active.series_key
        volume = workspace.studies.volume(series_key)
        if volume is None or series_key is None:
            return
        shape = volume.geometry.shape_kji
        boxes = workspace.inference.finished_regions(series_key)
        shares: Shares = ()
        if job.state is JobState.DONE:
            shares = ((0, shape[0], 1.0),)
        elif job.state is not JobState.WAITING:
            shares = slice_shares(boxes, shape)
        axes = plane_axes(volume.geometry, acquisition_plane(volume.geometry))
        cursor = workspace.viewports.cursor_of(series_key)
        here = index_at(volume.geometry, axes, cursor) if cursor is not None else None
        if reads_backwards(volume.geometry, axes):
            shares = tuple((shape[0] - b, shape[0] - a, share) for a, b, share in shares[::-1])
            here = shape[0] - 1 - here if here is not None else None
        is_done_for = job.state in (JobState.CANCELLED, JobState.FAILED)
        color = tokens.STOPPED if is_done_for else tokens.AI_DONE
        growth.show_slices(shares, shape[0], here, color)

    def _detail_text(self) -> str:
        job = self.job
        if job.kind is not JobKind.INFERENCE:
            return ""
        if job.state is JobState.DONE:
            return self._result_text()
        if job.state is JobState.WAITING:
            return self._before_it()
        if job.progress is None:
            return ""
        if job.state is JobState.RUNNING and not job.progress.total:
            return tr(job.progress.stage)
        return tr(windows_done(job.progress))

    def _before_it(self) -> str:
        """How many runs come first."""
        every = self._kit.workspace.jobs.jobs.values()
        before = sum(
            job.kind is self.job.kind and not job.is_over and job.id < self.job.id for job in every
        )
        return tr(say("{count} before it", count=before)) if before else ""

    def _more_words(self) -> str:
        """Why it failed; or on what it ran, and what it has to tell."""
        if self.job.error is not None:
            return one_after_the_other(self.job.error.what_happened, self.job.error.what_to_do)
        outcome = self._kit.workspace.inference.outcome(self.job.id)
        if outcome is None:
            return ""
        words: Sequence[Text] = (device_name(outcome.device), *outcome.notes)
        return one_after_the_other(*words)

    def _result_text(self) -> str:
        """How many findings it made, and how many of them are not shown."""
        workspace = self._kit.workspace
        outcome = workspace.inference.outcome(self.job.id)
        series_key = workspace.inference.series_of(self.job.id)
        findings = workspace.findings
        if outcome is not None and not outcome.makes_findings:
            return tr(say("{count} structures", count=outcome.structures))
        made = [
            f for f in findings.all() if f.provenance.is_ai and series_key in (None, f.series_key)
        ]
        below = sum(not findings.is_shown(f.finding_id) for f in made)
        if not below:
            return tr(say("{count} findings", count=len(made)))
        threshold = threshold_text(workspace, findings.threshold)
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


def _title_runs(job: Job) -> tuple[Run, ...]:
    """The model's name strong and its version faint; other jobs by their title."""
    values = job.title.values
    if "model" in values and "version" in values:
        name, version = str(values["model"]), str(values["version"])
        return Run(term(name), weight=tokens.SEMIBOLD), Run(f" {version}", tokens.TEXT_2)
    return (Run(tr(job.title), weight=tokens.MEDIUM),)

"""The root of the session: opens and closes, and says what follows from what."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.finding import Finding
from reader.core.geometry import Point
from reader.core.model import Runner
from reader.core.model_library import ModelLibrary
from reader.core.provenance import Reviewer
from reader.core.study import Series, Study
from reader.core.text import Text, say
from reader.core.volume import Volume
from reader.session.jobs import Deliver, Job, JobKind
from reader.session.parts import Folders, Parts
from reader.session.running.inference_jobs import BlockedRunError
from reader.storage.settings_file import save_settings


class Mode(enum.Enum):
    """What the reader is doing."""

    READ = "read"
    EDIT = "edit"
    COMPARE = "compare"
    REPORT = "report"


class Workspace(Parts):
    """One reading session. All methods are called on the main thread."""

    def __init__(
        self,
        folders: Folders,
        runner: Runner | None,
        deliver: Deliver,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        make_library: Callable[[], ModelLibrary] | None = None,
    ) -> None:
        super().__init__(folders, runner, deliver, clock, make_library)
        self._run_model_next = False
        self.mode = Mode.READ
        self.events.selection_changed.connect(self._go_to_selected)
        for complaint in self.complaints:
            self.notices.warn(complaint)

    # Opening and closing

    def open_paths(
        self, paths: Sequence[Path], study_uid: str | None = None, run_model: bool = False
    ) -> Job:
        """Open folders or files and show a study: the one named, or that with the most slices.

        `run_model`: start the AI when its first series is read, whatever the settings say.
        """
        self._run_model_next = run_model
        return self.loading.open_paths(paths, study_uid)

    def open_demo(self, run_model: bool = True) -> Job:
        """Open the demo study, made first if this is the first time, with the AI running."""

        def make(report: ReportProgress, cancel: CancelToken) -> Path:
            # The phantom is seldom needed, and takes three frames to import.
            from reader.session.opening.demo_study import ensure_demo_study

            return ensure_demo_study(self._folders.demo, report, cancel)

        def made(folder: Path) -> None:
            self.open_paths([folder], run_model=run_model)

        return self.jobs.submit(
            JobKind.SCAN,
            say("Preparing the demo study"),
            make,
            made,
        )

    def resume(self) -> Job | None:
        """Open the study that was open last, where it was left; None if there is none."""
        place = self.place.last()
        if place is None:
            return None
        paths = [Path(path) for path in place.paths if Path(path).exists()]
        if not paths:
            self.notices.inform(
                say("The study you read last is no longer where it was."),
                say("Open it from its new place. All you decided on it is kept."),
            )
            return None
        return self.open_paths(paths, place.study_uid)

    def resume_if_interrupted(self) -> Job | None:
        """Open the last study again if the session that had it open was killed."""
        return self.resume() if self.place.was_interrupted else None

    def open_from_library(self, study_uid: str) -> Job:
        """Open a study of the library from where it was found."""
        return self.open_paths(self.library.paths_of(study_uid), study_uid)

    def show_study(self, study: Study) -> None:
        """Show another study of the folder that is open."""
        if self.studies.scan is not None:
            self.loading.show_study(study, self.studies.scan, self.studies.paths)

    def show_series(self, series_key: str, viewport_id: str | None = None) -> None:
        """Show a series in one viewport, or in all; it is read first if need be."""
        series = self.studies.series(series_key)
        if series.variant and self.studies.volume(series_key) is None:
            self.straightening.again(series_key)
            return
        if viewport_id is None and self.compare.is_on and self.compare.beside is not None:
            self.compare.show(series_key)
            return
        self.loading.read(series)
        self.viewports.show_series(series_key, viewport_id)
        self.loading.leave_unseen(self.viewports.shown_keys)

    def look_at(self, series_key: str, lps: Point) -> None:
        """Show a series, if it is not shown, at a point of it."""
        if self.studies.has_series(series_key):
            if all(state.series_key != series_key for state in self.viewports.states):
                self.show_series(series_key)
            self.viewports.set_cursor(lps, series_key)

    def close_study(self) -> None:
        """Go back to the welcome page. Raises: StorageError: a stroke is not on disk yet."""
        self._leave_study()
        self.restoring.forget()
        self.jobs.cancel_kind(JobKind.SCAN, JobKind.LOAD, JobKind.INFERENCE)
        self.studies.close_study()

    def close(self) -> None:
        """End the session: stop the jobs, note the place, close the database."""
        self.jobs.close()
        self.inference.close()
        self.models.close()
        if not self.notices.attempt(self.editor.finish):
            self.editor.forget()
        self.notices.attempt(self.thresholds.keep)
        self.library.left()
        self.place.left()
        self.imported.close()
        self.slices.close()
        self.overviews.close()
        self.pictures.close()
        self.review.close()

    # What everything else asks

    def reviewer(self) -> Reviewer:
        """The person deciding, by the settings."""
        return self.settings.reviewer

    def change_settings(self, **changes: object) -> None:
        """Change options and write them down at once."""
        self.settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        self.notices.attempt(lambda: save_settings(self._folders.settings, self.settings))
        self.events.settings_changed.emit(self.settings)
        self.events.overlay_changed.emit()

    def set_mode(self, mode: Mode) -> None:
        """Change between reading, editing, comparing and reporting."""
        if mode is self.mode:
            return
        if self.mode is Mode.EDIT:
            if not self.notices.attempt(self.editor.finish):
                return
            self.overlay.set_editing(None, None)
        if mode is Mode.EDIT and not self._begin_editing():
            return
        if self.mode is Mode.COMPARE:
            self.compare.leave()
        self.mode = mode
        if mode is Mode.COMPARE:
            self.notices.attempt(self.compare.enter)
        self.events.mode_changed.emit(mode)

    # How the parts hang together

    def _go_to_selected(self, finding_id: str | None) -> None:
        """Move every viewport to the selected finding; editing another one is over."""
        if self.mode is Mode.EDIT and finding_id != self.editor.finding_id:
            self.set_mode(Mode.READ)
        finding = self.findings.finding(finding_id)
        shown = {s.series_key for s in self.viewports.states} - {None}
        moves = self.findings.selection_moves and bool(shown)
        if finding is not None and moves and self._is_at_hand(finding):
            if finding.series_key not in shown:
                self.show_series(finding.series_key)
            self.viewports.set_cursor(finding.center_lps_mm, finding.series_key)
        self.redrawing.refresh()

    def _is_at_hand(self, finding: Finding) -> bool:
        """Whether the images of a finding are among those opened; if not, say so."""
        if self.studies.has_series(finding.series_key):
            return True
        if self.straightening.again(finding.series_key):
            return False
        self.notices.inform(
            say("The images of this finding are not open."), say("Open the folder that holds them.")
        )
        return False

    def _leave_study(self) -> None:
        """Put the open study away. Raises: StorageError: nothing of it was put away."""
        self.editor.finish()
        self.set_mode(Mode.READ)
        self.library.left()
        self.place.left()
        self.review.forget_study()
        self.viewports.clear()
        self.hangings.forget()

    def _study_opened(self, study: Study) -> str | None:
        """Bring back what is on disk about a study; returns the series shown last."""
        self.restoring.start(study)
        self.library.opened(study)
        if not study.series:
            self.viewports.hang_nothing()
        return self.place.study_opened(study) or self.hangings.first_series(study)

    def _restored(self) -> None:
        self.findings.select(self.place.selection_to_restore)
        self.imported.study_restored()

    def _job_changed(self, job: Job) -> None:
        """No failure is silent."""
        if job.error is not None and not isinstance(job.error, BlockedRunError):
            is_listed = self.loading.looked_through and len(self.loading.unreadable) > 1
            offers = "unreadable" if is_listed and job.kind is JobKind.SCAN else ""
            if job.kind is JobKind.MODELS:
                if self.models.is_watched:
                    return
                offers = "models"
            self.notices.fail(job.error, offers)

    def _volume_started(self, series: Series, volume: Volume) -> None:
        self.first_look.volume_started(series, volume)
        self.redrawing.refresh()

    def _volume_finished(self, series: Series) -> None:
        """Every slice is there: the AI may start, if it was asked to or is to by itself."""
        if self.studies.is_companion(series.key):
            return
        self.library.keep_picture(series)
        self.inference.series_read(series.key)
        if self._run_model_next or self.settings.run_model_on_open:
            self.inference.start_by_itself(series.key)
        self._run_model_next = False

    def _begin_editing(self) -> bool:
        """Edit the selected finding. Where that cannot be done, say what to do."""
        finding = self.findings.finding(self.findings.selected)
        if finding is None:
            self.notices.inform(_nothing_selected())
            return False
        if not self.notices.attempt(lambda: self.editor.begin(finding.finding_id)):
            return False
        self.overlay.set_editing(finding.series_key, self.editor.label)
        return True


def _nothing_selected() -> Text:
    return say("Select a finding to edit, or add one.")

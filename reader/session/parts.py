"""What a session is made of, built in the order in which one part needs another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reader.core.intensity import WindowPreset
from reader.core.model import Runner
from reader.core.model_library import ModelLibrary
from reader.core.provenance import Reviewer
from reader.core.study import Series, Study
from reader.core.text import Text
from reader.core.volume import Volume
from reader.session.comparing.companions import Companions
from reader.session.comparing.compare import Compare
from reader.session.events import SessionEvents
from reader.session.handing_over.exporter import Exporter
from reader.session.hanging.first_look import FirstLook
from reader.session.hanging.hangings import Hangings
from reader.session.jobs import Deliver, Job, JobQueue
from reader.session.keymaps import Keymaps
from reader.session.notices import Notices
from reader.session.opening.imported_objects import ImportedObjects
from reader.session.opening.library import Library
from reader.session.opening.load_jobs import Loading
from reader.session.opening.place import PlaceKeeper
from reader.session.opening.restoring import Restoring
from reader.session.opening.watching import Watching
from reader.session.reviewing.key_images import KeyImages
from reader.session.reviewing.review_room import ReviewRoom
from reader.session.reviewing.thresholds import Thresholds
from reader.session.running.earlier_runs import EarlierRuns
from reader.session.running.explaining import CheckedMaps, Explaining
from reader.session.running.inference_jobs import InferenceJobs
from reader.session.running.live_overlay import LiveOverlay
from reader.session.running.model_choices import ModelChoices
from reader.session.running.model_shelf import ModelShelf
from reader.session.study_store import StudyStore
from reader.session.viewing.apart import Apart
from reader.session.viewing.cine import Cine
from reader.session.viewing.coverage import Coverage
from reader.session.viewing.curved_paths import CurvedPaths
from reader.session.viewing.display import Display
from reader.session.viewing.overlay import OverlayStore
from reader.session.viewing.overviews import Overviews
from reader.session.viewing.phases import Phases
from reader.session.viewing.presets import load_presets
from reader.session.viewing.redrawing import Redrawing
from reader.session.viewing.series_pictures import SeriesPictures
from reader.session.viewing.slice_loop import SliceLoop
from reader.session.viewing.straightening import Straightening
from reader.session.viewing.tilting import Tilting
from reader.session.viewing.viewport import ViewportStore
from reader.session.window_places import WindowPlaces
from reader.storage.run_cache import RunCache
from reader.storage.settings_file import load_settings


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the session finds and keeps things."""

    resources: Path
    database: Path
    settings: Path
    demo: Path
    unpacked: Path


class Parts(ABC):
    """The stores and rooms of a session, wired to each other. Does nothing by itself."""

    def __init__(
        self,
        folders: Folders,
        runner: Runner | None,
        deliver: Deliver,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        make_library: Callable[[], ModelLibrary] | None = None,
    ) -> None:
        self._folders = folders
        presets = load_presets(folders.resources / "window_presets.toml")
        self.settings, self._setting_complaints = load_settings(folders.settings)
        self.events = SessionEvents()
        self.notices = Notices(self.events)
        keys = folders.resources / "keymaps", folders.settings.with_name("keymap.json")
        self.keymaps = Keymaps(*keys, self.events, self.notices, lambda: self.settings.keymap)
        self.jobs = JobQueue(self.events, deliver)
        self.studies = StudyStore(self.events)
        self.viewports = ViewportStore(self.events, self.studies)
        self.tilting = Tilting(self.studies, self.viewports)
        self.coverage = Coverage(self.events, self.viewports)
        self.thresholds = Thresholds(
            folders.settings.with_name("model-thresholds.json"), lambda: self.inference.specs()
        )
        self.review = ReviewRoom(
            folders.database, self.events, self.studies, self.reviewer, clock,
            thresholds=self.thresholds,
        )  # fmt: skip
        self.findings = self.review.findings
        self.desk = self.review.desk
        self.editor = self.review.editor
        self.history = self.review.history
        self.imported = ImportedObjects(
            self.events, self.jobs, self.studies,
            lambda: self.settings.segment_opacity_percent / 100, self.review.take_imported,
            folders.unpacked,
        )  # fmt: skip
        self.live = LiveOverlay(
            self.events, self.jobs.on_main, lambda: self.settings.segment_opacity_percent / 100
        )
        self.overlay = OverlayStore(
            self.events, self.studies, self.findings, lambda: self.settings,
            self.imported.sheets_for, self.imported.heatmap_for, self.live.sheets_for,
        )  # fmt: skip
        self._lay_out_viewing(presets, deliver)
        self._run_models(runner, make_library)
        self.exporter = Exporter(
            self.jobs, self.studies, self.review, self.reviewer, self.notices, clock
        )
        self._remember(folders.unpacked, clock)

    @property
    def complaints(self) -> tuple[Text, ...]:
        """What was wrong with files that belong to the session, to be told once."""
        settings, database = self._setting_complaints, self.review.database.notices
        return (*settings, *self.hangings.complaints, *database)

    def _run_models(
        self, runner: Runner | None, make_library: Callable[[], ModelLibrary] | None
    ) -> None:
        """Which models there are, running them, and asking why they said what they said."""
        folders = self._folders
        self.inference = InferenceJobs(
            self.events, self.jobs, self.studies, self.viewports, self.notices,
            runner, lambda: self.settings, self.review, self.live,
            EarlierRuns(
                RunCache(folders.unpacked.with_name("model-runs")),
                self.jobs, self.review.study_of_run,
            ),
            self.overlay.show_structures,
        )  # fmt: skip
        self.explaining = Explaining(
            self.events, self.jobs, self.studies, self.findings, self.overlay, self.notices,
            runner, lambda: self.inference.specs(), lambda: self.settings,
            CheckedMaps(folders.settings.with_name("explain-checks.json")),
        )  # fmt: skip
        self.models = ModelShelf(
            self.events, self.jobs, self.notices, make_library,
            ModelChoices(folders.settings.with_name("model-choices.json")), self.inference.specs,
        )  # fmt: skip
        self.inference.preferred = self.models.preferred

    def _lay_out_viewing(self, presets: Sequence[WindowPreset], deliver: Deliver) -> None:
        """What is shown and how, and the reading of what is to be shown."""
        self.display = Display(presets, self.events, self.studies, self.viewports, self.overlay)
        self.review.measuring.unit_of = self.display.units.of
        self.key_images = KeyImages(self.review, self.viewports, self.display.resolved)
        self.pictures = SeriesPictures(self.events, deliver, self.studies, self.display.presets_of)
        self.paths = CurvedPaths(self.events, self.jobs, self.studies, self.viewports)
        self.overviews = Overviews(
            self.events, deliver, self.studies, self.viewports,
            self.overlay.layers_for, self.display.is_inverted,
        )  # fmt: skip
        self.slices = SliceLoop(self.events, deliver, self.display.resolved)
        self.redrawing = Redrawing(self.events, self.viewports, self.display, self.slices)
        self.loading = Loading(
            self.events, self.jobs, self.studies, self.notices,
            self._leave_study, self._study_opened, self._volume_started, self._volume_finished,
            lambda studies, given: self.library.take_in(studies, given), self._folders.unpacked,
        )  # fmt: skip
        self.fusing = self.display.fusing
        self.fusing.use(self.loading.read)
        self.compare = Compare(
            self.events, self.studies, self.viewports, self.loading,
            lambda: self.settings.prior_on_right,
        )  # fmt: skip
        self.hangings = Hangings(
            self._folders.resources / "hanging", self._folders.settings.with_name("hanging"),
            self.studies, self.viewports, self.display, self.compare, self.events,
            self.loading.read, lambda: self.settings, self.notices.warn,
        )  # fmt: skip
        self.apart = Apart(self.events, self.viewports)
        self.window_places = WindowPlaces(self._folders.settings.with_name("windows.json"))
        self.cine = Cine(self.events, self.studies, self.viewports)
        self.phases = Phases(self.studies, self.viewports, self.loading)
        self.straightening = Straightening(
            self.jobs, self.studies, self.viewports, self.review, self.notices
        )

    def _remember(self, unpacked: Path, clock: Callable[[], datetime]) -> None:
        """What outlasts a session: the place, the library, the watched folders."""
        self.place = PlaceKeeper(
            self.review.database, self.events, self.studies, self.viewports, self.findings,
            self.hangings, clock,
        )  # fmt: skip
        self.library = Library(
            self.review.database, self.events, self.jobs, self.studies, self.viewports,
            self.findings, self.notices, clock,
        )  # fmt: skip
        self.compare.use(
            Companions(self.jobs, self.studies, self.library, unpacked, self.compare.laid)
        )
        self.watching = Watching(self.library, self.events, self.jobs, unpacked, clock)
        self.first_look = FirstLook(
            self.studies, self.viewports, self.hangings, self.place, self.loading
        )
        self.events.job_changed.connect(self._job_changed)
        self.events.models_changed.connect(self.thresholds.models_changed)
        self.events.study_opened.connect(lambda _study: self.thresholds.models_changed())
        self.restoring = Restoring(
            self.events, self.jobs, self.notices, self.review, self._restored, self.close_study
        )
        self.loading.empty_unpacked()

    # What the session itself does when a part of it asks

    @abstractmethod
    def reviewer(self) -> Reviewer:
        """The person deciding, by the settings."""

    @abstractmethod
    def close_study(self) -> None:
        """Go back to having nothing open."""

    @abstractmethod
    def _leave_study(self) -> None:
        """Put the open study away."""

    @abstractmethod
    def _study_opened(self, study: Study) -> str | None:
        """Bring back what is on disk about a study; returns the series shown last."""

    @abstractmethod
    def _restored(self) -> None:
        """Everything about the open study was read back."""

    @abstractmethod
    def _volume_started(self, series: Series, volume: Volume) -> None:
        """The first slice of a series is there."""

    @abstractmethod
    def _volume_finished(self, series: Series) -> None:
        """Every slice of a series is there."""

    @abstractmethod
    def _job_changed(self, job: Job) -> None:
        """A job moved on or ended."""

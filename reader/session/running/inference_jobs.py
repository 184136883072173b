"""Running models on the open study: check, queue, follow, hand the result over."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import ModelUnavailableError, NotEligibleError
from reader.core.focus import Focus
from reader.core.geometry import IndexBox
from reader.core.model import (
    Device,
    Eligibility,
    InferenceRequest,
    InferenceResult,
    ModelSpec,
    Runner,
    Verdict,
)
from reader.core.settings import Settings
from reader.core.study import Series, Study
from reader.core.text import say
from reader.core.volume import Volume
from reader.session.events import SessionEvents
from reader.session.jobs import Job, JobKind, JobQueue, JobState
from reader.session.notices import Notices
from reader.session.reviewing.review_room import ReviewRoom
from reader.session.running.apply_result import PreparedResult
from reader.session.running.asked_runs import AskedRun, RunOutcome
from reader.session.running.earlier_runs import EarlierRuns
from reader.session.running.eligibility.content import check_series
from reader.session.running.eligibility.header import check_header
from reader.session.running.eligibility.verdict import is_stopped
from reader.session.running.live_overlay import LiveOverlay
from reader.session.running.scores import calibrated
from reader.session.study_store import StudyStore
from reader.session.viewing.viewport import ViewportStore

_log = logging.getLogger(__name__)


class InferenceJobs:
    """Runs one after the other; each result goes through one door, `apply`."""

    def __init__(
        self,
        events: SessionEvents,
        jobs: JobQueue,
        studies: StudyStore,
        viewports: ViewportStore,
        notices: Notices,
        runner: Runner | None,
        settings: Callable[[], Settings],
        review: ReviewRoom,
        live: LiveOverlay,
        earlier: EarlierRuns,
        show_structures: Callable[[str, Iterable[int]], None],
    ) -> None:
        self._events = events
        self._jobs = jobs
        self._studies = studies
        self._viewports = viewports
        self._notices = notices
        self._runner = runner
        self._settings = settings
        self._review = review
        self._live = live
        self._earlier = earlier
        self._show_structures = show_structures
        self._asked: dict[int, AskedRun] = {}
        self._series: dict[int, str] = {}
        self._outcomes: dict[int, RunOutcome] = {}
        self._specs: tuple[ModelSpec, ...] | None = None
        self.preferred: Callable[[str], ModelSpec | None] = lambda _modality: None
        """The model that runs on a modality unless another is named."""
        self._finished: dict[str, list[IndexBox]] = {}
        self._waiting: tuple[str, Callable[[], Job | None]] | None = None
        self.blocked: tuple[str, ModelSpec, Eligibility] | None = None
        """(series key, model, verdict) of a run that waits for the reader's word."""
        self._insisting = False
        events.job_changed.connect(self._job_changed)
        events.study_opened.connect(self._study_opened)
        events.viewports_changed.connect(self._look)
        events.models_changed.connect(self._models_changed)

    def specs(self) -> tuple[ModelSpec, ...]:
        """The models that can be run here, read once for each study.

        Half the interface asks, at every step of a job, and their cards are files.
        """
        if self._specs is None:
            self._specs = self._runner.specs() if self._runner is not None else ()
        return self._specs

    def spec(self, spec_id: str | None = None) -> ModelSpec:
        """A model by id, or the first. Raises: ModelUnavailableError."""
        for spec in self.specs():
            if spec_id in (None, spec.identity.id):
                return spec
        raise ModelUnavailableError(
            say("There is no model {id} here.", id=spec_id)
            if spec_id
            else say("No model is installed."),
            say("The page Models lists what is there. Add one by dropping it there."),
        )

    def spec_for(self, series_key: str) -> ModelSpec:
        """The model that runs on a series unless another is named.

        Raises: ModelUnavailableError: there is none at all.
        """
        return self.preferred(self._studies.series(series_key).modality) or self.spec()

    def eligibility(self, series_key: str, spec: ModelSpec) -> Eligibility:
        """What the headers say; the pixels are looked at when the run starts."""
        study = self._studies.study
        if study is None:
            raise KeyError(series_key)
        return check_header(study, self._studies.series(series_key), spec)

    def run(
        self,
        series_key: str | None = None,
        spec_id: str | None = None,
        despite: Verdict = Verdict.OK,
    ) -> Job | None:
        """Queue a run on a series (default: the active viewport's).

        None if the card says worse than the reader runs it in spite of: then `blocked` says
        why and the reader chooses. What could not compute anything that means something is
        never run. What was overridden is kept with the run, and is in every finding's
        provenance. None too while the series is being read,
        because a model must not see half of one: the run starts when it is complete.

        Raises: ModelUnavailableError: there is no such model.
        """
        series_key = series_key or self._viewports.active.series_key
        volume = self._studies.volume(series_key)
        study = self._studies.study
        if series_key is None or volume is None or study is None:
            self._notices.inform(say("Open a study before running the AI."))
            return None
        if self._studies.is_companion(series_key):
            self._notices.inform(
                say("This is another study, shown beside the open one."),
                say("Open it to run the AI on it."),
            )
            return None
        spec = self.spec(spec_id) if spec_id else self.spec_for(series_key)
        if self._is_wanted(series_key, spec):
            self._notices.inform(say("The AI is already running."))
            return None
        verdict = self.eligibility(series_key, spec)
        self.blocked = self._waiting = None
        if is_stopped(verdict, despite):
            self._block(series_key, spec, verdict)
            return None
        if not self._studies.is_whole(series_key):
            later = partial(self.run, series_key, spec.identity.id, despite)
            self._waiting = series_key, later
            self._notices.inform(say("The AI starts when all images are read."))
            return None
        if self._jobs.is_under_way(JobKind.INFERENCE):
            self._notices.inform(say("It starts when the AI that is running has finished."))
        return self._submit(study, self._studies.series(series_key), volume, spec, despite)

    def series_read(self, series_key: str) -> None:
        """Start the run that waited for this series, if one did."""
        if self._waiting is not None and self._waiting[0] == series_key:
            self._waiting[1]()

    def start_by_itself(self, series_key: str) -> None:
        """Run the first model, unless one runs, has looked, or its card refuses the series."""
        is_signed = self._review.findings.is_signed
        is_busy = self._jobs.is_under_way(JobKind.INFERENCE)
        if not self.specs() or is_signed or is_busy or self.has_looked_at(series_key):
            return
        spec = self.spec_for(series_key)
        if self.eligibility(series_key, spec).verdict is not Verdict.REFUSED:
            self.run(series_key)

    def has_looked_at(self, series_key: str | None) -> bool:
        """Whether a model's result on a series is part of the study, found something or not."""
        return self._review.algorithm_of(series_key) is not None

    @property
    def is_insisting(self) -> bool:
        """Whether the reader asked for a refused run once: the second time it runs."""
        return self._insisting and self.blocked is not None

    def insist(self) -> Job | None:
        """Run the blocked model anyway: at once after a caution, after a second word if refused.

        Never where it could compute nothing. The second word is `insist_again`.
        """
        if self.blocked is None or not self.blocked[2].may_be_overridden:
            return None
        if self.blocked[2].verdict is Verdict.REFUSED:
            self._insisting = True
            self._events.overlay_changed.emit()
            return None
        return self._run_blocked()

    def insist_again(self) -> Job | None:
        """The second word, with the reasons in sight: a refused model runs."""
        return self._run_blocked() if self.is_insisting else None

    def _run_blocked(self) -> Job | None:
        if self.blocked is None:
            return None
        series_key, spec, verdict = self.blocked
        _log.warning("%s runs in spite of its card: %s", spec.identity.id, verdict.verdict.value)
        return self.run(series_key, spec.identity.id, despite=verdict.verdict)

    def skip(self) -> None:
        """Leave a blocked run alone."""
        self._insisting = False
        self.blocked = None
        self._events.overlay_changed.emit()

    def cancel(self) -> None:
        """Stop the running model within one window, or take back a wish for a run."""
        self._waiting = None
        self._jobs.cancel_kind(JobKind.INFERENCE)

    def warm(self) -> None:
        """Get ready for a first run, if there is anything to run. Returns at once."""
        if self._runner is not None and self.specs():
            self._runner.warm()

    def close(self) -> None:
        """Let go of what runs models; no job is under way any more."""
        if self._runner is not None:
            self._runner.close()

    def finished_regions(self, series_key: str) -> tuple[IndexBox, ...]:
        """Boxes of voxels the model is done with."""
        return tuple(self._finished.get(series_key, ()))

    def series_of(self, job_id: int) -> str | None:
        """The series of the open study that a job runs or ran on."""
        return self._series.get(job_id)

    def outcome(self, job_id: int) -> RunOutcome | None:
        """What there is to tell of a job that ended well, on the open study."""
        return self._outcomes.get(job_id)

    def _submit(
        self, study: Study, series: Series, volume: Volume, spec: ModelSpec, despite: Verdict
    ) -> Job:
        runner, focus = self._runner, Focus(self._viewports.cursor_of(series.key))
        if runner is None:
            raise AssertionError("a spec came from a runner")

        request = InferenceRequest(
            run_id=uuid.uuid4().hex,
            series_key=series.key,
            volume=volume,
            spec=spec,
            device=Device(self._settings().device),
            focus_lps_mm=focus.place_lps_mm,
        )
        computed: list[tuple[str, InferenceResult]] = []

        def work(report: ReportProgress, cancel: CancelToken) -> PreparedResult:
            key, result = self._earlier.find(request, study.study_uid, despite)
            if result is None:
                verdict = check_series(study, series, volume, spec, cancel)
                if is_stopped(verdict, despite):
                    raise BlockedRunError(series.key, spec, verdict)
                eligible = replace(request, eligibility=verdict)
                result = marked(runner.run(eligible, report, cancel, focus), verdict)
                computed.append((key, result))
            return self._review.prepare(calibrated(result, spec))

        def done(prepared: PreparedResult) -> None:
            outcome = self._outcomes[job.id] = RunOutcome.of(spec, prepared.result)
            before = self._structures(series.key)
            self._done(prepared)
            if not outcome.makes_findings:
                self._show_structures(series.key, self._structures(series.key) - before)
            for key, result in computed:
                self._earlier.keep(key, result)

        job = self._jobs.submit(
            JobKind.INFERENCE,
            say("{model} {version}", model=spec.identity.name, version=spec.identity.version),
            work,
            done,
            lambda progress: self._progressed(series.key, progress),
        )
        self._series[job.id] = series.key
        self._asked[job.id] = AskedRun(series.key, spec, focus, volume.geometry.shape_kji)
        return job

    def _structures(self, series_key: str) -> set[int]:
        """The labels of what is segmented on a series and is no finding."""
        segmentation = self._studies.segmentation(series_key)
        segments = segmentation.segments if segmentation is not None else ()
        return {segment.label for segment in segments if segment.finding_id is None}

    def _is_wanted(self, series_key: str, spec: ModelSpec) -> bool:
        """Whether this model on this series runs or waits for its turn already."""
        return any(
            asked.series_key == series_key
            and asked.spec.identity == spec.identity
            and self._jobs.is_wanted(job_id)
            for job_id, asked in self._asked.items()
        )

    def _look(self) -> None:
        """The reader may look elsewhere now: that is computed next."""
        for asked in self._asked.values():
            asked.focus.move(self._viewports.cursor_of(asked.series_key))

    def _follow(self, job: Job) -> None:
        """A run begins when its turn comes, and is over however it ends."""
        asked = self._asked.get(job.id)
        if asked is None:
            return
        if job.state is JobState.RUNNING and not asked.has_begun:
            asked.has_begun = True
            self._finished[asked.series_key] = []
            self._live.begin(asked.series_key, asked.shape_kji, asked.spec)
        elif job.is_over:
            del self._asked[job.id]
            if asked.has_begun:
                self._live.end(asked.series_key)

    def _job_changed(self, job: Job) -> None:
        """A run that the pixels spoke against waits for the reader, like one by header."""
        self._follow(job)
        if isinstance(job.error, BlockedRunError):
            self._block(job.error.series_key, job.error.spec, job.error.eligibility)
        if job.kind is JobKind.LOAD and job.state in (JobState.CANCELLED, JobState.FAILED):
            self._waiting = None

    def _study_opened(self, _study: Study | None) -> None:
        """What was said about another study does not hold for this one."""
        self.blocked = self._waiting = self._specs = None
        for of_study in (self._finished, self._series, self._outcomes):
            of_study.clear()
        self._live.clear()

    def _models_changed(self) -> None:
        self._specs = None

    def _block(self, series_key: str, spec: ModelSpec, verdict: Eligibility) -> None:
        self.blocked = (series_key, spec, verdict)
        self._notices.warn(
            say("{model} did not start.", model=spec.identity.name),
            verdict.reasons[0] if verdict.reasons else None,
        )
        self._insisting = False
        self._events.overlay_changed.emit()

    def _progressed(self, series_key: str, progress: Progress) -> None:
        if progress.region_kji is not None:
            self._finished.setdefault(series_key, []).append(progress.region_kji)
            self._live.take(series_key, progress)

    def _done(self, prepared: PreparedResult) -> None:
        self._live.end(prepared.result.series_key)
        self._review.apply(prepared)
        k, j, i = prepared.result.labels.shape
        self._finished[prepared.result.series_key] = [((0, k), (0, j), (0, i))]
        for note in prepared.result.notes:
            self._notices.inform(note)


def marked(result: InferenceResult, verdict: Eligibility) -> InferenceResult:
    """The result with what the run was made in spite of, found something or not."""
    said = (*(str(reason) for reason in verdict.reasons), *result.cautions)
    return replace(result, cautions=tuple(dict.fromkeys(said)))


class BlockedRunError(NotEligibleError):
    """Raised in the job when the pixels do not fit the card."""

    def __init__(self, series_key: str, spec: ModelSpec, eligibility: Eligibility) -> None:
        super().__init__(
            say("{model} did not start.", model=spec.identity.name),
            eligibility.reasons[0] if eligibility.reasons else say("The study does not fit."),
        )
        self.series_key = series_key
        self.spec = spec
        self.eligibility = eligibility

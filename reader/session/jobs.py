"""Work off the main thread: one queue per kind, progress, cancel, plain failure."""

from __future__ import annotations

import enum
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import Cancelled, ReaderError
from reader.core.text import Text, say
from reader.session.events import SessionEvents

log = logging.getLogger(__name__)
Result = TypeVar("Result")
Deliver = Callable[[Callable[[], None]], None]
"""Runs a callable on the main thread, later, in order."""

PROGRESS_INTERVAL_S = 0.1
"""Progress is announced at most this often, so that a fast job cannot flood the screen."""
MOST_ENDED = 100
"""So many jobs that are over are kept in mind at least; a long day has thousands."""


class JobKind(enum.Enum):
    """Jobs of one kind run one after the other; different kinds run side by side."""

    SCAN = "scan"
    LOAD = "load"
    INFERENCE = "inference"
    EXPORT = "export"
    IMPORT = "import"
    LIBRARY = "library"
    """Upkeep nobody waits for; forgotten when it is over."""
    MEASURE = "measure"
    MODELS = "models"
    """Looking at models, adding and checking them."""
    DROP = "drop"
    """Finding out what was dropped, which nothing may delay."""
    EXPLAIN = "explain"


class JobState(enum.Enum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """A run that can progress, fail and be cancelled; replaced, never changed."""

    id: int
    kind: JobKind
    title: Text
    state: JobState = JobState.WAITING
    progress: Progress | None = None
    started_at: float | None = None
    ended_at: float | None = None
    error: ReaderError | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (JobState.DONE, JobState.CANCELLED, JobState.FAILED)

    @property
    def eta_s(self) -> float | None:
        """Seconds left at the mean speed so far; None until a twentieth is done."""
        if self.state is not JobState.RUNNING or not self.progress or self.started_at is None:
            return None
        fraction = self.progress.fraction
        if fraction < 0.05:
            return None
        return (time.monotonic() - self.started_at) * (1 - fraction) / fraction


class JobQueue:
    """Starts jobs on worker threads and tells the main thread what becomes of them."""

    def __init__(self, events: SessionEvents, deliver: Deliver) -> None:
        self._events = events
        self._deliver = deliver
        self._ids = itertools.count(1)
        self._tokens: dict[int, CancelToken] = {}
        self._workers: dict[JobKind, ThreadPoolExecutor] = {}
        self._unfinished = 0
        self._closed = False
        self._idle = threading.Condition()
        self.jobs: dict[int, Job] = {}

    def submit(
        self,
        kind: JobKind,
        title: Text,
        work: Callable[[ReportProgress, CancelToken], Result],
        on_done: Callable[[Result], None],
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Job:
        """Queue `work` for a worker thread; `on_done` and `on_progress` run on the main thread.

        `on_progress` gets every report with a `region_kji`; the job record is refreshed at
        a bounded rate.
        """
        job = Job(next(self._ids), kind, title)
        token = CancelToken()
        self.jobs[job.id] = job
        self._tokens[job.id] = token
        self._forget_oldest()
        with self._idle:
            self._unfinished += 1
        self._events.job_changed.emit(job)
        self._worker(kind).submit(self._run, job.id, token, work, on_done, on_progress)
        return job

    def is_over(self, job_id: int) -> bool:
        """Whether nothing more will happen to a job; so it is with one that was forgotten."""
        job = self.jobs.get(job_id)
        return job is None or job.is_over

    def cancel(self, job_id: int) -> None:
        """Ask a job to stop at its next safe point. Does nothing once it is over."""
        token = self._tokens.get(job_id)
        if token is not None:
            token.cancel()

    def cancel_kind(self, *kinds: JobKind) -> None:
        """Ask every job of these kinds to stop (all kinds when none is named)."""
        for job in list(self.jobs.values()):
            if not job.is_over and (not kinds or job.kind in kinds):
                self.cancel(job.id)

    def running(self, kind: JobKind) -> Job | None:
        """The unfinished job of a kind that started first."""
        return next((j for j in self.jobs.values() if j.kind is kind and not j.is_over), None)

    def is_under_way(self, kind: JobKind) -> bool:
        """Whether a job of a kind is unfinished and was not asked to stop."""
        return any(
            j.kind is kind and not j.is_over and not self._tokens[j.id].is_cancelled
            for j in self.jobs.values()
        )

    def is_wanted(self, job_id: int) -> bool:
        """Whether a job is unfinished and was not asked to stop."""
        return not self.is_over(job_id) and not self._tokens[job_id].is_cancelled

    def wait_idle(self, timeout_s: float) -> bool:
        """Block until no worker has anything left; what they delivered may still wait."""
        with self._idle:
            return self._idle.wait_for(lambda: self._unfinished == 0, timeout_s)

    def close(self, timeout_s: float = 10.0) -> None:
        """Cancel everything and wait for the workers."""
        self._closed = True
        self.cancel_kind()
        self.wait_idle(timeout_s)
        for worker in self._workers.values():
            worker.shutdown(wait=False, cancel_futures=True)

    def _worker(self, kind: JobKind) -> ThreadPoolExecutor:
        if kind not in self._workers:
            self._workers[kind] = ThreadPoolExecutor(1, thread_name_prefix=f"job-{kind.value}")
        return self._workers[kind]

    def on_main(self, act: Callable[[], None]) -> None:
        """Deliver `act`, unless the session has gone by the time its turn comes. Thread-safe."""

        def unless_closed() -> None:
            if not self._closed:
                act()

        self._deliver(unless_closed)

    def _forget_oldest(self) -> None:
        if len(self.jobs) > 2 * MOST_ENDED:
            ended = [job.id for job in self.jobs.values() if job.is_over]
            for job_id in ended[:-MOST_ENDED]:
                del self.jobs[job_id], self._tokens[job_id]

    def _change(self, job_id: int, **changes: object) -> None:
        job = replace(self.jobs[job_id], **changes)  # type: ignore[arg-type]
        self.jobs[job_id] = job
        if job.is_over and job.kind is JobKind.LIBRARY:
            del self.jobs[job_id], self._tokens[job_id]
        self._events.job_changed.emit(job)

    def _run(
        self,
        job_id: int,
        token: CancelToken,
        work: Callable[[ReportProgress, CancelToken], Result],
        on_done: Callable[[Result], None],
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        """On the worker. Everything that touches the session is delivered."""
        try:
            token.check()
            self._tell(job_id, state=JobState.RUNNING, started_at=time.monotonic())
            result = work(self._reporter(job_id, token, on_progress), token)
        except Cancelled:
            self._tell(job_id, state=JobState.CANCELLED, ended_at=time.monotonic())
        except ReaderError as error:
            self._tell(job_id, state=JobState.FAILED, ended_at=time.monotonic(), error=error)
        except Exception as error:  # a worker must not die without a word
            log.exception("Job %d (%s) failed", job_id, type(error).__name__)
            self._tell(
                job_id, state=JobState.FAILED, ended_at=time.monotonic(), error=_unexpected()
            )
        else:
            self.on_main(lambda: self._finish(job_id, token, result, on_done))
        finally:
            self._count_down()

    def _reporter(
        self,
        job_id: int,
        token: CancelToken,
        on_progress: Callable[[Progress], None] | None,
    ) -> ReportProgress:
        last_told = [0.0]

        def pass_on(progress: Progress) -> None:
            if on_progress is not None and not token.is_cancelled:
                on_progress(progress)

        def report(progress: Progress) -> None:
            if on_progress is not None and progress.region_kji is not None:
                self.on_main(lambda: pass_on(progress))
            now = time.monotonic()
            if now - last_told[0] >= PROGRESS_INTERVAL_S:
                last_told[0] = now
                self._tell(job_id, progress=progress)

        return report

    def _tell(self, job_id: int, **changes: object) -> None:
        self.on_main(lambda: self._change(job_id, **changes))

    def _finish(
        self,
        job_id: int,
        token: CancelToken,
        result: Result,
        on_done: Callable[[Result], None],
    ) -> None:
        """On the main thread: hand over the result, then call the job done.

        A job that was stopped while its result waited for its turn hands over nothing.
        """
        stopped = token.is_cancelled
        state = JobState.FAILED  # until it has gone well
        error: ReaderError | None = _unexpected()
        try:
            if not stopped:
                on_done(result)
            state, error = JobState.CANCELLED if stopped else JobState.DONE, None
        except ReaderError as refused:
            error = refused
        finally:  # a defect goes on to the crash handler, but the job is over all the same
            self._change(job_id, state=state, ended_at=time.monotonic(), error=error)

    def _count_down(self) -> None:
        with self._idle:
            self._unfinished -= 1
            self._idle.notify_all()


def _unexpected() -> ReaderError:
    return ReaderError(
        say("Something went wrong that was not foreseen."),
        say("Try once more. The details are in the log."),
    )

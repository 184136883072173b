"""What was decided about a study before comes back, or nothing can be decided on it."""

from __future__ import annotations

from collections.abc import Callable

from reader.core.review import ReviewRecord
from reader.core.study import Study
from reader.core.text import say
from reader.session.events import SessionEvents
from reader.session.jobs import Job, JobKind, JobQueue, JobState
from reader.session.notices import Notices
from reader.session.reviewing.review_room import ReviewRoom
from reader.storage.result_store import SavedResults


class Restoring:
    """Reads in a job what is on disk about the study that was opened.

    `on_restored` is called when all of it is in memory; `on_refused` when the person
    stopped it, since a study must not be read without what was decided about it.
    """

    def __init__(
        self,
        events: SessionEvents,
        jobs: JobQueue,
        notices: Notices,
        review: ReviewRoom,
        on_restored: Callable[[], None],
        on_refused: Callable[[], None],
    ) -> None:
        self._jobs = jobs
        self._notices = notices
        self._review = review
        self._on_restored = on_restored
        self._on_refused = on_refused
        self._job: Job | None = None
        events.job_changed.connect(self._job_changed)

    def start(self, study: Study) -> None:
        """Bring back what is on disk about a study."""
        self._job = self._jobs.submit(
            JobKind.LOAD,
            say("Bringing back what was decided"),
            lambda _report, _cancel: self._review.saved(study),
            lambda saved: self._restored(*saved),
        )

    def forget(self) -> None:
        """The study is being closed: whether it came back no longer matters."""
        self._job = None

    def _restored(self, saved: SavedResults, records: list[ReviewRecord]) -> None:
        for left_out in self._review.restore(saved, records):
            self._notices.warn(left_out)
        self._on_restored()

    def _job_changed(self, job: Job) -> None:
        if self._job is None or job.id != self._job.id:
            return
        if job.state is JobState.CANCELLED:
            self._on_refused()
        elif job.state is JobState.FAILED:
            self._notices.warn(
                say(
                    "What was decided about this study before could not be read back, "
                    "so nothing can be decided now."
                ),
                say("Open the study again."),
            )

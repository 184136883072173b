"""Exporting what was reviewed, as a job."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import ExportError
from reader.core.provenance import Reviewer
from reader.core.text import say
from reader.session.export import ExportFormat, export_handover
from reader.session.handover import reviewed_handover
from reader.session.jobs import Job, JobKind, JobQueue
from reader.session.notices import Notices
from reader.session.review_room import ReviewRoom
from reader.session.study_store import StudyStore


class Exporter:
    """Writes the reviewed results of one series of the open study."""

    def __init__(
        self,
        jobs: JobQueue,
        studies: StudyStore,
        review: ReviewRoom,
        reviewer: Callable[[], Reviewer],
        notices: Notices,
        clock: Callable[[], datetime],
    ) -> None:
        self._jobs = jobs
        self._studies = studies
        self._review = review
        self._reviewer = reviewer
        self._notices = notices
        self._clock = clock
        self.last_written: tuple[Path, ...] = ()

    def export(self, series_key: str, out: Path, formats: Iterable[ExportFormat]) -> Job | None:
        """Queue an export into a folder; None, with a notice, if the series is not open.

        The arrays are gathered on the worker: on a chest CT that takes a tenth of a second.
        "Saved" is said only after every file was read back and compared.
        """
        study = self._studies.study
        wanted = frozenset(formats)
        if study is None or not wanted:
            self._notices.inform(say("Open a study and choose at least one format to export."))
            return None
        if not self._studies.has_series(series_key):
            self._notices.inform(
                say("The images of these findings are not open."),
                say("Open the folder that holds them, then export."),
            )
            return None
        segmentation = self._studies.segmentation(series_key)
        revision = segmentation.revision if segmentation is not None else 0
        gather = partial(
            reviewed_handover,
            study,
            self._studies.series(series_key),
            segmentation,
            self._review.reviewed_findings(series_key),
            self._studies.heatmap(series_key),
            self._review.algorithm_of(series_key),
            self._reviewer(),
            self._review.findings.is_signed,
            self._clock(),
        )

        def work(report: ReportProgress, cancel: CancelToken) -> tuple[Path, ...]:
            handover = gather()
            if segmentation is not None and segmentation.revision != revision:
                raise ExportError(
                    say("The segmentation was changed while it was being exported."),
                    say("Export again."),
                )
            return export_handover(handover, out, wanted, report, cancel)

        return self._jobs.submit(JobKind.EXPORT, say("Exporting"), work, self._done)

    def _done(self, written: tuple[Path, ...]) -> None:
        self.last_written = written
        self._notices.inform(
            say("Saved {count} files, read back and compared.", count=len(written)),
            say("They are in {folder}.", folder=written[0].parent) if written else None,
        )

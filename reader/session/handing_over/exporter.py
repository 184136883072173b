"""Exporting what was reviewed, as a job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import ExportError
from reader.core.handover import Handover
from reader.core.provenance import Reviewer
from reader.core.review import RecordKind, active_records
from reader.core.study import Study
from reader.core.text import say
from reader.session.handing_over.export import ExportFormat, export_handover
from reader.session.handing_over.handover import reviewed_handover
from reader.session.jobs import Job, JobKind, JobQueue
from reader.session.notices import Notices
from reader.session.reviewing.review_room import ReviewRoom
from reader.session.study_store import StudyStore


def handover_of(
    study: Study,
    series_key: str,
    studies: StudyStore,
    review: ReviewRoom,
    reviewer: Reviewer,
    now: datetime,
) -> Callable[[], Handover]:
    """Note what is decided on a series of the open study; the answer gathers it.

    Gathering copies the label map, a tenth of a second on a chest CT: for a worker. It
    raises ExportError when there is nothing to hand over, or when that has changed since.
    A signed reading is handed over by whoever signed it, whoever exports it.
    """
    rows = active_records(review.findings.records)
    signature = next((row for row in rows if row.kind is RecordKind.SIGN), None)
    segmentation = studies.segmentation(series_key)
    revision = segmentation.revision if segmentation is not None else 0
    series = studies.series(series_key)
    findings = review.reviewed_findings(series_key)
    cautions = review.cautions(series_key)
    heatmap, algorithm = studies.heatmap(series_key), review.algorithm_of(series_key)

    def gather() -> Handover:
        handover = reviewed_handover(
            study=study,
            series=series,
            segmentation=segmentation,
            findings=findings,
            heatmap=heatmap,
            algorithm=algorithm,
            reviewer=signature.reviewer if signature else reviewer,
            signed=signature is not None,
            made_at=now,
            cautions=cautions,
        )
        if segmentation is not None and segmentation.revision != revision:
            raise ExportError(
                say("The segmentation was changed while it was being exported."),
                say("Export again."),
            )
        return handover

    return gather


def part_folders(out: Path, count: int) -> list[Path]:
    """Where the results of so many series go: `out` itself for one, else a folder each."""
    return [out] if count == 1 else [out / f"series-{n}" for n in range(1, count + 1)]


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
        """Queue an export of one series into a folder; None, with a notice, if it is not open.

        "Saved" is said only after every file was read back and compared.
        """
        return self._export([series_key], out, formats)

    def export_study(self, out: Path, formats: Iterable[ExportFormat]) -> Job | None:
        """Queue an export of every series that has results, as `export` does.

        One series is written into `out` itself, several into a folder each.
        """
        marked = {f.series_key for f in self._review.findings.claimed()}
        study = self._studies.study
        for series in study.series if study else ():
            if self._studies.segmentation(series.key) is not None:
                marked.add(series.key)
        return self._export(sorted(marked), out, formats)

    def _export(
        self, series_keys: Sequence[str], out: Path, formats: Iterable[ExportFormat]
    ) -> Job | None:
        study = self._studies.study
        wanted = frozenset(formats)
        if study is None or not wanted:
            self._notices.inform(say("Open a study and choose at least one format to export."))
            return None
        if not series_keys:
            self._notices.inform(
                say("There is nothing to export yet."),
                say("Run the AI, or add a finding."),
            )
            return None
        if not all(self._studies.has_series(key) for key in series_keys):
            self._notices.inform(
                say("The images of these findings are not open."),
                say("Open the folder that holds them, then export."),
            )
            return None
        reviewer, now = self._reviewer(), self._clock()
        gathers = [
            handover_of(study, key, self._studies, self._review, reviewer, now)
            for key in series_keys
        ]

        def work(report: ReportProgress, cancel: CancelToken) -> tuple[Path, ...]:
            written: list[Path] = []
            for folder, gather in zip(part_folders(out, len(gathers)), gathers, strict=True):
                written += export_handover(gather(), folder, wanted, report, cancel)
            return tuple(written)

        return self._jobs.submit(JobKind.EXPORT, say("Exporting"), work, self._done)

    def _done(self, written: tuple[Path, ...]) -> None:
        self.last_written = written
        self._notices.inform(
            say("Saved {count} files, read back and compared.", count=len(written)),
            say("They are in the folder you chose."),
        )

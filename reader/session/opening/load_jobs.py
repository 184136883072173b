"""From paths to a study on screen: scan, choose, read, first slice first.

What reads files is imported where it is used: the window opens without it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import UnreadableError
from reader.core.study import ScanResult, Series, Study, StudySummary, Unreadable, WarningCode
from reader.core.text import say
from reader.core.volume import Volume
from reader.session.events import SessionEvents
from reader.session.jobs import Job, JobKind, JobQueue, JobState
from reader.session.notices import Notices
from reader.session.opening.grown_region import GrownRegion
from reader.session.study_store import StudyStore
from reader.session.viewing.hanging import choose_series, choose_study


class Loading:
    """Opens folders and files, and reads series as they are asked for.

    What is open stays open, and goes on being read, until there is another study to show.
    """

    def __init__(
        self,
        events: SessionEvents,
        jobs: JobQueue,
        studies: StudyStore,
        notices: Notices,
        on_leave: Callable[[], None],
        on_study: Callable[[Study], str | None],
        on_volume: Callable[[Series, Volume], None],
        on_finished: Callable[[Series], None],
        on_found: Callable[[Sequence[Study], Sequence[Path]], object],
        unpacked: Path,
    ) -> None:
        """`on_leave` puts the open study away; if it raises, that study stays open.

        `on_study` says which series was shown last; `on_volume` has a first slice to show.
        `on_found` keeps what a scan found; it is called on the worker. `unpacked` is where
        archives are unpacked.
        """
        self._events = events
        self._jobs = jobs
        self._studies = studies
        self._notices = notices
        self._on_leave = on_leave
        self._on_study = on_study
        self._on_volume = on_volume
        self._on_finished = on_finished
        self._on_found = on_found
        self._unpacked = unpacked
        self.found: tuple[StudySummary, ...] = ()
        self.unreadable: tuple[Unreadable, ...] = ()
        """What was looked at last and not opened."""
        self.looked_through = False
        """Whether the last scan came to its end, so that `unreadable` says why it failed."""
        self.wished: str | None = None
        self._asked_for: str | None = None
        self.reading: dict[str, Job] = {}
        events.job_changed.connect(self._job_changed)

    def open_paths(self, paths: Sequence[Path], study_uid: str | None = None) -> Job:
        """Scan paths, then show a study of theirs: the one wished for, or the largest.

        While it goes on, `found` grows, and `wish` may name another study.
        """
        self._jobs.cancel_kind(JobKind.SCAN)
        kept = tuple(path.absolute() for path in paths)
        self._asked_for = self.wished = study_uid
        self.looked_through = False
        self._grow(())

        def work(report: ReportProgress, cancel: CancelToken) -> ScanResult:
            from reader.formats.dicom_scan import scan_paths

            def on_found(found: tuple[StudySummary, ...]) -> None:
                self._jobs.on_main(lambda: None if cancel.is_cancelled else self._grow(found))

            result = scan_paths(kept, report, cancel, unpacked=self._unpacked, on_found=on_found)
            self._on_found(result.studies, kept)
            return result

        return self._jobs.submit(
            JobKind.SCAN,
            say("Looking through the folder"),
            work,
            lambda result: self._scanned(result, kept),
        )

    def empty_unpacked(self) -> None:
        """Remove what earlier sessions unpacked; a study is opened again from its archive.

        Done before anything else is opened, in the same queue: what is unpacked then stays.
        """
        if self._unpacked.is_dir() and any(self._unpacked.iterdir()):
            self._jobs.submit(
                JobKind.SCAN,
                say("Removing what was unpacked before"),
                self._clean_unpacked,
                lambda _nothing: None,
            )

    def _clean_unpacked(self, _report: ReportProgress, _cancel: CancelToken) -> None:
        from reader.formats.archives.archive import clean_unpacked

        clean_unpacked(self._unpacked, ())

    def wish(self, study_uid: str) -> None:
        """Open this study when the scan that is under way has ended."""
        self.wished = study_uid
        self._events.scan_grew.emit(self.found)

    def show_study(self, study: Study, scan: ScanResult, paths: tuple[Path, ...]) -> None:
        """Make one study of a scan the open one and read the series to show first.

        Raises: StorageError: something of the open study is not on disk, so it stays open.
        """
        self._on_leave()
        self._jobs.cancel_kind(JobKind.LOAD, JobKind.INFERENCE)
        self.reading.clear()
        self._studies.open_study(study, scan, paths)
        left_at = self._on_study(study)
        left = next((s for s in study.series if s.key == left_at), None)
        series = left or choose_series(study)
        if series is not None:
            self.read(series)

    def read(self, series: Series) -> None:
        """Read a series unless it is in memory or being read."""
        if self._studies.volume(series.key) is not None or series.key in self.reading:
            return
        grown = GrownRegion(
            self._jobs.on_main, lambda region: self._studies.volume_grew(series.key, region)
        )

        def work(report: ReportProgress, cancel: CancelToken) -> Volume:
            from reader.formats.series_reader import read_series

            def on_first(volume: Volume) -> None:
                self._jobs.on_main(lambda: self._first(series, volume, cancel))

            def on_progress(progress: Progress) -> None:
                report(progress)
                if progress.region_kji is not None:
                    grown.add(progress.region_kji)

            return read_series(series, on_progress, cancel, on_first=on_first)

        self.reading[series.key] = self._jobs.submit(
            JobKind.LOAD,
            say("Reading {description}", description=series.description or series.modality),
            work,
            lambda volume: self._read(series, volume),
        )

    def leave_unseen(self, seen: Collection[str | None]) -> None:
        """Stop reading every series that is not among `seen`: what was asked for comes first."""
        for series_key in [key for key in self.reading if key not in seen]:
            self._jobs.cancel(self.reading.pop(series_key).id)
            self._studies.drop_volume(series_key)

    def is_complete(self, series_key: str) -> bool:
        """Whether every slice of a series is in memory."""
        return self._studies.is_whole(series_key)

    def _grow(self, found: tuple[StudySummary, ...]) -> None:
        self.found = found
        self._events.scan_grew.emit(found)

    def _scanned(self, result: ScanResult, paths: tuple[Path, ...]) -> None:
        self._grow(())
        self.unreadable, self.looked_through = result.unreadable, True
        self._events.scan_finished.emit(result)
        named = next((s for s in result.studies if s.study_uid == self.wished), None)
        if self._asked_for is not None and named is None:
            raise _moved()
        if not result.studies:
            raise _nothing_opens(result)
        self.show_study(named or choose_study(result.studies), result, paths)
        count = sum(one.is_image for one in result.unreadable)
        if count:
            words = (
                say("1 file was not opened.")
                if count == 1
                else say("{count} files were not opened.", count=count)
            )
            self._notices.warn(words, say("The list says why, file by file."), offers="unreadable")
        if len(result.studies) > 1 and named is None:
            self._notices.inform(
                say("{count} studies were found. The largest is open.", count=len(result.studies)),
                say("The list has them all."),
                offers="studies",
            )

    def _first(self, series: Series, volume: Volume, cancel: CancelToken) -> None:
        """A slice can be seen; of what was stopped or put away meanwhile, none is wanted."""
        if not cancel.is_cancelled and self._studies.has_series(series.key):
            self._studies.add_volume(series.key, volume, is_whole=False)
            self._on_volume(series, volume)

    def _read(self, series: Series, volume: Volume) -> None:
        self.reading.pop(series.key, None)
        if not self._studies.has_series(series.key):
            return  # the study beside the open one was put away meanwhile
        is_new = self._studies.volume(series.key) is not volume
        self._studies.add_volume(series.key, volume)
        if is_new:  # it left for want of memory, or has become one with empty slices
            self._on_volume(series, volume)
        self._studies.volume_grew(series.key, _whole(volume))
        for warning in volume.warnings:
            if warning.code is WarningCode.UNREADABLE_INSTANCES:
                then = say("Open the folder again once its files are all there.")
                self._notices.warn(warning.text, then)
        self._on_finished(series)

    def _job_changed(self, job: Job) -> None:
        """A reading that was stopped or failed leaves no half volume behind."""
        if job.state not in (JobState.CANCELLED, JobState.FAILED):
            return
        if job.kind is JobKind.SCAN and not self._jobs.is_under_way(JobKind.SCAN):
            self._grow(())
        for series_key in [key for key, read in self.reading.items() if read.id == job.id]:
            del self.reading[series_key]
            self._studies.drop_volume(series_key)
            self._events.viewports_changed.emit()


def _whole(volume: Volume) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    k, j, i = volume.geometry.shape_kji
    return (0, k), (0, j), (0, i)


def _moved() -> UnreadableError:
    """Why a study of the library does not open; never another one in its place."""
    return UnreadableError(
        say("The files of this study are no longer where they were."),
        say("Open the folder they are in now; what was decided comes back by itself."),
    )


def _nothing_opens(result: ScanResult) -> UnreadableError:
    if not result.unreadable:
        return UnreadableError(
            say("There are no files here."), say("Open a folder that holds images.")
        )
    first = result.unreadable[0].why
    if len(result.unreadable) == 1:
        return UnreadableError(say("The file could not be opened."), first)
    return UnreadableError(
        say("None of the {count} files here could be opened.", count=len(result.unreadable)),
        say("The first one: {why}", why=first),
    )

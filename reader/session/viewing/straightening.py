"""A tilted series resampled onto a grid with right angles, listed beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import NotAllowedError
from reader.core.series_kind import SeriesKind
from reader.core.study import Series, WarningCode
from reader.core.text import Text, say
from reader.core.volume import Volume
from reader.session.jobs import Job, JobKind, JobQueue
from reader.session.notices import Notices
from reader.session.reviewing.review_room import ReviewRoom
from reader.session.study_store import StudyStore
from reader.session.viewing.viewport import ViewportStore
from reader.storage.result_store import SavedResults

STRAIGHT: Final = "straight"
_MARK: Final = f"~{STRAIGHT}"
Straightened = tuple[Series, Volume, SavedResults]


class Straightening:
    """Makes the straight variant of a series on demand; it lives as long as the study is open.

    Both volumes are kept or left by the store as any other; a variant that left, or on which
    something was decided another day, is made again.
    """

    def __init__(
        self,
        jobs: JobQueue,
        studies: StudyStore,
        viewports: ViewportStore,
        review: ReviewRoom,
        notices: Notices,
    ) -> None:
        self._jobs = jobs
        self._studies = studies
        self._viewports = viewports
        self._review = review
        self._notices = notices
        self._running: Job | None = None

    def is_possible(self, series_key: str | None) -> bool:
        """Whether a series is tilted and wholly in memory."""
        if not self._studies.has_series(series_key) or not self._studies.is_whole(series_key):
            return False
        return is_tilted(self._studies.series(series_key or ""))

    def start(self, series_key: str) -> Job:
        """Queue the resampling of a series; the result is shown when it is done.

        Raises: NotAllowedError: it is not tilted, or not wholly in memory.
        """
        volume, study = self._studies.volume(series_key), self._studies.study
        if volume is None or study is None or not self.is_possible(series_key):
            raise NotAllowedError(
                say("This series cannot be straightened."),
                say("Show a series with gantry tilt, and wait until all of it is read."),
            )
        source = self._studies.series(series_key)
        if self._running is not None and not self._jobs.is_over(self._running.id):
            return self._running

        def work(report: ReportProgress, cancel: CancelToken) -> Straightened:
            from reader.imaging.straighten import straighten  # brings SciPy

            made = straighten(volume, report, cancel)
            return variant_of(source, made), made, self._review.saved(study)[0]

        self._running = self._jobs.submit(
            JobKind.LOAD, _title(source), work, lambda result: self._made(source, *result)
        )
        return self._running

    def again(self, series_key: str) -> bool:
        """Make a variant that is not in memory. Returns: whether this is one of an open series."""
        source_key = series_key.removesuffix(_MARK)
        if source_key == series_key or not self._studies.has_series(source_key):
            return False
        if self.is_possible(source_key):
            self.start(source_key)
        else:
            self._notices.inform(
                say("The straightened series is not in memory."),
                say("Show the tilted series, then straighten it again."),
            )
        return True

    def _made(self, source: Series, series: Series, volume: Volume, saved: SavedResults) -> None:
        self._studies.add_variant(series)
        self._studies.add_volume(series.key, volume)
        self._review.restore_on(series.key, saved)
        window = self._viewports.looks.window_of(source.key)
        if window is not None:
            self._viewports.looks.set_window(series.key, window)
        if self._viewports.cursor_of(series.key) is None:
            x, y, z = volume.geometry.center_lps_mm
            self._viewports.set_cursor((x, y, z), series.key)
        self._viewports.show_series(series.key)


def is_tilted(series: Series) -> bool:
    """Whether a series' slices are shifted against each other, so that a grid is sheared."""
    is_volume = series.kind is SeriesKind.VOLUME and not series.variant and not series.is_color
    return is_volume and any(w.code is WarningCode.GANTRY_TILT for w in series.warnings)


def variant_of(source: Series, volume: Volume) -> Series:
    """The series that a straightened volume is shown as, marked as resampled."""
    resampled = tuple(w for w in volume.warnings if w.code is WarningCode.RESAMPLED)
    left_behind = (WarningCode.GANTRY_TILT, WarningCode.RESAMPLED)
    kept = tuple(w for w in source.warnings if w.code not in left_behind)
    return replace(
        source,
        variant=STRAIGHT,
        geometry=volume.geometry,
        warnings=(*resampled, *kept),
        measurable=volume.measurable,
    )


def _title(series: Series) -> Text:
    return say("Straightening {description}", description=series.description or series.modality)

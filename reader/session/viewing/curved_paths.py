"""Paths drawn through a volume, and the series that show it along them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import NotAllowedError
from reader.core.geometry import FloatArray, Point, VolumeGeometry
from reader.core.series_kind import SeriesKind
from reader.core.study import CURVED, GeometryWarning, Series, SeriesTags, WarningCode
from reader.core.text import say
from reader.core.volume import Volume
from reader.imaging.curved import LEAST_POINTS, CurvedPath, smooth_path, straightened_along
from reader.session.events import SessionEvents
from reader.session.jobs import Job, JobKind, JobQueue
from reader.session.study_store import StudyStore
from reader.session.viewing.viewport import ViewportStore

Padding = tuple[float, float]
Made = tuple[CurvedPath, NDArray[Any], Padding | None]


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A series laid out along a path, and the one it was made from."""

    source_key: str
    path: CurvedPath
    columns: int


class CurvedPaths:
    """One path is drawn at a time; each that was finished is a series of its own.

    It is listed beside the series it was made from and lives as long as the study is open.
    Where the crosshair is in it, it is in the other series.
    """

    changed = Signal()
    """A point was added or taken away, or the path is finished."""

    def __init__(
        self,
        events: SessionEvents,
        jobs: JobQueue,
        studies: StudyStore,
        viewports: ViewportStore,
    ) -> None:
        self._jobs = jobs
        self._studies = studies
        self._viewports = viewports
        self._numbers = itertools.count(1)
        self._laid: dict[str, Laid] = {}
        self._followed: Point | None = None
        self.series_key: str | None = None
        self.points: tuple[Point, ...] = ()
        events.study_opened.connect(self._opened)
        events.viewports_changed.connect(self._follow)

    def laid(self, series_key: str | None) -> Laid | None:
        """What a series is laid out along; None for any other."""
        return self._laid.get(series_key or "")

    def lines_on(self, series_key: str) -> tuple[FloatArray, ...]:
        """Paths through a series that are laid out in some viewport: (n, 3) in LPS mm."""
        if not self._laid:
            return ()
        shown = {state.series_key for state in self._viewports.states}
        return tuple(
            laid.path.points_lps_mm
            for key, laid in self._laid.items()
            if laid.source_key == series_key and key in shown
        )

    def can_draw(self, series_key: str | None) -> bool:
        """Whether a path can be drawn through a series: a whole grey volume with true lengths."""
        volume = self._studies.volume(series_key)
        return (
            series_key is not None
            and volume is not None
            and not volume.is_color
            and self._viewports.kind_of(series_key) is SeriesKind.VOLUME
            and self._studies.is_whole(series_key)
            and self._studies.is_measurable(series_key)
        )

    def add_point(self, series_key: str, lps: Point) -> None:
        """Go on to here; in another series a new path begins.

        Raises: NotAllowedError: lengths are not known in this series, or it is no whole volume.
        """
        if not self.can_draw(series_key):
            raise NotAllowedError(
                say("No path can be laid out straight in this series."),
                say("It needs a volume with known distances, all of it read."),
            )
        if series_key != self.series_key:
            self.series_key, self.points = series_key, ()
        self.points = (*self.points, lps)
        self.changed.emit()

    def remove_last(self) -> None:
        """Take the last point away."""
        self.points = self.points[:-1]
        self.changed.emit()

    def clear(self) -> None:
        """Forget the path that is being drawn."""
        self.series_key, self.points = None, ()
        self.changed.emit()

    def finish(self) -> Job:
        """Lay the path out straight; the result is shown in the active viewport.

        Raises: NotAllowedError: there is no path yet, or its volume left the memory.
        """
        series_key, points = self.series_key, self.points
        volume = self._studies.volume(series_key)
        if series_key is None or len(points) < LEAST_POINTS or volume is None:
            raise NotAllowedError(
                say("A path needs two points at least."),
                say("Click along what you want to follow, then press Enter."),
            )
        source, viewport_id = self._studies.series(series_key), self._viewports.active_id

        def work(report: ReportProgress, cancel: CancelToken) -> Made:
            step_mm = min(volume.geometry.spacing_kji_mm)
            path = smooth_path(points, step_mm)
            outside, padding = outside_of(volume)
            voxels = straightened_along(
                volume.voxels, volume.geometry, path, outside, report, cancel
            )
            return path, voxels, padding

        self.clear()
        return self._jobs.submit(
            JobKind.LOAD,
            say("Laying out {description}", description=source.description or source.modality),
            work,
            lambda made: self._made(source, volume, viewport_id, *made),
        )

    def _made(
        self,
        source: Series,
        volume: Volume,
        viewport_id: str,
        path: CurvedPath,
        voxels: NDArray[Any],
        padding: Padding | None,
    ) -> None:
        if not self._studies.has_series(source.key):
            return
        spacing = (1.0, path.step_mm, path.step_mm)
        shape = (voxels.shape[0], voxels.shape[1], voxels.shape[2])
        geometry = VolumeGeometry.from_spacing(shape, spacing)
        series = laid_series(source, geometry, next(self._numbers))
        self._laid[series.key] = Laid(source.key, path, shape[2])
        self._studies.add_variant(series)
        laid = replace(
            volume, voxels=voxels, geometry=geometry, graphics=None,
            warnings=series.warnings, measurable=False, padding=padding,
        )  # fmt: skip
        self._studies.add_volume(series.key, laid)
        window = self._viewports.looks.window_of(source.key)
        if window is not None:
            self._viewports.looks.set_window(series.key, window)
        x, y, z = geometry.to_lps((0, (shape[1] - 1) / 2, (shape[2] - 1) / 2))
        self._viewports.set_cursor((float(x), float(y), float(z)), series.key)
        shown = {state.id for state in self._viewports.states}
        if viewport_id in shown:
            self._viewports.show_series(series.key, viewport_id)

    def _follow(self) -> None:
        """Take the crosshair of the source to where it is in what was laid out."""
        state = self._viewports.active
        laid = self.laid(state.series_key)
        cursor = self._viewports.cursor_of(state.series_key)
        if laid is None or cursor is None or cursor == self._followed:
            return
        self._followed = cursor
        geometry = self._studies.geometry(state.series_key)
        if geometry is None or not self._studies.has_series(laid.source_key):
            return
        turn, row, column = (float(v) for v in geometry.to_index(cursor))
        place = laid.path.place_of(round(turn), row, column, laid.columns)
        self._viewports.set_cursor(place, laid.source_key)

    def _opened(self, _study: object) -> None:
        self._laid.clear()
        self.clear()


def laid_series(source: Series, geometry: VolumeGeometry, number: int) -> Series:
    """The series that a laid-out path is shown as: single images, true along and across."""
    warning = GeometryWarning(
        WarningCode.RESAMPLED,
        say("Laid out along a drawn path: lengths are true along it and across it only."),
    )
    return replace(
        source,
        variant=f"{CURVED}-{number}",
        geometry=geometry,
        kind=SeriesKind.IMAGES,
        measurable=False,
        warnings=(warning,),
        phase=None,
        tags=replace(source.tags, patient_orientation=SeriesTags().patient_orientation),
    )


def outside_of(volume: Volume) -> tuple[float, Padding | None]:
    """The value of what lies beyond the volume, and the padding that says so.

    No voxel has that value, so that what lies beyond is black and counts in no measurement.
    Looks at every voxel.
    """
    if volume.padding is not None:
        return volume.padding[0], volume.padding
    dtype: np.dtype[Any] = volume.voxels.dtype
    if dtype.kind == "f":
        return float("nan"), None
    limits = np.iinfo(dtype)
    if int(volume.voxels.min()) > limits.min:
        return limits.min, (limits.min, limits.min)
    if int(volume.voxels.max()) < limits.max:
        return limits.max, (limits.max, limits.max)
    return limits.min, None

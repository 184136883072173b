"""Where the reader is, written down so that a killed session reopens at the same place."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np

from reader.core.errors import StorageError
from reader.core.intensity import WindowLevel
from reader.core.orientation import Plane, plane_axes
from reader.core.study import Series, Study
from reader.imaging.slicing import extract_slice, slice_count, slice_geometry
from reader.imaging.window import apply_window
from reader.session.events import SessionEvents
from reader.session.finding_list import FindingList
from reader.session.study_store import StudyStore
from reader.session.viewport import Layout, ViewportState, ViewportStore
from reader.storage.database import Database
from reader.storage.place_store import PlaceStore, ReadingPlace, RecentStudy, SavedViewport

__all__ = ["PlaceKeeper", "RecentStudy"]

THUMBNAIL_PX = (272, 208)
"""Width and height of a recent study's picture."""
MOST_TICKS = 4
"""A place that goes on changing is saved after this many ticks all the same."""


class PlaceKeeper:
    """Saves the place when it changed, brings it back, and keeps the recent studies.

    `tick` is called about twice a second. A marker beside the database says that a study
    is open; one that is still there at the start was left by a session that was killed.
    A disk that refuses is reported by the acts that matter: nothing here stops a reader.
    """

    def __init__(
        self,
        database: Database,
        events: SessionEvents,
        studies: StudyStore,
        viewports: ViewportStore,
        findings: FindingList,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = PlaceStore(database)
        self._marker = database.path.with_suffix(".open")
        self._events = events
        self._studies = studies
        self._viewports = viewports
        self._findings = findings
        self._clock = clock
        self._wanted: ReadingPlace | None = None
        self._saved: ReadingPlace | None = None
        self._changed = False
        self._ticks_waited = 0
        self._thumbnails: dict[str, bytes] = {}
        self.was_interrupted = self._marker.exists()
        events.viewports_changed.connect(self._note)
        events.active_viewport_changed.connect(lambda _viewport_id: self._note())
        events.selection_changed.connect(lambda _finding_id: self._note())

    # What was left

    def last(self) -> ReadingPlace | None:
        """The place of the study that was open last."""
        return self._store.last_place()

    def recents(self) -> list[RecentStudy]:
        """Studies opened lately, newest first."""
        return self._store.recents()

    def forget_recent(self, study_uid: str) -> None:
        """Take a study off the list; what was decided in it stays."""
        self._store.forget_recent(study_uid)
        self._events.recents_changed.emit()

    def paths_of(self, study_uid: str) -> list[Path]:
        """Where a study was opened from; empty if it never was, or is no longer there."""
        known = {r.study_uid: r.paths for r in self._store.recents(limit=10_000)}
        return [Path(p) for p in known.get(study_uid, ()) if Path(p).exists()]

    # Opening

    def study_opened(self, study: Study) -> str | None:
        """Look up where the reader was in a study; returns the series shown then.

        From now on this is the study that was open last, wherever the reader goes in it.
        """
        paths = tuple(str(path) for path in self._studies.paths)
        self._wanted, self._saved = None, None
        with suppress(StorageError, OSError):
            self._wanted = self._store.place(study.study_uid)
            opened = self._wanted or ReadingPlace(study.study_uid, paths)
            self._store.save_place(replace(opened, paths=paths), self._clock())
            self._marker.touch()
        self._save_recent(study)
        return self._wanted.series_key if self._wanted else None

    def volume_started(self, series: Series) -> tuple[str, ...]:
        """Go back to the place left in this series, once, unless the reader was faster.

        Returns: the keys of the other series that were on screen; they are to be read.
        """
        wanted, self._wanted = self._wanted, None
        study = self._studies.study
        untouched = all(s.series_key is None for s in self._viewports.states)
        if wanted is None or study is None or not untouched:
            return ()
        if wanted.series_key not in (None, series.key):
            return ()
        for key, (center, width) in wanted.windows.items():
            self._viewports.set_window(key, WindowLevel(center, width))
        if wanted.cursor_lps_mm is not None:
            self._viewports.set_cursor(wanted.cursor_lps_mm, series.key)
        shown = {v.series_key or series.key for v in wanted.viewports}
        others = tuple(s.key for s in study.series if s.key in shown - {series.key})
        self._restore_viewports(wanted, series, others)
        return others

    @property
    def selection_to_restore(self) -> str | None:
        """The finding selected when the study was left; None once its images are on screen."""
        return self._wanted.selected_finding_id if self._wanted else None

    # Keeping

    def tick(self) -> None:
        """Save the place once the reader rests there; while one goes on, every few ticks.

        A save waits for the disk, which a reader who is scrolling would feel.
        """
        if self._changed and self._ticks_waited < MOST_TICKS:
            self._changed = False
            self._ticks_waited += 1
        elif self._ticks_waited:
            self._changed, self._ticks_waited = False, 0
            self.save()

    def save(self) -> None:
        """Write the place down now."""
        study = self._studies.study
        if study is None or self._wanted is not None:
            return
        place = self._present(study)
        if place == self._saved:
            return
        now = self._clock()
        with suppress(StorageError):
            self._store.save_place(place, now)
            self._saved = place
            self._events.place_saved.emit(now)

    def left(self) -> None:
        """The reader left the study on purpose: next time starts at the welcome page."""
        study = self._studies.study
        if study is not None:
            self.save()
            self._save_recent(study)
        with suppress(OSError):
            self._marker.unlink(missing_ok=True)

    def keep_thumbnail(self, series: Series) -> None:
        """Make the study's picture for the welcome page from its middle slice."""
        study, volume = self._studies.study, self._studies.volume(series.key)
        window = self._viewports.window_of(series.key)
        if study is None or volume is None or window is None:
            return
        axes = plane_axes(volume.geometry, Plane.AXIAL)
        middle = slice_count(volume.geometry, axes) // 2
        grey = apply_window(extract_slice(volume.voxels, axes, middle), window)
        where = slice_geometry(volume.geometry, axes, middle)
        self._thumbnails[study.study_uid] = _thumbnail(
            grey, where.row_spacing_mm / where.column_spacing_mm
        )
        self._save_recent(study)

    def _note(self) -> None:
        self._changed = True

    def _present(self, study: Study) -> ReadingPlace:
        viewports = self._viewports
        windows = {s.key: viewports.window_of(s.key) for s in study.series}
        return ReadingPlace(
            study_uid=study.study_uid,
            paths=tuple(str(path) for path in self._studies.paths),
            series_key=viewports.active.series_key,
            cursor_lps_mm=viewports.cursor_lps,
            layout=viewports.layout.value,
            active_viewport=viewports.active_id,
            maximized_viewport=viewports.maximized_id,
            viewports=tuple(
                SavedViewport(s.id, s.plane.value, s.series_key, s.zoom, s.pan_mm)
                for s in viewports.states
            ),
            windows={key: (w.center, w.width) for key, w in windows.items() if w is not None},
            selected_finding_id=self._findings.selected,
        )

    def _restore_viewports(
        self, place: ReadingPlace, series: Series, others: tuple[str, ...]
    ) -> None:
        """Layout, series, planes and zoom as they were; `series` where one is not there now."""
        states = tuple(
            ViewportState(
                v.id,
                Plane(v.plane),
                v.series_key if v.series_key in others else series.key,
                v.zoom,
                v.pan_mm,
            )
            for v in place.viewports
        )
        layout = Layout(place.layout) if place.layout else Layout.ONE_PLUS_TWO
        self._viewports.restore(layout, states, place.active_viewport, place.maximized_viewport)

    def _save_recent(self, study: Study) -> None:
        with suppress(StorageError):
            self._store.save_recent(self._recent(study))
            self._events.recents_changed.emit()

    def _recent(self, study: Study) -> RecentStudy:
        previous = {r.study_uid: r for r in self._store.recents()}.get(study.study_uid)
        picture = self._thumbnails.get(study.study_uid)
        if picture is None:
            picture = previous.thumbnail_png if previous else b""
        findings = self._findings
        return RecentStudy(
            study_uid=study.study_uid,
            paths=tuple(str(path) for path in self._studies.paths),
            description=_described(study),
            opened_at=self._clock(),
            findings=len(findings.findings),
            unreviewed=findings.unreviewed_count,
            signed=findings.is_signed,
            thumbnail_png=picture,
        )


def _described(study: Study) -> str:
    modalities = sorted({s.modality for s in study.series if s.modality})
    who = study.patient.patient_id or study.patient.name
    return " · ".join(p for p in (who, "/".join(modalities), study.description) if p)


def _thumbnail(grey: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], aspect: float) -> bytes:
    """PNG of a slice at true aspect, cut to fill the picture. `aspect`: row by column spacing."""
    width, height = THUMBNAIL_PX
    rows, columns = grey.shape[0] * aspect, float(grey.shape[1])
    scale = max(width / columns, height / rows)
    size = (max(width, round(columns * scale)), max(height, round(rows * scale)))
    enlarged = cv2.resize(np.ascontiguousarray(grey), size, interpolation=cv2.INTER_AREA)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    cut = enlarged[top : top + height, left : left + width]
    return cv2.imencode(".png", cut)[1].tobytes()

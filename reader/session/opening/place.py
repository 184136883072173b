"""Where the reader is, written down so that a killed session reopens at the same place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from reader.core.errors import StorageError
from reader.core.intensity import WindowFunction, WindowLevel
from reader.core.orientation import Plane, SpatialTransform
from reader.core.study import Series, Study
from reader.core.tilt import Tilt
from reader.imaging.cut import Projection, Slab
from reader.session.events import SessionEvents
from reader.session.reviewing.finding_list import FindingList
from reader.session.study_store import StudyStore
from reader.session.viewing.layout import Layout
from reader.session.viewing.looks import Looks
from reader.session.viewing.viewport import ViewportStore
from reader.session.viewing.viewport_state import PaneKind, ViewportState
from reader.storage.database import Database
from reader.storage.place_store import PlaceStore, ReadingPlace, SavedViewport

MOST_TICKS = 4
"""A place that goes on changing is saved after this many ticks all the same."""


class Hanging(Protocol):
    """What hangs studies, as far as a place depends on it."""

    @property
    def hangs_priors(self) -> bool:
        """Whether earlier studies are on screen."""
        ...

    @property
    def current(self) -> str | None:
        """The id of the protocol that hung what is on screen."""
        ...

    def hang_again(self, protocol_id: str | None) -> bool:
        """Whether what was left hung by this is hung anew instead of put back."""
        ...

    def restored(self, protocol_id: str | None) -> None:
        """What this protocol hung was put back as it was left."""
        ...


class PlaceKeeper:
    """Saves the place when it changed and brings it back.

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
        hangings: Hanging,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = PlaceStore(database)
        self._marker = database.path.with_suffix(".open")
        self._events = events
        self._studies = studies
        self._viewports = viewports
        self._findings = findings
        self._hangings = hangings
        self._clock = clock
        self._wanted: ReadingPlace | None = None
        self._saved: ReadingPlace | None = None
        self._changed = False
        self._ticks_waited = 0
        self.was_interrupted = self._marker.exists()
        events.viewports_changed.connect(self._note)
        events.active_viewport_changed.connect(lambda _viewport_id: self._note())
        events.selection_changed.connect(lambda _finding_id: self._note())

    # What was left

    def last(self) -> ReadingPlace | None:
        """The place of the study that was open last."""
        return self._store.last_place()

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
        self._restore_looks(wanted, study)
        if wanted.cursor_lps_mm is not None:
            self._viewports.set_cursor(wanted.cursor_lps_mm, series.key)
        if wanted.tilt_rows is not None:
            with suppress(ValueError):
                tilt = Tilt(wanted.tilt_rows, wanted.tilt_pivot_mm)
                self._viewports.set_tilt(tilt, series.key)
        if self._hangings.hang_again(wanted.protocol):
            return ()
        shown = {v.series_key or series.key for v in wanted.viewports}
        shown |= {v.fused_key for v in wanted.viewports if v.fused_key is not None}
        others = tuple(s.key for s in study.series if s.key in shown - {series.key})
        self._restore_viewports(wanted, series, others)
        self._hangings.restored(wanted.protocol)
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
        if study is None or self._wanted is not None or self._is_comparing():
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
        with suppress(OSError):
            self._marker.unlink(missing_ok=True)

    def _is_comparing(self) -> bool:
        """Panes that show another study beside this one are no place in it to come back to.

        Unless a protocol put it there, which does so again.
        """
        if self._hangings.hangs_priors:
            return False
        return any(self._studies.is_companion(s.series_key) for s in self._viewports.states)

    def _note(self) -> None:
        self._changed = True

    def _present(self, study: Study) -> ReadingPlace:
        viewports = self._viewports
        windows, inverted = _chosen_looks(viewports.looks, study)
        tilt = viewports.tilt_of(viewports.active.series_key)
        return ReadingPlace(
            study_uid=study.study_uid,
            paths=tuple(str(path) for path in self._studies.paths),
            series_key=_lasting(viewports.active.series_key),
            cursor_lps_mm=viewports.cursor_lps,
            tilt_rows=None if tilt.is_straight else tilt.rows,
            tilt_pivot_mm=tilt.pivot_lps,
            layout=viewports.layout.value,
            active_viewport=viewports.active_id,
            maximized_viewport=viewports.maximized_id,
            viewports=tuple(_saved(state) for state in viewports.states),
            windows={key: (w.center, w.width) for key, w in windows.items()},
            window_curves={
                key: (w.function.value, w.name)
                for key, w in windows.items()
                if w.name or w.function is not WindowFunction.LINEAR_EXACT
            },
            inverted=inverted,
            protocol=self._hangings.current,
            selected_finding_id=self._findings.selected,
        )

    def _restore_looks(self, place: ReadingPlace, study: Study) -> None:
        """The windows of all series, and whether black was white, as they were left."""
        looks = self._viewports.looks
        for series in study.series:
            for _, look in _looks_in(place.windows, series):
                window = _saved_window(place, series, look)
                if window is not None:
                    looks.set_window(series.key, window, look)
            for key, look in _looks_in(place.inverted, series):
                looks.set_inverted(series.key, place.inverted[key], look)

    def _restore_viewports(
        self, place: ReadingPlace, series: Series, others: tuple[str, ...]
    ) -> None:
        """Layout, series, planes and zoom as they were; `series` where one is not there now."""
        here = {series.key, *others}
        states = tuple(_restored(saved, here, series.key) for saved in place.viewports)
        layout = Layout(place.layout) if place.layout else Layout.ONE_PLUS_TWO
        self._viewports.restore(layout, states, place.active_viewport, place.maximized_viewport)


def _lasting(series_key: str | None) -> str | None:
    """The series that is there next time: of a variant, the one it was computed from."""
    return series_key.partition("~")[0] if series_key is not None else None


def _saved(state: ViewportState) -> SavedViewport:
    return SavedViewport(
        state.id,
        state.plane.value,
        _lasting(state.series_key),
        state.zoom,
        state.pan_mm,
        state.kind.value,
        state.slab.thickness_mm,
        state.slab.projection.value,
        _lasting(state.fused_key),
        state.fusion_opacity,
        state.look,
        state.transform.quarter_turns,
        state.transform.mirrored,
    )


def _restored(saved: SavedViewport, here: set[str], first_key: str) -> ViewportState:
    """A viewport as it was left; the series shown first where its own is not there now."""
    return ViewportState(
        saved.id,
        Plane(saved.plane),
        saved.series_key if saved.series_key in here else first_key,
        saved.zoom,
        saved.pan_mm,
        PaneKind(saved.kind),
        Slab(saved.slab_mm, Projection(saved.projection)),
        saved.fused_key if saved.fused_key in here else None,
        saved.fusion_opacity,
        look=saved.look,
        transform=SpatialTransform(saved.quarter_turns % 4, saved.mirrored),
    )


def _chosen_looks(looks: Looks, study: Study) -> tuple[dict[str, WindowLevel], dict[str, bool]]:
    """Windows and inversions of a study's series, as `ReadingPlace` names them."""
    windows, inverted = {}, {}
    for series in study.series:
        for look, window in looks.windows_of(series.key).items():
            windows[_look_key(series, look)] = window
        for look, is_inverted in looks.inversions_of(series.key).items():
            inverted[_look_key(series, look)] = is_inverted
    return windows, inverted


def _look_key(series: Series, look: str) -> str:
    return f"{series.key}\t{look}" if look else series.key


def _looks_in(found: Iterable[str], series: Series) -> Iterator[tuple[str, str]]:
    """Each name in a place that is about a series, with the look it means."""
    for key in found:
        of, _, look = key.partition("\t")
        if of == series.key:
            yield key, look


def _saved_window(place: ReadingPlace, series: Series, look: str = "") -> WindowLevel | None:
    """The window a series was left with; a table is the header's, or the curve is gone."""
    key = _look_key(series, look)
    if key not in place.windows:
        return None
    center, width = place.windows[key]
    function, name = place.window_curves.get(key, ("", ""))
    if function == WindowFunction.TABLE.value:
        tables = [w for w in series.windows if w.table is not None]
        same = next((w for w in tables if w.name == name), tables[0] if tables else None)
        return replace(same, center=center, width=width) if same is not None else None
    known = {f.value: f for f in WindowFunction}
    return WindowLevel(center, width, known.get(function, WindowFunction.LINEAR_EXACT), None, name)

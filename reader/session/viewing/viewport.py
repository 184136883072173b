"""What the reader asked to see: layout, series, planes, windows, cursor, zoom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reader.core.geometry import Point
from reader.core.orientation import AS_ACQUIRED, Plane, SpatialTransform
from reader.core.series_kind import SeriesKind
from reader.core.tilt import STRAIGHT, Tilt
from reader.imaging.cut import Slab
from reader.imaging.plane_stack import PlaneStack, plane_stack
from reader.session.events import SessionEvents
from reader.session.study_store import StudyStore
from reader.session.viewing.cursors import Cursors
from reader.session.viewing.cutting_rules import tilt_refusal
from reader.session.viewing.hanging import leading_plane
from reader.session.viewing.layout import Layout
from reader.session.viewing.linking import Linking
from reader.session.viewing.looks import Looks
from reader.session.viewing.viewport_state import ViewportState

MINIMUM_ZOOM, MAXIMUM_ZOOM = 0.2, 40.0
_VOLUME = SeriesKind.VOLUME


class ViewportStore:
    """The viewports. The crosshair is one point per frame of reference, so all are linked."""

    def __init__(self, events: SessionEvents, studies: StudyStore) -> None:
        self._events = events
        self._studies = studies
        self._cursors = Cursors()
        self.looks = Looks(events, self._look)
        self.linking = Linking(events)
        self.may_repeat: frozenset[str] = frozenset()
        """Viewports that show an image whether another one shows it or not."""
        self._layout_of_volumes: Layout | None = None
        self._put_away: dict[str, ViewportState] = {}
        self.layout = Layout.ONE_PLUS_TWO
        self.maximized_id: str | None = None
        self.states: tuple[ViewportState, ...] = ()
        self.active_id = "v0"
        self.set_layout(Layout.ONE_PLUS_TWO)

    # What is shown where

    def state(self, viewport_id: str) -> ViewportState:
        """One viewport. Raises: KeyError."""
        for state in self.states:
            if state.id == viewport_id:
                return state
        raise KeyError(viewport_id)

    @property
    def active(self) -> ViewportState:
        """The viewport that keys act on."""
        return self.state(self.active_id)

    def set_layout(self, layout: Layout) -> None:
        """Change the number of viewports; those that stay keep what they show."""
        self._layout_of_volumes = None
        self._lay_out(layout)

    def _lay_out(self, layout: Layout) -> None:
        self._put_away.update({s.id: s for s in self.states})
        kept = {
            s.id: s for s in self._put_away.values()
            if s in self.states or self._studies.volume(s.series_key) is not None
        }  # fmt: skip
        shown = self.states[0].series_key if self.states else None
        self.layout = layout
        self.maximized_id = None
        self.states = tuple(
            kept.get(f"v{n}") or ViewportState(f"v{n}", plane, shown)
            for n, plane in enumerate(layout.planes)
        )
        if self.active_id not in {s.id for s in self.states}:
            self.active_id = self.states[0].id
        self._events.viewports_changed.emit()

    def restore(
        self,
        layout: Layout,
        states: tuple[ViewportState, ...],
        active_id: str | None,
        maximized_id: str | None,
    ) -> None:
        """Put back viewports as they were saved; a layout they do not fit is made afresh."""
        self.set_layout(layout)
        if [s.id for s in states] == [s.id for s in self.states]:
            self.states = states
            known = {s.id for s in states}
            self.active_id = active_id if active_id and active_id in known else states[0].id
            self.maximized_id = maximized_id if maximized_id in known else None
        if layout is Layout.ONE and self._has_one_plane(self.states[0].series_key):
            self._layout_of_volumes = Layout.ONE_PLUS_TWO
        self._events.viewports_changed.emit()

    def activate(self, viewport_id: str) -> None:
        """Give a viewport the keyboard; one that a new layout has just taken away gets nothing."""
        if viewport_id != self.active_id and any(s.id == viewport_id for s in self.states):
            self.active_id = viewport_id
            self._events.active_viewport_changed.emit(viewport_id)

    def toggle_maximized(self, viewport_id: str) -> None:
        """Show one viewport alone, or all again."""
        self.maximized_id = None if self.maximized_id else self.state(viewport_id).id
        self.activate(viewport_id)
        self._events.viewports_changed.emit()

    def show_series(self, series_key: str, viewport_id: str | None = None) -> None:
        """Show a series in one viewport, or in all of them, fitted.

        Images that are no volume, and a single slice, get one viewport until there is a
        volume to show again.
        """
        if viewport_id is None:
            planes_chosen = self._planes_are_chosen()
            self._suit_layout(self._has_one_plane(series_key))
            if not planes_chosen:
                self._suit_planes(series_key)
        if viewport_id is None:
            self._put_away.clear()
        for state in self.states:
            if viewport_id in (None, state.id):
                self._replace(_fitted(state, series_key))
        self._events.viewports_changed.emit()

    def hang(self, layout: Layout, states: tuple[ViewportState, ...]) -> None:
        """Show what a hanging protocol says, one state for each viewport of its layout.

        The reader's own layout is kept for what comes after.
        """
        before = self._layout_of_volumes or self.layout
        self._lay_out(layout)
        self._layout_of_volumes = before
        self.states = states
        self._events.viewports_changed.emit()

    def hang_nothing(self) -> None:
        """Leave one viewport, to say that there is no series at all."""
        self._suit_layout(True)

    def exchange_series(self, left: set[str], series_key: str) -> None:
        """Show a series where those of its group were shown; zoom and place stay."""
        for state in self.states:
            if state.series_key in left:
                self._replace(replace(state, series_key=series_key))
        self._events.viewports_changed.emit()

    def is_repeat(self, viewport_id: str) -> bool:
        """Whether a viewport would show the same image again: one plane needs one viewport."""
        series_key = self.state(viewport_id).series_key
        if series_key is None or self.kind_of(series_key) is _VOLUME:
            return False
        if viewport_id in self.may_repeat:
            return False
        first = next(state for state in self.states if state.series_key == series_key)
        return first.id != viewport_id

    def kind_of(self, series_key: str | None) -> SeriesKind:
        """Whether a series' images are one volume; what is not open counts as one."""
        if series_key is None or not self._studies.has_series(series_key):
            return _VOLUME
        return self._studies.series(series_key).kind

    def clear(self) -> None:
        """Show nothing and forget windows and cursors."""
        self._suit_layout(False)
        self._cursors.clear()
        self.linking.forget()
        self.looks.clear()
        self._put_away.clear()
        self.maximized_id = None
        self.states = tuple(
            ViewportState(s.id, plane)
            for s, plane in zip(self.states, self.layout.planes, strict=True)
        )
        self._events.viewports_changed.emit()

    def set_plane(self, viewport_id: str, plane: Plane) -> None:
        """Show another plane."""
        state = self.state(viewport_id)
        self._replace(
            replace(state, plane=plane, zoom=1.0, pan_mm=(0.0, 0.0), transform=AS_ACQUIRED)
        )
        self._events.viewports_changed.emit()

    # Where the crosshair is

    def cursor_of(self, series_key: str | None) -> Point | None:
        """The crosshair in LPS mm in the frame of reference of a series."""
        return self._cursors.point(self._frame(series_key))

    @property
    def cursor_lps(self) -> Point | None:
        """The crosshair of the active viewport's series."""
        return self.cursor_of(self.active.series_key)

    def set_cursor(self, lps: Point, series_key: str | None = None) -> None:
        """Move the crosshair; every viewport of that frame of reference follows."""
        frame = self._frame(series_key or self.active.series_key)
        if frame is None:
            return
        if self._cursors.move(frame, lps):
            for other, point in self.linking.moved(frame, lps).items():
                self._cursors.move(other, point)
            self._events.viewports_changed.emit()

    def tilt_of(self, series_key: str | None) -> Tilt:
        """How the planes of a series are turned, as all of its frame of reference are.

        Straight for a series that does not allow it, whatever the others do.
        """
        volume = self._studies.volume(series_key)
        if series_key is not None and volume is not None and self._studies.has_series(series_key):
            series = self._studies.series(series_key)
            if series.kind is _VOLUME and tilt_refusal(series, volume) is not None:
                return STRAIGHT
        return self._cursors.tilt(self._frame(series_key))

    def set_tilt(self, tilt: Tilt, series_key: str | None = None) -> None:
        """Turn the planes of every viewport of that frame of reference. See `Tilting`."""
        frame = self._frame(series_key or self.active.series_key)
        if frame is not None and self._cursors.turn(frame, tilt):
            self._events.viewports_changed.emit()

    def follow_link(self, frame: str, at: Point) -> None:
        """Bring the crosshairs that are tied to a frame to where its own stands."""
        for other, point in self.linking.moved(frame, at).items():
            self._cursors.move(other, point)
        self._events.viewports_changed.emit()

    def scroll(self, viewport_id: str, steps: int) -> None:
        """Go `steps` slices on, such as towards the feet, clamped at the ends."""
        series_key = self.state(viewport_id).series_key
        stack, cursor = self.stack_of(viewport_id), self.cursor_of(series_key)
        if stack is not None and cursor is not None:
            onwards = -steps if stack.reads_backwards else steps
            shown = stack.index_at(cursor)
            self._go_to(stack, cursor, shown, shown + onwards, series_key)

    def index_of(self, viewport_id: str) -> int:
        """The slice a viewport shows, as its stack counts; 0 while it shows none."""
        stack = self.stack_of(viewport_id)
        cursor = self.cursor_of(self.state(viewport_id).series_key)
        return 0 if stack is None or cursor is None else stack.index_at(cursor)

    def set_index(self, viewport_id: str, index: int) -> None:
        """Show slice `index` of the viewport's plane, clamped."""
        series_key = self.state(viewport_id).series_key
        stack, cursor = self.stack_of(viewport_id), self.cursor_of(series_key)
        if stack is not None and cursor is not None:
            self._go_to(stack, cursor, stack.index_at(cursor), index, series_key)

    def _go_to(
        self, stack: PlaneStack, cursor: Point, shown: int, index: int, series_key: str | None
    ) -> None:
        wanted = min(max(index, 0), stack.count - 1)
        if wanted != shown:
            x, y, z = stack.moved_to(cursor, wanted).tolist()
            self.set_cursor((x, y, z), series_key)

    def stack_of(self, viewport_id: str) -> PlaneStack | None:
        """The slices that a viewport goes through; None while it shows none."""
        state = self.state(viewport_id)
        volume = self._studies.volume(state.series_key)
        if volume is None or self.cursor_of(state.series_key) is None:
            return None
        tilt = self.tilt_of(state.series_key)
        kind = self.kind_of(state.series_key)
        return plane_stack(volume.geometry, kind, state.plane, tilt, state.transform)

    # How it is shown

    def zoom_by(self, viewport_id: str, factor: float) -> None:
        """Enlarge about the middle of the pane."""
        state = self.state(viewport_id)
        zoom = float(np.clip(state.zoom * factor, MINIMUM_ZOOM, MAXIMUM_ZOOM))
        self._replace(replace(state, zoom=zoom))
        self._events.viewports_changed.emit()

    def set_view(self, viewport_id: str, zoom: float, pan_mm: tuple[float, float]) -> None:
        """Set zoom and place together, as zooming about the pointer needs."""
        zoom = float(np.clip(zoom, MINIMUM_ZOOM, MAXIMUM_ZOOM))
        self._replace(replace(self.state(viewport_id), zoom=zoom, pan_mm=pan_mm))
        self._events.viewports_changed.emit()

    def pan_by(self, viewport_id: str, mm: tuple[float, float]) -> None:
        """Move the picture (down, right)."""
        state = self.state(viewport_id)
        pan = (state.pan_mm[0] + mm[0], state.pan_mm[1] + mm[1])
        self._replace(replace(state, pan_mm=pan))
        self._events.viewports_changed.emit()

    @property
    def shown_keys(self) -> frozenset[str]:
        """The series on screen, those that are laid over others among them."""
        keys = {key for s in self.states for key in (s.series_key, s.fused_key)}
        return frozenset(key for key in keys if key is not None)

    def put(self, *states: ViewportState) -> None:
        """Have viewports show exactly this, all at once. Raises: KeyError: there is none such."""
        for state in states:
            self.state(state.id)
            self._replace(state)
        self._events.viewports_changed.emit()

    def set_slab(self, viewport_id: str, slab: Slab) -> None:
        """Show a viewport's slices with a thickness. See `Tilting`, which asks first."""
        self._replace(replace(self.state(viewport_id), slab=slab))
        self._events.viewports_changed.emit()

    def set_transform(self, viewport_id: str, transform: SpatialTransform) -> None:
        """Flip or turn the picture about the middle of the pane."""
        state = self.state(viewport_id)
        pan = transform.vector(*state.transform.untouched(*state.pan_mm))
        self._replace(replace(state, transform=transform, pan_mm=pan))
        self._events.viewports_changed.emit()

    def reset_view(self, viewport_id: str) -> None:
        """Fit the slice into the pane again, flipped and turned as it is."""
        self.set_view(viewport_id, 1.0, (0.0, 0.0))

    def _replace(self, state: ViewportState) -> None:
        self.states = tuple(state if s.id == state.id else s for s in self.states)

    def _suit_layout(self, has_one_plane: bool) -> None:
        """One viewport for what has one plane; for volumes the layout there was before."""
        if has_one_plane and self.layout is not Layout.ONE:
            before = self._layout_of_volumes or self.layout
            self._lay_out(Layout.ONE)
            self._layout_of_volumes = before
        elif not has_one_plane and self._layout_of_volumes is not None:
            self.set_layout(self._layout_of_volumes)

    def _planes_are_chosen(self) -> bool:
        """Whether the reader changed the planes that suit the series in the first viewport."""
        planes = tuple(state.plane for state in self.states)
        shown = self._studies.geometry(self.states[0].series_key)
        return planes not in (self.layout.planes, self.layout.led_by(leading_plane(shown)))

    def _suit_planes(self, series_key: str) -> None:
        planes = self.layout.led_by(leading_plane(self._studies.geometry(series_key)))
        self.states = tuple(
            replace(state, plane=plane) for state, plane in zip(self.states, planes, strict=True)
        )

    def _has_one_plane(self, series_key: str | None) -> bool:
        """Whether only the stored images are worth a look: no volume, or one slice of one."""
        geometry = self._studies.geometry(series_key)
        is_single = geometry is not None and geometry.shape_kji[0] == 1
        return is_single or self.kind_of(series_key) is not _VOLUME

    def frame_of(self, series_key: str | None) -> str | None:
        """The name of a series' frame of reference, equal where the crosshair is one."""
        return self._frame(series_key)

    def _frame(self, series_key: str | None) -> str | None:
        """The frame of reference of a series, known before its volume is read.

        Images that are no volume share no point with others, whatever their header says.
        """
        geometry = self._studies.geometry(series_key)
        if geometry is None or series_key is None:
            return None
        if self.kind_of(series_key) is not _VOLUME:
            return series_key
        frame = geometry.frame_of_reference_uid or self._look(series_key)
        study = self._studies.study_of(series_key)
        is_own = study is None or study is self._studies.study
        # Copies without identity often give every study the same frame: it proves nothing.
        return frame if is_own or study is None else f"{frame} of {study.study_uid}"

    def _look(self, series_key: str) -> str:
        """What the window belongs to: all phases of an acquisition, or a series by itself."""
        if not self._studies.has_series(series_key):
            return series_key
        phase = self._studies.series(series_key).phase
        return series_key if phase is None else f"phases of {phase.group}"


def _fitted(state: ViewportState, series_key: str) -> ViewportState:
    """The same viewport with another series in it, whole and seen with its first look."""
    return replace(
        state, series_key=series_key, zoom=1.0, pan_mm=(0.0, 0.0), look="", fused_key=None,
        transform=AS_ACQUIRED,
    )  # fmt: skip

"""Which crosshairs on screen are tied to which, and one side moved against the other."""

from __future__ import annotations

from collections.abc import Callable

from reader.core.geometry import Point
from reader.core.series_kind import SeriesKind
from reader.core.study import Series
from reader.session.events import SessionEvents
from reader.session.study_store import StudyStore
from reader.session.viewing.viewport import ViewportStore


class Ties:
    """Keeps the frames of what is shown tied while linking is on. Main thread.

    `current_series_for` says which series of the open study one of another shows.
    """

    def __init__(
        self,
        events: SessionEvents,
        studies: StudyStore,
        viewports: ViewportStore,
        current_series_for: Callable[[str | None], Series | None],
    ) -> None:
        self._studies = studies
        self._viewports = viewports
        self._current_series_for = current_series_for
        events.viewports_changed.connect(self.tie_shown)

    def toggle(self) -> None:
        """Let the crosshairs of different frames move together, as they stand now, or alone."""
        linking = self._viewports.linking
        if linking.is_on:
            linking.turn(False)
            return
        linking.turn(True)
        self.tie_shown()
        linking.keep(self._cursors())

    def reset(self) -> None:
        """Tie what is shown as it was at first, before anything was moved by hand."""
        linking = self._viewports.linking
        linking.reset()
        linking.turn(True)
        self.tie_shown()
        active = self._viewports.active
        at = self._viewports.cursor_of(active.series_key)
        frame = self._viewports.frame_of(active.series_key)
        if at is not None and frame is not None:
            self._viewports.follow_link(frame, at)

    def scroll_alone(self, viewport_id: str, steps: int) -> None:
        """Scroll one side against the other, which becomes how they are tied."""
        linking = self._viewports.linking
        linking.pause(True)
        try:
            self._viewports.scroll(viewport_id, steps)
        finally:
            linking.pause(False)
        if linking.is_on:
            linking.keep(self._cursors())

    def counterpart(self, at: Point, series_key: str, other_key: str) -> Point | None:
        """Where a point of one series is in another, as far as the link says."""
        frame = self._viewports.frame_of(series_key)
        other = self._viewports.frame_of(other_key)
        if frame is None or other is None:
            return None
        return self._viewports.linking.counterpart(at, frame, other)

    def _cursors(self) -> dict[str, Point]:
        """The crosshairs of all that is shown, the open study's first."""
        shown = [s.series_key for s in self._viewports.states if s.series_key is not None]
        shown.sort(key=self._studies.is_companion)
        cursors: dict[str, Point] = {}
        for series_key in shown:
            frame, at = self._viewports.frame_of(series_key), self._viewports.cursor_of(series_key)
            if frame is not None and at is not None:
                cursors.setdefault(frame, at)
        return cursors

    def tie_shown(self) -> None:
        """Tie the frame of every volume on screen to that of its counterpart."""
        linking = self._viewports.linking
        if not linking.is_on:
            return
        volumes = [
            s.series_key
            for s in self._viewports.states
            if s.series_key is not None
            and self._viewports.kind_of(s.series_key) is SeriesKind.VOLUME
        ]
        volumes.sort(key=self._studies.is_companion)
        for series_key in volumes:
            self._tie(series_key, volumes[0])

    def _tie(self, series_key: str, first_key: str) -> None:
        viewports = self._viewports
        linking, frame = viewports.linking, viewports.frame_of(series_key)
        if frame is None or frame in linking.frames:
            return
        own = (
            self._current_series_for(series_key) if self._studies.is_companion(series_key) else None
        )
        to_key = own.key if own is not None and viewports.cursor_of(own.key) else first_key
        to = viewports.frame_of(to_key)
        one, other = self._studies.geometry(series_key), self._studies.geometry(to_key)
        if to is None or to == frame or one is None or other is None:
            return
        linking.tie(frame, one, to, other)
        at = viewports.cursor_of(to_key)
        there = linking.counterpart(at, to, frame) if at is not None else None
        if there is not None and at is not None:
            viewports.set_cursor(there, series_key)

"""Playing the frames of a cine at the speed its header asks for, and the slices of a volume."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from psygnal import Signal

from reader.core.series_kind import SeriesKind
from reader.session.events import SessionEvents
from reader.session.study_store import StudyStore
from reader.session.viewing.viewport import ViewportStore

USUAL_FRAME_MS: Final = 66.7
"""Where the header names no frame time: fifteen frames a second."""
_SHORTEST_MS: Final = 10.0
_LONGEST_MS: Final = 2000.0
_FASTEST: Final = 8.0


class Cine:
    """One viewport plays at a time, round and round or to and fro; no timer of its own.

    Whoever shows it calls `advance` about as often as `frame_ms` says. Frames are skipped
    when that is too seldom, so that the speed is right.
    """

    changed = Signal()
    """It plays, or does not any more."""

    def __init__(
        self,
        events: SessionEvents,
        studies: StudyStore,
        viewports: ViewportStore,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._studies = studies
        self._viewports = viewports
        self._clock = clock
        self._playing: tuple[str, str] | None = None
        self._from = (0, 0.0)
        self._shown = 0
        self._speed = 1.0
        self._to_and_fro = False
        events.study_opened.connect(self._study_opened)

    @property
    def is_playing(self) -> bool:
        """Whether frames are to be advanced."""
        return self._playing is not None

    def plays(self, series_key: str | None) -> bool:
        """Whether it is this series that plays."""
        return self._playing is not None and self._playing[1] == series_key

    @property
    def goes_to_and_fro(self) -> bool:
        """Whether it turns round at the ends."""
        return self._to_and_fro

    def can_play(self, series_key: str | None) -> bool:
        """Whether a series in memory has more than one image to go through."""
        volume = self._studies.volume(series_key)
        return volume is not None and volume.geometry.shape_kji[0] > 1

    def is_moving(self, series_key: str | None) -> bool:
        """Whether a series' images follow each other in time."""
        return self.can_play(series_key) and self._viewports.kind_of(series_key) is SeriesKind.CINE

    def frame_ms(self, series_key: str) -> float:
        """How long a frame is shown, in ms."""
        stated = self._studies.series(series_key).tags.frame_time_ms
        if stated is None or stated <= 0:
            stated = USUAL_FRAME_MS
        return min(_LONGEST_MS, max(_SHORTEST_MS, stated / self._speed))

    def change_speed(self, factor: float) -> None:
        """Play faster or slower from the frame that is shown, until another study is opened."""
        if self._playing is not None:
            self._speed = min(_FASTEST, max(1 / _FASTEST, self._speed * factor))
            self._start_from(self._shown)
            self.changed.emit()

    def toggle_to_and_fro(self) -> None:
        """Turn round at the ends, or begin again."""
        self._to_and_fro = not self._to_and_fro
        if self._playing is not None:
            self._start_from(self._shown)
        self.changed.emit()

    def toggle(self) -> None:
        """Play what the active viewport shows from where it is, or stop."""
        state = self._viewports.active
        if self._playing is not None:
            self.stop()
        elif state.series_key is not None and self.can_play(state.series_key):
            self._playing = (state.id, state.series_key)
            self._start_from(self._viewports.index_of(state.id))
            self.changed.emit()

    def stop(self) -> None:
        """Stay at the frame that is shown."""
        if self._playing is not None:
            self._playing = None
            self.changed.emit()

    def advance(self) -> None:
        """Show the frame whose turn it is; stop if something else is shown by now."""
        if self._playing is None:
            return
        viewport_id, series_key = self._playing
        shown = {state.id: state.series_key for state in self._viewports.states}
        if shown.get(viewport_id) != series_key or not self.can_play(series_key):
            self.stop()
            return
        now = self._viewports.index_of(viewport_id)
        if now != self._shown:  # the reader went elsewhere: on from there
            self._start_from(now)
        stack = self._viewports.stack_of(viewport_id)
        if stack is None or stack.count < 2:
            self.stop()
            return
        first, since = self._from
        passed = int((self._clock() - since) * 1000 / self.frame_ms(series_key))
        if stack.reads_backwards:
            passed = -passed
        self._shown = _place(first + passed, stack.count, self._to_and_fro)
        self._viewports.set_index(viewport_id, self._shown)

    def _study_opened(self, _study: object) -> None:
        self._speed = 1.0
        self.stop()

    def _start_from(self, index: int) -> None:
        self._from, self._shown = (index, self._clock()), index


def _place(steps: int, count: int, to_and_fro: bool) -> int:
    """The frame after so many steps: round and round, or there and back."""
    if not to_and_fro:
        return steps % count
    there = steps % (2 * (count - 1))
    return there if there < count else 2 * (count - 1) - there

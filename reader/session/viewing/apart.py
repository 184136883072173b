"""Which viewports live in a second window."""

from __future__ import annotations

from collections.abc import Sequence

from reader.core.errors import NotAllowedError
from reader.core.text import say
from reader.session.events import SessionEvents
from reader.session.viewing.layout import Layout
from reader.session.viewing.viewport import ViewportStore
from reader.session.viewing.viewport_state import ViewportState


class Apart:
    """The part of the layout that is shown in the second window while that is wanted.

    The first window always keeps a viewport. With another layout its last half moves over;
    while it has only one viewport, the second window is not shown.
    """

    def __init__(self, events: SessionEvents, viewports: ViewportStore) -> None:
        self._events = events
        self._viewports = viewports
        self._layout = viewports.layout
        self._ids: frozenset[str] = frozenset()
        self.is_wanted = False
        events.viewports_changed.connect(self._follow)

    @property
    def states(self) -> tuple[ViewportState, ...]:
        """The viewports in the second window; none while there is no such window."""
        self._follow()
        return tuple(s for s in self._viewports.states if s.id in self._ids)

    @property
    def at_home(self) -> tuple[ViewportState, ...]:
        """The viewports in the first window."""
        self._follow()
        return tuple(s for s in self._viewports.states if s.id not in self._ids)

    def toggle(self) -> None:
        """Move the last half of the viewports into a second window, or bring all back."""
        if self.is_wanted:
            self.close()
            return
        self.is_wanted = True
        if self._viewports.layout is Layout.ONE:
            self._viewports.set_layout(Layout.ONE_BY_TWO)
        self._ids = last_half(self._viewports.layout, self._viewports.states)
        self._events.viewports_changed.emit()

    def close(self) -> None:
        """Bring every viewport back into the first window."""
        if self.is_wanted:
            self.is_wanted, self._ids = False, frozenset()
            self._viewports.activate(self._viewports.states[0].id)
            self._events.viewports_changed.emit()

    def move(self, viewport_id: str) -> None:
        """Move one viewport into the other window. Raises: NotAllowedError: it is the last."""
        if viewport_id not in self._ids and len(self.at_home) < 2:
            raise NotAllowedError(
                say("The first window keeps one viewport."), say("Choose a layout with more.")
            )
        self._ids ^= {viewport_id}
        self.is_wanted = bool(self._ids)
        self._events.viewports_changed.emit()

    def _follow(self) -> None:
        """Another layout is split anew."""
        if not self.is_wanted or self._layout is self._viewports.layout:
            self._layout = self._viewports.layout
            return
        self._layout = self._viewports.layout
        self._ids = last_half(self._layout, self._viewports.states)


def last_half(layout: Layout, states: Sequence[ViewportState]) -> frozenset[str]:
    """The viewports right of the middle, or below it where there is one column."""
    if layout.grid is None:
        return frozenset(s.id for s in states[1:])
    rows, columns = layout.grid
    kept_columns, kept_rows = (columns + 1) // 2, rows if columns > 1 else (rows + 1) // 2
    return frozenset(
        s.id
        for n, s in enumerate(states)
        if n % columns >= kept_columns or n // columns >= kept_rows
    )

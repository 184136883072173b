"""Taking hold of the slice track: a press on it, or a drag that began there, scrolls."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent

from reader.session.viewing.viewport import ViewportStore
from reader.ui.theme import Theme
from reader.ui.viewport import slice_track
from reader.ui.viewport.pane_content import PaneContent

_MARGIN_PX = 4
"""How far beside the track a press still means it."""


class TrackGrip:
    """The slice track as a scroll bar. `rect` says where it is, None while there is none."""

    def __init__(
        self,
        viewport_id: str,
        viewports: ViewportStore,
        theme: Theme,
        rect: Callable[[], QRectF | None],
    ) -> None:
        self._viewport_id = viewport_id
        self._viewports = viewports
        self._theme = theme
        self._rect = rect
        self.is_held = False

    def is_under(self, event: QMouseEvent, content: PaneContent) -> bool:
        """Whether a press of the left button would take hold of the track."""
        if event.button() is not Qt.MouseButton.LeftButton or content.track is None:
            return False
        rect = self._rect()
        return rect is not None and event.position().x() >= rect.left() - self._theme.px(_MARGIN_PX)

    def press(self, event: QMouseEvent, content: PaneContent) -> bool:
        """Take hold of the track, if it is there. Returns: whether it was."""
        self.is_held = self.is_under(event, content)
        if self.is_held:
            self._viewports.activate(self._viewport_id)
            self.drag(event.position(), content)
        return self.is_held

    def drag(self, at: QPointF, content: PaneContent) -> None:
        """Show the slice whose place on the track is under the pointer."""
        rect, resolved = self._rect(), content.resolved
        if rect is not None and content.track is not None and resolved is not None:
            place = slice_track.place_under(rect, content.track.count, at.y())
            index = resolved.stack.reading_place(place)
            self._viewports.set_index(self._viewport_id, index)

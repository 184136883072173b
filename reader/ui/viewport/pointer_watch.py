"""What is under the pointer, looked up no oftener than anybody reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal

from reader.imaging.placement import Placement
from reader.session.viewing.resolve import ResolvedViewport
from reader.ui.tools.tool import Pointer
from reader.ui.viewport.corner_text import Hover

HOVER_INTERVAL_MS: Final = 33
_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier.value
_CTRL: Final = Qt.KeyboardModifier.ControlModifier.value
_ALT: Final = Qt.KeyboardModifier.AltModifier.value


class PointerWatch(QObject):
    """Where the pointer is in a pane, and what lies there. `changed`: it is another value.

    `look` tells what lies at a place of the pane, None where there is no picture.
    """

    changed = Signal()
    moved = Signal()
    """The pointer is elsewhere in the pane, or out of it."""

    def __init__(self, parent: QObject, look: Callable[[QPointF], Hover | None]) -> None:
        super().__init__(parent)
        self._look = look
        self.at: QPointF | None = None
        self.hover: Hover | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(HOVER_INTERVAL_MS)
        self._timer.timeout.connect(self.look_now)

    def move_to(self, at: QPointF) -> None:
        """The pointer is here now; what lies under it is looked up soon."""
        self.at = QPointF(at)
        self.moved.emit()
        self.look_again()

    def look_again(self) -> None:
        """Something else may lie under the pointer, though it rests."""
        if self.at is not None and not self._timer.isActive():
            self._timer.start()

    def leave(self) -> None:
        """The pointer is elsewhere."""
        self.at = None
        self.moved.emit()
        self._timer.stop()
        self.look_now()

    def look_now(self) -> None:
        """Look up at once what lies under the pointer."""
        hover = self._look(self.at) if self.at is not None else None
        if hover != self.hover:
            self.hover = hover
            self.changed.emit()


def pointer_at(
    viewport_id: str,
    resolved: ResolvedViewport,
    placement: Placement,
    ratio: float,
    size: tuple[int, int],
    at: QPointF,
    modifiers: Qt.KeyboardModifier,
) -> Pointer:
    """The pointer as tools know it, at a place of a pane of that size in logical pixels.

    `ratio` is device pixels per logical one; `placement` is in device pixels.
    """
    row, column = placement.to_slice(at.x() * ratio, at.y() * ratio)
    x, y, z = resolved.geometry.to_lps(row, column).tolist()
    held = modifiers.value
    return Pointer(
        viewport_id=viewport_id,
        x=at.x(),
        y=at.y(),
        from_middle_px=(at.x() - size[0] / 2, at.y() - size[1] / 2),
        lps_mm=(x, y, z),
        px_per_mm=placement.px_per_mm / ratio,
        shift=bool(held & _SHIFT),
        ctrl=bool(held & _CTRL),
        alt=bool(held & _ALT),
    )

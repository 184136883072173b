"""A window's place on the screens, from one start to the next."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from reader.session.window_places import WindowPlace, WindowPlaces
from reader.ui import tokens

SETTLING_MS: Final = 600
_SEEN_PX: Final = 80
_MOVED: Final = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowStateChange)


class WindowMemory(QObject):
    """Writes down where a window rests, and puts it back where it still can be seen."""

    def __init__(self, window: QMainWindow, name: str, places: WindowPlaces) -> None:
        super().__init__(window)
        self._window = window
        self._name = name
        self._places = places
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SETTLING_MS)
        self._soon.timeout.connect(self.keep)
        window.installEventFilter(self)

    def restore(self) -> bool:
        """Put the window where it was; on another screen where that one is gone.

        Returns: whether anything was known of it.
        """
        place = self._places.of(self._name)
        if place is None:
            return False
        self._window.setGeometry(seen(QRect(place.x, place.y, place.width, place.height)))
        if place.maximized:
            self._window.setWindowState(Qt.WindowState.WindowMaximized)
        return True

    def keep(self) -> None:
        """Write it down now. Full screen is left by the next start."""
        window = self._window
        self._soon.stop()
        if window.isFullScreen() or window.isMinimized() or not window.isVisible():
            return
        rect = window.normalGeometry() if window.isMaximized() else window.geometry()
        screen = window.screen()
        place = WindowPlace(
            rect.x(), rect.y(), rect.width(), rect.height(), window.isMaximized(),
            screen.name() if screen is not None else "",
        )  # fmt: skip
        self._places.keep(self._name, place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Wait until the window rests; keep it at once when it closes."""
        if watched is self._window:
            if event.type() in _MOVED and self._window.isVisible():
                self._soon.start()
            elif event.type() is QEvent.Type.Close:
                self.keep()
        return False


def seen(rect: QRect) -> QRect:
    """A rectangle of which enough is on some screen; else moved onto the first screen."""
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    for area in screens:
        common = area.intersected(rect)
        if common.width() >= _SEEN_PX and common.height() >= _SEEN_PX:
            return rect
    if not screens:
        return rect
    area = screens[0]
    size = rect.size().boundedTo(area.size())
    moved = QRect(area.topLeft(), size)
    moved.moveCenter(area.center())
    return moved


def first_size() -> QSize:
    """Most of the screen, but no more than the design was drawn for."""
    screen = QGuiApplication.primaryScreen()
    room = screen.availableSize() * 0.92 if screen is not None else QSize(1600, 960)
    return room.boundedTo(QSize(1920, 1080)).expandedTo(QSize(*tokens.MINIMUM_WINDOW))

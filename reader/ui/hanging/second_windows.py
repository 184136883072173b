"""Whether there is a second window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMainWindow

from reader.session.workspace import Mode
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions

if TYPE_CHECKING:
    from reader.ui.hanging.second_window import SecondWindow
    from reader.ui.viewport.viewport_grid import MakeMenu

KeyUp = Callable[[QKeyEvent], None]


class SecondWindows(QObject):
    """Opens and closes the second window as the session says. At most one is there.

    It is imported when it is wanted: pyqtgraph comes with it.
    """

    def __init__(self, kit: Kit, window: QMainWindow, make_menu: MakeMenu, key_up: KeyUp) -> None:
        super().__init__(window)
        self._kit = kit
        self._first = window
        self._make_menu = make_menu
        self._key_up = key_up
        self.window: SecondWindow | None = None
        heard = Subscriptions(self)
        heard.add(kit.workspace.events.viewports_changed, self.follow)
        heard.add(kit.workspace.events.study_opened, self._changed)
        heard.add(kit.workspace.events.mode_changed, self._changed)
        window.installEventFilter(self)
        self.follow()

    def follow(self) -> None:
        """Have a window exactly while viewports live in it."""
        workspace = self._kit.workspace
        wanted = (
            bool(workspace.apart.states)
            and workspace.studies.study is not None
            and workspace.mode is not Mode.REPORT
            and self._first.isVisible()
        )
        if wanted and self.window is None:
            from reader.ui.hanging.second_window import SecondWindow

            self.window = SecondWindow(self._kit, self._make_menu, self._key_up)
            self.window.show()
        elif not wanted and self.window is not None:
            self.put_away()

    def put_away(self) -> None:
        """Close the window and keep in mind that it is wanted."""
        window, self.window = self.window, None
        if window is not None:
            self._kit.actions.leave(window)
            window.hide()
            window.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Go with the first window when that is closed."""
        if watched is self._first and event.type() is QEvent.Type.Close:
            self.put_away()
        return False

    def _changed(self, *_payload: object) -> None:
        self.follow()

"""A second window that some of the viewports live in, with a decision bar of its own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from reader.core.text import say
from reader.session.workspace import Mode
from reader.ui import tokens
from reader.ui.controls.boxes import Ground, column
from reader.ui.hanging.series_drag import SeriesDrop
from reader.ui.hanging.window_memory import WindowMemory
from reader.ui.hanging.window_part import place_part
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr
from reader.ui.viewport.viewport_grid import MakeMenu, ViewportGrid
from reader.ui.window.decision_bar import DecisionBar
from reader.ui.window.focus_ring import FocusRing

NAME = "second"
KeyUp = Callable[[QKeyEvent], None]


class SecondWindow(QMainWindow):
    """Closing it brings its viewports back into the first window."""

    def __init__(self, kit: Kit, make_menu: Callable[[QWidget], QMenu], key_up: KeyUp) -> None:
        super().__init__()
        workspace = kit.workspace
        self._apart = workspace.apart
        self._key_up = key_up
        self.setWindowTitle(tr(say("Second window · Reading Room")))
        self.setMinimumSize(640, 480)
        self.resize(960, 800)
        part = lambda: workspace.apart.states  # noqa: E731 - asked at every layout
        ground = Ground(kit.theme, tokens.IMAGE)
        self.viewports = ViewportGrid(
            workspace, kit.tools, kit.theme, make_menu, place_part(workspace.viewports, part), part
        )
        self.drop = SeriesDrop(self.viewports, viewport_at(self.viewports), workspace.show_series)
        self.decisions = DecisionBar(kit)
        box = column(0)
        box.addWidget(self.viewports, 1)
        box.addWidget(self.decisions)
        ground.setLayout(box)
        self.setCentralWidget(ground)
        FocusRing(kit.theme, self)
        kit.actions.serve(self)
        self._memory = WindowMemory(self, NAME, workspace.window_places)
        self._memory.restore()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Bring the viewports back."""
        self._memory.keep()
        super().closeEvent(event)
        self._apart.close()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A key that came up here came up."""
        self._key_up(event)
        super().keyReleaseEvent(event)


class SecondWindows(QObject):
    """Opens and closes the second window as the session says. At most one is there."""

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


def viewport_at(grid: ViewportGrid) -> Callable[[object], str | None]:
    """Says which viewport of a grid is at a point."""

    def at(point: object) -> str | None:
        for view in grid.views:
            if view.isVisibleTo(grid) and view.geometry().contains(point):  # type: ignore[call-overload]
                return view.viewport_id
        return None

    return at

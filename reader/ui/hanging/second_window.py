"""A second window that some of the viewports live in, with a decision bar of its own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from reader.core.text import say
from reader.ui import tokens
from reader.ui.controls.boxes import Ground, column
from reader.ui.hanging.series_drag import SeriesDrop, ViewportAt
from reader.ui.hanging.window_memory import WindowMemory
from reader.ui.hanging.window_part import place_part
from reader.ui.kit import Kit
from reader.ui.translate import tr
from reader.ui.viewport.viewport_grid import ViewportGrid
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


def viewport_at(grid: ViewportGrid) -> ViewportAt:
    """Says which viewport of a grid is at a point."""

    def at(point: QPoint) -> str | None:
        for view in grid.views:
            if view.isVisibleTo(grid) and view.geometry().contains(point):
                return view.viewport_id
        return None

    return at

"""A session with its viewports, and hands that move the mouse over them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from reader.core.model import Runner
from reader.session.viewing.resolve import ResolvedViewport
from reader.ui.icons import Icons
from reader.ui.theme import Theme, load_fonts
from reader.ui.tools.toolset import make_tools
from reader.ui.viewport.slice_view import SliceView
from reader.ui.viewport.viewport_grid import ViewportGrid
from tests.support.sessions import RESOURCES, Session

WHEEL_NOTCH = 120
NO_KEYS = Qt.KeyboardModifier.NoModifier


class Viewer:
    """The viewport grid over a session, shown at a size that the tests know."""

    def __init__(
        self, home: Path, runner: Runner | None = None, size: tuple[int, int] = (1472, 950)
    ) -> None:
        load_fonts(RESOURCES / "fonts")
        self.session = Session(home, runner)
        self.workspace = self.session.workspace
        self.theme = Theme(Icons(RESOURCES / "icons"))
        self.tools = make_tools(self.workspace)
        self.menus_asked_for: list[str] = []
        self.grid = ViewportGrid(self.workspace, self.tools, self.theme, self._make_menu)
        self.grid.resize(*size)
        self.grid.show()
        self.paint()

    def close(self) -> None:
        self.session.kill()
        self.grid.close()
        self.grid.deleteLater()

    def _make_menu(self, parent: QWidget) -> QMenu:
        self.menus_asked_for.append(self.workspace.viewports.active_id)
        return QMenu(parent)

    # What it shows

    def open(self, *paths: Path) -> None:
        self.session.open(*paths)
        self.paint()

    def paint(self) -> None:
        """Let everything that is due be painted."""
        QApplication.processEvents()
        self.grid.grab()

    def view(self, number: int = 0) -> SliceView:
        return self.grid.views[number]

    def resolved(self, number: int = 0) -> ResolvedViewport:
        found = self.workspace.display.resolved(self.view(number).viewport_id)
        assert found is not None, "nothing is shown there"
        return found

    def pixels(self, number: int = 0) -> np.ndarray:
        """What a view looks like: (height, width, 3) RGB."""
        picture = self.view(number).grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        flat = np.frombuffer(picture.constBits(), np.uint8)
        rows = flat.reshape(picture.height(), picture.bytesPerLine() // 4, 4)
        return rows[:, : picture.width(), 2::-1].copy()

    def pane_point(self, lps, number: int = 0) -> QPointF:
        """Where a place of the patient is on a view."""
        view = self.view(number)
        row, column = self.resolved(number).geometry.to_pixel(lps)
        assert view.placement is not None
        return QPointF(*view.placement.to_pane(row, column))

    # Hands

    def press(self, at: QPointF, button=Qt.MouseButton.LeftButton, keys=NO_KEYS, number=0) -> None:
        self._mouse(QEvent.Type.MouseButtonPress, at, button, button, keys, number)

    def move(self, at: QPointF, button=Qt.MouseButton.LeftButton, keys=NO_KEYS, number=0) -> None:
        none = Qt.MouseButton.NoButton
        self._mouse(QEvent.Type.MouseMove, at, none, button, keys, number)

    def release(
        self, at: QPointF, button=Qt.MouseButton.LeftButton, keys=NO_KEYS, number=0
    ) -> None:
        none = Qt.MouseButton.NoButton
        self._mouse(QEvent.Type.MouseButtonRelease, at, button, none, keys, number)

    def drag(
        self, start: QPointF, by: tuple[float, float], button=Qt.MouseButton.LeftButton,
        keys=NO_KEYS, number=0, steps=4,
    ) -> None:  # fmt: skip
        """Press, move on in some steps, release."""
        self.press(start, button, keys, number)
        for step in range(1, steps + 1):
            part = QPointF(by[0] * step / steps, by[1] * step / steps)
            self.move(start + part, button, keys, number)
        self.release(start + QPointF(*by), button, keys, number)
        QApplication.processEvents()

    def click(self, at: QPointF, button=Qt.MouseButton.LeftButton, keys=NO_KEYS, number=0) -> None:
        self.drag(at, (0, 0), button, keys, number, steps=0)

    def hover(self, at: QPointF, number: int = 0) -> None:
        self.move(at, Qt.MouseButton.NoButton, NO_KEYS, number)

    def double_click(self, at: QPointF, number: int = 0) -> None:
        left = Qt.MouseButton.LeftButton
        self.click(at, number=number)
        self._mouse(QEvent.Type.MouseButtonDblClick, at, left, left, NO_KEYS, number)
        self.release(at, number=number)
        QApplication.processEvents()

    def wheel(self, at: QPointF, turned: int, keys=NO_KEYS, number=0, sideways=False) -> None:
        """Turn the wheel; away from the reader is positive, one notch is 120."""
        target = self.view(number).viewport()
        turn = QPoint(turned, 0) if sideways else QPoint(0, turned)
        event = QWheelEvent(
            at, QPointF(target.mapToGlobal(at)), QPoint(0, 0), turn,
            Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(target, event)
        QApplication.processEvents()

    def _mouse(self, kind, at, button, buttons, keys, number) -> None:
        target = self.view(number).viewport()
        event = QMouseEvent(kind, at, QPointF(target.mapToGlobal(at)), button, buttons, keys)
        QApplication.sendEvent(target, event)

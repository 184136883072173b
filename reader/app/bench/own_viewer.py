"""Ours: three real viewports of 900 x 900 pixels on a case with everything over it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QMenu, QWidget

from reader.app.bench.case import BenchCase
from reader.app.bench.gestures import PANE_PX, Gesture
from reader.app.paths import Paths
from reader.core.intensity import WindowLevel
from reader.core.model import Runner
from reader.core.study import ScanResult
from reader.session.parts import Folders
from reader.session.viewing.layout import Layout
from reader.session.viewing.overlay import OverlayMode
from reader.session.workspace import Workspace
from reader.ui.icons import Icons
from reader.ui.main_thread import MainThreadDelivery
from reader.ui.theme import Theme, load_fonts
from reader.ui.tools.tool import ToolId
from reader.ui.tools.toolset import make_tools
from reader.ui.viewport.viewport_grid import GAP_PX, ViewportGrid

FILL_OPACITY: Final = 0.3
LUNG_WINDOW: Final = WindowLevel(-600, 1500)
_TOOLS: Final = {
    Gesture.CROSSHAIR_DRAG: ToolId.CROSSHAIR,
    Gesture.WINDOW_DRAG: ToolId.WINDOW,
}


class OwnViewer:
    """The viewport grid of the application over a session of its own, in a folder of its own."""

    def __init__(self, paths: Paths, runner: Runner) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="reading-room-bench-")
        self._delivery = MainThreadDelivery()
        own = Path(self._folder.name)
        folders = Folders(
            paths.resources, own / "bench.db", own / "settings.toml", own / "demo", own / "unpacked"
        )
        self.workspace = Workspace(folders, runner, self._delivery.deliver)
        load_fonts(paths.resources / "fonts")
        self._tools = make_tools(self.workspace)
        self._grid = ViewportGrid(
            self.workspace,
            self._tools,
            Theme(Icons(paths.resources / "icons")),
            QMenu,
            side_by_side,
        )
        self._case: BenchCase | None = None

    def show(self, case: BenchCase) -> None:
        """Open a case, everything over it visible."""
        self._case = case
        workspace, key = self.workspace, case.series.key
        workspace.studies.open_study(case.study, ScanResult((case.study,)), ())
        workspace.studies.add_volume(key, case.volume)
        workspace.studies.set_segmentation(key, case.segmentation)
        if case.heatmap is not None:
            workspace.studies.set_heatmap(key, case.heatmap)
            while workspace.overlay.mode is not OverlayMode.HEATMAP:
                workspace.overlay.next_mode()
        workspace.findings.take([case.finding])
        for segment in case.structures:
            workspace.overlay.set_visible(key, segment, True)
            workspace.overlay.set_opacity(key, segment, FILL_OPACITY)
        workspace.viewports.set_layout(Layout.ONE_PLUS_TWO)
        workspace.viewports.show_series(key)
        self._grid.resize(3 * PANE_PX + 2 * GAP_PX, PANE_PX)
        self._grid.show()

    @property
    def painted(self) -> Sequence[QWidget]:
        """The three panes."""
        return [view.viewport() for view in self._grid.views]

    def begin(self, gesture: Gesture) -> tuple[QWidget, int]:
        """The finding in the middle, the lung window, the gesture's tool."""
        assert self._case is not None
        viewports, key = self.workspace.viewports, self._case.series.key
        viewports.looks.set_window(key, LUNG_WINDOW)
        viewports.set_cursor(self._case.finding.center_lps_mm, key)
        self._tools.choose(_TOOLS.get(gesture, ToolId.WINDOW))
        state = next(state for state in viewports.states if state.plane is gesture.plane)
        return self._grid.view(state.id).viewport(), self._case.slice_count(gesture.plane)

    def set_aside(self, is_aside: bool) -> None:
        """Hide it while another viewer is measured, or bring it back."""
        self._grid.setVisible(not is_aside)

    def close(self) -> None:
        """End the session and remove its folder."""
        self.workspace.close()
        self._grid.close()
        self._grid.deleteLater()
        self._folder.cleanup()


def side_by_side(_layout: Layout, _size: QSize, gap: int) -> tuple[QRect, ...]:
    """Three squares in a row."""
    return tuple(QRect(n * (PANE_PX + gap), 0, PANE_PX, PANE_PX) for n in range(3))

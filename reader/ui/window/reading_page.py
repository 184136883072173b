"""Images, decision bar and side panel."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from reader.ui import tokens
from reader.ui.controls.boxes import Ground, column, row
from reader.ui.fusion.fusion_bar import FusionBar
from reader.ui.hanging.second_window import viewport_at
from reader.ui.hanging.series_drag import SeriesDrop
from reader.ui.hanging.window_part import place_part
from reader.ui.kit import Kit
from reader.ui.viewport.series_bar import SeriesBar
from reader.ui.viewport.viewport_grid import MakeMenu, ViewportGrid
from reader.ui.window.decision_bar import DecisionBar
from reader.ui.window.side_panel import SidePanel


class ReadingPage(Ground):
    """The page for Read and Edit. Folding takes parts away; nothing else moves."""

    def __init__(self, kit: Kit, make_menu: MakeMenu) -> None:
        super().__init__(kit.theme, tokens.IMAGE)
        apart, viewports = kit.workspace.apart, kit.workspace.viewports
        part = lambda: apart.at_home  # noqa: E731 - asked at every layout
        self.viewports = ViewportGrid(
            kit.workspace, kit.tools, kit.theme, make_menu, place_part(viewports, part), part
        )
        SeriesDrop(self.viewports, viewport_at(self.viewports), kit.workspace.show_series)
        self.series_bar = SeriesBar(kit)
        self.fusion_bar = FusionBar(kit)
        self.decisions = DecisionBar(kit)
        self.panel = SidePanel(kit)
        left = column(0)
        left.addWidget(self.viewports, 1)
        left.addWidget(self.fusion_bar)
        left.addWidget(self.series_bar)
        left.addWidget(self.decisions)
        box = row(0)
        box.addLayout(left, 1)
        box.addWidget(self.panel)
        self.setLayout(box)

    def regions(self) -> tuple[QWidget, ...]:
        """The parts that F6 goes between."""
        return self.viewports, self.decisions, self.panel

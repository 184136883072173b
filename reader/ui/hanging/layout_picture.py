"""A layout as a small picture."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter

from reader.core.text import Text, say
from reader.session.viewing.layout import Layout
from reader.ui import tokens
from reader.ui.controls.painting import draw_box
from reader.ui.viewport.pane_rects import pane_rects

NAMES: Final[dict[Layout, Text]] = {
    Layout.ONE: say("One viewport"),
    Layout.ONE_PLUS_TWO: say("One large, two small"),
    Layout.ONE_BY_TWO: say("Two side by side"),
    Layout.ONE_BY_THREE: say("Three side by side"),
    Layout.TWO_BY_ONE: say("Two, one above the other"),
    Layout.TWO_BY_TWO: say("Two by two"),
    Layout.TWO_BY_THREE: say("Two rows of three"),
    Layout.TWO_BY_FOUR: say("Two rows of four"),
    Layout.THREE_BY_THREE: say("Three by three"),
}
ORDER: Final = tuple(NAMES)
"""As the chooser shows them, and as its number keys mean them."""
_GAP: Final = 2
_LARGE: Final = 620


def layout_cells(layout: Layout, area: QRectF) -> tuple[QRectF, ...]:
    """Where the viewports of a layout lie in a small area, in their order.

    In the large, a least width holds for small viewports that a picture has no room for.
    """
    if layout.grid is not None:
        rects = pane_rects(layout, QSize(int(area.width()), int(area.height())), _GAP)
        return tuple(QRectF(rect).translated(area.topLeft()) for rect in rects)
    high = _LARGE * area.height() / area.width()
    rects = pane_rects(layout, QSize(_LARGE, int(high)), 0)
    scale = area.width() / _LARGE
    return tuple(
        QRectF(
            area.left() + rect.left() * scale,
            area.top() + rect.top() * scale,
            rect.width() * scale - _GAP / 2,
            rect.height() * scale - _GAP / 2,
        )
        for rect in rects
    )


def draw_layout(
    painter: QPainter, layout: Layout, area: QRectF, color: str, strong: Collection[int] = ()
) -> None:
    """The viewports as boxes; those in `strong` are filled."""
    for place, cell in enumerate(layout_cells(layout, area)):
        fill = color if place in strong else tokens.BG
        draw_box(painter, cell, 2, fill, color)

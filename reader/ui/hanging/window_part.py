"""How the viewports that share a window lie in it, when others are in another window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize

from reader.session.viewing.layout import Layout
from reader.session.viewing.viewport import ViewportStore
from reader.session.viewing.viewport_state import ViewportState
from reader.ui.viewport.pane_rects import PlacePanes, cells, pane_rects


def place_part(viewports: ViewportStore, part: Callable[[], Sequence[ViewportState]]) -> PlacePanes:
    """Where the panes of a window lie: as in the layout while it has all of them."""

    def place(layout: Layout, size: QSize, gap: int) -> tuple[QRect, ...]:
        mine = part()
        if len(mine) == len(viewports.states):
            return pane_rects(layout, size, gap)
        if not mine:
            return ()
        ids = [state.id for state in viewports.states]
        rows, columns = shape_of_part(layout, [ids.index(s.id) for s in mine], size)
        return cells(rows, columns, size, gap)[: len(mine)]

    return place


def shape_of_part(layout: Layout, places: Sequence[int], size: QSize) -> tuple[int, int]:
    """Rows and columns for some viewports of a layout.

    Whole columns or rows stay what they are; others fill the window as squarely as they can.
    """
    if layout.grid is not None:
        across = layout.grid[1]
        rows, columns = {p // across for p in places}, {p % across for p in places}
        if len(rows) * len(columns) == len(places):
            return len(rows), len(columns)
    count = len(places)
    shapes = [(rows, -(-count // rows)) for rows in range(1, count + 1)]

    def squareness(shape: tuple[int, int]) -> float:
        high, wide = size.height() / shape[0], size.width() / shape[1]
        return min(high, wide)

    return max(shapes, key=squareness)

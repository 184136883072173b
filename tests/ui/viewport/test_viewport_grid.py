"""Where the panes lie."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize

from reader.session.viewing.layout import Layout
from reader.ui.viewport.pane_rects import LEAST_SIDE_PX, pane_rects
from reader.ui.viewport.viewport_grid import GAP_PX


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("size", [(1472, 950), (994, 648), (808, 600), (3392, 2030)])
def test_panes_cover_the_grid_without_overlap(layout, size):
    rects = pane_rects(layout, QSize(*size), GAP_PX)
    assert len(rects) == len(layout.planes)
    whole = QRect(0, 0, *size)
    assert all(whole.contains(r) for r in rects)
    for n, one in enumerate(rects):
        for other in rects[n + 1 :]:
            assert not one.intersects(other)
            assert not one.adjusted(0, 0, GAP_PX - 1, GAP_PX - 1).intersects(other)
    covered = sum(r.width() * r.height() for r in rects)
    rows, columns = layout.grid or (2, 2)
    gaps = (rows - 1 + columns - 1) * GAP_PX
    assert covered >= size[0] * size[1] - gaps * max(size)


@pytest.mark.parametrize(
    ("size", "large", "small"), [((1472, 950), 950, 520), ((994, 648), 648, 344)]
)
def test_one_plus_two_is_as_the_design_draws_it(size, large, small):
    first, upper, lower = pane_rects(Layout.ONE_PLUS_TWO, QSize(*size), GAP_PX)
    assert (first.width(), first.height()) == (large, size[1])
    assert upper.width() == lower.width() == small
    assert abs(upper.height() - lower.height()) <= 1


def test_the_small_panes_of_one_plus_two_keep_a_width():
    first, upper, _ = pane_rects(Layout.ONE_PLUS_TWO, QSize(900, 800), GAP_PX)
    assert upper.width() == LEAST_SIDE_PX
    assert first.width() > upper.width()


def test_panes_of_a_former_layout_are_gone(viewer):
    viewer.workspace.viewports.set_layout(Layout.TWO_BY_TWO)
    viewer.paint()
    assert len(viewer.grid.views) == 4
    viewer.workspace.viewports.set_layout(Layout.ONE)
    viewer.paint()
    (only,) = viewer.grid.views
    assert only.size() == viewer.grid.size()
    with pytest.raises(KeyError):
        viewer.grid.view("v3")


def test_a_maximised_pane_follows_the_window(viewer):
    viewer.workspace.viewports.toggle_maximized("v1")
    viewer.grid.resize(1000, 700)
    viewer.paint()
    assert viewer.view(1).size() == QSize(1000, 700)
    placement = viewer.view(1).placement
    assert placement.width == 1000 or placement.height == 700

"""What of a pane is painted again when a line moves, and how it runs."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QRect

from reader.core.orientation import Plane
from reader.ui.viewport.crosshair import Crosshair

AREA = (400, 300)


def crosshair(x, y, **more):
    return Crosshair(Plane.AXIAL, (x, y), 15.0, AREA, **more)


def inked(cross) -> set[tuple[int, int]]:
    """The pixels that a level and upright crosshair covers."""
    pixels = set()
    for _, line in cross.arms:
        for n in range(int(line.length())):
            at = line.pointAt((n + 0.5) / line.length())
            pixels.add((math.floor(at.x()), math.floor(at.y())))
    return pixels


@pytest.mark.parametrize("to", [(200, 110), (200, 290), (150, 100), (210, 140), (200, -40)])
def test_all_that_moved_is_painted_again(to):
    before, after = crosshair(200, 100), crosshair(*to)
    area = after.area_to_repaint(before)
    moved = inked(before) ^ inked(after)
    assert moved
    assert all(area.contains(x, y) for x, y in moved)


def test_a_line_that_moves_along_one_side_costs_one_band():
    band = crosshair(200, 103).area_to_repaint(crosshair(200, 100))
    assert band.width() == AREA[0]
    assert band.height() < 50
    assert crosshair(205, 103).area_to_repaint(crosshair(200, 100)) == QRect(0, 0, *AREA)


def test_slanting_lines_go_from_edge_to_edge_but_for_the_gap():
    turned = math.cos(0.5), math.sin(0.5)
    cross = crosshair(200, 150, across=turned, down=(-turned[1], turned[0]))
    assert len(cross.arms) == 4
    for _, line in cross.arms:
        near, far = line.p1(), line.p2()
        assert math.hypot(near.x() - 200, near.y() - 150) == pytest.approx(15)
        on_edge = min(far.x(), AREA[0] - far.x(), far.y(), AREA[1] - far.y())
        assert on_edge == pytest.approx(0, abs=1e-6)


def test_a_point_out_of_sight_leaves_the_line_that_is_seen():
    assert {plane for plane, _ in crosshair(-20, 100).arms} == {Plane.CORONAL}
    assert crosshair(-20, -20).arms == ()

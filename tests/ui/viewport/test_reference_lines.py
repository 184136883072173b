"""Planes are turned, moved and thickened by taking hold of their lines."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPointF, Qt

from reader.core.orientation import Plane
from reader.imaging.cut import Projection, Slab
from reader.ui.tools.tool import ToolId
from reader.ui.viewport.line_gestures import LineGestures
from reader.ui.viewport.plane_lines import line_directions

SHAPE = Qt.CursorShape


def lines_of(viewer, number=0) -> LineGestures:
    return viewer.view(number).findChild(LineGestures)


def grip(viewer, plane, side=1, number=0) -> QPointF:
    """Where a grip of a plane's line is; side 1 is right or below."""
    lines = lines_of(viewer, number)
    found = [at for p, at in lines.lines._grips(lines._sight()) if p is plane]
    return found[0 if side < 0 else -1]


def cross(viewer, number=0) -> QPointF:
    return lines_of(viewer, number)._sight().to_pane(viewer.resolved(number).cursor_lps)


def degrees(viewer) -> list[float]:
    tilting, states = viewer.workspace.tilting, viewer.workspace.viewports.states
    return [tilting.degrees_of(state.id) for state in states]


def shape(viewer, number=0) -> Qt.CursorShape:
    return viewer.view(number).viewport().cursor().shape()


def turn_by(viewer, wanted: float) -> None:
    """Drag a grip of the coronal line about the crosshair."""
    start, middle = grip(viewer, Plane.CORONAL), cross(viewer)
    reach = start.x() - middle.x()
    angle = math.radians(wanted)
    end = middle + QPointF(reach * math.cos(angle), reach * math.sin(angle))
    viewer.drag(start, ((end - start).x(), (end - start).y()))


@pytest.mark.parametrize("tool", [ToolId.CROSSHAIR, ToolId.WINDOW])
def test_dragging_a_grip_turns_the_two_other_planes_with_the_pointer(viewer, tool):
    viewer.tools.choose(tool)
    before = viewer.resolved().window
    turn_by(viewer, 25)
    axial, coronal, sagittal = degrees(viewer)
    assert axial == 0
    assert coronal == pytest.approx(25, abs=0.5)
    assert sagittal == pytest.approx(25, abs=0.5)
    assert viewer.resolved().window == before, "the tool in hand did nothing"
    assert viewer.resolved(1).is_oblique
    assert viewer.view(1).shown.geometry.shape == viewer.resolved(1).geometry.shape
    across = line_directions(viewer.resolved())[Plane.CORONAL]
    assert math.degrees(math.atan2(across[1], across[0])) == pytest.approx(25, abs=0.5)


def test_the_corner_says_how_far_a_plane_is_turned_and_letters_follow(viewer):
    turn_by(viewer, 25)
    corners = viewer.view(1).content.corners
    assert corners.top_left[0].text == "Coronal 25° oblique"
    assert viewer.view(0).content.corners.top_left[0].text == "Axial"


def test_a_measuring_tool_is_not_robbed_of_its_press(viewer):
    viewer.tools.choose(ToolId.LENGTH)
    turn_by(viewer, 25)
    assert degrees(viewer) == [0, 0, 0]


def test_the_pointer_shows_what_it_would_take_hold_of(viewer):
    viewer.tools.choose(ToolId.CROSSHAIR)
    usual = shape(viewer)
    viewer.hover(grip(viewer, Plane.CORONAL))
    assert shape(viewer) is SHAPE.PointingHandCursor
    viewer.hover(cross(viewer) + QPointF(90, 0))
    assert shape(viewer) is SHAPE.SizeVerCursor
    viewer.hover(cross(viewer) + QPointF(0, 90))
    assert shape(viewer) is SHAPE.SizeHorCursor
    viewer.hover(cross(viewer) + QPointF(90, 60))
    assert shape(viewer) is usual


def test_with_the_crosshair_tool_a_line_is_moved_and_the_other_stays(viewer):
    viewer.tools.choose(ToolId.CROSSHAIR)
    before = viewer.resolved().cursor_lps
    start = cross(viewer) + QPointF(90, 0)
    viewer.drag(start, (0, 40))
    after = viewer.resolved().cursor_lps
    px_per_mm = lines_of(viewer)._sight().px_per_mm
    assert after[1] - before[1] == pytest.approx(40 / px_per_mm, rel=0.02)
    assert (after[0], after[2]) == pytest.approx((before[0], before[2]))


def test_with_other_tools_lines_are_no_obstacle(viewer):
    before = viewer.resolved()
    viewer.drag(cross(viewer) + QPointF(90, 0), (0, 40))
    assert viewer.resolved().cursor_lps == before.cursor_lps
    assert viewer.resolved().window != before.window


def test_the_face_of_a_slab_sets_its_thickness(viewer):
    viewer.workspace.tilting.set_slab("v1", Slab(10.0, Projection.MEAN))
    px_per_mm = lines_of(viewer)._sight().px_per_mm
    face = cross(viewer) + QPointF(90, 5 * px_per_mm)
    viewer.hover(face)
    assert shape(viewer) is SHAPE.SizeVerCursor
    viewer.drag(face, (0, 4 * px_per_mm))
    assert viewer.workspace.viewports.state("v1").slab == Slab(18.0, Projection.MEAN)
    assert viewer.view(1).content.corners.bottom_right[0].text.startswith("Mean 18")


def test_two_clicks_on_a_grip_make_the_planes_straight_again(viewer):
    turn_by(viewer, 25)
    viewer.double_click(grip(viewer, Plane.CORONAL))
    assert degrees(viewer) == [0, 0, 0]
    assert viewer.workspace.viewports.maximized_id is None


def test_grips_are_drawn_where_they_are_of_use_and_go_without_a_trace(viewer):
    place = grip(viewer, Plane.CORONAL)
    box = (slice(round(place.y()) - 8, round(place.y()) + 8),
           slice(round(place.x()) - 8, round(place.x()) + 8))  # fmt: skip
    calm = viewer.pixels()[box]
    viewer.tools.choose(ToolId.CROSSHAIR)
    viewer.paint()
    assert (viewer.pixels()[box] != calm).any()
    viewer.tools.choose(ToolId.WINDOW)
    viewer.paint()
    assert (viewer.pixels()[box] == calm).all()


def test_a_flat_brush_is_refused_on_a_tilted_plane_with_a_reason(viewer):
    turn_by(viewer, 25)
    posted = []
    viewer.workspace.events.notice_posted.connect(posted.append)
    brush = viewer.tools.tool(ToolId.BRUSH)
    at = viewer.view(1)._pointer_at(QPointF(200, 200), Qt.KeyboardModifier.NoModifier)
    brush.press(at)
    assert len(posted) == 1
    assert not viewer.workspace.editor.is_drawing

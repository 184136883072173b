"""Measuring with the mouse: what hands do over a pane becomes findings."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from reader.core.errors import NotAllowedError
from reader.core.measurement import MeasurementKind, QuantityKind
from reader.core.text import say
from reader.session.workspace import Mode
from reader.ui.tools.measure.surface import Surface
from reader.ui.tools.tool import MEASURING_TOOLS, ToolId
from tests.support.drawing_hands import (
    A,
    B,
    C,
    D,
    by,
    ends_on_screen,
    measurements,
    near,
    only,
    take,
)

TWO_POINTS = (ToolId.LENGTH, ToolId.BIDIRECTIONAL, ToolId.ELLIPSE, ToolId.RECTANGLE)


@pytest.fixture(autouse=True)
def freely(request):
    """Lines stay where they are drawn."""
    if "viewer" in request.fixturenames:
        request.getfixturevalue("viewer").workspace.change_settings(snap_to_segments=False)


def test_dragging_measures_from_press_to_release(viewer):
    take(viewer, ToolId.LENGTH)
    viewer.drag(A, by(A, B))
    measurement = only(viewer)
    assert measurement.kind is MeasurementKind.LENGTH
    one, other = ends_on_screen(viewer, measurement)
    assert near(one, A)
    assert near(other, B)
    px_per_mm = viewer.view().placement.px_per_mm
    expected = math.dist((A.x(), A.y()), (B.x(), B.y())) / px_per_mm
    assert measurement.quantity(QuantityKind.LENGTH).value == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("tool_id", TWO_POINTS)
def test_two_clicks_do_what_a_drag_does(viewer, tool_id):
    take(viewer, tool_id)
    viewer.drag(A, by(A, B))
    dragged = only(viewer)
    viewer.workspace.history.undo()
    take(viewer, tool_id)
    viewer.click(A)
    viewer.hover(QPointF(350, 350))
    viewer.click(B)
    clicked = only(viewer)
    assert np.allclose(dragged.points_lps_mm, clicked.points_lps_mm, atol=1e-6)
    assert dragged.quantities == clicked.quantities


def test_an_angle_is_an_end_the_corner_and_the_other_end(viewer):
    take(viewer, ToolId.ANGLE)
    viewer.drag(A, by(A, B))
    assert measurements(viewer) == []
    viewer.hover(C)
    viewer.click(C)
    one, corner, other = ends_on_screen(viewer, only(viewer))
    assert near(one, A)
    assert near(corner, B)
    assert near(other, C)


@pytest.mark.parametrize("clicks", [True, False])
def test_a_cobb_angle_is_two_lines(viewer, clicks):
    take(viewer, ToolId.COBB)
    for start, end in ((A, B), (C, D)):
        if clicks:
            viewer.click(start)
            viewer.click(end)
        else:
            viewer.drag(start, by(start, end))
    measurement = only(viewer)
    assert all(near(p, q) for p, q in zip(ends_on_screen(viewer, measurement), (A, B, C, D),
                                          strict=True))  # fmt: skip


def test_a_freehand_line_follows_the_pointer(viewer):
    take(viewer, ToolId.FREEHAND)
    ring = [QPointF(400 + 80 * math.cos(t / 6), 400 + 60 * math.sin(t / 6)) for t in range(38)]
    viewer.press(ring[0])
    for at in ring[1:]:
        viewer.move(at)
    viewer.release(ring[-1])
    measurement = only(viewer)
    area = measurement.quantity(QuantityKind.AREA).value
    px_per_mm = viewer.view().placement.px_per_mm
    assert area == pytest.approx(math.pi * 80 * 60 / px_per_mm**2, rel=0.05)


def test_a_polygon_is_clicked_and_ended_by_a_double_click(viewer):
    take(viewer, ToolId.FREEHAND)
    for at in (A, C, D):
        viewer.click(at)
    viewer.double_click(QPointF(300, 450))
    assert len(only(viewer).points_lps_mm) == 4
    assert viewer.workspace.viewports.maximized_id is None, "it was about the line"


def test_a_click_on_its_first_point_closes_a_polygon(viewer):
    take(viewer, ToolId.FREEHAND)
    for at in (A, C, D, A):
        viewer.click(at)
    assert len(only(viewer).points_lps_mm) == 3


def test_a_double_click_that_measured_nothing_leaves_nothing(viewer):
    take(viewer, ToolId.LENGTH)
    viewer.double_click(A)
    assert measurements(viewer) == []
    assert viewer.tools.sketch.draft is None
    assert viewer.workspace.viewports.maximized_id is None


def test_the_tool_goes_back_unless_the_reader_wants_to_keep_it(viewer):
    take(viewer, ToolId.LENGTH)
    viewer.drag(A, by(A, B))
    assert viewer.tools.active_id is ToolId.WINDOW
    viewer.workspace.change_settings(keep_measuring_tool=True)
    take(viewer, ToolId.LENGTH)
    viewer.drag(C, by(C, D))
    assert viewer.tools.active_id is ToolId.LENGTH


def test_drawing_moves_no_other_view(viewer):
    before = viewer.workspace.viewports.cursor_lps
    take(viewer, ToolId.LENGTH)
    viewer.drag(A, by(A, B))
    assert viewer.workspace.findings.selected is not None
    assert viewer.workspace.viewports.cursor_lps == before


def test_taking_another_tool_gives_up_what_was_begun(viewer):
    take(viewer, ToolId.ANGLE)
    viewer.click(A)
    assert viewer.tools.sketch.draft is not None
    take(viewer, ToolId.PAN)
    assert viewer.tools.sketch.draft is None
    assert measurements(viewer) == []


def test_scrolling_on_begins_anew_where_the_next_click_is(viewer):
    take(viewer, ToolId.LENGTH)
    viewer.click(A)
    viewer.wheel(A, -120)
    viewer.drag(C, by(C, D))
    one, _ = ends_on_screen(viewer, only(viewer))
    assert near(one, C)
    assert Surface.of(viewer.resolved()).frame.away_mm(only(viewer).points_lps_mm[0]) == (
        pytest.approx(0, abs=1e-6)
    )


def test_values_are_live_while_something_is_dragged(viewer):
    take(viewer, ToolId.LENGTH)
    viewer.press(A)
    lengths = []
    for at in (B, D):
        viewer.move(at)
        lengths.append(viewer.tools.sketch.measured.quantity(QuantityKind.LENGTH).value)
    assert lengths[1] > lengths[0] > 0
    assert measurements(viewer) == [], "nothing is kept before the button comes up"


@pytest.mark.parametrize("tool_id", MEASURING_TOOLS)
def test_in_edit_the_left_button_belongs_to_segments(viewer, tool_id):
    viewer.tools.set_mode(Mode.EDIT)
    take(viewer, tool_id)
    assert viewer.tools.active_id not in MEASURING_TOOLS


def test_what_cannot_be_measured_is_refused_with_a_reason_at_the_first_press(viewer, monkeypatch):
    def refuse(*_what):
        raise NotAllowedError(say("The spacing is not known."), say("Choose another series."))

    monkeypatch.setattr(viewer.workspace.review.measuring, "preview", refuse)
    take(viewer, ToolId.LENGTH)
    viewer.drag(A, by(A, B))
    assert measurements(viewer) == []
    assert viewer.tools.sketch.draft is None
    assert any("spacing is not known" in sentence for sentence in viewer.session.said)


def test_values_are_not_measured_where_a_slab_is_seen(viewer):
    viewer.workspace.tilting.thicken("v0", 1)
    take(viewer, ToolId.ELLIPSE)
    viewer.drag(A, by(A, B))
    assert measurements(viewer) == []
    assert any("slab" in sentence for sentence in viewer.session.said)
    take(viewer, ToolId.LENGTH)
    viewer.drag(A, by(A, B))
    assert len(measurements(viewer)) == 1


def test_a_line_drawn_on_a_tilted_plane_is_seen_on_that_plane_only(viewer):
    viewer.workspace.tilting.turn("v1", 20)
    viewer.paint()
    assert viewer.resolved().is_oblique
    take(viewer, ToolId.LENGTH)
    viewer.drag(A, by(A, B))
    one, other = ends_on_screen(viewer, only(viewer))
    assert near(one, A)
    assert near(other, B)
    viewer.paint()
    assert len(viewer.grid.measuring.measurements("v0").figures) == 1
    viewer.workspace.tilting.straighten()
    viewer.paint()
    assert viewer.grid.measuring.measurements("v0").figures == ()


def test_the_pointer_has_the_shape_of_what_the_button_would_do(viewer):
    pane = viewer.view().viewport()
    shapes = []
    for tool_id in (ToolId.WINDOW, ToolId.LENGTH, ToolId.TEXT, ToolId.PAN):
        take(viewer, tool_id)
        shapes.append(pane.cursor().shape())
    assert shapes == [
        Qt.CursorShape.ArrowCursor,
        Qt.CursorShape.CrossCursor,
        Qt.CursorShape.IBeamCursor,
        Qt.CursorShape.OpenHandCursor,
    ]
    take(viewer, ToolId.LENGTH)
    viewer.drag(A, by(A, B))
    viewer.hover(B)
    assert pane.cursor().shape() is Qt.CursorShape.PointingHandCursor

"""Measuring with the mouse: what hands do over a pane becomes findings, seen where they lie."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from reader.core.errors import NotAllowedError
from reader.core.measurement import MeasurementKind, QuantityKind
from reader.core.orientation import Plane
from reader.core.text import say
from reader.ui import tokens
from reader.ui.tools.measure.surface import Surface
from reader.ui.tools.tool import MEASURING_TOOLS, ToolId
from tests.support.sessions import grid, write_study
from tests.support.viewers import Viewer

A, B, C, D = QPointF(300, 300), QPointF(420, 380), QPointF(480, 300), QPointF(560, 430)
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
TWO_POINTS = (
    ToolId.LENGTH, ToolId.BIDIRECTIONAL, ToolId.ELLIPSE, ToolId.RECTANGLE,
)  # fmt: skip


def measurements(viewer):
    found = [f.measurement for f in viewer.workspace.findings.findings]
    return [m for m in found if m is not None]


def only(viewer):
    (measurement,) = measurements(viewer)
    return measurement


def take(viewer, tool_id):
    viewer.tools.choose(tool_id)


def by(start, end):
    return end.x() - start.x(), end.y() - start.y()


def ends_on_screen(viewer, measurement):
    return [viewer.pane_point(point) for point in measurement.points_lps_mm]


def near(one, other, px=1.5):
    return math.dist((one.x(), one.y()), (other.x(), other.y())) <= px


@pytest.fixture(autouse=True)
def freely(request):
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
    viewer.tools.set_mode(type(viewer.workspace.mode).EDIT)
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


# Handles


@pytest.fixture
def length(viewer):
    take(viewer, ToolId.LENGTH)
    viewer.drag(A, by(A, B))
    return viewer


def test_a_handle_is_dragged_with_the_window_tool_in_hand(length):
    length.hover(B)
    assert length.tools.sketch.under_pointer.handle == 1
    window = length.resolved().window
    length.drag(B, by(B, D))
    one, other = ends_on_screen(length, only(length))
    assert near(one, A)
    assert near(other, D)
    assert length.resolved().window == window


def test_a_whole_line_is_carried_along(length):
    middle = (A + B) / 2
    before = only(length)
    length.drag(middle, (40, -30))
    one, _ = ends_on_screen(length, only(length))
    assert near(one, A + QPointF(40, -30))
    assert only(length).quantity(QuantityKind.LENGTH).value == pytest.approx(
        before.quantity(QuantityKind.LENGTH).value
    )


def test_one_drag_is_one_step_of_undo(length):
    before = only(length).points_lps_mm
    length.drag(B, by(B, D), steps=9)
    length.workspace.history.undo()
    assert only(length).points_lps_mm == before


def test_a_click_selects_and_changes_nothing(length):
    finding = length.workspace.findings.findings[0]
    length.workspace.findings.select(None)
    length.click((A + B) / 2)
    assert length.workspace.findings.selected == finding.finding_id
    assert length.workspace.findings.findings[0].revision_id == finding.revision_id


def test_beside_a_measurement_the_tool_in_hand_is_used(length):
    before = only(length).points_lps_mm
    window = length.resolved().window
    length.drag((A + B) / 2 + QPointF(30, -30), (50, 0))
    assert only(length).points_lps_mm == before
    assert length.resolved().window != window


def test_with_a_measuring_tool_in_hand_lines_may_start_on_others(length):
    take(length, ToolId.LENGTH)
    length.drag((A + B) / 2, (60, -60))
    assert len(measurements(length)) == 2


def test_giving_up_a_drag_leaves_it_where_it_was(length):
    before = only(length).points_lps_mm
    length.press(B)
    length.move(D)
    assert length.tools.sketch.draft is not None
    length.tools.give_up()
    length.release(D)
    assert only(length).points_lps_mm == before


def test_dragging_the_short_axis_keeps_the_right_angle(viewer):
    take(viewer, ToolId.BIDIRECTIONAL)
    viewer.drag(A, by(A, B))
    end = ends_on_screen(viewer, only(viewer))[2]
    viewer.drag(end, (15, 25))
    a, b, c, d = (np.array(p) for p in only(viewer).points_lps_mm)
    assert (b - a) @ (d - c) == pytest.approx(0, abs=1e-6)


# What is seen


def teal(viewer, box):
    """How many pixels of a pane, within a box of (left, top, right, bottom), are the reader's."""
    color = [int(tokens.READER[n : n + 2], 16) for n in (1, 3, 5)]
    left, top, right, bottom = (round(n) for n in box)
    part = viewer.pixels()[top:bottom, left:right].astype(int)
    return int((np.abs(part - color).max(axis=2) < 40).sum())


def around(*points):
    xs, ys = [p.x() for p in points], [p.y() for p in points]
    return min(xs) - 8, min(ys) - 8, max(xs) + 8, max(ys) + 8


def test_a_measurement_is_seen_on_its_own_slice_only(length):
    length.paint()
    assert teal(length, around(A, B)) > 100
    length.wheel(QPointF(700, 700), -120)
    length.paint()
    assert teal(length, around(A, B)) == 0
    length.wheel(QPointF(700, 700), 120)
    length.paint()
    assert teal(length, around(A, B)) > 100


def test_it_is_not_seen_in_another_plane(length):
    length.workspace.viewports.set_plane("v0", Plane.CORONAL)
    length.paint()
    assert length.grid.measuring.measurements("v0").figures == ()


def test_numbers_stand_beside_it_and_not_on_it(length):
    length.paint()
    ((box, words),) = length.grid.measuring.measurements("v0").labels
    assert len(words) == 1
    assert words[0].endswith("mm")
    for share in np.linspace(0, 1, 30):
        at = A + (B - A) * float(share)
        assert not box.contains(at)


def test_hidden_ones_are_not_seen_and_cannot_be_taken(length):
    length.tools.sketch.toggle_hidden()
    length.paint()
    assert teal(length, around(A, B)) == 0
    length.hover(B)
    assert length.tools.sketch.under_pointer is None
    length.tools.sketch.toggle_hidden()
    length.paint()
    assert teal(length, around(A, B)) > 100


def test_only_one_of_several_can_be_shown(length):
    take(length, ToolId.LENGTH)
    length.drag(C, by(C, D))
    selected = length.workspace.findings.selected
    length.tools.sketch.show_only(selected)
    length.paint()
    assert len(length.grid.measuring.measurements("v0").figures) == 1
    length.tools.sketch.show_only(None)
    length.paint()
    assert len(length.grid.measuring.measurements("v0").figures) == 2


def test_the_one_that_is_shown_alone_is_the_one_selected(length):
    first = length.workspace.findings.selected
    length.tools.sketch.show_only(first)
    take(length, ToolId.LENGTH)
    length.drag(C, by(C, D))
    assert length.tools.sketch.only == length.workspace.findings.selected != first


GRIDS = {
    "anisotropic": grid((12, 40, 48), (3.0, 0.7, 2.1)),
    "small voxels": grid((12, 40, 48), (0.5, 0.4, 0.4)),
}


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("plane", Plane)
def test_lines_lie_where_the_hand_drew_them_on_any_grid_and_plane(
    qapp, tmp_path: Path, name, plane
):
    viewer = Viewer(tmp_path / "home")
    try:
        viewer.open(write_study(tmp_path / "ct", geometry=GRIDS[name]))
        viewer.workspace.change_settings(snap_to_segments=False)
        viewer.workspace.viewports.set_plane("v0", plane)
        viewer.paint()
        take(viewer, ToolId.LENGTH)
        viewer.drag(A, by(A, B))
        one, other = ends_on_screen(viewer, only(viewer))
        assert near(one, A)
        assert near(other, B)
        viewer.paint()
        (figure,) = viewer.grid.measuring.measurements("v0").figures
        assert near(figure.points[0], A)
        assert near(figure.points[1], B)
        mm = np.linalg.norm(np.subtract(*only(viewer).points_lps_mm))
        assert only(viewer).quantity(QuantityKind.LENGTH).value == pytest.approx(mm)
    finally:
        viewer.close()


# The window of a region, and the magnifier


def test_ctrl_drag_takes_the_window_of_what_is_under_the_rectangle(viewer):
    key = viewer.resolved().series.key
    resolved = viewer.resolved()
    viewer.drag(QPointF(250, 250), (200, 150), keys=CTRL)
    window = viewer.workspace.viewports.looks.window_of(key)
    geometry, where = resolved.volume.geometry, resolved.geometry
    place = viewer.view().placement
    values = []
    for row in range(where.shape[0]):
        for column in range(where.shape[1]):
            x, y = place.to_pane(row, column)
            if 250 <= x <= 450 and 250 <= y <= 400:
                values.append(resolved.volume.voxels[geometry.nearest_voxel(
                    where.to_lps(row, column))])  # fmt: skip
    low, high = np.percentile(values, (0.1, 99.9))
    assert window.lower == pytest.approx(low, abs=0.1 * (high - low))
    assert window.upper == pytest.approx(high, abs=0.1 * (high - low))
    assert viewer.tools.sketch.region is None
    viewer.wheel(A, -120)
    assert viewer.workspace.viewports.looks.window_of(key) == window


def test_the_lens_shows_the_slice_larger_and_only_while_it_is_up(viewer):
    view = viewer.view()
    viewer.hover(QPointF(400, 420))
    plain = viewer.pixels()
    viewer.tools.lens.lift()
    seen = viewer.pixels()
    changed = np.argwhere((seen != plain).any(axis=2))
    assert len(changed) > 1000
    assert changed[:, 0].min() >= 420 - 113
    assert changed[:, 1].max() <= 400 + 113
    viewer.tools.lens.lower()
    assert (viewer.pixels() == plain).all()
    assert view.shown is not None


def test_the_lens_keeps_what_is_at_its_middle_in_place(viewer):
    at = viewer.pane_point(viewer.resolved().geometry.to_lps(20, 24))
    viewer.workspace.change_settings(image_interpolation="nearest")
    viewer.hover(at)
    grey = int(viewer.view().shown.base[20, 24])
    viewer.tools.lens.lift()
    x, y = round(at.x()), round(at.y())
    around_middle = viewer.pixels()[y - 3 : y + 4, x - 3 : x + 4]
    assert np.abs(around_middle.astype(int) - grey).min() < 30

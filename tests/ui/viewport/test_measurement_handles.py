"""What was measured is taken hold of again: handles, whole lines, undo."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from reader.core.measurement import QuantityKind
from reader.imaging.cut import THIN, Slab
from reader.ui.tools.tool import ToolId
from reader.ui.viewport.measurements import Measurements
from tests.support.drawing_hands import A, B, D, by, ends_on_screen, measurements, near, only, take


@pytest.fixture(autouse=True)
def freely(request):
    """Lines stay where they are drawn."""
    if "viewer" in request.fixturenames:
        request.getfixturevalue("viewer").workspace.change_settings(snap_to_segments=False)


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


def test_over_a_slab_values_are_said_to_be_of_one_slice_and_do_not_change(viewer):
    take(viewer, ToolId.ELLIPSE)
    viewer.drag(A, by(A, B))
    before = only(viewer)
    viewer.workspace.tilting.set_slab("v0", Slab(10.0))
    viewer.paint()
    (pane,) = (d for d in viewer.view().drawings if isinstance(d, Measurements))
    assert "values of one slice" in pane.labels[0][1]
    viewer.drag(ends_on_screen(viewer, before)[1], (30, 0))
    assert only(viewer) == before
    assert any("slab" in sentence for sentence in viewer.session.said)
    viewer.workspace.tilting.set_slab("v0", THIN)
    viewer.paint()
    assert "values of one slice" not in pane.labels[0][1]
    viewer.drag(ends_on_screen(viewer, before)[1], (30, 0))
    assert only(viewer) != before

"""What hands do over a viewport reaches the session, with the conventions of workstations."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication

from reader.core.keymap import MouseAct, MouseInput, MouseMap
from reader.imaging.cutting import base_of
from reader.session.workspace import Mode
from reader.ui.tools.tool import ToolId
from reader.ui.viewport.gestures import TOUCHPAD_PX, WheelSteps

MIDDLE = QPointF(400, 420)
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
PAN = Qt.MouseButton.MiddleButton


def window_of(viewer):
    return viewer.resolved().window


def test_left_drag_right_widens_and_up_brightens(viewer):
    before = window_of(viewer)
    viewer.drag(MIDDLE, (60, 0))
    assert window_of(viewer).width > before.width
    assert window_of(viewer).center == before.center
    viewer.drag(MIDDLE, (-60, 0))
    assert window_of(viewer).width == pytest.approx(before.width, abs=1)
    viewer.drag(MIDDLE, (0, -60))
    assert window_of(viewer).center < before.center, "a lower level is a brighter picture"


def test_the_same_drag_changes_a_narrow_window_less(viewer):
    key = viewer.resolved().series.key
    changes = []
    for width in (200.0, 2000.0):
        start = type(window_of(viewer))(0.0, width)
        viewer.workspace.viewports.looks.set_window(key, start)
        viewer.drag(MIDDLE, (0, -60))
        changes.append(-window_of(viewer).center)
    assert changes[1] == pytest.approx(10 * changes[0])


def test_a_setting_turns_the_vertical_drag_round(viewer):
    viewer.workspace.change_settings(invert_vertical_window_drag=True)
    before = window_of(viewer)
    viewer.drag(MIDDLE, (0, -60))
    assert window_of(viewer).center > before.center


def test_a_drag_that_comes_back_undoes_itself(viewer):
    before = window_of(viewer)
    viewer.press(MIDDLE)
    viewer.move(MIDDLE + QPointF(77, -50))
    assert window_of(viewer) != before
    viewer.move(MIDDLE)
    viewer.release(MIDDLE)
    assert window_of(viewer) == before


def test_middle_drag_carries_the_picture_along(viewer):
    view = viewer.view()
    place = view.placement.to_slice(MIDDLE.x(), MIDDLE.y())
    viewer.drag(MIDDLE, (35, -20), PAN)
    moved = MIDDLE + QPointF(35, -20)
    assert view.placement.to_slice(moved.x(), moved.y()) == pytest.approx(place, abs=0.1)


@pytest.mark.parametrize("at", [QPointF(200, 300), QPointF(700, 650)])
def test_right_drag_zooms_about_the_pointer_and_opens_no_menu(viewer, at):
    view = viewer.view()
    place, zoom = view.placement.to_slice(at.x(), at.y()), viewer.resolved().zoom
    viewer.drag(at, (0, -90), RIGHT)
    assert viewer.resolved().zoom > 1.5 * zoom
    assert view.placement.to_slice(at.x(), at.y()) == pytest.approx(place, abs=0.1)
    assert viewer.menus_asked_for == []
    viewer.drag(at, (0, 90), RIGHT)
    assert viewer.resolved().zoom == pytest.approx(zoom)


def test_a_right_click_opens_the_menu_of_the_viewport_under_it(viewer):
    viewer.drag(MIDDLE / 4, (1, 1), RIGHT, number=1)
    assert viewer.menus_asked_for == ["v1"]
    assert viewer.resolved().zoom == 1.0


def test_the_wheel_scrolls_one_slice_a_notch(viewer):
    index = viewer.resolved().index
    viewer.wheel(MIDDLE, -120)
    assert viewer.resolved().index == index - 1, "towards the reader goes towards the feet"
    viewer.wheel(MIDDLE, 240)
    assert viewer.resolved().index == index + 1


def test_a_fine_wheel_adds_up_to_notches(viewer):
    index = viewer.resolved().index
    for _ in range(7):
        viewer.wheel(MIDDLE, -15)
    assert viewer.resolved().index == index
    viewer.wheel(MIDDLE, -15)
    assert viewer.resolved().index == index - 1


def test_turning_back_starts_counting_anew():
    steps = WheelSteps()
    assert steps.add(100) == 0
    assert steps.add(-30) == 0
    assert steps.add(-90) == -1
    assert steps.add(300) == 2
    assert steps.add(60) == 1


def test_ctrl_and_the_wheel_zoom_about_the_pointer(viewer):
    at = QPointF(300, 500)
    place, index = viewer.view().placement.to_slice(at.x(), at.y()), viewer.resolved().index
    viewer.wheel(at, 240, CTRL)
    assert viewer.resolved().zoom == pytest.approx(1.15**2)
    assert viewer.resolved().index == index
    assert viewer.view().placement.to_slice(at.x(), at.y()) == pytest.approx(place, abs=0.1)


def test_a_double_click_shows_one_viewport_alone_and_again_all(viewer):
    viewer.double_click(MIDDLE / 4, number=1)
    assert [v.isVisible() for v in viewer.grid.views] == [False, True, False]
    assert viewer.view(1).geometry() == viewer.grid.rect()
    viewer.double_click(MIDDLE, number=1)
    assert all(v.isVisible() for v in viewer.grid.views)


def test_a_press_makes_a_viewport_the_active_one(viewer):
    viewer.click(MIDDLE / 4, number=2)
    assert viewer.workspace.viewports.active_id == "v2"
    assert viewer.view(2).content.is_active
    assert not viewer.view(0).content.is_active


def test_the_crosshair_tool_moves_all_viewports(viewer):
    viewer.tools.choose(ToolId.CROSSHAIR)
    wanted = viewer.resolved().geometry.to_lps(11, 29)
    viewer.drag(viewer.pane_point(wanted) + QPointF(30, 30), (-30, -30))
    cursor = viewer.workspace.viewports.cursor_lps
    assert cursor == pytest.approx(tuple(wanted), abs=0.2)
    assert viewer.resolved(1).index == 11
    assert viewer.resolved(2).index == 29


def test_the_pan_zoom_and_scroll_tools_work_with_the_left_button(viewer):
    viewer.tools.choose(ToolId.PAN)
    viewer.drag(MIDDLE, (40, 0))
    assert viewer.resolved().pan_mm[1] > 0
    viewer.tools.choose(ToolId.ZOOM)
    viewer.drag(MIDDLE, (0, -60))
    assert viewer.resolved().zoom > 1.2
    viewer.tools.choose(ToolId.SCROLL)
    index = viewer.resolved().index
    viewer.drag(MIDDLE, (0, 13))
    assert viewer.resolved().index == index - 2


def test_add_is_for_one_click(viewer):
    viewer.tools.choose(ToolId.ADD)
    place = viewer.resolved().geometry.to_lps(20, 24)
    viewer.click(viewer.pane_point(place))
    viewer.session.settle()
    (finding,) = viewer.workspace.findings.findings
    assert finding.center_lps_mm == pytest.approx(tuple(place), abs=6)
    assert viewer.tools.active_id is ToolId.WINDOW
    viewer.click(viewer.pane_point(place))
    viewer.session.settle()
    assert len(viewer.workspace.findings.findings) == 1


def test_a_click_beside_the_volume_adds_nothing_and_keeps_the_tool(viewer):
    viewer.tools.choose(ToolId.ADD)
    viewer.click(QPointF(2, 2))
    assert viewer.workspace.findings.findings == ()
    assert viewer.tools.active_id is ToolId.ADD


@pytest.fixture
def editing(viewer):
    """The viewer with an added finding being edited."""
    place = viewer.resolved().geometry.to_lps(20, 24)
    finding = viewer.workspace.desk.add(viewer.resolved().series.key, tuple(map(float, place)))
    viewer.workspace.findings.select(finding.finding_id)
    viewer.workspace.set_mode(Mode.EDIT)
    viewer.paint()
    return viewer


def voxel_count(viewer) -> int:
    segmentation = viewer.workspace.studies.segmentation(viewer.resolved().series.key)
    return int((segmentation.labels == viewer.workspace.editor.label).sum())


def test_the_brush_paints_and_the_eraser_takes_away(editing):
    assert editing.tools.active_id is ToolId.BRUSH
    editing.tools.set_brush_diameter(9.0)
    before = voxel_count(editing)
    place = editing.resolved().geometry.to_lps(28, 30)
    editing.drag(editing.pane_point(place), (30, 0))
    painted = voxel_count(editing)
    assert painted > before
    editing.drag(editing.pane_point(place), (30, 0), keys=CTRL)
    assert voxel_count(editing) == before
    editing.tools.choose(ToolId.ERASER)
    editing.drag(editing.pane_point(editing.resolved().geometry.to_lps(20, 24)), (10, 0))
    assert voxel_count(editing) < before


def test_a_stroke_is_seen_before_the_button_comes_up(editing):
    place = editing.resolved().geometry.to_lps(28, 30)
    before = voxel_count(editing)
    editing.press(editing.pane_point(place))
    assert voxel_count(editing) > before
    editing.release(editing.pane_point(place))


def test_shift_and_the_wheel_change_the_brush_not_the_slice(editing):
    index, size = editing.resolved().index, editing.tools.brush.diameter_mm
    editing.wheel(MIDDLE, 120, SHIFT)
    assert editing.tools.brush.diameter_mm > size
    editing.wheel(MIDDLE, -240, SHIFT, sideways=True)
    assert editing.tools.brush.diameter_mm < size
    assert editing.resolved().index == index


def test_leaving_edit_puts_the_brush_down(editing):
    editing.workspace.set_mode(Mode.READ)
    assert editing.tools.active_id is ToolId.WINDOW
    editing.tools.choose(ToolId.BRUSH)
    assert editing.tools.active_id is ToolId.WINDOW


def test_the_slice_track_is_the_scroll_bar(viewer):
    viewer.press(QPointF(viewer.view().width() - 10, 46))
    assert viewer.resolved().index == viewer.resolved().count - 1, "the head is on top"
    assert viewer.view().content.corners.bottom_right[0].text == "Slice 1 / 12"
    viewer.move(QPointF(viewer.view().width() - 40, viewer.view().height() - 46))
    viewer.release(QPointF(0, 0))
    assert viewer.resolved().index == 0
    assert viewer.resolved().window == window_of(viewer)


def test_nothing_happens_over_an_empty_viewport(empty_viewer):
    for button in (LEFT, PAN, RIGHT):
        empty_viewer.drag(MIDDLE, (50, 50), button)
    empty_viewer.wheel(MIDDLE, 120)
    empty_viewer.wheel(MIDDLE, 120, CTRL)
    empty_viewer.hover(MIDDLE)
    empty_viewer.click(MIDDLE, RIGHT)
    assert empty_viewer.menus_asked_for == ["v0"]


def test_the_value_and_the_place_under_the_pointer_are_shown(viewer):
    place = viewer.resolved().geometry.to_lps(20, 24)
    viewer.hover(viewer.pane_point(place))
    viewer.view().pointer.look_now()
    lines = [line.text for line in viewer.view().content.corners.bottom_left]
    (value,) = viewer.workspace.display.value_at(tuple(place)).numbers
    assert f"{value:.0f}".replace("-", "\u2212") in lines[0]
    assert "HU" in lines[0]
    assert f"y {place[1]:.1f}".replace("-", "\u2212") in lines[1]
    QApplication.sendEvent(viewer.view(), QEvent(QEvent.Type.Leave))
    assert len(viewer.view().content.corners.bottom_left) == len(lines) - 2


def test_on_a_tilted_plane_the_value_is_that_of_its_pixel(viewer):
    viewer.workspace.tilting.turn("v1", 25)
    resolved = viewer.resolved(0)
    assert resolved.is_oblique
    pixels = base_of(resolved.request(1))
    rows, columns = resolved.geometry.shape
    for row, column in ((rows // 2, columns // 2), (rows // 3, columns // 2 + 3)):
        place = tuple(resolved.geometry.to_lps(row + 0.3, column - 0.3))
        (value,) = viewer.workspace.display.value_seen(place, resolved).numbers
        assert value == pixels[row, column]


def test_a_second_button_during_a_drag_is_ignored(viewer):
    before = viewer.resolved().zoom
    viewer.press(MIDDLE)
    viewer.press(MIDDLE, RIGHT)
    viewer.move(MIDDLE + QPointF(0, -80))
    viewer.release(MIDDLE, RIGHT)
    viewer.release(MIDDLE + QPointF(0, -80))
    assert viewer.resolved().zoom == before
    assert viewer.menus_asked_for == []


def _wheel(phase: Qt.ScrollPhase, pixels: int, eighths: int = 0) -> QWheelEvent:
    return QWheelEvent(
        MIDDLE, MIDDLE, QPoint(0, pixels), QPoint(0, eighths), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, phase, False,
    )  # fmt: skip


def test_two_fingers_scroll_by_pixels_and_stop_with_the_hand(viewer):
    steps = WheelSteps()
    update = Qt.ScrollPhase.ScrollUpdate
    assert steps.of(_wheel(Qt.ScrollPhase.ScrollBegin, 0)) == 0
    moved = [steps.of(_wheel(update, TOUCHPAD_PX // 4)) for _ in range(8)]
    assert sum(moved) == 2
    assert max(moved) == 1
    momentum = Qt.ScrollPhase.ScrollMomentum
    assert sum(steps.of(_wheel(momentum, 400, 480)) for _ in range(20)) == 0
    assert steps.of(_wheel(Qt.ScrollPhase.NoScrollPhase, 3, 120)) == 1, "a wheel counts notches"


def test_fingers_going_sideways_scroll_nothing():
    sideways = QWheelEvent(
        MIDDLE, MIDDLE, QPoint(90, 10), QPoint(0, 0), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.ScrollUpdate, False,
    )  # fmt: skip
    assert WheelSteps().of(sideways) == 0


def _pinch(viewer, factor: float) -> None:
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
        MIDDLE, MIDDLE, MIDDLE, factor - 1.0, QPointF(), 0,
    )  # fmt: skip
    QApplication.sendEvent(viewer.view().viewport(), event)


def test_a_pinch_zooms_about_where_it_is(viewer):
    viewports = viewer.workspace.viewports
    viewer.view().refresh()
    before = viewer.view()._pointer_at(MIDDLE, Qt.KeyboardModifier.NoModifier)
    zoom = viewports.state("v0").zoom
    _pinch(viewer, 1.25)
    viewer.view().refresh()
    after = viewer.view()._pointer_at(MIDDLE, Qt.KeyboardModifier.NoModifier)
    assert viewports.state("v0").zoom == pytest.approx(1.25 * zoom)
    assert after.lps_mm == pytest.approx(before.lps_mm, abs=0.05)
    _pinch(viewer, 30.0)
    assert viewports.state("v0").zoom == pytest.approx(1.25 * zoom), "a finger that jumped"


def test_a_profile_gives_buttons_and_wheel_other_acts(viewer):
    viewports = viewer.workspace.viewports
    viewer.tools.mouse = MouseMap(
        {MouseInput.MIDDLE: MouseAct.ZOOM, MouseInput.WHEEL: MouseAct.PAGES}
    )
    zoom = viewports.state("v0").zoom
    viewer.drag(MIDDLE, (0, -60), PAN)
    assert viewports.state("v0").zoom > zoom
    first = viewports.index_of("v0")
    viewer.wheel(MIDDLE, -120)
    assert abs(viewports.index_of("v0") - first) > 1, "ten slices, or as many as there are"


def test_where_the_right_button_only_opens_the_menu_it_need_not_be_still(viewer):
    viewer.tools.mouse = MouseMap({MouseInput.RIGHT: MouseAct.NOTHING})
    zoom = viewer.workspace.viewports.state("v0").zoom
    viewer.drag(MIDDLE, (0, -60), RIGHT)
    assert viewer.workspace.viewports.state("v0").zoom == zoom
    assert viewer.menus_asked_for == ["v0"]

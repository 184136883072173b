"""The tool box and the arithmetic of the tools."""

from __future__ import annotations

from itertools import pairwise

import pytest

from reader.core.intensity import VoiTable, WindowFunction, WindowLevel
from reader.session.workspace import Mode
from reader.ui.tools.tool import (
    LARGEST_BRUSH_MM,
    SMALLEST_BRUSH_MM,
    BrushShape,
    IdleTool,
    ToolBox,
    ToolId,
)
from reader.ui.tools.window_tool import dragged_window


class Told(IdleTool):
    def __init__(self) -> None:
        self.times_left = 0

    def leave(self) -> None:
        self.times_left += 1


@pytest.fixture
def box() -> ToolBox:
    made = ToolBox()
    made.fill({tool_id: Told() for tool_id in ToolId})
    return made


@pytest.fixture
def changes(box) -> list[ToolId]:
    heard: list[ToolId] = []
    box.changed.connect(lambda: heard.append(box.active_id))
    return heard


def test_the_window_is_in_hand_first(box):
    assert box.active_id is ToolId.WINDOW


def test_choosing_puts_the_other_down_and_says_so(box, changes):
    box.choose(ToolId.PAN)
    box.choose(ToolId.PAN)
    assert changes == [ToolId.PAN]
    assert box.tool(ToolId.WINDOW).times_left == 1


def test_the_last_tool_comes_back(box):
    box.choose(ToolId.PAN)
    box.choose(ToolId.CROSSHAIR)
    box.choose_last()
    assert box.active_id is ToolId.PAN
    box.choose_last()
    assert box.active_id is ToolId.CROSSHAIR


def test_after_one_measuring_tool_and_another_the_hand_is_as_before_both(box):
    box.choose(ToolId.PAN)
    box.choose(ToolId.LENGTH)
    box.choose(ToolId.ANGLE)
    box.choose_last()
    assert box.active_id is ToolId.PAN


@pytest.mark.parametrize("tool_id", ToolId)
@pytest.mark.parametrize("mode", Mode)
def test_a_tool_is_taken_only_where_the_mode_allows_it(box, mode, tool_id):
    box.set_mode(mode)
    box.choose(tool_id)
    assert box.available(box.active_id)
    assert (box.active_id is tool_id) is box.available(tool_id)


def test_brushes_are_for_editing_and_adding_is_for_reading(box):
    assert not box.available(ToolId.BRUSH)
    assert box.available(ToolId.ADD)
    box.set_mode(Mode.EDIT)
    assert box.active_id is ToolId.BRUSH
    assert box.available(ToolId.ERASER)
    assert not box.available(ToolId.ADD)
    box.choose(ToolId.ERASER)
    box.set_mode(Mode.READ)
    assert box.active_id is ToolId.WINDOW
    box.choose_last()
    assert box.active_id is ToolId.WINDOW, "the eraser was last, and is not for reading"


def test_a_tool_that_both_modes_know_stays_in_hand(box):
    box.set_mode(Mode.EDIT)
    box.choose(ToolId.PAN)
    box.set_mode(Mode.READ)
    assert box.active_id is ToolId.PAN


def test_the_brush_grows_and_shrinks_within_its_limits(box, changes):
    for _ in range(100):
        box.resize_brush(1)
    assert box.brush.diameter_mm == LARGEST_BRUSH_MM
    for _ in range(100):
        box.resize_brush(-1)
    assert box.brush.diameter_mm == SMALLEST_BRUSH_MM
    heard = len(changes)
    box.resize_brush(-1)
    assert len(changes) == heard


def test_every_step_changes_the_brush_by_at_least_a_tenth():
    shape = BrushShape(SMALLEST_BRUSH_MM)
    sizes = [shape.diameter_mm]
    for _ in range(20):
        shape = shape.resized(1)
        sizes.append(shape.diameter_mm)
    assert all(b >= a + 0.1 - 1e-9 for a, b in pairwise(sizes))
    assert shape.resized(1).resized(-1).diameter_mm == pytest.approx(shape.diameter_mm, abs=0.11)


def test_size_and_shape_are_kept_apart(box):
    box.set_brush_ball(True)
    box.set_brush_diameter(12.0)
    assert box.brush == BrushShape(12.0, True)


@pytest.mark.parametrize("width", [1.0, 5.0, 400.0, 12_000.0])
def test_a_window_never_collapses(width):
    window = dragged_window(WindowLevel(0, width), -100_000, 0, whole_numbers=True)
    assert window.width >= 1
    tiny = dragged_window(WindowLevel(0, width), -3000, 0, whole_numbers=False)
    assert tiny.width > 0


def test_hounsfield_windows_stay_whole_and_others_get_three_figures():
    whole = dragged_window(WindowLevel(40, 400), 37, 11, whole_numbers=True)
    assert whole.width == round(whole.width)
    assert whole.center == round(whole.center)
    suv = dragged_window(WindowLevel(2.5, 5), 37, 11, whole_numbers=False)
    assert suv.width == round(suv.width, 2)
    assert 5 < suv.width < 6


def test_dragging_keeps_the_curve_of_a_window_but_not_its_name():
    table = WindowLevel.of_table(VoiTable(0.0, b"\0\1\2\3\4\5", 12), "HEADER")
    dragged = dragged_window(table, 30.0, 10.0, True)
    assert dragged.function is WindowFunction.TABLE
    assert dragged.table is table.table
    assert dragged.name == ""
    narrow = WindowLevel(0.0, 2.0, WindowFunction.LINEAR)
    assert dragged_window(narrow, -3000.0, 0.0, False).width >= 1

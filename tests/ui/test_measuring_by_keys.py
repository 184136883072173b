"""Measuring in the whole window: keys alone, the inbox, words on the image, taking away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reader.core.measurement import MeasurementKind
from reader.core.review import ReviewStatus
from reader.session.workspace import Mode
from reader.ui.actions.action import ActionId
from reader.ui.actions.measure_actions import MEASURE_TOOL_IDS
from reader.ui.tools.tool import ToolId
from reader.ui.viewport.inline_words import InlineWords
from reader.ui.window.tool_rail import FOLDED, TOP


def drawn(reader):
    return [f for f in reader.findings if f.measurement is not None]


def measure_by_keys(reader, key="D"):
    """From the crosshair ten pixels to the right and five down."""
    reader.press(key, "Return", "Shift+Right", *["Down"] * 5, "Return")


def groups(reader):
    return [card.content.name for card in reader.window.frame.reading.panel.inbox.cards]


def typed_in(reader) -> InlineWords:
    reader.settle()
    line = reader.window.frame.reading.viewports.measuring.words
    assert line is not None, "nothing is being typed"
    return line


def test_a_length_is_measured_by_keys_alone(opened):
    start = opened.workspace.viewports.cursor_lps
    measure_by_keys(opened)
    (finding,) = drawn(opened)
    resolved = opened.workspace.display.resolved("v0")
    (row, column), (to_row, to_column) = (
        resolved.geometry.to_pixel(point) for point in finding.measurement.points_lps_mm
    )
    assert (row, column) == pytest.approx(resolved.geometry.to_pixel(start), abs=1e-6)
    assert to_column - round(column) == pytest.approx(10, abs=1e-6)
    assert to_row - round(row) == pytest.approx(5, abs=1e-6)
    assert opened.window.tools.active_id is ToolId.WINDOW


def test_enter_confirms_again_when_the_tool_is_put_down(found):
    found.press("N")
    measure_by_keys(found)
    found.press("N", "Return")
    assert "confirmed" in found.statuses


def test_escape_gives_up_the_drawing_and_then_the_tool(opened):
    opened.press("D", "Return")
    assert opened.window.tools.sketch.draft is not None
    opened.press("Escape")
    assert opened.window.tools.sketch.draft is None
    assert opened.window.tools.active_id is ToolId.LENGTH
    opened.press("Escape")
    assert opened.window.tools.active_id is ToolId.WINDOW
    assert drawn(opened) == []


def test_backspace_takes_one_point_back(opened):
    opened.press("A", "Return", "Shift+Right", "Return", "Shift+Down")
    assert len(opened.window.tools.sketch.draft.points) == 3
    opened.press("Backspace")
    assert len(opened.window.tools.sketch.draft.points) == 2
    opened.press("Backspace")
    assert opened.window.tools.sketch.draft is None


def test_a_polygon_is_ended_by_a_key(opened):
    opened.press("Y", "Return", "Shift+Right", "Return", "Shift+Down", "Return", "Shift+Return")
    (finding,) = drawn(opened)
    assert finding.measurement.kind is MeasurementKind.FREEHAND
    assert len(finding.measurement.points_lps_mm) == 3


@pytest.mark.parametrize("action_id", MEASURE_TOOL_IDS)
def test_every_measuring_tool_is_on_the_rail_or_unfolds_beside_it(action_id):
    assert action_id in TOP[Mode.READ] or action_id in FOLDED


@pytest.mark.parametrize("key", ["Delete", "X"])
def test_a_removed_measurement_is_nowhere_until_undo_brings_it_back(opened, key):
    measure_by_keys(opened)
    assert groups(opened) == ["Length"]
    opened.press(key)
    assert groups(opened) == []
    (finding,) = drawn(opened)
    assert opened.workspace.findings.status_of(finding.finding_id) is ReviewStatus.REJECTED
    assert opened.bar != "ReasonPage", "there is nothing to give a reason for"
    view = opened.window.frame.reading.viewports
    view.grab()
    assert view.measuring.measurements("v0").figures == ()
    opened.press("Ctrl+Z")
    assert groups(opened) == ["Length"]


def test_measurements_have_a_group_and_say_what_they_measured(found):
    measure_by_keys(found)
    inbox = found.window.frame.reading.panel.inbox
    card = inbox.cards[-1].content
    assert card.name == "Length"
    assert card.detail.split(" · ")[0].endswith("mm")
    assert len(inbox.cards) == 4


def test_selecting_a_card_goes_to_its_slice(opened):
    measure_by_keys(opened)
    number = opened.slice_number
    opened.press("PgUp")
    assert opened.slice_number != number
    card = opened.window.frame.reading.panel.inbox.cards[0]
    opened.workspace.findings.select(None)
    opened.click(card)
    assert opened.slice_number == number


def test_words_are_typed_on_the_image_and_no_key_acts_meanwhile(opened):
    opened.press("T", "Return")
    line = typed_in(opened)
    assert QApplication.focusWidget() is line
    opened.type("DX m")
    QTest.keyClick(line, Qt.Key.Key_Return)
    opened.settle()
    (finding,) = drawn(opened)
    assert finding.measurement.text == "DX m"
    assert groups(opened) == ["DX m"]
    assert opened.window.tools.active_id is ToolId.WINDOW


def test_a_text_without_words_is_none(opened):
    opened.press("T", "Return")
    QTest.keyClick(typed_in(opened), Qt.Key.Key_Return)
    opened.settle()
    assert drawn(opened) == []


def test_escape_while_typing_leaves_no_arrow(opened):
    opened.press("Shift+T", "Return", "Shift+Right", "Return")
    QTest.keyClick(typed_in(opened), Qt.Key.Key_Escape)
    opened.settle()
    assert drawn(opened) == []
    assert opened.window.tools.sketch.draft is None


def test_an_arrow_may_go_without_words(opened):
    opened.press("Shift+T", "Return", "Shift+Right", "Return")
    QTest.keyClick(typed_in(opened), Qt.Key.Key_Return)
    opened.settle()
    (finding,) = drawn(opened)
    assert finding.measurement.kind is MeasurementKind.ARROW


def test_typing_ends_with_the_drawing_it_is_for(opened):
    opened.press("T", "Return")
    line = typed_in(opened)
    opened.window.actions_.trigger(ActionId.TOOL_WINDOW)
    assert not line.isVisible()
    assert drawn(opened) == []
    opened.press("T", "Return")
    QTest.keyClicks(typed_in(opened), "kept")
    opened.workspace.set_mode(Mode.REPORT)
    opened.settle()
    (finding,) = drawn(opened)
    assert finding.measurement.text == "kept"


def test_what_is_typed_in_stays_whole_in_a_pane_that_becomes_smaller(opened):
    opened.press("Shift+T", "Return", *["Shift+Right"] * 30, "Return")
    line = typed_in(opened)
    opened.window.resize(1180, 700)
    opened.window.frame.reading.layout().activate()
    pane = line.parentWidget()
    pane.resize(240, 200)
    assert pane.rect().contains(line.geometry())


def test_a_signed_reading_refuses_words_before_they_are_typed(opened):
    opened.press("Ctrl+4", "Ctrl+Return", "Ctrl+1", "T", "Return")
    opened.settle()
    assert opened.window.frame.reading.viewports.measuring.words is None
    assert opened.notices[-1] == "This reading is signed."


def test_a_measurement_is_renamed_on_the_image(opened):
    measure_by_keys(opened)
    opened.press("F2")
    line = typed_in(opened)
    QTest.keyClicks(line, "Lesion 1")
    QTest.keyClick(line, Qt.Key.Key_Return)
    opened.settle()
    assert groups(opened) == ["Lesion 1"]
    opened.press("Ctrl+Z")
    assert groups(opened) == ["Length"]


def test_a_segment_is_measured_by_one_key(found):
    found.press("N", "Shift+D")
    found.until_idle()
    (finding,) = drawn(found)
    assert finding.measurement.kind is MeasurementKind.BIDIRECTIONAL
    assert finding.measurement.source_label is not None


def test_the_menu_of_a_measurement_is_about_it(opened):
    measure_by_keys(opened)
    opened.workspace.findings.select(None)
    grid = opened.window.frame.reading.viewports
    grid.grab()
    (figure,) = grid.measuring.measurements("v0").figures
    at = figure.points[0].toPoint()
    view = grid.view("v0").viewport()
    QTest.mouseMove(view, at + QPoint(30, 30))
    QTest.mouseMove(view, at)
    opened.settle()
    menu = opened.window.frame.viewport_menu(grid)
    entries = [entry.data() for entry in menu.actions() if not entry.isSeparator()]
    menu.deleteLater()
    assert entries == [
        ActionId.RENAME_MEASUREMENT, ActionId.ONLY_MEASUREMENT, ActionId.REMOVE_MEASUREMENT,
    ]  # fmt: skip
    assert opened.workspace.findings.selected == drawn(opened)[0].finding_id


def test_the_lens_is_up_as_long_as_its_key(opened):
    opened.hold("L")
    assert opened.window.tools.lens.is_up
    opened.let_go("L")
    assert not opened.window.tools.lens.is_up


def test_the_soft_window_is_switched_and_kept_while_scrolling(opened):
    key = opened.workspace.viewports.active.series_key
    looks = opened.workspace.viewports.looks
    before = looks.window_of(key)
    opened.press("Shift+W")
    soft = looks.window_of(key)
    assert soft.function.value == "SIGMOID"
    assert (soft.center, soft.width) == (before.center, before.width)
    opened.press("Down")
    assert looks.window_of(key) == soft
    opened.press("Shift+W")
    assert looks.window_of(key).function.value == "LINEAR_EXACT"

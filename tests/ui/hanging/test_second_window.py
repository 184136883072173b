"""A second window for some of the viewports, and windows that remember their places."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from reader.session.viewing.layout import Layout
from reader.session.window_places import WindowPlace
from reader.session.workspace import Mode
from reader.ui.hanging.second_window import SecondWindow
from reader.ui.hanging.window_memory import seen
from reader.ui.hanging.window_part import shape_of_part
from tests.support.driver import ReaderDriver


def second_of(reader: ReaderDriver) -> SecondWindow:
    assert reader.window.second is not None
    window = reader.window.second.window
    assert window is not None
    return window


def here(grid) -> list[str]:
    return [view.viewport_id for view in grid.views]


@pytest.fixture
def split(opened: ReaderDriver) -> ReaderDriver:
    """Two by two, the right column in a second window."""
    opened.workspace.viewports.set_layout(Layout.TWO_BY_TWO)
    opened.press("Ctrl+Shift+W")
    opened.settle()
    return opened


def test_the_right_half_moves_over_and_comes_back_when_the_window_is_closed(split):
    window = second_of(split)
    first = split.window.frame.reading.viewports
    assert (here(first), here(window.viewports)) == (["v0", "v2"], ["v1", "v3"])
    upper, lower = (view.geometry() for view in window.viewports.views)
    assert upper.width() == lower.width() == window.viewports.width()
    assert upper.bottom() < lower.top()
    window.close()
    split.settle()
    assert split.window.second.window is None
    assert here(first) == ["v0", "v1", "v2", "v3"]


def test_both_windows_show_their_slices_and_scroll_together(split):
    window = second_of(split)
    split.workspace.viewports.activate("v1")
    before = split.workspace.viewports.index_of("v1")
    window.activateWindow()
    window.viewports.focus_active()
    QTest.keyClick(window.viewports.view("v1"), Qt.Key.Key_Down)
    split.settle()
    assert split.workspace.viewports.index_of("v1") != before
    assert window.viewports.view("v1").isVisible()


def test_a_decision_is_made_from_the_second_window(found):
    found.workspace.viewports.set_layout(Layout.ONE_BY_TWO)
    found.press("Ctrl+Shift+W", "N")
    window = second_of(found)
    window.activateWindow()
    found.now += 1.0
    QTest.keyClick(window.viewports.view("v1"), Qt.Key.Key_Return)
    found.settle()
    assert "confirmed" in found.statuses
    assert window.decisions.finding.words.first.text


def test_there_is_no_second_window_in_the_report_nor_after_the_study(split):
    split.workspace.set_mode(Mode.REPORT)
    split.settle()
    assert split.window.second.window is None
    split.workspace.set_mode(Mode.READ)
    split.settle()
    second_of(split)
    split.workspace.close_study()
    split.settle()
    assert split.window.second.window is None


def test_another_language_builds_both_windows_anew(split):
    split.workspace.change_settings(language="zh_CN")
    split.settle()
    assert here(second_of(split).viewports) == ["v1", "v3"]
    split.workspace.change_settings(language="en")
    split.settle()


def test_one_viewport_moves_over_by_key(opened):
    opened.press("Ctrl+Alt+2", "Ctrl+Shift+M")
    opened.settle()
    assert here(second_of(opened).viewports) == ["v1"]
    opened.workspace.apart.move("v1")
    opened.settle()
    assert opened.window.second.window is None


def test_the_first_window_takes_the_second_along(split):
    window = second_of(split)
    split.window.close()
    assert not window.isVisible()


def test_windows_are_where_they_were_at_the_next_start(make_reader, chest):
    first = make_reader(size=(1300, 720))
    first.window.move(30, 20)
    first.open(chest)
    first.press("Ctrl+Shift+W")
    first.settle()
    second_of(first).setGeometry(QRect(40, 50, 700, 520))
    first.settle()
    second_of(first).close()
    first.settle()
    places = first.workspace.window_places
    first.close()
    assert places.of("second") == WindowPlace(40, 50, 700, 520, False, _screen())
    again = make_reader(size=(1300, 720))
    assert again.workspace.window_places.of("first").width == 1300
    again.open(chest)
    again.press("Ctrl+Shift+W")
    again.settle()
    assert second_of(again).size() == QSize(700, 520)


def test_a_maximised_window_is_so_again_after_the_full_screen_and_at_the_next_start(make_reader):
    first = make_reader()
    first.window.showMaximized()
    first.settle()
    first.press("F11")
    assert first.window.isFullScreen()
    first.press("F11")
    assert first.window.isMaximized()
    first.window.close()
    place = first.workspace.window_places.of("first")
    assert place.maximized
    first.close()
    memory_of_it = make_reader()
    assert memory_of_it.workspace.window_places.of("first").maximized


def test_a_place_on_a_screen_that_is_gone_is_moved_to_one_that_is_there():
    area = QGuiApplication.primaryScreen().availableGeometry()
    assert seen(QRect(10, 10, 300, 200)) == QRect(10, 10, 300, 200)
    moved = seen(QRect(area.right() + 5000, 0, 300, 200))
    assert area.contains(moved)
    assert moved.size() == QSize(300, 200)


@pytest.mark.parametrize(
    ("layout", "places", "shape"),
    [
        (Layout.TWO_BY_FOUR, [2, 3, 6, 7], (2, 2)),
        (Layout.TWO_BY_THREE, [2, 5], (2, 1)),
        (Layout.TWO_BY_THREE, [0, 1, 2], (1, 3)),
        (Layout.TWO_BY_TWO, [0, 1, 2], (2, 2)),
        (Layout.ONE_PLUS_TWO, [1, 2], (2, 1)),
        (Layout.ONE_PLUS_TWO, [0], (1, 1)),
    ],
)
def test_columns_stay_columns_and_others_fill_the_window(layout, places, shape):
    assert shape_of_part(layout, places, QSize(800, 900)) == shape


def _screen() -> str:
    return QGuiApplication.primaryScreen().name()

"""Layouts as pictures, and hanging protocols chosen and made in the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from reader.core.orientation import Plane
from reader.session.viewing.layout import Layout
from reader.ui.hanging.hanging_sheet import HangingSheet
from reader.ui.hanging.layout_picture import NAMES, ORDER, layout_cells
from reader.ui.hanging.layout_sheet import LayoutSheet
from reader.ui.hanging.protocol_rows import ProtocolRow
from reader.ui.hanging.series_drag import mime_of, series_in
from tests.support.driver import ReaderDriver

COPY = Qt.DropAction.CopyAction
NONE = Qt.KeyboardModifier.NoModifier


def drop(on: QWidget, at: QPoint, data: QMimeData) -> bool:
    """Let go of something over a widget. Returns: whether it was taken."""
    entering = QDragEnterEvent(at, COPY, data, Qt.MouseButton.LeftButton, NONE)
    QApplication.sendEvent(on, entering)
    falling = QDropEvent(QPointF(at), COPY, data, Qt.MouseButton.LeftButton, NONE)
    QApplication.sendEvent(on, falling)
    return entering.isAccepted() and falling.isAccepted()


def sheet_of(reader: ReaderDriver) -> HangingSheet:
    sheet = reader.window.frame.sheets.current
    assert isinstance(sheet, HangingSheet)
    return sheet


def row_of(sheet: HangingSheet, protocol_id: str) -> int:
    rows = [r.protocol.id for r in sheet.list.rows if isinstance(r, ProtocolRow)]
    return rows.index(protocol_id)


# The layouts


def test_every_layout_has_a_name_and_a_picture_without_overlap():
    assert set(ORDER) == set(Layout) == set(NAMES)
    for layout in Layout:
        cells = layout_cells(layout, QRectF(0, 0, 68, 46))
        assert len(cells) == layout.count
        for n, cell in enumerate(cells):
            assert QRectF(-1, -1, 70, 48).contains(cell)
            assert not any(cell.intersects(other) for other in cells[:n])


def test_a_number_chooses_a_layout_and_the_sheet_is_gone(opened):
    viewports = opened.workspace.viewports
    opened.press("G")
    assert isinstance(opened.window.frame.sheets.current, LayoutSheet)
    opened.press(str(ORDER.index(Layout.TWO_BY_THREE) + 1))
    assert viewports.layout is Layout.TWO_BY_THREE
    assert opened.window.frame.sheets.current is None
    opened.press("3")
    assert viewports.layout is Layout.TWO_BY_THREE, "a number means a window again"
    assert viewports.looks.window_of(viewports.active.series_key).width == 2000


def test_arrows_and_enter_choose_a_layout(opened):
    opened.press("G", "Right", "Down", "Return")
    chosen = ORDER[ORDER.index(Layout.ONE_PLUS_TWO) + 1 + 3]
    assert opened.workspace.viewports.layout is chosen


def test_a_layout_is_chosen_by_pressing_its_picture(opened):
    opened.press("G")
    sheet = opened.window.frame.sheets.current
    opened.click(sheet.buttons[ORDER.index(Layout.TWO_BY_TWO)])
    assert opened.workspace.viewports.layout is Layout.TWO_BY_TWO


def test_what_was_chosen_for_a_viewport_is_there_again_with_its_layout(opened):
    viewports = opened.workspace.viewports
    viewports.set_layout(Layout.TWO_BY_TWO)
    viewports.set_plane("v3", Plane.SAGITTAL)
    viewports.set_layout(Layout.ONE)
    viewports.set_layout(Layout.TWO_BY_TWO)
    assert viewports.state("v3").plane is Plane.SAGITTAL


def test_each_viewport_has_a_key(opened):
    opened.press("Ctrl+Alt+3")
    assert opened.workspace.viewports.active_id == "v2"
    opened.press("Ctrl+Alt+9")
    assert opened.workspace.viewports.active_id == "v2", "there is no ninth"


# The protocols


def test_stepping_through_protocols_by_key(opened):
    hangings = opened.workspace.hangings
    ids = [one.id for one in hangings.fitting]
    opened.press(".")
    assert hangings.current == ids[1]
    opened.press(",")
    assert hangings.current == ids[0]


def test_the_list_says_which_is_on_screen_and_enter_hangs_another(opened):
    opened.press("Shift+H")
    sheet = sheet_of(opened)
    assert "on screen" in sheet.list.rows[sheet.list.current].accessibleName()
    sheet.list.go_to(row_of(sheet, "ct-chest-two-windows"))
    opened.press("Return")
    assert opened.workspace.hangings.current == "ct-chest-two-windows"
    assert opened.workspace.viewports.layout is Layout.TWO_BY_TWO


def test_what_is_on_screen_is_kept_under_a_name_and_always_hung(opened, tmp_path):
    opened.workspace.viewports.set_layout(Layout.ONE_BY_TWO)
    opened.press("Shift+H")
    editor = sheet_of(opened).editor
    editor.name.setFocus()
    opened.type("My chest")
    editor.always.setChecked(True)
    opened.click(editor.keep)
    hangings = opened.workspace.hangings
    kept = hangings.protocol("own-my-chest")
    assert (kept.name, kept.layout, kept.applies.modality) == (
        "My chest", Layout.ONE_BY_TWO, ("CT",),
    )  # fmt: skip
    assert (hangings.chosen, hangings.current) == (kept.id, kept.id)
    opened.click(editor.keep)
    assert sum(one.is_own for one in hangings.protocols) == 1, "the same name is the same one"
    opened.click(sheet_of(opened).never)
    assert hangings.chosen is None


def test_an_own_protocol_is_deleted_and_brought_back_by_hand(opened):
    hangings = opened.workspace.hangings
    hangings.duplicate("ct-head", "Heads")
    opened.press("Shift+H")
    sheet = sheet_of(opened)
    sheet.list.go_to(row_of(sheet, "own-heads"))
    opened.click(sheet.delete)
    assert hangings.protocol("own-heads") is None
    assert sheet.undo.isVisibleTo(sheet)
    opened.click(sheet.undo)
    assert hangings.protocol("own-heads") is not None


def test_layout_and_plane_are_changed_in_the_sheet_and_seen_in_the_viewports(opened):
    opened.press("Shift+H")
    editor = sheet_of(opened).editor
    editor.layouts.chosen.emit(ORDER.index(Layout.ONE_BY_THREE))
    assert opened.workspace.viewports.layout is Layout.ONE_BY_THREE
    editor.planes.chosen.emit(2)
    assert opened.workspace.viewports.active.plane is Plane.SAGITTAL
    words = editor.picture.words_of(opened.workspace.viewports.active)
    assert "Sagittal" in words[1]


# Dragging a series


def test_a_series_is_dropped_on_a_viewport_and_on_its_box_in_the_sheet(opened):
    workspace = opened.workspace
    key = workspace.viewports.active.series_key
    grid = opened.window.frame.reading.viewports
    workspace.viewports.zoom_by("v1", 3.0)
    view = grid.view("v1")
    assert drop(grid, view.geometry().center(), mime_of(key))
    assert workspace.viewports.state("v1").zoom == 1.0, "shown anew, fitted"
    opened.press("Shift+H")
    picture = sheet_of(opened).editor.picture
    workspace.viewports.zoom_by("v2", 3.0)
    _, cell = picture._cells()[2]
    assert drop(picture, cell.center().toPoint(), mime_of(key))
    assert workspace.viewports.state("v2").zoom == 1.0


def test_a_row_of_the_series_list_is_a_handle_and_still_shows_its_series(opened, monkeypatch):
    dragged = []
    monkeypatch.setattr(
        "reader.ui.hanging.series_drag.QDrag.exec", lambda d, _a: dragged.append(d.mimeData())
    )
    opened.press("S")
    sheet = opened.window.frame.sheets.current
    row = sheet.list.rows[0]
    at = row.rect().center()
    QTest.mousePress(row, Qt.MouseButton.LeftButton, pos=at)
    far = QPointF(at + QPoint(60, 0))
    move = QMouseEvent(
        QEvent.Type.MouseMove, far, row.mapToGlobal(far), Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton, NONE,
    )  # fmt: skip
    QApplication.sendEvent(row, move)
    QTest.mouseRelease(row, Qt.MouseButton.LeftButton, pos=at + QPoint(60, 0))
    key = opened.workspace.viewports.active.series_key
    assert [series_in(data) for data in dragged] == [key]
    assert opened.window.frame.sheets.current is sheet, "a drag is no choice"
    opened.click(row)
    assert opened.window.frame.sheets.current is None


def test_files_are_no_series_and_are_left_to_the_window(opened):
    grid = opened.window.frame.reading.viewports
    data = QMimeData()
    data.setText("a file")
    assert series_in(data) is None
    assert not drop(grid, grid.rect().center(), data)

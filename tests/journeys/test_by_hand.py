"""From nothing open to files written, by keyboard alone and by mouse alone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton, QWidget

from reader.core.measurement import MeasurementKind
from reader.core.review import RejectReason
from reader.session.jobs import JobKind
from reader.session.workspace import Mode
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton
from reader.ui.tools.tool import ToolId
from tests.support.driver import ReaderDriver

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
FILES = {"segmentation.dcm", "report.dcm", "key-images.dcm"}


def _dialog(reader: ReaderDriver) -> QFileDialog:
    reader.until(lambda: any(d.isVisible() for d in reader.window.findChildren(QFileDialog)))
    return next(d for d in reader.window.findChildren(QFileDialog) if d.isVisible())


def _measured(reader: ReaderDriver) -> list[MeasurementKind]:
    return [f.measurement.kind for f in reader.findings if f.measurement is not None]


def _written(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _ai_ended(reader: ReaderDriver) -> None:
    reader.until(lambda: reader.workspace.jobs.running(JobKind.INFERENCE) is None)
    reader.settle()


# By keyboard


def _answer_by_key(reader: ReaderDriver, folder: Path) -> None:
    """Type a folder into the dialog that is open, and press Enter."""
    dialog = _dialog(reader)
    (field,) = [f for f in dialog.findChildren(QLineEdit) if f.isVisible()]
    field.clear()
    QTest.keyClicks(field, str(folder))
    QTest.keyClick(field, Qt.Key.Key_Return)
    reader.settle()
    if dialog.isVisible():
        QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Return)
        reader.settle()
    reader.window.activateWindow()  # what a window manager does when a dialog goes
    reader.until(lambda: QApplication.focusWidget() is not None)


def _find(reader: ReaderDriver, words: str) -> None:
    """Do something by its name."""
    reader.press("Ctrl+K")
    reader.type(words)
    reader.press("Return")
    reader.settle()


def test_by_keyboard_alone(reader: ReaderDriver, chest: Path, tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    reader.press("Ctrl+O")
    _answer_by_key(reader, chest)
    reader.until(lambda: reader.workspace.studies.study is not None)
    reader.until_idle()

    before = reader.slice_number
    reader.press("Down", "Down", "PgDown", "Up")
    assert reader.slice_number != before
    _find(reader, "window bone")
    assert reader.workspace.display.resolved("v0").preset.id == "bone"
    reader.press("1", "+", "K")

    reader.press("R")
    _ai_ended(reader)
    reader.press("N", "Return", "X", "1", "N", "Return")
    decided = [f for f in reader.findings if f.measurement is None]
    statuses = [reader.workspace.findings.status_of(f.finding_id).value for f in decided]
    assert sorted(statuses) == ["confirmed", "confirmed", "rejected"]

    _find(reader, "length")
    assert reader.window.tools.active_id is ToolId.LENGTH
    reader.press("Left", "Return", *["Right"] * 12, "Return")
    assert sorted(_measured(reader), key=str) == [
        MeasurementKind.KEY_IMAGE,
        MeasurementKind.LENGTH,
    ]
    reader.press("Escape", "Ctrl+Z")
    assert _measured(reader) == [MeasurementKind.KEY_IMAGE] or reader.statuses.count("rejected")
    reader.press("Ctrl+Y")

    reader.press("Ctrl+4", "Ctrl+Return")
    assert reader.workspace.findings.is_signed
    reader.press("Ctrl+E")
    _answer_by_key(reader, out)
    reader.until_idle()
    assert _written(out) >= FILES


# By mouse


def _click(widget: QWidget, at: QPoint | None = None, button: Qt.MouseButton = LEFT) -> None:
    QTest.mouseClick(widget, button, Qt.KeyboardModifier.NoModifier, at or widget.rect().center())
    QApplication.processEvents()


def _button(reader: ReaderDriver, action_id: ActionId) -> QWidget:
    """A button for an action that is on screen."""
    rail = [b for b in reader.window.frame.rail.buttons if b.action_id is action_id]
    others = [b for b in reader.window.findChildren(ActionButton) if b.action_id is action_id]
    seen = [b for b in (*rail, *others) if b.isVisible() and b.isEnabled()]
    assert seen, f"nothing on screen does {action_id}"
    return seen[0]


def _drop(reader: ReaderDriver, folder: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    reader.window.dropEvent(
        QDropEvent(
            QPointF(300, 300), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier
        )
    )
    reader.until(lambda: reader.workspace.studies.study is not None)
    reader.until_idle()


def _choose_in_menu(reader: ReaderDriver, menu: QWidget, action_id: ActionId) -> None:
    entry = next(e for e in menu.actions() if e.data() is action_id)
    assert entry.isEnabled()
    _click(menu, menu.actionGeometry(entry).center())
    reader.settle()


def _drag(pane: QWidget, start: QPoint, end: QPoint, button: Qt.MouseButton = LEFT) -> None:
    QTest.mousePress(pane, button, Qt.KeyboardModifier.NoModifier, start)
    for part in range(1, 5):
        QTest.mouseMove(pane, start + (end - start) * part / 4)
    QTest.mouseRelease(pane, button, Qt.KeyboardModifier.NoModifier, end)
    QApplication.processEvents()


def test_by_mouse_alone(reader: ReaderDriver, chest: Path, tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    _drop(reader, chest)
    frame, viewports = reader.window.frame, reader.workspace.viewports
    pane = frame.reading.viewports.views[0].viewport()
    middle = pane.rect().center()

    window = reader.workspace.display.resolved("v0").window
    _drag(pane, middle, middle + QPoint(80, 0))
    assert reader.workspace.display.resolved("v0").window.width > window.width
    zoom = viewports.state("v0").zoom
    _drag(pane, middle, middle - QPoint(0, 60), RIGHT)
    assert viewports.state("v0").zoom > zoom

    _click(_button(reader, ActionId.RUN_MODEL))
    _ai_ended(reader)
    cards = list(frame.reading.panel.inbox.cards)
    _click(cards[0])
    reader.now += 1.0
    _click(_button(reader, ActionId.CONFIRM))
    waiting = [i for i, s in enumerate(reader.statuses) if s == "unreviewed"]
    assert len(waiting) == 2
    _click(_button(reader, ActionId.REJECT))
    _click(_button(reader, ActionId.REASON_1))
    (rejected,) = [f for f, s in zip(reader.findings, reader.statuses, strict=True)
                   if s == "rejected"]  # fmt: skip
    reason = reader.workspace.findings.reviewed(rejected.finding_id).reason
    assert reason is RejectReason.VESSEL
    _click(_button(reader, ActionId.NEXT_FINDING) if reader.selected is None else pane)
    last = next(c for c in frame.reading.panel.inbox.cards if "to review" in c.content.status)
    _click(last)
    _click(_button(reader, ActionId.CONFIRM))
    assert "unreviewed" not in reader.statuses

    menu = frame.viewport_menu(frame.reading.viewports)
    menu.popup(pane.mapToGlobal(middle))
    _choose_in_menu(reader, menu, ActionId.KEY_IMAGE)
    reader.window.tools.choose(ToolId.WINDOW)
    _click(_button(reader, ActionId.TOOL_LENGTH))
    _drag(pane, middle - QPoint(40, 0), middle + QPoint(40, 0))
    assert set(_measured(reader)) == {MeasurementKind.KEY_IMAGE, MeasurementKind.LENGTH}

    modes = frame.top.modes
    right_edge = QPoint(modes.width() - 10, modes.height() // 2)
    _click(modes, right_edge)
    assert reader.mode is Mode.REPORT
    _click(_button(reader, ActionId.SIGN))
    assert reader.workspace.findings.is_signed
    _click(frame.report.panel.export.export_button)
    dialog = _dialog(reader)
    dialog.setDirectory(str(out))
    reader.settle()
    _click(next(b for b in dialog.findChildren(QPushButton) if b.isDefault()))
    reader.until_idle()
    assert _written(out) >= FILES

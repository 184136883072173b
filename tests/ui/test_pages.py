"""Sheets, settings, keys: what lies over the window and goes away again."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox

from reader.core.settings import Settings
from reader.ui.actions.action import ActionId
from reader.ui.actions.registry import ALL_ACTIONS
from reader.ui.controls.check_box import CheckBox
from reader.ui.main_window import dropped_paths
from reader.ui.pages.about_sheet import AboutSheet
from reader.ui.pages.command_sheet import CommandSheet
from reader.ui.pages.keys_sheet import KeysSheet, key_groups, keys_html, write_pdf
from reader.ui.pages.series_sheet import SeriesSheet
from reader.ui.pages.settings_dialog import SettingsDialog
from reader.ui.pages.unreadable_sheet import MOST_ROWS, UnreadableSheet
from tests.support.driver import ReaderDriver


def test_a_command_is_found_and_done_by_typing(opened: ReaderDriver):
    opened.press("Ctrl+K")
    assert isinstance(opened.window.frame.sheets.current, CommandSheet)
    opened.type("swap black")
    opened.press("Return")
    assert opened.window.frame.sheets.current is None
    series_key = opened.workspace.viewports.active.series_key
    assert opened.workspace.viewports.looks.is_inverted(series_key)


def test_letters_typed_into_a_field_are_no_keys(opened: ReaderDriver):
    opened.press("Ctrl+K")
    opened.type("w")
    opened.press("G", "R")
    assert opened.window.frame.sheets.current.field.text() == "wgr"
    assert opened.workspace.viewports.layout.value == "1+2"
    assert not [j for j in opened.workspace.jobs.jobs.values() if j.kind.value == "inference"]


@pytest.mark.parametrize(
    ("key", "sheet"), [("?", KeysSheet), ("S", SeriesSheet), ("Ctrl+K", CommandSheet)]
)
def test_a_sheet_gives_the_keyboard_back(opened: ReaderDriver, key, sheet):
    grid = opened.window.frame.reading.viewports
    grid.focus_active()
    before = opened.window.focusWidget()
    opened.press(key)
    assert isinstance(opened.window.frame.sheets.current, sheet)
    assert opened.window.focusWidget() is not before
    opened.press("Esc")
    assert opened.window.frame.sheets.current is None
    assert opened.window.focusWidget() is before


def test_the_page_of_keys_has_every_key(reader: ReaderDriver, tmp_path: Path):
    groups = key_groups(reader.window.actions_, reader.window.tools.mouse)
    page = keys_html(groups)
    for spec in ALL_ACTIONS:
        if spec.keys:
            assert str(spec.text).replace("'", "&#x27;") in page
    write_pdf(tmp_path / "keys.pdf", groups)
    assert (tmp_path / "keys.pdf").read_bytes().startswith(b"%PDF")


def test_series_are_listed_with_what_is_known(opened: ReaderDriver):
    opened.press("S")
    (row,) = opened.window.frame.sheets.current.list.rows
    facts = row.accessibleName().split(", ")
    assert facts[0].endswith("Phantom")
    assert facts[1].startswith("CT")
    assert facts[-1].startswith("32 slices · ")
    assert facts[-1].endswith(" · 5.0\u202fmm")
    assert row._shown.text == "shown"
    assert row.picture._pixmap is not None
    opened.press("Return")
    assert opened.window.frame.sheets.current is None


def test_where_nothing_opens_the_reasons_are_listed_too(reader: ReaderDriver, tmp_path: Path):
    for number in range(MOST_ROWS + 5):
        (tmp_path / f"{number}.dcm").write_bytes(bytes(128) + b"DICM" + bytes(40))
    reader.workspace.open_paths([tmp_path])
    reader.until_idle()
    assert reader.workspace.studies.study is None
    (box,) = reader.window.frame.notices.boxes
    assert box.notice.offers == "unreadable"
    reader.window.actions_.trigger(ActionId.UNREADABLE)
    sheet = reader.window.frame.sheets.current
    assert len(sheet.list.rows) == MOST_ROWS


def test_what_was_not_opened_is_listed_with_the_reason(reader: ReaderDriver, chest: Path):
    (chest / "broken.dcm").write_bytes(bytes(128) + b"DICM" + bytes(40))
    reader.open(chest)
    (box,) = reader.window.frame.notices.boxes
    assert box.notice.offers == "unreadable"
    reader.window.show_unreadable()
    sheet = reader.window.frame.sheets.current
    assert isinstance(sheet, UnreadableSheet)
    (row,) = sheet.list.rows
    assert row.accessibleName().startswith("broken.dcm: ")
    reader.press("Esc", "Esc")
    assert reader.window.frame.notices.boxes == ()


def test_the_about_page_says_what_it_is_not(reader: ReaderDriver):
    reader.window.show_about()
    sheet = reader.window.frame.sheets.current
    assert isinstance(sheet, AboutSheet)
    texts = [w.accessibleName() for w in sheet.findChildren(type(sheet).__mro__[1].__base__)]
    assert "Not a medical device" in texts


def test_every_option_has_an_editor_that_changes_it(reader: ReaderDriver):
    reader.press("Ctrl+,")
    (dialog,) = reader.window.findChildren(SettingsDialog)
    assert set(dialog.editors) == {option.name for option in dataclasses.fields(Settings)}
    for name, editor in dialog.editors.items():
        before = getattr(reader.workspace.settings, name)
        if isinstance(editor, CheckBox):
            editor.click()
        elif isinstance(editor, QComboBox):
            editor.setCurrentIndex((editor.currentIndex() + 1) % editor.count())
            editor.activated.emit(editor.currentIndex())
        elif isinstance(editor, QSpinBox):
            editor.setValue(editor.value() + (5 if editor.value() < editor.maximum() else -5))
            editor.editingFinished.emit()
        elif isinstance(editor, QLineEdit):
            editor.setText("Dr. Lin")
            editor.editingFinished.emit()
        assert getattr(reader.workspace.settings, name) != before, name
    dialog.close()
    reader.settle()


def test_the_settings_follow_language_and_size_chosen_in_them(reader: ReaderDriver):
    reader.press("Ctrl+,")
    (first,) = reader.window.findChildren(SettingsDialog)
    small = first.editors["language"].width()
    first.editors["reviewer_name"].setFocus()
    reader.workspace.change_settings(language="zh_CN", text_scale_percent=150)
    reader.settle()
    (dialog,) = (d for d in reader.window.findChildren(SettingsDialog) if d.isVisible())
    assert dialog.windowTitle() == "设置"
    assert dialog.editors["language"].width() == small * 1.5
    assert dialog.option_with_keyboard() == "reviewer_name"
    assert dialog.height() < dialog.screen().availableSize().height()
    dialog.close()
    reader.settle()


def _drop(reader: ReaderDriver, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    reader.window.dropEvent(event)


def test_a_folder_is_opened_by_dropping_it_anywhere(reader: ReaderDriver, chest: Path):
    _drop(reader, chest)
    reader.until(lambda: reader.workspace.studies.study is not None)
    reader.until_idle()


def test_only_files_of_this_machine_can_be_dropped():
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/x"), QUrl.fromLocalFile("/somewhere")])
    assert dropped_paths(data) == [Path("/somewhere")]


def test_a_file_that_does_not_open_is_explained_on_the_welcome_page(
    reader: ReaderDriver, tmp_path: Path
):
    (tmp_path / "empty.dcm").write_bytes(b"")
    _drop(reader, tmp_path / "empty.dcm")
    reader.until_idle()
    zone = reader.window.frame.welcome.drop_zone
    assert zone.title.text == "The file could not be opened."
    assert zone.open_button.isVisible()

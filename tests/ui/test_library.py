"""The library as a person uses it: typed into, walked through by arrows, opened by Enter."""

from __future__ import annotations

import shutil
from pathlib import Path

import pydicom
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from reader.formats import dicom_scan
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.controls.button import Button
from reader.ui.pages.studies_sheet import StudiesSheet
from reader.ui.welcome.library_panel import LibraryPanel
from reader.ui.welcome.study_row import StudyRow
from tests.support.driver import ReaderDriver
from tests.support.small_chest import write_small_chest

CHEST, OTHER = "1.2.826.0.1.3680043.9.9999.1", "1.2.826.77"


def chest_of(folder: Path, study_uid: str, **values: str) -> Path:
    """A small chest CT with other header values."""
    write_small_chest(folder, study_uid)
    for path in folder.iterdir():
        ds = pydicom.dcmread(path)
        for keyword, value in values.items():
            setattr(ds, keyword, value)
        ds.save_as(path)
    return folder


@pytest.fixture
def wang(tmp_path: Path) -> Path:
    """Another study, of somebody else."""
    return chest_of(
        tmp_path / "wang",
        OTHER,
        SpecificCharacterSet="ISO_IR 192",
        PatientName="Wang^XiaoDong=王^小东",
        PatientID="88012",
        StudyDescription="MR brain",
        SeriesInstanceUID="1.2.826.77.1",
    )


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """A later study of the small chest's patient."""
    return chest_of(
        tmp_path / "later", OTHER, StudyDate="20250601", SeriesInstanceUID="1.2.826.77.1"
    )


@pytest.fixture
def two(make_reader, chest: Path, wang: Path) -> ReaderDriver:
    """The library with two studies in it, nothing open."""
    reader = make_reader()
    reader.open(chest)
    reader.press("Ctrl+W")
    reader.open(wang)
    reader.press("Ctrl+W")
    reader.until_idle()
    return reader


def panel(reader: ReaderDriver) -> LibraryPanel:
    return reader.window.frame.welcome.library


def rows(reader: ReaderDriver) -> tuple[StudyRow, ...]:
    its_list = panel(reader).list
    return tuple(its_list.row(place) for place in range(its_list.count))


def shown(reader: ReaderDriver) -> list[str]:
    return [row.study_uid for row in rows(reader)]


def open_study(reader: ReaderDriver) -> str | None:
    reader.until_idle()
    study = reader.workspace.studies.study
    return study.study_uid if study is not None else None


def wait_open(reader: ReaderDriver) -> str | None:
    reader.until(lambda: reader.workspace.studies.study is not None)
    return open_study(reader)


def test_nothing_was_opened_yet_and_it_says_so(reader: ReaderDriver):
    words = panel(reader)
    assert rows(reader) == ()
    assert words._nothing.text == "Open a folder to begin"
    assert not words.search.isVisible()


def test_a_line_says_who_what_when_and_how_far(two: ReaderDriver):
    newest, older = rows(two)
    assert (newest.who, newest.about) == ("王小东 (Wang, XiaoDong)", "88012")
    assert (newest.what, newest.facts) == ("MR brain", "1 series · 32 images")
    assert (newest.modalities, newest.day) == ("CT", "2024-01-02")
    assert (newest.state, newest.state_color) == ("No findings yet", tokens.TEXT_2)
    assert older.who == "Phantom, Test"
    assert not panel(two).list._picture(newest).isNull()


def test_after_a_study_is_closed_enter_opens_it_again(two: ReaderDriver):
    assert panel(two).list.hasFocus()
    two.press("Return")
    assert wait_open(two) == OTHER


def test_the_study_just_closed_is_at_the_top_and_current(two: ReaderDriver):
    two.press("Down", "Return")
    wait_open(two)
    two.press("Ctrl+W")
    assert shown(two) == [CHEST, OTHER]
    assert panel(two).list.current == 0
    assert panel(two).list.hasFocus()


def test_arrows_walk_and_enter_opens(two: ReaderDriver):
    two.press("Down", "Down", "Up", "Down", "Return")
    assert wait_open(two) == CHEST


def test_typing_anywhere_searches_and_enter_opens_what_was_found(two: ReaderDriver):
    two.window.frame.welcome.drop_zone.open_button.setFocus()
    two.press("p")
    assert panel(two).search.hasFocus()
    two.type("hantom")
    assert panel(two).search.text() == "phantom"
    assert shown(two) == [CHEST]
    two.press("Return")
    assert wait_open(two) == CHEST


def test_letters_that_are_keys_elsewhere_are_typed_here(two: ReaderDriver):
    two.press("s", "r", "1")
    assert panel(two).search.text() == "sr1"
    assert two.window.frame.sheets.current is None


def test_the_slash_leads_to_the_search_and_esc_empties_it(two: ReaderDriver):
    two.press("/")
    assert panel(two).search.hasFocus()
    assert panel(two).search.text() == ""
    two.type("zzz")
    assert shown(two) == []
    assert panel(two)._nothing.text == "Nothing found for “zzz”"
    two.press("Esc")
    assert shown(two) == [OTHER, CHEST]
    two.press("Down", "Return")
    assert wait_open(two) == CHEST


@pytest.mark.parametrize(
    ("typed", "found"),
    [("王小", [OTHER]), ("88012 brain", [OTHER]), ("2024-01", [OTHER, CHEST]), ("mr ct", [OTHER])],
)
def test_names_numbers_dates_and_modalities_are_found(two: ReaderDriver, typed, found):
    panel(two).search.setText(typed)
    assert shown(two) == found


def test_filters_narrow_the_list_and_say_so(two: ReaderDriver):
    library = panel(two)
    assert [library.modality.itemText(n) for n in range(library.modality.count())] == [
        "Any modality",
        "CT",
    ]
    library.period.setCurrentIndex(1)
    library.period.activated.emit(1)
    assert shown(two) == []
    assert library._nothing.text == "No study fits"
    assert library.period.isVisible()
    library.period.setCurrentIndex(0)
    library.sort.setCurrentIndex(2)
    library.sort.activated.emit(2)
    assert shown(two) == [CHEST, OTHER]


def test_a_click_opens_the_line_under_the_pointer(two: ReaderDriver):
    its_list = panel(two).list
    QTest.mouseClick(
        its_list, Qt.MouseButton.LeftButton, pos=its_list._rect(1).center() - QPoint(0, 4)
    )
    assert wait_open(two) == CHEST


def test_delete_takes_a_study_off_the_list_and_leaves_its_images(two: ReaderDriver, wang: Path):
    two.press("Delete")
    assert shown(two) == [CHEST]
    assert any(wang.iterdir())
    two.press("Delete")
    assert shown(two) == []
    assert panel(two)._nothing.text == "Open a folder to begin"


def test_the_menu_offers_the_same(two: ReaderDriver):
    menu = panel(two).menu_for(OTHER)
    assert [a.text().split("\t")[0] for a in menu.actions()] == ["Open", "Take off the list"]
    menu.actions()[1].trigger()
    menu.deleteLater()
    two.settle()
    assert shown(two) == [CHEST]


def test_a_study_that_was_moved_is_faint_and_says_what_to_do(two: ReaderDriver, wang: Path):
    wang.rename(wang.with_name("elsewhere"))
    two.workspace.library.look_again()
    panel(two).refresh()
    two.until_idle()
    moved, there = rows(two)
    assert (moved.faint, moved.state) == (True, "Not where it was")
    assert not there.faint
    two.press("Return")
    two.until_idle()
    assert two.notices[-1] == "The files of this study are no longer where they were."
    assert shown(two) == [OTHER, CHEST]


def test_nobody_is_named_while_identity_is_hidden(two: ReaderDriver):
    two.press("Ctrl+Shift+H")
    assert {row.who for row in rows(two)} == {"Identity hidden"}
    said = " ".join(row.spoken for row in rows(two))
    for secret in ("王小东", "Wang", "88012", "Phantom", "T-1", "2024"):
        assert secret not in said
    assert "CT" in said


def test_a_session_that_was_killed_is_offered_without_a_name_when_hidden(make_reader, chest: Path):
    reader = make_reader()
    reader.open(chest)
    marker = reader.workspace.review.database.path.with_suffix(".open")
    reader.close()
    marker.touch()
    again = make_reader()
    welcome = again.window.frame.welcome
    assert welcome._stopped.isVisible()
    assert welcome._stopped_text.text.startswith("T-1 was open")
    again.press("Ctrl+Shift+H")
    assert "T-1" not in again.window.frame.welcome._stopped_text.text
    again.click(again.window.frame.welcome.go_on)
    assert wait_open(again) == CHEST


def test_a_later_study_finds_the_earlier_one_and_opens_it_with_a_click(
    opened: ReaderDriver, later: Path
):
    bar = opened.window.frame.top
    assert not bar.priors.isVisible()
    opened.open(later)
    assert opened.notices[-1] == "Another study of this patient is in the library."
    assert bar.priors.isVisible()
    assert bar.priors.text() == "Same patient: 1"
    opened.click(bar.priors)
    sheet = opened.window.frame.sheets.current
    assert isinstance(sheet, StudiesSheet)
    marks = [row.mark.text for row in sheet.list.rows]
    assert marks == ["open", "same patient, earlier"]
    opened.press("Down", "Return")
    assert opened.window.frame.sheets.current is None
    opened.until(lambda: opened.workspace.studies.study.study_uid == CHEST)
    assert open_study(opened) == CHEST


def test_every_study_of_a_folder_is_offered_and_one_key_shows_it(
    reader: ReaderDriver, chest: Path, wang: Path
):
    reader.open(chest.parent)
    assert "2 studies were found. The largest is open." in reader.notices
    first = open_study(reader)
    assert reader.workspace.studies.scan is not None
    assert reader.window.frame.top._count.text() in ("1 / 2", "2 / 2")
    reader.press("Ctrl+L")
    sheet = reader.window.frame.sheets.current
    assert isinstance(sheet, StudiesSheet)
    assert [row.mark.text for row in sheet.list.rows].count("in this folder") == 1
    other = next(n for n, row in enumerate(sheet.list.rows) if row.mark.text != "open")
    sheet.list.go_to(other)
    reader.press("Return")
    assert open_study(reader) not in (first, None)


def test_the_list_of_studies_starts_at_the_open_one(reader: ReaderDriver, chest: Path, wang: Path):
    reader.open(chest.parent)
    for _ in range(2):
        reader.press("Ctrl+Right", "Ctrl+L")
        sheet = reader.window.frame.sheets.current
        assert sheet.list.rows[sheet.list.current].mark.text == "open"
        reader.press("Esc")
        reader.until_idle()


def test_folders_and_archives_dropped_together_are_one_scan(
    reader: ReaderDriver, chest: Path, wang: Path, tmp_path: Path
):
    archive = Path(shutil.make_archive(str(tmp_path / "disc"), "zip", wang))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (chest, archive)])
    drop = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, data,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    reader.window.dropEvent(drop)
    assert wait_open(reader) in (CHEST, OTHER)
    assert reader.window.frame.top._count.text() in ("1 / 2", "2 / 2")
    assert reader.workspace.library.paths_of(CHEST) == [chest]
    assert reader.workspace.library.paths_of(OTHER) == [archive]


def test_a_notice_about_a_study_goes_with_it(reader: ReaderDriver, chest: Path, wang: Path):
    reader.open(chest.parent)
    offers = [box.notice.offers for box in reader.window.frame.notices.boxes]
    assert offers == [ActionId.UNREADABLE.value, ActionId.STUDIES.value]
    reader.press("Ctrl+W")
    assert reader.window.frame.notices.boxes == ()


def test_while_a_folder_is_looked_through_the_list_grows_and_takes_a_wish(
    reader: ReaderDriver, chest: Path, wang: Path, monkeypatch: pytest.MonkeyPatch
):
    wished = []
    scan_paths = dicom_scan.scan_paths

    def until_wished(paths, report, cancel, **more):
        result = scan_paths(paths, report, cancel, **more)
        while not wished:
            cancel.check()
        return result

    monkeypatch.setattr(dicom_scan, "scan_paths", until_wished)
    reader.workspace.open_paths([chest.parent])
    reader.until(lambda: len(rows(reader)) == 2)
    assert {row.state for row in rows(reader)} == {"Choose it to open it next"}
    assert not panel(reader).search.isVisible()
    panel(reader).list.setFocus()
    at = shown(reader).index(OTHER)
    reader.press(*(["Down"] * at), "Return")
    assert [row.state for row in rows(reader) if row.study_uid == OTHER] == ["Opens next"]
    wished.append(True)
    assert wait_open(reader) == OTHER


def test_a_watched_folder_brings_a_new_study(reader: ReaderDriver, chest: Path, tmp_path: Path):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    reader.window._watch_folder(inbox)
    reader.until_idle()
    reader.workspace.watching.look()
    reader.until_idle()
    shutil.copytree(chest, inbox / "came in")
    for _ in range(2):
        reader.workspace.watching.look()
        reader.until_idle()
    (row,) = rows(reader)
    assert row.state == "New"
    assert reader.workspace.studies.study is None
    reader.press("Ctrl+Shift+H")
    (line,) = panel(reader).watched.lines
    words = [w.accessibleName() for w in line.findChildren(QWidget)]
    assert words
    assert not any(str(inbox) in name for name in words)
    (stop,) = line.findChildren(Button)
    reader.click(stop)
    assert panel(reader).watched.lines == []
    assert reader.workspace.watching.folders == ()


@pytest.mark.parametrize("size", [(1366, 768), (1180, 700), (3840, 2160)])
@pytest.mark.parametrize(("language", "scale"), [("en", 100), ("zh_CN", 100), ("en", 150)])
def test_nothing_is_cut_at_any_size(two: ReaderDriver, size, language, scale):
    two.workspace.change_settings(language=language, text_scale_percent=scale)
    two.window.resize(*size)
    two.settle()
    library = panel(two)
    for widget in (library.search, library.modality, library.period, library.sort):
        assert widget.isVisible()
        assert widget.width() >= widget.minimumSizeHint().width()
        assert library.rect().contains(widget.geometry())
    edges = [library._title.geometry().right()]
    for tool in library._tools:
        assert tool.geometry().left() > edges[-1]
        edges.append(tool.geometry().right())
    assert edges[-1] <= two.window.width()
    assert library.list.width() <= two.window.width()

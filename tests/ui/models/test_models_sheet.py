"""The page of models, used as a person uses it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from reader.core.model_library import PackState
from reader.ui.actions.action import ActionId
from reader.ui.controls.button import Button
from reader.ui.controls.text import Line, Paragraph
from reader.ui.models.model_menu import ai_menu
from reader.ui.models.models_sheet import ModelsSheet
from reader.ui.models.offer_page import OfferPage
from reader.ui.models.pack_page import PackPage
from tests.support.toy_models import ToyRunner, register_toys, toy_library, write_toy


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    register_toys(monkeypatch)


@pytest.fixture
def library(tmp_path):
    return toy_library(tmp_path / "models")


@pytest.fixture
def reader(make_reader, library):
    return make_reader(runner=ToyRunner(library.specs), make_library=lambda: library)


@pytest.fixture
def toy(tmp_path):
    return write_toy(tmp_path / "toy", name="Liver toy", licence="MIT")


def sheet(reader) -> ModelsSheet:
    current = reader.window.frame.sheets.current
    assert isinstance(current, ModelsSheet)
    return current


def words(widget: QWidget) -> str:
    parts = [*widget.findChildren(Line), *widget.findChildren(Paragraph)]
    return "\n".join(part.text for part in parts if part.isVisibleTo(widget))


def button(widget: QWidget, text: str) -> Button:
    return next(b for b in widget.findChildren(Button) if b.text() == text and not b.isHidden())


def open_page(reader) -> ModelsSheet:
    reader.press("Ctrl+Shift+I")
    return sheet(reader)


def add(reader, path) -> None:
    reader.workspace.models.look(path)
    reader.until_idle()
    reader.workspace.models.add()
    reader.until_idle()


def drop(reader, path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    where, act = QPointF(400, 300), Qt.DropAction.CopyAction
    nothing = Qt.KeyboardModifier.NoModifier
    left = Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(where.toPoint(), act, data, left, nothing)
    QApplication.sendEvent(reader.window, enter)
    QApplication.sendEvent(reader.window, QDropEvent(where, act, data, left, nothing))
    reader.until_idle()


def test_without_a_model_the_page_says_what_to_do(reader):
    assert "No model is installed" in words(open_page(reader))


def test_a_dropped_model_is_offered_added_and_shown_with_its_card(reader, toy):
    drop(reader, toy)
    page = sheet(reader).page
    assert isinstance(page, OfferPage)
    said = words(page)
    assert "Liver toy" in said
    assert "MIT" in said
    assert "not signed" in said
    reader.click(button(page, "Add"))
    reader.until_idle()
    page = sheet(reader).page
    assert isinstance(page, PackPage)
    assert page.pack.state is PackState.OK
    assert "ran on a test volume" in words(page)
    assert "not stated" in words(page)


def test_a_dropped_study_is_opened_as_ever(reader, chest):
    drop(reader, chest)
    reader.until(lambda: reader.workspace.studies.study is not None)
    assert reader.window.frame.sheets.current is None


def test_on_the_page_even_a_zip_is_taken_for_a_model(reader, tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "toy.zip", "w") as archive:
        archive.writestr("toy/toy.json", '{"name": "Zipped"}')
        archive.writestr("toy/toy.weights", "weights")
    open_page(reader)
    drop(reader, tmp_path / "toy.zip")
    assert "Zipped" in words(sheet(reader).page)


def test_a_refused_model_says_why_and_only_there(reader, tmp_path):
    open_page(reader)
    (tmp_path / "notes.txt").write_text("hello")
    drop(reader, tmp_path / "notes.txt")
    assert "no model that Reading Room knows" in words(sheet(reader).page)
    assert reader.window.frame.notices.boxes == ()
    reader.click(button(sheet(reader).page, "Close"))
    assert reader.workspace.models.adding is None


def test_an_addition_that_fails_after_the_page_was_closed_is_told_by_a_notice(reader, tmp_path):
    open_page(reader)
    reader.press("Escape")
    reader.workspace.models.look(tmp_path)
    reader.until_idle()
    assert [box.notice.offers for box in reader.window.frame.notices.boxes] == ["models"]


def test_a_file_with_code_is_asked_about_in_the_page_and_in_no_dialog(reader, tmp_path):
    path = tmp_path / "net.toycode"
    path.write_bytes(b"program")
    drop(reader, path)
    page = sheet(reader).page
    assert "can hold a program" in words(page)
    reader.click(button(page, "I trust this file, add it"))
    reader.until_idle()
    assert [pack.state for pack in reader.workspace.models.packs()] == [PackState.OK]


def test_a_model_is_removed_and_had_back(reader, toy):
    add(reader, toy)
    page = open_page(reader)
    reader.click(button(page.page, "Remove"))
    assert reader.workspace.models.packs() == ()
    assert "Liver toy was removed" in words(page)
    reader.click(button(page, "Undo"))
    assert [pack.id for pack in reader.workspace.models.packs()] == ["Liver-toy"]


def test_a_broken_model_says_so_and_another_can_be_looked_at_by_keys(reader, toy, tmp_path):
    add(reader, toy)
    folder = tmp_path / "models" / "own" / "broken"
    folder.mkdir()
    (folder / "model.json").write_text("{")
    reader.workspace.models.refresh()
    page = open_page(reader)
    assert page.list.hasFocus()
    reader.press("Down", "Return")
    assert "cannot be read" in words(page.page)
    reader.press("Up", "Return")
    assert page.page.pack.id == "Liver-toy"


def test_a_check_shows_what_is_wrong(reader, toy, tmp_path):
    add(reader, toy)
    own = tmp_path / "models" / "own" / "Liver-toy"
    (own / "model" / "toy.weights").write_bytes(b"other")
    page = open_page(reader)
    reader.click(button(page.page, "Check"))
    reader.until_idle()
    assert "not the card's" in words(page.page)


def test_the_model_that_runs_is_chosen_on_the_page_and_named_where_it_is_run(
    reader, toy, chest, tmp_path
):
    add(reader, toy)
    add(reader, write_toy(tmp_path / "b", b"b", name="A second"))
    reader.open(chest)
    panel = reader.window.frame.reading.panel
    assert "Liver toy" in panel.jobs._offer.line.text
    page = open_page(reader)
    page.show_model("A-second")
    reader.click(button(page.page, "Default for CT"))
    assert "A second" in panel.jobs._offer.line.text
    assert "runs on CT" in words(page.list)
    reader.press("Escape")
    reader.run_model()
    assert reader.workspace.review.algorithm_of(
        reader.workspace.viewports.active.series_key
    ).id == "A-second"  # fmt: skip


def test_every_model_is_in_the_menu_and_among_the_commands(reader, toy, chest, tmp_path):
    from reader.ui.pages.commands import all_commands

    add(reader, toy)
    add(reader, write_toy(tmp_path / "b", b"b", name="A second"))
    reader.open(chest)
    kit = reader.window.frame.kit
    menu = ai_menu(kit, reader.window)
    texts = [entry.text() for entry in menu.actions()]
    assert texts[0] == "Run A second 2\t"
    assert texts[1] == "Run Liver toy 2\tR"
    menu.actions()[0].trigger()
    menu.deleteLater()
    reader.until_idle()
    series_key = reader.workspace.viewports.active.series_key
    assert reader.workspace.review.algorithm_of(series_key).id == "A-second"
    assert {"model Liver-toy", "model A-second"} <= {c.name for c in all_commands(kit)}


def test_run_now_goes_back_to_the_images(reader, toy, chest):
    add(reader, toy)
    reader.open(chest)
    page = open_page(reader)
    reader.click(button(page.page, "Run now"))
    assert reader.window.frame.sheets.current is None
    reader.until_idle()
    assert reader.workspace.review.algorithm_of(
        reader.workspace.viewports.active.series_key
    ) is not None  # fmt: skip


def test_the_page_is_reached_from_the_menu_and_closes_by_the_same_key(reader):
    reader.window.actions_.trigger(ActionId.MODELS)
    assert isinstance(reader.window.frame.sheets.current, ModelsSheet)
    reader.press("Ctrl+Shift+I")
    assert reader.window.frame.sheets.current is None


def test_the_card_of_a_findings_model_is_one_press_away(make_reader, chest, qtbot):
    from PySide6.QtTest import QTest

    reader = make_reader()
    reader.open(chest)
    reader.run_model()
    reader.press("N")
    card = reader.window.frame.reading.panel.inbox.cards[0]
    card.grab()
    place = card._card_place.center().toPoint()
    assert place.x() > card.width() // 2
    QTest.mouseClick(card, Qt.MouseButton.LeftButton, pos=place)
    panel = reader.window.frame.reading.panel
    assert panel.shows_card
    assert "Fake chest model" in panel.card._chip.text


def test_the_card_is_of_the_model_that_made_the_finding(reader, toy, chest, tmp_path):
    add(reader, toy)
    add(reader, write_toy(tmp_path / "b", b"b", name="A second"))
    reader.open(chest)
    reader.press("Ctrl+I")
    chip = reader.window.frame.reading.panel.card._chip
    assert "Liver toy" in chip.text
    reader.workspace.models.prefer("A-second", "CT")
    reader.settle()
    assert "A second" in chip.text

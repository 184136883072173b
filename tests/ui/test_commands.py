"""Everything by name: in both languages, the latest first, the impossible last with its reason."""

from __future__ import annotations

import pytest

from reader.session.workspace import Mode
from reader.ui.actions.action import ActionId
from reader.ui.pages.command_sheet import CommandSheet
from reader.ui.pages.commands import NOT_LISTED, all_commands
from reader.ui.pages.matching import SCATTERED, match_rank
from tests.support.driver import ReaderDriver
from tests.ui.conftest import MakeReader


@pytest.mark.parametrize(
    ("typed", "rank"),
    [
        ("con", 0),
        ("CONFIRM", 0),
        ("find", 1),
        ("cf", 2),
        ("firm", 3),
        ("finding confirm", 4),
        ("cofind", SCATTERED),
        ("xyz", None),
        ("gc", None),
    ],
)
def test_names_match_from_the_start_best(typed: str, rank: int | None):
    assert match_rank("Confirm finding", typed) == rank


def palette(reader: ReaderDriver, typed: str = "") -> CommandSheet:
    reader.press("Ctrl+K")
    page = reader.window.frame.sheets.current
    assert isinstance(page, CommandSheet)
    page.field.setText(typed)
    return page


def names(page: CommandSheet) -> list[str]:
    return [command.name for command in page.shown]


def test_every_action_is_listed_once(opened: ReaderDriver):
    listed = names(palette(opened))
    wanted = [a.value for a in ActionId if a not in NOT_LISTED]
    assert sorted(n for n in listed if n in {a.value for a in ActionId}) == sorted(wanted)
    assert len(set(listed)) == len(listed)


def test_where_nothing_fits_that_is_said_right_below_what_was_typed(reader: ReaderDriver):
    page = palette(reader, "zzqq")
    reader.settle()
    assert page.nothing.isVisible()
    assert not page.list.isVisible()
    gap = page.nothing.mapTo(page, page.nothing.rect().topLeft()).y() - (
        page.field.mapTo(page, page.field.rect().bottomLeft()).y()
    )
    assert 0 <= gap < 2 * page.field.height()


def test_what_cannot_be_done_comes_last_and_says_why(reader: ReaderDriver):
    page = palette(reader)
    possible = [command.why_not is None for command in page.shown]
    assert possible == sorted(possible, reverse=True)
    (confirm,) = [c for c in page.shown if c.name == "confirm"]
    assert str(confirm.why_not) == "no study is open"
    row = page.list.rows[page.shown.index(confirm)]
    assert row.is_off
    assert row.aside == "no study is open"
    page.list.press(page.shown.index(confirm))
    assert reader.window.frame.sheets.current is page, "a refusal closes nothing"


def test_the_reason_fits_what_is_open(opened: ReaderDriver):
    why = {c.name: str(c.why_not) for c in all_commands(opened.window.frame.kit) if c.why_not}
    assert why["confirm"] == "no finding is selected"
    assert why["brush-larger"] == "only while editing"
    assert why["next-series"] == "the study has one series"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_both_languages_find_it(make_reader: MakeReader, language: str):
    reader = make_reader(language=language)
    assert names(palette(reader, "undo"))[0] == "undo"
    reader.window.frame.sheets.close()
    assert names(palette(reader, "撤销"))[0] == "undo"


def test_windows_layouts_series_findings_and_settings_have_names(found: ReaderDriver):
    page = palette(found, "window lung")
    assert names(page)[0] == "window lung"
    found.press("Return")
    assert found.workspace.display.resolved("v0").preset.id == "lung"
    page = palette(found, "layout: 2 by 3")
    found.press("Return")
    assert found.workspace.viewports.layout.value == "2x3"
    page = palette(found, "finding: ")
    assert len([n for n in names(page) if n.startswith("finding ")]) == 3
    found.press("Return")
    assert found.selected == 0
    page = palette(found, "series: ")
    assert names(page)[0].startswith("series ")
    page.field.setText("confirming moves on")
    found.press("Return")
    assert found.workspace.settings.enter_moves_to_next is False


def test_what_was_chosen_lately_comes_first(opened: ReaderDriver):
    palette(opened, "swap black")
    opened.press("Return")
    assert names(palette(opened))[0] == "invert"
    opened.press("Escape")
    page = palette(opened, "next")
    assert "invert" not in names(page), "what does not fit does not come back"


def test_nothing_fitting_is_said(reader: ReaderDriver):
    page = palette(reader, "qqqqqq")
    assert page.shown == []
    assert not page.nothing.isHidden()
    reader.press("Return")
    assert reader.window.frame.sheets.current is page


def test_a_name_brings_another_mode(opened: ReaderDriver):
    palette(opened, "report")
    opened.press("Return")
    assert opened.mode is Mode.REPORT

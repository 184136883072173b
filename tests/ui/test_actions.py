"""Every action is tested by being declared."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QDialog, QMenu

from reader.session.workspace import Mode
from reader.ui import tokens
from reader.ui.actions.action import ActionId, Layer
from reader.ui.actions.actions import BOUNCE_S, SETTLING_S
from reader.ui.actions.keymap import Keymap, key_label, portable
from reader.ui.actions.menu import MAIN_MENU, VIEWPORT_MENU, Submenu, main_menu
from reader.ui.actions.registry import ALL_ACTIONS, SPECS
from reader.ui.icons import Icon
from reader.ui.pages.keys_sheet import KeysSheet
from tests.support.driver import PROJECT, ReaderDriver
from tests.support.translations import read_chinese

WITHOUT_A_KEY = {
    ActionId.ABOUT,
    ActionId.UNREADABLE,
    ActionId.TOOL_SCROLL,
    ActionId.SKIP_MODEL,
    ActionId.RUN_REFUSED,
    ActionId.HEAT_PROBABILITY,
    ActionId.HEAT_UNCERTAINTY,
    ActionId.HEAT_INFLUENCE,
    ActionId.MORE_MEASURING,
    ActionId.ONLY_MEASUREMENT,
    ActionId.SNAP,
    ActionId.ALWAYS_HANG_SO,
    ActionId.HANG_BY_BEST_FIT,
    ActionId.COMPARE_FOLDER,
    ActionId.STOP_COMPARING,
    ActionId.SWAP_SIDES,
    ActionId.ADD_MODEL_FOLDER,
    ActionId.ADD_MODEL_FILE,
}
"""Rare, or (to skip a model) done by the key that goes back."""


@pytest.mark.parametrize("action_id", ActionId, ids=lambda a: a.value)
def test_has_a_spec_words_in_both_languages_and_an_icon(action_id: ActionId):
    spec = SPECS[action_id]
    assert str(spec.text)
    assert read_chinese()[spec.text.template]
    assert (PROJECT / "resources" / "icons" / f"{spec.icon.value}.svg").exists()
    assert spec.modes
    assert bool(spec.keys) != (action_id in WITHOUT_A_KEY)


def test_each_id_is_declared_once():
    assert Counter(spec.id for spec in ALL_ACTIONS) == Counter(ActionId)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("layer", Layer)
def test_a_key_means_one_thing_in_a_mode_and_layer(mode: Mode, layer: Layer):
    keys = Counter(
        portable(key)
        for spec in ALL_ACTIONS
        if mode in spec.modes and spec.layer is layer
        for key in spec.keys
    )
    assert [key for key, count in keys.items() if count > 1] == []


def test_a_key_that_decides_anywhere_repeats_nowhere():
    keymap = Keymap(ALL_ACTIONS)
    for key, specs in keymap.meanings.items():
        if any(spec.decides for spec in specs):
            assert not keymap.repeats(key), key


def test_a_held_key_repeats_only_what_may_repeat(opened: ReaderDriver):
    """`Right` goes to the next viewport once, however long it is held."""
    viewports = opened.workspace.viewports
    actions = opened.window.actions_
    actions._is_repeat = True
    assert not actions.press("Right")
    first = viewports.index_of(viewports.active_id)
    assert actions.press("Down")
    assert viewports.index_of(viewports.active_id) != first


def test_nothing_that_decides_repeats():
    assert not [spec.id for spec in ALL_ACTIONS if spec.decides and spec.repeats]


@pytest.mark.parametrize(
    ("keys", "label"),
    [("Ctrl+K", "Ctrl K"), ("Return", "Enter"), ("+", "+"), ("Up", "↑"), ("Shift++", "Shift +")],
)
def test_keys_are_printed_as_on_the_keyboard(keys: str, label: str):
    assert key_label(keys) == label


def test_numbers_are_presets_reasons_or_segments_by_what_is_going_on():
    keymap = Keymap(ALL_ACTIONS)
    assert keymap.action_for("1", Mode.READ, Layer.ALWAYS) is ActionId.PRESET_1
    assert keymap.action_for("1", Mode.READ, Layer.REASONS) is ActionId.REASON_1
    assert keymap.action_for("8", Mode.READ, Layer.REASONS) is ActionId.AUTO_WINDOW
    assert keymap.action_for("1", Mode.EDIT, Layer.ALWAYS) is ActionId.SEGMENT_1
    assert keymap.action_for("1", Mode.REPORT, Layer.ALWAYS) is None


def _try_everything(reader: ReaderDriver) -> None:
    """Do every action there is, closing what it opened."""
    window = reader.window
    for action_id in ActionId:
        if action_id is ActionId.QUIT:
            continue
        window.actions_.trigger(action_id)
        reader.settle()
        for dialog in window.findChildren(QDialog):
            dialog.reject()
        window.frame.sheets.close()
        if window.isFullScreen():
            window.toggle_full_screen()
        reader.settle()


def test_every_action_may_be_done_with_nothing_open(reader: ReaderDriver):
    _try_everything(reader)
    assert reader.workspace.studies.study is None


def test_every_action_may_be_done_with_findings_on_screen(found: ReaderDriver):
    found.press("N")
    _try_everything(found)
    assert found.workspace.studies.study is None, "the last but one closes the study"


def test_menus_say_the_key_and_are_off_where_the_action_is(opened: ReaderDriver):
    actions = opened.window.actions_
    menu = main_menu(opened.window.frame.kit.theme, actions, opened.window)
    entries = {e.data(): e for e in menu.actions() if not e.isSeparator()}
    assert list(entries) == [entry for entry in MAIN_MENU if entry is not None]
    for action_id, entry in entries.items():
        assert entry.text().endswith(f"\t{actions.shown_key(action_id)}")
        assert entry.isEnabled() == actions.is_enabled(action_id)
        assert not entry.icon().isNull()
    menu.close()
    menu.deleteLater()


def test_the_viewports_menu_holds_actions_and_the_windows(opened: ReaderDriver):
    grid = opened.window.frame.reading.viewports
    menu = opened.window.frame.viewport_menu(grid)
    assert isinstance(menu, QMenu)
    entries = [e for e in menu.actions() if not e.isSeparator()]
    assert [e.data() for e in entries if e.menu() is None] == [
        entry for entry in VIEWPORT_MENU if isinstance(entry, ActionId)
    ]
    inner = {e.text(): e.menu() for e in entries if e.menu() is not None}
    assert inner["Windows"].actions()[0].text() == "Lung\t1"
    for entry in VIEWPORT_MENU:
        if isinstance(entry, Submenu):
            found = [e.data() for e in inner[str(entry.text)].actions() if not e.isSeparator()]
            assert found == [action_id for action_id in entry.entries if action_id is not None]
    assert menu.sizeHint().height() <= tokens.MINIMUM_WINDOW[1]
    menu.deleteLater()


def test_a_key_right_after_the_selection_changed_decides_nothing(found: ReaderDriver):
    found.press("N")
    found.now += SETTLING_S * 0.9
    found.press_at_once("X")
    assert found.statuses == ["unreviewed"] * 3
    found.now += SETTLING_S * 0.2
    found.press_at_once("X")
    assert found.statuses.count("rejected") == 1


def test_a_key_that_is_held_decides_once(found: ReaderDriver):
    found.press("N")
    found.press("Return", *())
    decided = found.statuses.count("confirmed")
    found.repeat("Return", 5)
    assert decided == found.statuses.count("confirmed") == 1


def test_a_repeat_that_looks_like_another_press_decides_nothing(found: ReaderDriver):
    found.press("N", "Return")
    assert found.statuses.count("confirmed") == 1
    found.now += 1.0
    found.let_go("Return")
    found.now += BOUNCE_S / 2
    found.hold("Return")
    assert found.statuses.count("confirmed") == 1
    found.let_go("Return")
    found.now += BOUNCE_S * 4
    found.press_at_once("Return")
    assert found.statuses.count("confirmed") == 2


@pytest.mark.parametrize("keys", ["?", "Shift+/"])
def test_a_key_with_several_spellings_still_means_something(opened: ReaderDriver, keys: str):
    shortcuts = opened.window.findChildren(QShortcut)
    (shortcut,) = (each for each in shortcuts if each.key().toString() == keys)
    shortcut.activatedAmbiguously.emit()
    assert isinstance(opened.window.frame.sheets.current, KeysSheet)


def test_a_held_arrow_goes_on_scrolling(opened: ReaderDriver):
    start = opened.slice_number
    opened.repeat("Down", 4)
    assert abs(opened.slice_number - start) == 4


def test_every_icon_is_used_and_there(project_root):
    files = {path.stem for path in (project_root / "resources" / "icons").glob("*.svg")}
    own = {"arrow-up-for-fields", "arrow-down-for-fields"}
    assert files - own == {icon.value for icon in Icon}

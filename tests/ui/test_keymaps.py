"""Keys by profile and by the person: what they mean, where they are printed, how they change."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from reader.core.keymap import PROFILE_IDS, KeyProfile, MouseAct, MouseInput, MouseMap
from reader.session.keymaps import PROFILE_NAMES, load_profile
from reader.session.workspace import Mode
from reader.ui.actions.action import ActionId, Layer
from reader.ui.actions.key_changes import KeyChange, can_swap, changed_keys, pressed, rivals
from reader.ui.actions.keymap import Keymap, is_combination, portable
from reader.ui.actions.registry import ALL_ACTIONS, SPECS
from reader.ui.controls.key_cap import KeyCap
from reader.ui.pages.change_keys_sheet import ChangeKeysSheet
from reader.ui.pages.keys_sheet import mouse_lines
from tests.support.driver import PROJECT, ReaderDriver
from tests.ui.conftest import MakeReader

DECIDING = [spec for spec in ALL_ACTIONS if spec.decides]


def profile(name: str) -> KeyProfile:
    return load_profile(PROJECT / "resources" / "keymaps" / f"{name}.toml")


@pytest.fixture(params=PROFILE_IDS)
def shipped(request: pytest.FixtureRequest) -> KeyProfile:
    return profile(request.param)


def test_every_profile_names_actions_and_keys_that_exist(shipped: KeyProfile):
    assert shipped.name == PROFILE_NAMES[shipped.id]
    known = {action_id.value for action_id in ActionId}
    assert set(shipped.keys) <= known
    for action, keys in shipped.keys.items():
        assert all(is_combination(key) for key in keys), action


def test_a_profile_gives_each_key_to_one_action(shipped: KeyProfile):
    """What it gives by name arrives; nothing it names takes a key from another that it names."""
    keymap = Keymap(ALL_ACTIONS, shipped)
    for action, keys in shipped.keys.items():
        assert keymap.keys_of(ActionId(action)) == keys, action


def test_in_no_profile_a_key_means_two_things(shipped: KeyProfile):
    keymap = Keymap(ALL_ACTIONS, shipped)
    for mode in Mode:
        for layer in Layer:
            meanings = Counter(
                key
                for key, specs in keymap.meanings.items()
                for spec in specs
                if mode in spec.modes and spec.layer is layer
            )
            assert not [key for key, count in meanings.items() if count > 1]


def test_in_every_profile_findings_can_be_decided_by_key(shipped: KeyProfile):
    keymap = Keymap(ALL_ACTIONS, shipped)
    assert [spec.id for spec in DECIDING if not keymap.keys_of(spec.id)] == []


def test_no_key_that_decides_repeats_whatever_else_it_means(shipped: KeyProfile):
    keymap = Keymap(ALL_ACTIONS, shipped, {"slice-down": ("X",), "confirm": ("Down",)})
    for spec in DECIDING:
        assert not any(keymap.repeats(key) for key in keymap.keys_of(spec.id)), spec.id


def test_known_hands_find_their_keys():
    ohif = Keymap(ALL_ACTIONS, profile("ohif"))
    assert ohif.action_for("Space", Mode.READ, Layer.ALWAYS) is ActionId.FIT
    assert ohif.action_for("1", Mode.READ, Layer.ALWAYS) is ActionId.PRESET_2
    assert ohif.action_for("H", Mode.READ, Layer.ALWAYS) is ActionId.FLIP_ACROSS
    assert ohif.action_for("R", Mode.READ, Layer.ALWAYS) is ActionId.QUARTER_RIGHT
    assert ohif.action_for("Ctrl+R", Mode.READ, Layer.ALWAYS) is ActionId.RUN_MODEL
    weasis = Keymap(ALL_ACTIONS, profile("weasis"))
    assert weasis.action_for("T", Mode.READ, Layer.ALWAYS) is ActionId.TOOL_PAN
    assert profile("weasis").mouse.act(MouseInput.RIGHT) is MouseAct.NOTHING
    slicer = Keymap(ALL_ACTIONS, profile("slicer"))
    assert slicer.action_for("F", Mode.READ, Layer.ALWAYS) is ActionId.SLICE_DOWN
    assert profile("slicer").mouse.act(MouseInput.SHIFT_LEFT) is MouseAct.PAN


def test_the_persons_keys_come_before_the_profiles_and_these_before_the_actions():
    given = KeyProfile("p", "P", {"invert": ("W",)})
    keymap = Keymap(ALL_ACTIONS, given)
    assert keymap.keys_of(ActionId.INVERT) == ("W",)
    assert keymap.keys_of(ActionId.TOOL_WINDOW) == (), "its own key was given away"
    keymap = Keymap(ALL_ACTIONS, given, {"fit": ("W",), "no-such-action": ("Q",)})
    assert keymap.keys_of(ActionId.FIT) == ("W",)
    assert keymap.keys_of(ActionId.INVERT) == ()
    assert keymap.shown_key(ActionId.INVERT) == ""
    assert Keymap(ALL_ACTIONS, own={"fit": ("no key",)}).keys_of(ActionId.FIT) == ()


def test_a_wheel_cannot_pan():
    with pytest.raises(ValueError, match="wheel"):
        MouseMap({MouseInput.WHEEL: MouseAct.PAN})
    with pytest.raises(ValueError, match="pages"):
        MouseMap({MouseInput.LEFT: MouseAct.PAGES})


@pytest.mark.parametrize(
    ("press", "keys"),
    [
        ("R", ("R",)),
        ("Ctrl+Shift+R", ("Ctrl+Shift+R",)),
        ("Return", ("Return", "Enter")),
        ("Shift+?", ("?", "Shift+?")),
        ("Shift+F5", ("Shift+F5",)),
    ],
)
def test_a_press_is_written_as_it_will_arrive(press: str, keys: tuple[str, ...]):
    assert pressed(QKeySequence(press)[0]) == keys
    keypad = QKeyCombination(Qt.KeyboardModifier.KeypadModifier, Qt.Key.Key_5)
    assert pressed(keypad) == ("5",)


def test_a_key_that_is_taken_says_by_what_and_can_be_swapped():
    keymap = Keymap(ALL_ACTIONS)
    change = KeyChange(ActionId.INVERT, ("W",))
    assert rivals(keymap, change) == [ActionId.TOOL_WINDOW]
    assert can_swap(keymap, change)
    assert changed_keys(keymap, change) == {"invert": ("W",), "tool-window": ()}
    assert changed_keys(keymap, change, swap=True) == {"invert": ("W",), "tool-window": ("I",)}
    added = KeyChange(ActionId.INVERT, ("F9",), adds=True)
    assert rivals(keymap, added) == []
    assert changed_keys(keymap, added) == {"invert": ("I", "F9")}


def test_keys_that_other_modes_use_are_free():
    """`B` is the brush while editing; a key for the report may be the same."""
    change = KeyChange(ActionId.SIGN, ("B",))
    assert rivals(Keymap(ALL_ACTIONS), change) == []


def printed(reader: ReaderDriver) -> set[str]:
    return {cap.keys for cap in reader.window.findChildren(KeyCap)}


def test_what_is_printed_follows_at_once(opened: ReaderDriver):
    actions, frame = opened.window.actions_, opened.window.frame
    (button,) = [b for b in frame.rail.buttons if b.action_id is ActionId.RUN_MODEL]
    assert button.toolTip().endswith("  R")
    opened.workspace.keymaps.change({"run-model": ("F8",)})
    opened.settle()
    assert actions.shown_key(ActionId.RUN_MODEL) == "F8"
    assert button.toolTip().endswith("  F8")
    assert "F8" in button._keys
    opened.press("F8")
    opened.until(lambda: bool(opened.findings))
    opened.workspace.keymaps.reset()
    opened.settle()
    assert button.toolTip().endswith("  R")


def test_hints_and_mouse_follow_a_profile(opened: ReaderDriver):
    before = opened.window.frame.status.hints_text
    opened.workspace.change_settings(keymap="weasis")
    opened.settle()
    assert opened.window.frame.status.hints_text != before
    assert "Right menu" in opened.window.frame.status.hints_text
    assert opened.window.tools.mouse.act(MouseInput.RIGHT) is MouseAct.NOTHING
    lines = {line.keys: line.words for line in mouse_lines(opened.window.tools.mouse)}
    assert "Right drag" not in lines


def test_keys_outlive_the_session(make_reader: MakeReader):
    first = make_reader()
    first.workspace.keymaps.change({"about": ("F2",)})
    first.close()
    second = make_reader()
    assert second.window.actions_.shown_key(ActionId.ABOUT) == "F2"


def test_a_broken_file_is_told_of_and_kept(make_reader: MakeReader, tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "keymap.json").write_text("{")
    reader = make_reader()
    assert reader.notices == ["The file keymap.json holds no keys of Reading Room."]
    assert (home / "keymap.json.damaged").read_text() == "{"
    reader.workspace.keymaps.change({"about": ("F2",)})
    assert reader.window.actions_.shown_key(ActionId.ABOUT) == "F2"


def _page(reader: ReaderDriver) -> ChangeKeysSheet:
    page = reader.window.frame.sheets.current
    assert isinstance(page, ChangeKeysSheet)
    return page


def test_a_key_is_changed_by_keyboard_alone(reader: ReaderDriver):
    reader.press("Ctrl+Shift+K")
    page = _page(reader)
    reader.type("swap black")
    assert page.current is ActionId.INVERT
    reader.press("Return", "F9")
    assert reader.workspace.keymaps.own == {"invert": ("F9",)}
    assert page.current is ActionId.INVERT
    reader.press("Insert", "Ctrl+F9")
    assert reader.workspace.keymaps.own == {"invert": ("F9", "Ctrl+F9")}
    reader.press("Ctrl+Backspace")
    assert reader.workspace.keymaps.own == {}
    reader.press("Escape", "Escape")
    assert reader.window.frame.sheets.current is None


def test_a_key_that_is_taken_is_asked_about(reader: ReaderDriver):
    reader.press("Ctrl+Shift+K")
    page = _page(reader)
    reader.type("swap black")
    reader.press("Return", "W")
    assert page.foot.words.text == "W already means: Window and level."
    assert reader.workspace.keymaps.own == {}
    assert page.foot.swap.hasFocus()
    reader.press("Space")
    assert reader.workspace.keymaps.own == {"invert": ("W",), "tool-window": ("I",)}
    page.buttons["Reset all"].click()
    assert reader.workspace.keymaps.own == {}


def test_esc_stops_waiting_and_cannot_be_given_away(reader: ReaderDriver):
    reader.press("Ctrl+Shift+K")
    page = _page(reader)
    reader.type("swap black")
    reader.press("Return")
    QTest.keyClick(page.foot.catcher, Qt.Key.Key_Tab)
    assert reader.workspace.keymaps.own == {}
    QTest.keyClick(page.foot.catcher, Qt.Key.Key_Escape)
    reader.settle()
    assert page.field.hasFocus()
    assert reader.workspace.keymaps.own == {}


def test_keys_are_carried_to_another_machine(reader: ReaderDriver, tmp_path: Path):
    keymaps = reader.workspace.keymaps
    keymaps.change({"about": ("F2",)})
    keymaps.export(tmp_path / "mine.json")
    keymaps.reset()
    keymaps.take_in(tmp_path / "mine.json")
    assert keymaps.own == {"about": ("F2",)}


def test_a_person_who_changes_a_deciding_key_keeps_its_protection(found: ReaderDriver):
    found.workspace.keymaps.change({"reject": ("F4",)})
    found.press("N")
    found.now += 0.1
    found.press_at_once("F4")
    assert found.statuses == ["unreviewed"] * 3, "too soon after the selection changed"
    found.repeat("F4", 3)
    assert found.statuses == ["unreviewed"] * 3, "held"
    found.press("F4")
    assert found.statuses.count("rejected") == 1


def test_what_is_held_is_let_go_by_its_own_key(found: ReaderDriver):
    found.workspace.keymaps.change({"hide-ai": ("F4",)})
    assert found.window.actions_.shown_key(ActionId.HIDE_AI) == "hold F4"
    found.hold("F4")
    assert found.workspace.overlay.ai_hidden
    found.let_go("F4")
    assert not found.workspace.overlay.ai_hidden


def test_portable_spellings_are_one_key():
    assert portable("ctrl+r") == portable("Ctrl+R")
    assert SPECS[ActionId.SKIP_MODEL].same_key_as is ActionId.BACK
    assert Keymap(ALL_ACTIONS).shown_key(ActionId.SKIP_MODEL) == "Esc"

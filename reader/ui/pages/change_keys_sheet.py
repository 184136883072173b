"""Where a person gives actions other keys. Everything holds at once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from reader.core.keymap import PROFILE_IDS
from reader.core.text import say
from reader.session.keymaps import PROFILE_NAMES
from reader.ui import tokens
from reader.ui.actions.action import ActionId, ActionSpec, Group
from reader.ui.actions.key_changes import KeyChange, may_be_given, pressed
from reader.ui.actions.keymap import key_label
from reader.ui.actions.registry import ALL_ACTIONS
from reader.ui.controls.boxes import Rule, row
from reader.ui.controls.button import Button, ButtonKind
from reader.ui.controls.painted_list import PaintedList, PaintedRow
from reader.ui.controls.painting import Run
from reader.ui.controls.segmented import Segmented
from reader.ui.controls.text import Line
from reader.ui.kit import Kit
from reader.ui.pages.key_foot import KeyFoot
from reader.ui.pages.keys_sheet import GROUP_NAMES, where
from reader.ui.pages.matching import best_rank
from reader.ui.pages.sheet import Sheet
from reader.ui.translate import tr
from reader.ui.welcome.search_field import SearchField
from reader.ui.window.file_dialogs import choose_files, choose_target


class ChangeKeysSheet(Sheet):
    """Every action with its keys; Enter on one waits for the key it is to have."""

    size_at_100 = (880, 800)

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("Change keys"), parent)
        self._keymaps = kit.workspace.keymaps
        self._listed: list[ActionId | None] = []
        self.foot = KeyFoot(kit)
        px = kit.theme.px
        self._add_profiles()
        self.field = SearchField(kit.theme, say("Action or key"), say("Action or key"), "")
        self.field.textChanged.connect(lambda: self._show())
        self.list = PaintedList(kit.theme, tr(say("Actions and their keys")))
        self.field.key_passed.connect(lambda key: self.list.take_key(Qt.Key(key)))
        self.field.installEventFilter(self)
        self.list.installEventFilter(self)
        self.list.chosen.connect(lambda _place: self.foot.ask())
        self.list.moved.connect(lambda _place: self._about_current())
        line = row(0, self.field)
        line.setContentsMargins(px(16), 0, px(16), px(4))
        self.column.addLayout(line)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(Rule(kit.theme))
        self.foot.pressed.connect(self._caught)
        self.foot.decided.connect(self._decide)
        self.foot.cleared.connect(lambda: self._give(()))
        self.foot.reset.connect(self._reset)
        self.foot.done.connect(self.field.setFocus)
        self.column.addWidget(self.foot)
        self.setFocusProxy(self.field)
        kit.actions.keymap_changed.connect(self._keymap_changed)
        self._show()

    @property
    def current(self) -> ActionId | None:
        """The action that a key would be given to."""
        place = self.list.current
        return self._listed[place] if 0 <= place < len(self._listed) else None

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Delete takes the keys away, Insert adds one, Ctrl Backspace goes back to the profile."""
        if not isinstance(event, QKeyEvent):
            return False
        acts = {
            Qt.Key.Key_Delete: lambda: self._give(()),
            Qt.Key.Key_Insert: lambda: self.foot.ask(adds=True),
            Qt.Key.Key_Backspace: self._reset,
        }
        plain = event.key() != Qt.Key.Key_Backspace
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        wanted = Qt.KeyboardModifier.NoModifier if plain else Qt.KeyboardModifier.ControlModifier
        is_typing = event.key() == Qt.Key.Key_Delete and self.field.hasFocus() and self.field.text()
        if event.key() not in acts or modifiers != wanted or is_typing:
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() is QEvent.Type.KeyPress and self.current is not None:
            acts[Qt.Key(event.key())]()
            return True
        return False

    # What is shown

    def _add_profiles(self) -> None:
        kit, px = self.kit, self.kit.theme.px
        names = [PROFILE_NAMES[profile] for profile in PROFILE_IDS]
        self.profiles = Segmented(kit.theme, names, tr(say("Keys and mouse as in this program.")))
        self.profiles.chosen.connect(
            lambda place: kit.workspace.change_settings(keymap=PROFILE_IDS[place])
        )
        label = Line(kit.theme, tokens.BODY)
        label.show_text(tr(say("As in")), tokens.TEXT_2)
        line = row(px(8), label, self.profiles)
        line.addStretch(1)
        self.buttons = {}
        for words, act in (
            (say("Import"), self._import),
            (say("Export"), self._export),
            (say("Reset all"), self._reset_all),
        ):
            button = Button(kit.theme, tr(words), kind=ButtonKind.QUIET, compact=True)
            button.clicked.connect(act)
            line.addWidget(button)
            self.buttons[words.template] = button
        line.setContentsMargins(px(16), 0, px(12), px(8))
        self.column.addLayout(line)

    def _show(self, keep: ActionId | None = None) -> None:
        typed = self.field.text()
        rows: list[PaintedRow] = []
        listed: list[ActionId | None] = []
        for group in Group:
            specs = [s for s in ALL_ACTIONS if s.group is group and self._fits(s, typed)]
            if specs:
                heading = Run(tr(GROUP_NAMES[group]), tokens.TEXT_2, tokens.MEDIUM)
                rows.append(PaintedRow((heading,), is_heading=True))
                listed.append(None)
            for spec in specs:
                rows.append(self._row(spec))
                listed.append(spec.id)
        self._listed = listed
        self.list.show_rows(rows, listed.index(keep) if keep in listed else 0)
        self.profiles.show_index(PROFILE_IDS.index(self._keymaps.profile.id))
        self._about_current()

    def _row(self, spec: ActionSpec) -> PaintedRow:
        aside = where(spec)
        if spec.id.value in self._keymaps.own:
            aside = " · ".join(part for part in (aside, tr(say("changed"))) if part)
        keys = tuple(dict.fromkeys(key_label(k) for k in self._keys_of(spec.id)))
        return PaintedRow((Run(tr(spec.text)),), spec.icon, aside, keys)

    def _fits(self, spec: ActionSpec, typed: str) -> bool:
        keys = [key_label(key) for key in self._keys_of(spec.id)]
        if not typed.strip() or typed.strip().casefold() in (k.casefold() for k in keys):
            return True
        return best_rank((*self.kit.languages.spellings(spec.text), *keys), typed) is not None

    def _keys_of(self, action_id: ActionId) -> tuple[str, ...]:
        return self.kit.actions.keymap.keys_of(action_id)

    def _about_current(self) -> None:
        self.foot.show_action(self.current)

    def _keymap_changed(self) -> None:
        self._show(keep=self.current)

    # What is done

    def _caught(self, combination: QKeyCombination, adds: bool) -> None:
        action_id = self.current
        if action_id is None:
            return
        if not may_be_given(combination.key()):
            return
        self.foot.propose(KeyChange(action_id, pressed(combination), adds))

    def _decide(self, changes: dict[str, tuple[str, ...]]) -> None:
        self._keymaps.change(changes)

    def _give(self, keys: tuple[str, ...]) -> None:
        if self.current is not None and self.current is not ActionId.BACK:
            self._keymaps.change({self.current.value: keys})

    def _reset(self) -> None:
        if self.current is not None:
            self._keymaps.reset(self.current.value)

    def _reset_all(self) -> None:
        self._keymaps.reset()

    def _export(self) -> None:
        def write(path: Path) -> None:
            notices = self.kit.workspace.notices
            if notices.attempt(lambda: self._keymaps.export(path)):
                notices.inform(say("The keys are saved as {name}.", name=path.name))

        choose_target(self, tr(say("Export")), tr(say("Reading Room keys")) + ".json", write)

    def _import(self) -> None:
        def take_in(paths: list[Path]) -> None:
            if paths:
                self.kit.workspace.notices.attempt(lambda: self._keymaps.take_in(paths[0]))

        choose_files(self, tr(say("Import")), None, take_in)

"""Below the list of keys: what can be done with the current action, and what a key would take."""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, Signal
from PySide6.QtWidgets import QWidget

from reader.core.text import Text, say
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.key_changes import KeyChange, can_swap, changed_keys, rivals
from reader.ui.actions.keymap import key_label
from reader.ui.controls.boxes import row
from reader.ui.controls.button import Button
from reader.ui.controls.key_catcher import KeyCatcher
from reader.ui.controls.text import Line
from reader.ui.kit import Kit
from reader.ui.translate import listed, tr


class KeyFoot(QWidget):
    """Three states: acts on an action, waiting for a key, asking about a key that is taken."""

    pressed = Signal(object, bool)
    """QKeyCombination, whether it is added to the action's keys."""
    decided = Signal(dict)
    """The keys of every action that changes, by the action's name."""
    cleared = Signal()
    reset = Signal()
    done = Signal()
    """Whatever was asked is over."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._action_id: ActionId | None = None
        self._adds = False
        self._change: KeyChange | None = None
        self._waits = False
        px = kit.theme.px
        self.words = Line(kit.theme, tokens.BODY, grows=True)
        self.catcher = KeyCatcher(kit.theme)
        self.catcher.caught.connect(self._caught)
        self.catcher.left.connect(self._catcher_left)
        self.give = self._button(say("Other key"), "Enter", self.ask)
        self.add = self._button(say("Further key"), "Ins", lambda: self.ask(adds=True))
        self.clear = self._button(say("No key"), "Del", self.cleared.emit)
        self.back = self._button(say("Reset"), "Ctrl Backspace", self.reset.emit)
        self.swap = self._button(say("Swap"), "", lambda: self._decide(swap=True))
        self.take = self._button(say("Take it"), "", lambda: self._decide(swap=False))
        self.leave = self._button(say("Leave it"), "", self._leave)
        box = row(px(8), self.catcher, self.words, self.give, self.add, self.clear, self.back)
        for button in (self.swap, self.take, self.leave):
            box.addWidget(button)
        box.setContentsMargins(px(16), px(8), px(12), 0)
        self.setLayout(box)
        self._show_state()

    def show_action(self, action_id: ActionId | None) -> None:
        """Speak of another action; whatever was asked about the one before is over."""
        if action_id is not self._action_id:
            self._action_id, self._change, self._waits = action_id, None, False
        self._show_state()

    def ask(self, adds: bool = False) -> None:
        """Wait for a key for the action."""
        if self._action_id is None or self._action_id is ActionId.BACK:
            return
        self._adds, self._change, self._waits = adds, None, True
        self._show_state()
        words = say("Press the key for: {action}", action=self._name(self._action_id))
        self.catcher.ask(tr(words))

    def propose(self, change: KeyChange) -> None:
        """Make the change, or ask first where it takes a key from others."""
        keymap = self._kit.actions.keymap
        self._waits = False
        if not rivals(keymap, change):
            self._end(changed_keys(keymap, change))
            return
        self._change = change
        self._show_state()
        (self.swap if can_swap(keymap, change) else self.take).setFocus()

    def _caught(self, combination: QKeyCombination) -> None:
        self.pressed.emit(combination, self._adds)

    def _decide(self, swap: bool) -> None:
        change = self._change
        if change is not None:
            self._end(changed_keys(self._kit.actions.keymap, change, swap))

    def _end(self, changes: dict[str, tuple[str, ...]]) -> None:
        self._change = None
        self._show_state()
        self.done.emit()
        self.decided.emit(changes)

    def _leave(self) -> None:
        """Nobody waits for a key any more, or wants to take the one that was pressed."""
        self._waits, self._change = False, None
        self._show_state()
        self.done.emit()

    def _catcher_left(self) -> None:
        if self._waits:
            self._leave()

    def _show_state(self) -> None:
        keymap, change = self._kit.actions.keymap, self._change
        asks = change is not None
        has_action = self._action_id is not None and self._action_id is not ActionId.BACK
        self.catcher.setVisible(self._waits)
        self.words.setVisible(not self._waits)
        for button in (self.give, self.add, self.clear, self.back):
            button.setVisible(not self._waits and not asks)
            button.setEnabled(has_action)
        own = self._kit.workspace.keymaps.own
        self.back.setEnabled(self._action_id is not None and self._action_id.value in own)
        self.swap.setVisible(change is not None and can_swap(keymap, change))
        self.take.setVisible(asks)
        self.leave.setVisible(asks)
        self.words.show_text(tr(self._question(change)) if change is not None else "")

    def _question(self, change: KeyChange) -> Text:
        names = listed(self._name(a) for a in rivals(self._kit.actions.keymap, change))
        key = key_label(change.keys[0])
        return say("{key} already means: {actions}.", key=key, actions=names)

    def _name(self, action_id: ActionId) -> str:
        return tr(self._kit.actions.spec(action_id).text)

    def _button(self, words: Text, keys: str, act: object) -> Button:
        button = Button(self._kit.theme, tr(words), keys=keys, compact=True)
        button.clicked.connect(act)
        return button

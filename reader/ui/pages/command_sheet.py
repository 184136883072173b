"""Every action by name: type a few letters, press Enter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from reader.core.text import say
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.registry import ALL_ACTIONS
from reader.ui.controls.boxes import IconMark, row
from reader.ui.controls.choice_list import ChoiceList, ChoiceRow
from reader.ui.controls.key_cap import KeyCap
from reader.ui.controls.text import Line
from reader.ui.kit import Kit
from reader.ui.pages.sheet import Sheet
from reader.ui.translate import tr

NOT_LISTED = (ActionId.COMMANDS, ActionId.BACK, ActionId.HIDE_AI)


def match_rank(words: str, typed: str) -> int | None:
    """How well `typed` fits `words`: 0 starts it, 1 starts a word, 2 is inside, 3 is scattered.

    None where its letters do not occur in this order.
    """
    name, wanted = words.casefold(), typed.casefold().strip()
    if name.startswith(wanted):
        return 0
    if any(word.startswith(wanted) for word in name.split()):
        return 1
    if wanted in name:
        return 2
    letters = iter(name)
    return 3 if all(letter in letters for letter in wanted if letter != " ") else None


class CommandRow(ChoiceRow):
    """An action with its key."""

    def __init__(self, kit: Kit, action_id: ActionId) -> None:
        super().__init__(kit.theme)
        px = kit.theme.px
        spec = kit.actions.spec(action_id)
        self.action_id = action_id
        words = Line(kit.theme, tokens.BODY, grows=True)
        words.show_text(tr(spec.text))
        box = QHBoxLayout(self)
        box.setContentsMargins(px(8), px(6), px(8), px(6))
        box.setSpacing(px(12))
        box.addWidget(IconMark(kit.theme, spec.icon, tokens.TEXT_2, 16))
        box.addWidget(words, 1)
        if kit.actions.shown_key(action_id):
            box.addWidget(KeyCap(kit.theme, kit.actions.shown_key(action_id)))
        self.setAccessibleName(tr(spec.text))


class CommandSheet(Sheet):
    """Lists what can be done now and matches what is typed."""

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("Commands"), parent)
        px = kit.theme.px
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr(say("What to do")))
        self.field.setAccessibleName(tr(say("What to do")))
        self.field.textChanged.connect(self._match)
        self.field.installEventFilter(self)
        line = row(0, self.field)
        line.setContentsMargins(px(16), 0, px(16), px(8))
        self.column.addLayout(line)
        self.list = ChoiceList(kit.theme, tr(say("Commands")))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.chosen.connect(self._chosen)
        self.column.addWidget(self.list, 1)
        self.setFocusProxy(self.field)
        self._match("")

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Arrows and Enter in the field belong to the list."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key not in (Qt.Key.Key_Home, Qt.Key.Key_End):
                return self.list.take_key(key)
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if event.key() in keys:
                event.accept()
                return True
        return False

    def _match(self, typed: str) -> None:
        ranked = []
        for place, spec in enumerate(ALL_ACTIONS):
            rank = match_rank(tr(spec.text), typed)
            listed = spec.id not in NOT_LISTED and self.kit.actions.is_enabled(spec.id)
            if rank is not None and listed:
                ranked.append((rank, place, spec.id))
        self.list.show_rows([CommandRow(self.kit, action_id) for *_, action_id in sorted(
            ranked, key=lambda entry: entry[:2])])  # fmt: skip

    def _chosen(self, place: int) -> None:
        choice = self.list.rows[place]
        if isinstance(choice, CommandRow):
            self.closed.emit()
            self.kit.actions.trigger(choice.action_id)

"""Everything by name: type a few letters in either language, press Enter."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget

from reader.core.text import say
from reader.ui import tokens
from reader.ui.controls.boxes import row
from reader.ui.controls.painted_list import PaintedList, PaintedRow
from reader.ui.controls.painting import Run
from reader.ui.controls.text import Line
from reader.ui.kit import Kit
from reader.ui.pages.commands import Command, all_commands
from reader.ui.pages.matching import SCATTERED, best_rank
from reader.ui.pages.sheet import Sheet
from reader.ui.translate import tr
from reader.ui.welcome.search_field import SearchField

REMEMBERED: Final = 50
"""How many of the last choices count for the order."""
FADES: Final = 0.9
"""How much less than the one after it a choice counts."""


class CommandSheet(Sheet):
    """Lists what fits what is typed: what was chosen lately first, the impossible last."""

    size_at_100 = (640, 460)

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("Commands"), parent)
        px = kit.theme.px
        self.field = SearchField(kit.theme, say("What to do"), say("What to do"), "")
        self.field.textChanged.connect(self._match)
        self.field.key_passed.connect(self._take_key)
        line = row(0, self.field)
        line.setContentsMargins(px(16), 0, px(16), px(8))
        self.column.addLayout(line)
        self.list = PaintedList(kit.theme, tr(say("Commands")))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.chosen.connect(self._chosen)
        self.column.addWidget(self.list, 1)
        self.nothing = Line(kit.theme, tokens.BODY, grows=True)
        self.nothing.show_text(tr(say("Nothing is called that. Try fewer letters.")), tokens.TEXT_2)
        below = row(0, self.nothing)
        below.setContentsMargins(px(24), px(4), px(16), px(12))
        self.column.addLayout(below)
        self.column.addStretch()
        self.setFocusProxy(self.field)
        self._commands = all_commands(kit)
        self._spellings: dict[str, tuple[str, ...]] = {}
        self._weights = _weights(kit.actions.recent)
        self.shown: list[Command] = []
        self._match("")

    def place_over(self, area: QRect) -> None:
        """Near the top, where the list may become short and long again."""
        size = self.size_over(area)
        left = area.left() + (area.width() - size.width()) // 2
        self.setGeometry(left, area.top() + self.kit.theme.px(48), size.width(), size.height())

    def _take_key(self, key: int) -> None:
        self.list.take_key(Qt.Key(key))

    def _match(self, typed: str) -> None:
        ranked = []
        for place, command in enumerate(self._commands):
            rank = best_rank(self._spelled(command), typed) if typed.strip() else 0
            if rank is not None:
                weight = self._weights.get(command.name, 0.0)
                order = (command.why_not is not None, rank - min(weight, 0.99), -weight, place)
                ranked.append((rank, order, command))
        if any(rank < SCATTERED for rank, *_ in ranked):
            ranked = [entry for entry in ranked if entry[0] < SCATTERED]
        self.shown = [command for *_, command in sorted(ranked, key=lambda entry: entry[1])]
        self.list.show_rows([_row(command) for command in self.shown])
        self.list.setVisible(bool(self.shown))
        self.nothing.setVisible(not self.shown)

    def _spelled(self, command: Command) -> tuple[str, ...]:
        """Its name in every language, and the heading it stands under."""
        if command.name not in self._spellings:
            languages = self.kit.languages
            names = languages.spellings(command.text)
            groups = languages.spellings(command.group)
            together = [f"{name} {group}" for name, group in zip(names, groups, strict=False)]
            self._spellings[command.name] = (*names, *together)
        return self._spellings[command.name]

    def _chosen(self, place: int) -> None:
        command = self.shown[place]
        if command.why_not is not None:
            return
        recent = self.kit.actions.recent
        recent.insert(0, command.name)
        del recent[REMEMBERED:]
        attempt = self.kit.workspace.notices.attempt
        # The page goes first, so that what is done may open another in its place.
        self.closed.emit()
        attempt(command.act)


def _row(command: Command) -> PaintedRow:
    is_off = command.why_not is not None
    words = Run(tr(command.text), tokens.TEXT_OFF if is_off else tokens.TEXT)
    aside = tr(command.why_not) if command.why_not is not None else tr(command.group)
    keys = (command.keys,) if command.keys else ()
    return PaintedRow((words,), command.icon, aside, keys, is_off)


def _weights(recent: list[str]) -> dict[str, float]:
    """How much each name was chosen, the latest counting most."""
    weights: dict[str, float] = {}
    for place, name in enumerate(recent):
        weights[name] = weights.get(name, 0.0) + FADES**place
    return weights

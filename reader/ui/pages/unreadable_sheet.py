"""What was looked at and not opened, file by file, with the reason."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.study import Unreadable
from reader.core.text import say
from reader.ui import tokens
from reader.ui.controls.boxes import row
from reader.ui.controls.choice_list import ChoiceList, ChoiceRow
from reader.ui.controls.text import Line, Paragraph
from reader.ui.identity import hidden_words
from reader.ui.kit import Kit
from reader.ui.pages.sheet import Sheet
from reader.ui.translate import tr

MOST_ROWS: Final = 300
"""More reasons than anybody reads, and each row takes its time."""


class UnreadableRow(ChoiceRow):
    """One file."""

    def __init__(self, kit: Kit, unreadable: Unreadable) -> None:
        super().__init__(kit.theme)
        px = kit.theme.px
        hidden = kit.workspace.settings.hide_identity
        name = Line(kit.theme, tokens.BODY, grows=True)
        words = hidden_words() if hidden else unreadable.path.name
        name.show_text(words, weight=tokens.MEDIUM)
        folder = Line(kit.theme, tokens.DETAIL, grows=True)
        folder.show_text("" if hidden else str(unreadable.path.parent), tokens.TEXT_2)
        why = Paragraph(kit.theme, tokens.DETAIL, tr(unreadable.why), tokens.TEXT_2)
        box = QVBoxLayout(self)
        box.setContentsMargins(px(8), px(6), px(8), px(6))
        box.setSpacing(px(2))
        for widget in (name, why, folder):
            box.addWidget(widget)
        self.setAccessibleName(f"{words}: {tr(unreadable.why)}")


class UnreadableSheet(Sheet):
    """The list."""

    size_at_100 = (760, 520)

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("Files that were not opened"), parent)
        self.list = ChoiceList(kit.theme, tr(say("Files that were not opened")))
        unreadable = kit.workspace.loading.unreadable
        self.list.show_rows([UnreadableRow(kit, entry) for entry in unreadable[:MOST_ROWS]])
        self.column.addWidget(self.list, 1)
        left = len(unreadable) - MOST_ROWS
        if left > 0:
            words = tr(say("{count} more files were not opened.", count=left))
            more = Paragraph(kit.theme, tokens.DETAIL, words, tokens.TEXT_2)
            foot = row(0, more)
            foot.setContentsMargins(kit.theme.px(16), kit.theme.px(4), kit.theme.px(16), 0)
            self.column.addLayout(foot)
        self.setFocusProxy(self.list)

    def height_at(self, width: int) -> int | None:
        """As high as the list."""
        return self.kit.theme.px(60) + self.list.height_at(width)

"""A report by others, as text."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.imported import ImportedReport, ImportedText, ReportLine
from reader.core.text import Text, say
from reader.ui import tokens
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.text import Line, Paragraph
from reader.ui.identity import hidden_words
from reader.ui.kit import Kit
from reader.ui.objects.object_text import maker
from reader.ui.pages.sheet import Sheet
from reader.ui.translate import tr

_MOST_LINES = 800
_INDENT_PX = 18


class ObjectSheet(Sheet):
    """Line by line, indented as the report is built."""

    size_at_100 = (680, 700)

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("Report by others"), parent)
        px = kit.theme.px
        content = QWidget()
        box = QVBoxLayout(content)
        box.setContentsMargins(px(16), px(8), px(16), px(12))
        box.setSpacing(px(4))
        for widget in self._made(kit):
            box.addWidget(widget)
        box.addStretch(1)
        scroll = Scroller(content, stops=True)
        scroll.setAccessibleName(tr(say("Report by others")))
        self.column.addWidget(scroll, 1)
        self.setFocusProxy(scroll)

    def _made(self, kit: Kit) -> list[QWidget]:
        imported = kit.workspace.imported
        listed = next((one for one in imported.listed if one.uid == imported.text_of), None)
        read = listed.content if listed is not None else None
        if not isinstance(read, ImportedReport | ImportedText):
            return []
        head = Line(kit.theme, tokens.DETAIL, grows=True)
        hidden = kit.workspace.settings.hide_identity
        head.show_text(maker(read.origin, hidden), tokens.TEXT_2)
        lines = [self._line(kit, line) for line in read.lines[:_MOST_LINES]]
        left = len(read.lines) - len(lines)
        if left:
            more = tr(say("{count} more lines are not shown.", count=left))
            lines.append(Paragraph(kit.theme, tokens.DETAIL, more, tokens.WARNING))
        return [head, *lines]

    def _line(self, kit: Kit, line: ReportLine) -> QWidget:
        hides = kit.workspace.settings.hide_identity and line.is_identity
        said_of_it = tr(line.value) if isinstance(line.value, Text) else line.value
        value = hidden_words() if hides else said_of_it
        said = f"{line.name}: {value}" if line.name and value else line.name or value
        color = tokens.TEXT if value else tokens.TEXT_2
        words = Paragraph(kit.theme, tokens.BODY, said, color)
        words.setContentsMargins(0, 0, 0, 0)
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(kit.theme.px(_INDENT_PX * min(line.depth, 12)), 0, 0, 0)
        box.addWidget(words)
        return holder

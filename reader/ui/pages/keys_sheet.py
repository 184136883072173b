"""All keys on one page, made from the actions; saved as a PDF to print or learn."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from reader.core.text import Text, say
from reader.session.workspace import Mode
from reader.ui import tokens
from reader.ui.actions.action import ActionSpec, Group
from reader.ui.actions.keymap import shown_key
from reader.ui.actions.registry import ALL_ACTIONS
from reader.ui.controls.boxes import row
from reader.ui.controls.button import Button
from reader.ui.controls.key_cap import KeyCap
from reader.ui.controls.painting import Run
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.pages.sheet import Sheet
from reader.ui.translate import tr
from reader.ui.window.file_dialogs import choose_target

GROUP_NAMES: Final[dict[Group, Text]] = {
    Group.DECIDE: say("Findings"),
    Group.MODEL: say("AI"),
    Group.LOOK: say("Images"),
    Group.TOOLS: say("Tools"),
    Group.STUDY: say("Studies"),
    Group.WINDOW: say("Window"),
}
MOUSE: Final = (
    (say("Left drag"), say("the tool in hand")),
    (say("Middle drag"), say("pan")),
    (say("Right drag"), say("zoom")),
    (say("Right click"), say("menu")),
    (say("Double click"), say("one viewport, or all again")),
    (say("Wheel"), say("slice")),
    (say("Ctrl wheel"), say("zoom")),
    (say("Shift wheel"), say("brush size while editing")),
)
COLUMNS: Final = ((Group.DECIDE, Group.MODEL), (Group.LOOK,), (Group.TOOLS, Group.STUDY),
                  (Group.WINDOW,))  # fmt: skip


def keyed(group: Group) -> list[ActionSpec]:
    """A group's actions that have keys."""
    return [spec for spec in ALL_ACTIONS if spec.group is group and spec.keys]


def where(spec: ActionSpec) -> str:
    """Where a key holds, if not everywhere."""
    if spec.modes == frozenset({Mode.EDIT}):
        return tr(say("while editing"))
    if spec.modes == frozenset({Mode.REPORT}):
        return tr(say("in the report"))
    return ""


class KeysSheet(Sheet):
    """Columns of keys."""

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("Keys on one page"), parent)
        px = kit.theme.px
        save = Button(kit.theme, tr(say("Save as PDF")), icon=Icon.PRINTER, compact=True)
        save.clicked.connect(self._save)
        self.head.insertWidget(1, save)
        content = QWidget()
        columns = QHBoxLayout(content)
        columns.setContentsMargins(px(16), px(4), px(16), px(16))
        columns.setSpacing(px(32))
        for groups in COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(px(4))
            for group in groups:
                self._add_group(column, tr(GROUP_NAMES[group]), _rows(group))
            if Group.WINDOW in groups:
                mouse = [(tr(keys), tr(words), "") for keys, words in MOUSE]
                self._add_group(column, tr(say("Mouse")), mouse)
            column.addStretch(1)
            columns.addLayout(column, 1)
        scroll = Scroller(content, stops=True)
        self.column.addWidget(scroll, 1)
        self.setFocusProxy(scroll)

    def _add_group(self, column: QVBoxLayout, title: str, rows: list[tuple[str, str, str]]) -> None:
        theme, px = self.kit.theme, self.kit.theme.px
        column.addSpacing(px(8))
        head = Line(theme, tokens.DETAIL, grows=True)
        head.show_runs((Run(title, tokens.TEXT_2, tokens.MEDIUM),))
        column.addWidget(head)
        for keys, words, aside in rows:
            name = Line(theme, tokens.BODY, grows=True)
            runs = [Run(words)]
            if aside:
                runs.append(Run(f"  {aside}", tokens.TEXT_3))
            name.show_runs(runs)
            cap = QWidget()
            cap.setFixedWidth(px(104))
            box = row(0, KeyCap(theme, keys))
            box.addStretch(1)
            cap.setLayout(box)
            column.addLayout(row(px(8), cap, name))

    def _save(self) -> None:
        name = tr(say("Reading Room keys")) + ".pdf"
        choose_target(self, tr(say("Save as PDF")), name, self._write)

    def _write(self, path: Path) -> None:
        write_pdf(path)
        self.kit.workspace.notices.inform(say("The keys are saved as {name}.", name=path.name))


def _rows(group: Group) -> list[tuple[str, str, str]]:
    return [(shown_key(spec), tr(spec.text), where(spec)) for spec in keyed(group)]


def keys_html() -> str:
    """All keys as a document of its own, black on white for paper."""
    parts = [f"<h2>{html.escape(tr(say('Keys of Reading Room')))}</h2>"]
    groups = [(tr(GROUP_NAMES[group]), _rows(group)) for group in Group]
    groups.append((tr(say("Mouse")), [(tr(keys), tr(words), "") for keys, words in MOUSE]))
    for title, rows in groups:
        parts.append(f"<h4>{html.escape(title)}</h4><table cellspacing='0' cellpadding='2'>")
        for keys, words, aside in rows:
            cells = (f"<b>{html.escape(keys)}</b>", html.escape(words), html.escape(aside))
            parts.append("<tr>" + "".join(f"<td>{c}&nbsp;&nbsp;</td>" for c in cells) + "</tr>")
        parts.append("</table>")
    return "".join(parts)


def write_pdf(path: Path) -> None:
    """Write the keys on A4."""
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(18, 14, 18, 14), QPageLayout.Unit.Millimeter)
    writer.setTitle("Reading Room")
    document = QTextDocument()
    document.setDefaultStyleSheet("body { color: black; } h4 { margin-bottom: 2px; }")
    document.setHtml(keys_html())
    document.print_(writer)

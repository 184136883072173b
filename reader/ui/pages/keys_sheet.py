"""All keys on one page, made from the actions; saved as a PDF to print or learn."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QWidget

from reader.core.keymap import MouseAct, MouseInput, MouseMap
from reader.core.text import Text, say
from reader.session.workspace import Mode
from reader.ui.actions.action import ActionId, ActionSpec, Group
from reader.ui.actions.action_button import ActionButton
from reader.ui.actions.actions import Actions
from reader.ui.actions.registry import ALL_ACTIONS
from reader.ui.controls.button import Button
from reader.ui.controls.scroller import Scroller
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.pages.key_columns import KeyColumns, KeyLine
from reader.ui.pages.sheet import Sheet
from reader.ui.translate import tr
from reader.ui.window.file_dialogs import choose_target

GROUP_NAMES: Final[dict[Group, Text]] = {
    Group.DECIDE: say("Findings"),
    Group.MODEL: say("AI"),
    Group.LOOK: say("Images"),
    Group.TOOLS: say("Tools"),
    Group.MEASURE: say("Measuring"),
    Group.STUDY: say("Studies"),
    Group.WINDOW: say("Window"),
}
INPUT_WORDS: Final[dict[MouseInput, Text]] = {
    MouseInput.LEFT: say("Left drag"),
    MouseInput.CTRL_LEFT: say("Ctrl left drag"),
    MouseInput.SHIFT_LEFT: say("Shift left drag"),
    MouseInput.ALT_LEFT: say("Alt left drag"),
    MouseInput.MIDDLE: say("Middle drag"),
    MouseInput.RIGHT: say("Right drag"),
    MouseInput.WHEEL: say("Wheel"),
    MouseInput.CTRL_WHEEL: say("Ctrl wheel"),
    MouseInput.SHIFT_WHEEL: say("Shift wheel"),
    MouseInput.ALT_WHEEL: say("Alt wheel"),
}
ACT_WORDS: Final[dict[MouseAct, Text]] = {
    MouseAct.IN_HAND: say("the tool in hand"),
    MouseAct.WINDOW: say("window"),
    MouseAct.PAN: say("pan"),
    MouseAct.ZOOM: say("zoom"),
    MouseAct.SCROLL: say("slice"),
    MouseAct.CROSSHAIR: say("crosshair"),
    MouseAct.PAGES: say("ten slices"),
}
ALWAYS_SO: Final = (
    (say("Right click"), say("menu")),
    (say("Double click"), say("one viewport, or all again")),
    (say("Two fingers"), say("slice")),
    (say("Pinch"), say("zoom")),
)
_LEFT_WITH: Final = (MouseInput.CTRL_LEFT, MouseInput.SHIFT_LEFT, MouseInput.ALT_LEFT)


def mouse_lines(mouse: MouseMap) -> list[KeyLine]:
    """What the mouse does; modifiers that only do what the tool in hand does are left out."""
    lines = []
    for given, words in INPUT_WORDS.items():
        act = mouse.act(given)
        what = ACT_WORDS.get(act)
        if act is MouseAct.IN_HAND and given in (*_LEFT_WITH, MouseInput.ALT_WHEEL):
            continue
        if act is MouseAct.IN_HAND and given is MouseInput.WHEEL:
            what = ACT_WORDS[MouseAct.SCROLL]
        if act is MouseAct.IN_HAND and given is MouseInput.SHIFT_WHEEL:
            what = say("brush size while editing")
        if what is not None:
            lines.append(KeyLine(tr(words), tr(what)))
    return lines + [KeyLine(tr(keys), tr(what)) for keys, what in ALWAYS_SO]


def where(spec: ActionSpec) -> str:
    """Where a key holds, if not everywhere."""
    if spec.modes == frozenset({Mode.EDIT}):
        return tr(say("while editing"))
    if spec.modes == frozenset({Mode.REPORT}):
        return tr(say("in the report"))
    return ""


def key_groups(actions: Actions, mouse: MouseMap) -> list[list[KeyLine]]:
    """Every group of actions that have keys now, under its heading, and the mouse."""
    groups = []
    for group in Group:
        lines = [
            KeyLine(actions.shown_key(spec.id), tr(spec.text), where(spec))
            for spec in ALL_ACTIONS
            if spec.group is group and actions.shown_key(spec.id)
        ]
        groups.append([KeyLine("", tr(GROUP_NAMES[group])), *lines])
    return [*groups, [KeyLine("", tr(say("Mouse"))), *mouse_lines(mouse)]]


class KeysSheet(Sheet):
    """Columns of keys, as they are now."""

    size_at_100 = (1720, 1400)

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("Keys on one page"), parent)
        save = Button(kit.theme, tr(say("Save as PDF")), icon=Icon.PRINTER, compact=True)
        save.clicked.connect(self._save)
        change = ActionButton(kit.theme, kit.actions, ActionId.CHANGE_KEYS, compact=True)
        self.head.insertWidget(1, change)
        self.head.insertWidget(2, save)
        self.keys = KeyColumns(kit.theme, self._groups())
        scroll = Scroller(self.keys, stops=True)
        self.column.addWidget(scroll, 1)
        self.setFocusProxy(scroll)
        kit.actions.keymap_changed.connect(self._keymap_changed)

    def _groups(self) -> list[list[KeyLine]]:
        return key_groups(self.kit.actions, self.kit.tools.mouse)

    def _keymap_changed(self) -> None:
        self.keys.show_groups(self._groups())

    def _save(self) -> None:
        name = tr(say("Reading Room keys")) + ".pdf"
        choose_target(self, tr(say("Save as PDF")), name, self._write)

    def _write(self, path: Path) -> None:
        write_pdf(path, self._groups())
        self.kit.workspace.notices.inform(say("The keys are saved as {name}.", name=path.name))


def keys_html(groups: list[list[KeyLine]]) -> str:
    """All keys as a document of its own, black on white for paper."""
    import html

    parts = [f"<h2>{html.escape(tr(say('Keys of Reading Room')))}</h2>"]
    for title, *lines in groups:
        heading = html.escape(title.words)
        parts.append(f"<h4>{heading}</h4><table cellspacing='0' cellpadding='2'>")
        for line in lines:
            cells = (f"<b>{html.escape(line.keys)}</b>", html.escape(line.words))
            aside = html.escape(line.aside)
            parts.append(
                "<tr>" + "".join(f"<td>{c}&nbsp;&nbsp;</td>" for c in (*cells, aside)) + "</tr>"
            )
        parts.append("</table>")
    return "".join(parts)


def write_pdf(path: Path, groups: list[list[KeyLine]]) -> None:
    """Write the keys on A4."""
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(18, 14, 18, 14), QPageLayout.Unit.Millimeter)
    writer.setTitle("Reading Room")
    document = QTextDocument()
    document.setDefaultStyleSheet("body { color: black; } h4 { margin-bottom: 2px; }")
    document.setHtml(keys_html(groups))
    document.print_(writer)

"""The settings, one line per option, made from the options themselves."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from reader.core.settings import Settings
from reader.core.text import Text, say
from reader.session.keymaps import PROFILE_NAMES
from reader.session.workspace import Workspace
from reader.ui import tokens
from reader.ui.controls.boxes import row
from reader.ui.controls.button import Button
from reader.ui.controls.check_box import CheckBox
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.text import Line, Paragraph
from reader.ui.theme import Theme
from reader.ui.translate import tr

CHOICE_WORDS: Final[dict[str, Text]] = {
    "nearest": say("Nearest pixel"),
    "linear": say("Linear"),
    "cubic": say("Cubic"),
    "auto": say("Automatic"),
    "en": Text("English"),
    "zh_CN": Text("简体中文"),
    "cpu": say("CPU"),
    "cuda": say("Graphics card"),
    "server": say("AI server"),
    **{profile_id: Text(name) for profile_id, name in PROFILE_NAMES.items()},
}
"""Names of choices; a language is always named in itself."""

Change = Callable[[object], None]


class SettingsDialog(QDialog):
    """Every change holds at once and is on disk; there is nothing to confirm."""

    def __init__(self, theme: Theme, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._workspace = workspace
        self.editors: dict[str, QWidget] = {}
        px = theme.px
        self.setWindowTitle(tr(say("Settings")))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(px(24), px(8), px(24), px(8))
        grid.setHorizontalSpacing(px(24))
        grid.setVerticalSpacing(px(12))
        for place, option in enumerate(dataclasses.fields(Settings)):
            self._add_option(grid, place, option)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        scroll = Scroller(content)
        close = Button(theme, tr(say("Close")), keys="Esc")
        close.clicked.connect(self.close)
        foot = row(px(8))
        foot.setContentsMargins(px(24), px(8), px(24), px(16))
        words = say("Every change holds at once.")
        aside = Line(theme, tokens.DETAIL, grows=True)
        aside.show_text(tr(words), tokens.TEXT_2)
        foot.addWidget(aside, 1)
        foot.addWidget(close)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(16), 0, 0)
        box.setSpacing(px(8))
        title = Line(theme, tokens.BLOCK)
        title.show_text(tr(say("Settings")), weight=tokens.SEMIBOLD)
        head = row(0, title)
        head.addStretch(1)
        head.setContentsMargins(px(24), 0, px(24), 0)
        box.addLayout(head)
        box.addWidget(scroll, 1)
        box.addLayout(foot)
        self.resize(QSize(px(720), px(680)).boundedTo(parent.screen().availableSize() * 0.92))

    def option_with_keyboard(self) -> str:
        """The option whose editor has the keyboard; the first one if none has."""
        with_keyboard = (name for name, editor in self.editors.items() if editor.hasFocus())
        return next(with_keyboard, next(iter(self.editors)))

    def _add_option(self, grid: QGridLayout, place: int, option: dataclasses.Field[Any]) -> None:
        """One line: the sentence on the left, its editor on the right."""
        theme = self._theme
        sentence = tr(option.metadata["sentence"])
        value = getattr(self._workspace.settings, option.name)
        editor = _editor(theme, option, value, self._change(option.name))
        editor.setAccessibleName(sentence)
        self.editors[option.name] = editor
        if isinstance(editor, CheckBox):
            grid.addWidget(editor, place, 0, 1, 2)
            return
        words = Paragraph(theme, tokens.BODY, _label(sentence))
        grid.addWidget(words, place, 0, Qt.AlignmentFlag.AlignVCenter)
        editor.setFixedWidth(theme.px(240))
        grid.addWidget(editor, place, 1)

    def _change(self, name: str) -> Change:
        def change(value: object) -> None:
            if getattr(self._workspace.settings, name) != value:
                self._workspace.change_settings(**{name: value})

        return change


def _label(sentence: str) -> str:
    """A sentence as a label, which has no full stop."""
    return sentence.rstrip(".\u3002")


def _editor(theme: Theme, option: dataclasses.Field[Any], value: object, change: Change) -> QWidget:
    """The right control for an option's type and bounds."""
    metadata = option.metadata
    if isinstance(value, bool):
        tick = CheckBox(theme, _label(tr(metadata["sentence"])), value)
        tick.toggled.connect(change)
        return tick
    if metadata["choices"]:
        return _choices(metadata["choices"], str(value), change)
    if isinstance(value, int):
        box = _number(metadata["minimum"], metadata["maximum"], value, change)
        box.lineEdit().setTextMargins(theme.px(8), 0, 0, 0)
        return box
    field = QLineEdit(str(value))
    field.editingFinished.connect(lambda: change(field.text().strip()))
    return field


def _choices(choices: tuple[str, ...], value: str, change: Change) -> QComboBox:
    box = QComboBox()
    for choice in choices:
        box.addItem(tr(CHOICE_WORDS.get(choice, Text(choice))), choice)
    box.setCurrentIndex(choices.index(value) if value in choices else 0)
    box.activated.connect(lambda index: change(choices[index]))
    return box


def _number(minimum: float | None, maximum: float | None, value: int, change: Change) -> QSpinBox:
    box = QSpinBox()
    box.setRange(int(minimum or 0), int(maximum if maximum is not None else 1_000_000))
    box.setSingleStep(5)
    box.setSuffix("\u2009%")
    box.setValue(value)
    box.editingFinished.connect(lambda: change(box.value()))
    return box

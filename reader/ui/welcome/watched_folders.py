"""Which folders are watched, and a way to stop that."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.text import say
from reader.ui import tokens
from reader.ui.controls.boxes import IconMark, row
from reader.ui.controls.button import Button, ButtonKind
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.identity import hidden_words
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr


class WatchedFolders(QWidget):
    """One line for each watched folder; nothing while there is none."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self.lines: list[QWidget] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(kit.theme.px(4))
        subscriptions = Subscriptions(self)
        subscriptions.add(kit.workspace.events.watch_changed, self._changed)
        subscriptions.add(kit.workspace.events.settings_changed, self._changed)
        self._fill()

    def _fill(self) -> None:
        for old in self.lines:
            self._box.removeWidget(old)
            old.hide()
            old.deleteLater()
        folders = self._kit.workspace.watching.folders
        self.lines = [self._line(folder) for folder in folders]
        for line in self.lines:
            self._box.addWidget(line)
        self.setVisible(bool(folders))

    def _line(self, folder: Path) -> QWidget:
        theme, px = self._kit.theme, self._kit.theme.px
        hidden = self._kit.workspace.settings.hide_identity
        words = Line(theme, tokens.DETAIL, grows=True)
        where = hidden_words() if hidden else str(folder)
        words.show_text(tr(say("Watching {folder}", folder=where)), tokens.TEXT_2)
        stop = Button(theme, tr(say("Stop watching")), kind=ButtonKind.QUIET, compact=True)
        stop.clicked.connect(lambda: self._stop(folder))
        line = QWidget()
        line.setLayout(row(px(8), IconMark(theme, Icon.FOLDER, tokens.TEXT_2, 16), words, stop))
        return line

    def _stop(self, folder: Path) -> None:
        workspace = self._kit.workspace
        workspace.notices.attempt(lambda: workspace.watching.remove(folder))

    def _changed(self, *_payload: object) -> None:
        self._fill()

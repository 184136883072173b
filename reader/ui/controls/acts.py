"""Buttons in a row that come closer together where there is little room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from reader.ui.controls.button import Button


class ActsBar(QWidget):
    """Words on the left that may be cut, buttons on the right that never are."""

    def __init__(
        self, words: QWidget, buttons: Sequence[Button], least_words: int, least_bare: int = 0
    ) -> None:
        """`least_bare`: room for words below which the buttons go without their keys."""
        super().__init__()
        self._words = words
        self._buttons = tuple(buttons)
        self._least_words = least_words
        self._least_bare = least_bare
        self.box = QHBoxLayout(self)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As narrow as need be: the buttons see to it themselves."""
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Let the buttons be dense if the words would have too little room."""
        super().resizeEvent(event)
        self.make_room()

    def make_room(self) -> None:
        """Choose again how dense the buttons are, after some came or went."""
        self._set_dense(dense=False)
        dense = self._needed() + self._least_words > self.width()
        self._set_dense(dense)
        if dense and self._needed() + self._least_bare > self.width():
            self._set_dense(dense, bare=True)

    def _set_dense(self, dense: bool, bare: bool = False) -> None:
        for button in self._buttons:
            button.set_dense(dense, bare)
        for place in range(self.box.count()):  # rows within keep the size they knew
            item = self.box.itemAt(place)
            inner = item.layout() if item is not None else None
            if inner is not None:
                inner.invalidate()
        self.box.invalidate()

    def _needed(self) -> int:
        """What everything but the words needs."""
        return self.box.minimumSize().width() - self._words.minimumSizeHint().width()

"""A part that scrolls up and down, on whatever ground it lies."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget


class Scroller(QScrollArea):
    """Shows `content` at its own width. `stops`: the Tab key stops here."""

    def __init__(self, content: QWidget | None = None, *, stops: bool = False) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policy = Qt.FocusPolicy.TabFocus if stops else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(policy)
        self.viewport().setAutoFillBackground(False)
        if content is not None:
            self.show_content(content)

    def show_content(self, content: QWidget) -> None:
        """Show something else; what was shown before is deleted."""
        self.setWidget(content)
        # Qt turns this on for every widget it scrolls, which would hide the ground.
        content.setAutoFillBackground(False)

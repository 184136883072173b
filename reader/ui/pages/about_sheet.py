"""What this is, under which licence, and what it must not be used for."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader import __version__
from reader.core.text import say
from reader.ui import tokens
from reader.ui.controls.boxes import MessageBox, Tone
from reader.ui.controls.text import Paragraph
from reader.ui.kit import Kit
from reader.ui.pages.sheet import Sheet
from reader.ui.translate import tr


class AboutSheet(Sheet):
    """The product in a few lines."""

    size_at_100 = (560, 480)

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("About Reading Room"), parent)
        theme, px = kit.theme, kit.theme.px
        box = QVBoxLayout()
        box.setContentsMargins(px(16), 0, px(16), px(8))
        box.setSpacing(px(12))
        version = tr(say("Version {version}", version=__version__))
        box.addWidget(Paragraph(theme, tokens.BODY, version, tokens.TEXT_2))
        what = say(
            "Read CT and MRI studies with an AI beside you. What the AI proposes, you confirm, "
            "edit or reject; every decision is on disk before the next."
        )
        box.addWidget(Paragraph(theme, tokens.BODY, tr(what)))
        title = tr(say("Not a medical device"))
        limits = say(
            "For research, teaching and demonstration. Not for diagnosis, treatment or any "
            "other clinical use. No AI mark does not mean normal."
        )
        box.addWidget(MessageBox(theme, Tone.WARNING, title, tr(limits)))
        licences = say(
            "Reading Room: Apache License 2.0. Type: Inter, SIL Open Font License 1.1. "
            "Icons: Phosphor, MIT. Window system: Qt 6 with PySide6, LGPL 3."
        )
        box.addWidget(Paragraph(theme, tokens.DETAIL, tr(licences), tokens.TEXT_2))
        network = say("Nothing leaves this machine: the application opens no connection.")
        box.addWidget(Paragraph(theme, tokens.DETAIL, tr(network), tokens.TEXT_2))
        box.addStretch(1)
        self.column.addLayout(box, 1)

    def height_at(self, width: int) -> int | None:
        """As high as the text."""
        return self.column.totalHeightForWidth(width)

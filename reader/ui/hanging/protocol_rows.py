"""Hanging protocols as rows of a list."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from reader.core.text import Text, say
from reader.session.hanging.hangings import Hangings
from reader.session.hanging.protocols import Protocol
from reader.session.viewing.layout import Layout
from reader.ui import tokens
from reader.ui.controls.boxes import column, row
from reader.ui.controls.choice_list import ChoiceRow
from reader.ui.controls.painting import Run, painter_for, whole
from reader.ui.controls.text import Line
from reader.ui.hanging.layout_picture import draw_layout
from reader.ui.theme import Theme
from reader.ui.translate import tr

_SHIPPED: Final[dict[str, Text]] = {
    "petct": say("PET/CT with fusion"),
    "ct-chest": say("CT chest"),
    "ct-chest-kernels": say("CT chest, lung and soft kernel"),
    "ct-chest-two-windows": say("CT, lung and mediastinum"),
    "ct-abdomen": say("CT abdomen"),
    "ct-abdomen-phases": say("CT abdomen, phases"),
    "ct-head": say("CT head, brain and bone"),
    "ct-with-prior": say("CT with prior"),
    "film-with-prior": say("Film with prior"),
    "chest-film": say("Chest film, frontal and lateral"),
    "mammography": say("Mammography, four views"),
    "mammography-with-priors": say("Mammography with priors"),
    "mr-brain": say("MR brain, four weightings"),
    "mr-brain-three": say("MR brain, T1, T2 and FLAIR"),
    "mr-prostate": say("MR prostate"),
    "generic-volume": say("Volume in three planes"),
    "generic-images": say("Single images"),
    "generic-cine": say("Cine"),
}
"""Names of those that come with the product; a reader's own is named in the reader's words."""


def protocol_name(protocol: Protocol) -> str:
    """The name to show."""
    shipped = _SHIPPED.get(protocol.id)
    return protocol.name if protocol.is_own or shipped is None else tr(shipped)


class LayoutMark(QWidget):
    """A layout, very small."""

    def __init__(self, theme: Theme, layout: Layout) -> None:
        super().__init__()
        self._layout = layout
        self._size = QSize(theme.px(44), theme.px(28))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Beside two lines of text."""
        return self._size

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw it."""
        area: QRectF = whole(self.rect()).adjusted(1, 1, -1, -1)
        draw_layout(painter_for(self), self._layout, area, tokens.TEXT_2)


class ProtocolRow(ChoiceRow):
    """A protocol: its layout, its name, and how it stands to this study."""

    def __init__(self, theme: Theme, protocol: Protocol, hangings: Hangings, fits: bool) -> None:
        super().__init__(theme)
        px = theme.px
        self.protocol = protocol
        name = Line(theme, tokens.BODY, grows=True)
        color = tokens.TEXT if fits else tokens.TEXT_2
        name.show_text(protocol_name(protocol), color, tokens.MEDIUM)
        marks = _marks(protocol, hangings, fits)
        about = Line(theme, tokens.DETAIL, grows=True)
        about.show_runs(marks)
        words = column(0, name, about)
        mark = LayoutMark(theme, protocol.layout or Layout.ONE_PLUS_TWO)
        box = row(px(12), mark)
        box.addLayout(words, 1)
        box.setContentsMargins(px(8), px(6), px(8), px(6))
        self.setLayout(box)
        self.setAccessibleName(f"{name.text}, {about.text}")


def _marks(protocol: Protocol, hangings: Hangings, fits: bool) -> tuple[Run, ...]:
    marks = []
    if hangings.current == protocol.id:
        marks.append(Run(tr(say("on screen")), tokens.READER))
    if hangings.chosen == protocol.id:
        marks.append(Run(tr(say("always for such studies")), tokens.READER))
    if protocol.is_own:
        marks.append(Run(tr(say("yours")), tokens.TEXT_2))
    if not fits:
        marks.append(Run(tr(say("for other studies")), tokens.TEXT_3))
    if not marks:
        marks.append(Run(tr(say("fits this study")), tokens.TEXT_3))
    between = Run(" · ", tokens.TEXT_3)
    runs = [run for mark in marks for run in (mark, between)]
    return tuple(runs[:-1])

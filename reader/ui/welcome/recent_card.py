"""A study that was open lately."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from reader.core.text import Text, say
from reader.session.place import RecentStudy
from reader.ui import tokens
from reader.ui.controls.painting import (
    Run,
    draw_box,
    draw_icon,
    draw_runs,
    painter_for,
)
from reader.ui.icons import Icon
from reader.ui.identity import hidden_words
from reader.ui.theme import Theme
from reader.ui.translate import tr

PICTURE = (240, 180)


def state_of(recent: RecentStudy) -> tuple[Text, str]:
    """What is left to do in it, and in which colour."""
    if recent.signed:
        return say("Signed"), tokens.TEXT_2
    if recent.unreviewed:
        return (
            say("{waiting} of {total} to review", waiting=recent.unreviewed, total=recent.findings),
            tokens.AI,
        )
    if recent.findings:
        return say("Every finding is decided"), tokens.READER
    return say("No findings yet"), tokens.TEXT_2


class RecentCard(QAbstractButton):
    """Picture, who and what, and what is left to do."""

    def __init__(self, theme: Theme, recent: RecentStudy, hidden: bool) -> None:
        super().__init__()
        self._theme = theme
        self.recent = recent
        who, _, what = recent.description.partition(" · ")
        self._who = hidden_words() if hidden else who
        self._what = "" if hidden else what
        state, self._color = state_of(recent)
        self._state = tr(state)
        self._picture = QPixmap()
        self._picture.loadFromData(recent.thumbnail_png)
        self.setAccessibleName(", ".join(p for p in (self._who, self._what, self._state) if p))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """The picture and three lines."""
        px = self._theme.px
        return QSize(px(PICTURE[0]), px(PICTURE[1]) + px(10) + px(20) + px(18) + px(2) + px(18))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the picture, cut to fill, and the lines under it."""
        theme, px = self._theme, self._theme.px
        painter = painter_for(self)
        box = QRectF(0, 0, px(PICTURE[0]), px(PICTURE[1]))
        path = QPainterPath()
        path.addRoundedRect(box, px(tokens.RADIUS_BOX), px(tokens.RADIUS_BOX))
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(box, QColor(tokens.IMAGE))
        if self._picture.isNull():
            size = px(40)
            middle = box.center()
            x, y = middle.x() - size / 2, middle.y() - size / 2
            draw_icon(painter, theme, Icon.STACK_SIMPLE, tokens.TEXT_3, x, y, size)
        else:
            painter.drawPixmap(box, self._picture, _cut(self._picture, box))
        painter.restore()
        if self.underMouse():
            edge = px(tokens.RADIUS_BOX)
            draw_box(painter, box, edge, None, tokens.LINE_STRONG)
        y = box.bottom() + px(10)
        lines = (
            (tokens.BODY, Run(self._who, tokens.TEXT, tokens.SEMIBOLD), 0),
            (tokens.DETAIL, Run(self._what, tokens.TEXT_2), 0),
            (tokens.DETAIL, Run(self._state, self._color), 2),
        )
        for style, run, gap in lines:
            y += px(gap)
            room = QRectF(0, y, self.width(), px(style.line_px))
            draw_runs(painter, theme, style, (run,), room)
            y += px(style.line_px)


def _cut(picture: QPixmap, box: QRectF) -> QRectF:
    """The middle part of a picture with the box's aspect."""
    width, height = float(picture.width()), float(picture.height())
    aspect = box.width() / box.height()
    if width / height > aspect:
        cut = height * aspect
        return QRectF((width - cut) / 2, 0, cut, height)
    cut = width / aspect
    return QRectF(0, (height - cut) / 2, width, cut)

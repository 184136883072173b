"""Text over images: light letters with a one-pixel black edge on eight sides."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from reader.ui import tokens
from reader.ui.theme import Theme
from reader.ui.tokens import TextStyle

ELLIPSIS: Final = "\u2026"
_EDGE: Final = tuple((x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y)
_MARGIN: Final = 2
_KEPT: Final = 400


@dataclass(frozen=True, slots=True)
class Lettering:
    """How a text looks."""

    style: TextStyle = tokens.DETAIL
    weight: int = tokens.REGULAR
    color: str = tokens.ON_IMAGE


PLAIN: Final = Lettering()


class HaloText:
    """Draws text with its edge; each text once, then as a picture. GUI thread."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._pictures: OrderedDict[tuple[str, Lettering, float], QPixmap] = OrderedDict()
        self._metrics = lru_cache(maxsize=16)(self._make_metrics)

    def line_height(self, lettering: Lettering) -> int:
        """From one line's top to the next."""
        return self._theme.px(lettering.style.line_px)

    def width(self, text: str, lettering: Lettering) -> float:
        """How wide a text is, without its edge."""
        return self._metrics(lettering)[1].horizontalAdvance(text)

    def elided(self, text: str, lettering: Lettering, width: float) -> str:
        """The text, cut at its end to a width."""
        metrics = self._metrics(lettering)[1]
        if metrics.horizontalAdvance(text) <= width:
            return text
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, width))

    def draw(
        self, painter: QPainter, x: float, top: float, text: str, lettering: Lettering
    ) -> None:
        """Draw one line with its left edge at `x` and the top of its line at `top`."""
        device = painter.device()
        ratio = device.devicePixelRatio() if device is not None else 1.0
        picture = self._picture(text, lettering, ratio)
        painter.drawPixmap(QPointF(round(x) - _MARGIN, round(top)), picture)

    def draw_right(
        self, painter: QPainter, right: float, top: float, text: str, lettering: Lettering
    ) -> None:
        """Draw one line that ends at `right`."""
        self.draw(painter, right - self.width(text, lettering), top, text, lettering)

    def _picture(self, text: str, lettering: Lettering, ratio: float) -> QPixmap:
        key = (text, lettering, ratio)
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        picture = self._pictures[key] = self._drawn(text, lettering, ratio)
        if len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)
        return picture

    def _drawn(self, text: str, lettering: Lettering, ratio: float) -> QPixmap:
        font, metrics = self._metrics(lettering)
        width = metrics.horizontalAdvance(text) + 2 * _MARGIN
        height = self.line_height(lettering)
        picture = QPixmap(max(1, round((width + 1) * ratio)), max(1, round(height * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        baseline = round((height + metrics.ascent() - metrics.descent()) / 2)
        painter = QPainter(picture)
        painter.setFont(font)
        painter.setPen(QColor(tokens.IMAGE))
        for x, y in _EDGE:
            painter.drawText(QPointF(_MARGIN + x, baseline + y), text)
        painter.setPen(QColor(lettering.color))
        painter.drawText(QPointF(_MARGIN, baseline), text)
        painter.end()
        return picture

    def _make_metrics(self, lettering: Lettering) -> tuple[QFont, QFontMetricsF]:
        font = self._theme.font(lettering.style, lettering.weight)
        return font, QFontMetricsF(font)

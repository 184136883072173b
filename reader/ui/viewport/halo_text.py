"""Text and small signs over images, drawn once and then kept as pictures."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QSizeF, Qt
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
    """Light letters with a one-pixel black edge on eight sides. GUI thread.

    Drawing letters or smooth shapes costs more than the rest of a frame together, so each
    is drawn once; the last few hundred are kept.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._pictures: OrderedDict[Hashable, QPixmap] = OrderedDict()
        self._metrics = lru_cache(maxsize=16)(self._make_metrics)
        self.width = lru_cache(maxsize=_KEPT)(self._width)
        """How wide a text is in a lettering, without its edge."""

    def line_height(self, lettering: Lettering) -> int:
        """From one line's top to the next."""
        return self._theme.px(lettering.style.line_px)

    def elided(self, text: str, lettering: Lettering, width: float) -> str:
        """The text, cut at its end to a width."""
        if self.width(text, lettering) <= width:
            return text
        metrics = self._metrics(lettering)[1]
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, width))

    def draw(
        self, painter: QPainter, x: float, top: float, text: str, lettering: Lettering
    ) -> None:
        """Draw one line with its left edge at `x` and the top of its line at `top`."""
        size = QSizeF(self.width(text, lettering) + 2 * _MARGIN + 1, self.line_height(lettering))
        place = QPointF(round(x) - _MARGIN, round(top))
        self.draw_kept(
            painter, place, (text, lettering), size, lambda p: self._letter(p, text, lettering)
        )

    def draw_kept(
        self,
        painter: QPainter,
        place: QPointF,
        key: Hashable,
        size: QSizeF,
        paint: Callable[[QPainter], None],
    ) -> None:
        """Draw what `paint` draws into a transparent picture of `size`, once per `key`."""
        device = painter.device()
        ratio = device.devicePixelRatio() if device is not None else 1.0
        whole_key = (key, ratio)
        picture = self._pictures.get(whole_key)
        if picture is None:
            picture = self._pictures[whole_key] = _painted(size, ratio, paint)
            if len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
        else:
            self._pictures.move_to_end(whole_key)
        painter.drawPixmap(place, picture)

    def draw_right(
        self, painter: QPainter, right: float, top: float, text: str, lettering: Lettering
    ) -> None:
        """Draw one line that ends at `right`."""
        self.draw(painter, right - self.width(text, lettering), top, text, lettering)

    def _letter(self, painter: QPainter, text: str, lettering: Lettering) -> None:
        font, metrics = self._metrics(lettering)
        height = self.line_height(lettering)
        baseline = round((height + metrics.ascent() - metrics.descent()) / 2)
        painter.setFont(font)
        painter.setPen(QColor(tokens.IMAGE))
        for x, y in _EDGE:
            painter.drawText(QPointF(_MARGIN + x, baseline + y), text)
        painter.setPen(QColor(lettering.color))
        painter.drawText(QPointF(_MARGIN, baseline), text)

    def _width(self, text: str, lettering: Lettering) -> float:
        return self._metrics(lettering)[1].horizontalAdvance(text)

    def _make_metrics(self, lettering: Lettering) -> tuple[QFont, QFontMetricsF]:
        font = self._theme.font(lettering.style, lettering.weight)
        return font, QFontMetricsF(font)


def _painted(size: QSizeF, ratio: float, paint: Callable[[QPainter], None]) -> QPixmap:
    width, height = math.ceil(size.width() * ratio), math.ceil(size.height() * ratio)
    picture = QPixmap(max(1, width), max(1, height))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter)
    painter.end()
    return picture

"""Text and small signs over images, drawn once and then kept as pictures."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from reader.ui import tokens
from reader.ui.theme import Theme
from reader.ui.tokens import TextStyle
from reader.ui.viewport.sheet import Sheet

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
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        look = (self.style.size_px, self.style.line_px, self.weight, self.color)
        object.__setattr__(self, "_hash", hash(look))

    def __hash__(self) -> int:
        """Worked out once: every text of every frame is looked up by its lettering."""
        return self._hash


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
        self._words = lru_cache(maxsize=_KEPT)(self._lettered)

    def line_height(self, lettering: Lettering) -> int:
        """From one line's top to the next."""
        return self._theme.px(lettering.style.line_px)

    def elided(self, text: str, lettering: Lettering, width: float) -> str:
        """The text, cut at its end to a width."""
        if self.width(text, lettering) <= width:
            return text
        metrics = self._metrics(lettering)[1]
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, width))

    def draw(self, sheet: Sheet, x: float, top: float, text: str, lettering: Lettering) -> None:
        """Lay down one line with its left edge at `x` and the top of its line at `top`."""
        place = QPointF(round(x) - _MARGIN, round(top))
        sheet.lay(place, self._words(text, lettering, sheet.ratio))

    def draw_right(
        self, sheet: Sheet, right: float, top: float, text: str, lettering: Lettering
    ) -> None:
        """Lay down one line that ends at `right`."""
        self.draw(sheet, right - self.width(text, lettering), top, text, lettering)

    def draw_kept(
        self,
        sheet: Sheet,
        place: QPointF,
        key: Hashable,
        size: QSizeF,
        paint: Callable[[QPainter], None],
    ) -> None:
        """Lay down what `paint` draws into a transparent picture of `size`, once per `key`."""
        whole_key = (key, sheet.ratio)
        picture = self._pictures.get(whole_key)
        if picture is None:
            picture = self._pictures[whole_key] = _painted(size, sheet.ratio, paint)
            if len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
        else:
            self._pictures.move_to_end(whole_key)
        sheet.lay(place, picture)

    def letter(
        self, painter: QPainter, x: float, top: float, text: str, lettering: Lettering
    ) -> None:
        """Draw one line at once; for what is itself kept as a picture."""
        font, metrics = self._metrics(lettering)
        height = self.line_height(lettering)
        left = x + _MARGIN
        baseline = round(top + (height + metrics.ascent() - metrics.descent()) / 2)
        painter.setFont(font)
        painter.setPen(QColor(tokens.IMAGE))
        for right, down in _EDGE:
            painter.drawText(QPointF(left + right, baseline + down), text)
        painter.setPen(QColor(lettering.color))
        painter.drawText(QPointF(left, baseline), text)

    def _lettered(self, text: str, lettering: Lettering, ratio: float) -> QPixmap:
        size = QSizeF(self.width(text, lettering) + 2 * _MARGIN + 1, self.line_height(lettering))
        return _painted(size, ratio, lambda p: self.letter(p, 0, 0, text, lettering))

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

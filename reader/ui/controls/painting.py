"""What the controls are drawn with: boxes, icons, key caps, runs of text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QTextLayout,
)
from PySide6.QtWidgets import QWidget

from reader.ui import tokens
from reader.ui.icons import Icon
from reader.ui.theme import Theme
from reader.ui.tokens import TextStyle

ELLIPSIS = "\u2026"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one colour and weight. `struck` draws a line through it."""

    text: str
    color: str = tokens.TEXT
    weight: int = tokens.REGULAR
    struck: bool = False


def painter_for(widget: QWidget) -> QPainter:
    """A smooth painter on a widget."""
    painter = QPainter(widget)
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing
        | QPainter.RenderHint.TextAntialiasing
        | QPainter.RenderHint.SmoothPixmapTransform
    )
    return painter


def draw_box(
    painter: QPainter,
    rect: QRectF,
    radius: float,
    fill: str | None,
    edge: str | None = None,
    edge_px: float = 1.0,
) -> None:
    """A rounded box. The edge lies wholly inside `rect`."""
    painter.setPen(QPen(QColor(edge), edge_px) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
    half = edge_px / 2 if edge else 0.0
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius, radius)


def draw_icon(
    painter: QPainter, theme: Theme, icon: Icon, color: str, x: float, y: float, size_px: int
) -> None:
    """An icon with its top left corner at (x, y)."""
    device = painter.device()
    ratio = device.devicePixelRatio() if device is not None else 1.0
    painter.drawPixmap(QPointF(x, y), theme.icons.pixmap(icon, color, size_px, ratio))


@contextmanager
def picture_place(painter: QPainter, theme: Theme, box: QRectF) -> Iterator[None]:
    """The black ground of a small picture with round corners; what is drawn stays in it."""
    path = QPainterPath()
    path.addRoundedRect(box, theme.px(tokens.RADIUS_TAG), theme.px(tokens.RADIUS_TAG))
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.fillRect(box, QColor(tokens.IMAGE))
    try:
        yield
    finally:
        painter.restore()


def pixmap_of(pixels: NDArray[np.uint8]) -> QPixmap:
    """A picture of (rows, columns, 4) BGRX values, copied."""
    high, wide = pixels.shape[:2]
    kept = np.ascontiguousarray(pixels)
    return QPixmap.fromImage(QImage(kept.data, wide, high, 4 * wide, QImage.Format.Format_RGB32))


def draw_focus_ring(painter: QPainter, theme: Theme, rect: QRectF, radius: float) -> None:
    """The keyboard's place, drawn inside `rect`, for what cannot have a ring around it."""
    draw_box(painter, rect, radius, None, tokens.READER, theme.px(tokens.FOCUS_RING))


def runs_width(theme: Theme, style: TextStyle, runs: Sequence[Run]) -> float:
    """How wide runs are on one line."""
    return sum(
        QFontMetricsF(theme.font(style, run.weight)).horizontalAdvance(run.text) for run in runs
    )


def draw_runs(
    painter: QPainter, theme: Theme, style: TextStyle, runs: Sequence[Run], rect: QRectF
) -> float:
    """Runs on one line from the left, centred in height, cut with an ellipsis at the end.

    Returns: the x where the text ended.
    """
    x, right = rect.left(), rect.right()
    for place, run in enumerate(runs):
        font = theme.font(style, run.weight)
        font.setStrikeOut(run.struck)
        metrics = QFontMetricsF(font)
        room = right - x
        text, width = run.text, metrics.horizontalAdvance(run.text)
        is_last = place == len(runs) - 1
        if width > room or (not is_last and room - width < metrics.horizontalAdvance(ELLIPSIS)):
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(text)
        painter.setFont(font)
        painter.setPen(QColor(run.color))
        baseline = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2
        painter.drawText(QPointF(x, baseline), text)
        x += width
        if text != run.text:
            break
    return x


def key_cap_width(theme: Theme, keys: str) -> int:
    """The width of a key cap."""
    metrics = QFontMetricsF(theme.font(tokens.SMALL, tokens.MEDIUM))
    return max(theme.px(18), round(metrics.horizontalAdvance(keys)) + theme.px(12))


def draw_key_cap(
    painter: QPainter,
    theme: Theme,
    keys: str,
    right: float,
    middle: float,
    *,
    color: str = tokens.TEXT_2,
    edge: str = tokens.KEY_EDGE,
    fill: str | None = tokens.FIELD,
) -> float:
    """A key cap whose right edge is at `right`. Returns: its left edge."""
    width, height = key_cap_width(theme, keys), theme.px(18)
    box = QRectF(right - width, round(middle - height / 2), width, height)
    draw_box(painter, box, theme.px(tokens.RADIUS_KEY), fill, edge)
    painter.setFont(theme.font(tokens.SMALL, tokens.MEDIUM))
    painter.setPen(QColor(color))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, keys)
    return box.left()


def whole(rect: QRect) -> QRectF:
    """A widget's rectangle in the coordinates that painting uses."""
    return QRectF(rect)


_BEFORE_UNIT: Final = re.compile(r"(?<=\d) (?=(?:mm|cm|ml|HU|kV|GB|MB)\b)")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]{3}")
_ORPHAN: Final = 2
"""Letters: one, and what ends the sentence."""


def wrapped(
    theme: Theme, style: TextStyle, text: str, width: float, weight: int = tokens.REGULAR
) -> list[str]:
    """Text broken into lines no wider than `width`, by the rules of its script.

    A number keeps its unit, and no Chinese sentence ends with one character on a line.
    """
    lines: list[str] = []
    for part in text.split("\n"):
        first = len(lines)
        whole_values = _BEFORE_UNIT.sub("\u00a0", part)
        layout = QTextLayout(whole_values, theme.font(style, weight))
        layout.beginLayout()
        line = layout.createLine()
        while line.isValid():
            line.setLineWidth(max(width, 1.0))
            start = line.textStart()
            lines.append(part[start : start + line.textLength()].rstrip())
            line = layout.createLine()
        layout.endLayout()
        if len(lines) - first > 1:
            lines[-2:] = _without_orphan(*lines[-2:])
    return lines


def _without_orphan(before: str, last: str) -> tuple[str, str]:
    """Two lines of which the second is more than a character and a full stop."""
    if len(last) > _ORPHAN or not _HAN.fullmatch(before[-2:] + last[:1]):
        return before, last
    return before[:-2], before[-2:] + last


def draw_wrapped(
    painter: QPainter,
    theme: Theme,
    style: TextStyle,
    text: str,
    color: str,
    rect: QRectF,
    weight: int = tokens.REGULAR,
) -> float:
    """Draw wrapped text from the top of `rect`. Returns: the y below the last line."""
    y, line_px = rect.top(), theme.px(style.line_px)
    for line in wrapped(theme, style, text, rect.width(), weight):
        draw_runs(
            painter, theme, style, (Run(line, color, weight),),
            QRectF(rect.left(), y, rect.width() + 1, line_px),
        )  # fmt: skip
        y += line_px
    return y

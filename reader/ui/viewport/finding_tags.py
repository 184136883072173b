"""The little label beside a finding's outline: who says so, and how large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from reader.core.finding import Finding
from reader.core.review import ReviewStatus
from reader.core.text import say
from reader.session.workspace import Workspace
from reader.ui import quantities, tokens
from reader.ui.icons import Icon
from reader.ui.theme import Theme
from reader.ui.translate import tr

_BOX_OPACITY: Final = 199
"""78 % of 255."""
_EDGE_OPACITY: Final = 140
_STATUS_ICONS: Final = {
    ReviewStatus.CONFIRMED: Icon.CHECK,
    ReviewStatus.EDITED: Icon.PENCIL_SIMPLE,
    ReviewStatus.REJECTED: Icon.X,
}


@dataclass(frozen=True, slots=True)
class FindingTag:
    """`who` is in the colour of the finding's state; `size` may be empty."""

    who: str
    size: str
    color: str
    icon: Icon | None = None
    is_cautioned: bool = False


def finding_numbers(findings: Sequence[Finding]) -> dict[str, int]:
    """A number for each finding, counted apart for the AI's and the reader's own."""
    counts = {True: 0, False: 0}
    numbers: dict[str, int] = {}
    for finding in findings:
        counts[finding.provenance.is_ai] += 1
        numbers[finding.finding_id] = counts[finding.provenance.is_ai]
    return numbers


def state_color(finding: Finding, status: ReviewStatus) -> str:
    """Violet waits, teal is the reader's, grey was rejected."""
    if status is ReviewStatus.REJECTED:
        return tokens.STOPPED
    if status is ReviewStatus.UNREVIEWED and finding.provenance.is_ai:
        return tokens.AI
    return tokens.READER


def finding_tag(workspace: Workspace, finding: Finding, number: int) -> FindingTag:
    """What the tag of a finding says now. The word AI stays on whatever a model drew."""
    status = workspace.findings.status_of(finding.finding_id)
    is_ai = finding.provenance.is_ai
    who = say("AI {number}", number=number) if is_ai else say("You {number}", number=number)
    size = "" if finding.long_axis_mm is None else quantities.millimetres(finding.long_axis_mm)
    return FindingTag(
        who=tr(who),
        size=size,
        color=state_color(finding, status),
        icon=_STATUS_ICONS.get(status),
        is_cautioned=bool(finding.provenance.eligibility_cautions),
    )


def draw_tag(
    painter: QPainter, theme: Theme, tag: FindingTag, outline: QRectF, area: QRectF
) -> QRectF:
    """Draw a tag up and to the right of an outline, inside the pane, never on the finding."""
    bold = theme.font(tokens.DETAIL, tokens.SEMIBOLD)
    plain = theme.font(tokens.DETAIL, tokens.MEDIUM)
    who_width = QFontMetricsF(bold).horizontalAdvance(tag.who)
    size_width = QFontMetricsF(plain).horizontalAdvance(tag.size)
    icons = [i for i in (tag.icon, Icon.WARNING if tag.is_cautioned else None) if i is not None]
    pad, gap, side, height = theme.px(6), theme.px(5), theme.px(14), theme.px(20)
    width = 2 * pad + who_width + len(icons) * (gap + side)
    width += gap + size_width if tag.size else 0
    box = _place(outline, width, height, theme.px(8), area)
    edge = QColor(tag.color)
    edge.setAlpha(_EDGE_OPACITY)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(QColor(0, 0, 0, _BOX_OPACITY))
    painter.drawRoundedRect(
        box.adjusted(0.5, 0.5, -0.5, -0.5), tokens.RADIUS_TAG, tokens.RADIUS_TAG
    )
    metrics = QFontMetricsF(bold)
    baseline = round(box.center().y() + (metrics.ascent() - metrics.descent()) / 2)
    x = box.left() + pad
    painter.setFont(bold)
    painter.setPen(QColor(tag.color))
    painter.drawText(QPointF(x, baseline), tag.who)
    x += who_width
    ratio = painter.device().devicePixelRatio()
    for icon in icons:
        color = tokens.WARNING if icon is Icon.WARNING else tag.color
        picture = theme.icons.pixmap(icon, color, side, ratio)
        painter.drawPixmap(QPointF(x + gap, box.center().y() - side / 2), picture)
        x += gap + side
    painter.setFont(plain)
    painter.setPen(QColor(tokens.TEXT))
    painter.drawText(QPointF(x + gap, baseline), tag.size)
    return box


def _place(outline: QRectF, width: float, height: float, gap: float, area: QRectF) -> QRectF:
    """Up-right of the outline; on its left or below it where the pane ends."""
    left, top = outline.right() + gap, outline.top() - gap - height
    if left + width > area.right():
        left = outline.left() - gap - width
    if top < area.top():
        top = outline.bottom() + gap
    left = max(area.left(), min(left, area.right() - width))
    top = max(area.top(), min(top, area.bottom() - height))
    return QRectF(round(left), round(top), round(width), height)

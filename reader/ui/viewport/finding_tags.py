"""The little label beside a finding's outline: who says so, and how large."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from reader.core.finding import Finding
from reader.core.review import ReviewStatus
from reader.core.text import say
from reader.session.workspace import Workspace
from reader.ui import quantities, tokens
from reader.ui.icons import Icon
from reader.ui.theme import Theme
from reader.ui.translate import tr
from reader.ui.viewport.halo_text import HaloText, Lettering
from reader.ui.viewport.sheet import Sheet

_BOX_OPACITY: Final = 199
"""78 % of 255."""
_EDGE_OPACITY: Final = 140
_PAD_PX: Final = 6
_GAP_PX: Final = 5
_ICON_PX: Final = 14
_WHO: Final = Lettering(tokens.DETAIL, tokens.SEMIBOLD)
_SIZE: Final = Lettering(tokens.DETAIL, tokens.MEDIUM, tokens.TEXT)
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
    """A number for each finding, counted apart for the AI's, others' and the reader's own."""
    counts: Counter[tuple[bool, bool]] = Counter()
    numbers: dict[str, int] = {}
    for finding in findings:
        whose = finding.provenance.is_ai, finding.provenance.is_own
        counts[whose] += 1
        numbers[finding.finding_id] = counts[whose]
    return numbers


def state_color(finding: Finding, status: ReviewStatus) -> str:
    """Violet waits, blue is by others and waits, teal is the reader's, grey was rejected."""
    if status is ReviewStatus.REJECTED:
        return tokens.STOPPED
    if status is ReviewStatus.UNREVIEWED and not finding.provenance.is_own:
        return tokens.AI if finding.provenance.is_ai else tokens.OTHERS
    return tokens.READER


def finding_tag(workspace: Workspace, finding: Finding, number: int) -> FindingTag:
    """What the tag of a finding says now. The word AI stays on whatever a model drew."""
    status = workspace.findings.status_of(finding.finding_id)
    who = say("You {number}", number=number)
    if finding.provenance.is_ai:
        who = say("AI {number}", number=number)
    elif finding.provenance.imported:
        who = say("Imported {number}", number=number)
    size = "" if finding.long_axis_mm is None else quantities.millimetres(finding.long_axis_mm)
    return FindingTag(
        who=tr(who),
        size=size,
        color=state_color(finding, status),
        icon=_STATUS_ICONS.get(status),
        is_cautioned=bool(finding.provenance.eligibility_cautions),
    )


def draw_tag(
    sheet: Sheet, text: HaloText, theme: Theme, tag: FindingTag, outline: QRectF, area: QRectF
) -> None:
    """Lay down a tag up and to the right of an outline, inside the pane, never on the finding."""
    box = _place(outline, _tag_width(text, theme, tag), theme.px(20), theme.px(8), area)
    text.draw_kept(
        sheet,
        box.topLeft(),
        tag,
        box.size(),
        lambda p: _paint_tag(p, text, theme, tag, QRectF(QPointF(0, 0), box.size())),
    )


def _tag_width(text: HaloText, theme: Theme, tag: FindingTag) -> float:
    width = 2 * theme.px(_PAD_PX) + text.width(tag.who, _WHO)
    width += len(_icons(tag)) * theme.px(_GAP_PX + _ICON_PX)
    if tag.size:
        width += theme.px(_GAP_PX) + text.width(tag.size, _SIZE)
    return math.ceil(width)


def _paint_tag(
    painter: QPainter, text: HaloText, theme: Theme, tag: FindingTag, box: QRectF
) -> None:
    edge = QColor(tag.color)
    edge.setAlpha(_EDGE_OPACITY)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(QColor(0, 0, 0, _BOX_OPACITY))
    inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(inner, tokens.RADIUS_TAG, tokens.RADIUS_TAG)
    top = box.center().y() - text.line_height(_WHO) / 2
    x = box.left() + theme.px(_PAD_PX)
    text.letter(painter, x, top, tag.who, replace(_WHO, color=tag.color))
    x += text.width(tag.who, _WHO)
    side, ratio = theme.px(_ICON_PX), painter.device().devicePixelRatio()
    for icon in _icons(tag):
        color = tokens.WARNING if icon is Icon.WARNING else tag.color
        picture = theme.icons.pixmap(icon, color, side, ratio)
        x += theme.px(_GAP_PX)
        painter.drawPixmap(QPointF(round(x), round(box.center().y() - side / 2)), picture)
        x += side
    text.letter(painter, x + theme.px(_GAP_PX), top, tag.size, _SIZE)


def _icons(tag: FindingTag) -> tuple[Icon, ...]:
    status = (tag.icon,) if tag.icon is not None else ()
    return (*status, Icon.WARNING) if tag.is_cautioned else status


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

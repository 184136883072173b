"""The sentences behind the badges of a pane, told while the pointer rests on them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget

from reader.ui.terms import badges
from reader.ui.viewport.pane_content import PaneContent


def tell_warnings(pane: QWidget, event: QHelpEvent, over: QRectF, content: PaneContent) -> bool:
    """Show what every badge means if the pointer is in the rectangle `over`, else nothing."""
    resolved = content.resolved
    if resolved is None or not over.contains(QPointF(event.pos())):
        QToolTip.hideText()
        return True
    sentences = (b.sentence for b in badges(resolved.series, resolved.volume.warnings))
    QToolTip.showText(event.globalPos(), "\n".join(dict.fromkeys(sentences)), pane)
    return True

"""The sentences behind the badges of a pane, told while the pointer rests on them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget

from reader.ui.terms import all_warnings
from reader.ui.translate import tr
from reader.ui.viewport.pane_content import PaneContent


def tell_warnings(pane: QWidget, event: QHelpEvent, badges: QRectF, content: PaneContent) -> bool:
    """Show what every badge means if the pointer is over `badges`, else nothing."""
    resolved = content.resolved
    if resolved is None or not badges.contains(QPointF(event.pos())):
        QToolTip.hideText()
        return True
    warnings = all_warnings(resolved.series, resolved.volume.warnings)
    QToolTip.showText(event.globalPos(), "\n".join(tr(w.text) for w in warnings), pane)
    return True

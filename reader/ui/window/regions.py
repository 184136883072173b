"""The parts of the window that F6 goes between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


@runtime_checkable
class PicksItsStop(Protocol):
    """A region that knows itself which part of it is at work."""

    def focus_active(self) -> None:
        """Give the keyboard to it."""
        ...


def go_to_region(regions: Sequence[QWidget], step: int) -> QWidget | None:
    """Give the keyboard to the next or previous region that can take it.

    Returns: the region that has it now.
    """
    able = [region for region in regions if region.isVisible() and first_stop(region) is not None]
    if not able:
        return None
    at = next((n for n, region in enumerate(able) if _has_focus(region)), None)
    region = able[(at + step) % len(able)] if at is not None else able[0 if step > 0 else -1]
    if isinstance(region, PicksItsStop):
        region.focus_active()
    else:
        stop = first_stop(region)
        if stop is not None:
            stop.setFocus(Qt.FocusReason.TabFocusReason)
    return region


def first_stop(region: QWidget) -> QWidget | None:
    """The first widget of a region that the Tab key would stop at."""
    for widget in region.findChildren(QWidget):
        takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if takes_tab and widget.isVisible() and widget.isEnabled():
            return widget
    return None


def _has_focus(region: QWidget) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (focus is region or region.isAncestorOf(focus))

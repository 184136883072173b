"""Where the pages that lie over the window go, one at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from reader.ui.kit import Kit
from reader.ui.pages.sheet import Sheet

MakeSheet = Callable[[Kit, QWidget], Sheet]
"""The class of a page."""


class Sheets(QObject):
    """Opens a page over the window and gives the keyboard back when it is closed."""

    def __init__(self, kit: Kit, window: QWidget, page_area: Callable[[], QRect]) -> None:
        super().__init__(window)
        self._kit = kit
        self._window = window
        self._page_area = page_area
        self._before: QWidget | None = None
        self.current: Sheet | None = None
        self.kind: MakeSheet | None = None

    def toggle(self, kind: MakeSheet) -> None:
        """Open a page, or close it if it is the one that is open."""
        was = self.kind
        self.close()
        if was is kind:
            return
        self._before = QApplication.focusWidget()
        sheet = kind(self._kit, self._window)
        sheet.closed.connect(self.close)
        self.current, self.kind = sheet, kind
        self.place()
        sheet.show()
        sheet.raise_()
        (sheet.focusProxy() or sheet).setFocus()

    def close(self) -> bool:
        """Close the page that is open. Returns: whether there was one."""
        sheet, self.current, self.kind = self.current, None, None
        if sheet is None:
            return False
        sheet.hide()
        QTimer.singleShot(0, sheet, sheet.deleteLater)
        before, self._before = self._before, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus()
        return True

    def place(self) -> None:
        """Lay the page out again, as when the window changed its size."""
        if self.current is not None:
            self.current.place_over(self._page_area())

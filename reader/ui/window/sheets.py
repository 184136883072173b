"""Where the pages that lie over the window go, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from reader.ui.compare.compare_sheet import CompareSheet
from reader.ui.hanging.hanging_sheet import HangingSheet
from reader.ui.hanging.layout_sheet import LayoutSheet
from reader.ui.kit import Kit
from reader.ui.objects.object_sheet import ObjectSheet
from reader.ui.pages.about_sheet import AboutSheet
from reader.ui.pages.change_keys_sheet import ChangeKeysSheet
from reader.ui.pages.command_sheet import CommandSheet
from reader.ui.pages.keys_sheet import KeysSheet
from reader.ui.pages.series_sheet import SeriesSheet
from reader.ui.pages.sheet import Sheet
from reader.ui.pages.studies_sheet import StudiesSheet
from reader.ui.pages.unreadable_sheet import UnreadableSheet

MakeSheet = Callable[[Kit, QWidget], Sheet]
SIZES: Final[dict[type[Sheet], tuple[int, int]]] = {
    AboutSheet: (560, 480),
    ChangeKeysSheet: (880, 800),
    CommandSheet: (640, 460),
    CompareSheet: (640, 560),
    HangingSheet: (1080, 720),
    KeysSheet: (1720, 1000),
    LayoutSheet: (336, 480),
    ObjectSheet: (680, 700),
    SeriesSheet: (420, 4000),
    StudiesSheet: (640, 560),
    UnreadableSheet: (760, 520),
}
"""Widths and heights at 100 %; a smaller window gives less."""
MAKERS: Final[dict[type[Sheet], MakeSheet]] = {
    AboutSheet: AboutSheet,
    ChangeKeysSheet: ChangeKeysSheet,
    CommandSheet: CommandSheet,
    CompareSheet: CompareSheet,
    HangingSheet: HangingSheet,
    KeysSheet: KeysSheet,
    LayoutSheet: LayoutSheet,
    ObjectSheet: ObjectSheet,
    SeriesSheet: SeriesSheet,
    StudiesSheet: StudiesSheet,
    UnreadableSheet: UnreadableSheet,
}


class Sheets(QObject):
    """Opens a page over the window and gives the keyboard back when it is closed."""

    def __init__(self, kit: Kit, window: QWidget, page_area: Callable[[], QRect]) -> None:
        super().__init__(window)
        self._kit = kit
        self._window = window
        self._page_area = page_area
        self._before: QWidget | None = None
        self.current: Sheet | None = None

    def toggle(self, kind: type[Sheet]) -> None:
        """Open a page, or close it if it is the one that is open."""
        was = type(self.current)
        self.close()
        if was is kind:
            return
        self._before = QApplication.focusWidget()
        sheet = MAKERS[kind](self._kit, self._window)
        sheet.closed.connect(self.close)
        self.current = sheet
        self.place()
        sheet.show()
        sheet.raise_()
        (sheet.focusProxy() or sheet).setFocus()

    def close(self) -> bool:
        """Close the page that is open. Returns: whether there was one."""
        sheet, self.current = self.current, None
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
        sheet = self.current
        if sheet is None:
            return
        px = self._kit.theme.px
        area = self._page_area()
        wanted = SIZES[type(sheet)]
        width = min(px(wanted[0]), area.width() - px(32))
        natural = sheet.height_at(width)
        high = px(wanted[1]) if natural is None else min(natural, px(wanted[1]))
        if isinstance(sheet, SeriesSheet):
            high = area.height() - px(self._kit.frame.decision_bar) - px(16)
            sheet.setGeometry(area.left() + px(8), area.top() + px(8), width, high)
            return
        height = min(high, area.height() - px(32))
        if isinstance(sheet, LayoutSheet):
            bottom = area.bottom() - px(self._kit.frame.decision_bar) - px(8)
            sheet.setGeometry(area.left() + px(8), bottom - height, width, height)
            return
        left = area.left() + (area.width() - width) // 2
        top = px(48) if isinstance(sheet, CommandSheet) else (area.height() - height) // 2
        sheet.setGeometry(left, area.top() + top, width, height)

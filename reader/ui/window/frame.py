"""Everything inside the window, built for one theme, one language and one width.

What is on screen follows from the session, so the frame can be thrown away and built
anew whenever the language, the size of text or the class of width changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtGui import QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QStackedLayout, QWidget

from reader.core.text import Text
from reader.session.notices import Notice
from reader.session.workspace import Mode
from reader.ui import tokens
from reader.ui.actions.menu import MEASUREMENT_MENU, VIEWPORT_MENU, menu_of
from reader.ui.actions.window_menu import add_windows
from reader.ui.controls.boxes import Ground, Rule, column, row
from reader.ui.kit import Kit
from reader.ui.models.model_menu import add_ai
from reader.ui.subscriptions import Subscriptions
from reader.ui.welcome.welcome_page import WelcomePage
from reader.ui.window.notice_area import NoticeArea
from reader.ui.window.regions import first_stop
from reader.ui.window.saved_clock import SavedClock
from reader.ui.window.sheets import MakeSheet, Sheets
from reader.ui.window.status_bar import StatusBar
from reader.ui.window.tool_rail import ToolRail
from reader.ui.window.top_bar import TopBar

if TYPE_CHECKING:
    from reader.ui.report.report_page import ReportPage
    from reader.ui.window.reading_page import ReadingPage


@dataclass(frozen=True, slots=True)
class FrameMemory:
    """What is on screen and not in the session, handed from one frame to the next."""

    rail_folded: bool = False
    panel_folded: bool = False
    images_only: bool = False
    card_shown: bool = False
    notices: tuple[Notice, ...] = ()
    sheet: MakeSheet | None = None


class PageArea(QWidget):
    """Holds the page; `moved` when Qt has given it another place or size."""

    moved = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Say so."""
        super().resizeEvent(event)
        self.moved.emit()

    def moveEvent(self, event: QMoveEvent) -> None:  # noqa: N802
        """Say so."""
        super().moveEvent(event)
        self.moved.emit()


class WindowFrame(Ground):
    """Bars, rail, and the page that fits what is open."""

    def __init__(
        self,
        kit: Kit,
        ai_runs_on: Text,
        saved: SavedClock,
        memory: FrameMemory = FrameMemory(),
    ) -> None:
        super().__init__(kit.theme, tokens.BG)
        self.kit = kit
        self._rail_folded = memory.rail_folded
        self._panel_folded = memory.panel_folded
        self._images_only = memory.images_only
        self.top = TopBar(kit)
        self.rail = ToolRail(kit)
        self.welcome = WelcomePage(kit)
        self._reading: ReadingPage | None = None
        self._report: ReportPage | None = None
        self._card_shown = memory.card_shown
        self.status = StatusBar(kit, ai_runs_on, saved)
        self._top_line = Rule(kit.theme)
        pages = PageArea(self)
        pages.moved.connect(self._place_what_lies_over)
        self._area = pages
        self._pages = QStackedLayout(pages)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self.welcome)
        middle = row(0, self.rail)
        middle.addWidget(pages, 1)
        box = column(0, self.top, self._top_line)
        box.addLayout(middle, 1)
        box.addWidget(self.status)
        self.setLayout(box)
        self.sheets = Sheets(kit, self, self.page_area)
        self.notices = NoticeArea(kit, self)
        self.notices.grew.connect(self.place_notices)
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        for signal in (events.study_opened, events.mode_changed):
            subscriptions.add(signal, self._changed)
        self.refresh()
        for notice in memory.notices:
            self.notices.show_notice(notice)
        if memory.sheet is not None:
            self.sheets.toggle(memory.sheet)

    @property
    def reading(self) -> ReadingPage:
        """Images and findings. Made for the first study, because pyqtgraph comes with it."""
        if self._reading is None:
            from reader.ui.objects.object_sheet import ObjectSheet
            from reader.ui.window.reading_page import ReadingPage

            self._reading = ReadingPage(self.kit, self.viewport_menu)
            self._pages.addWidget(self._reading)
            panel = self._reading.panel
            panel.jobs.resized.connect(self.place_notices)
            panel.objects.resized.connect(self.place_notices)
            panel.objects.text_wanted.connect(lambda: self.sheets.toggle(ObjectSheet))
            panel.show_card(self._card_shown)
            self._show_parts()
        return self._reading

    @property
    def report(self) -> ReportPage:
        """The report. Made when it is first looked at."""
        if self._report is None:
            from reader.ui.report.report_page import ReportPage

            self._report = ReportPage(self.kit)
            self._pages.addWidget(self._report)
        return self._report

    @property
    def shows_card(self) -> bool:
        """Whether the model's card is in the place of the inbox."""
        return self._card_shown if self._reading is None else self._reading.panel.shows_card

    def memory(self) -> FrameMemory:
        """What the next frame should look like."""
        return FrameMemory(
            self._rail_folded,
            self._panel_folded,
            self._images_only,
            self.shows_card,
            tuple(box.notice for box in self.notices.boxes),
            self.sheets.kind,
        )

    @property
    def page(self) -> QWidget:
        """The page on screen."""
        return self._pages.currentWidget() or self.welcome

    def refresh(self) -> None:
        """Choose the page, and what of the frame is shown around it."""
        workspace = self.kit.workspace
        is_open = workspace.studies.study is not None
        if not is_open:
            page: QWidget = self.welcome
        elif workspace.mode is Mode.REPORT:
            page = self.report
        else:
            page = self.reading
        if page is not self._pages.currentWidget():
            self._pages.setCurrentWidget(page)
            self.give_keyboard()
        self._show_parts()
        self.place_notices()

    def _show_parts(self) -> None:
        """Show around the page what is neither folded away nor in the way of the images."""
        everything = not self._images_only
        is_open = self.kit.workspace.studies.study is not None
        for widget in (self.top, self._top_line, self.status):
            widget.setVisible(everything)
        self.rail.setVisible(everything and is_open and not self._rail_folded)
        if self._reading is not None:
            self._reading.decisions.setVisible(everything)
            self._reading.panel.setVisible(everything and not self._panel_folded)

    def give_keyboard(self) -> None:
        """Put the keyboard where the page's work is: on opening something, or the images."""
        if self.page is self.welcome:
            self.welcome.give_keyboard()
        elif self.page is self._reading:
            self.reading.viewports.focus_active()
        else:
            stop = first_stop(self.report.panel)
            if stop is not None:
                stop.setFocus()

    def fold_rail(self) -> None:
        """Fold the tools away, or bring them back."""
        self._rail_folded = not self._rail_folded
        self.refresh()

    def fold_panel(self) -> None:
        """Fold the side panel away, or bring it back."""
        self._panel_folded = not self._panel_folded
        self.refresh()

    def show_panel(self) -> None:
        """Bring the side panel back, if it is folded away."""
        if self._panel_folded:
            self.fold_panel()

    def show_images_only(self, images_only: bool) -> None:
        """Take everything but the images away, or bring it back."""
        if images_only is not self._images_only:
            self._images_only = images_only
            self.refresh()

    def regions(self) -> tuple[QWidget, ...]:
        """The parts that F6 goes between, in their order."""
        if self.page is self._reading:
            return self.rail, *self.reading.regions(), self.top
        return self.rail, self.page, self.top

    def page_area(self) -> QRect:
        """Where the page is: between the bars, beside the rail."""
        return QRect(self._area.mapTo(self, QPoint(0, 0)), self._area.size())

    def place_notices(self) -> None:
        """Lower right, above the jobs if they are there, never over the bars."""
        px = self.kit.theme.px
        area = self.page_area()
        reading = self._reading if self.page is self._reading else None
        beside = reading.panel if reading is not None and not reading.panel.isHidden() else None
        width = min(px(384), (beside or area).width() - px(16))
        if self.page is self._report:
            area.setRight(area.right() - self.report.panel.width())
        self.notices.setFixedWidth(width)
        height = self.notices.height_at(width)
        bottom = area.bottom() - px(12)
        if beside is not None:
            below = (beside.jobs, beside.objects, beside.inbox.foot)
            bottom -= sum(w.height() for w in below if not w.isHidden())
        elif reading is not None:
            bottom -= reading.decisions.height()
        self.notices.setGeometry(area.right() - width - px(8), bottom - height, width, height)
        self.notices.raise_()

    def _place_what_lies_over(self) -> None:
        """Keep sheets and notices in their places when the page changed its size."""
        self.sheets.place()
        self.place_notices()

    def viewport_menu(self, parent: QWidget) -> QMenu:
        """What the right button brings up over an image."""
        kit = self.kit
        if self.reading.viewports.measuring.select_under_pointer():
            return menu_of(kit.theme, kit.actions, MEASUREMENT_MENU, parent)
        menu = menu_of(kit.theme, kit.actions, VIEWPORT_MENU, parent)
        add_windows(menu, kit.theme, kit.workspace, kit.actions.shown_key)
        add_ai(kit, menu)
        return menu

    def _changed(self, *_payload: object) -> None:
        self.sheets.close()
        self.refresh()

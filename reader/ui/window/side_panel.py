"""The panel on the right: findings while reading, segments while editing, or a model's card."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from reader.core.text import say
from reader.session.workspace import Mode
from reader.ui import tokens
from reader.ui.compare.compare_box import CompareBox
from reader.ui.controls.boxes import Ground, column
from reader.ui.controls.painting import painter_for
from reader.ui.editing.history_list import HistoryList
from reader.ui.editing.segment_panel import SegmentPanel
from reader.ui.findings.inbox import Inbox
from reader.ui.jobs.job_panel import JobPanel
from reader.ui.kit import Kit
from reader.ui.models.model_card import ModelCardPanel
from reader.ui.objects.object_list import ObjectList
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr


class SidePanel(Ground):
    """One of three contents; its width depends on which."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit.theme, tokens.PANEL)
        self._kit = kit
        self._card_wanted = False
        self._was_waiting = kit.workspace.inference.blocked is not None
        self.setAccessibleName(tr(say("Side panel")))
        self.inbox = Inbox(kit.theme, kit.workspace, kit.actions, kit.thumbnails, kit.frame)
        self.jobs = JobPanel(kit)
        self.objects = ObjectList(kit)
        self.segments = SegmentPanel(kit)
        self.history = HistoryList(kit)
        self.card = ModelCardPanel(kit)
        self.card.closed.connect(lambda: self.show_card(False))
        self.compare = CompareBox(kit)
        self._reading = _page(self.inbox, self.objects, self.jobs, head=self.compare)
        self._editing = _page(self.segments, self.history)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(1, 0, 0, 0)
        for page in (self._reading, self._editing, self.card):
            self._stack.addWidget(page)
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        subscriptions.add(events.mode_changed, self._changed)
        subscriptions.add(events.overlay_changed, self._model_changed)
        subscriptions.add(events.study_opened, self._study_opened)
        self.jobs.refresh()
        self.refresh()

    @property
    def shows_card(self) -> bool:
        """Whether the model's card is in the place of the findings."""
        return self._stack.currentWidget() is self.card

    def show_card(self, wanted: bool) -> None:
        """Show the card, or the findings again."""
        if wanted != self._card_wanted:
            self._card_wanted = wanted
            self.refresh()

    def refresh(self) -> None:
        """Choose the content and the width."""
        kit, px = self._kit, self._kit.theme.px
        if kit.workspace.mode is Mode.EDIT:
            page, width = self._editing, kit.frame.side_panel
        elif self._card_wanted:
            page, width = self.card, kit.frame.model_card
            self.card.refresh()
        else:
            page, width = self._reading, kit.frame.side_panel
        self.setFixedWidth(px(width))
        self._stack.setCurrentWidget(page)
        self.segments.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Fill, with a line towards the images."""
        super().paintEvent(event)
        painter_for(self).fillRect(QRectF(0, 0, 1, self.height()), QColor(tokens.LINE))

    def _changed(self, *_payload: object) -> None:
        self.refresh()

    def _model_changed(self) -> None:
        """A model that did not start brings its card; its end takes the card away again."""
        waits = self._kit.workspace.inference.blocked is not None
        if waits != self._was_waiting:
            self._was_waiting = waits
            self.show_card(waits)

    def _study_opened(self, _study: object) -> None:
        self.show_card(False)


def _page(main: QWidget, *feet: QWidget, head: QWidget | None = None) -> QWidget:
    """A content that grows, over and under some that do not."""
    page = QWidget()
    box: QVBoxLayout = column(0)
    if head is not None:
        box.addWidget(head)
    box.addWidget(main, 1)
    for foot in feet:
        box.addWidget(foot)
    page.setLayout(box)
    return page

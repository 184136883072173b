"""Nothing is open: drop something, try the demo, go on where it stopped, open a recent study."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from reader.core.text import Text, say
from reader.session.place import RecentStudy
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.keymap import shown_key
from reader.ui.controls.boxes import Ground, IconMark, column, row
from reader.ui.controls.button import Button
from reader.ui.controls.painting import (
    Run,
    draw_box,
    draw_icon,
    draw_key_cap,
    draw_runs,
    painter_for,
    whole,
)
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.identity import hidden_words
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr
from reader.ui.welcome.drop_zone import DropZone
from reader.ui.welcome.recent_card import PICTURE, RecentCard

WIDTH: Final = 1392
MANY: Final = 10

CARDS: Final[tuple[tuple[ActionId, Text], ...]] = (
    (ActionId.OPEN_DEMO, say("Chest CT with AI, works offline")),
    (ActionId.OPEN_FILES, say("Single DICOM or NIfTI files")),
    (ActionId.KEYS, say("Print or learn")),
)


class ActionCard(QAbstractButton):
    """An action with a sentence about it."""

    def __init__(self, kit: Kit, action_id: ActionId, text: Text) -> None:
        super().__init__()
        self._kit = kit
        spec = kit.actions.spec(action_id)
        self._icon_name, self._keys = spec.icon, shown_key(spec)
        self._title, self._text = tr(spec.text), tr(text)
        self.setAccessibleName(f"{self._title}, {self._text}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: kit.actions.trigger(action_id))

    def sizeHint(self) -> QSize:  # noqa: N802
        """72 px high."""
        return QSize(self._kit.theme.px(240), self._kit.theme.px(72))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Icon, two lines, key."""
        theme, px = self._kit.theme, self._kit.theme.px
        painter = painter_for(self)
        rect = whole(self.rect())
        fill = tokens.HOVER if self.underMouse() else tokens.PANEL
        draw_box(painter, rect, px(tokens.RADIUS_BOX), fill)
        middle, size = rect.center().y(), px(24)
        draw_icon(painter, theme, self._icon_name, tokens.TEXT_2, px(16), middle - size / 2, size)
        right = draw_key_cap(painter, theme, self._keys, rect.right() - px(16), middle)
        left = px(16) + size + px(12)
        room = QRectF(left, middle - px(19), right - left - px(8), px(20))
        title = Run(self._title, tokens.TEXT, tokens.SEMIBOLD)
        draw_runs(painter, theme, tokens.BODY, (title,), room)
        room = QRectF(left, middle + px(1), right - left - px(8), px(18))
        draw_runs(painter, theme, tokens.DETAIL, (Run(self._text, tokens.TEXT_2),), room)


class WelcomePage(QWidget):
    """Everything that can be opened, in one column of at most 1392 px."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._cards: list[RecentCard] = []
        self._columns = 0
        px = kit.theme.px
        content = QWidget()
        self._content = QVBoxLayout(content)
        self._content.setSpacing(px(16))
        self._content.addWidget(self._title())
        self.drop_zone = DropZone(kit)
        self._content.addWidget(self.drop_zone)
        cards = row(px(12))
        for action_id, text in CARDS:
            cards.addWidget(ActionCard(kit, action_id, text), 1)
        self._content.addLayout(cards)
        self._stopped = self._stopped_row()
        self._content.addWidget(self._stopped)
        self._content.addSpacing(px(20))
        self._content.addWidget(self._recent_head())
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(px(24))
        self._content.addLayout(self._grid)
        self._content.addStretch(1)
        scroll = Scroller(content)
        self.setLayout(column(0, scroll))
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        subscriptions.add(events.recents_changed, self._changed)
        subscriptions.add(events.study_opened, self._changed)
        subscriptions.add(events.settings_changed, self._changed)
        self.refresh()

    @property
    def recent_cards(self) -> tuple[RecentCard, ...]:
        """The recent studies that are shown."""
        return tuple(self._cards)

    def refresh(self) -> None:
        """Bring the recent studies and the interrupted one up to date."""
        if self._kit.workspace.studies.study is not None:
            return
        place = self._kit.workspace.place
        recents = place.recents()[:MANY]
        self._show_stopped(recents)
        typed = self.search.text().casefold()
        matching = [r for r in recents if typed in r.description.casefold()]
        for old in self._cards:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        hidden = self._kit.workspace.settings.hide_identity
        self._cards = [RecentCard(self._kit.theme, recent, hidden) for recent in matching]
        for card in self._cards:
            card.clicked.connect(lambda _=False, recent=card.recent: self._open(recent))
        self._recents.setVisible(bool(recents))
        self._place_cards()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the column in the middle."""
        super().resizeEvent(event)
        px = self._kit.theme.px
        margin = max(px(48), (self.width() - px(WIDTH)) // 2)
        is_high = self.height() >= px(860)
        self.drop_zone.setFixedHeight(px(176 if is_high else 136))
        top, bottom = (px(64), px(24)) if is_high else (px(24), px(8))
        self._content.setContentsMargins(margin, top, margin, bottom)
        self._place_cards()

    def _title(self) -> Line:
        title = Line(self._kit.theme, tokens.PAGE)
        title.show_text(tr(say("Open a study")), weight=tokens.SEMIBOLD)
        return title

    def _stopped_row(self) -> QWidget:
        """A session that was killed left a study open: offer to go on there."""
        theme, px = self._kit.theme, self._kit.theme.px
        stopped = Ground(theme, tokens.PANEL, tokens.RADIUS_BOX)
        title = Line(theme, tokens.BODY, grows=True)
        title.show_text(tr(say("Picked up where it stopped")), weight=tokens.SEMIBOLD)
        self._stopped_text = Line(theme, tokens.DETAIL, grows=True)
        texts = column(0, title, self._stopped_text)
        self.go_on = Button(theme, tr(say("Continue")))
        box = QHBoxLayout(stopped)
        box.setContentsMargins(px(20), px(12), px(20), px(12))
        box.setSpacing(px(16))
        box.addWidget(IconMark(theme, Icon.CLOCK_COUNTER_CLOCKWISE, tokens.READER, 24))
        box.addLayout(texts, 1)
        box.addWidget(self.go_on)
        self.go_on.clicked.connect(self._go_on)
        return stopped

    def _recent_head(self) -> QWidget:
        theme, px = self._kit.theme, self._kit.theme.px
        self._recents = QWidget()
        title = Line(theme, tokens.TITLE, grows=True)
        title.show_text(tr(say("Recent")), weight=tokens.SEMIBOLD)
        self.search = QLineEdit()
        self.search.setFixedWidth(px(260))
        self.search.setPlaceholderText(tr(say("Name, number, modality")))
        self.search.setAccessibleName(tr(say("Search recent studies")))
        self.search.textChanged.connect(lambda _text: self.refresh())
        self._recents.setLayout(row(px(8), title, self.search))
        return self._recents

    def _show_stopped(self, recents: list[RecentStudy]) -> None:
        place = self._kit.workspace.place
        last = place.last() if place.was_interrupted else None
        recent = next((r for r in recents if last and r.study_uid == last.study_uid), None)
        self._interrupted = recent
        self._stopped.setVisible(recent is not None)
        if recent is None:
            return
        hidden = self._kit.workspace.settings.hide_identity
        who = hidden_words() if hidden else recent.description.partition(" · ")[0]
        text = say(
            "{study} was open when Reading Room stopped. Every stroke and decision is back.",
            study=who,
        )
        self._stopped_text.show_text(tr(text), tokens.TEXT_2)

    def _place_cards(self) -> None:
        """As many columns as fit, spread over the width."""
        px = self._kit.theme.px
        margins = self._content.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        columns = max(1, (room + px(16)) // (px(PICTURE[0]) + px(16)))
        for place, card in enumerate(self._cards):
            self._grid.addWidget(card, place // columns, place % columns)
        gaps = max(1, columns - 1)
        spread = (room - columns * px(PICTURE[0])) // gaps
        self._grid.setHorizontalSpacing(max(px(16), min(px(48), spread)))
        for at in range(max(columns, self._columns) + 1):
            self._grid.setColumnStretch(at, 1 if at == columns else 0)
        self._columns = columns

    def _open(self, recent: RecentStudy) -> None:
        workspace = self._kit.workspace
        paths = workspace.place.paths_of(recent.study_uid)
        if paths:
            workspace.open_paths(paths, recent.study_uid)
            return
        workspace.place.forget_recent(recent.study_uid)
        workspace.notices.warn(
            say("The files of this study are no longer where they were."),
            say("Open the folder they are in now; what was decided comes back by itself."),
        )

    def _go_on(self) -> None:
        if self._interrupted is not None:
            self._open(self._interrupted)

    def _changed(self, *_payload: object) -> None:
        self.refresh()

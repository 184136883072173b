"""Nothing is open: drop something, try the demo, go on where it stopped, open from the library."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from reader.core.text import Text, say
from reader.session.opening.library import IndexedStudy
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.controls.boxes import Ground, IconMark, column, row
from reader.ui.controls.button import Button
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.identity import hidden_words
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr
from reader.ui.welcome.action_card import ActionCard
from reader.ui.welcome.drop_zone import DropZone
from reader.ui.welcome.library_panel import LibraryPanel
from reader.ui.welcome.search_field import KEY

WIDTH: Final = 1392
WIDEST: Final = 2112
SHARE: Final = 0.55
"""On very wide screens the column takes this part of the width, up to WIDEST."""

CARDS: Final[tuple[tuple[ActionId, Text], ...]] = (
    (ActionId.OPEN_FILES, say("ZIP, DICOMDIR, NIfTI, NRRD or MHA")),
    (ActionId.OPEN_DEMO, say("Chest CT with AI, works offline")),
    (ActionId.KEYS, say("Print or learn")),
)


class WelcomePage(QWidget):
    """Everything that can be opened, in one column. Typing anywhere searches the library."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        px = kit.theme.px
        self._column = content = QWidget()
        self._content = QVBoxLayout(content)
        self._content.setSpacing(px(12))
        self._content.addWidget(self._title())
        self.drop_zone = DropZone(kit)
        self._content.addWidget(self.drop_zone)
        cards = row(px(12))
        for action_id, text in CARDS:
            cards.addWidget(ActionCard(kit, action_id, text), 1)
        self._content.addLayout(cards)
        self._interrupted: IndexedStudy | None = None
        self._stopped = self._stopped_row()
        self._content.addWidget(self._stopped)
        self._content.addSpacing(px(12))
        self.library = LibraryPanel(kit)
        self._content.addWidget(self.library)
        self._content.addStretch(1)
        self._scroll = Scroller(content)
        self.library.wants_in_sight.connect(self._show_part)
        self.setLayout(column(0, self._scroll))
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        subscriptions.add(events.library_changed, self._changed)
        subscriptions.add(events.study_opened, self._changed)
        subscriptions.add(events.settings_changed, self._changed)
        self._show_stopped()

    def give_keyboard(self) -> None:
        """To the studies if there are any, else to opening a folder."""
        self._scroll.verticalScrollBar().setValue(0)
        if self.library.list.count:
            self.library.list.go_to(0)
            self.library.list.setFocus()
        else:
            self.drop_zone.open_button.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the column in the middle."""
        super().resizeEvent(event)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        """Keep what one types to search with, which otherwise would be keys."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and _searches(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Typing goes into the search field, wherever the keyboard is."""
        if _searches(event) and self.library.search.isVisible():
            self.library.type_into_search("" if event.text() == KEY else event.text())
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        px = self._kit.theme.px
        wide = min(max(px(WIDTH), int(self.width() * SHARE)), px(WIDEST))
        margin = max(px(48), (self.width() - wide) // 2)
        is_high = self.height() >= px(860)
        has_studies = not self.library.is_empty
        zone = (112 if has_studies else 176) if is_high else (88 if has_studies else 136)
        self.drop_zone.setFixedHeight(px(zone))
        top, bottom = (px(48), px(24)) if is_high else (px(20), px(8))
        self._content.setContentsMargins(margin, top, margin, bottom)

    def _show_part(self, part: QRect) -> None:
        """Scroll so that a part of the library is in sight."""
        top = self.library.mapTo(self._column, part.topLeft())
        half = part.height() // 2
        self._scroll.ensureVisible(top.x(), top.y() + half, 0, half + self._kit.theme.px(8))

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

    def _show_stopped(self) -> None:
        workspace = self._kit.workspace
        last = workspace.place.last() if workspace.place.was_interrupted else None
        study = workspace.library.study(last.study_uid) if last is not None else None
        self._interrupted = study
        self._stopped.setVisible(study is not None)
        if study is None:
            return
        patient = study.summary.patient
        name = patient.patient_id or patient.name.strip() or study.summary.description
        who = hidden_words() if workspace.settings.hide_identity else name
        text = say(
            "{study} was open when Reading Room stopped. Every stroke and decision is back.",
            study=who,
        )
        self._stopped_text.show_text(tr(text), tokens.TEXT_2)

    def _go_on(self) -> None:
        if self._interrupted is not None:
            self._kit.workspace.open_from_library(self._interrupted.study_uid)

    def _changed(self, *_payload: object) -> None:
        if self._kit.workspace.studies.study is None:
            self._show_stopped()
            self._lay_out()


def _searches(event: QKeyEvent) -> bool:
    """Whether a key writes a letter or digit, or is the search field's own."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    text = event.text()
    plain = modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
    return plain and (text.isalnum() or text == KEY)

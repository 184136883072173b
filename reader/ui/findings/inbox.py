"""The findings inbox: to review first, then what is decided."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from reader.core.finding import Finding
from reader.core.review import ReviewStatus
from reader.core.text import Text, say
from reader.session.workspace import Workspace
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton
from reader.ui.actions.actions import Actions
from reader.ui.controls.boxes import IconMark, MessageBox, Tone, row
from reader.ui.controls.button import Button
from reader.ui.controls.icon_button import IconButton
from reader.ui.controls.painting import Run
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.text import Line
from reader.ui.findings.card_content import card_content
from reader.ui.findings.empty_states import EmptyKind, EmptyState, empty_state
from reader.ui.findings.finding_card import FindingCard
from reader.ui.findings.threshold_row import ThresholdRow
from reader.ui.findings.threshold_text import threshold_text
from reader.ui.findings.thumbnails import Thumbnails
from reader.ui.icons import Icon
from reader.ui.subscriptions import Subscriptions
from reader.ui.theme import Theme
from reader.ui.tokens import Frame
from reader.ui.tools.measure.measured_index import is_removed
from reader.ui.translate import tr


class FindingScroller(Scroller):
    """The part of the inbox that scrolls; while it is focused, arrows go from card to card."""

    stepped = Signal(int)

    def __init__(self, content: QWidget) -> None:
        super().__init__(content, stops=True)
        self.setAccessibleName(tr(say("Findings")))

    def event(self, event: QEvent) -> bool:
        """Keep the arrows, which otherwise scroll slices, while focused."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Select the card above or below."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(step)


class GroupHeading(QWidget):
    """`To review 2`."""

    def __init__(self, theme: Theme, title: Text) -> None:
        super().__init__()
        px = theme.px
        self._title = tr(title)
        self._line = Line(theme, tokens.DETAIL, grows=True)
        box = QHBoxLayout(self)
        box.setContentsMargins(px(8), px(10), px(8), px(4))
        box.addWidget(self._line)

    def show_count(self, count: int) -> None:
        """Say how many; none hides the heading."""
        self.setVisible(count > 0)
        self._line.show_runs(
            (
                Run(self._title, tokens.TEXT_2, tokens.MEDIUM),
                Run(f"  {count}", tokens.TEXT, tokens.SEMIBOLD),
            )
        )


class Inbox(QWidget):
    """Cards in two groups. Only what changed is drawn again."""

    def __init__(
        self,
        theme: Theme,
        workspace: Workspace,
        actions: Actions,
        thumbnails: Thumbnails,
        frame: Frame,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._workspace = workspace
        self._actions = actions
        self._thumbnails = thumbnails
        self._frame = frame
        self._cards: dict[str, FindingCard] = {}
        self._empty: MessageBox | None = None
        self._empty_state: EmptyState | None = None
        self._build()
        subscriptions = Subscriptions(self)
        events = workspace.events
        for signal in (events.findings_changed, events.study_opened, events.volume_added):
            subscriptions.add(signal, self._changed)
        for signal in (events.job_changed, events.overlay_changed):
            subscriptions.add(signal, self._model_changed)
        subscriptions.add(events.selection_changed, self._selected)
        actions.keymap_changed.connect(self.refresh)
        self.refresh()

    @property
    def cards(self) -> tuple[FindingCard, ...]:
        """The cards, from the top."""
        return tuple(self._cards.values())

    @property
    def empty(self) -> EmptyState | None:
        """What is said in the place of cards."""
        return self._empty_state

    @property
    def foot(self) -> QWidget:
        """The line that no message may lie over."""
        return self._foot

    def refresh(self) -> None:
        """Bring heading, groups and cards up to date."""
        findings = self._workspace.findings
        shown = [f for f in findings.shown() if not is_removed(self._workspace, f)]
        waiting = [f for f in shown if self._is_waiting(f)]
        rest = [f for f in shown if not self._is_waiting(f)]
        decided = [f for f in rest if f.measurement is None]
        measured = [f for f in rest if f.measurement is not None]
        self._count.show_text(self._count_text(len(shown), len(waiting)), tokens.TEXT_2)
        self._waiting.show_count(len(waiting))
        self._decided.show_count(len(decided))
        self._measured.show_count(len(measured))
        self._measured.setVisible(bool(measured))
        self._show_cards(waiting, decided, measured)
        self._show_empty(empty_state(self._workspace, self._actions.shown_key))
        self.threshold.refresh()
        self._foot.setVisible(any(f.provenance.is_ai for f in findings.all()))

    def _build(self) -> None:
        theme, px = self._theme, self._theme.px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        head = row(px(8))
        head.setContentsMargins(px(16), px(12), px(12), px(10))
        title = Line(theme, tokens.TITLE, (Run(tr(say("Findings")), weight=tokens.SEMIBOLD),))
        self._count = Line(theme, tokens.DETAIL)
        name = tr(say("Which AI findings are shown"))
        self._sliders = IconButton(theme, Icon.SLIDERS_HORIZONTAL, name, side=28)
        self.threshold = ThresholdRow(theme, self._workspace)
        self._sliders.clicked.connect(self._toggle_thresholds)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self._count)
        head.addWidget(self._sliders)
        box.addLayout(head)
        box.addWidget(self.threshold)
        self.threshold.setVisible(self._frame is tokens.WIDE)
        box.addWidget(self._scroller(), 1)
        self._foot = self._foot_line()
        box.addWidget(self._foot)

    def show_thresholds(self) -> None:
        """Show the sliders with the keyboard on the first; hide them if it is there already."""
        sliders = self.threshold.sliders
        has_focus = any(one.slider.hasFocus() for one in sliders)
        self.threshold.setVisible(not has_focus)
        if sliders and not has_focus:
            sliders[0].slider.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _toggle_thresholds(self) -> None:
        self.threshold.setVisible(self.threshold.isHidden())

    def _scroller(self) -> QWidget:
        px = self._theme.px
        self._content = QWidget()
        self._list = QVBoxLayout(self._content)
        self._list.setContentsMargins(px(8), 0, px(8), px(8))
        self._list.setSpacing(px(2))
        self._waiting = GroupHeading(self._theme, say("To review"))
        self._decided = GroupHeading(self._theme, say("Decided"))
        self._measured = GroupHeading(self._theme, say("Measurements"))
        self._list.addWidget(self._waiting)
        self._list.addWidget(self._decided)
        self._list.addWidget(self._measured)
        self._list.addStretch(1)
        self._scroll = FindingScroller(self._content)
        self._scroll.stepped.connect(self._step)
        return self._scroll

    def _foot_line(self) -> QWidget:
        theme, px = self._theme, self._theme.px
        foot = QWidget()
        box = QHBoxLayout(foot)
        box.setContentsMargins(px(16), px(8), px(16), px(8))
        box.setSpacing(px(8))
        line = Line(theme, tokens.DETAIL, grows=True)
        line.show_text(tr(say("No AI mark does not mean normal")), tokens.TEXT_2)
        box.addWidget(IconMark(theme, Icon.INFO, tokens.TEXT_2, 16))
        box.addWidget(line, 1)
        return foot

    def _count_text(self, total: int, waiting: int) -> str:
        if not total:
            return ""
        return tr(say("{waiting} of {total} to review", waiting=waiting, total=total))

    def _is_waiting(self, finding: Finding) -> bool:
        status = self._workspace.findings.status_of(finding.finding_id)
        return status is ReviewStatus.UNREVIEWED

    def _show_cards(
        self, waiting: list[Finding], decided: list[Finding], measured: list[Finding]
    ) -> None:
        """Make, change, move and drop cards so that the list is as wanted."""
        wanted = {f.finding_id: f for f in (*waiting, *decided, *measured)}
        for finding_id in [i for i in self._cards if i not in wanted]:
            card = self._cards.pop(finding_id)
            card.hide()
            card.deleteLater()
        self._cards = {i: self._card(f) for i, f in wanted.items()}
        rows: list[QWidget] = [self._waiting]
        rows += [self._cards[f.finding_id] for f in waiting]
        rows += [self._decided]
        rows += [self._cards[f.finding_id] for f in decided]
        rows += [self._measured]
        rows += [self._cards[f.finding_id] for f in measured]
        for place, widget in enumerate(rows):
            if self._list.indexOf(widget) != place:
                self._list.insertWidget(place, widget)

    def _card(self, finding: Finding) -> FindingCard:
        content = card_content(self._workspace, finding)
        card = self._cards.get(finding.finding_id)
        if card is None:
            card = FindingCard(self._theme, content, self._frame.thumbnail)
            card.pressed.connect(self._workspace.findings.select)
            card.card_wanted.connect(lambda: self._actions.trigger(ActionId.MODEL_CARD))
        side = self._theme.px(self._frame.thumbnail)
        picture = self._thumbnails.of(finding, side, self.devicePixelRatioF())
        card.show_content(content, picture)
        return card

    def _show_empty(self, state: EmptyState | None) -> None:
        if state == self._empty_state and (state is None) == (self._empty is None):
            return
        self._empty_state = state
        if self._empty is not None:
            self._empty.hide()
            self._empty.deleteLater()
            self._empty = None
        if state is not None:
            self._empty = self._empty_box(state)
            self._list.insertWidget(2, self._empty)

    def _empty_box(self, state: EmptyState) -> MessageBox:
        box = MessageBox(self._theme, Tone.PLAIN, tr(state.title), tr(state.text), icon=state.icon)
        if state.act is not None:
            box.add_act(ActionButton(self._theme, self._actions, state.act, compact=True))
        elif state.kind is EmptyKind.NOTHING_SHOWN:
            half = self._workspace.findings.threshold / 2
            words = tr(
                say("Show from {threshold}", threshold=threshold_text(self._workspace, half))
            )
            button = Button(self._theme, words, compact=True)
            button.clicked.connect(lambda: self._workspace.findings.set_threshold(half))
            box.add_act(button)
        return box

    def _step(self, step: int) -> None:
        ids = list(self._cards)
        selected = self._workspace.findings.selected
        place = ids.index(selected) + step if selected in ids else 0
        if ids:
            self._workspace.findings.select(ids[min(max(place, 0), len(ids) - 1)])

    def _changed(self, *_payload: object) -> None:
        self.refresh()

    def _model_changed(self, *_payload: object) -> None:
        """What a model does changes only what is said while there are no cards."""
        if not self._cards:
            self._show_empty(empty_state(self._workspace, self._actions.shown_key))

    def _selected(self, finding_id: str | None) -> None:
        self.refresh()
        if finding_id in self._cards:
            self._scroll.ensureWidgetVisible(self._cards[finding_id], 0, self._theme.px(16))

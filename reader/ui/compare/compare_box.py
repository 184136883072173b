"""Over the findings while comparing: with which study, how long ago, and how they are tied."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout

from reader.core.series_kind import SeriesKind
from reader.core.text import Text, say
from reader.session.workspace import Mode
from reader.ui import quantities, tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton
from reader.ui.compare.words import link_state, shown_text, time_between
from reader.ui.controls.boxes import Ground, IconMark, Rule, row
from reader.ui.controls.text import Line, Paragraph
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr


class CompareBox(Ground):
    """Absent unless studies are compared."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit.theme, tokens.PANEL)
        self._kit = kit
        theme, px = kit.theme, kit.theme.px
        self._title = Line(theme, tokens.TITLE, grows=True)
        self._title.show_text(tr(say("Compared with")), weight=tokens.SEMIBOLD)
        self._days = Line(theme, tokens.DETAIL)
        self._study = Line(theme, tokens.BODY, grows=True)
        self._link_icon = IconMark(theme, Icon.LINK, tokens.TEXT_2, 16)
        self._link = Line(theme, tokens.DETAIL, grows=True)
        self._remark = Paragraph(theme, tokens.DETAIL, "", tokens.TEXT_2)
        other = ActionButton(
            theme, kit.actions, ActionId.COMPARE_WITH, compact=True, text=say("Other study")
        )
        flicker = ActionButton(
            theme, kit.actions, ActionId.FLICKER, compact=True, text=say("Flicker")
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(12), px(16), px(8))
        box.setSpacing(px(6))
        box.addLayout(row(px(8), self._title, self._days))
        box.addWidget(self._study)
        box.addLayout(row(px(6), self._link_icon, self._link))
        box.addWidget(self._remark)
        buttons = row(px(8), other, flicker)
        buttons.addStretch(1)
        box.addLayout(buttons)
        box.addWidget(Rule(theme))
        events = kit.workspace.events
        heard = Subscriptions(self)
        for signal in (
            events.mode_changed, events.companions_changed, events.linking_changed,
            events.settings_changed, events.study_opened, events.job_changed,
            events.active_viewport_changed,
        ):  # fmt: skip
            heard.add(signal, self.refresh)
        # Shown before it lies in a panel it would be a window of its own.
        self.hide()
        QTimer.singleShot(0, self, self.refresh)

    @property
    def words(self) -> str:
        """All it says, line by line."""
        return "\n".join((self._study.text, self._days.text, self._link.text, self._remark.text))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Give the remark the height its words need at this width."""
        super().resizeEvent(event)
        self._fit_remark()

    def _fit_remark(self) -> None:
        width = self.width() - 2 * self._kit.theme.px(16)
        self._remark.setFixedHeight(self._remark.heightForWidth(width))

    def refresh(self, *_payload: object) -> None:
        """Follow the session."""
        workspace = self._kit.workspace
        self._kit.actions.refresh_soon()
        self.setVisible(workspace.mode is Mode.COMPARE)
        if workspace.mode is not Mode.COMPARE:
            return
        beside, study = workspace.compare.beside, workspace.studies.study
        hidden = workspace.settings.hide_identity
        is_there = beside is not None and study is not None
        for widget in (self._study, self._link, self._link_icon):
            widget.setVisible(is_there)
        if beside is None or study is None:
            self._days.show_text("")
            self._remark.show_text(tr(self._why_none()))
            self._fit_remark()
            return
        since = "" if hidden else shown_text(time_between(beside, study))
        self._days.show_text(since, tokens.TEXT_2)
        when = "" if hidden else quantities.date(beside.date)
        is_named = bool(beside.patient.name.strip() or beside.patient.patient_id)
        what = beside.description if is_named or not hidden else ""
        what = what or tr(say("Study"))
        self._study.show_text(" · ".join(part for part in (when, what) if part))
        icon, state, is_warning = link_state(workspace)
        self._link_icon.show_icon(icon, tokens.WARNING if is_warning else tokens.TEXT_2)
        self._link.show_text(tr(state), tokens.WARNING if is_warning else tokens.TEXT)
        self._remark.show_text(tr(self._caution(is_warning)))
        self._fit_remark()

    def _why_none(self) -> Text:
        compare = self._kit.workspace.compare
        if any(compare.is_on_its_way(other.study_uid) for other in compare.others()):
            return say("The other study is being looked for.")
        if compare.others():
            return say("No other study lies beside this one. Choose one to compare with.")
        return say(
            "The library has no other study of this patient. Open the folder that holds one."
        )

    def _caution(self, by_middles: bool) -> Text:
        compare = self._kit.workspace.compare
        beside = compare.beside
        other = next(
            (o for o in compare.others() if beside and o.study_uid == beside.study_uid), None
        )
        if other is not None and not other.is_same_patient:
            return say("Nothing says that this is the same patient. Make sure before you compare.")
        if by_middles:
            return say(
                "The two lie in different places, so their middles are tied. Scroll one side "
                "with Alt and the wheel until they show the same."
            )
        shown = self._kit.workspace.viewports
        if shown.kind_of(shown.active.series_key) is not SeriesKind.VOLUME:
            return say("Zoom and place go together; the images are not registered.")
        if not shown.linking.is_on:
            return say("Each side scrolls by itself.")
        return say("Tied by position, not registered. Scroll one side with Alt and the wheel.")

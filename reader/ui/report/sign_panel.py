"""Beside the report: what is still open, what to check, export, signature."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.text import Text, say
from reader.session.workspace import Mode
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton
from reader.ui.controls.boxes import Ground, IconMark, MessageBox, Rule, Tone, column, row
from reader.ui.controls.button import ButtonKind
from reader.ui.controls.painting import Run
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.text import Line, Paragraph
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.report.export_box import ExportBox
from reader.ui.report.report_text import Check, checks, waiting_text
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr


class SignPanel(Ground):
    """Sign is off while a finding waits, and the line under it says why."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit.theme, tokens.PANEL)
        self._kit = kit
        self._shown: tuple[Check, ...] = ()
        self._check_rows: list[QWidget] = []
        self.setFixedWidth(kit.theme.px(kit.frame.sign_off))
        self._build()
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        for signal in (events.findings_changed, events.mode_changed, events.settings_changed):
            subscriptions.add(signal, self._changed)
        self.refresh()

    def refresh(self) -> None:
        """Bring everything up to date; nothing is worked out while the report is away."""
        workspace = self._kit.workspace
        if workspace.mode is not Mode.REPORT:
            return
        title, text = waiting_text(workspace)
        self.waiting.setVisible(bool(title))
        if title:
            self.waiting.title.show_text(title)
            self.waiting.body.show_text(text)
            self.waiting.body.show()
        made = checks(workspace)
        open_points = sum(not check.passed for check in made)
        signed = workspace.findings.is_signed
        left = tr(say("Signed")) if signed else _left_text(open_points)
        self._left.show_text(left, tokens.TEXT_2)
        self._show_checks(made)
        self._why.show_text(self._why_text())
        self.export.refresh()

    def _build(self) -> None:
        theme, px = self._kit.theme, self._kit.theme.px
        title = Line(theme, tokens.TITLE, grows=True)
        title.show_text(tr(say("Sign")), weight=tokens.SEMIBOLD)
        self._left = Line(theme, tokens.DETAIL)
        head = row(px(8), title, self._left)
        head.setContentsMargins(px(16), px(12), px(16), px(10))
        content = QWidget()
        self._column = column(px(4))
        self._column.setContentsMargins(px(16), 0, px(16), px(8))
        content.setLayout(self._column)
        self.waiting = MessageBox(theme, Tone.WARNING, "")
        self.waiting.add_act(
            ActionButton(
                theme, self._kit.actions, ActionId.NEXT_FINDING, with_icon=False,
                text=say("Review it now"),
            )
        )  # fmt: skip
        self._column.addWidget(self.waiting)
        self._column.addSpacing(px(12))
        heading = Line(theme, tokens.DETAIL, grows=True)
        heading.show_runs((Run(tr(say("Before signing")), tokens.TEXT_2, tokens.MEDIUM),))
        self._column.addWidget(heading)
        self._column.addStretch(1)
        self.export = ExportBox(self._kit)
        scrolled = QWidget()
        pile = column(0)
        pile.addWidget(content, 1)
        pile.addWidget(Rule(theme))
        pile.addWidget(self.export)
        scrolled.setLayout(pile)
        scroll = Scroller(scrolled)
        self.sign = ActionButton(
            theme,
            self._kit.actions,
            ActionId.SIGN,
            kind=ButtonKind.MAIN,
            with_icon=False,
            wide=True,
        )
        self._why = Paragraph(theme, tokens.DETAIL, "", tokens.TEXT_2)
        foot = QVBoxLayout()
        foot.setContentsMargins(px(16), px(8), px(16), px(12))
        foot.setSpacing(px(6))
        foot.addWidget(self.sign)
        foot.addWidget(self._why)
        box = column(0)
        box.addLayout(head)
        box.addWidget(scroll, 1)
        box.addLayout(foot)
        self.setLayout(box)

    def _show_checks(self, made: tuple[Check, ...]) -> None:
        if made == self._shown:
            return
        self._shown = made
        for old in self._check_rows:
            old.hide()
            old.deleteLater()
        self._check_rows = [self._check_row(check) for check in made]
        for place, widget in enumerate(self._check_rows):
            self._column.insertWidget(3 + place, widget)

    def _check_row(self, check: Check) -> QWidget:
        theme, px = self._kit.theme, self._kit.theme.px
        icon = Icon.CHECK_CIRCLE if check.passed else Icon.WARNING
        color = tokens.SUCCESS if check.passed else tokens.WARNING
        texts = column(0, Paragraph(theme, tokens.BODY, check.text))
        if check.aside:
            texts.addWidget(Paragraph(theme, tokens.DETAIL, check.aside, tokens.TEXT_2))
        line = QWidget()
        box = row(px(12))
        box.setContentsMargins(0, px(7), 0, px(7))
        box.addWidget(IconMark(theme, icon, color, 20), 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(texts, 1)
        line.setLayout(box)
        return line

    def _why_text(self) -> str:
        findings = self._kit.workspace.findings
        if findings.is_signed:
            return tr(say("Signed. Undo takes the signature back."))
        if findings.unreviewed_count == 1:
            return tr(say("Sign opens when the finding above is decided."))
        if findings.unreviewed_count:
            text: Text = say(
                "Sign opens when {count} findings are decided.", count=findings.unreviewed_count
            )
            return tr(text)
        return tr(say("Signing records your name and the time. Undo takes it back."))

    def _changed(self, *_payload: object) -> None:
        self.refresh()


def _left_text(count: int) -> str:
    if not count:
        return tr(say("nothing left"))
    if count == 1:
        return tr(say("1 thing left"))
    return tr(say("{count} things left", count=count))

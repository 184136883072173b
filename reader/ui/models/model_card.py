"""The model's card beside the images: this study against it, how it was measured, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from reader.core.model import Eligibility, EligibilityCheck, ModelSpec, Verdict
from reader.core.text import say
from reader.session.running.card_sections import identity_rows
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton
from reader.ui.controls import chip
from reader.ui.controls.boxes import Ground, IconMark, MessageBox, Rule, Tone, row
from reader.ui.controls.chip import Chip
from reader.ui.controls.icon_button import IconButton
from reader.ui.controls.painting import Run
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.text import Line, Paragraph
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.models.card_view import add_card, add_heading, rows_table
from reader.ui.subscriptions import Subscriptions
from reader.ui.terms import term
from reader.ui.translate import tr

_SIGNS: Final = {
    Verdict.OK: (Icon.CHECK_CIRCLE, tokens.SUCCESS),
    Verdict.CAUTION: (Icon.WARNING, tokens.WARNING),
    Verdict.REFUSED: (Icon.X_CIRCLE, tokens.DANGER),
}


class ModelCardPanel(Ground):
    """Built anew whenever it is shown; `closed` when the reader is done with it."""

    closed = Signal()

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit.theme, tokens.PANEL)
        self._kit = kit
        px = kit.theme.px
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        title = Line(kit.theme, tokens.TITLE)
        title.show_text(tr(say("Model card")), weight=tokens.SEMIBOLD)
        self._chip = Chip(kit.theme, Icon.CPU, "", chip.FROM_AI)
        close = IconButton(kit.theme, Icon.X, tr(say("Close")), side=28)
        close.clicked.connect(self.closed)
        head = row(px(8), title)
        head.setContentsMargins(px(16), px(12), px(12), px(10))
        head.addStretch(1)
        head.addWidget(self._chip)
        head.addWidget(close)
        self._outer.addLayout(head)
        self._scroll = Scroller(stops=True)
        self._outer.addWidget(self._scroll, 1)
        self._foot = QWidget()
        self._outer.addWidget(self._foot)
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        subscriptions.add(events.overlay_changed, self._changed)
        subscriptions.add(events.volume_added, self._changed)
        subscriptions.add(events.selection_changed, self._changed)
        subscriptions.add(events.models_changed, self._changed)
        self._drawn: tuple[str, tuple[EligibilityCheck, ...], bool] | None = None

    def refresh(self) -> None:
        """Show the model that waits for a word, else the one the selected finding is of.

        Without either it is the model that runs on the series that is looked at.
        """
        workspace = self._kit.workspace
        blocked = workspace.inference.blocked
        series_key = workspace.viewports.active.series_key
        if blocked is not None:
            _, spec, eligibility = blocked
        elif workspace.inference.specs() and series_key is not None:
            spec = self._of_finding() or workspace.inference.spec_for(series_key)
            eligibility = workspace.inference.eligibility(series_key, spec)
        else:
            return
        drawn = (spec.identity.id, eligibility.checks, workspace.inference.is_insisting)
        if drawn != self._drawn:
            self._drawn = drawn
            self._show(spec, eligibility)

    def _of_finding(self) -> ModelSpec | None:
        """The model that made the selected finding, if it is here in that version."""
        workspace = self._kit.workspace
        finding = workspace.findings.finding(workspace.findings.selected)
        made_by = finding.provenance.algorithm if finding is not None else None
        return next((s for s in workspace.inference.specs() if s.identity == made_by), None)

    def _show(self, spec: ModelSpec, eligibility: Eligibility) -> None:
        px = self._kit.theme.px
        identity = spec.identity
        name = f"{term(identity.name)} {identity.version}"
        self._chip.show_state(Icon.CPU, name, chip.FROM_AI)
        content = QWidget()
        box = QVBoxLayout(content)
        box.setContentsMargins(px(16), 0, px(16), px(16))
        box.setSpacing(px(8))
        if eligibility.verdict is not Verdict.OK:
            insisting = self._kit.workspace.inference.is_insisting
            box.addWidget(_warning(self._kit, eligibility, insisting))
        add_heading(self._kit, box, say("This study against the card"))
        box.addLayout(_checks(self._kit, eligibility.checks))
        add_card(self._kit, box, spec.card, with_identity=False)
        box.addStretch(1)
        self._scroll.show_content(content)
        self._show_foot(spec)

    def _show_foot(self, spec: ModelSpec) -> None:
        """Whose it is and by what it is known, always in sight."""
        theme, px = self._kit.theme, self._kit.theme.px
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Rule(theme))
        table = rows_table(self._kit, identity_rows(spec.card))
        table.setContentsMargins(px(16), px(12), px(16), px(12))
        column.addLayout(table)
        self._outer.replaceWidget(self._foot, foot)
        self._foot.hide()
        self._foot.deleteLater()
        self._foot = foot

    def _changed(self, *_payload: object) -> None:
        if self.isVisible():
            self.refresh()


def _warning(kit: Kit, eligibility: Eligibility, insisting: bool) -> MessageBox:
    """The reasons one under the other, and what becomes of a run that is made all the same."""
    if insisting:
        title = say("Run it against its card?")
    elif eligibility.verdict is Verdict.REFUSED:
        title = say("This model is not for this series")
    else:
        title = say("Outside what this model was tested on")
    tone = Tone.DANGER if eligibility.verdict is Verdict.REFUSED else Tone.WARNING
    first, *others = (tr(reason) for reason in eligibility.reasons)
    box = MessageBox(kit.theme, tone, tr(title), first)
    for reason in others:
        box.add_text(reason)
    if eligibility.may_be_overridden:
        detail = say("If you run it, every mark and the report will say so.")
    else:
        detail = say("It could compute nothing that means something, so it cannot be run.")
    box.add_detail(tr(detail))
    if insisting:
        box.add_act(ActionButton(kit.theme, kit.actions, ActionId.RUN_REFUSED))
    return box


def _checks(kit: Kit, checks: Sequence[EligibilityCheck]) -> QGridLayout:
    """A sign, what was compared, what was found, what the card says."""
    theme, px = kit.theme, kit.theme.px
    grid = QGridLayout()
    grid.setHorizontalSpacing(px(16))
    grid.setVerticalSpacing(px(10))
    heads = (say("Check"), say("This study"), say("Card"))
    for column, head in enumerate(heads, start=1):
        line = Line(theme, tokens.DETAIL, grows=True)
        line.show_text(tr(head), tokens.TEXT_2)
        grid.addWidget(line, 0, column)
    for place, check in enumerate(checks, start=1):
        icon, color = _SIGNS[check.verdict]
        grid.addWidget(IconMark(theme, icon, color, 20), place, 0, Qt.AlignmentFlag.AlignTop)
        fits = check.verdict is Verdict.OK
        cells = (
            Run(tr(check.name), tokens.TEXT_2),
            Run(tr(check.this_study), tokens.TEXT, tokens.REGULAR if fits else tokens.SEMIBOLD),
            Run(tr(check.card), tokens.TEXT_2),
        )
        for column, run in enumerate(cells, start=1):
            cell = Paragraph(theme, tokens.BODY, run.text, run.color, run.weight)
            grid.addWidget(cell, place, column)
    grid.setColumnStretch(1, 1)
    grid.setColumnStretch(2, 1)
    grid.setColumnStretch(3, 1)
    return grid

"""The decision bar when a model did not start: equal ways on, and reading goes on."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.model import Eligibility, Verdict
from reader.core.text import Text, say
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton, ActionIconButton
from reader.ui.controls.acts import ActsBar
from reader.ui.controls.boxes import IconMark
from reader.ui.controls.button import ButtonKind
from reader.ui.controls.text import Line, plain_tip
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.terms import term
from reader.ui.translate import one_after_the_other, tr


class ModelChoiceBar(ActsBar):
    """A sign in amber or red, what happened, its card, and the ways on."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        theme, px = kit.theme, kit.theme.px
        self._title = Line(theme, tokens.BODY, grows=True)
        self._reason = Line(theme, tokens.DETAIL, grows=True)
        words = QWidget()
        lines = QVBoxLayout(words)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addStretch(1)
        lines.addWidget(self._title)
        lines.addWidget(self._reason)
        lines.addStretch(1)
        self._words = words
        self._other, self._anyway, self._refused, skip = (
            ActionButton(theme, kit.actions, action_id, kind=kind, text=text)
            for action_id, kind, text in (
                (ActionId.OTHER_SERIES, ButtonKind.NORMAL, say("Other series")),
                (ActionId.RUN_ANYWAY, ButtonKind.NORMAL, say("Run anyway")),
                (ActionId.RUN_REFUSED, ButtonKind.NORMAL, say("Run, marked")),
                (ActionId.SKIP_MODEL, ButtonKind.QUIET, None),
            )
        )
        super().__init__(words, (self._other, self._anyway, self._refused, skip), px(260), px(200))
        self._signs = {
            Verdict.CAUTION: IconMark(theme, Icon.WARNING, tokens.WARNING, 24),
            Verdict.REFUSED: IconMark(theme, Icon.X_CIRCLE, tokens.DANGER, 24),
        }
        self.box.setContentsMargins(px(12), 0, px(12), 0)
        self.box.setSpacing(px(8))
        for sign in self._signs.values():
            self.box.addWidget(sign)
        self.box.addWidget(words, 1)
        self.box.addWidget(ActionIconButton(theme, kit.actions, ActionId.MODEL_CARD))
        for button in (self._other, self._anyway, self._refused, skip):
            self.box.addWidget(button)

    def refresh(self) -> None:
        """Say which model did not start and why."""
        inference = self._kit.workspace.inference
        if inference.blocked is None:
            return
        _, spec, eligibility = inference.blocked
        insisting = inference.is_insisting
        name = term(spec.identity.name)
        if insisting:
            title = say("Run it against its card?")
        else:
            version = spec.identity.version
            title = say("Did not start: {model} {version}", model=name, version=version)
        self._title.show_text(tr(title), weight=tokens.SEMIBOLD)
        self._reason.show_text(one_after_the_other(*_words(eligibility, insisting)), tokens.TEXT_2)
        reasons = "\n".join(tr(reason) for reason in eligibility.reasons)
        self._words.setToolTip(plain_tip(reasons))
        for verdict, sign in self._signs.items():
            sign.setVisible(verdict is eligibility.verdict)
        self._anyway.setVisible(eligibility.may_be_overridden and not insisting)
        self._refused.setVisible(insisting)
        suits_another = self._kit.actions.is_enabled(ActionId.OTHER_SERIES)
        self._other.setVisible(suits_another and not insisting)
        self.make_room()


def _words(eligibility: Eligibility, insisting: bool) -> tuple[Text, ...]:
    """The first reason, how many more there are, and what is not lost."""
    if insisting:
        return (say("Every mark and the report will say so."), *eligibility.reasons)
    more = len(eligibility.reasons) - 1
    others = (say("{count} more on the card.", count=more),) if more > 0 else ()
    return (*eligibility.reasons[:1], *others, say("You can keep reading."))

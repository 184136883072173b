"""The decision bar when a model did not start: equal ways on, and reading goes on."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from reader.core.model import Verdict
from reader.core.text import say
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton
from reader.ui.controls.boxes import IconMark
from reader.ui.controls.button import ButtonKind
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.terms import term
from reader.ui.translate import one_after_the_other, tr


class ModelChoiceBar(QWidget):
    """Amber sign, what happened, and the ways on."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        theme, px = kit.theme, kit.theme.px
        self._title = Line(theme, tokens.BODY, grows=True)
        self._reason = Line(theme, tokens.DETAIL, grows=True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._reason)
        words.addStretch(1)
        box = QHBoxLayout(self)
        box.setContentsMargins(px(12), 0, px(12), 0)
        box.setSpacing(px(8))
        box.addWidget(IconMark(theme, Icon.WARNING, tokens.WARNING, 24))
        box.addSpacing(px(4))
        box.addLayout(words, 1)
        self._other = ActionButton(theme, kit.actions, ActionId.OTHER_SERIES)
        self._anyway = ActionButton(theme, kit.actions, ActionId.RUN_ANYWAY, with_icon=False)
        box.addWidget(self._other)
        box.addWidget(self._anyway)
        skip = ActionButton(
            theme, kit.actions, ActionId.SKIP_MODEL, kind=ButtonKind.QUIET, with_icon=False
        )
        box.addWidget(skip)

    def refresh(self) -> None:
        """Say which model did not start and why."""
        blocked = self._kit.workspace.inference.blocked
        if blocked is None:
            return
        _, spec, eligibility = blocked
        name = term(spec.identity.name)
        title = say("{model} {version} did not start", model=name, version=spec.identity.version)
        self._title.show_text(tr(title), weight=tokens.SEMIBOLD)
        words = (*eligibility.reasons[:1], say("You can keep reading."))
        self._reason.show_text(one_after_the_other(*words), tokens.TEXT_2)
        self._anyway.setVisible(eligibility.verdict is not Verdict.REFUSED)
        self._other.setVisible(self._kit.actions.is_enabled(ActionId.OTHER_SERIES))

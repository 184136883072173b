"""The model that would run on what is looked at: its card, another one, and the button."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from reader.core.text import say
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton, ActionIconButton
from reader.ui.controls.boxes import IconMark, column, row
from reader.ui.controls.button import Button
from reader.ui.controls.painting import Run
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.models.model_menu import ai_menu, spec_to_run
from reader.ui.terms import term
from reader.ui.translate import tr


class RunOffer(QWidget):
    """`Chest CT 1.0`, its card, which others there are, and the button that runs it."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        px = kit.theme.px
        self.line = Line(kit.theme, tokens.BODY, grows=True)
        card = ActionIconButton(kit.theme, kit.actions, ActionId.MODEL_CARD, side=28)
        self.others = Button(kit.theme, tr(say("Another model")), icon=Icon.CARET_UP, compact=True)
        self.others.clicked.connect(self._ask)
        run = ActionButton(kit.theme, kit.actions, ActionId.RUN_MODEL, compact=True)
        mark = IconMark(kit.theme, Icon.CPU, tokens.AI, 20)
        buttons = row(px(8), self.others)
        buttons.addStretch(1)
        buttons.addWidget(run)
        lines = column(px(8))
        lines.addLayout(row(px(8), mark, self.line, card))
        lines.addLayout(buttons)
        self.setLayout(lines)
        self.refresh()

    def refresh(self) -> None:
        """Name the model that the key runs now."""
        spec = spec_to_run(self._kit.workspace)
        if spec is not None:
            identity = spec.identity
            name = Run(term(identity.name), weight=tokens.SEMIBOLD)
            reads = Run(f" {identity.version}", tokens.TEXT_2)
            why = self._kit.actions.why_not(ActionId.RUN_MODEL)
            if why is not None:  # an offer that cannot be taken says why
                name, reads = Run(tr(say("Not for these images")), tokens.TEXT_2), Run("")
            self.line.show_runs((name, reads))

    def _ask(self) -> None:
        """The menu opens upwards: the offer is at the foot of the panel."""
        menu = ai_menu(self._kit, self)
        height = menu.sizeHint().height()
        menu.popup(self.others.mapToGlobal(QPoint(0, -height)))

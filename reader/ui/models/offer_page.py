"""A model on its way in: what it is, what speaks against it, and the person's word."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.model_library import PackOffer
from reader.core.text import Text, say
from reader.session.running.card_sections import CardRow
from reader.session.running.model_shelf import Adding, AddingStep
from reader.ui import tokens
from reader.ui.controls.boxes import MessageBox, Rule, Tone, column, row
from reader.ui.controls.button import Button, ButtonKind
from reader.ui.controls.painting import Run
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.text import Line, Paragraph
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.models.card_view import add_card, rows_table
from reader.ui.models.model_rows import format_name
from reader.ui.models.pack_page import megabytes, progress_row
from reader.ui.terms import term
from reader.ui.translate import tr


class OfferPage(QWidget):
    """Built anew for each step; `refresh` only moves the bar."""

    def __init__(self, kit: Kit, adding: Adding) -> None:
        super().__init__()
        self._kit = kit
        self.adding = adding
        px = kit.theme.px
        box = column(0)
        head = column(px(10))
        head.setContentsMargins(px(20), 0, px(20), px(12))
        head.addWidget(self._title())
        self._progress = QVBoxLayout()
        self._progress.setContentsMargins(0, 0, 0, 0)
        head.addLayout(self._progress)
        self._fill(head)
        box.addLayout(head)
        if adding.offer is not None:
            box.addWidget(Rule(kit.theme))
            box.addWidget(self._card(adding.offer), 1)
        else:
            box.addStretch(1)
        self.setLayout(box)
        self.refresh()

    def refresh(self) -> None:
        """Show how far the work on it is."""
        job_id = self.adding.job
        job = self._kit.workspace.jobs.jobs.get(job_id) if job_id is not None else None
        while self._progress.count():
            item = self._progress.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        if job is not None and not job.is_over:
            stage = job.progress.stage if job.progress is not None else job.title
            fraction = job.progress.fraction if job.progress is not None else 0.0
            self._progress.addWidget(progress_row(self._kit, tr(stage), fraction))

    def _title(self) -> Line:
        name = Line(self._kit.theme, tokens.BLOCK, grows=True)
        offer = self.adding.offer
        if offer is None:
            name.show_text(self.adding.path.name, weight=tokens.SEMIBOLD)
        else:
            version = Run(f"  {offer.version}", tokens.TEXT_2)
            name.show_runs((Run(term(offer.name), weight=tokens.SEMIBOLD), version))
        return name

    def _fill(self, head: QVBoxLayout) -> None:
        """What went wrong, what to know, and the ways on."""
        adding, offer = self.adding, self.adding.offer
        if adding.error is not None:
            error = adding.error
            what, then = tr(error.what_happened), tr(error.what_to_do)
            head.addWidget(MessageBox(self._kit.theme, Tone.DANGER, what, then))
        if offer is not None:
            for warning in self._warnings(offer):
                head.addWidget(warning)
            head.addLayout(rows_table(self._kit, _facts(offer)))
            for note in offer.notes:
                words = Paragraph(self._kit.theme, tokens.DETAIL, tr(note), tokens.TEXT_2)
                head.addWidget(words)
        if adding.step in (AddingStep.OFFERED, AddingStep.REFUSED):
            head.addLayout(self._acts())

    def _warnings(self, offer: PackOffer) -> list[MessageBox]:
        theme, boxes = self._kit.theme, []
        if offer.runs_code:
            title = say("A file of this format can hold a program")
            text = say(
                "Opening it runs what is in it, with your rights. Add it only if you know where "
                "it comes from; your trust is remembered for exactly this file."
            )
            boxes.append(MessageBox(theme, Tone.WARNING, tr(title), tr(text)))
        if offer.needs:
            title = say("It needs {packages}.", packages=", ".join(offer.needs))
            text = say("You can add it now. It runs when that is installed.")
            boxes.append(MessageBox(theme, Tone.WARNING, tr(title), tr(text)))
        return boxes

    def _acts(self) -> QVBoxLayout:
        px, offer, models = self._kit.theme.px, self.adding.offer, self._kit.workspace.models
        buttons = row(px(8))
        if offer is not None:
            trust = offer.runs_code
            words = say("I trust this file, add it") if trust else say("Add")
            if self.adding.error is not None:
                words = say("Try again")
            kind = ButtonKind.NORMAL if trust else ButtonKind.MAIN
            add = self._button(words, Icon.PLUS, lambda: models.add(trust=trust), kind)
            buttons.addWidget(add)
        leave = say("Not now") if offer is not None else say("Close")
        buttons.addWidget(self._button(leave, None, models.dismiss, ButtonKind.QUIET))
        buttons.addStretch(1)
        lines = column(px(8))
        lines.addLayout(buttons)
        return lines

    def _button(
        self, text: Text, icon: Icon | None, act: Callable[[], object], kind: ButtonKind
    ) -> Button:
        button = Button(self._kit.theme, tr(text), icon=icon, kind=kind)
        button.clicked.connect(lambda: self._kit.workspace.notices.attempt(lambda: act()))
        return button

    def _card(self, offer: PackOffer) -> Scroller:
        px = self._kit.theme.px
        content = QWidget()
        box = QVBoxLayout(content)
        box.setContentsMargins(px(20), px(4), px(20), px(16))
        box.setSpacing(px(8))
        add_card(self._kit, box, offer.card, columns=3)
        box.addStretch(1)
        return Scroller(content, stops=True)


def _facts(offer: PackOffer) -> tuple[CardRow, ...]:
    unsigned = say("not signed with a key that is trusted here")
    return (
        CardRow(say("Id"), offer.id),
        CardRow(say("Format"), format_name(offer.format)),
        CardRow(say("Licence"), offer.licence or None),
        CardRow(say("Signature"), offer.signed_by or unsigned),
        CardRow(say("Size"), megabytes(offer.size_bytes)),
    )

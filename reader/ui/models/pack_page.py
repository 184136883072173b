"""One model of the machine: its state, what can be done with it, its card."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.model import ModelSpec
from reader.core.model_library import Pack, PackState
from reader.core.text import Text, say
from reader.ui import tokens
from reader.ui.controls import chip
from reader.ui.controls.boxes import IconMark, MessageBox, Rule, Tone, column, row
from reader.ui.controls.button import Button, ButtonKind
from reader.ui.controls.chip import Chip
from reader.ui.controls.painting import Run
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.jobs.grow_map import ProgressLine
from reader.ui.kit import Kit
from reader.ui.models.card_view import add_card
from reader.ui.models.model_rows import format_name
from reader.ui.terms import term
from reader.ui.translate import one_after_the_other, tr


class PackPage(QWidget):
    """Built anew for another pack; `left` when the reader goes back to the images."""

    left = Signal()

    def __init__(self, kit: Kit, pack: Pack) -> None:
        super().__init__()
        self._kit = kit
        self.pack = pack
        self._models = kit.workspace.models
        theme, px = kit.theme, kit.theme.px
        box = column(0)
        head = column(px(2), *self._title())
        head.setContentsMargins(px(20), 0, px(20), px(10))
        box.addLayout(head)
        acts = self._acts()
        acts.setContentsMargins(px(20), 0, px(20), px(12))
        box.addLayout(acts)
        self._check_box = QVBoxLayout()
        self._check_box.setContentsMargins(px(20), 0, px(20), 0)
        box.addLayout(self._check_box)
        box.addWidget(Rule(theme))
        box.addWidget(self._card(), 1)
        self.setLayout(box)
        self.show_check()

    def show_check(self) -> None:
        """Say what the last check found, or how far it is."""
        px = self._kit.theme.px
        while self._check_box.count():
            item = self._check_box.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        checked = self._models.checked.get(self.pack.id)
        if checked is None:
            return
        if checked.job is not None:
            job = self._kit.workspace.jobs.jobs.get(checked.job)
            fraction = job.progress.fraction if job is not None and job.progress else 0.0
            stage = job.progress.stage if job is not None and job.progress else say("Checking")
            self._check_box.addWidget(progress_row(self._kit, tr(stage), fraction))
        elif checked.wrong:
            title, *rest = checked.wrong
            box = MessageBox(
                self._kit.theme, Tone.DANGER, tr(title), one_after_the_other(*rest) if rest else ""
            )
            self._check_box.addWidget(box)
        else:
            words = say("Checked: the files are the card's, and it ran on a test volume.")
            line = Line(self._kit.theme, tokens.DETAIL, grows=True)
            line.show_text(tr(words), tokens.TEXT_2)
            holder = QWidget()
            mark = IconMark(self._kit.theme, Icon.CHECK_CIRCLE, tokens.SUCCESS, 16)
            holder.setLayout(row(px(8), mark, line))
            self._check_box.addWidget(holder)
        spacer = QWidget()
        spacer.setFixedHeight(px(10))
        self._check_box.addWidget(spacer)

    def _title(self) -> tuple[QWidget, QWidget]:
        theme, pack = self._kit.theme, self.pack
        spec = pack.spec
        name = Line(theme, tokens.BLOCK, grows=True)
        if spec is None:
            name.show_text(pack.id, weight=tokens.SEMIBOLD)
        else:
            identity = spec.identity
            version = Run(f"  {identity.version}", tokens.TEXT_2)
            name.show_runs((Run(term(identity.name), weight=tokens.SEMIBOLD), version))
        about = Line(theme, tokens.DETAIL, grows=True)
        about.show_text(" · ".join(fact for fact in self._facts() if fact), tokens.TEXT_2)
        return name, about

    def _facts(self) -> list[str]:
        pack, spec = self.pack, self.pack.spec
        came = tr(say("came with Reading Room")) if pack.shipped else tr(say("added here"))
        facts = [pack.id, came]
        if spec is not None:
            facts[1:1] = [format_name(spec.format), spec.eligibility.modality]
        if pack.size_bytes:
            facts.append(megabytes(pack.size_bytes))
        if pack.signed_by:
            facts.append(tr(say("signed by {name}", name=pack.signed_by)))
        return facts

    def _acts(self) -> QVBoxLayout:
        """What can be done with it, and what speaks against running it."""
        pack, px, spec = self.pack, self._kit.theme.px, self.pack.spec
        lines = column(px(10))
        if pack.reason is not None:
            lines.addWidget(self._trouble(pack))
        buttons = row(px(8))
        modality = self._modality()
        if spec is not None and pack.state is PackState.OK and modality:
            buttons.addWidget(self._preference(modality, spec))
        if spec is not None and pack.state is PackState.OK:
            run = self._button(say("Run now"), Icon.PLAY, self._run)
            run.setEnabled(self._can_run())
            buttons.addWidget(run)
        if self._models.is_managed:
            check = self._button(say("Check"), Icon.SEAL_CHECK, self._check)
            buttons.addWidget(check)
            if not pack.shipped:
                remove = self._button(say("Remove"), Icon.TRASH, self._remove)
                buttons.addWidget(remove)
        buttons.addStretch(1)
        lines.addLayout(buttons)
        return lines

    def _preference(self, modality: str, spec: ModelSpec) -> QWidget:
        """That it is the one that runs on a modality, or the way to make it so."""
        if modality in self._models.modalities_of(spec):
            words = tr(say("Runs on {modality}", modality=modality))
            return Chip(self._kit.theme, Icon.CHECK, words, chip.BY_READER)
        words_to_do = say("Default for {modality}", modality=modality)
        return self._button(words_to_do, Icon.STAR, lambda: self._prefer(modality))

    def _trouble(self, pack: Pack) -> MessageBox:
        assert pack.reason is not None
        tone = Tone.DANGER if pack.state is PackState.BROKEN else Tone.WARNING
        then = tr(pack.what_to_do) if pack.what_to_do is not None else ""
        box = MessageBox(self._kit.theme, tone, tr(pack.reason), then)
        if pack.state is PackState.NOT_TRUSTED:
            trust = self._button(say("I trust this file"), Icon.LOCK_SIMPLE_OPEN, self._trust)
            box.add_act(trust)
        return box

    def _card(self) -> Scroller:
        px = self._kit.theme.px
        content = QWidget()
        box = QVBoxLayout(content)
        box.setContentsMargins(px(20), px(4), px(20), px(16))
        box.setSpacing(px(8))
        if self.pack.spec is not None:
            add_card(self._kit, box, self.pack.spec.card, columns=3)
        box.addStretch(1)
        return Scroller(content, stops=True)

    def _button(
        self,
        text: Text,
        icon: Icon,
        act: Callable[[], object],
        kind: ButtonKind = ButtonKind.NORMAL,
    ) -> Button:
        button = Button(self._kit.theme, tr(text), icon=icon, compact=True, kind=kind)
        button.clicked.connect(lambda: self._kit.workspace.notices.attempt(lambda: act()))
        return button

    def _modality(self) -> str:
        """The card's modality; where it names none, that of the series that is looked at."""
        spec, workspace = self.pack.spec, self._kit.workspace
        if spec is not None and spec.eligibility.modality:
            return spec.eligibility.modality
        key = workspace.viewports.active.series_key
        has_it = key is not None and workspace.studies.has_series(key)
        return workspace.studies.series(key).modality if key is not None and has_it else ""

    def _can_run(self) -> bool:
        workspace = self._kit.workspace
        key = workspace.viewports.active.series_key
        return workspace.studies.study is not None and workspace.studies.volume(key) is not None

    def _prefer(self, modality: str) -> None:
        self._models.prefer(self.pack.id, modality)

    def _run(self) -> None:
        self._kit.workspace.inference.run(spec_id=self.pack.id)
        self.left.emit()

    def _check(self) -> None:
        self._models.check(self.pack.id)

    def _remove(self) -> None:
        self._models.remove(self.pack.id)

    def _trust(self) -> None:
        self._models.trust(self.pack.id)


def progress_row(kit: Kit, words: str, fraction: float) -> QWidget:
    """How far something is, with a way to stop it."""
    theme, px = kit.theme, kit.theme.px
    line = Line(theme, tokens.DETAIL, grows=True)
    line.show_text(words, tokens.TEXT_2)
    stop = Button(theme, tr(say("Stop")), icon=Icon.X, compact=True)
    stop.clicked.connect(kit.workspace.models.stop)
    bar = ProgressLine(theme)
    bar.show_fraction(fraction, tokens.READER)
    texts = column(px(6), line, bar)
    holder = QWidget()
    box = row(px(12))
    box.addLayout(texts, 1)
    box.addWidget(stop)
    holder.setLayout(box)
    return holder


def megabytes(count: int) -> str:
    """`2.3 MB`, `1.2 GB`."""
    if count >= 1e9:
        return f"{count / 1e9:.1f}\u2009GB"
    return f"{max(count / 1e6, 0.1):.1f}\u2009MB"

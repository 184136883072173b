"""The model's card beside the images: this study against it, how it was measured, by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from reader.core.model import Eligibility, EligibilityCheck, ModelSpec, Verdict
from reader.core.text import Text, say
from reader.ui import tokens
from reader.ui.controls import chip
from reader.ui.controls.boxes import Ground, IconMark, MessageBox, Rule, Tone, row
from reader.ui.controls.chip import Chip
from reader.ui.controls.icon_button import IconButton
from reader.ui.controls.painting import Run
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.text import Line, Paragraph
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions
from reader.ui.terms import term
from reader.ui.translate import one_after_the_other, tr

_SIGNS: Final = {
    Verdict.OK: (Icon.CHECK_CIRCLE, tokens.SUCCESS),
    Verdict.CAUTION: (Icon.WARNING, tokens.WARNING),
    Verdict.REFUSED: (Icon.X_CIRCLE, tokens.WARNING),
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
        self._drawn: tuple[str, tuple[EligibilityCheck, ...]] | None = None

    def refresh(self) -> None:
        """Show the model that waits for a word, or the first one there is."""
        workspace = self._kit.workspace
        blocked = workspace.inference.blocked
        series_key = workspace.viewports.active.series_key
        specs = workspace.inference.specs()
        if blocked is not None:
            _, spec, eligibility = blocked
        elif specs and series_key is not None:
            spec = specs[0]
            eligibility = workspace.inference.eligibility(series_key, spec)
        else:
            return
        drawn = (spec.identity.id, eligibility.checks)
        if drawn != self._drawn:
            self._drawn = drawn
            self._show(spec, eligibility)

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
            box.addWidget(_warning(self._kit, eligibility))
        _heading(self._kit, box, say("This study against the card"))
        box.addLayout(_checks(self._kit, eligibility.checks))
        self._add_texts(box, spec.card)
        box.addStretch(1)
        self._scroll.show_content(content)
        self._show_foot(spec)

    def _add_texts(self, box: QVBoxLayout, card: Mapping[str, object]) -> None:
        """What the card says in words and figures, in the card's own words."""
        theme = self._kit.theme
        for key, heading in _PARTS.items():
            texts = _texts(card.get(key))
            if texts:
                _heading(self._kit, box, heading)
            for text in texts:
                box.addWidget(Paragraph(theme, tokens.BODY, text))
        figures = _figures(card)
        if figures:
            _heading(self._kit, box, say("Measured"))
        for name, value, where in figures:
            box.addLayout(_figure(self._kit, name, value))
            box.addWidget(Paragraph(theme, tokens.DETAIL, where, tokens.TEXT_3))
        sources = _credits(card)
        if sources:
            _heading(self._kit, box, say("Data it was trained and tested on"))
        for text in sources:
            box.addWidget(Paragraph(theme, tokens.DETAIL, text, tokens.TEXT_2))

    def _show_foot(self, spec: ModelSpec) -> None:
        theme, px = self._kit.theme, self._kit.theme.px
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Rule(theme))
        sha = spec.identity.sha256
        weights = say("sha256 {start}…{end}, checked", start=sha[:4], end=sha[-4:])
        rows = [
            (tr(say("Licence")), spec.licence),
            (tr(say("Weights")), tr(weights)),
            (tr(say("Architecture")), spec.architecture),
        ]
        table = _table(self._kit, rows)
        table.setContentsMargins(px(16), px(12), px(16), px(12))
        column.addLayout(table)
        self._outer.replaceWidget(self._foot, foot)
        self._foot.hide()
        self._foot.deleteLater()
        self._foot = foot

    def _changed(self, *_payload: object) -> None:
        if self.isVisible():
            self.refresh()


_PARTS: Final = {
    "summary": say("What it does"),
    "intended_use": say("Meant for"),
    "out_of_scope": say("Not meant for"),
    "limitations": say("Known limits"),
}


def _warning(kit: Kit, eligibility: Eligibility) -> MessageBox:
    refused = eligibility.verdict is Verdict.REFUSED
    if refused:
        title = say("This model must not run on this series")
    else:
        title = say("Outside what this model was tested on")
    reasons = one_after_the_other(*eligibility.reasons)
    box = MessageBox(kit.theme, Tone.WARNING, tr(title), reasons)
    if not refused:
        box.add_detail(tr(say("If you run it, every mark and the report will say so.")))
    return box


def _heading(kit: Kit, box: QVBoxLayout, words: Text) -> None:
    line = Line(kit.theme, tokens.DETAIL, grows=True)
    line.show_runs((Run(tr(words), tokens.TEXT_2, tokens.MEDIUM),))
    box.addSpacing(kit.theme.px(8))
    box.addWidget(line)


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


def _table(kit: Kit, rows: Sequence[tuple[str, str]]) -> QGridLayout:
    """Names on the left, values on the right."""
    theme, px = kit.theme, kit.theme.px
    grid = QGridLayout()
    grid.setHorizontalSpacing(px(16))
    grid.setVerticalSpacing(px(8))
    for place, (name, value) in enumerate(rows):
        left, right = Line(theme, tokens.DETAIL, grows=True), Line(theme, tokens.DETAIL, grows=True)
        left.show_text(name, tokens.TEXT_2)
        right.show_text(value)
        grid.addWidget(left, place, 0)
        grid.addWidget(right, place, 1)
    grid.setColumnStretch(0, 2)
    grid.setColumnStretch(1, 3)
    return grid


def _figure(kit: Kit, name: str, value: str) -> QHBoxLayout:
    """What was measured, and the figure."""
    left, right = Line(kit.theme, tokens.DETAIL, grows=True), Line(kit.theme, tokens.DETAIL)
    left.show_text(name)
    right.show_text(value, weight=tokens.SEMIBOLD)
    return row(kit.theme.px(16), left, right)


def _texts(value: object) -> list[str]:
    """One text, or a list of them."""
    if isinstance(value, str):
        return [value]
    return [str(part) for part in value] if isinstance(value, (list, tuple)) else []


def _figures(card: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Name, value with its interval, and on what and how it was measured."""
    figures = []
    for metric in _entries(card, "metrics"):
        value = f"{float(str(metric['value'])):g}"
        interval = metric.get("interval_95")
        if isinstance(interval, (list, tuple)):
            value += f" ({interval[0]:g} \u2013 {interval[1]:g})"
        where = f"{metric.get('data', '')}. {metric.get('how', '')}"
        figures.append((str(metric["name"]), value, where))
    return figures


def _credits(card: Mapping[str, object]) -> list[str]:
    """Whom the data came from and under which licence."""
    return [
        f"{source['name']}: {source['attribution']} ({source['licence']})"
        for source in _entries(card, "sources")
    ]


def _entries(card: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    """The objects in one of the card's lists."""
    found = card.get(key)
    if not isinstance(found, (list, tuple)):
        return []
    return [entry for entry in found if isinstance(entry, Mapping)]

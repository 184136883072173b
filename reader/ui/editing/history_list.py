"""The steps taken on this study, newest first, with those that were undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from reader.core.review import RecordKind, ReviewDecision, ReviewRecord, active_records
from reader.core.text import Text, say
from reader.session.reviewing.finding_list import FindingList
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionKeyCap
from reader.ui.controls.boxes import IconMark, Rule, row
from reader.ui.controls.painting import Run, draw_box, painter_for
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.quantities import clock
from reader.ui.subscriptions import Subscriptions
from reader.ui.terms import term
from reader.ui.translate import tr

SHOWN_STEPS: Final = 6
"""In wide windows; narrow ones are low as well and show half."""

_DECISIONS: Final = {
    ReviewDecision.CONFIRM: (say("Confirmed"), Icon.CHECK),
    ReviewDecision.EDIT: (say("Edited"), Icon.PENCIL_SIMPLE),
    ReviewDecision.REJECT: (say("Rejected"), Icon.X),
    ReviewDecision.ADD: (say("Added"), Icon.PLUS_CIRCLE),
}
_OTHERS: Final = {
    RecordKind.REASON: (say("Reason given"), Icon.NOTE_PENCIL),
    RecordKind.STROKE: (say("Brush stroke"), Icon.PAINT_BRUSH),
    RecordKind.SIGN: (say("Signed"), Icon.SIGNATURE),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the history."""

    text: str
    icon: Icon
    time: str
    undone: bool
    newest: bool


def steps(findings: FindingList, most: int = SHOWN_STEPS) -> tuple[list[Step], int]:
    """The newest steps, newest first, and how many there are in force."""
    active = {r.record_id for r in active_records(findings.records)}
    rows = [r for r in findings.records if r.kind is not RecordKind.UNDO]
    in_force = [r.record_id for r in rows if r.record_id in active]
    newest = in_force[-1] if in_force else ""
    shown = [
        Step(
            text=_words(record, findings),
            icon=_look(record)[1],
            time=clock(record.at),
            undone=record.record_id not in active,
            newest=record.record_id == newest,
        )
        for record in reversed(rows[-most:])
    ]
    return shown, len(in_force)


def _look(record: ReviewRecord) -> tuple[Text, Icon]:
    if record.decision is not None:
        return _DECISIONS[record.decision]
    return _OTHERS[record.kind]


def _words(record: ReviewRecord, findings: FindingList) -> str:
    """`Confirmed, Lung nodule`."""
    what = tr(_look(record)[0])
    finding = findings.finding(record.finding_id)
    if finding is None:
        return what
    return tr(say("{what}, {finding}", what=what, finding=term(finding.name)))


class StepRow(QWidget):
    """One step."""

    def __init__(self, kit: Kit, step: Step) -> None:
        super().__init__()
        theme, px = kit.theme, kit.theme.px
        self._theme = theme
        self._is_newest = step.newest
        color = tokens.TEXT_3 if step.undone else tokens.TEXT
        words = Line(theme, tokens.BODY, grows=True)
        weight = tokens.SEMIBOLD if step.newest else tokens.REGULAR
        words.show_runs((Run(step.text, color, weight),))
        aside = Line(theme, tokens.DETAIL)
        faint = tokens.TEXT_2 if step.newest else tokens.TEXT_3
        aside.show_text(tr(say("undone")) if step.undone else step.time, faint)
        box = QHBoxLayout(self)
        box.setContentsMargins(px(16), px(5), px(16), px(5))
        box.setSpacing(px(8))
        box.addWidget(IconMark(theme, step.icon, color, 16))
        box.addWidget(words, 1)
        box.addWidget(aside)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """A ground for the newest step in force: the one that undo takes back."""
        if self._is_newest:
            px = self._theme.px
            box = QRectF(px(8), 0, self.width() - 2 * px(8), self.height())
            draw_box(painter_for(self), box, px(tokens.RADIUS_BUTTON), tokens.SELECTED)


class HistoryList(QWidget):
    """The newest steps and how many can be undone."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._shown: list[Step] = []
        self._rows: list[StepRow] = []
        theme, px = kit.theme, kit.theme.px
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, px(10))
        self._box.setSpacing(0)
        self._box.addWidget(Rule(theme))
        title = Line(theme, tokens.BODY, (Run(tr(say("History")), weight=tokens.SEMIBOLD),))
        head = row(px(4), title)
        head.setContentsMargins(px(16), px(10), px(16), px(4))
        head.addStretch(1)
        for action_id in (ActionId.UNDO, ActionId.REDO):
            head.addWidget(ActionKeyCap(theme, kit.actions, action_id))
        self._box.addLayout(head)
        self._foot = Line(theme, tokens.DETAIL, grows=True)
        disk = IconMark(theme, Icon.FLOPPY_DISK, tokens.TEXT_2, 16)
        foot = row(px(8), disk, self._foot)
        foot.setContentsMargins(px(16), px(6), px(16), 0)
        self._box.addLayout(foot)
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        for signal in (events.findings_changed, events.history_changed, events.study_opened):
            subscriptions.add(signal, self._changed)
        self.refresh()

    def refresh(self) -> None:
        """Write the steps anew if they changed."""
        most = SHOWN_STEPS if self._kit.frame is tokens.WIDE else SHOWN_STEPS // 2
        shown, count = steps(self._kit.workspace.findings, most)
        text = say("All on disk. {count} steps can be undone.", count=count)
        self._foot.show_text(tr(text), tokens.TEXT_2)
        if shown == self._shown:
            return
        self._shown = shown
        for old in self._rows:
            old.hide()
            old.deleteLater()
        self._rows = [StepRow(self._kit, step) for step in shown]
        for place, made in enumerate(self._rows):
            self._box.insertWidget(2 + place, made)

    def _changed(self, *_payload: object) -> None:
        self.refresh()

"""The bar under the images: the finding, and what can be decided about it.

A choice (a reason, a place for a new finding, what to do about a model that did not
start) takes the bar's place and goes away when the reader does something else. The bar
never changes its height.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from reader.core.finding import Finding
from reader.core.measurement import Measurement
from reader.core.review import RejectReason, ReviewStatus
from reader.core.text import say
from reader.session.workspace import Mode
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton, ActionIconButton
from reader.ui.actions.decision_actions import REASON_IDS
from reader.ui.controls.acts import ActsBar
from reader.ui.controls.boxes import Ground, Rule, row
from reader.ui.controls.button import ButtonKind
from reader.ui.controls.painting import Run, painter_for
from reader.ui.controls.text import Line
from reader.ui.editing.edit_bar import EditBar
from reader.ui.findings.card_content import CardState, confidence_of, status_of
from reader.ui.findings.finding_card import STATUS_COLORS
from reader.ui.jobs.model_choice import ModelChoiceBar
from reader.ui.kit import Kit
from reader.ui.measured import measured_summary, measurement_name
from reader.ui.quantities import axes_mm, cubic_millimetres, millimetres
from reader.ui.subscriptions import Subscriptions
from reader.ui.terms import term
from reader.ui.tools.tool import ToolId
from reader.ui.translate import tr

EN_SPACE = "\u2002"


class TwoLines(QWidget):
    """What is being decided: a strong line and a fainter one."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self.first = Line(kit.theme, tokens.BODY, grows=True)
        self.second = Line(kit.theme, tokens.DETAIL, grows=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addStretch(1)
        box.addWidget(self.first)
        box.addWidget(self.second)
        box.addStretch(1)


class FindingBar(ActsBar):
    """The finding, then Confirm, Edit and Reject of equal weight, then what is rarer."""

    def __init__(self, kit: Kit) -> None:
        px = kit.theme.px
        is_wide = kit.frame is tokens.WIDE
        self._kit = kit
        self.words = TwoLines(kit)
        decide = [
            ActionButton(kit.theme, kit.actions, action_id)
            for action_id in (ActionId.CONFIRM, ActionId.EDIT, ActionId.REJECT)
        ]
        add = kit.actions.spec(ActionId.ADD_MISSED)
        text = None if is_wide else add.short_text
        missed = ActionButton(kit.theme, kit.actions, ActionId.ADD_MISSED, text=text)
        super().__init__(self.words, (*decide, missed), px(200))
        box = self.box
        box.setContentsMargins(px(12), 0, px(12), 0)
        box.setSpacing(px(12))
        steps = (ActionId.PREVIOUS_FINDING, ActionId.NEXT_FINDING)
        buttons = [ActionIconButton(kit.theme, kit.actions, step) for step in steps]
        box.addLayout(row(px(4), *buttons))
        box.addWidget(self.words, 1)
        acts = row(px(8), *decide, Rule(kit.theme, upright=True, length=20), missed)
        if is_wide:
            quiet = ButtonKind.QUIET
            acts.addWidget(ActionButton(kit.theme, kit.actions, ActionId.UNDO, kind=quiet))
            acts.addWidget(HoldButton(kit))
        box.addLayout(acts)

    def refresh(self) -> None:
        """Say which finding it is and how many are left."""
        findings = self._kit.workspace.findings
        finding = findings.finding(findings.selected)
        if finding is None:
            title, second = self._nothing_selected()
            self.words.first.show_text(title, weight=tokens.SEMIBOLD)
            self.words.second.show_text(second, tokens.TEXT_2)
            self.words.second.setVisible(bool(second))
            return
        self.words.second.show()
        self.words.first.show_runs(self._finding_runs(finding))
        self.words.second.show_runs(self._place_runs(finding))

    def _nothing_selected(self) -> tuple[str, str]:
        findings = self._kit.workspace.findings
        waiting, total = findings.unreviewed_count, len(findings.shown())
        if findings.is_signed:
            return tr(say("Signed")), tr(say("Undo takes the signature back."))
        if not total:
            return tr(say("No findings yet")), ""
        if not waiting:
            key = self._kit.actions.shown_key(ActionId.MODE_REPORT)
            then = tr(say("{key} opens the report", key=key)) if key else ""
            return tr(say("Every finding is decided")), then
        return tr(say("No finding selected")), tr(say("{count} to review", count=waiting))

    def _finding_runs(self, finding: Finding) -> tuple[Run, ...]:
        """`Solid nodule  15.5 mm  17.1 × 13.9 mm · 1950 mm³`."""
        if finding.measurement is not None:
            return _measurement_runs(finding.measurement)
        runs = [Run(term(finding.name), weight=tokens.SEMIBOLD)]
        if finding.long_axis_mm is not None:
            runs.append(Run(EN_SPACE + millimetres(finding.long_axis_mm)))
        if self._kit.frame is tokens.WIDE and finding.short_axis_mm is not None:
            axes = axes_mm(finding.long_axis_mm, finding.short_axis_mm)
            volume = cubic_millimetres(finding.volume_mm3)
            runs.append(Run(f"{EN_SPACE}{axes} · {volume}", tokens.TEXT_2))
        return tuple(runs)

    def _place_runs(self, finding: Finding) -> tuple[Run, ...]:
        """`AI 94 % · finding 1 of 6, 2 to review`."""
        findings = self._kit.workspace.findings
        status = findings.status_of(finding.finding_id)
        words, _, state = status_of(finding, status)
        who = tr(words)
        confidence = confidence_of(finding)
        if confidence is not None and status is ReviewStatus.UNREVIEWED:
            who = f"AI {confidence.short}"
        ids = [f.finding_id for f in findings.shown()]
        waiting = findings.unreviewed_count
        text = say("not shown at this threshold, {waiting} to review", waiting=waiting)
        if finding.finding_id in ids:
            text = say(
                "finding {at} of {total}, {waiting} to review",
                at=ids.index(finding.finding_id) + 1,
                total=len(ids),
                waiting=waiting,
            )
        rest = tr(say("Signed")) if findings.is_signed else tr(text)
        color = STATUS_COLORS[state] if state is not CardState.REJECTED else tokens.TEXT_2
        return Run(who, color), Run(f" · {rest}", tokens.TEXT_2)


def _measurement_runs(measurement: Measurement) -> tuple[Run, ...]:
    """`Ellipse  Mean 42 ± 7 HU`."""
    name = Run(measurement_name(measurement), weight=tokens.SEMIBOLD)
    summary = measured_summary(measurement)
    return (name, Run(EN_SPACE + summary)) if summary else (name,)


class HoldButton(ActionButton):
    """Hides what the AI drew for as long as it is pressed."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit.theme, kit.actions, ActionId.HIDE_AI, kind=ButtonKind.QUIET)
        overlay = kit.workspace.overlay
        self.clicked.disconnect()
        self.pressed.connect(lambda: overlay.hold_hidden(True))
        self.released.connect(lambda: overlay.hold_hidden(False))


class ReasonBar(ActsBar):
    """Why it was rejected: six keys, none of which has to be pressed."""

    def __init__(self, kit: Kit) -> None:
        px = kit.theme.px
        is_wide = kit.frame is tokens.WIDE
        self._kit = kit
        self.words = TwoLines(kit)
        self.words.first.show_runs(
            (
                Run(tr(say("Rejected. Why?")), weight=tokens.SEMIBOLD),
                Run(f"{EN_SPACE}{tr(say('optional'))}", tokens.TEXT_2),
            )
        )
        reasons = [
            ActionButton(
                kit.theme, kit.actions, REASON_IDS[reason], with_icon=False, key_first=True,
                compact=not is_wide,
            )
            for reason in RejectReason
        ]  # fmt: skip
        super().__init__(self.words, reasons, px(140))
        self.box.setContentsMargins(px(12), 0, px(12), 0)
        self.box.setSpacing(px(12 if is_wide else 4))
        self.box.addWidget(self.words, 1)
        acts = row(px(8 if is_wide else 4), *reasons)
        if is_wide:
            acts.addWidget(Rule(kit.theme, upright=True, length=20))
            quiet = ButtonKind.QUIET
            acts.addWidget(ActionButton(kit.theme, kit.actions, ActionId.UNDO, kind=quiet))
        self.box.addLayout(acts)

    def refresh(self) -> None:
        """Say which finding was rejected."""
        finding = self._kit.workspace.findings.finding(self._kit.question.finding_id)
        if finding is not None:
            text = f"{term(finding.name)} · {millimetres(finding.long_axis_mm)}"
            if finding.measurement is not None:
                runs = _measurement_runs(finding.measurement)
                text = " · ".join(run.text.strip() for run in runs)
            self.words.second.show_text(text, tokens.TEXT_2)


class AddingBar(QWidget):
    """The next click adds a finding."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        px = kit.theme.px
        words = TwoLines(kit)
        words.first.show_text(tr(say("Where is the finding?")), weight=tokens.SEMIBOLD)
        text = tr(say("Click it in the image. Its size is measured from the image."))
        words.second.show_text(text, tokens.TEXT_2)
        box = QHBoxLayout(self)
        box.setContentsMargins(px(12), 0, px(12), 0)
        box.setSpacing(px(8))
        box.addWidget(words, 1)
        box.addWidget(ActionButton(kit.theme, kit.actions, ActionId.ADD_HERE))
        box.addWidget(
            ActionButton(
                kit.theme, kit.actions, ActionId.BACK, kind=ButtonKind.QUIET, with_icon=False
            )
        )


class DecisionBar(Ground):
    """Shows the one page that fits what is going on."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit.theme, tokens.PANEL)
        self._kit = kit
        self.setFixedHeight(kit.theme.px(kit.frame.decision_bar))
        self.setAccessibleName(tr(say("Decisions")))
        self.finding = FindingBar(kit)
        self.reasons = ReasonBar(kit)
        self.adding = AddingBar(kit)
        self.editing = EditBar(kit)
        self.model = ModelChoiceBar(kit)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 1, 0, 0)
        for page in (self.finding, self.reasons, self.adding, self.editing, self.model):
            self._stack.addWidget(page)
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        for signal in (
            events.findings_changed, events.selection_changed, events.mode_changed,
            events.study_opened, events.job_changed, events.overlay_changed, kit.tools.changed,
        ):  # fmt: skip
            subscriptions.add(signal, self._changed)
        kit.question.changed.connect(self.refresh)
        self.refresh()

    @property
    def page(self) -> QWidget:
        """What is in the bar now."""
        return self._stack.currentWidget() or self.finding

    def refresh(self) -> None:
        """Choose the page and bring it up to date."""
        self._stack.setCurrentWidget(self._wanted())
        self.finding.refresh()
        self.reasons.refresh()
        self.editing.refresh()
        self.model.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Fill, with a line on top."""
        super().paintEvent(event)
        painter = painter_for(self)
        painter.fillRect(QRectF(0, 0, self.width(), 1), QColor(tokens.LINE))

    def _wanted(self) -> QWidget:
        kit = self._kit
        if kit.workspace.mode is Mode.EDIT:
            return self.editing
        if kit.question.finding_id is not None:
            return self.reasons
        if kit.tools.active_id is ToolId.ADD:
            return self.adding
        if kit.workspace.inference.blocked is not None:
            return self.model
        return self.finding

    def _changed(self, *_payload: object) -> None:
        self.refresh()

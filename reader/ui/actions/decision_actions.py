"""Judging findings: one key per decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reader.core.review import RejectReason, ReviewStatus
from reader.core.text import say
from reader.session.workspace import Mode
from reader.ui.actions import conditions
from reader.ui.actions.action import (
    READING,
    REPORTING,
    ActionContext,
    ActionId,
    ActionSpec,
    Group,
    Layer,
)
from reader.ui.actions.measure_actions import remove_selected, rename_selected
from reader.ui.icons import Icon

REASON_TEXTS: Final = {
    RejectReason.VESSEL: say("Vessel"),
    RejectReason.SCAR: say("Scar or fibrosis"),
    RejectReason.ARTIFACT: say("Artifact"),
    RejectReason.BENIGN: say("Benign"),
    RejectReason.DUPLICATE: say("Duplicate"),
    RejectReason.OTHER: say("Other"),
}
REASON_IDS: Final = dict(
    zip(
        RejectReason,
        (
            ActionId.REASON_1,
            ActionId.REASON_2,
            ActionId.REASON_3,
            ActionId.REASON_4,
            ActionId.REASON_5,
            ActionId.REASON_6,
        ),
        strict=True,
    )
)


def _confirm(context: ActionContext) -> None:
    """Confirm what is not decided or was rejected; then go on, if the reader wants that.

    A finding that is already the reader's (confirmed, edited, added) stays as it is:
    confirming an edited one would say that the AI's own outline was right.
    """
    workspace = context.workspace
    findings, finding_id = workspace.findings, workspace.findings.selected
    if finding_id is None:
        return
    if findings.status_of(finding_id) in (ReviewStatus.UNREVIEWED, ReviewStatus.REJECTED):
        workspace.desk.confirm(finding_id)
    if workspace.settings.enter_moves_to_next and findings.unreviewed_count:
        _go(context, 1)


def _reject(context: ActionContext) -> None:
    """Reject and ask why; the question does not have to be answered.

    A measurement of one's own is no finding to be judged: it is taken away.
    """
    if remove_selected(context):
        return
    finding_id = context.workspace.findings.selected
    if finding_id is not None:
        context.workspace.desk.reject(finding_id)
        context.question.ask(finding_id)


def _give_reason(reason: RejectReason) -> Callable[[ActionContext], None]:
    def act(context: ActionContext) -> None:
        finding_id = context.question.finding_id
        if finding_id is not None:
            context.workspace.desk.give_reason(finding_id, reason)
            context.question.ask(None)

    return act


def _go(context: ActionContext, step: int) -> None:
    """Go to the next or previous finding that waits, leaving any other page for it."""
    findings = context.workspace.findings
    context.workspace.set_mode(Mode.READ)
    if step > 0:
        findings.next_unreviewed()
    else:
        findings.previous_unreviewed()


def _edit(context: ActionContext) -> None:
    """Edit an outline; of a measurement, whose lines are always at hand, the words."""
    if not rename_selected(context):
        context.workspace.set_mode(Mode.EDIT)


def _reason(reason: RejectReason) -> ActionSpec:
    number = list(RejectReason).index(reason) + 1
    return ActionSpec(
        REASON_IDS[reason],
        REASON_TEXTS[reason],
        Icon.NOTE_PENCIL,
        Group.DECIDE,
        _give_reason(reason),
        keys=(str(number),),
        modes=READING,
        layer=Layer.REASONS,
        enabled=conditions.reason_asked,
        decides=True,
    )


DECISION_ACTIONS: Final = (
    ActionSpec(
        ActionId.CONFIRM,
        say("Confirm"),
        Icon.CHECK,
        Group.DECIDE,
        _confirm,
        keys=("Return", "Enter"),
        modes=READING,
        enabled=conditions.finding_selected,
        decides=True,
    ),
    ActionSpec(
        ActionId.EDIT,
        say("Edit"),
        Icon.PENCIL_SIMPLE,
        Group.DECIDE,
        _edit,
        keys=("E",),
        modes=READING,
        enabled=conditions.outline_selected,
        decides=True,
    ),
    ActionSpec(
        ActionId.REJECT,
        say("Reject"),
        Icon.X,
        Group.DECIDE,
        _reject,
        keys=("X",),
        modes=READING,
        enabled=conditions.finding_rejectable,
        decides=True,
    ),
    *(_reason(reason) for reason in RejectReason),
    ActionSpec(
        ActionId.NEXT_FINDING,
        say("Next to review"),
        Icon.CARET_RIGHT,
        Group.DECIDE,
        lambda c: _go(c, 1),
        keys=("N",),
        enabled=conditions.any_unreviewed,
    ),
    ActionSpec(
        ActionId.PREVIOUS_FINDING,
        say("Previous to review"),
        Icon.CARET_LEFT,
        Group.DECIDE,
        lambda c: _go(c, -1),
        keys=("Shift+N",),
        enabled=conditions.any_unreviewed,
    ),
    ActionSpec(
        ActionId.UNDO,
        say("Undo"),
        Icon.ARROW_COUNTER_CLOCKWISE,
        Group.DECIDE,
        lambda c: c.workspace.history.undo(),
        keys=("Ctrl+Z",),
        enabled=conditions.can_undo,
    ),
    ActionSpec(
        ActionId.REDO,
        say("Redo"),
        Icon.ARROW_CLOCKWISE,
        Group.DECIDE,
        lambda c: c.workspace.history.redo(),
        keys=("Ctrl+Y", "Ctrl+Shift+Z"),
        enabled=conditions.can_redo,
    ),
    ActionSpec(
        ActionId.SIGN,
        say("Sign"),
        Icon.SIGNATURE,
        Group.DECIDE,
        lambda c: c.workspace.desk.sign(),
        keys=("Ctrl+Return", "Ctrl+Enter"),
        modes=REPORTING,
        enabled=conditions.may_sign,
        decides=True,
    ),
)

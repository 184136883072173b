"""Why the inbox is empty, in words: nothing yet, nothing found, nothing shown, not allowed."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from reader.core.text import Text, say
from reader.session.jobs import JobKind
from reader.session.workspace import Workspace
from reader.ui.actions.action import ActionId
from reader.ui.findings.threshold_text import threshold_text
from reader.ui.icons import Icon
from reader.ui.tools.measure.measured_index import is_removed


class EmptyKind(enum.Enum):
    """The sentences differ because what the reader may conclude differs."""

    NOTHING_OPEN = "nothing-open"
    NOTHING_YET = "nothing-yet"
    STILL_WORKING = "still-working"
    NOTHING_FOUND = "nothing-found"
    NOTHING_SHOWN = "nothing-shown"
    NOT_ALLOWED = "not-allowed"
    NO_MODEL = "no-model"


@dataclass(frozen=True, slots=True)
class EmptyState:
    """A heading, a sentence, and the act that leads on."""

    kind: EmptyKind
    title: Text
    text: Text
    icon: Icon
    act: ActionId | None = None


def empty_state(workspace: Workspace, key: Callable[[ActionId], str]) -> EmptyState | None:
    """What to say in the place of cards; None while there are cards. `key`: an action's now."""
    add = key(ActionId.ADD_MISSED)
    findings = workspace.findings
    if any(not is_removed(workspace, f) for f in findings.shown()):
        return None
    if workspace.studies.study is None:
        return EmptyState(
            EmptyKind.NOTHING_OPEN,
            say("No study is open"),
            say("Open a folder, or drop one on this window."),
            Icon.FOLDER_OPEN,
            ActionId.OPEN_FOLDER,
        )
    if not workspace.studies.study.series:
        return EmptyState(
            EmptyKind.NOTHING_OPEN,
            say("No images are open"),
            say("Findings are marked on images. Open the folder that holds them."),
            Icon.FOLDER_OPEN,
            ActionId.OPEN_FOLDER,
        )
    hidden = sum(not is_removed(workspace, f) for f in findings.all())
    if hidden:
        return _nothing_shown(hidden, threshold_text(workspace, findings.threshold))
    if workspace.inference.blocked is not None:
        return EmptyState(
            EmptyKind.NOT_ALLOWED,
            say("The AI did not look at this study"),
            say(
                "The study is outside what the model was tested on. Add what you see with {add}.",
                add=add,
            ),
            Icon.WARNING,
            ActionId.MODEL_CARD,
        )
    if workspace.jobs.running(JobKind.INFERENCE) is not None:
        return EmptyState(
            EmptyKind.STILL_WORKING,
            say("No findings yet"),
            say("Add what you see with {add}. The AI is still working.", add=add),
            Icon.CIRCLE_DASHED,
            ActionId.ADD_MISSED,
        )
    series_key = workspace.viewports.active.series_key
    if workspace.inference.has_looked_at(series_key):
        return _nothing_found(_marks_findings(workspace, series_key), add)
    return _nothing_yet(bool(workspace.inference.specs()), key(ActionId.RUN_MODEL), add)


def _is_readable(workspace: Workspace, series_key: str | None) -> bool:
    """Whether any model here could compute something from a series."""
    inference = workspace.inference
    return series_key is None or any(
        inference.eligibility(series_key, spec).may_be_overridden for spec in inference.specs()
    )


def _marks_findings(workspace: Workspace, series_key: str | None) -> bool:
    """Whether the model that looked at a series last marks any, or only structures."""
    looked = workspace.review.algorithm_of(series_key)
    models = [s for s in workspace.inference.specs() if looked and s.identity.id == looked.id]
    return not models or any(label.is_finding for model in models for label in model.labels)


def _nothing_found(marks_findings: bool, add: str) -> EmptyState:
    title = say("The AI found nothing") if marks_findings else say("This AI marks no findings")
    return EmptyState(
        EmptyKind.NOTHING_FOUND,
        title,
        say("This does not mean normal. Add what you see with {add}.", add=add),
        Icon.CIRCLE_DASHED,
        ActionId.ADD_MISSED,
    )


def _nothing_shown(hidden: int, shown: str) -> EmptyState:
    return EmptyState(
        EmptyKind.NOTHING_SHOWN,
        say("The AI found nothing at {threshold} and above", threshold=shown),
        say(
            "This does not mean normal. {count} marks below {threshold} are not shown.",
            count=hidden,
            threshold=shown,
        ),
        Icon.EYE_SLASH,
    )


def _nothing_yet(has_model: bool, run: str, add: str) -> EmptyState:
    if has_model:
        return EmptyState(
            EmptyKind.NOTHING_YET,
            say("No findings yet"),
            say("Run the AI with {run}, or add what you see with {add}.", run=run, add=add),
            Icon.CIRCLE_DASHED,
            ActionId.RUN_MODEL,
        )
    return EmptyState(
        EmptyKind.NO_MODEL,
        say("No findings yet"),
        say("Add what you see with {add}. No model is installed.", add=add),
        Icon.CIRCLE_DASHED,
        ActionId.ADD_MISSED,
    )

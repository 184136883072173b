"""Why an action cannot be done now, in a few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reader.core.text import Text, say
from reader.session.workspace import Mode
from reader.ui.actions import conditions
from reader.ui.actions.action import ActionContext, ActionSpec

MODE_WORDS: Final[dict[frozenset[Mode], Text]] = {
    frozenset({Mode.EDIT}): say("only while editing"),
    frozenset({Mode.REPORT}): say("only in the report"),
    frozenset({Mode.READ}): say("only while reading"),
}
_NO_STUDY: Final = say("no study is open")
_REASONS: Final[dict[Callable[[ActionContext], bool], Text]] = {
    conditions.study_open: _NO_STUDY,
    conditions.several_studies: say("there is no other study"),
    conditions.other_studies: say("there is no other study"),
    conditions.some_unreadable: say("everything opened"),
    conditions.image_shown: say("the viewport shows no image"),
    conditions.finding_selected: say("no finding is selected"),
    conditions.outline_selected: say("no finding with an outline is selected"),
    conditions.finding_rejectable: say("no finding is selected that may be rejected"),
    conditions.any_unreviewed: say("nothing waits for a decision"),
    conditions.reason_asked: say("nothing was just rejected"),
    conditions.adding: say("only while a finding is added"),
    conditions.can_undo: say("there is nothing to undo"),
    conditions.can_redo: say("there is nothing to do again"),
    conditions.can_run_model: say("no AI can run on this now"),
    conditions.model_installed: say("no AI is installed, or no study is open"),
    conditions.models_managed: say("models cannot be added here"),
    conditions.model_running: say("no AI is running"),
    conditions.model_waits: say("no AI waits for your word"),
    conditions.model_blocked: say("no AI waits for your word"),
    conditions.model_insisted_on: say("no AI waits for your second word"),
    conditions.other_series_suits: say("no other series suits the AI"),
    conditions.may_sign: say("not everything is decided, or it is signed already"),
}


def _is_unreadable(context: ActionContext) -> bool:
    """Whether there are models and images, and none of them could compute anything."""
    has_models = bool(context.workspace.inference.specs())
    shown = conditions.image_shown(context)
    return has_models and shown and not conditions.readable_by_models(context)


def why_not(spec: ActionSpec, context: ActionContext) -> Text | None:
    """The reason, None where the action can be done."""
    mode = context.workspace.mode
    possible = spec.enabled(context)
    if mode in spec.modes and possible:
        return None
    if not possible and context.workspace.studies.study is None and spec.enabled in _REASONS:
        return _NO_STUDY
    if mode not in spec.modes:
        return MODE_WORDS.get(spec.modes, say("not on this page"))
    if spec.enabled is conditions.can_run_model and _is_unreadable(context):
        return say("no AI here reads such images")
    return spec.why_not or _REASONS.get(spec.enabled, say("not possible here"))

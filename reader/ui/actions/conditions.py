"""When an action can be done; asked on every change, so each is instant."""

from __future__ import annotations

from reader.core.model import Verdict
from reader.core.review import ReviewStatus
from reader.core.study import Series
from reader.session.jobs import JobKind
from reader.session.viewing.units import units_of
from reader.ui.actions.action import ActionContext
from reader.ui.tools.tool import MEASURING_TOOLS, ToolId


def study_open(context: ActionContext) -> bool:
    """Whether a study is open."""
    return context.workspace.studies.study is not None


def several_studies(context: ActionContext) -> bool:
    """Whether what was opened held more than one study."""
    scan = context.workspace.studies.scan
    return scan is not None and len(scan.studies) > 1


def other_studies(context: ActionContext) -> bool:
    """Whether there is another study at hand: of the folder, or of the patient."""
    return study_open(context) and (
        several_studies(context) or bool(context.workspace.library.priors)
    )


def some_unreadable(context: ActionContext) -> bool:
    """Whether something that was looked at did not open."""
    return bool(context.workspace.loading.unreadable)


def image_shown(context: ActionContext) -> bool:
    """Whether the active viewport shows a series that can be looked at."""
    viewports = context.workspace.viewports
    return context.workspace.studies.volume(viewports.active.series_key) is not None


def finding_selected(context: ActionContext) -> bool:
    """Whether a finding is selected."""
    return context.workspace.findings.selected is not None


def outline_selected(context: ActionContext) -> bool:
    """A finding is selected that has an outline to paint; measurements have points to drag."""
    findings = context.workspace.findings
    finding = findings.finding(findings.selected)
    return finding is not None and finding.measurement is None


def finding_rejectable(context: ActionContext) -> bool:
    """Whether a finding is selected that is not rejected yet."""
    findings = context.workspace.findings
    return (
        findings.selected is not None
        and findings.status_of(findings.selected) is not ReviewStatus.REJECTED
    )


def any_unreviewed(context: ActionContext) -> bool:
    """Whether a finding waits for a decision."""
    return context.workspace.findings.unreviewed_count > 0


def reason_asked(context: ActionContext) -> bool:
    """Whether the decision bar asks why a finding was rejected."""
    return context.question.finding_id is not None


def drawing_path(context: ActionContext) -> bool:
    """Whether the next click goes on along a path."""
    return context.tools.active_id is ToolId.PATH


def adding(context: ActionContext) -> bool:
    """Whether the next click adds a finding."""
    return context.tools.active_id is ToolId.ADD


def measuring(context: ActionContext) -> bool:
    """Whether a measuring tool is in hand."""
    return context.tools.active_id in MEASURING_TOOLS


def drawing(context: ActionContext) -> bool:
    """Whether something is being measured."""
    return measuring(context) and context.tools.sketch.draft is not None


def measurement_selected(context: ActionContext) -> bool:
    """Whether the selected finding is a measurement."""
    findings = context.workspace.findings
    finding = findings.finding(findings.selected)
    return finding is not None and finding.measurement is not None


def removable(context: ActionContext) -> bool:
    """Whether there is a point to take back or a measurement of one's own to remove."""
    findings = context.workspace.findings
    finding = findings.finding(findings.selected)
    is_own = finding is not None and finding.provenance.is_own
    return drawing(context) or (is_own and measurement_selected(context))


def segment_selected(context: ActionContext) -> bool:
    """Whether the selected finding has an extent that can be measured."""
    findings = context.workspace.findings
    finding = findings.finding(findings.selected)
    return finding is not None and finding.label is not None


def has_suv(context: ActionContext) -> bool:
    """Whether the active viewport shows a series whose uptake is known, or has it laid over."""
    studies, state = context.workspace.studies, context.workspace.viewports.active
    keys = [k for k in (state.series_key, state.fused_key) if k and studies.has_series(k)]
    return image_shown(context) and any(
        unit.is_suv for key in keys for unit in units_of(studies.series(key))
    )


def can_undo(context: ActionContext) -> bool:
    """Whether there is a step to take back."""
    return context.workspace.history.next_undo is not None


def can_redo(context: ActionContext) -> bool:
    """Whether there is a step to do again."""
    return context.workspace.history.next_redo is not None


def readable_by_models(context: ActionContext) -> bool:
    """Whether any model here could compute something from the series that is looked at."""
    inference, key = context.workspace.inference, context.workspace.viewports.active.series_key
    return key is not None and any(
        inference.eligibility(key, spec).may_be_overridden for spec in inference.specs()
    )


def can_run_model(context: ActionContext) -> bool:
    """Whether a model is installed, a volume that it can read is there, and none is running."""
    workspace = context.workspace
    return (
        image_shown(context)
        and readable_by_models(context)
        and workspace.jobs.running(JobKind.INFERENCE) is None
    )


def model_installed(context: ActionContext) -> bool:
    """Whether there is a model whose card can be shown."""
    return bool(context.workspace.inference.specs()) and study_open(context)


def models_managed(context: ActionContext) -> bool:
    """Whether models can be added here."""
    return context.workspace.models.is_managed


def model_running(context: ActionContext) -> bool:
    """Whether a model runs or waits to run."""
    return context.workspace.jobs.running(JobKind.INFERENCE) is not None


def model_waits(context: ActionContext) -> bool:
    """Whether a run waits for the reader's word."""
    return context.workspace.inference.blocked is not None


def suitable_series(context: ActionContext) -> Series | None:
    """Another series of the study that suits the blocked model better, by its header."""
    workspace = context.workspace
    blocked, study = workspace.inference.blocked, workspace.studies.study
    if blocked is None or study is None:
        return None
    blocked_key, spec, _ = blocked
    for series in study.series:
        if series.key != blocked_key:
            verdict = workspace.inference.eligibility(series.key, spec).verdict
            if verdict is Verdict.OK:
                return series
    return None


def other_series_suits(context: ActionContext) -> bool:
    """Whether the blocked model may run on another series of this study."""
    return suitable_series(context) is not None


def model_blocked(context: ActionContext) -> bool:
    """Whether a run waits for the reader's word that can be made at all."""
    inference = context.workspace.inference
    blocked = inference.blocked
    return blocked is not None and blocked[2].may_be_overridden and not inference.is_insisting


def model_insisted_on(context: ActionContext) -> bool:
    """Whether the reader wants a run that the card refuses, and has to say so again."""
    return context.workspace.inference.is_insisting


def may_sign(context: ActionContext) -> bool:
    """Whether every finding is decided, so that the report may be signed."""
    workspace = context.workspace
    return (
        study_open(context)
        and workspace.findings.unreviewed_count == 0
        and not workspace.findings.is_signed
    )

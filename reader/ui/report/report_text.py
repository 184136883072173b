"""What the report says, worked out without a widget."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from reader.core.finding import Finding
from reader.core.measurement import Measurement
from reader.core.orientation import acquisition_plane
from reader.core.review import ReviewRecord, ReviewStatus, active_records
from reader.core.series_kind import SpacingSource
from reader.core.text import Text, say
from reader.session.workspace import Workspace
from reader.ui.findings.card_content import place_parts, status_of
from reader.ui.icons import Icon
from reader.ui.identity import hidden_words, person, sex_word
from reader.ui.measured import measured_lines, measured_summary, measurement_name
from reader.ui.quantities import axes_mm, clock, date, millimetres
from reader.ui.terms import REASON_WORDS, term
from reader.ui.translate import listed, tr


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One finding as the report has it."""

    finding: Finding
    name: str
    size: str
    size_aside: str
    place: str
    status: str
    icon: Icon
    waiting: bool
    time: str


@dataclass(frozen=True, slots=True)
class Check:
    """One point to look at before signing."""

    passed: bool
    text: str
    aside: str = ""


def report_lines(workspace: Workspace) -> tuple[ReportLine, ...]:
    """The findings that the report is about: all but the rejected ones."""
    findings = workspace.findings
    return tuple(
        _line(workspace, finding)
        for finding in findings.claimed()
        if findings.status_of(finding.finding_id) is not ReviewStatus.REJECTED
    )


def _line(workspace: Workspace, finding: Finding) -> ReportLine:
    status = workspace.findings.status_of(finding.finding_id)
    words, icon, _ = status_of(finding, status)
    waiting = status is ReviewStatus.UNREVIEWED
    decided = _decided_at(workspace, finding.finding_id)
    return ReportLine(
        finding=finding,
        name=_name(finding),
        size=_size(finding),
        size_aside=_size_aside(workspace, finding, status),
        place=_sentence(listed(place_parts(workspace, finding))),
        status=tr(say("AI, not reviewed")) if waiting else tr(words),
        icon=Icon.WARNING if waiting else icon,
        waiting=waiting,
        time=clock(decided, seconds=False) if decided is not None else "",
    )


def _name(finding: Finding) -> str:
    drawn = finding.measurement
    return term(finding.name) if drawn is None else measurement_name(drawn)


def _size(finding: Finding) -> str:
    """The size, or the first number of a drawing; a note has none."""
    drawn = finding.measurement
    if drawn is None:
        return millimetres(finding.long_axis_mm)
    return "" if drawn.kind.is_note else measured_summary(drawn)


def _sentence(text: str) -> str:
    """With a capital, as it stands by itself."""
    return text[:1].upper() + text[1:]


def _size_aside(workspace: Workspace, finding: Finding, status: ReviewStatus) -> str:
    """Both axes, or a drawing's other numbers; for an edited one what the AI had measured."""
    if finding.measurement is not None:
        return _other_numbers(workspace, finding, finding.measurement)
    before = workspace.findings.proposed(finding.finding_id)
    if status is ReviewStatus.EDITED and before is not None and before.long_axis_mm:
        return tr(say("AI {size}", size=millimetres(before.long_axis_mm)))
    if finding.short_axis_mm is None:
        return ""
    return axes_mm(finding.long_axis_mm, finding.short_axis_mm)


def _other_numbers(workspace: Workspace, finding: Finding, drawn: Measurement) -> str:
    """What a drawing says beside its first number, and where its lengths are no patient's."""
    said = {measurement_name(drawn), _size(finding), *drawn.text.splitlines()}
    others = [line for line in measured_lines(drawn) if line not in said]
    series_key = finding.series_key
    has_lengths = any(q.unit in ("mm", "mm2") for q in drawn.quantities)
    if has_lengths and workspace.studies.has_series(series_key):
        source = workspace.studies.series(series_key).spacing_source
        others += [tr(say("at the detector"))] if source is SpacingSource.DETECTOR else []
    return " · ".join(others)


def _decided_at(workspace: Workspace, finding_id: str) -> datetime | None:
    last: ReviewRecord | None = None
    for record in active_records(workspace.findings.records):
        if record.finding_id == finding_id and record.decision is not None:
            last = record
    return last.at if last is not None else None


def head_line(workspace: Workspace) -> str:
    """`LIDC-0314 · Female · 2000-01-01 · read by Dr. Lin`."""
    study = workspace.studies.study
    if study is None:
        return ""
    hidden = workspace.settings.hide_identity
    parts = [
        hidden_words() if hidden else person(study.patient),
        sex_word(study.patient),
        "" if hidden else date(study.date),
        tr(say("read by {name}", name=workspace.reviewer().name)),
    ]
    return " · ".join(part for part in parts if part)


def rejected_line(workspace: Workspace) -> str:
    """`1 rejected finding (vessel) stays in the record.`, or nothing.

    Drawings of the reader's own that were removed were never claimed by anybody.
    """
    findings = workspace.findings
    rejected = [
        findings.reviewed(f.finding_id)
        for f in findings.claimed()
        if findings.status_of(f.finding_id) is ReviewStatus.REJECTED
        and not (f.measurement is not None and f.provenance.is_own)
    ]
    if not rejected:
        return ""
    reasons = dict.fromkeys(tr(REASON_WORDS[r.reason]) for r in rejected if r.reason is not None)
    why = tr(say(" ({reasons})", reasons=listed(reasons))) if reasons else ""
    if len(rejected) == 1:
        return tr(say("1 rejected finding{why} stays in the record.", why=why))
    return tr(
        say("{count} rejected findings{why} stay in the record.", count=len(rejected), why=why)
    )


def ai_line(workspace: Workspace) -> str:
    """Which model, in which mode, and what became of each of its findings."""
    findings = workspace.findings
    made = [f for f in findings.claimed() if f.provenance.algorithm is not None]
    if not made or made[-1].provenance.algorithm is None:
        return tr(say("No AI was used."))
    identity = made[-1].provenance.algorithm
    counts = Counter(findings.status_of(f.finding_id) for f in made)
    return tr(
        say(
            "AI used: {model} {version}, shown while reading. Of its {total} findings: "
            "{confirmed} confirmed, {edited} edited, {rejected} rejected, {open} not reviewed.",
            model=term(identity.name),
            version=identity.version,
            total=len(made),
            confirmed=counts[ReviewStatus.CONFIRMED],
            edited=counts[ReviewStatus.EDITED],
            rejected=counts[ReviewStatus.REJECTED],
            open=counts[ReviewStatus.UNREVIEWED],
        )
    )


def waiting_text(workspace: Workspace) -> tuple[str, str]:
    """The amber box: how many wait, and which is next. Empty when none does."""
    findings = workspace.findings
    waiting = [
        f for f in findings.claimed() if findings.status_of(f.finding_id) is ReviewStatus.UNREVIEWED
    ]
    if not waiting:
        return "", ""
    if len(waiting) == 1:
        title = tr(say("1 AI finding not reviewed"))
    else:
        title = tr(say("{count} AI findings not reviewed", count=len(waiting)))
    first = waiting[0]
    size = millimetres(first.long_axis_mm)
    what = listed((term(first.name), size, *place_parts(workspace, first)))
    return title, tr(say("{finding}. Decide on it. It is never exported unreviewed.", finding=what))


def checks(workspace: Workspace) -> tuple[Check, ...]:
    """What to look at before signing. None of it is done for the reader."""
    findings = workspace.findings.claimed()
    decided = len(findings) - workspace.findings.unreviewed_count
    measured = all(f.long_axis_mm is not None or f.measurement is not None for f in findings)
    cautions = workspace.review.cautions() | {
        c for f in findings for c in f.provenance.eligibility_cautions
    }
    made = [
        _coverage(workspace),
        Check(
            decided == len(findings),
            tr(say("{decided} of {total} findings decided", decided=decided, total=len(findings))),
        ),
        Check(measured, tr(say("Every finding has a size and a place"))),
    ]
    if cautions or any(f.provenance.is_ai for f in findings):
        text = (
            say("Model outside its tested range")
            if cautions
            else say("Model inside its tested range")
        )
        made.append(Check(not cautions, tr(text), " ".join(sorted(cautions))))
    return tuple(check for check in made if check is not None)


def _coverage(workspace: Workspace) -> Check | None:
    """How many slices were looked at of the series on screen that the study itself holds."""
    viewports, studies = workspace.viewports, workspace.studies
    shown = [state.series_key for state in (viewports.active, *viewports.states)]
    own = [
        studies.series(key)
        for key in shown
        if key is not None and studies.has_series(key) and not studies.is_companion(key)
    ]
    series = next((one for one in own if not one.is_curved), None)
    if series is None:
        return None
    seen = workspace.coverage.seen(series.key, acquisition_plane(series.geometry))
    if seen is None:
        return None
    count = int(np.count_nonzero(seen))
    text: Text = say("{seen} of {total} slices viewed", seen=count, total=len(seen))
    return Check(count == len(seen), tr(text))

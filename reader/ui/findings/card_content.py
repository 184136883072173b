"""What a finding's card says: text and state, worked out without a widget."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from reader.core.finding import Finding
from reader.core.orientation import acquisition_plane, plane_axes
from reader.core.review import RejectReason, ReviewStatus
from reader.core.text import Text, say
from reader.imaging.slicing import index_at, reading_place
from reader.session.workspace import Workspace
from reader.ui.icons import Icon
from reader.ui.measured import KIND_ICONS, measured_summary, measurement_name
from reader.ui.quantities import millimetres, number, percent
from reader.ui.terms import REASON_WORDS, site_word, term
from reader.ui.translate import one_after_the_other, tr


class CardState(enum.Enum):
    """Whose turn it is: the colour of the bar on the card's left."""

    WAITING = "waiting"
    DECIDED = "decided"
    REJECTED = "rejected"
    IMPORTED = "imported"
    """Waits as well, and was made by others."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """What a model's score may be shown as. `fraction` None: not calibrated, so no bar.

    `short` says it where there is no room for `text`.
    """

    text: str
    short: str
    fraction: float | None = None


@dataclass(frozen=True, slots=True)
class CardContent:
    """Everything on one card. Two equal contents look the same."""

    finding_id: str
    name: str
    detail: str
    status: str
    note: str
    icon: Icon
    state: CardState
    by_ai: bool
    confidence: Confidence | None
    growth: str
    """What the selected card says on top."""
    selected: bool


_STATUS: dict[tuple[bool, ReviewStatus], tuple[Text, Icon, CardState]] = {
    (True, ReviewStatus.UNREVIEWED): (
        say("AI, to review"), Icon.CIRCLE_DASHED, CardState.WAITING),
    (True, ReviewStatus.CONFIRMED): (say("AI, confirmed"), Icon.CHECK_CIRCLE, CardState.DECIDED),
    (True, ReviewStatus.EDITED): (
        say("AI, edited by you"), Icon.PENCIL_SIMPLE, CardState.DECIDED),
    (True, ReviewStatus.REJECTED): (say("AI, rejected"), Icon.X_CIRCLE, CardState.REJECTED),
    (False, ReviewStatus.UNREVIEWED): (say("To review"), Icon.CIRCLE_DASHED, CardState.WAITING),
    (False, ReviewStatus.REJECTED): (
        say("Yours, taken back"), Icon.X_CIRCLE, CardState.REJECTED),
}  # fmt: skip
_IMPORTED: dict[ReviewStatus, tuple[Text, Icon, CardState]] = {
    ReviewStatus.UNREVIEWED: (
        say("Imported, to review"), Icon.ARROW_LINE_DOWN, CardState.IMPORTED),
    ReviewStatus.CONFIRMED: (
        say("Imported, confirmed"), Icon.CHECK_CIRCLE, CardState.DECIDED),
    ReviewStatus.EDITED: (
        say("Imported, edited by you"), Icon.PENCIL_SIMPLE, CardState.DECIDED),
    ReviewStatus.REJECTED: (say("Imported, rejected"), Icon.X_CIRCLE, CardState.REJECTED),
}  # fmt: skip
_ADDED = (say("Added by you"), Icon.PLUS_CIRCLE, CardState.DECIDED)


def status_of(finding: Finding, status: ReviewStatus) -> tuple[Text, Icon, CardState]:
    """The words, the icon and whose turn it is."""
    if finding.provenance.imported and status in _IMPORTED:
        return _IMPORTED[status]
    return _STATUS.get((finding.provenance.is_ai, status), _ADDED)


def slice_number(workspace: Workspace, finding: Finding) -> int | None:
    """The finding's slice in its series' own plane, counted from 1 as the corner text does."""
    try:
        geometry = workspace.studies.series(finding.series_key).geometry
    except KeyError:
        return None
    axes = plane_axes(geometry, acquisition_plane(geometry))
    return reading_place(geometry, axes, index_at(geometry, axes, finding.center_lps_mm)) + 1


def place_text(workspace: Workspace, finding: Finding) -> str:
    """`right lung · slice 116`, as far as it is known."""
    return " · ".join(place_parts(workspace, finding))


def place_parts(workspace: Workspace, finding: Finding) -> list[str]:
    """Site and slice, as far as they are known."""
    slice_at = slice_number(workspace, finding)
    parts = [site_word(finding.site)] if finding.site is not None else []
    if slice_at is not None:
        parts.append(tr(say("slice {number}", number=slice_at)))
    return parts


def confidence_of(finding: Finding) -> Confidence | None:
    """How sure the model was; as a chance only where scores were calibrated."""
    if finding.score is None:
        return None
    if finding.calibrated:
        chance = percent(finding.score)
        return Confidence(chance, chance, finding.score)
    score = number(finding.score, 2)
    return Confidence(
        tr(say("score {score}, not calibrated", score=score)), tr(say("score {score}", score=score))
    )


def card_content(workspace: Workspace, finding: Finding) -> CardContent:
    """What the card of one finding says now."""
    status = workspace.findings.status_of(finding.finding_id)
    words, icon, state = status_of(finding, status)
    size = millimetres(finding.long_axis_mm) if finding.long_axis_mm is not None else ""
    name = term(finding.name)
    if finding.measurement is not None:
        size, name = measured_summary(finding.measurement), measurement_name(finding.measurement)
        size = "" if size == name else size
        icon = KIND_ICONS[finding.measurement.kind] if state is CardState.DECIDED else icon
    place = place_text(workspace, finding)
    return CardContent(
        finding_id=finding.finding_id,
        name=name,
        detail=" · ".join(part for part in (size, place, _stability(finding)) if part),
        status=tr(words),
        note=_note(workspace, finding, status),
        icon=icon,
        state=state,
        by_ai=finding.provenance.is_ai,
        confidence=confidence_of(finding),
        growth=_growth(finding),
        selected=workspace.findings.selected == finding.finding_id,
    )


def _stability(finding: Finding) -> str:
    """Whether the model's folds agree about it, in a word."""
    is_stable = finding.stability.is_stable if finding.stability is not None else None
    if is_stable is None:
        return ""
    return tr(say("stable")) if is_stable else tr(say("check: folds disagree"))


def _note(workspace: Workspace, finding: Finding, status: ReviewStatus) -> str:
    """A few more words behind the status."""
    if status is ReviewStatus.REJECTED:
        reason = workspace.findings.reviewed(finding.finding_id).reason
        return tr(REASON_WORDS[RejectReason(reason)]) if reason is not None else ""
    if status is ReviewStatus.EDITED:
        before = workspace.findings.proposed(finding.finding_id)
        if before is not None and before.long_axis_mm and finding.long_axis_mm:
            return f"{number(before.long_axis_mm, 1)} → {millimetres(finding.long_axis_mm)}"
    if status is ReviewStatus.UNREVIEWED and not _was_seen(workspace, finding):
        return tr(say("slice not viewed"))
    return finding.provenance.maker if finding.provenance.imported else ""


def _was_seen(workspace: Workspace, finding: Finding) -> bool:
    try:
        series = workspace.studies.series(finding.series_key)
    except KeyError:
        return True
    plane = acquisition_plane(series.geometry)
    seen = workspace.coverage.seen(series.key, plane)
    at = index_at(series.geometry, plane_axes(series.geometry, plane), finding.center_lps_mm)
    return seen is None or bool(seen[at])


def _growth(finding: Finding) -> str:
    """What the score meant on other scans, and whether this scan is like them."""
    if finding.score is None:
        return ""
    if finding.calibrated:
        score = say(
            "Of 100 marks scored like this, {count} were real.", count=round(100 * finding.score)
        )
    else:
        score = say("The score ranks marks and is no probability.")
    if finding.provenance.eligibility_cautions:
        scan = say("Scan is outside the tested range.")
    else:
        scan = say("Scan is inside the tested range.")
    return one_after_the_other(score, scan)

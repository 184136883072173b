"""How checks become a verdict, and the words they share."""

from __future__ import annotations

from collections.abc import Iterable

from reader.core.model import Eligibility, EligibilityCheck, Verdict
from reader.core.text import Text, say


def check(
    name: Text, found: Text, card: Text, verdict: Verdict, *, is_final: bool = False
) -> EligibilityCheck:
    """One line: what was compared, what this study is, what the card says."""
    return EligibilityCheck(name, found, card, verdict, is_final)


def verdict_over(checks: Iterable[EligibilityCheck | None]) -> Eligibility:
    """All lines, and the reasons among them, refusals first."""
    made = tuple(c for c in checks if c is not None)
    reasons = tuple(
        say(
            "{check}: {found}, the card asks for {wanted}.",
            check=c.name,
            found=c.this_study,
            wanted=c.card,
        )
        for verdict in (Verdict.REFUSED, Verdict.CAUTION)
        for c in made
        if c.verdict is verdict
    )
    return Eligibility(made, reasons)


def joined(*parts: Eligibility) -> Eligibility:
    """Several comparisons as one."""
    return verdict_over(line for part in parts for line in part.checks)


def is_stopped(eligibility: Eligibility, despite: Verdict) -> bool:
    """Whether a run must wait that the reader asked for in spite of a verdict, or of none."""
    order = (Verdict.OK, Verdict.CAUTION, Verdict.REFUSED)
    worse = order.index(eligibility.verdict) > order.index(despite)
    return worse or not eligibility.may_be_overridden


def ok_or(otherwise: Verdict, fits: bool) -> Verdict:
    """OK where it fits."""
    return Verdict.OK if fits else otherwise


def listed(words: Iterable[str]) -> Text:
    """Words of the card or the header, which are not translated."""
    return say("{value}", value=", ".join(words))


def range_text(bounds: tuple[float, float]) -> Text:
    """A range of lengths; one that begins at 0 has only an end."""
    if bounds[0] <= 0:
        return say("up to {high:.1f} mm", high=bounds[1])
    return say("{low:.1f} to {high:.1f} mm", low=bounds[0], high=bounds[1])

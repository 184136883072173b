"""Scores and thresholds as the model allows them to be read: a chance only when calibrated."""

from __future__ import annotations

from reader.session.workspace import Workspace
from reader.ui.quantities import number, percent


def scores_are_chances(workspace: Workspace) -> bool:
    """Whether the scores in the list are calibrated; without findings, what the card says."""
    scored = [f for f in workspace.findings.all() if f.score is not None]
    if scored:
        return all(f.calibrated for f in scored)
    specs = workspace.inference.specs()
    return bool(specs) and specs[0].calibrated


def threshold_text(workspace: Workspace, threshold: float) -> str:
    """`40 %` or `0.40`."""
    return percent(threshold) if scores_are_chances(workspace) else number(threshold, 2)

"""Callipers that stick to the edge of a segment."""

from __future__ import annotations

from typing import Final

from reader.core.geometry import Point
from reader.core.measurement import MeasurementKind
from reader.session.workspace import Workspace

REACH_PX: Final = 8.0
LINES: Final = (MeasurementKind.LENGTH, MeasurementKind.BIDIRECTIONAL)


def snapped(
    workspace: Workspace,
    series_key: str,
    kind: MeasurementKind,
    points: tuple[Point, ...],
    px_per_mm: float,
    freely: bool,
) -> tuple[Point, ...]:
    """The points with the ends of lines on the edge of a segment, where one is near.

    `freely`: the reader holds the key that turns it off.
    """
    if freely or kind not in LINES or not workspace.settings.snap_to_segments:
        return points
    if workspace.overlay.ai_hidden:
        return points
    return workspace.review.measuring.snapped(series_key, points, REACH_PX / px_per_mm)

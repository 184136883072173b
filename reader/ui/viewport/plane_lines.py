"""How the lines of the other planes run across a view."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from reader.core.orientation import Plane
from reader.imaging.placement import Placement
from reader.session.viewing.resolve import ResolvedViewport
from reader.ui.viewport.crosshair import LEAST_GAP_PX, LINES_OF, Crosshair

_GAP_MARGIN_PX: Final = 10.0


def line_directions(resolved: ResolvedViewport) -> dict[Plane, tuple[float, float]]:
    """(right, down) unit vectors on the screen of the other planes' lines in a view.

    Level and upright as long as nothing is tilted.
    """
    across, upright = LINES_OF[resolved.axes.plane]
    level, plumb = (1.0, 0.0), (0.0, 1.0)
    if resolved.transform.swaps_sides:
        level, plumb = plumb, level
    if resolved.tilt.is_straight:
        return {across: level, upright: plumb}
    where = resolved.geometry
    right = where.right_lps_mm / np.linalg.norm(where.right_lps_mm)
    down = where.down_lps_mm / np.linalg.norm(where.down_lps_mm)
    found = {}
    for plane, usual in ((across, level), (upright, plumb)):
        # The plane's own normal, seen in the view, is at right angles to its line.
        normal = resolved.normal_of(plane)
        x, y = -float(normal @ down), float(normal @ right)
        length = math.hypot(x, y)
        sign = 1.0 if x * usual[0] + y * usual[1] >= 0 else -1.0
        found[plane] = (sign * x / length, sign * y / length) if length > 1e-6 else usual
    return found


def crosshair_in(
    resolved: ResolvedViewport | None,
    placement: Placement | None,
    ratio: float,
    size: tuple[int, int],
    gap_mm: float,
) -> Crosshair | None:
    """A pane's crosshair at the cursor, with a gap for a finding of `gap_mm`.

    `size` is the pane's in logical pixels. None without a slice, and over single images,
    which share no point with others.
    """
    if resolved is None or placement is None or resolved.axes.stored:
        return None
    x, y = placement.to_pane(*resolved.cursor_pixel)
    gap_px = gap_mm * placement.px_per_mm / ratio / 2 + _GAP_MARGIN_PX
    across, down = line_directions(resolved).values()
    at = x / ratio, y / ratio
    return Crosshair(resolved.axes.plane, at, max(LEAST_GAP_PX, gap_px), size, across, down)

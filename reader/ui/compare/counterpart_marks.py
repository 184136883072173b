"""Where the open study's findings would lie in the study it is compared with."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from reader.core.finding import Finding
from reader.core.imported import MarkShape
from reader.core.review import ReviewStatus
from reader.session.viewing.overlay import OverlayMode
from reader.session.viewing.resolve import ResolvedViewport
from reader.session.workspace import Workspace
from reader.ui import tokens
from reader.ui.viewport.image_marks import SliceMark

LEAST_RADIUS_MM: Final = 5.0


def counterpart_marks(workspace: Workspace, resolved: ResolvedViewport) -> tuple[SliceMark, ...]:
    """Dotted rings at the places that the link gives; nothing in the open study itself.

    A ring says where to look and not that anything is there, so it is grey, carries no tag,
    and is as large as the finding is long, cut by the slice as a ball would be.
    """
    if not workspace.studies.is_companion(resolved.series.key):
        return ()
    overlay = workspace.overlay
    ai_off = overlay.ai_hidden or overlay.mode is OverlayMode.OFF
    marks = []
    for finding in workspace.findings.shown():
        is_rejected = workspace.findings.status_of(finding.finding_id) is ReviewStatus.REJECTED
        is_hidden = ai_off and finding.provenance.is_ai
        if finding.measurement is None and not is_rejected and not is_hidden:
            mark = _mark(workspace, finding, resolved)
            marks += [mark] if mark is not None else []
    return tuple(marks)


def _mark(workspace: Workspace, finding: Finding, resolved: ResolvedViewport) -> SliceMark | None:
    compare, key = workspace.compare, resolved.series.key
    if not workspace.studies.has_series(finding.series_key):
        return None
    there = compare.ties.counterpart(finding.center_lps_mm, finding.series_key, key)
    if there is None:
        return None
    where = resolved.geometry
    normal = np.cross(where.right_lps_mm, where.down_lps_mm)
    away = float((np.array(there) - where.origin_lps_mm) @ (normal / np.linalg.norm(normal)))
    radius = max((finding.long_axis_mm or 0.0) / 2, LEAST_RADIUS_MM)
    if abs(away) >= radius:
        return None
    row, column = where.to_pixel(there)
    pixels = math.sqrt(radius**2 - away**2) / where.column_spacing_mm
    ends = ((row, column), (row, column + pixels))
    return SliceMark(MarkShape.CIRCLE, ends, tokens.TEXT_2, dotted=True)

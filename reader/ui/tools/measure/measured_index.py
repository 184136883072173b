"""Which measurements lie on a slice, found without looking at each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reader.core.finding import Finding
from reader.core.geometry import FloatArray
from reader.core.measurement import Measurement, MeasurementKind
from reader.core.review import ReviewStatus
from reader.session.workspace import Workspace
from reader.ui.tools.measure.sketch import Sketch
from reader.ui.tools.measure.surface import PARALLEL, Surface

Drawn = tuple[Finding, Measurement]


@dataclass(frozen=True, slots=True, eq=False)
class _OfSeries:
    """The measurements on a series with where they lie, row by row."""

    drawn: tuple[Drawn, ...]
    normals: FloatArray
    points: FloatArray


class MeasuredIndex:
    """Sorted by series anew whenever the list of findings is another one. GUI thread."""

    def __init__(self, workspace: Workspace, sketch: Sketch) -> None:
        self._workspace = workspace
        self._sketch = sketch
        self._made_from: object = None
        self._of_series: dict[str, _OfSeries] = {}

    def has(self, series_key: str | None) -> bool:
        """Whether anything was measured on a series."""
        self._bring_up_to_date()
        return series_key in self._of_series

    def on(self, surface: Surface) -> list[Drawn]:
        """What is to be seen on a slice, in the list's order."""
        self._bring_up_to_date()
        found = self._of(surface.series_key, surface)
        if surface.fused_key is not None:
            found += self._of(surface.fused_key, surface)
        return found

    def _of(self, series_key: str, surface: Surface) -> list[Drawn]:
        """What was measured on one of the series that a slice shows."""
        of_series = self._of_series.get(series_key)
        if of_series is None:
            return []
        frame = surface.frame
        if surface.index is None:
            away = (of_series.points - frame.origin_lps_mm) @ frame.normal
            near = np.abs(away) <= surface.half_mm
            near &= np.abs(of_series.normals @ frame.normal) > PARALLEL
            found = [of_series.drawn[n] for n in np.flatnonzero(near)]
        else:
            found = list(of_series.drawn)
        return [
            (finding, measurement)
            for finding, measurement in found
            if measurement.index == surface.index and self._is_wanted(finding)
        ]

    def _is_wanted(self, finding: Finding) -> bool:
        """Of what was rejected only the selected one is drawn, and nothing that was removed."""
        findings = self._workspace.findings
        if not self._sketch.shows(finding.finding_id) or not findings.is_shown(finding.finding_id):
            return False
        return (
            findings.status_of(finding.finding_id) is not ReviewStatus.REJECTED
            or findings.selected == finding.finding_id
        )

    def _bring_up_to_date(self) -> None:
        findings = self._workspace.findings
        if self._made_from is findings.findings:
            return
        self._made_from = findings.findings
        sorted_: dict[str, list[Drawn]] = {}
        for finding in findings.findings:
            drawn = finding.measurement
            if drawn is None or drawn.kind is MeasurementKind.KEY_IMAGE:
                continue
            if is_removed(self._workspace, finding):
                continue
            sorted_.setdefault(finding.series_key, []).append((finding, drawn))
        self._of_series = {key: _placed(there) for key, there in sorted_.items()}


def is_removed(workspace: Workspace, finding: Finding) -> bool:
    """Whether a measurement of the reader's own was taken away; it may come back by undo."""
    if finding.measurement is None or not finding.provenance.is_own:
        return False
    return workspace.findings.status_of(finding.finding_id) is ReviewStatus.REJECTED


def _placed(drawn: list[Drawn]) -> _OfSeries:
    normals = np.array([m.normal_lps for _, m in drawn], dtype=np.float64)
    points = np.array([m.points_lps_mm[0] for _, m in drawn], dtype=np.float64)
    return _OfSeries(tuple(drawn), normals, points)

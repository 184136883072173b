"""Asking a model what a finding hung on; shown only where it can be believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.explanation import (
    ExplainMethod,
    ExplainRequest,
    Explanation,
    WeightCheck,
)
from reader.core.finding import Finding
from reader.core.geometry import IndexBox, VolumeGeometry
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.core.model import Device, ModelSpec, Runner
from reader.core.settings import Settings
from reader.core.text import Text, say
from reader.core.volume import Volume
from reader.imaging.components import region_of
from reader.session.events import SessionEvents
from reader.session.jobs import Job, JobKind, JobQueue
from reader.session.notices import Notices
from reader.session.reviewing.finding_list import FindingList
from reader.session.study_store import StudyStore
from reader.session.viewing.overlay import OverlayStore
from reader.storage.small_file import write_text

REACH_MM: Final = 70.0
"""So far around a finding the images go along; models look at part of that."""


class CheckedMaps:
    """Which models' maps depend on what they learned: a small file, by the weights' hash."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, dict[str, list[float]]] | None = None

    def of(self, sha256: str, method: ExplainMethod) -> WeightCheck | None:
        """What the check came to; None if it was never made."""
        alike = self._read().get(sha256, {}).get(method.value)
        return None if alike is None else WeightCheck(tuple(alike))

    def remember(self, sha256: str, method: ExplainMethod, check: WeightCheck) -> None:
        """Keep it; a disk that refuses costs only that the check is made again."""
        known = self._read()
        known.setdefault(sha256, {})[method.value] = list(check.alike)
        try:
            write_text(self._path, json.dumps(known, indent=2, sort_keys=True) + "\n")
        except OSError:
            return

    def _read(self) -> dict[str, dict[str, list[float]]]:
        if self._known is None:
            try:
                found = json.loads(self._path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                found = {}
            models = found.items() if isinstance(found, dict) else ()
            self._known = {
                str(sha256): {
                    str(method): [float(one) for one in alike]
                    for method, alike in methods.items()
                    if isinstance(alike, list) and all(isinstance(x, int | float) for x in alike)
                }
                for sha256, methods in models
                if isinstance(methods, dict)
            }
        return self._known


@dataclass(frozen=True, slots=True, eq=False)
class _Answered:
    """What came of a question: the map on the whole series, if one can be believed."""

    series_key: str
    heatmap: Heatmap | None
    checks: tuple[tuple[ExplainMethod, WeightCheck], ...]
    why_none: Text | None = None


class Explaining:
    """Why here? On demand, on a worker, and never kept: influence is no evidence."""

    def __init__(
        self,
        events: SessionEvents,
        jobs: JobQueue,
        studies: StudyStore,
        findings: FindingList,
        overlay: OverlayStore,
        notices: Notices,
        runner: Runner | None,
        specs: Callable[[], tuple[ModelSpec, ...]],
        settings: Callable[[], Settings],
        checked: CheckedMaps,
    ) -> None:
        self._jobs = jobs
        self._studies = studies
        self._findings = findings
        self._overlay = overlay
        self._notices = notices
        self._runner = runner
        self._specs = specs
        self._settings = settings
        self._checked = checked
        events.study_opened.connect(lambda _study: jobs.cancel_kind(JobKind.EXPLAIN))

    def why_not(self, finding_id: str | None) -> Text | None:
        """Why a finding cannot be asked about, in a few words; None where it can."""
        finding = self._findings.finding(finding_id)
        if finding is None or not finding.provenance.is_ai:
            return say("no finding by an AI is selected")
        spec = self._spec_of(finding)
        if spec is None:
            return say("the model that made it is not here any more")
        if finding.label is None or not self._studies.is_whole(finding.series_key):
            return say("its images or its outline are not there")
        if not self._methods(spec):
            return say("the maps of this model say nothing about what it learned")
        return None

    def ask(self, finding_id: str) -> Job | None:
        """Queue the question; None, with a notice, where it cannot be asked."""
        finding = self._findings.finding(finding_id)
        refused = self.why_not(finding_id)
        if refused is not None or finding is None or self._runner is None:
            self._notices.inform(
                say("The model cannot be asked about this."),
                None if refused is None else refused,
            )
            return None
        spec = self._spec_of(finding)
        volume = self._studies.volume(finding.series_key)
        segmentation = self._studies.segmentation(finding.series_key)
        if spec is None or volume is None or segmentation is None:
            return None
        box = box_around(volume.geometry, finding)
        question = partial(
            ExplainRequest,
            mask=segmentation.labels[region_of(box)] == finding.label,
            spec=spec,
            code=finding.code,
            device=Device(self._settings().device),
        )
        work = partial(self._work, self._runner, finding.series_key, volume, box, question)
        self._jobs.cancel_kind(JobKind.EXPLAIN)
        return self._jobs.submit(
            JobKind.EXPLAIN, say("Why here?"), work, partial(self._answered, spec)
        )

    def _work(
        self,
        runner: Runner,
        series_key: str,
        volume: Volume,
        box: IndexBox,
        question: Callable[[Volume], ExplainRequest],
        report: ReportProgress,
        cancel: CancelToken,
    ) -> _Answered:
        """On the worker: the first way whose map can be believed."""
        request = question(part_of(volume, box))
        checks: list[tuple[ExplainMethod, WeightCheck]] = []
        why: Text | None = None
        for method in self._methods(request.spec):
            known = self._checked.of(request.spec.identity.sha256, method)
            said = runner.explain(_by(request, method, known is not None), report, cancel)
            if said.weights is not None:
                checks.append((method, said.weights))
            why = _doubt(said, request.spec)
            if why is None:
                return _Answered(series_key, _on_series(said, volume.geometry, box), tuple(checks))
        return _Answered(series_key, None, tuple(checks), why)

    def _answered(self, spec: ModelSpec, answer: _Answered) -> None:
        for method, check in answer.checks:
            self._checked.remember(spec.identity.sha256, method, check)
        if answer.heatmap is None:
            if answer.why_none is not None:
                self._notices.warn(say("No map of influence is shown."), answer.why_none)
            return
        if self._studies.has_series(answer.series_key):
            self._studies.set_heatmap(answer.series_key, answer.heatmap)
            self._overlay.show_heat(HeatmapKind.SALIENCY)

    def _methods(self, spec: ModelSpec) -> tuple[ExplainMethod, ...]:
        """The ways that are not known to say nothing about this model."""
        checks = {m: self._checked.of(spec.identity.sha256, m) for m in ExplainMethod}
        return tuple(m for m, check in checks.items() if check is None or check.is_passed)

    def _spec_of(self, finding: Finding) -> ModelSpec | None:
        """The very model that made a finding, if it is still here."""
        return next((s for s in self._specs() if s.identity == finding.provenance.algorithm), None)


def box_around(geometry: VolumeGeometry, finding: Finding) -> IndexBox:
    """The voxels within `REACH_MM` of a finding's centre, along the array's axes."""
    middle = geometry.nearest_voxel(finding.center_lps_mm)
    ranges = []
    for at, spacing, count in zip(middle, geometry.spacing_kji_mm, geometry.shape_kji, strict=True):
        reach = int(np.ceil(REACH_MM / spacing))
        ranges.append((max(0, at - reach), min(count, at + reach + 1)))
    return ranges[0], ranges[1], ranges[2]


def part_of(volume: Volume, box: IndexBox) -> Volume:
    """A copy of the voxels of a box, where they are in the patient."""
    voxels = np.ascontiguousarray(volume.voxels[region_of(box)])
    affine = volume.geometry.affine_kji_to_lps.copy()
    affine[:3, 3] = volume.geometry.to_lps([low for low, _high in box])
    shape = (voxels.shape[0], voxels.shape[1], voxels.shape[2])
    geometry = VolumeGeometry(shape, affine, volume.geometry.frame_of_reference_uid)
    return Volume(volume.series_uid, voxels, geometry, volume.unit)


def _by(request: ExplainRequest, method: ExplainMethod, is_checked: bool) -> ExplainRequest:
    return replace(request, method=method, is_checked=is_checked)


def _doubt(said: Explanation, spec: ModelSpec) -> Text | None:
    """Why a map cannot be believed; None where nothing speaks against it."""
    if said.weights is not None and not said.weights.is_passed:
        return say(
            "The map of {model} stays alike when what the model learned is taken away, so it "
            "is not used for this model.",
            model=spec.identity.name,
        )
    if not said.deletion.is_passed:
        return say(
            "Covering the places that the map points at changes the model's answer no more "
            "than covering others."
        )
    return None


def _on_series(said: Explanation, geometry: VolumeGeometry, box: IndexBox) -> Heatmap:
    scores: NDArray[np.float16] = np.zeros(geometry.shape_kji, np.float16)
    scores[region_of(box)] = said.heatmap.scores
    return Heatmap(scores, geometry, HeatmapKind.SALIENCY)

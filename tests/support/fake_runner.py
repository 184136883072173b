"""A `Runner` without a model: instant, and the same every time."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.codes import (
    ANATOMICAL_STRUCTURE,
    LEFT_LUNG,
    LUNG_NODULE,
    MORPHOLOGICALLY_ABNORMAL,
    RIGHT_LUNG,
)
from reader.core.explanation import DeletionTest, ExplainRequest, Explanation, WeightCheck
from reader.core.finding import Finding
from reader.core.focus import Focus
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.core.model import (
    EligibilityRules,
    InferenceRequest,
    InferenceResult,
    ModelLabel,
    ModelSpec,
)
from reader.core.provenance import AlgorithmIdentity, Provenance
from reader.core.segmentation import SEGMENT_COLORS, Segment
from reader.core.text import say
from reader.core.volume import Volume
from reader.imaging.brush import ball_stencil
from reader.imaging.components import region_of
from reader.imaging.measure import measure_extent

RADIUS_MM = 6.0


def fake_spec(rules: EligibilityRules | None = None) -> ModelSpec:
    """A card like that of `chest-ct`, without files; it accepts any CT unless told."""
    labels = (
        ModelLabel("Left lung", LEFT_LUNG, ANATOMICAL_STRUCTURE, SEGMENT_COLORS[0], False),
        ModelLabel("Right lung", RIGHT_LUNG, ANATOMICAL_STRUCTURE, SEGMENT_COLORS[1], False),
        ModelLabel("Lung nodule", LUNG_NODULE, MORPHOLOGICALLY_ABNORMAL, SEGMENT_COLORS[2], True),
    )
    return ModelSpec(
        identity=AlgorithmIdentity("fake", "Fake chest model", "0.1", "0" * 64),
        task="lungs-and-nodules",
        architecture="none",
        labels=labels,
        eligibility=rules or EligibilityRules(modality="CT"),
        threshold=0.3,
        calibrated=False,
        licence="Apache-2.0",
        folder=Path("fake"),
        weights=Path("fake") / "weights.safetensors",
    )


class FakeRunner:
    """Proposes balls at given places (default: three in the middle) and halves as lungs.

    `before_window` is called at every window, for tests that act during a run. `error` is
    raised in the middle of it. `previews`: it reports what it sees, nodules everywhere.
    """

    def __init__(
        self,
        places_lps_mm: Sequence[tuple[float, float, float]] | None = None,
        windows: int = 8,
        error: Exception | None = None,
        before_window: Callable[[int], None] | None = None,
        spec: ModelSpec | None = None,
        previews: bool = False,
    ) -> None:
        self._places = places_lps_mm
        self._windows = windows
        self._error = error
        self._before_window = before_window
        self._spec = spec or fake_spec()
        self._previews = previews
        self.requests: list[InferenceRequest] = []
        self.focus: Focus | None = None
        self.questions: list[ExplainRequest] = []
        self.before_answer: Callable[[], None] | None = None
        self.alike: tuple[float, ...] = (0.2, 0.1, 0.1)
        self.deletion = DeletionTest(1.0, 0.1)

    def specs(self) -> tuple[ModelSpec, ...]:
        return (self._spec,)

    def run(
        self,
        request: InferenceRequest,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus | None = None,
    ) -> InferenceResult:
        self.focus = focus
        self.requests.append(request)
        edges = np.linspace(0, request.volume.geometry.shape_kji[0], self._windows + 1).astype(int)
        _, rows, columns = request.volume.geometry.shape_kji
        for window in range(self._windows):
            cancel.check()
            if self._before_window is not None:
                self._before_window(window)
            if self._error is not None and window == self._windows // 2:
                raise self._error
            slab = ((int(edges[window]), int(edges[window + 1])), (0, rows), (0, columns))
            seen = np.full([b - a for a, b in slab], 3, np.uint16) if self._previews else None
            report(Progress(window + 1, self._windows, say("Looking for nodules"), slab, seen))
        return self._result(request)

    def explain(
        self, request: ExplainRequest, report: ReportProgress, cancel: CancelToken
    ) -> Explanation:
        self.questions.append(request)
        if self.before_answer is not None:
            self.before_answer()
        cancel.check()
        report(Progress(1, 1, say("Asking the model why")))
        heat = Heatmap(
            request.mask.astype(np.float16), request.volume.geometry, HeatmapKind.SALIENCY
        )
        weights = None if request.is_checked else WeightCheck(self.alike)
        return Explanation(heat, request.method, self.deletion, weights)

    def warm(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _result(self, request: InferenceRequest) -> InferenceResult:
        geometry = request.volume.geometry
        labels = np.full(geometry.shape_kji, 2, np.uint16)
        labels[..., geometry.shape_kji[2] // 2 :] = 1
        scores = np.zeros(geometry.shape_kji, np.float16)
        segments = [
            Segment(n, label.name, label.code, label.category, label.color)
            for n, label in enumerate(self._spec.labels[:2], start=1)
        ]
        findings = []
        for order, place in enumerate(self._places or middle_places(request.volume)):
            label = 3 + order
            stencil = ball_stencil(geometry, place, place, RADIUS_MM)
            assert stencil is not None, "a place of the fake lies outside the volume"
            box, mask = stencil
            labels[region_of(box)][mask] = label
            score = round(0.9 - 0.05 * order, 3)
            scores[region_of(box)][mask] = score
            findings.append(self._finding(request, place, label, score))
            segments.append(
                Segment(
                    label,
                    "Lung nodule",
                    LUNG_NODULE,
                    MORPHOLOGICALLY_ABNORMAL,
                    SEGMENT_COLORS[(label - 1) % len(SEGMENT_COLORS)],
                    findings[-1].finding_id,
                )
            )
        return InferenceResult(
            run_id=request.run_id,
            series_key=request.series_key,
            identity=self._spec.identity,
            labels=labels,
            segments=tuple(segments),
            findings=tuple(findings),
            heatmap=Heatmap(scores, geometry),
            device="cpu",
            seconds={"network": 0.0},
        )

    def _finding(
        self, request: InferenceRequest, place: tuple[float, float, float], label: int, score: float
    ) -> Finding:
        geometry = request.volume.geometry
        stencil = ball_stencil(geometry, place, place, RADIUS_MM)
        assert stencil is not None
        box, mask = stencil
        extent = measure_extent(mask, box, geometry, request.volume.voxels)
        name = uuid.uuid5(uuid.NAMESPACE_OID, f"{request.run_id}/{label}")
        return Finding(
            finding_id=name.hex,
            revision_id=f"{name.hex}-0",
            tracking_uid=f"2.25.{name.int}",
            series_key=request.series_key,
            name="Lung nodule",
            code=LUNG_NODULE,
            center_lps_mm=extent.center_lps_mm,
            provenance=Provenance(
                datetime(2026, 1, 1, tzinfo=UTC),
                self._spec.identity,
                run_id=request.run_id,
                eligibility_cautions=tuple(
                    str(r) for r in (request.eligibility.reasons if request.eligibility else ())
                ),
            ),
            long_axis_mm=extent.long_axis_mm,
            short_axis_mm=extent.short_axis_mm,
            volume_mm3=extent.volume_mm3,
            mean_value=extent.mean_value,
            score=score,
            site=LEFT_LUNG,
            segmentation_id=request.run_id,
            label=label,
        )


def middle_places(volume: Volume) -> list[tuple[float, float, float]]:
    """Three places along the middle row of the middle slice."""
    k, j, i = volume.geometry.shape_kji
    places = volume.geometry.to_lps([(k / 2, j / 2, i * share) for share in (0.25, 0.5, 0.75)])
    return [(float(x), float(y), float(z)) for x, y, z in places]

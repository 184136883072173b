"""A model's scores as its card says they are to be read."""

from __future__ import annotations

from dataclasses import replace

from reader.core.finding import Finding
from reader.core.model import InferenceResult, ModelSpec


def calibrated(result: InferenceResult, spec: ModelSpec) -> InferenceResult:
    """The result with scores as probabilities, where its card has a fit for that.

    The voxels' scores stay as the network gave them: the fit is of findings.
    """
    fitted = spec.calibration
    if fitted is None or not fitted.maps_scores:
        return result

    def with_chance(finding: Finding) -> Finding:
        if finding.score is None:
            return finding
        return replace(finding, score=fitted.probability(finding.score), calibrated=True)

    return replace(result, findings=tuple(with_chance(one) for one in result.findings))


def for_nobody_watching(spec: ModelSpec) -> ModelSpec:
    """The model without what it reports below its threshold: there is no slider in a file."""
    return replace(spec, floor=None)

"""Results as JSON: for scripts, for other programs, for whoever wants to look inside."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from reader.core.codes import CodedConcept
from reader.core.errors import ExportError
from reader.core.finding import Finding
from reader.core.handover import Handover, ReviewedFinding
from reader.core.measurement import Measurement
from reader.core.model import Eligibility, InferenceResult
from reader.core.provenance import AlgorithmIdentity, Reviewer
from reader.core.segmentation import Segment
from reader.core.text import say

FORMAT_VERSION: Final = 1
"""Raised when a name or meaning below changes; names are only ever added within one."""

Json = dict[str, object]


def finding_dict(entry: ReviewedFinding | Finding) -> Json:
    """One finding. Positions are LPS mm, sizes mm and mm³; what is not known is null.

    `label` is the finding's number in the label map, null when it has no extent.
    """
    finding = entry.finding if isinstance(entry, ReviewedFinding) else entry
    written: Json = {
        "id": finding.finding_id,
        "label": finding.label,
        "name": finding.name,
        "code": code_dict(finding.code),
        "score": _number(finding.score),
        "calibrated": finding.calibrated,
        "center_lps_mm": [float(x) for x in finding.center_lps_mm],
        "long_axis_mm": _number(finding.long_axis_mm),
        "short_axis_mm": _number(finding.short_axis_mm),
        "volume_mm3": _number(finding.volume_mm3),
        "mean_value": _number(finding.mean_value),
        "site": code_dict(finding.site) if finding.site is not None else None,
        "tracking_uid": finding.tracking_uid,
        "algorithm": algorithm_dict(finding.provenance.algorithm),
        "reviewer": reviewer_dict(finding.provenance.reviewer),
        "measurement": measurement_dict(finding.measurement),
        "imported": finding.provenance.imported or None,
        "made_at": finding.provenance.made_at.isoformat(),
    }
    if isinstance(entry, ReviewedFinding):
        written["status"] = entry.status.value
        written["reason"] = entry.reason.value if entry.reason is not None else None
    return written


def write_findings_json(handover: Handover, path: Path) -> None:
    """Write all findings with what became of them, rejected ones too, to `path`.

    Raises: OSError: `path` cannot be written.
    """
    text = json.dumps(findings_dict(handover), ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def check_findings_json(path: Path, handover: Handover) -> None:
    """Read a written file back and compare. Raises: ExportError: it holds something else."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if found != json.loads(json.dumps(findings_dict(handover))):
        raise ExportError(
            say("Not saved: the findings did not read back as they were written."),
            say("Check the disk and export again."),
        )


def findings_dict(handover: Handover) -> Json:
    """What `findings.json` says; a stable format."""
    series = handover.series
    return {
        "format_version": FORMAT_VERSION,
        "study_uid": handover.study.study_uid,
        "series_uid": series.series_uid,
        "modality": series.modality,
        "intensity_unit": series.unit.value,
        "made_at": handover.made_at.isoformat(),
        "signed": handover.signed,
        "reviewer": reviewer_dict(handover.reviewer),
        "algorithm": algorithm_dict(handover.algorithm),
        "cautions": list(handover.cautions),
        "labels": labels_dict(handover.segments),
        "findings": [finding_dict(reviewed) for reviewed in handover.findings],
    }


def result_dict(result: InferenceResult, eligibility: Eligibility | None) -> Json:
    """What a model said about one series, as `reader predict` writes it."""
    return {
        "format_version": FORMAT_VERSION,
        "model": algorithm_dict(result.identity),
        "device": result.device,
        "seconds": {stage: float(s) for stage, s in result.seconds.items()},
        "eligibility": eligibility_dict(eligibility),
        "labels": labels_dict(result.segments),
        "findings": [finding_dict(finding) for finding in result.findings],
        "notes": [str(note) for note in result.notes],
    }


def eligibility_dict(eligibility: Eligibility | None) -> Json:
    """The verdict and its reasons; null where nothing was checked."""
    return {
        "verdict": eligibility.verdict.value if eligibility is not None else None,
        "reasons": [str(reason) for reason in eligibility.reasons] if eligibility else [],
    }


def labels_dict(segments: Iterable[Segment]) -> dict[str, Json]:
    """The meaning of each value of the label map."""
    return {
        str(segment.label): {
            "name": segment.name,
            "code": code_dict(segment.code),
            "category": code_dict(segment.category),
            "color": segment.color,
            "finding": segment.finding_id,
        }
        for segment in sorted(segments, key=lambda s: s.label)
    }


def code_dict(concept: CodedConcept) -> Json:
    """A code with its scheme and meaning."""
    return {"value": concept.value, "scheme": concept.scheme, "meaning": concept.meaning}


def measurement_dict(measurement: Measurement | None) -> Json | None:
    """What a reader drew and what it measures; null for a finding that is no drawing.

    Points are LPS mm in the order of `kind`; `image` is the image drawn on, from 0, for
    series that are no volume. Each quantity has its own unit: `mm`, `mm2`, `deg` or that of
    the values (empty where they have none).
    """
    if measurement is None:
        return None
    return {
        "kind": measurement.kind.value,
        "points_lps_mm": [[float(mm) for mm in point] for point in measurement.points_lps_mm],
        "normal_lps": [float(part) for part in measurement.normal_lps],
        "image": measurement.index,
        "segment_label": measurement.source_label,
        "text": measurement.text,
        "quantities": [
            {"kind": q.kind.value, "value": _number(q.value), "unit": q.unit}
            for q in measurement.quantities
        ],
    }


def algorithm_dict(algorithm: AlgorithmIdentity | None) -> Json | None:
    """A model's identity; null where none had a part."""
    if algorithm is None:
        return None
    return {
        "id": algorithm.id,
        "name": algorithm.name,
        "version": algorithm.version,
        "sha256": algorithm.sha256,
    }


def reviewer_dict(reviewer: Reviewer | None) -> Json | None:
    """A reader; null where nobody has looked."""
    if reviewer is None:
        return None
    return {"name": reviewer.name, "organization": reviewer.organization}


def _number(value: float | None) -> float | None:
    """A plain number: those of numpy are not JSON's, and neither is "not a number"."""
    return float(value) if value is not None and math.isfinite(value) else None

"""Handovers on any series: structures, and findings of every status."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from reader.core.codes import (
    ANATOMICAL_STRUCTURE,
    LEFT_LUNG,
    LUNG_NODULE,
    MORPHOLOGICALLY_ABNORMAL,
    RIGHT_LUNG,
    CodedConcept,
)
from reader.core.finding import Finding
from reader.core.handover import Handover, ReviewedFinding
from reader.core.provenance import AlgorithmIdentity, Provenance, Reviewer
from reader.core.review import RejectReason, ReviewStatus
from reader.core.segmentation import Segment
from reader.core.study import Series, Study

MADE_AT = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
MODEL = AlgorithmIdentity("chest-ct", "Chest CT", "1.2.0", "0123456789abcdef" * 4)
READER = Reviewer("Dr. Ada Lovelace", "St Elsewhere")
DECIDED = (
    ReviewStatus.CONFIRMED,
    ReviewStatus.EDITED,
    ReviewStatus.ADDED,
    ReviewStatus.REJECTED,
)


def finding(series: Series, number: int, status: ReviewStatus, **changes: object) -> Finding:
    """Finding `number`: measured, sited, its extent under label 10 + 2 × number."""
    added = status is ReviewStatus.ADDED
    geometry = series.geometry
    k = number % geometry.shape_kji[0]
    made = Finding(
        finding_id=f"finding-{number}",
        revision_id=f"revision-{number}",
        tracking_uid=f"2.25.{31_415_926_535_897 * (number + 1)}",
        series_key=series.key,
        name="Lung nodule",
        code=LUNG_NODULE,
        center_lps_mm=tuple(float(x) for x in geometry.to_lps((k, 2.0, 3.0))),
        provenance=(
            Provenance(MADE_AT, reviewer=READER) if added else Provenance(MADE_AT, algorithm=MODEL)
        ),
        long_axis_mm=10.125 + number,
        short_axis_mm=7.3 + number,
        volume_mm3=412.7 + number / 3,
        mean_value=-45.25,
        score=None if added else 0.873 - number / 100,
        site=LEFT_LUNG if number % 2 else RIGHT_LUNG,
        segmentation_id="segmentation",
        label=10 + 2 * number,
    )
    return replace(made, **changes)


def handover(
    study: Study,
    series: Series,
    statuses: tuple[ReviewStatus, ...] = DECIDED,
    *,
    lungs: bool = True,
    **changes: object,
) -> Handover:
    """Two structures and one finding per status, each with voxels of its own."""
    rng = np.random.default_rng(20260304)
    labels = np.zeros(series.geometry.shape_kji, dtype=np.uint16)
    segments: list[Segment] = []
    if lungs:
        half = labels.shape[2] // 2
        labels[:, 1:-2, :half] = 1
        labels[1:, 2:, half:-1] = 2
        segments += [
            Segment(1, "Left lung", LEFT_LUNG, ANATOMICAL_STRUCTURE, "#88F4F4"),
            Segment(2, "Right lung", RIGHT_LUNG, ANATOMICAL_STRUCTURE, "#D02828"),
        ]
    reviewed = []
    for number, status in enumerate(statuses):
        found = finding(series, number, status)
        k = number % labels.shape[0]
        box = labels[k : k + 2, 2 : 6 + number, 3:8]
        box[rng.random(box.shape) < 0.6] = found.label
        segments.append(
            Segment(
                found.label or 0,
                found.name,
                found.code,
                MORPHOLOGICALLY_ABNORMAL,
                "#F4DC28",
                found.finding_id,
            )
        )
        reason = RejectReason.VESSEL if status is ReviewStatus.REJECTED else None
        reviewed.append(ReviewedFinding(found, status, reason))
    made = Handover(
        study=study,
        series=series,
        labels=labels,
        segments=tuple(segments),
        findings=tuple(reviewed),
        made_at=MADE_AT,
        algorithm=MODEL,
        reviewer=READER,
    )
    return replace(made, **changes)


def structure(label: int) -> Segment:
    """Any structure, for tests that need many."""
    code = CodedConcept("91723000", "SCT", "Anatomical structure")
    return Segment(label, f"Structure {label}", code, ANATOMICAL_STRUCTURE)

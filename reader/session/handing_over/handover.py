"""Gathering what is handed over from what is open and decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import numpy as np

from reader.core.errors import ExportError
from reader.core.handover import Handover, ReviewedFinding
from reader.core.heatmap import Heatmap
from reader.core.model import InferenceRequest, InferenceResult
from reader.core.provenance import AlgorithmIdentity, Reviewer
from reader.core.review import ReviewStatus
from reader.core.segmentation import Segment, Segmentation
from reader.core.study import Series, Study
from reader.core.text import say
from reader.imaging.components import label_boxes, region_of
from reader.session.reviewing.beneath import beneath


def reviewed_handover(
    study: Study,
    series: Series,
    segmentation: Segmentation | None,
    findings: Iterable[ReviewedFinding],
    heatmap: Heatmap | None,
    algorithm: AlgorithmIdentity | None,
    reviewer: Reviewer,
    signed: bool,
    made_at: datetime,
    cautions: frozenset[str] = frozenset(),
) -> Handover:
    """A reader's results on one series. `algorithm`: the model that had a part in them.

    `cautions`: what a card said against the run, also where it found nothing.

    All findings go along with their status; the segments are those of structures and of
    findings the reader stands behind.

    Raises: ExportError: when there is nothing to hand over.
    """
    reviewed = tuple(findings)
    if not reviewed and segmentation is None:
        raise ExportError(
            say("There is nothing to export yet."),
            say("Run the AI, or add a finding."),
        )
    left_out = (ReviewStatus.REJECTED, ReviewStatus.UNREVIEWED)
    kept = {r.finding.finding_id for r in reviewed if r.status not in left_out}
    segments = segmentation.segments if segmentation is not None else ()
    written = tuple(s for s in segments if s.finding_id is None or s.finding_id in kept)
    of_findings = {c for r in reviewed for c in r.finding.provenance.eligibility_cautions}
    said = cautions | of_findings
    return Handover(
        study=study,
        series=series,
        labels=_only(segmentation, written, series, {r.finding.finding_id for r in reviewed}),
        segments=written,
        findings=reviewed,
        made_at=made_at,
        algorithm=algorithm,
        reviewer=reviewer,
        heatmap=heatmap,
        signed=signed,
        cautions=tuple(sorted(said)),
    )


def proposed_handover(
    study: Study, series: Series, request: InferenceRequest, result: InferenceResult, now: datetime
) -> Handover:
    """A model's proposals as they are, for results that no reader has looked at."""
    eligibility = request.eligibility
    return Handover(
        study=study,
        series=series,
        labels=result.labels,
        segments=result.segments,
        findings=tuple(ReviewedFinding(f, ReviewStatus.UNREVIEWED) for f in result.findings),
        made_at=now,
        algorithm=result.identity,
        heatmap=result.heatmap,
        cautions=tuple(str(r) for r in eligibility.reasons) if eligibility else (),
    )


def _only(
    segmentation: Segmentation | None,
    segments: tuple[Segment, ...],
    series: Series,
    known: Collection[str],
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    """A copy of the labels with those of other segments cleared.

    A finding that is not `known` was hidden by a threshold: it leaves the structure that it
    lies in, not a hole.
    """
    if segmentation is None:
        return np.zeros(series.geometry.shape_kji, dtype=np.uint16)
    kept = np.zeros(65536, dtype=np.uint16)
    for segment in segments:
        kept[segment.label] = segment.label
    only = np.empty_like(segmentation.labels)
    for source, target in zip(segmentation.labels, only, strict=True):
        np.take(kept, source, out=target)  # by slice: the index array is eight times as large
    hidden = {s.label for s in segmentation.segments if s.finding_id and s.finding_id not in known}
    boxes = label_boxes(segmentation.labels) if hidden else {}
    for label in hidden & set(boxes):
        region = region_of(boxes[label])
        under = kept[beneath(segmentation, label, boxes[label], ())]
        np.copyto(only[region], under, where=segmentation.labels[region] == label)
    return only

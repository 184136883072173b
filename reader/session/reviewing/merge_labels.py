"""A new result's labels beside those of an older one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reader.core.finding import Finding
from reader.core.model import InferenceResult
from reader.core.segmentation import Segment, Segmentation
from reader.session.reviewing.edits import finding_labels


@dataclass(frozen=True, slots=True, eq=False)
class Merge:
    """The label map to be, the segments it adds and the findings that are new."""

    labels: NDArray[np.uint16]
    new_segments: tuple[Segment, ...]
    findings: tuple[Finding, ...]


def merge_labels(
    existing: Segmentation,
    result: InferenceResult,
    known: Sequence[Finding],
    first_label: int,
) -> Merge:
    """Put a result into a segmentation that has findings already. Changes neither.

    Voxels of known findings stay. A finding whose centre lies in a known one of the same
    kind, or the other way round, is that one and is left out. A structure takes the place
    of the older one of the same meaning. New labels count up from `first_label`.
    """
    new = [f for f in result.findings if not _is_known(f, existing, result, known)]
    new_ids = {f.finding_id for f in new}
    structures = {(s.code, s.category): s.label for s in existing.segments if s.finding_id is None}
    becomes = np.zeros(65536, dtype=np.uint16)
    added: list[Segment] = []
    replaced: list[int] = []
    for segment in result.segments:
        if segment.finding_id is not None and segment.finding_id not in new_ids:
            continue
        label = structures.get((segment.code, segment.category))
        if segment.finding_id is not None or label is None:
            label = first_label + len(added)
            added.append(replace(segment, label=label))
        else:
            replaced.append(label)
        becomes[segment.label] = label
    labels = _written(existing, result.labels, becomes, replaced)
    findings = tuple(f if f.label is None else replace(f, label=int(becomes[f.label])) for f in new)
    return Merge(labels, tuple(added), findings)


def _written(
    existing: Segmentation,
    proposed: NDArray[np.uint16],
    becomes: NDArray[np.uint16],
    replaced: list[int],
) -> NDArray[np.uint16]:
    """Slice by slice, so that it needs little memory beside the result."""
    locked = finding_labels(existing)
    is_replaced = np.zeros(65536, dtype=bool)
    is_replaced[replaced] = True
    labels = existing.labels.copy()
    for present, wanted in zip(labels, proposed, strict=True):
        if not present.any() and not wanted.any():
            continue
        target = becomes[wanted]
        free = ~locked[present]
        write = free & ((target > 0) | (is_replaced[present] & (wanted == 0)))
        present[write] = target[write]
    return labels


def _is_known(
    finding: Finding, existing: Segmentation, result: InferenceResult, known: Sequence[Finding]
) -> bool:
    geometry = existing.geometry
    here = existing.labels[geometry.nearest_voxel(finding.center_lps_mm)]
    for other in known:
        if other.series_key != finding.series_key or other.code != finding.code:
            continue
        inside_known = other.label is not None and here == other.label
        there = result.labels[geometry.nearest_voxel(other.center_lps_mm)]
        if inside_known or (finding.label is not None and there == finding.label):
            return True
    return False

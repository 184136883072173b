"""Candidates become findings: extent in the image, size, side, identity."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken
from reader.core.codes import LEFT_LUNG, RIGHT_LUNG
from reader.core.finding import Finding
from reader.core.geometry import FloatArray, IndexBox, VolumeGeometry
from reader.core.model import InferenceRequest, ModelLabel
from reader.core.provenance import Provenance
from reader.core.segmentation import SEGMENT_COLORS, Segment
from reader.core.volume import Volume
from reader.imaging.brush import ball_stencil
from reader.imaging.components import Mask, region_of, shifted_box
from reader.imaging.grow import grow_from_point
from reader.imaging.lungs import LEFT_LUNG_LABEL
from reader.imaging.measure import measure_extent
from reader.inference.chest_ct.candidates import Candidate

MOST_FINDINGS: Final = 20
_RADII_MM: Final = (18.0, 8.0)
_FALLBACK_RADIUS_MM: Final = 2.5
_LEAST_DRIFT_MM: Final = 4.0
_DRIFT_SHARE: Final = 0.3
_MARGIN_MM: Final = 8.0
_HALO_HU: Final = -350.0
_HALO_RATIO: Final = 2.5
_OWN_SHARE: Final = 0.5
"""A candidate most of whose extent belongs to a better one already is the same lesion."""


def propose_findings(
    request: InferenceRequest,
    candidates: list[Candidate],
    labels: NDArray[np.uint16],
    cancel: CancelToken,
) -> tuple[tuple[Finding, ...], tuple[Segment, ...], bool]:
    """Give each candidate its extent, drawn into `labels`, best first.

    `labels` holds the lungs already, left as 1 and right as 2. Returns the findings, their
    segments, and whether marks were left out because there were too many.

    Raises: Cancelled: before the next candidate.
    """
    findings: list[Finding] = []
    segments: list[Segment] = []
    kind = next(label for label in request.spec.labels if label.is_finding)
    first_label = sum(not label.is_finding for label in request.spec.labels) + 1
    for candidate in candidates:
        cancel.check()
        box, mask = extent_around(request.volume, candidate.center_lps_mm)
        view = labels[region_of(box)]
        free = mask & (view < first_label)
        if np.count_nonzero(free) < _OWN_SHARE * np.count_nonzero(mask):
            continue
        if len(findings) == MOST_FINDINGS:
            left_out = candidate.score >= request.spec.threshold
            return tuple(findings), tuple(segments), left_out
        label = first_label + len(findings)
        view[free] = label
        finding = _finding(request, candidate, kind, label)
        findings.append(_measured(finding, request, box, free))
        segments.append(_segment(finding, kind, label))
    return tuple(findings), tuple(segments), False


def extent_around(volume: Volume, center_lps_mm: FloatArray) -> tuple[IndexBox, Mask]:
    """What the image shows around a peak, unless that leads away from it.

    A peak between bright things would take the size of a neighbour: then the search is
    narrowed, and at last a ball of 5 mm marks the place.
    """
    for radius in _RADII_MM:
        found = _grown(volume, center_lps_mm, radius)
        drift = float(np.linalg.norm(_middle(found, volume) - center_lps_mm))
        size_mm = (6 * _volume_mm3(found, volume) / np.pi) ** (1 / 3)
        if drift <= max(_LEAST_DRIFT_MM, _DRIFT_SHARE * size_mm):
            return found
    ball = ball_stencil(volume.geometry, center_lps_mm, center_lps_mm, _FALLBACK_RADIUS_MM)
    if ball is None:
        raise AssertionError("a peak lies in the volume")
    return ball


def _grown(volume: Volume, center_lps_mm: FloatArray, radius_mm: float) -> tuple[IndexBox, Mask]:
    """The lesion at a place; of a part-solid one the halo too.

    Beside a solid core the halo's edge is faint. With everything above `_HALO_HU` cut off
    both edges are alike; what is found so counts only where it is far larger, because on
    solid nodules it is a little too large.
    """
    box, mask = grow_from_point(volume, center_lps_mm, radius_mm)
    around = _box_around(volume, center_lps_mm, radius_mm + _MARGIN_MM)
    origin = [low for low, _ in around]
    affine = volume.geometry.affine_kji_to_lps.copy()
    affine[:3, 3] = volume.geometry.to_lps(origin)
    voxels = np.minimum(volume.voxels[region_of(around)], _HALO_HU).astype(np.float32)
    geometry = VolumeGeometry((voxels.shape[0], voxels.shape[1], voxels.shape[2]), affine)
    veiled = Volume(volume.series_uid, voxels, geometry, volume.unit)
    halo_box, halo = grow_from_point(veiled, center_lps_mm, radius_mm)
    if np.count_nonzero(halo) > _HALO_RATIO * np.count_nonzero(mask):
        return shifted_box(halo_box, around), halo
    return box, mask


def _box_around(volume: Volume, center_lps_mm: FloatArray, reach_mm: float) -> IndexBox:
    inverse = np.linalg.inv(volume.geometry.affine_kji_to_lps[:3, :3])
    reach = np.ceil(reach_mm * np.linalg.norm(inverse, axis=1)).astype(int)
    middle = np.array(volume.geometry.nearest_voxel(center_lps_mm))
    low = np.maximum(middle - reach, 0)
    high = np.minimum(middle + reach + 1, volume.geometry.shape_kji)
    k, j, i = ((int(a), int(b)) for a, b in zip(low, high, strict=True))
    return k, j, i


def _middle(found: tuple[IndexBox, Mask], volume: Volume) -> FloatArray:
    box, mask = found
    return volume.geometry.to_lps(np.argwhere(mask).mean(axis=0) + [low for low, _ in box])


def _volume_mm3(found: tuple[IndexBox, Mask], volume: Volume) -> float:
    return np.count_nonzero(found[1]) * volume.geometry.voxel_volume_mm3


def _finding(
    request: InferenceRequest, candidate: Candidate, kind: ModelLabel, label: int
) -> Finding:
    """A finding without its size. Its identifiers follow from the run: a run gives them once."""

    def identifier(what: str) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_OID, f"{request.run_id}/{label}/{what}")

    cautions = request.eligibility.reasons if request.eligibility is not None else ()
    x, y, z = (float(c) for c in candidate.center_lps_mm)
    return Finding(
        finding_id=identifier("finding").hex,
        revision_id=identifier("revision").hex,
        tracking_uid=f"2.25.{identifier('tracking').int}",
        series_key=request.series_key,
        name=kind.name,
        code=kind.code,
        center_lps_mm=(x, y, z),
        provenance=Provenance(
            made_at=datetime.now(UTC),
            algorithm=request.spec.identity,
            run_id=request.run_id,
            eligibility_cautions=tuple(str(reason) for reason in cautions),
        ),
        score=min(1.0, max(0.0, candidate.score)),
        calibrated=request.spec.calibrated,
        site=LEFT_LUNG if candidate.lung_label == LEFT_LUNG_LABEL else RIGHT_LUNG,
        segmentation_id=request.run_id,
        label=label,
    )


def _measured(finding: Finding, request: InferenceRequest, box: IndexBox, mask: Mask) -> Finding:
    """The finding with the centre and, where lengths can be trusted, sizes of its extent."""
    volume = request.volume
    extent = measure_extent(mask, box, volume.geometry, volume.voxels)
    if not volume.measurable:
        return dataclasses.replace(finding, center_lps_mm=extent.center_lps_mm)
    return dataclasses.replace(
        finding,
        center_lps_mm=extent.center_lps_mm,
        long_axis_mm=extent.long_axis_mm,
        short_axis_mm=extent.short_axis_mm,
        volume_mm3=extent.volume_mm3,
        mean_value=extent.mean_value,
    )


def _segment(finding: Finding, kind: ModelLabel, label: int) -> Segment:
    color = SEGMENT_COLORS[(label - 1) % len(SEGMENT_COLORS)]
    return Segment(label, kind.name, kind.code, kind.category, color, finding.finding_id)

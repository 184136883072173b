"""A label map becomes a result: structures, findings with score, size and place, provenance."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.codes import CodedConcept
from reader.core.finding import Finding
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.core.model import InferenceRequest, InferenceResult, ModelLabel
from reader.core.provenance import Provenance
from reader.core.segmentation import SEGMENT_COLORS, Segment
from reader.core.text import Text, say
from reader.imaging.components import Component, connected_components, grown_box, region_of
from reader.imaging.measure import measure_extent
from reader.inference.adapters.stability import stability_of

MOST_FINDINGS: Final = 100
"""More than a person can judge one by one; the best are kept."""

Scores = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """One connected piece of a label that is a finding."""

    kind: ModelLabel
    value: int
    component: Component
    score: float | None

    @property
    def rank(self) -> tuple[float, int]:
        """The likelier first, then the larger."""
        return -(self.score or 0.0), -self.component.voxel_count


def segmentation_result(
    request: InferenceRequest,
    labels: NDArray[np.uint16],
    *,
    seconds: Mapping[str, float],
    device: str,
    notes: Sequence[Text] = (),
    probability: Scores | None = None,
    uncertainty: Scores | None = None,
    members: Sequence[NDArray[np.uint16]] = (),
) -> InferenceResult:
    """The result of a model that gives every voxel of the source grid a label.

    Args:
        request: what was run.
        labels: uint16 on the source grid; value n is `request.spec.labels[n - 1]`, 0 nothing.
        seconds: how long each stage took.
        device: what it ran on, in words.
        notes: what the reader should know about this run.
        probability: float16 of "any finding" on the source grid; each finding's score is
            its mean over the finding. None: the findings carry no score.
        uncertainty: float16 on the source grid, 0 sure to 1 not at all.
        members: `labels` as each fold or mirroring alone would have them.

    Structures keep the order of the card and come first. Every connected piece of a label
    that is a finding becomes a finding with a label of its own; pieces beyond the best
    `MOST_FINDINGS` are taken out of the label map, with a note.
    """
    kinds = request.spec.labels
    structures = [n for n, label in enumerate(kinds, start=1) if not label.is_finding]
    renumbered = np.zeros(max(len(kinds), int(labels.max(initial=0))) + 1, np.uint16)
    renumbered[structures] = np.arange(1, len(structures) + 1)
    mapped = renumbered[labels]
    pieces = sorted(_pieces(kinds, labels, probability), key=lambda piece: piece.rank)
    kept = pieces[:MOST_FINDINGS]
    findings = tuple(
        replace(
            _placed(request, piece, len(structures) + n, mapped, structures),
            stability=stability_of(
                piece.component, piece.value, request.volume.geometry, labels, uncertainty, members
            ),
        )
        for n, piece in enumerate(kept, start=1)
    )
    # Drawn after all were placed, so that no finding is taken for the place of another.
    for finding, piece in zip(findings, kept, strict=True):
        mapped[region_of(piece.component.box)][piece.component.mask] = finding.label or 0
    left_out = (say("Only the {count} highest scores are listed.", count=MOST_FINDINGS),)
    geometry = request.volume.geometry
    return InferenceResult(
        run_id=request.run_id,
        series_key=request.series_key,
        identity=request.spec.identity,
        labels=mapped,
        segments=(
            *_structure_segments(kinds, structures),
            *(_finding_segment(f, p.kind) for f, p in zip(findings, kept, strict=True)),
        ),
        findings=findings,
        heatmap=None if probability is None else Heatmap(probability, geometry),
        device=device,
        seconds=dict(seconds),
        notes=(*notes, *(left_out if len(pieces) > len(kept) else ())),
        uncertainty=None
        if uncertainty is None
        else Heatmap(uncertainty, geometry, HeatmapKind.UNCERTAINTY),
    )


def _pieces(
    kinds: Sequence[ModelLabel], labels: NDArray[np.uint16], probability: Scores | None
) -> Iterator[_Piece]:
    for value, kind in enumerate(kinds, start=1):
        if not kind.is_finding:
            continue
        for component in connected_components(labels == value):
            score = None
            if probability is not None:
                said = probability[region_of(component.box)][component.mask]
                score = min(1.0, max(0.0, float(said.mean(dtype=np.float64))))
            yield _Piece(kind, value, component, score)


def _placed(
    request: InferenceRequest,
    piece: _Piece,
    label: int,
    structures_kji: NDArray[np.uint16],
    structures: Sequence[int],
) -> Finding:
    """The finding of a piece. Its identifiers follow from the run: a run gives them once."""

    def identifier(what: str) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_OID, f"{request.run_id}/{label}/{what}")

    volume, component = request.volume, piece.component
    extent = measure_extent(component.mask, component.box, volume.geometry, volume.voxels)
    trusted = volume.measurable
    cautions = request.eligibility.reasons if request.eligibility is not None else ()
    return Finding(
        finding_id=identifier("finding").hex,
        revision_id=identifier("revision").hex,
        tracking_uid=f"2.25.{identifier('tracking').int}",
        series_key=request.series_key,
        name=piece.kind.name,
        code=piece.kind.code,
        center_lps_mm=extent.center_lps_mm,
        provenance=Provenance(
            made_at=datetime.now(UTC),
            algorithm=request.spec.identity,
            run_id=request.run_id,
            eligibility_cautions=tuple(str(reason) for reason in cautions),
        ),
        long_axis_mm=extent.long_axis_mm if trusted else None,
        short_axis_mm=extent.short_axis_mm if trusted else None,
        volume_mm3=extent.volume_mm3 if trusted else None,
        mean_value=extent.mean_value if trusted else None,
        score=piece.score,
        calibrated=request.spec.calibrated and piece.score is not None,
        site=_site(request.spec.labels, component, structures_kji, structures),
        segmentation_id=request.run_id,
        label=label,
    )


def _site(
    kinds: Sequence[ModelLabel],
    component: Component,
    structures_kji: NDArray[np.uint16],
    structures: Sequence[int],
) -> CodedConcept | None:
    """The structure of the same model that most of the finding's neighbours belong to."""
    shape = (structures_kji.shape[0], structures_kji.shape[1], structures_kji.shape[2])
    around = structures_kji[region_of(grown_box(component.box, 1, shape))]
    counts = np.bincount(around.ravel(), minlength=1)
    counts[0] = 0
    most = int(counts.argmax())
    return kinds[structures[most - 1] - 1].code if counts[most] else None


def _structure_segments(kinds: Sequence[ModelLabel], structures: Sequence[int]) -> list[Segment]:
    return [
        Segment(n, kind.name, kind.code, kind.category, kind.color)
        for n, kind in enumerate((kinds[value - 1] for value in structures), start=1)
    ]


def _finding_segment(finding: Finding, kind: ModelLabel) -> Segment:
    label = finding.label or 0
    color = SEGMENT_COLORS[(label - 1) % len(SEGMENT_COLORS)]
    return Segment(label, kind.name, kind.code, kind.category, color, finding.finding_id)

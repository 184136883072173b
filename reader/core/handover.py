"""What leaves the product: everything a writer needs to put results into files."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from reader.core.finding import Finding
from reader.core.heatmap import Heatmap
from reader.core.measurement import MeasurementKind
from reader.core.provenance import AlgorithmIdentity, Reviewer
from reader.core.review import RejectReason, ReviewStatus
from reader.core.segmentation import Segment
from reader.core.study import Series, Study


def is_key_image(finding: Finding) -> bool:
    """Whether a finding only says that an image is one to remember."""
    drawn = finding.measurement
    return drawn is not None and drawn.kind is MeasurementKind.KEY_IMAGE


class AlgorithmType(enum.Enum):
    """How a segment came to be. The value is DICOM's Segment Algorithm Type.

    Source: DICOM PS3.3 C.8.20.2.3.
    """

    AUTOMATIC = "AUTOMATIC"
    SEMIAUTOMATIC = "SEMIAUTOMATIC"
    MANUAL = "MANUAL"


@dataclass(frozen=True, slots=True)
class ReviewedFinding:
    """A finding with what became of it."""

    finding: Finding
    status: ReviewStatus
    reason: RejectReason | None = None

    @property
    def algorithm_type(self) -> AlgorithmType:
        """MANUAL for a person's own, SEMIAUTOMATIC once edited, else AUTOMATIC."""
        if self.finding.provenance.algorithm is None:
            return AlgorithmType.MANUAL
        if self.status is ReviewStatus.EDITED:
            return AlgorithmType.SEMIAUTOMATIC
        return AlgorithmType.AUTOMATIC


@dataclass(frozen=True, slots=True, eq=False)
class Handover:
    """One series' results, ready to be written. `labels` lies on `series.geometry`.

    `segments` are only those to be written; a segment with a `finding_id` belongs to one
    of `findings`. `algorithm` is None when no model had a part. `reviewer` is None for
    results nobody has looked at (the command line's `predict`).
    """

    study: Study
    series: Series
    labels: NDArray[np.uint16]
    segments: tuple[Segment, ...]
    findings: tuple[ReviewedFinding, ...]
    made_at: datetime
    algorithm: AlgorithmIdentity | None = None
    reviewer: Reviewer | None = None
    heatmap: Heatmap | None = None
    signed: bool = False
    cautions: tuple[str, ...] = ()

    @property
    def is_verified(self) -> bool:
        """Whether a named person of a named organisation answers for it.

        Source: DICOM PS3.3 C.17.2.5 (Verification Flag asks for both).
        """
        reviewer = self.reviewer
        return bool(self.signed and reviewer and reviewer.name and reviewer.organization)

    def finding_of(self, segment: Segment) -> ReviewedFinding | None:
        """The finding a segment is the extent of; None for a structure."""
        for reviewed in self.findings:
            if segment.finding_id == reviewed.finding.finding_id:
                return reviewed
        return None

    def algorithm_type_of(self, segment: Segment) -> AlgorithmType:
        """How the segment came to be; structures come from the model where there is one."""
        reviewed = self.finding_of(segment)
        if reviewed is not None:
            return reviewed.algorithm_type
        return AlgorithmType.AUTOMATIC if self.algorithm else AlgorithmType.MANUAL

    def algorithm_of(self, segment: Segment) -> AlgorithmIdentity | None:
        """The model that had a part in the segment."""
        reviewed = self.finding_of(segment)
        return reviewed.finding.provenance.algorithm if reviewed else self.algorithm

    def filled_segments(self) -> tuple[Segment, ...]:
        """The segments that have voxels and are written, by ascending label.

        Looks at every voxel once: some tenths of a second for a chest CT.
        """
        voxels = np.zeros(int(np.iinfo(np.uint16).max) + 1, dtype=np.int64)
        for plane in self.labels:  # by slice, because bincount works on an 8-byte copy
            voxels += np.bincount(plane.ravel(), minlength=voxels.size)
        written = {reviewed.finding.finding_id for reviewed in self.written_findings}
        return tuple(
            segment
            for segment in sorted(self.segments, key=lambda s: s.label)
            if voxels[segment.label]
            and (segment.finding_id is None or segment.finding_id in written)
        )

    @property
    def written_findings(self) -> tuple[ReviewedFinding, ...]:
        """The findings that objects for others carry.

        Rejected ones stay in the ledger. Unreviewed ones are written only where nobody was
        to review them (no `reviewer`), and say so.
        """
        left_out = {ReviewStatus.REJECTED}
        if self.reviewer is not None:
            left_out.add(ReviewStatus.UNREVIEWED)
        return tuple(
            f for f in self.findings if f.status not in left_out and not is_key_image(f.finding)
        )

    @property
    def key_images(self) -> tuple[int, ...]:
        """The images of the series that the reader marked, ascending."""
        marked = {
            f.finding.measurement.index
            for f in self.findings
            if is_key_image(f.finding)
            and f.finding.measurement is not None
            and f.status is not ReviewStatus.REJECTED
        }
        return tuple(sorted(index for index in marked if index is not None))

"""One thing a reader must judge."""

from __future__ import annotations

from dataclasses import dataclass

from reader.core.codes import CodedConcept
from reader.core.measurement import Measurement
from reader.core.provenance import Provenance
from reader.core.stability import Stability


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in a volume with a meaning, a size and a maker. Frozen.

    An edit makes a new revision with the same `finding_id` and `tracking_uid`, whose
    `parent_revision_id` is the revision it came from. The status is never stored here:
    `review.review_status` derives it from the ledger.

    `score` is the model's, 0 to 1, None for a reader's own. Sizes are None where the
    series cannot be measured. `label` is the finding's label in the segmentation
    `segmentation_id`, None when it has no extent.
    """

    finding_id: str
    revision_id: str
    tracking_uid: str
    series_key: str
    name: str
    code: CodedConcept
    center_lps_mm: tuple[float, float, float]
    provenance: Provenance
    long_axis_mm: float | None = None
    short_axis_mm: float | None = None
    volume_mm3: float | None = None
    mean_value: float | None = None
    score: float | None = None
    calibrated: bool = False
    site: CodedConcept | None = None
    segmentation_id: str | None = None
    label: int | None = None
    parent_revision_id: str | None = None
    measurement: Measurement | None = None
    """What the reader drew, for a finding that is a measurement or a note."""
    stability: Stability | None = None
    """How far the model's members agree, where it has any."""

    def __post_init__(self) -> None:
        if self.score is not None and not 0 <= self.score <= 1:
            raise ValueError("A score lies between 0 and 1.")
        if len(self.center_lps_mm) != 3:
            raise ValueError("A centre has three coordinates.")

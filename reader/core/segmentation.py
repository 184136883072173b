"""Which voxels belong to what."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from reader.core.codes import CodedConcept
from reader.core.geometry import VolumeGeometry

SEGMENT_COLORS = (
    "#88F4F4", "#D02828", "#7058AC", "#F4DC28", "#AC34F4", "#B89428",
    "#F4AC70", "#D0647C", "#C4F4AC", "#AC4070", "#887CC4", "#28B8C4",
)  # fmt: skip
"""In order of use; the order keeps neighbours apart for colour-blind readers."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One label of a segmentation. `finding_id` is set where it is a finding's extent."""

    label: int
    name: str
    code: CodedConcept
    category: CodedConcept
    color: str = SEGMENT_COLORS[0]
    finding_id: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.label <= 65535:
            raise ValueError("Labels go from 1 to 65535.")


@dataclass(slots=True, eq=False)
class Segmentation:
    """A label map (uint16, 0 = background) on a volume's grid and the meaning of its labels.

    The labels are the one mutable thing in `core`. They change only through
    `session/reviewing/edits.py`, which also raises `revision`, so that what was drawn from an
    older state can be told apart.
    """

    id: str
    series_key: str
    labels: NDArray[np.uint16]
    geometry: VolumeGeometry
    segments: tuple[Segment, ...]
    revision: int = field(default=0)

    def __post_init__(self) -> None:
        if self.labels.shape != self.geometry.shape_kji or self.labels.dtype != np.uint16:
            raise ValueError("Labels must be uint16 on the geometry's grid.")
        numbers = [s.label for s in self.segments]
        if len(set(numbers)) != len(numbers):
            raise ValueError("Each label may name one segment only.")

    def segment(self, label: int) -> Segment:
        """The segment of a label. Raises: KeyError."""
        for segment in self.segments:
            if segment.label == label:
                return segment
        raise KeyError(label)

    def next_label(self) -> int:
        """The lowest label above all that are in use."""
        return max((s.label for s in self.segments), default=0) + 1

    def with_segment(self, segment: Segment) -> None:
        """Add a segment, or replace the one with its label."""
        others = tuple(s for s in self.segments if s.label != segment.label)
        self.segments = (*others, replace(segment))

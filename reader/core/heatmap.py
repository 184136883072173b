"""A score for every voxel."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import VolumeGeometry


class HeatmapKind(enum.Enum):
    """What the score means."""

    PROBABILITY = "probability"
    UNCERTAINTY = "uncertainty"
    SALIENCY = "saliency"
    """What the model's answer hung on: influence, not evidence of disease."""
    FRACTION = "fraction"
    """What another program says a voxel has of a segment, or how likely it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Heatmap:
    """Scores from 0 to 1 as float16 or float32, shape `geometry.shape_kji`; read-only view."""

    scores: NDArray[np.floating]
    geometry: VolumeGeometry
    kind: HeatmapKind = HeatmapKind.PROBABILITY

    def __post_init__(self) -> None:
        if self.scores.shape != self.geometry.shape_kji:
            raise ValueError("Scores and geometry differ in shape.")
        view = self.scores.view()
        view.flags.writeable = False
        object.__setattr__(self, "scores", view)

"""A case as other programs take it: plain arrays of the session's own types, and colour tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.app.bench.case import BenchCase
from reader.core.geometry import VolumeGeometry
from reader.core.segmentation import SEGMENT_COLORS
from reader.imaging.colormap import MAXIMUM_HEAT_OPACITY, inferno, rgb_of

FILL_ALPHA: Final = 77
_LEAST_HEAT: Final = 26


@dataclass(frozen=True, slots=True, eq=False)
class PeerCase:
    """Arrays in (k, j, i): int16 HU, uint16 labels, and scores times 255.

    What a viewer has in memory, and not prepared for one program: bytes would be painted
    faster, and would be a second copy. Scores are float32, because no peer takes float16.

    Colour tables are (n, 4) uint8 RGBA.
    """

    voxels: NDArray[np.int16]
    labels: NDArray[np.uint16]
    heat: NDArray[np.float32] | None
    geometry: VolumeGeometry

    @classmethod
    def of(cls, case: BenchCase) -> PeerCase:
        """The arrays of a case; only scores are copied."""
        voxels = np.asarray(case.volume.voxels, dtype=np.int16)
        labels = case.segmentation.labels
        heat = None
        if case.heatmap is not None:
            heat = np.empty(voxels.shape, dtype=np.float32)
            for k, scores in enumerate(case.heatmap.scores):
                np.multiply(scores, np.float32(255), out=heat[k])
        return cls(voxels, labels, heat, case.volume.geometry)

    @property
    def mask_colors(self) -> NDArray[np.uint8]:
        """The colour of every label."""
        colors = np.zeros((256, 4), dtype=np.uint8)
        for label in range(1, 256):
            color = SEGMENT_COLORS[(label - 1) % len(SEGMENT_COLORS)]
            colors[label] = (*rgb_of(color), FILL_ALPHA)
        return colors

    @property
    def heat_colors(self) -> NDArray[np.uint8]:
        """The colour of every score."""
        colors = np.empty((256, 4), dtype=np.uint8)
        colors[:, :3] = inferno()
        colors[:, 3] = round(255 * MAXIMUM_HEAT_OPACITY)
        colors[:_LEAST_HEAT, 3] = 0
        return colors

"""From a CT in HU to what the network sees: 1.5 mm, fixed range, patient-aligned."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import VolumeGeometry
from reader.imaging.resample import WorkingGrid, to_working, working_grid

SPACING_MM: Final = 1.5
LOWEST_HU: Final = -1000.0
HIGHEST_HU: Final = 400.0


def network_grid(geometry: VolumeGeometry) -> WorkingGrid:
    """The grid the network works on: axes to Superior, Posterior, Left, about 1.5 mm.

    Its shape is even, so that the network's output at half resolution has the same edges.
    """
    return working_grid(geometry, SPACING_MM, multiple=2)


def resample_hu(voxels: NDArray[np.generic], grid: WorkingGrid) -> NDArray[np.float32]:
    """HU on the network's grid, averaged where the source is finer."""
    return to_working(voxels, grid)


def normalise(hu: NDArray[np.generic]) -> NDArray[np.float32]:
    """Map the fixed HU range to 0..1; 0, the padding of convolutions, is air."""
    scaled = (np.asarray(hu, np.float32) - LOWEST_HU) * (1.0 / (HIGHEST_HU - LOWEST_HU))
    return np.clip(scaled, 0.0, 1.0, out=scaled)

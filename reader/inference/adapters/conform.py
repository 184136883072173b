"""FreeSurfer's conformed space: what brain networks trained on its results expect to see.

Source: mri_convert --conform and its copy in brainchop (niimath -conform): 256 voxels of 1 mm
each way about the middle of the scan, upright, 8 bits with the brightest 0.1 % cut off.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import VolumeGeometry
from reader.core.volume import Volume
from reader.inference.adapters.grids import ModelGrid, free_grid

SIDE: Final = 256
AXES: Final = "LIA"
_BINS: Final = 1000
_BRIGHTEST_SHARE: Final = 0.001


def conformed_grid(source: VolumeGeometry, side: int = SIDE) -> ModelGrid:
    """256 x 256 x 256 voxels of 1 mm, to Left, Inferior and Anterior, about the middle."""
    return free_grid(source, (side, side, side), 1.0, AXES)


def conformed(volume: Volume, grid: ModelGrid) -> NDArray[np.float32]:
    """The volume there, whole numbers from 0 to 255, 0 beyond the scan."""
    voxels = volume.voxels
    if voxels.dtype.kind == "f":
        voxels = np.nan_to_num(np.asarray(voxels, np.float32), posinf=0.0, neginf=0.0)
    low, high = brightness_range(voxels)
    values = grid.from_source(voxels, outside=low)
    values -= low
    values *= np.float32(255.0 / (high - low))
    return np.clip(np.rint(values, out=values), 0, 255, out=values)


def brightness_range(voxels: NDArray[np.generic]) -> tuple[float, float]:
    """The lowest value, and the one below which all but the brightest 0.1 % of tissue lie."""
    low, high = float(np.min(voxels)), float(np.max(voxels))
    if high <= low:
        return low, low + 1.0
    counts, _ = np.histogram(voxels, bins=_BINS, range=(low, high))
    tissue = np.count_nonzero(voxels)
    below = np.cumsum(counts)
    wanted = voxels.size - int(_BRIGHTEST_SHARE * tissue)
    bin_number = max(1, int(np.searchsorted(below, wanted)))
    return low, low + max(bin_number * (high - low) / _BINS, 1e-6)


def between_quantiles(
    values: NDArray[np.float32], lowest: float, highest: float
) -> NDArray[np.float32]:
    """Scaled so that two quantiles become 0 and 1, cut off there."""
    low, high = (float(q) for q in np.quantile(values, (lowest, highest)))
    scaled = (values - np.float32(low)) / np.float32(high - low + 1e-3)
    return np.clip(scaled, 0.0, 1.0, out=scaled)


def between_extremes(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scaled so that the lowest value becomes 0 and the highest 1."""
    low, high = float(values.min()), float(values.max())
    return (values - np.float32(low)) / np.float32(max(high - low, 1e-3))

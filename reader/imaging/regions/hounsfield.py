"""Whether the values of a CT are Hounsfield units, and what in them is metal or contrast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.volume import Volume
from reader.imaging.regions.ct_regions import CtProfile

METAL_HU: Final = 3000.0
"""From here on it is metal: dense cortical bone and teeth stay below.
Source: ai-facts, intended-use gate; scanners without an extended range end at 3071."""

_BIN_HU: Final = 10
_LOWEST_HU: Final = -1500
_AIR_BELOW_HU: Final = -750
_TISSUE_HU: Final = (-250, 250)
_LEAST_SHARE: Final = 0.002
_LEAST_TISSUE: Final = 0.02
_BLOOD_HU: Final = (180.0, 600.0)
_THICK_STEPS: Final = 2
_EVEN_HU: Final = 45.0
_LEAST_BLOOD_ML: Final = 12.0


@dataclass(frozen=True, slots=True)
class Peaks:
    """Where air and soft tissue lie, in HU; None where there is too little of it."""

    darkest: float
    air: float | None
    tissue: float | None


def peaks_of(volume: Volume) -> Peaks | None:
    """The peaks of a CT's histogram; None for a volume without values. Milliseconds."""
    step = max(1, volume.voxels.shape[0] // 24)
    stride = max(1, min(volume.voxels.shape[1:]) // 96)
    sample = volume.voxels[::step, ::stride, ::stride].ravel().astype(np.float32)
    sample = sample[~volume.is_padding(sample)]
    sample = sample[sample > _LOWEST_HU]
    if not sample.size:
        return None
    return Peaks(
        darkest=float(np.percentile(sample, 1)),
        air=_peak(sample, _LOWEST_HU, _AIR_BELOW_HU, _LEAST_SHARE),
        tissue=_peak(sample, *_TISSUE_HU, _LEAST_TISSUE),
    )


def _peak(sample: NDArray[np.float32], low: int, high: int, least: float) -> float | None:
    """The middle of the fullest bins between two values, of a smoothed histogram."""
    counts, edges = np.histogram(sample, bins=np.arange(low, high + 1, _BIN_HU))
    if counts.sum() < least * sample.size:
        return None
    smooth = np.convolve(counts, (0.25, 0.5, 0.25), mode="same")
    return float(edges[smooth.argmax()] + _BIN_HU / 2)


def metal_ml(volume: Volume) -> float:
    """How much is denser than any bone. Tenths of a second on a whole CT."""
    count = sum(int(np.count_nonzero(plane >= METAL_HU)) for plane in volume.voxels)
    return count * volume.geometry.voxel_volume_mm3 / 1000


def shows_contrast(profile: CtProfile) -> bool:
    """Whether there is a thick, even, bright pool: blood of the heart or a large vessel.

    Bone that bright is uneven. A hint, not a measurement.
    """
    import cc3d
    from scipy import ndimage

    hu = profile.hu
    bright = (hu > _BLOOD_HU[0]) & (hu < _BLOOD_HU[1])
    pieces = cc3d.connected_components(
        ndimage.binary_erosion(bright, iterations=_THICK_STEPS), connectivity=6
    )
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    voxel_ml = float(np.prod(profile.spacing_kji_mm)) / 1000
    largest = int(sizes.argmax())
    if sizes[largest] * voxel_ml < _LEAST_BLOOD_ML:
        return False
    return float(hu[pieces == largest].std()) < _EVEN_HU

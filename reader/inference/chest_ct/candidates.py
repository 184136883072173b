"""From the network's nodule heat to places: peaks, apart from each other, in airy lung."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray
from reader.imaging.resample import WorkingGrid
from reader.inference.chest_ct.networks import STRIDE

LOWEST_SCORE: Final = 0.05
APART_MM: Final = 8.0
_PEAK_STEPS: Final = 2
_AIRY_CUBE_MM: Final = 20.0
_AIRY_HU: Final = -500.0
LEAST_AIRY_SHARE: Final = 0.12
"""Share of airy lung in a 20 mm cube around a candidate. Below it are the dome of the
diaphragm, the hilum and the apex under the first rib, where most false ones lay."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A place that may be a nodule. `index` in voxels of the network's grid.

    `lung_label` is that of the lung it lies in or nearest to, as in `imaging.lungs`.
    """

    score: float
    index: FloatArray
    center_lps_mm: FloatArray
    lung_label: int


def find_candidates(
    heat: NDArray[np.float32],
    lungs: NDArray[np.uint8],
    hu: NDArray[np.float32],
    grid: WorkingGrid,
    lowest_score: float = LOWEST_SCORE,
) -> list[Candidate]:
    """Peaks of the heat in or at the lungs, best first.

    `heat` and `lungs` (a label map) are at half the resolution of `hu`, which lies on
    `grid`.
    """
    from scipy import ndimage

    near_lung = near_lungs(lungs, _PEAK_STEPS)
    peaks = (ndimage.maximum_filter(heat, size=3) == heat) & (heat >= lowest_score) & near_lung
    places = np.argwhere(peaks)
    order = np.argsort(-heat[peaks], kind="stable")
    spacing = np.array(grid.geometry.spacing_kji_mm)
    kept: list[Candidate] = []
    for place in places[order]:
        index = _refined(heat, place) * STRIDE + (STRIDE - 1) / 2
        if any(np.linalg.norm((index - c.index) * spacing) < APART_MM for c in kept):
            continue
        if airy_share(hu, index, spacing) < LEAST_AIRY_SHARE:
            continue
        score = float(heat[tuple(place)])
        side = _lung_around(lungs, place)
        kept.append(Candidate(score, index, grid.geometry.to_lps(index), side))
    return kept


def near_lungs(lungs: NDArray[np.uint8], steps: int) -> NDArray[np.bool_]:
    """The lungs of a label map and so many voxels around them."""
    from scipy import ndimage

    return np.asarray(ndimage.binary_dilation(lungs > 0, iterations=steps))


def _lung_around(lungs: NDArray[np.uint8], place: NDArray[np.integer]) -> int:
    """The label most common near a place that is at most two voxels outside the lungs."""
    low = np.maximum(place - 3, 0)
    cube = lungs[tuple(slice(int(a), int(b)) for a, b in zip(low, place + 4, strict=True))]
    return int(np.argmax(np.bincount(cube.ravel(), minlength=3)[1:])) + 1


def _refined(heat: NDArray[np.float32], place: NDArray[np.integer]) -> FloatArray:
    """Centre of the heat in the 27 voxels around a peak."""
    low = np.maximum(place - 1, 0)
    high = np.minimum(place + 2, heat.shape)
    box = heat[tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))]
    grids = np.indices(box.shape, dtype=np.float64)
    return np.asarray((grids * box).sum(axis=(1, 2, 3)) / box.sum() + low)


def airy_share(hu: NDArray[np.float32], index: FloatArray, spacing_mm: FloatArray) -> float:
    """How much of a 20 mm cube around a place is air-filled lung."""
    reach = np.rint(_AIRY_CUBE_MM / 2 / spacing_mm).astype(int)
    middle = np.rint(index).astype(int)
    low = np.maximum(middle - reach, 0)
    high = np.minimum(middle + reach + 1, hu.shape)
    cube = hu[tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))]
    return float(np.mean(cube < _AIRY_HU)) if cube.size else 0.0

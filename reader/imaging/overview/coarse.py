"""A volume small enough to be turned by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.imaging.window import look_up

FINE: Final = 288
QUICK: Final = 128
"""Voxels along the longest side, at rest and while it is being turned."""
_THICK: Final = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class CoarseGrid:
    """An array with its place: `affine_kji_to_lps` as in `VolumeGeometry`, voxel centres."""

    values: NDArray[Any]
    affine_kji_to_lps: FloatArray

    @property
    def middle_lps_mm(self) -> FloatArray:
        """The middle of the grid, about which it is turned."""
        affine = self.affine_kji_to_lps
        half = (np.array(self.values.shape, dtype=np.float64) - 1) / 2
        return np.asarray(affine[:3, :3] @ half + affine[:3, 3])

    @property
    def radius_mm(self) -> float:
        """Half the diagonal: whatever the turn, nothing is farther from the middle."""
        half = np.array(self.values.shape, dtype=np.float64) / 2
        spacing = np.linalg.norm(self.affine_kji_to_lps[:3, :3], axis=0)
        return float(np.linalg.norm(half * spacing))


def coarse_values(voxels: NDArray[Any], geometry: VolumeGeometry, longest: int) -> CoarseGrid:
    """The greatest value of each block of voxels, so that nothing small and bright vanishes.

    int16 and float32 stay what they are, anything else becomes float32. What is no number
    is as low as the lowest. Slices that are
    far apart are filled up in between, linearly.
    """
    steps = _steps(geometry, longest)
    pooled = _pooled(voxels, steps)
    if pooled.dtype.kind == "f" and np.isnan(pooled).any():
        known = pooled[np.isfinite(pooled)]
        pooled = np.where(np.isnan(pooled), known.min() if known.size else 0, pooled)
    if pooled.dtype not in (np.int16, np.float32):
        pooled = pooled.astype(np.float32)
    affine = _block_affine(geometry, steps)
    return _filled_up(CoarseGrid(np.ascontiguousarray(pooled), affine))


def coarse_labels(
    sheets: Sequence[tuple[NDArray[np.uint16], Sequence[int]]],
    geometry: VolumeGeometry,
    longest: int,
) -> CoarseGrid:
    """Label maps over one volume, reduced to uint8 places in a list of colours.

    Each sheet comes with the labels that are shown of it. The first label of the first
    sheet becomes 1, the next 2 and so on through all sheets, everything else 0; at most
    255 are told apart. Of several in a block the one with the highest place counts, so a
    thin structure does not vanish.
    """
    steps = _steps(geometry, longest)
    together, first = None, 1
    for labels, shown in sheets:
        kept = list(shown)[: 256 - first]
        places = np.zeros(65536, dtype=np.uint8)
        places[kept] = np.arange(first, first + len(kept), dtype=np.uint8)
        first += len(kept)
        blocks = _pooled_places(labels, places, steps)
        together = blocks if together is None else np.maximum(together, blocks)
    if together is None:
        raise ValueError("There is nothing to reduce.")
    return CoarseGrid(together, _block_affine(geometry, steps))


def _pooled_places(
    labels: NDArray[np.uint16], places: NDArray[np.uint8], steps: tuple[int, int, int]
) -> NDArray[np.uint8]:
    """The highest place in every block, with never more than one slice looked up at a time."""
    rows, columns = (
        len(range(0, n, step)) for n, step in zip(labels.shape[1:], steps[1:], strict=True)
    )
    blocks = np.zeros((len(range(0, len(labels), steps[0])), rows, columns), dtype=np.uint8)
    for k, plane in enumerate(labels):
        block = blocks[k // steps[0]]
        found = look_up(np.ascontiguousarray(plane), places)
        np.maximum(block, _pooled(found[None], (1, *steps[1:]))[0], out=block)
    return blocks


def _steps(geometry: VolumeGeometry, longest: int) -> tuple[int, int, int]:
    """Voxels to a block along each axis: as cubic as whole numbers allow."""
    extent = np.array(geometry.shape_kji) * np.array(geometry.spacing_kji_mm)
    goal_mm = float(extent.max()) / longest
    k, j, i = (max(1, math.floor(goal_mm / mm + 0.25)) for mm in geometry.spacing_kji_mm)
    return k, j, i


def _pooled(voxels: NDArray[Any], steps: tuple[int, int, int]) -> NDArray[Any]:
    """The maximum of every block; a rest at the end is a block of its own."""
    pooled = voxels
    # Of floats what is not a number is no value, wherever there is one beside it.
    maximum = np.fmax if voxels.dtype.kind == "f" else np.maximum
    for axis, step in enumerate(steps):
        if step > 1:
            starts = np.arange(0, pooled.shape[axis], step)
            pooled = maximum.reduceat(pooled, starts, axis=axis)
    return pooled


def _block_affine(geometry: VolumeGeometry, steps: tuple[int, int, int]) -> FloatArray:
    affine = geometry.affine_kji_to_lps.copy()
    first_middle = (np.array(steps, dtype=np.float64) - 1) / 2
    affine[:3, 3] = geometry.to_lps(first_middle)
    affine[:3, :3] *= np.array(steps)
    return affine


def _filled_up(grid: CoarseGrid) -> CoarseGrid:
    """More slices where they are much farther apart than pixels are."""
    values, affine = grid.values, grid.affine_kji_to_lps
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    between = math.floor(spacing[0] / min(spacing[1], spacing[2]) + 0.5)
    if spacing[0] < _THICK * min(spacing[1], spacing[2]) or len(values) < 2:
        return grid
    places = np.linspace(0, len(values) - 1, (len(values) - 1) * between + 1)
    lower = np.minimum(places.astype(int), len(values) - 2)
    share = (places - lower).astype(np.float32)[:, None, None]
    mixed = values[lower] * (1 - share) + values[lower + 1] * share
    filled = affine.copy()
    filled[:3, 0] /= between
    return CoarseGrid(mixed.astype(values.dtype), filled)

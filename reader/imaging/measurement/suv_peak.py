"""The highest mean of a small sphere: SUVpeak."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.volume import Volume
from reader.imaging.measurement.pixel_grid import PixelGrid
from reader.imaging.measurement.region import Region

SPHERE_MM3: Final = 1000.0
RADIUS_MM: Final = (3 * SPHERE_MM3 / (4 * math.pi)) ** (1 / 3)
"""6.2 mm."""
_FINEST_MM: Final = 0.5
_MOST_PARTS: Final = 12
_MOST_CENTERS: Final = 200_000
_LEAST_SEEN: Final = 0.5
"""Part of the sphere that must have values: a peak half beyond the image is none."""


def suv_peak(volume: Volume, grid: PixelGrid, region: Region) -> float | None:
    """The highest mean of stored values in a sphere of 1 ml around a voxel of the region.

    The sphere's centre is the centre of a voxel that lies in the region, in its plane to
    half a voxel; the sphere itself reaches out of the plane, and voxels on its surface
    count by the part of them that lies inside. A region without a voxel's centre has its
    own middle's voxel. None where there is none in the image.

    Source: Wahl et al., J Nucl Med 2009;50 Suppl 1:122S (PERCIST 1.0: 1 cm3 sphere around
    the hottest part, not merely the hottest voxel); Boellaard et al., Eur J Nucl Med Mol
    Imaging 2015;42:328 (EANM 2.0: the position with the highest mean).
    """
    centers = _centers(volume.geometry, grid, region)
    if not len(centers):
        return None
    offsets, weights = _sphere(volume.geometry)
    reach = np.abs(offsets).max(axis=0)
    shape = np.array(volume.geometry.shape_kji)
    low = np.maximum(centers.min(axis=0) - reach, 0)
    high = np.minimum(centers.max(axis=0) + reach + 1, shape)
    part = volume.voxels[low[0] : high[0], low[1] : high[1], low[2] : high[2]]
    counts = ~volume.is_padding(part) & np.isfinite(part)
    # Wide enough that every sphere lies in it, whatever the image's edge cuts off.
    around = tuple((int(r), int(r)) for r in reach)
    values = np.pad(np.where(counts, part, 0).astype(np.float64), around)
    seen = np.pad(counts.astype(np.float64), around)
    flat = np.ravel_multi_index(tuple((centers - low + reach).T), values.shape)
    steps = offsets @ np.array([values.shape[1] * values.shape[2], values.shape[2], 1])
    return _highest(values.ravel(), seen.ravel(), flat, steps, weights)


def _highest(
    values: FloatArray,
    seen: FloatArray,
    centers: NDArray[np.int64],
    steps: NDArray[np.int64],
    weights: FloatArray,
) -> float | None:
    # Most often every sphere has values all over, and its share is 1.
    is_partial = bool(
        (seen[centers.min() + steps.min() : centers.max() + steps.max() + 1] < 1).any()
    )
    total = np.zeros(len(centers))
    share = np.zeros(len(centers)) if is_partial else np.ones(len(centers))
    for step, weight in zip(steps, weights, strict=True):
        at = centers + step
        total += weight * values.take(at, mode="clip")
        if is_partial:
            share += weight * seen.take(at, mode="clip")
    enough = share >= _LEAST_SEEN
    return float((total[enough] / share[enough]).max()) if enough.any() else None


def _centers(geometry: VolumeGeometry, grid: PixelGrid, region: Region) -> NDArray[np.int64]:
    """Indices (n, 3) of the voxels in the region, in its plane to half a voxel."""
    box = region.box()
    if grid.axis is not None:
        shape = tuple(n for axis, n in enumerate(geometry.shape_kji) if axis != grid.axis)
        box = box.within(shape)
    if box.is_empty:
        return np.empty((0, 3), dtype=np.int64)
    pixels = (np.argwhere(region.mask(box)) + box.corner).astype(np.float64)
    if not len(pixels):
        pixels = region.middle[None]
    at = geometry.to_index(grid.to_lps(pixels))
    index = np.floor(at + 0.5).astype(np.int64)
    index = index[((index >= 0) & (index < geometry.shape_kji)).all(axis=1)]
    return np.unique(index, axis=0)[:_MOST_CENTERS] if grid.axis is None else index


def _sphere(geometry: VolumeGeometry) -> tuple[NDArray[np.int64], FloatArray]:
    """Offsets (n, 3) of the voxels of a sphere around a voxel's centre, and their parts in it."""
    return _sphere_of(geometry.affine_kji_to_lps[:3, :3].tobytes())


@lru_cache(maxsize=16)
def _sphere_of(steps: bytes) -> tuple[NDArray[np.int64], FloatArray]:
    to_mm = np.frombuffer(steps, dtype=np.float64).reshape(3, 3)
    reach = np.linalg.norm(np.linalg.inv(to_mm), axis=1) * RADIUS_MM
    most = np.floor(reach + 0.5).astype(int)
    spacing = np.linalg.norm(to_mm, axis=0)
    parts = np.clip(np.ceil(spacing / _FINEST_MM), 3, _MOST_PARTS).astype(int)
    offsets = np.stack(
        np.meshgrid(*(np.arange(-n, n + 1) for n in most), indexing="ij"), axis=-1
    ).reshape(-1, 3)
    fine = np.stack(
        np.meshgrid(*((np.arange(n) + 0.5) / n - 0.5 for n in parts), indexing="ij"), axis=-1
    ).reshape(-1, 3)
    fine_mm, offsets_mm = fine @ to_mm.T, offsets @ to_mm.T
    weights = np.array(
        [(((fine_mm + at) ** 2).sum(axis=1) <= RADIUS_MM**2).mean() for at in offsets_mm]
    )
    touched = weights > 0
    return offsets[touched], weights[touched] / weights[touched].sum()

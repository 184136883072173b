"""Procedural lungs: chest wall with ribs, branching vessels and airways, no patient.

They widen what a handful of real scans show, and teach the network the cleaner look of
phantoms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from reader.core.geometry import VolumeGeometry
from reader.inference.chest_ct.preprocess import SPACING_MM
from reader.training.chest_ct.hosts import Host, host_from_arrays
from reader.training.chest_ct.shapes import (
    FloatVolume,
    capsule,
    coverage,
    offsets_mm,
    random_rotation,
    smooth_noise,
)

_SHAPE: Final = (104, 112, 96)
_THINNEST_MM: Final = 0.55
_MOST_BRANCHES: Final = 900
Point = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Branch:
    """A straight piece of vessel or airway, positions in mm from the array's corner."""

    start: Point
    stop: Point
    radius_mm: float


def procedural_host(seed: int) -> Host:
    """One lung with its wall; the same seed gives the same lung."""
    rng = np.random.default_rng(seed)
    lung = _lung_shape(rng)
    hu = _tissue(rng, lung)
    size = np.array(_SHAPE) * SPACING_MM
    hilum = size * np.array([rng.uniform(0.4, 0.6), rng.uniform(0.45, 0.6), 0.12])
    vessels = grow_tree(rng, hilum, rng.uniform(4.5, 6.5), int(rng.integers(4, 7)))
    brightness = rng.uniform(20, 300)
    for branch in vessels:
        _draw(hu, branch, brightness, rng.uniform(1.0, 1.8))
    for branch in grow_tree(rng, hilum, rng.uniform(3.5, 5), 3, thinnest_mm=1.3):
        wall = 0.5 + 0.18 * branch.radius_mm
        _draw(hu, Branch(branch.start, branch.stop, branch.radius_mm + wall), -200.0, 1.5)
        _draw(hu, branch, -960.0, 1.5, darker=True)
    geometry = VolumeGeometry.from_spacing(_SHAPE, (SPACING_MM,) * 3)
    return host_from_arrays(f"procedural-{seed}", hu.astype(np.int16), lung, geometry)


def _lung_shape(rng: Generator) -> NDArray[np.bool_]:
    """An upright half-ellipsoid over a dome, flattened towards the mediastinum (i = 0)."""
    k, j, i = (np.linspace(-1, 1, n, dtype=np.float32) for n in _SHAPE)
    k, j, i = k[:, None, None], j[None, :, None], i[None, None, :]
    wobble = 0.06 * smooth_noise(rng, _SHAPE, 5)
    outer = (k / 1.02) ** 4 + (j / 0.88) ** 2.0 + ((i + 0.15) / 0.98) ** 2 < 0.92 + wobble
    height, reach = rng.uniform(-0.75, -0.35), rng.uniform(0.7, 1.2)
    dome = k > height - (j / reach) ** 2 * 0.5 - ((i - 0.1) / reach) ** 2 * 0.5 + wobble
    heart = (k + 0.3) ** 2 / 0.4 + (j + 0.25) ** 2 / 0.25 + (i + 1.0) ** 2 / rng.uniform(0.2, 0.7)
    return np.asarray(outer & dome & (heart + wobble > 1) & (i > -0.85 + wobble))


def _tissue(rng: Generator, lung: NDArray[np.bool_]) -> FloatVolume:
    """Soft tissue with fat and ribs around, parenchyma with texture inside."""
    from scipy import ndimage

    outside_mm = ndimage.distance_transform_edt(~lung) * SPACING_MM
    fat = smooth_noise(rng, _SHAPE, 7) > 0.4
    tissue = np.where((outside_mm > 4) & fat, -90.0, 45.0).astype(np.float32)
    k, j, _ = np.ogrid[tuple(slice(0, n) for n in _SHAPE)]
    pitch, slope = rng.uniform(17, 26), rng.uniform(-0.5, 0.5)
    phase = ((k + slope * j) * SPACING_MM) % pitch
    rib = (np.abs(phase - pitch / 2) < 4.5) & (np.abs(outside_mm - 6) < 4.0)
    tissue[rib] = rng.uniform(180, 600)
    tissue[outside_mm > rng.uniform(25, 45)] = -1000.0
    lung_hu = rng.uniform(-900, -790) + rng.uniform(5, 30) * smooth_noise(rng, _SHAPE, 6)
    lung_hu = lung_hu + rng.uniform(0, 25) * rng.standard_normal(_SHAPE, dtype=np.float32)
    share = np.asarray(ndimage.gaussian_filter(lung.astype(np.float32), 0.6), np.float32)
    return np.asarray(tissue + share * (lung_hu - tissue), np.float32)


def grow_tree(
    rng: Generator, root: Point, radius_mm: float, trunks: int, thinnest_mm: float = _THINNEST_MM
) -> list[Branch]:
    """Branches from a root outwards, each forking into two thinner ones."""
    branches: list[Branch] = []
    waiting: list[tuple[Point, Point, float]] = []
    for _ in range(trunks):
        direction = random_rotation(rng)[0].astype(np.float64)
        direction[2] = abs(direction[2]) + 0.4
        waiting.append((root, direction / np.linalg.norm(direction), radius_mm))
    while waiting and len(branches) < _MOST_BRANCHES:
        start, direction, radius = waiting.pop(0)
        stop = start + direction * (4 + radius * rng.uniform(2.5, 6))
        branches.append(Branch(start, stop, radius))
        for share in (rng.uniform(0.72, 0.95), rng.uniform(0.5, 0.85)):
            thinner = radius * share
            if thinner < thinnest_mm:
                continue
            turned = direction + rng.normal(0, 0.35, 3)
            waiting.append((stop, turned / np.linalg.norm(turned), thinner))
    return branches


def _draw(
    hu: FloatVolume, branch: Branch, value_hu: float, edge_mm: float, darker: bool = False
) -> None:
    """Render one branch into the voxels around it."""
    ends = np.stack((branch.start, branch.stop)) / SPACING_MM
    margin = branch.radius_mm / SPACING_MM + 2
    low = np.maximum(np.floor(ends.min(axis=0) - margin).astype(int), 0)
    high = np.minimum(np.ceil(ends.max(axis=0) + margin).astype(int), hu.shape)
    if (high <= low).any():
        return
    view = hu[tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))]
    at = offsets_mm(view.shape, -low.astype(np.float64), SPACING_MM)
    share = coverage(capsule(at, branch.start, branch.stop, branch.radius_mm), edge_mm)
    change = value_hu - view
    view += share * (np.minimum(change, 0) if darker else np.maximum(change, 0))

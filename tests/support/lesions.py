"""Volumes with lesions of known shape, for growing and measuring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.volume import Volume
from reader.imaging.components import region_of


@dataclass(frozen=True)
class Lesion:
    """A volume, where its lesion is, and which voxels belong to it."""

    volume: Volume
    center_lps: FloatArray
    truth: np.ndarray

    def overlap(self, grown) -> float:
        """Dice between a (box, mask) and the truth."""
        mask = np.zeros_like(self.truth)
        mask[region_of(grown[0])] = grown[1]
        return 2 * float((mask & self.truth).sum()) / float(mask.sum() + self.truth.sum())

    def volume_ratio(self, grown) -> float:
        return float(grown[1].sum() / self.truth.sum())


def soft(signed_distance_mm: np.ndarray) -> np.ndarray:
    """1 inside, 0 outside, blurred like a CT's edge."""
    return 1 / (1 + np.exp(np.clip(signed_distance_mm / 0.35, -40, 40)))


def lesion(
    radius_mm: float,
    inside: float = 30,
    outside: float = -860,
    noise: float = 20,
    spacing=(1.25, 0.75, 0.75),
    vessel_radius_mm: float = 0.0,
    wall_at: float | None = None,
    core_share: float = 0.0,
    core: float = 30,
    stretch: float = 1.0,
    size_mm: float = 56.0,
    seed: int = 0,
) -> Lesion:
    """A ball (`stretch` > 1: an ellipsoid along x), touched by a vessel or a wall if asked.

    `wall_at`: distance of a soft-tissue wall from the middle, in radii. `core_share`: a
    denser core of that share of the radius.
    """
    rng = np.random.default_rng(seed)
    shape = tuple(int(size_mm / s) for s in spacing)
    geometry = VolumeGeometry.from_spacing(shape, spacing, (-size_mm / 2,) * 3)
    points = geometry.to_lps(np.stack(np.indices(shape), axis=-1))
    center = rng.uniform(-1, 1, 3)
    offset = points - center
    distance = np.linalg.norm(offset / (stretch, 1, 1), axis=-1) - radius_mm
    image = np.full(shape, float(outside))
    truth = distance <= 0
    if vessel_radius_mm:
        axis = np.array([0.3, 0.9, 0.3]) / np.linalg.norm([0.3, 0.9, 0.3])
        beside = offset - np.array([radius_mm * 0.9, 0, 0])
        from_axis = np.linalg.norm(beside - (beside @ axis)[..., None] * axis, axis=-1)
        image += (40 - image) * soft(from_axis - vessel_radius_mm)
    if wall_at is not None:
        from_wall = offset[..., 0] - wall_at * radius_mm
        image += (45 - image) * soft(-from_wall)
        truth &= from_wall < 0
    image += (np.maximum(inside, image) - image if inside > outside else inside - image) * soft(
        distance
    )
    if core_share:
        image += (core - image) * soft(np.linalg.norm(offset, axis=-1) - core_share * radius_mm)
    image += rng.normal(0, noise, shape)
    volume = Volume("1.2.3", np.round(image).astype(np.int16), geometry, IntensityUnit.HU)
    return Lesion(volume, center, truth)

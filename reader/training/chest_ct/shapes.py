"""Soft-edged solids for synthetic lungs: balls with noise, cones, tubes, plates.

Everything synthetic goes through the same renderer, so that "looks rendered" can never
be what a network recognises. Coordinates are millimetres in a box of voxels.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

FloatVolume = NDArray[np.float32]
Offsets = tuple[FloatVolume, FloatVolume, FloatVolume]


def offsets_mm(
    shape: tuple[int, int, int], center: NDArray[np.floating], spacing: float
) -> Offsets:
    """Distance along k, j and i of each voxel from `center` (voxels), as open grids."""
    k, j, i = (
        ((np.arange(n, dtype=np.float32) - np.float32(c)) * np.float32(spacing))
        for n, c in zip(shape, center, strict=True)
    )
    return k[:, None, None], j[None, :, None], i[None, None, :]


def random_rotation(rng: Generator) -> NDArray[np.float32]:
    """A uniformly random 3 x 3 rotation, by QR of a Gaussian matrix."""
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    return np.asarray(q * np.sign(np.diag(r)), np.float32)


def smooth_noise(rng: Generator, shape: tuple[int, int, int], cells: int) -> FloatVolume:
    """Standard normal values on a `cells`-cubed lattice, interpolated over the box."""
    from scipy import ndimage

    lattice = rng.normal(size=(cells, cells, cells)).astype(np.float32)
    axes = [np.linspace(0, cells - 1, n, dtype=np.float32) for n in shape]
    grid = np.meshgrid(*axes, indexing="ij")
    return np.asarray(ndimage.map_coordinates(lattice, grid, order=1), np.float32)


def lumpy_ball(rng: Generator, at: Offsets, radius_mm: float, lumpiness: float) -> FloatVolume:
    """Signed distance (mm, negative inside) of an ellipsoid whose surface is disturbed."""
    rotation = random_rotation(rng)
    ratios = np.exp(rng.normal(0, 0.13, 3)).astype(np.float32)
    ratios /= np.prod(ratios) ** (1 / 3)
    squared = np.float32(0)
    for row, ratio in zip(rotation, ratios, strict=True):
        along = row[0] * at[0] + row[1] * at[1] + row[2] * at[2]
        squared = squared + (along / ratio) ** 2
    distance = np.sqrt(squared)
    surface = radius_mm * (
        1 + lumpiness * smooth_noise(rng, distance.shape, int(rng.integers(4, 7)))
    )
    return np.asarray(distance - surface, np.float32)


def cones(rng: Generator, at: Offsets, radius_mm: float, count: int) -> FloatVolume:
    """Signed distance of spicules that leave a ball and end in points."""
    nearest: FloatVolume | None = None
    for _ in range(count):
        direction = random_rotation(rng)[0]
        length = radius_mm * rng.uniform(1.3, 2.0)
        width = rng.uniform(0.5, 1.1)
        along = direction[0] * at[0] + direction[1] * at[1] + direction[2] * at[2]
        across = np.sqrt(np.maximum(at[0] ** 2 + at[1] ** 2 + at[2] ** 2 - along**2, 0))
        cone = across - width * (1.2 - along / length)
        cone = np.where((along > 0) & (along < length), cone, np.float32(9))
        nearest = cone if nearest is None else np.minimum(nearest, cone)
    if nearest is None:
        raise ValueError("At least one cone is needed.")
    return np.asarray(nearest, np.float32)


def capsule(
    at: Offsets, start: NDArray[np.floating], stop: NDArray[np.floating], radius_mm: float
) -> FloatVolume:
    """Signed distance of a tube with round ends between two points (mm, same origin as `at`)."""
    axis = np.asarray(stop - start, np.float32)
    relative = [a - np.float32(s) for a, s in zip(at, start, strict=True)]
    square = float(axis @ axis) or 1e-6
    dot = relative[0] * axis[0] + relative[1] * axis[1] + relative[2] * axis[2]
    along = np.clip(dot / square, 0, 1)
    squared = np.float32(0)
    for component, direction in zip(relative, axis, strict=True):
        squared = squared + (component - along * direction) ** 2
    return np.asarray(np.sqrt(squared) - radius_mm, np.float32)


def coverage(signed_distance_mm: FloatVolume, edge_mm: float) -> FloatVolume:
    """Share of each voxel that a solid fills: a linear ramp `edge_mm` wide at its surface."""
    return np.asarray(np.clip(0.5 - signed_distance_mm / edge_mm, 0, 1), np.float32)


def blend_brighter(hu: FloatVolume, share: FloatVolume, target_hu: FloatVolume | float) -> None:
    """Raise `hu` in place towards the target where the solid is; never darken it."""
    hu += share * np.maximum(target_hu - hu, 0)

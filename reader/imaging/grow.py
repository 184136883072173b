"""The lesion under a click: a closed surface found from the intensities around it.

Rays leave a centre in all directions. Where most of them cross the same kind of edge
(bright to dark or dark to bright) at a similar distance, there is a lesion. Its surface
then takes each ray's own edge as far as the neighbouring rays agree, so that a chest
wall, a vessel or a capsule it touches, where there is no edge, is bridged and never
followed. Only differences of values count, so any modality will do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from reader.core.geometry import FloatArray, IndexBox, VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.volume import Volume
from reader.imaging.brush import ball_stencil
from reader.imaging.components import (
    Mask,
    Region,
    region_of,
    shifted_box,
    tight_box,
)

FALLBACK_DIAMETER_MM: Final = 5.0

_REACHES_MM: Final = (20.0, 40.0)
_RAYS: Final = 162
_NEIGHBOURS: Final = 7
_SEARCH_EVERY: Final = 3
"""To find the middle, every third ray is enough."""
_STEP_MM: Final = 0.4
_SMALLEST_RADIUS_MM: Final = 1.0
_SMOOTHING_MM: Final = 0.7
_EDGE_WIDTH_MM: Final = 1.6
"""How far apart the values inside and outside an edge are compared."""
_SEARCH_MM: Final = 2.0
"""How far the middle is looked for beside the click before the surface is fitted."""
_OUTER_SHARE: Final = 0.45
"""An edge farther out with this share of the strongest one's strength is the lesion's
own: the halo of a part-solid nodule is part of the nodule."""
_SIZE_EXPONENT: Final = 0.3
"""Edges of noise agree on few rays and small radii; this favours larger surfaces."""
_BLENDING: Final = 60.0
"""Concentration of a ray's influence on the directions around it (about 7 degrees)."""
_STIFFNESS: Final = 2.5
_SLOPE: Final = 0.2
_LARGEST_BEND: Final = 0.45
"""How far a ray may differ from its neighbours, as a share of their radius."""
_FITTING_ROUNDS: Final = 12
_CENTERING_ROUNDS: Final = 3
_NOISE_LAG_PX: Final = 3
_AIRY_HU: Final = -400.0


def grow_from_point(
    volume: Volume, position_lps_mm: ArrayLike, max_radius_mm: float | None = None
) -> tuple[IndexBox, Mask]:
    """The lesion at a position: a box of the grid and the mask that fills it; never empty.

    The click may be anywhere in the lesion. Nothing lies farther than about
    `max_radius_mm` from its middle; without it 20 mm are tried, then 40. Where no lesion
    stands out, the result is a ball of `FALLBACK_DIAMETER_MM` around the click. Less than
    0.1 s; looks only at the voxels around.
    """
    click = np.asarray(position_lps_mm, dtype=np.float64)
    for reach_mm in _REACHES_MM if max_radius_mm is None else (max_radius_mm,):
        crop = _crop(volume, click, reach_mm)
        shell = _best_shell(crop, click, reach_mm, _polarities(volume, crop, click))
        if shell is None or shell.strength < _noise_strength(crop, shell):
            continue
        mask = _grown(crop, shell, reach_mm)
        inner = tight_box(mask)
        if inner is not None:
            return shifted_box(inner, crop.box), mask[region_of(inner)]
    return _fallback(volume.geometry, click)


def _noise_strength(crop: _Crop, shell: _Shell) -> float:
    """The strength that noise alone seldom reaches: the smaller a shell, the fewer its voxels."""
    return crop.noise * (0.35 + 0.8 / float(shell.radii_mm[0]))


def _grown(crop: _Crop, shell: _Shell, max_radius_mm: float) -> Mask:
    """Fit the surface, move to the middle of what it holds, and fit again."""
    mask = np.zeros(crop.values.shape, dtype=bool)
    for _ in range(_CENTERING_ROUNDS):
        shell = _fit(crop, shell, max_radius_mm)
        mask = _inside(crop, shell)
        if not mask.any():
            break
        middle = crop.to_lps(np.argwhere(mask).mean(axis=0))
        recentered = _recentered(crop, shell, middle, max_radius_mm)
        if recentered is None:
            break
        shell = recentered
    return mask


@dataclass(frozen=True, slots=True, eq=False)
class _Crop:
    """The voxels around a click, smoothed as far as the grid allows, and their noise."""

    box: IndexBox
    geometry: VolumeGeometry
    values: NDArray[np.float32]
    noise: float

    @property
    def origin(self) -> FloatArray:
        return np.array([lo for lo, _ in self.box], dtype=np.float64)

    def to_lps(self, index_in_crop: ArrayLike) -> FloatArray:
        return self.geometry.to_lps(np.asarray(index_in_crop) + self.origin)

    def reach(self, center_lps: FloatArray, radius_mm: float) -> Region:
        """The part of the crop within a distance of a position along each axis."""
        inverse = np.linalg.inv(self.geometry.affine_kji_to_lps[:3, :3])
        middle = self.geometry.to_index(center_lps) - self.origin
        extent = radius_mm * np.linalg.norm(inverse, axis=1)
        size = np.array(self.values.shape)
        low = np.clip(np.floor(middle - extent).astype(int), 0, size - 1)
        high = np.clip(np.ceil(middle + extent).astype(int) + 1, low + 1, size)
        k, j, i = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
        return k, j, i

    def sample(self, positions_lps: FloatArray) -> NDArray[np.float32]:
        """Trilinear values at positions, shape (..., 3); beyond the edge the nearest value."""
        index = (self.geometry.to_index(positions_lps) - self.origin).astype(np.float32)
        last = np.array(self.values.shape) - 1
        np.clip(index, 0, last.astype(np.float32), out=index)
        low = np.minimum(index.astype(np.intp), np.maximum(last - 1, 0))
        share = index - low.astype(np.float32)
        k, j, i = share[..., 0], share[..., 1], share[..., 2]
        _, rows, columns = self.values.shape
        flat = self.values.ravel()
        here = (low[..., 0] * rows + low[..., 1]) * columns + low[..., 2]
        to_k, to_j, to_i = np.where(last > 0, (rows * columns, columns, 1), 0)

        def along_i(start: NDArray[np.intp]) -> NDArray[np.float32]:
            return np.asarray(flat[start] * (1 - i) + flat[start + to_i] * i)

        def along_j(start: NDArray[np.intp]) -> NDArray[np.float32]:
            return np.asarray(along_i(start) * (1 - j) + along_i(start + to_j) * j)

        return np.asarray(along_j(here) * (1 - k) + along_j(here + to_k) * k)


@dataclass(frozen=True, slots=True, eq=False)
class _Shell:
    """A surface around a centre, one radius per ray.

    `polarity` 1: brighter inside. `strength`: mean step of values across it.
    """

    center: FloatArray
    radii_mm: FloatArray
    polarity: int
    strength: float


@dataclass(frozen=True, slots=True, eq=False)
class _Rays:
    """Directions spread evenly over the sphere, and for each the nearest others."""

    directions: FloatArray
    neighbours: NDArray[np.intp]


@lru_cache(maxsize=1)
def _rays() -> _Rays:
    """A Fibonacci sphere.

    Source: Gonzalez, Math Geosci 2010;42:49 (Fibonacci lattices on the sphere).
    """
    n = np.arange(_RAYS) + 0.5
    z = 1 - 2 * n / _RAYS
    turn = n * np.pi * (3 - np.sqrt(5))
    flat = np.sqrt(1 - z * z)
    directions = np.stack([flat * np.cos(turn), flat * np.sin(turn), z], axis=1)
    nearest = np.argsort(-(directions @ directions.T), axis=1)
    return _Rays(directions, nearest[:, 1 : _NEIGHBOURS + 1])


def _crop(volume: Volume, click: FloatArray, max_radius_mm: float) -> _Crop:
    geometry = volume.geometry
    inverse = np.linalg.inv(geometry.affine_kji_to_lps[:3, :3])
    reach = (max_radius_mm + 2 * _SEARCH_MM) * np.linalg.norm(inverse, axis=1)
    middle = np.array(geometry.nearest_voxel(click))
    low = np.maximum(np.floor(middle - reach).astype(int), 0)
    high = np.minimum(np.ceil(middle + reach).astype(int) + 1, geometry.shape_kji)
    k, j, i = ((int(a), int(b)) for a, b in zip(low, high, strict=True))
    values = volume.voxels[region_of((k, j, i))].astype(np.float32)
    return _Crop((k, j, i), geometry, _smoothed(values, geometry.spacing_kji_mm), _noise(values))


def _smoothed(
    values: NDArray[np.float32], spacing_kji_mm: tuple[float, float, float]
) -> NDArray[np.float32]:
    """A Gaussian of `_SMOOTHING_MM` along each axis whose spacing is not far above it."""
    for axis, spacing in enumerate(spacing_kji_mm):
        sigma = _SMOOTHING_MM / spacing
        if sigma < 0.3 or values.shape[axis] == 1:
            continue
        lines = np.ascontiguousarray(np.moveaxis(values, axis, 0))
        size = 2 * int(np.ceil(2.5 * sigma)) + 1
        smoothed = cv2.sepFilter2D(
            lines.reshape(lines.shape[0], -1),
            ddepth=-1,
            kernelX=np.ones(1, dtype=np.float32),
            kernelY=cv2.getGaussianKernel(size, sigma, cv2.CV_32F),
            borderType=cv2.BORDER_REPLICATE,
        )
        values = np.moveaxis(np.asarray(smoothed, dtype=np.float32).reshape(lines.shape), 0, axis)
    return np.ascontiguousarray(values)


def _noise(values: NDArray[np.float32]) -> float:
    """Standard deviation of the noise, from voxels a few columns apart; above 0.

    Neighbours would do for white noise; reconstruction and interpolation make it alike.

    Source: Donoho & Johnstone, Biometrika 1994;81:425 (median absolute deviation).
    """
    rounding = 1e-4 * float(np.abs(values).max()) + 1e-6
    if values.shape[2] <= _NOISE_LAG_PX:
        return rounding
    apart = np.abs(values[:, :, _NOISE_LAG_PX:] - values[:, :, :-_NOISE_LAG_PX])
    return max(rounding, float(np.median(apart)) / 0.6745 / 2**0.5)


def _radii(max_radius_mm: float) -> FloatArray:
    return np.arange(0.0, max_radius_mm + _EDGE_WIDTH_MM, _STEP_MM)


def _steps_along_rays(
    crop: _Crop, center: FloatArray, radii: FloatArray, every: int = 1
) -> FloatArray:
    """Value just inside minus value just outside each radius, shape (rays, radii)."""
    rays = _rays().directions[::every]
    profile = crop.sample(center + rays[:, None] * radii[None, :, None])
    half = round(_EDGE_WIDTH_MM / 2 / _STEP_MM)
    steps = np.zeros(profile.shape)
    steps[:, half:-half] = profile[:, : -2 * half] - profile[:, 2 * half :]
    return steps


def _polarities(volume: Volume, crop: _Crop, click: FloatArray) -> tuple[int, ...]:
    """Which edges may bound a lesion here: in a CT's airy places none is darker inside.

    Lung between its vessels and walls is darker than they are, and no lesion.
    """
    if volume.unit is IntensityUnit.HU and float(crop.sample(click)) < _AIRY_HU:
        return (1,)
    return (1, -1)


def _best_shell(
    crop: _Crop, click: FloatArray, max_radius_mm: float, polarities: tuple[int, ...]
) -> _Shell | None:
    """The sphere around the click, or a place beside it, whose surface is most of an edge."""
    radii = _radii(max_radius_mm)
    best, best_score = None, 0.0
    for offset in product((0.0, -_SEARCH_MM, _SEARCH_MM), repeat=3):
        center = click + np.array(offset)
        distance = float(np.linalg.norm(offset))
        allowed = (radii >= max(_SMALLEST_RADIUS_MM, distance)) & (radii <= max_radius_mm)
        steps = _steps_along_rays(crop, center, radii, _SEARCH_EVERY)
        for polarity in polarities:
            strengths = _mean_step(steps * polarity, allowed)
            scores = strengths * radii**_SIZE_EXPONENT
            at = int(np.argmax(scores))
            if scores[at] > best_score:
                outer = _outermost(strengths, at)
                radius = np.full(_RAYS, radii[outer])
                best_score = float(scores[at])
                best = _Shell(center, radius, polarity, float(strengths[at]))
    return best


def _mean_step(steps: FloatArray, allowed: NDArray[np.bool_]) -> FloatArray:
    """Mean over the rays of their steps, none counting for more than the median ray's best."""
    limit = float(np.median(steps[:, allowed].max(axis=1)))
    if limit <= 0:
        return np.zeros(steps.shape[1])
    means = np.clip(steps, -0.5 * limit, limit).mean(axis=0)
    return np.where(allowed, np.maximum(means, 0.0), 0.0)


def _recentered(
    crop: _Crop, shell: _Shell, middle: FloatArray, max_radius_mm: float
) -> _Shell | None:
    """A sphere to fit anew from the lesion's middle; None when nothing would change."""
    radii = _radii(max_radius_mm)
    steps = _steps_along_rays(crop, middle, radii) * shell.polarity
    strengths = _mean_step(steps, (radii >= _SMALLEST_RADIUS_MM) & (radii <= max_radius_mm))
    median = float(np.median(shell.radii_mm))
    radius = float(radii[_outermost(strengths, int(np.searchsorted(radii, median)))])
    moved = np.linalg.norm(middle - shell.center) >= _STEP_MM
    if not moved and radius <= median * (1 + _LARGEST_BEND):
        return None
    return _Shell(middle, np.full(_RAYS, radius), shell.polarity, shell.strength)


def _outermost(strengths: FloatArray, at: int) -> int:
    """The last local maximum from `at` on that is still strong."""
    for n in range(len(strengths) - 2, at, -1):
        is_peak = strengths[n] >= max(strengths[n - 1], strengths[n + 1])
        if is_peak and strengths[n] >= _OUTER_SHARE * strengths[at]:
            return n
    return at


def _fit(crop: _Crop, shell: _Shell, max_radius_mm: float) -> _Shell:
    """Move every ray's radius to its own edge, held by what its neighbours have."""
    radii = _radii(max_radius_mm)
    steps = np.maximum(_steps_along_rays(crop, shell.center, radii) * shell.polarity, 0.0)
    steps[:, (radii < _SMALLEST_RADIUS_MM) | (radii > max_radius_mm)] = 0.0
    about = float(np.median(shell.radii_mm))
    near = (radii >= 0.7 * about) & (radii <= 1.4 * about)
    typical = max(float(np.percentile(steps[:, near].max(axis=1), 60)), 1e-6)
    # Edges stronger than is typical at this distance are no better: they are a core's, or
    # a neighbour's. The small slope lets the steepest place of an edge win.
    certainty = np.minimum(steps / typical, 1.0) + _SLOPE * steps / (steps + typical)
    neighbours = _rays().neighbours
    fitted, weight = shell.radii_mm, np.ones(_RAYS)
    for _ in range(_FITTING_ROUNDS):
        around = np.average(fitted[neighbours], axis=1, weights=weight[neighbours])
        bend = (radii[None] - around[:, None]) / around[:, None]
        worth = certainty - _STIFFNESS * bend**2
        worth[np.abs(bend) > _LARGEST_BEND] = -np.inf
        chosen = worth.argmax(axis=1)
        weight = certainty[np.arange(_RAYS), chosen] + 0.05
        fitted = np.where(weight < 0.3, around, radii[chosen])
    return _Shell(shell.center, fitted, shell.polarity, shell.strength)


def _inside(crop: _Crop, shell: _Shell) -> Mask:
    """The voxels of the crop inside a shell, radii blended between rays.

    Slice by slice, so that no single step holds the interpreter for long: a model run
    calls this beside a reader who is scrolling.
    """
    rays = _rays().directions
    mask = np.zeros(crop.values.shape, dtype=bool)
    planes, rows, columns = crop.reach(shell.center, float(shell.radii_mm.max()))
    index = np.zeros((rows.stop - rows.start, columns.stop - columns.start, 3))
    index[..., 1] = np.arange(rows.start, rows.stop)[:, None]
    index[..., 2] = np.arange(columns.start, columns.stop)
    for plane in range(planes.start, planes.stop):
        index[..., 0] = plane
        offset = crop.to_lps(index) - shell.center
        distance = np.linalg.norm(offset, axis=-1)
        near = distance <= shell.radii_mm.max()
        towards = offset[near] / np.maximum(distance[near], 1e-6)[:, None]
        weights = np.exp(_BLENDING * (towards @ rays.T - 1))
        mask[plane, rows, columns][near] = distance[near] <= (
            weights @ shell.radii_mm
        ) / weights.sum(axis=1)
    return mask


def _fallback(geometry: VolumeGeometry, click: FloatArray) -> tuple[IndexBox, Mask]:
    inside = geometry.to_lps(geometry.nearest_voxel(click))
    center = click if geometry.contains(click) else inside
    stencil = ball_stencil(geometry, center, center, FALLBACK_DIAMETER_MM / 2)
    if stencil is None:
        raise AssertionError("the nearest voxel lies in the grid")
    return stencil

"""Synthetic lung nodules and things that are not nodules."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from reader.training.chest_ct.shapes import (
    FloatVolume,
    blend_brighter,
    capsule,
    cones,
    coverage,
    lumpy_ball,
    offsets_mm,
    random_rotation,
    smooth_noise,
)

SMALLEST_MM: Final = 4.0
LARGEST_MM: Final = 30.0
_SMALL_SHARE: Final = 0.35
_VISIBLE_HU: Final = 70.0


class NoduleKind(enum.Enum):
    """What a nodule is made of."""

    SOLID = "solid"
    PART_SOLID = "part-solid"
    GROUND_GLASS = "ground glass"


_KINDS: Final = (NoduleKind.SOLID, NoduleKind.PART_SOLID, NoduleKind.GROUND_GLASS)
_KIND_SHARES: Final = (0.66, 0.16, 0.18)


@dataclass(frozen=True, slots=True)
class Nodule:
    """A nodule put into a box of voxels; `center` in voxels of that box.

    `visible_share` is how much of its volume changed the image: a ball put into the chest
    wall shows nothing.
    """

    center: tuple[float, float, float]
    diameter_mm: float
    kind: NoduleKind
    visible_share: float


def draw_diameter_mm(rng: Generator) -> float:
    """Log-uniform between 4 and 30 mm, with an extra share of 4 to 8 mm."""
    largest = 8.0 if rng.random() < _SMALL_SHARE else LARGEST_MM
    return float(np.exp(rng.uniform(np.log(SMALLEST_MM), np.log(largest))))


def draw_kind(rng: Generator) -> NoduleKind:
    """A kind in the shares of the recipe."""
    return _KINDS[int(rng.choice(len(_KINDS), p=_KIND_SHARES))]


def insert_nodule(
    rng: Generator,
    hu: FloatVolume,
    center: NDArray[np.floating],
    diameter_mm: float,
    kind: NoduleKind,
    spacing_mm: float,
) -> Nodule:
    """Render one nodule into `hu` in place."""
    radius = diameter_mm / 2
    reach = int(np.ceil(radius * 2.1 / spacing_mm)) + 2
    low = np.maximum(np.floor(center).astype(int) - reach, 0)
    high = np.minimum(np.floor(center).astype(int) + reach + 1, hu.shape)
    box = tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    view = hu[box]
    before = view.copy()
    at = offsets_mm(view.shape, center - low, spacing_mm)
    surface = lumpy_ball(rng, at, radius, rng.uniform(0.02, 0.2))
    if rng.random() < 0.25:
        shift = random_rotation(rng)[0] * np.float32(radius * rng.uniform(0.4, 0.8))
        beside = (at[0] - shift[0], at[1] - shift[1], at[2] - shift[2])
        surface = np.minimum(surface, lumpy_ball(rng, beside, radius * 0.7, 0.1))
    if diameter_mm > 7 and rng.random() < 0.35:
        surface = np.minimum(surface, cones(rng, at, radius, int(rng.integers(3, 12))))
    edge = spacing_mm * rng.uniform(0.7, 1.6)
    _fill(rng, view, at, surface, radius, kind, edge)
    changed_mm3 = np.count_nonzero(view - before > _VISIBLE_HU) * spacing_mm**3
    share = float(changed_mm3 / (np.pi / 6 * diameter_mm**3))
    k, j, i = (float(c) for c in center)
    return Nodule((k, j, i), diameter_mm, kind, share)


def _fill(
    rng: Generator,
    view: FloatVolume,
    at: tuple[FloatVolume, FloatVolume, FloatVolume],
    surface: FloatVolume,
    radius_mm: float,
    kind: NoduleKind,
    edge_mm: float,
) -> None:
    """Give the inside its density."""
    texture = smooth_noise(rng, view.shape, 6)
    solid_hu = rng.uniform(-80, 90)
    if rng.random() < 0.06:
        solid_hu = rng.uniform(150, 500)
    if kind is NoduleKind.SOLID:
        blend_brighter(view, coverage(surface, edge_mm), solid_hu + 15 * texture)
        return
    veil_hu = rng.uniform(-720, -420)
    # A veil has no sharp border and lets the vessels through.
    blend_brighter(view, coverage(surface, 2 * edge_mm), veil_hu + 45 * texture)
    if kind is NoduleKind.PART_SOLID:
        core = lumpy_ball(rng, at, radius_mm * rng.uniform(0.35, 0.7), 0.2)
        blend_brighter(view, coverage(core, edge_mm), solid_hu + 15 * texture)


def insert_tube(rng: Generator, hu: FloatVolume, spacing_mm: float) -> None:
    """Render a bent vessel that crosses the box, with a branch in half the cases."""
    size = np.array(hu.shape) * spacing_mm
    radius = float(np.exp(rng.uniform(np.log(0.7), np.log(3.5))))
    middle = size * rng.uniform(0.25, 0.75, 3)
    direction = random_rotation(rng)[0] * float(size.max())
    bend = rng.normal(0, 12, 3)
    ends = [(middle - direction + bend, radius), (middle + direction + bend, radius)]
    if rng.random() < 0.5:
        ends.append((middle + random_rotation(rng)[0] * size.max(), radius * rng.uniform(0.5, 0.9)))
    at = offsets_mm(hu.shape, np.zeros(3), spacing_mm)
    edge = spacing_mm * rng.uniform(0.7, 1.6)
    brightness = rng.uniform(-50, 250)
    for end, end_radius in ends:
        blend_brighter(hu, coverage(capsule(at, middle, end, end_radius), edge), brightness)


def insert_plate(rng: Generator, hu: FloatVolume, spacing_mm: float) -> None:
    """Render a fissure or a band of collapsed lung: a thin, uneven sheet."""
    center = np.array(hu.shape) * rng.uniform(0.2, 0.8, 3)
    at = offsets_mm(hu.shape, center, spacing_mm)
    normal = random_rotation(rng)[0]
    height = normal[0] * at[0] + normal[1] * at[1] + normal[2] * at[2]
    height = height + 2.0 * smooth_noise(rng, hu.shape, 4)
    span = np.sqrt(at[0] ** 2 + at[1] ** 2 + at[2] ** 2) - rng.uniform(10, 60)
    surface = np.maximum(np.abs(height) - rng.uniform(0.2, 1.2), span).astype(np.float32)
    share = coverage(surface, spacing_mm * rng.uniform(0.7, 1.6))
    blend_brighter(hu, share, float(rng.uniform(-600, 30)))

"""Training patches: a cut of a host, nodules put in, imaged, with what is to be learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from reader.inference.chest_ct.preprocess import SPACING_MM, normalise
from reader.training.chest_ct.hosts import Host
from reader.training.chest_ct.imaging_chain import degrade
from reader.training.chest_ct.nodules import (
    Nodule,
    draw_diameter_mm,
    draw_kind,
    insert_nodule,
    insert_plate,
    insert_tube,
)
from reader.training.chest_ct.shapes import FloatVolume, smooth_noise

PATCH_VOXELS: Final = 48
_COUNT_SHARES: Final = (0.40, 0.47, 0.13)
_PLACE_SHARES: Final = (0.55, 0.25, 0.20)
_EMPTY_PLACE_SHARES: Final = (0.2, 0.3, 0.5)
_DISTRACTOR_SHARE: Final = 0.3
_CONSOLIDATION_SHARE: Final = 0.08
_OUTSIDE_WEIGHT: Final = 0.2
_LESION_WEIGHT: Final = 20.0
_POSITIVE_FROM: Final = 0.1
_LEAST_VISIBLE: Final = 0.35
_OPEN, _WALL, _VESSEL = range(3)


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """One example. `image` 48^3 in 0..1; the rest at half resolution, 24^3."""

    image: NDArray[np.float16]
    heat: NDArray[np.float16]
    weight: NDArray[np.float16]
    lung: NDArray[np.float16]
    nodules: tuple[Nodule, ...]


def make_patch(rng: Generator, hosts: Sequence[Host], shares: Sequence[float]) -> Patch:
    """Draw a host and make one patch of it; deterministic in the generator's state."""
    host = hosts[int(rng.choice(len(hosts), p=np.asarray(shares)))]
    count = int(rng.choice(3, p=_COUNT_SHARES))
    kind = _draw_place_kind(rng, _PLACE_SHARES if count else _EMPTY_PLACE_SHARES)
    place = _draw_place(rng, host, kind)
    jitter = PATCH_VOXELS // 3 if count else PATCH_VOXELS // 4
    corner = place - PATCH_VOXELS // 2 + rng.integers(-jitter, jitter + 1, 3)
    hu = _cut(host.hu, corner, -1000).astype(np.float32)
    lung = _cut(host.lung, corner, False)
    ignored = _cut(host.ignored, corner, False)
    hu, lung, ignored, center = _turned(rng, hu, lung, ignored, place - corner)
    if rng.random() < _CONSOLIDATION_SHARE:
        ignored = ignored | _fill_with_fluid(rng, hu, lung)
    if rng.random() < _DISTRACTOR_SHARE:
        for _ in range(int(rng.integers(1, 4))):
            draw = insert_tube if rng.random() < 0.7 else insert_plate
            draw(rng, hu, SPACING_MM)
    nodules = _insert(rng, hu, lung, center, count, kind)
    image = normalise(degrade(rng, hu))
    heat, weight = _targets(nodules, lung, ignored)
    return Patch(
        image.astype(np.float16), heat, weight, _halved(lung).astype(np.float16), tuple(nodules)
    )


def _draw_place_kind(rng: Generator, shares: tuple[float, float, float]) -> int:
    return int(rng.choice(3, p=shares))


def _draw_place(rng: Generator, host: Host, kind: int) -> NDArray[np.int64]:
    """A random voxel of the wanted sort, or of any sort where the host has none."""
    places = (host.open_places, host.wall_places, host.vessel_places)[kind]
    if not len(places):
        places = next(p for p in (host.open_places, host.wall_places) if len(p))
    return np.asarray(places[int(rng.integers(len(places)))], np.int64)


def _cut(array: NDArray[Any], corner: NDArray[np.integer], fill: float) -> NDArray[Any]:
    """A patch-sized copy; what lies beyond the host is `fill`."""
    out = np.full((PATCH_VOXELS,) * 3, fill, array.dtype)
    low = np.maximum(corner, 0)
    high = np.minimum(corner + PATCH_VOXELS, array.shape)
    if (high > low).all():
        source = tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
        target = tuple(
            slice(int(a), int(b)) for a, b in zip(low - corner, high - corner, strict=True)
        )
        out[target] = array[source]
    return out


def _turned(
    rng: Generator,
    hu: FloatVolume,
    lung: NDArray[np.bool_],
    ignored: NDArray[np.bool_],
    center: NDArray[np.integer],
) -> tuple[FloatVolume, NDArray[np.bool_], NDArray[np.bool_], NDArray[np.integer]]:
    """Flip along each axis and swap rows with columns, at random, everything alike."""
    flips = rng.random(3) < 0.5
    swap = bool(rng.random() < 0.5)
    cuts = tuple(slice(None, None, -1 if f else 1) for f in flips)
    center = np.where(flips, PATCH_VOXELS - 1 - center, center)

    def turn(array: NDArray[Any]) -> NDArray[Any]:
        flipped = array[cuts]
        return np.ascontiguousarray(flipped.swapaxes(1, 2) if swap else flipped)

    if swap:
        center = center[[0, 2, 1]]
    return turn(hu), turn(lung), turn(ignored), center


def _fill_with_fluid(rng: Generator, hu: FloatVolume, lung: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Turn a part of the lung dense, as in consolidation or effusion; returns that part."""
    share = smooth_noise(rng, hu.shape, 4) > rng.uniform(-0.3, 0.8)
    region = lung & share
    dense = rng.uniform(-120, 60) + 25 * smooth_noise(rng, hu.shape, 10)
    hu[region] = np.maximum(hu, dense)[region]
    return np.asarray(region)


def _insert(
    rng: Generator,
    hu: FloatVolume,
    lung: NDArray[np.bool_],
    center: NDArray[np.integer],
    count: int,
    kind: int,
) -> list[Nodule]:
    """Put the first nodule at the drawn place and a second anywhere in lung, apart from it."""
    nodules: list[Nodule] = []
    for _ in range(count):
        diameter = draw_diameter_mm(rng)
        if nodules:
            inside = np.argwhere(lung)
            if not len(inside):
                break
            center = inside[int(rng.integers(len(inside)))]
            apart = np.linalg.norm(center - np.array(nodules[0].center)) * SPACING_MM
            if apart < 0.7 * (diameter + nodules[0].diameter_mm) + 4:
                break
        elif kind == _OPEN and rng.random() < 0.5:
            diameter = min(diameter, 12.0)
        place = center + rng.uniform(-0.5, 0.5, 3)
        nodules.append(insert_nodule(rng, hu, place, diameter, draw_kind(rng), SPACING_MM))
    return nodules


def _halved(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Mean over 2 x 2 x 2 voxels."""
    k, j, i = (n // 2 for n in mask.shape)
    blocks = mask.reshape(k, 2, j, 2, i, 2).astype(np.float32)
    return np.asarray(blocks.mean(axis=(1, 3, 5)), np.float32)


def _targets(
    nodules: Sequence[Nodule], lung: NDArray[np.bool_], ignored: NDArray[np.bool_]
) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    """The heat to learn and how much each voxel counts.

    Each lesion is a Gaussian as wide as half its radius and counts the same whatever its
    size. Nothing is learnt from one that hardly shows.
    """
    half = PATCH_VOXELS // 2
    heat = np.zeros((half,) * 3, np.float32)
    weight = np.where(_halved(lung) > 0, 1.0, _OUTSIDE_WEIGHT).astype(np.float32)
    weight[_halved(ignored) > 0] = 0.0
    steps = np.arange(half, dtype=np.float32) * 2 + 0.5
    for nodule in nodules:
        k, j, i = ((steps - c) * SPACING_MM for c in nodule.center)
        squared = k[:, None, None] ** 2 + j[None, :, None] ** 2 + i[None, None, :] ** 2
        width = max(0.5 * nodule.diameter_mm / 2, 2.2)
        own = np.exp(-0.5 * squared / width**2)
        positive = own > _POSITIVE_FROM
        if nodule.visible_share < _LEAST_VISIBLE:
            weight[positive] = 0.0
            continue
        if positive.any():
            weight[positive] = _LESION_WEIGHT / np.count_nonzero(positive)
        heat = np.maximum(heat, own)
    return heat.astype(np.float16), weight.astype(np.float16)

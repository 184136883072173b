"""Trees that fill a region, as airways and pulmonary vessels do.

Source: Tawhai, Pullan, Hunter, "Generation of an anatomically based three-dimensional
model of the conducting airways", Annals of Biomedical Engineering 28 (2000): a set of
points is split in two again and again, and a branch grows towards each half's centre.
Radii follow Murray's law (a power of the number of tips a branch supplies).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray

_REACH = (0.10, 0.16, 0.24, 0.32, 0.38, 0.42)
"""How far towards the centre of its points a branch of each generation grows.

The first ones are short, so that segments part near the hilum and then fan out.
"""
_WIDEST_TURN_COS = 0.42
_MOST_GENERATIONS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """Branches in the order of their generations; a parent comes before its children."""

    start: FloatArray
    end: FloatArray
    parent: NDArray[np.int64]
    """Index of the parent branch, -1 for the root."""
    tips: NDArray[np.int64]
    """How many end points a branch supplies."""
    generation: NDArray[np.int64]

    @property
    def heading(self) -> FloatArray:
        """Unit vectors from start to end."""
        return unit(self.end - self.start)

    def radii(self, tip_radius_mm: float, exponent: float) -> FloatArray:
        """Murray's law: radius to the power of `exponent` is shared among the children."""
        return np.asarray(tip_radius_mm * self.tips ** (1 / exponent))


def unit(vectors: FloatArray) -> FloatArray:
    """Vectors (..., 3) scaled to length 1; a zero vector stays as it is."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9))


def grow_tree(
    points: FloatArray, root: FloatArray, heading: FloatArray, rng: np.random.Generator
) -> Tree:
    """Grow from `root` in direction `heading` into `points` (n, 3), all generations at once."""
    group = np.zeros(len(points), dtype=np.int64)
    starts, headings = root[None, :].astype(float), unit(heading[None, :].astype(float))
    parents = np.array([-1])
    rows: list[tuple[FloatArray, FloatArray, NDArray[np.int64], NDArray[np.int64]]] = []
    generations: list[NDArray[np.int64]] = []
    left, total = points, 0
    for generation in range(_MOST_GENERATIONS):
        n = len(starts)
        count = np.bincount(group, minlength=n)
        center = _group_sums(left, group, n) / count[:, None]
        ends = _branch_ends(starts, headings, center, count, generation)
        rows.append((starts, ends, parents, count))
        generations.append(np.full(n, generation))
        numbers = total + np.arange(n)
        total += n
        going_on = count > 1
        if not going_on.any():
            break
        side = _split(left, group, center, unit(ends - starts), rng)
        child = 2 * group + side
        keep = going_on[group]
        left, child = left[keep], child[keep]
        used, group = np.unique(child, return_inverse=True)
        starts, headings = ends[used // 2], unit(ends - starts)[used // 2]
        parents = numbers[used // 2]
    start, end, parent, tips = (np.concatenate(column) for column in zip(*rows, strict=True))
    return Tree(start, end, parent, tips, np.concatenate(generations))


def _group_sums(values: FloatArray, group: NDArray[np.int64], n: int) -> FloatArray:
    columns = [
        np.bincount(group, weights=values[:, a], minlength=n) for a in range(values.shape[1])
    ]
    return np.stack(columns, axis=1)


def _branch_ends(
    starts: FloatArray,
    headings: FloatArray,
    center: FloatArray,
    count: NDArray[np.int64],
    generation: int,
) -> FloatArray:
    """Towards the centre of the points, without turning back; a last branch goes further."""
    way = center - starts
    length = np.linalg.norm(way, axis=1, keepdims=True)
    wanted = unit(way)
    forward = np.sum(wanted * headings, axis=1, keepdims=True)
    sideways = unit(wanted - forward * headings)
    limited = _WIDEST_TURN_COS * headings + np.sqrt(1 - _WIDEST_TURN_COS**2) * sideways
    direction = np.where(forward < _WIDEST_TURN_COS, limited, wanted)
    usual = _REACH[min(generation, len(_REACH) - 1)]
    reach = np.where(count == 1, 0.85, usual)[:, None] * np.maximum(length, 1.0)
    return np.asarray(starts + direction * reach)


def _split(
    points: FloatArray,
    group: NDArray[np.int64],
    center: FloatArray,
    direction: FloatArray,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """0 or 1 per point: which side of a plane along its group's branch it lies on.

    The plane stands across the group's widest spread, a little off the middle.
    """
    n = len(center)
    offset = points - center[group]
    offset = offset - np.sum(offset * direction[group], axis=1, keepdims=True) * direction[group]
    products = (offset[:, :, None] * offset[:, None, :]).reshape(-1, 9)
    spread = _group_sums(products, group, n).reshape(n, 3, 3)
    _, axes = np.linalg.eigh(spread + 1e-9 * np.eye(3))
    along = np.sum(offset * axes[:, :, 2][group], axis=1)
    width = np.sqrt(np.bincount(group, weights=along**2, minlength=n) / np.bincount(group))
    shift = rng.normal(0, 0.28, n) * width
    side = (along > shift[group]).astype(np.int64)
    # A group that fell on one side only is cut through its middle instead.
    filled = np.bincount(group, weights=side, minlength=n)
    one_sided = (filled == 0) | (filled == np.bincount(group, minlength=n))
    return np.asarray(np.where(one_sided[group], (along > 0).astype(np.int64), side))


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Short straight pieces of tubes, ready to be rendered."""

    start: FloatArray
    end: FloatArray
    radius_start: FloatArray
    radius_end: FloatArray

    @classmethod
    def joined(cls, parts: list[Pieces]) -> Pieces:
        """All pieces of several trees."""
        return cls(
            np.concatenate([p.start for p in parts]),
            np.concatenate([p.end for p in parts]),
            np.concatenate([p.radius_start for p in parts]),
            np.concatenate([p.radius_end for p in parts]),
        )

    def picked_at(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Pieces:
        """The pieces at some indices, or for which `chosen` is true."""
        return Pieces(
            self.start[chosen], self.end[chosen], self.radius_start[chosen], self.radius_end[chosen]
        )


def tree_pieces(
    tree: Tree, radii_mm: FloatArray, rng: np.random.Generator, longest_mm: float = 3.5
) -> Pieces:
    """Bend every branch gently out of its parent's direction and cut it into pieces."""
    heading = tree.heading
    before = np.where(tree.parent[:, None] >= 0, heading[tree.parent], heading)
    way = tree.end - tree.start
    length = np.linalg.norm(way, axis=1)
    lean_in = unit(0.6 * before + 0.4 * heading) * length[:, None]
    lean_out = unit(heading + rng.normal(0, 0.10, heading.shape)) * length[:, None]
    cuts = np.clip(np.ceil(length / longest_mm).astype(int), 1, 12)
    branch = np.repeat(np.arange(len(length)), cuts)
    first = np.concatenate([[0], np.cumsum(cuts)[:-1]])
    step = np.arange(len(branch)) - first[branch]

    def along(t: FloatArray) -> FloatArray:
        t = t[:, None]
        return np.asarray(
            tree.start[branch]
            + (3 * t**2 - 2 * t**3) * way[branch]
            + (t**3 - 2 * t**2 + t) * lean_in[branch]
            + (t**3 - t**2) * lean_out[branch]
        )

    from_t, to_t = step / cuts[branch], (step + 1) / cuts[branch]
    parent_radius = np.where(tree.parent >= 0, radii_mm[tree.parent], radii_mm)
    thick = np.minimum(parent_radius, radii_mm * 1.12)

    def radius(t: FloatArray) -> FloatArray:
        eased = np.clip(t / 0.5, 0, 1)
        return np.asarray(thick[branch] * (1 - eased) + radii_mm[branch] * eased * (1 - 0.08 * t))

    return Pieces(along(from_t), along(to_t), radius(from_t), radius(to_t))

"""Arteries with the bronchi they run beside, and veins between them, lobe by lobe."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken
from reader.core.geometry import FloatArray
from reader.imaging.thorax.anatomy.lungs import MIDLINE_X_MM, Lungs
from reader.imaging.thorax.shapes import Path, Point
from reader.imaging.thorax.texture import generator
from reader.imaging.thorax.trees import Pieces, Tree, grow_tree, tree_pieces, unit

_MURRAY = 2.8
_TIP_RADIUS_MM = 0.40
_LUMEN_OF_ARTERY = 0.80
_SMALLEST_LUMEN_MM = 0.75


@dataclass(frozen=True, slots=True)
class _Root:
    """Where a lobe's bronchus, artery and vein enter it, and how they got there."""

    lobe: str
    side: int
    bronchus: tuple[Point, ...]
    heading: Point
    artery: tuple[Point, ...]
    vein: tuple[Point, ...]
    vein_heading: Point


_ROOTS = (
    _Root("upper", -1,
          ((-33, 16, 31), (-44, 15, 34)), (-1, -0.1, 0.35),
          ((-30, 2, 26), (-40, 5, 33), (-48, 8, 38)),
          ((-40, -5, 12), (-52, -8, 24)), (-0.7, -0.2, 1)),
    _Root("middle", -1,
          ((-31, 17, 4), (-37, 6, -4), (-42, -4, -8)), (-0.5, -1, -0.3),
          ((-36, 4, 23), (-44, 6, 8), (-49, -2, -3)),
          ((-36, -4, 8), (-48, -14, -4)), (-0.5, -1, -0.3)),
    _Root("lower", -1,
          ((-32, 17, 4), (-35, 22, -8)), (-0.25, 0.35, -1),
          ((-36, 4, 23), (-43, 12, 6), (-45, 22, -8)),
          ((-36, 26, -15), (-46, 34, -22)), (-0.5, 0.3, -1)),
    _Root("upper", 1,
          ((37, 20, 18), (45, 13, 22), (50, 7, 26)), (0.7, -0.5, 0.5),
          ((42, 12, 36), (50, 10, 35), (57, 4, 33)),
          ((40, -4, 15), (54, -10, 24)), (0.5, -0.6, 0.5)),
    _Root("lower", 1,
          ((37, 20, 18), (42, 25, 6), (44, 28, -4)), (0.25, 0.35, -1),
          ((47, 21, 28), (52, 26, 12), (53, 30, -4)),
          ((40, 28, -11), (50, 36, -20)), (0.5, 0.3, -1)),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class BronchovascularTree:
    """All pieces of vessels, and of bronchi with their lumen's and outer radii."""

    vessels: Pieces
    lumens: Pieces
    walls: Pieces


def scatter_points(
    lungs: Lungs, side: int, spacing_mm: float, seed: int, purpose: str
) -> FloatArray:
    """Points about `spacing_mm` apart inside one lung, away from pleura and fissures."""
    lattice = lungs.outline.lattice
    rng = generator(seed, purpose, side + 1)
    low = np.array(lattice.origin_kji_mm)
    high = low + np.array(lattice.step_kji_mm) * (np.array(lattice.shape_kji) - 1)
    axes = [np.arange(a, b, spacing_mm) for a, b in zip(low, high, strict=True)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)[:, ::-1]
    points = grid + rng.uniform(-0.45, 0.45, grid.shape) * spacing_mm
    points = points[(lungs.depth_mm(points) > 2.5) & (side * (points[:, 0] - MIDLINE_X_MM) > 0)]
    away = np.abs(lungs.oblique_mm(side, points)) > 2.5
    if side < 0:
        flat = np.abs(lungs.horizontal_mm(points)) > 2.5
        away &= flat | (lungs.oblique_mm(side, points) < 0)
    return np.asarray(points[away])


def lobe_of(lungs: Lungs, side: int, points: FloatArray) -> NDArray[np.str_]:
    """The lobe's name for every point: upper, middle (right lung only) or lower."""
    upper = lungs.oblique_mm(side, points) > 0
    names = np.where(upper, "upper", "lower")
    if side < 0:
        names = np.where(upper & (lungs.horizontal_mm(points) < 0), "middle", names)
    return names


def grow_bronchovascular(
    lungs: Lungs, spacing_mm: float, seed: int, cancel: CancelToken
) -> BronchovascularTree:
    """Grow every lobe; `spacing_mm` is how far apart the smallest vessels end."""
    vessels: list[Pieces] = []
    lumens: list[Pieces] = []
    walls: list[Pieces] = []
    for side in (1, -1):
        arterial = scatter_points(lungs, side, spacing_mm, seed, "arteries")
        venous = scatter_points(lungs, side, spacing_mm, seed, "veins")
        lobes = lobe_of(lungs, side, arterial), lobe_of(lungs, side, venous)
        for number, root in enumerate(_ROOTS):
            if root.side != side:
                continue
            cancel.check()
            rng = generator(seed, "trees", number)
            tree = _grown(arterial[lobes[0] == root.lobe], root.bronchus, root.heading, rng)
            arteries, lumen, wall = _artery_and_bronchus(tree, root, rng)
            vessels.append(arteries)
            lumens.append(lumen)
            walls.append(wall)
            tree = _grown(venous[lobes[1] == root.lobe], root.vein, root.vein_heading, rng)
            radii = tree.radii(_TIP_RADIUS_MM, _MURRAY)
            vessels.append(tree_pieces(tree, radii, rng))
            vessels.append(_trunk(root.vein, float(radii[0]) * 1.1, float(radii[0])))
    return BronchovascularTree(Pieces.joined(vessels), Pieces.joined(lumens), Pieces.joined(walls))


def _grown(
    points: FloatArray, course: tuple[Point, ...], heading: Point, rng: np.random.Generator
) -> Tree:
    return grow_tree(points, np.array(course[-1]), np.array(heading), rng)


def _trunk(course: tuple[Point, ...], radius: float, radius_end: float) -> Pieces:
    radii = np.linspace(radius, radius_end, len(course)).tolist()
    path = Path.through(course, radii, 2.5)
    p, r = path.points_lps_mm, path.radii_mm
    return Pieces(p[:-1], p[1:], r[:-1], r[1:])


def _artery_and_bronchus(
    tree: Tree, root: _Root, rng: np.random.Generator
) -> tuple[Pieces, Pieces, Pieces]:
    """The bronchi of a lobe, and arteries at their side all along."""
    artery_radius = tree.radii(_TIP_RADIUS_MM, _MURRAY)
    lumen_radius = np.minimum(_LUMEN_OF_ARTERY * artery_radius, 4.6)
    wall = 0.22 + 0.16 * lumen_radius
    lateral = np.array(root.artery[-1]) - np.array(root.bronchus[-1])
    beside = _carried_along(tree, lateral)
    gap = (artery_radius + lumen_radius + 0.6 * wall)[:, None]
    entering = np.where(tree.parent[:, None] >= 0, (beside * gap)[tree.parent], lateral)
    accompanying = Tree(
        tree.start + entering, tree.end + beside * gap, tree.parent, tree.tips, tree.generation
    )
    state = rng.bit_generator.state
    lumens = tree_pieces(tree, lumen_radius, rng)
    rng.bit_generator.state = state
    outer = tree_pieces(tree, lumen_radius + wall, rng)
    rng.bit_generator.state = state
    arteries = tree_pieces(accompanying, artery_radius, rng)
    open_enough = lumens.radius_end > _SMALLEST_LUMEN_MM
    stem = _trunk(root.bronchus, float(lumen_radius[0]) * 1.08, float(lumen_radius[0]))
    stem_wall = _trunk(
        root.bronchus, float(lumen_radius[0] + wall[0]) * 1.08, float(lumen_radius[0] + wall[0])
    )
    feeding = _trunk(root.artery, float(artery_radius[0]) * 1.15, float(artery_radius[0]))
    return (
        Pieces.joined([feeding, arteries]),
        Pieces.joined([stem, lumens.picked_at(open_enough)]),
        Pieces.joined([stem_wall, outer.picked_at(open_enough)]),
    )


def _carried_along(tree: Tree, first: FloatArray) -> FloatArray:
    """A unit vector across every branch, turned as little as possible from its parent's."""
    heading = tree.heading
    beside = np.empty_like(heading)
    for generation in range(int(tree.generation[-1]) + 1):
        here = np.flatnonzero(tree.generation == generation)
        before = first[None, :] if generation == 0 else beside[tree.parent[here]]
        across = before - np.sum(before * heading[here], axis=1, keepdims=True) * heading[here]
        beside[here] = unit(across)
    return beside

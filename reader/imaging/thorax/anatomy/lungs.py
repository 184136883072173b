"""The lungs' outlines: the chest less spine, mediastinum and diaphragm; lobes and fissures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reader.core.geometry import FloatArray
from reader.imaging.thorax.anatomy.great_vessels import unite
from reader.imaging.thorax.anatomy.spine import spine_keepout
from reader.imaging.thorax.chest import ChestFrame
from reader.imaging.thorax.lattice import Field, Numbers, Values
from reader.imaging.thorax.shapes import smooth_max, smooth_min
from reader.imaging.thorax.solid import Solid
from reader.imaging.thorax.texture import smooth_noise

MIDLINE_X_MM = 4.0
"""LPS x of the septum that keeps the lungs apart."""

_APEX_MM = 139.0
_KEPT_APART_MM = {"airways": 3.2, "oesophagus": 1.5, "myocardium": 0.0}


@dataclass(frozen=True, slots=True, eq=False)
class Lungs:
    """The distance to both lungs over the frame's lattice and the shapes of their fissures.

    Left of `MIDLINE_X_MM` it is the left lung, right of it the right one.
    """

    outline: Field
    ripple: Field
    """Smooth noise that makes fissures wavy."""

    def depth_mm(self, points_lps_mm: ArrayLike) -> FloatArray:
        """How deep points (..., 3) lie in their lung; negative outside."""
        return -self.outline.at(points_lps_mm)

    def oblique_mm(self, side: int, points_lps_mm: ArrayLike) -> Numbers:
        """Signed distance of points (..., 3) from the oblique fissure, positive above it."""
        points = np.asarray(points_lps_mm, dtype=np.float64)
        ripple = self.ripple.at(points)
        return oblique_fissure(side, points[..., 0], points[..., 1], points[..., 2], ripple)

    def horizontal_mm(self, points_lps_mm: ArrayLike) -> Numbers:
        """Signed distance from the right lung's horizontal fissure, positive above it."""
        points = np.asarray(points_lps_mm, dtype=np.float64)
        ripple = self.ripple.at(points)
        return horizontal_fissure(points[..., 0], points[..., 1], points[..., 2], ripple)


def oblique_fissure(side: int, x: Numbers, y: Numbers, z: Numbers, ripple: Numbers) -> Numbers:
    """Distance from the oblique fissure; from T4 behind to the front of the diaphragm."""
    top = 66.0 if side > 0 else 58.0
    bend = 0.0016 * (y - 10) ** 2 - 0.0030 * (np.abs(x) - 70) ** 2
    level = top - 1.02 * (74 - y) + bend + 3.2 * ripple
    return np.asarray((z - level) * 0.70)


def horizontal_fissure(x: Numbers, y: Numbers, z: Numbers, ripple: Numbers) -> Numbers:
    """Distance from the horizontal fissure, which bulges upwards a little."""
    level = 8.0 - 0.0022 * (x + 78) ** 2 - 0.0030 * (y + 25) ** 2 + 2.6 * ripple
    return np.asarray(z - level)


def _septum(frame: ChestFrame) -> Values:
    """What keeps the lungs apart: a sheet of fat in front, the mediastinum's own fat above."""
    z, y, x = frame.lattice.mesh
    middle = MIDLINE_X_MM + 1.5 * np.sin(z / 60)
    front = np.clip((-frame.depth - 2) / 24, 0, 1)
    half = 3.0 + 14.0 * (1 - front) ** 2 * (y < 0)
    sheet = np.abs(x - middle) - half
    # Around the great vessels, from the heart's base to the inlet, and behind the heart.
    above = np.clip((z - 6) / 34, 0, 1)
    inlet = np.clip((z - 84) / 40, 0, 1)
    wide = 19.0 + 15.0 * above - 8.0 * inlet
    deep = 19.0 + 23.0 * above - 8.0 * inlet
    unit = np.sqrt(((x - 1.0) / wide) ** 2 + ((y - 4.0 + 6 * above) / deep) ** 2)
    core = (unit - 1) * np.minimum(wide, deep)
    core = np.maximum(core, np.clip(-80 - z, -20, 20))
    return smooth_min(sheet.astype(np.float32), (core + 0 * sheet).astype(np.float32), 10.0)


def _apex_distance(frame: ChestFrame) -> Values:
    z, y, x = frame.lattice.mesh
    bow = ((np.abs(x) - 36) / 26) ** 2 + ((y - 22) / 34) ** 2
    top = _APEX_MM - 13.0 * bow
    slope = np.sqrt(
        1 + np.minimum((26 * (np.abs(x) - 36) / 676) ** 2 + (26 * (y - 22) / 1156) ** 2, 9)
    )
    return np.asarray((z - top) / slope, dtype=np.float32)


def _close_pockets(room: Values) -> None:
    """Fill what is enclosed between the organs of the mediastinum, in place: no lung is there."""
    from scipy.ndimage import label

    pieces, count = label(room < 0)
    sizes = np.bincount(pieces.ravel(), minlength=count + 1)
    small = np.flatnonzero(sizes < 0.02 * sizes[1:].max(initial=0))
    room[np.isin(pieces, small)] = 2.0


def make_lungs(frame: ChestFrame, diaphragm: Values, sac: Field, neighbours: list[Solid]) -> Lungs:
    """Fit both lungs around everything else.

    `neighbours` are vessels, airways and oesophagus, which keep a margin of fat.
    """
    lattice = frame.lattice
    keep_out = smooth_min(_septum(frame), spine_keepout(lattice), 6.0)
    for solid in neighbours:
        margin = _KEPT_APART_MM.get(solid.name, 1.6)
        unite(keep_out, lattice, solid.field, margin, 7.0)
    unite(keep_out, lattice, sac, 1.2, 7.0)
    uneven = smooth_noise(frame.seed, "lung surface", lattice, 18.0)
    room = smooth_max(frame.depth + 0.45 * uneven, -diaphragm, 3.0)
    room = smooth_max(room, _apex_distance(frame), 8.0)
    room = smooth_max(room, -keep_out + 0.5 * uneven, 4.5)
    _close_pockets(room)
    ripple = Field(lattice, smooth_noise(frame.seed, "fissures", lattice, 38.0))
    return Lungs(Field(lattice, room), ripple)

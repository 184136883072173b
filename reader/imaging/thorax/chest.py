"""The chest's outlines by level: pleural wall, skin and spine, and the wall's own coordinates.

The wall is described by how far a point lies outside the pleural surface (`depth`, mm)
and by an angle (0 in front, 180 behind, degrees, the same on both sides). Ribs, muscles
and the sternum live in these coordinates, so they follow the chest's curves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reader.core.geometry import FloatArray
from reader.imaging.thorax.lattice import Field, Lattice, Mesh, Numbers, Values
from reader.imaging.thorax.shapes import smooth_min
from reader.imaging.thorax.texture import smooth_noise

# Levels are LPS z in mm; the carina lies at +45, the domes of the diaphragm near -50.
_LEVELS = (-165, -120, -80, -40, 0, 40, 70, 92, 110, 124, 138, 160)
_HALF_WIDTH = (121, 127, 128, 126, 121, 112, 101, 88, 73, 62, 52, 40)
_FRONT = (-90, -92, -92, -90, -84, -73, -64, -54, -42, -33, -27, -22)
_BACK = (78, 86, 92, 94, 93, 88, 80, 72, 62, 54, 46, 40)

_SKIN_LEVELS = (-165, -120, -80, -40, 0, 40, 80, 105, 125, 140, 160)
_SKIN_HALF_WIDTH = (149, 153, 155, 156, 158, 165, 178, 190, 200, 204, 205)
_SKIN_FRONT = (-117, -116, -114, -111, -106, -97, -84, -74, -66, -60, -56)
_SKIN_BACK = (112, 116, 119, 121, 122, 122, 119, 115, 110, 105, 98)

_SPINE_LEVELS = (-165, -122, -96, -70, -46, -22, 0, 24, 47, 69, 90, 110, 130, 160)
_SPINE_Y = (36, 42, 46, 49, 51, 52, 52, 51, 49, 45, 40, 34, 27, 17)

_ROUNDNESS = 2.35


def at_level(z_mm: ArrayLike, levels: Sequence[float], values: Sequence[float]) -> FloatArray:
    """A smooth curve through (level, value), constant beyond its ends."""
    from scipy.interpolate import PchipInterpolator

    clipped = np.clip(np.asarray(z_mm, dtype=np.float64), levels[0], levels[-1])
    order = np.argsort(levels)
    curve = PchipInterpolator(np.array(levels, float)[order], np.array(values, float)[order])
    return np.asarray(curve(clipped))


def spine_y_mm(z_mm: ArrayLike) -> FloatArray:
    """Where the centre of the vertebral bodies lies (LPS y) at a level."""
    return at_level(z_mm, _SPINE_LEVELS, _SPINE_Y)


def spine_x_mm(z_mm: ArrayLike) -> FloatArray:
    """How far the spine bends sideways (LPS x) at a level; hardly anyone's is straight."""
    return np.asarray(2.6 * np.sin((np.asarray(z_mm, dtype=np.float64) - 20) / 62))


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A rounded cross-section at given levels: half width, front, back and middle in mm.

    All are arrays over z. The middle is the y at which the outline is widest.
    """

    half_width: FloatArray
    front: FloatArray
    back: FloatArray

    @property
    def middle(self) -> FloatArray:
        """LPS y of the widest place."""
        return np.asarray(0.42 * self.front + 0.58 * self.back)


def wall_outline(z_mm: ArrayLike) -> Outline:
    """The pleural surface of the chest wall, as if nothing but lung were inside."""
    return Outline(
        at_level(z_mm, _LEVELS, _HALF_WIDTH),
        at_level(z_mm, _LEVELS, _FRONT),
        at_level(z_mm, _LEVELS, _BACK),
    )


def wall_back_y_mm(z_mm: float, x_mm: float) -> float:
    """LPS y of the pleural surface behind, `x_mm` beside the midline."""
    outline = wall_outline([z_mm])
    across = min(1.0, abs(x_mm) / float(outline.half_width[0])) ** _ROUNDNESS
    deep = float(outline.back[0] - outline.middle[0])
    return float(float(outline.middle[0]) + deep * (1 - across) ** (1 / _ROUNDNESS))


def skin_outline(z_mm: ArrayLike) -> Outline:
    """The trunk without the bulges of its muscles."""
    return Outline(
        at_level(z_mm, _SKIN_LEVELS, _SKIN_HALF_WIDTH),
        at_level(z_mm, _SKIN_LEVELS, _SKIN_FRONT),
        at_level(z_mm, _SKIN_LEVELS, _SKIN_BACK),
    )


def _halves(mesh: Mesh, outline: Outline) -> tuple[Numbers, Numbers, Numbers]:
    """|x| / half width, y offset / depth (front or back), and the y semi-axis."""
    _, y, x = mesh
    wide = outline.half_width.astype(np.float32)[:, None, None]
    middle = outline.middle.astype(np.float32)[:, None, None]
    front = middle - outline.front.astype(np.float32)[:, None, None]
    back = outline.back.astype(np.float32)[:, None, None] - middle
    offset = y - middle
    deep = np.where(offset < 0, front, back).astype(np.float32)
    return np.abs(x) / wide, offset / deep, deep


def outline_distance(mesh: Mesh, outline: Outline, roundness: float) -> Values:
    """Distance to a superelliptic outline, first order, corrected for its slope along z."""
    across, forward, deep = _halves(mesh, outline)
    wide = outline.half_width.astype(np.float32)[:, None, None]
    p = np.float32(roundness)
    unit = (across**p + np.abs(forward) ** p + np.float32(1e-6)) ** (1 / p)
    slope_x = (across / unit) ** (p - 1) / wide
    slope_y = (np.abs(forward) / unit) ** (p - 1) / deep
    distance = (unit - 1) / np.sqrt(slope_x**2 + slope_y**2)
    along_z = np.gradient(distance, mesh[0].ravel(), axis=0)
    # Far from the surface the first order is too rough to trust its slope.
    along_z = np.clip(along_z, -1.2, 1.2)
    return np.asarray(distance / np.sqrt(1 + along_z**2), dtype=np.float32)


def wall_angle(mesh: Mesh, outline: Outline) -> Values:
    """Angle around the chest in degrees: 0 in front, 90 at the side, 180 behind."""
    across, forward, _ = _halves(mesh, outline)
    return np.asarray(np.degrees(np.arctan2(across, -forward)), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class ChestFrame:
    """The coarse lattice of the whole trunk and the fields everything else hangs on."""

    lattice: Lattice
    depth: Values
    """mm outside the pleural surface of the chest wall, negative inside."""
    angle: Values
    """Degrees around the chest, 0 in front."""
    uneven: Values
    """Smooth noise of about 40 mm, SD 1, for what should not be too regular."""
    seed: int

    @property
    def depth_field(self) -> Field:
        """`depth` with its lattice."""
        return Field(self.lattice, self.depth)


def make_frame(seed: int, lattice: Lattice) -> ChestFrame:
    """Lay the chest wall on the coarse lattice, a little uneven as people are."""
    mesh = lattice.mesh
    outline = wall_outline(lattice.axis(0))
    depth = outline_distance(mesh, outline, _ROUNDNESS)
    uneven = smooth_noise(seed, "unevenness", lattice, 40.0)
    depth += 1.9 * smooth_noise(seed, "chest wall", lattice, 60.0)
    return ChestFrame(lattice, depth, wall_angle(mesh, outline), uneven, seed)


def trunk_distance(frame: ChestFrame, muscles: Values) -> Values:
    """Distance to the skin: the trunk's outline, pushed out where muscles need room."""
    mesh = frame.lattice.mesh
    trunk = outline_distance(mesh, skin_outline(frame.lattice.axis(0)), 2.6)
    return smooth_min(trunk + 1.5 * frame.uneven, muscles - 8.0, 30.0)

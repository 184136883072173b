"""Ribs, costal cartilages, sternum and intercostal muscles, in the chest wall's coordinates.

A rib is a line of level against angle; its section is an ellipse across that line and
through the wall. Everything is found per slice, so that thin cortex stays sharp.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reader.core.geometry import FloatArray
from reader.imaging.thorax.chest import at_level
from reader.imaging.thorax.lattice import Values
from reader.imaging.thorax.solid import Layer, SliceTextures, bone, paint_layer

VERTEBRA_LEVELS_MM = (
    134.5, 114.5, 94.0, 72.5, 50.5, 28.0, 5.0, -18.5, -42.5, -67.0, -92.5, -118.5, -146.0,
)  # fmt: skip
"""LPS z of the middle of the bodies T1 to T12 and L1."""

WALL_MM = 9.0
"""Thickness of the layer that ribs and intercostal muscles share."""

_DROP_MM = (44, 62, 72, 80, 86, 90, 92, 90, 86, 80, 62, 40)
"""How far each rib's front end lies below its vertebra."""
_BONE_ENDS_DEG = (27, 26, 28, 32, 37, 43, 50, 58, 66, 76, 104, 138)
"""Angle at which bone turns to cartilage, or at which a floating rib ends."""
_CARTILAGE_RISE_MM = (2, 3, 5, 10, 20, 34, 48, 52, 52, 50, 0, 0)
_FIRST_FLOATING = 10

_ANGLES = np.linspace(0, 180, 361)
_FLAT = 1e3
CARTILAGE = (Layer(0.0, 128.0, grain_hu=12.0), Layer(1.3, 96.0, mottle_hu=12.0))
RIB_BONE = bone(cortex_mm=1.0, cortex_hu=1000.0, marrow_hu=170.0)
STERNAL_BONE = bone(cortex_mm=1.1, cortex_hu=750.0, marrow_hu=95.0)
INTERCOSTAL = Layer(0.0, 40.0, mottle_hu=14.0, grain_hu=6.0, strand_hu=-70.0)
EXTRAPLEURAL = Layer(0.0, -30.0, mottle_hu=24.0)

NECK_BEGINS_MM = 46.0
"""How far beside the midline a rib leaves the chest wall."""

_STERNUM_LEVELS = (-72, -56, -46, -20, 20, 48, 56, 70, 88, 98)
_STERNUM_HALF_WIDTH = (2.0, 6, 14, 19, 16, 13.5, 14, 24, 29, 22)
_STERNUM_FROM, _STERNUM_TO = -74.0, 99.0


@dataclass(frozen=True, slots=True, eq=False)
class RibLines:
    """For one side: level of every rib's centre line, shape (12, angles), NaN-free."""

    level: FloatArray
    bone: FloatArray
    """1 where it is bone, 0 where cartilage, -1 where there is no rib."""


def rib_lines(jitter_mm: FloatArray) -> RibLines:
    """The lines of one side; `jitter_mm`, shape (12,), shifts each rib up or down."""
    level = np.zeros((12, len(_ANGLES)))
    kind = np.ones((12, len(_ANGLES)))
    around = (180 - _ANGLES) / 180
    for n in range(12):
        end = _BONE_ENDS_DEG[n]
        joint = VERTEBRA_LEVELS_MM[n] + 7 + jitter_mm[n]
        # Ribs leave nearly level, then slope down more and more steeply.
        reach = around / ((180 - end) / 180)
        slope = 0.22 * reach + 0.78 * np.clip(reach, 0, 1.2) ** 1.9
        level[n] = joint - _DROP_MM[n] * slope
        front = end > _ANGLES
        rise = ((end - _ANGLES) / end).clip(0, 1) ** 1.4
        level[n] = np.where(
            front, joint - _DROP_MM[n] + _CARTILAGE_RISE_MM[n] * rise - 6 * rise, level[n]
        )
        kind[n] = np.where(front, -1.0 if n >= _FIRST_FLOATING else 0.0, 1.0)
        if 7 <= n < _FIRST_FLOATING:
            # The eighth to tenth cartilages end at the one above, not at the sternum.
            kind[n] = np.where(end - 26 > _ANGLES, -1.0, kind[n])
    return RibLines(level, kind)


class WallPainter:
    """Paints ribs, cartilages, sternum and what is between them into slices."""

    def __init__(self, edge_mm: float, jitter_mm: FloatArray) -> None:
        self._edge_mm = edge_mm
        self._sides = {1: rib_lines(jitter_mm[0]), -1: rib_lines(jitter_mm[1])}
        self._slopes = {
            side: np.gradient(lines.level, np.radians(_ANGLES), axis=1)
            for side, lines in self._sides.items()
        }

    def paint_soft(self, hu: Values, z_mm: float, depth: Values, textures: SliceTextures) -> None:
        """The wall's muscles and the thin fat inside them; arrays cover one slice."""
        # Above the first ribs the wall gives way to the neck.
        thick = WALL_MM * float(np.clip((140 - z_mm) / 24, 0, 1))
        if thick > 1:
            paint_layer(hu, depth - thick, INTERCOSTAL, textures, self._edge_mm)
            paint_layer(hu, depth - min(1.8, thick), EXTRAPLEURAL, textures, self._edge_mm)

    def paint_bones(
        self,
        hu: Values,
        z_mm: float,
        x_mm: Values,
        depth: Values,
        angle: Values,
        radius_mm: float,
        textures: SliceTextures,
    ) -> None:
        """Ribs, cartilages and sternum of one slice, in place.

        `depth` and `angle` have the slice's shape, `x_mm` its columns; `radius_mm` is how
        far the wall is from the middle, which turns the slope of a rib into degrees.
        """
        picked = np.flatnonzero((depth > -1.5) & (depth < WALL_MM + 2))
        if not len(picked):
            return
        x = np.broadcast_to(x_mm, depth.shape).ravel()[picked]
        deep, around = depth.ravel()[picked], angle.ravel()[picked]
        values = hu.ravel()[picked]
        local = SliceTextures(
            textures.mottle.ravel()[picked],
            textures.grain.ravel()[picked],
            textures.strands.ravel()[picked],
        )
        bony, gristly = np.full_like(deep, _FLAT), np.full_like(deep, _FLAT)
        for side in (1, -1):
            here = x > 0 if side > 0 else x <= 0
            found = self._rib_distance(side, z_mm, deep[here], around[here], radius_mm)
            bony[here], gristly[here] = found
        # Behind, the rib's neck leaves the wall for the vertebra; the spine draws it.
        cut = np.where(around > 120, NECK_BEGINS_MM - np.abs(x), -_FLAT)
        bony = np.maximum(bony, cut).astype(np.float32)
        for layer in CARTILAGE:
            paint_layer(values, gristly, layer, local, self._edge_mm)
        for layer in RIB_BONE:
            paint_layer(values, bony, layer, local, self._edge_mm)
        sternum = self._sternum_distance(z_mm, x, deep, around)
        if sternum is not None:
            for layer in STERNAL_BONE:
                paint_layer(values, sternum, layer, local, self._edge_mm)
        hu.ravel()[picked] = values

    def _rib_distance(
        self,
        side: int,
        z_mm: float,
        depth: Values,
        angle: Values,
        radius_mm: float,
    ) -> tuple[Values, Values]:
        lines, slopes = self._sides[side], self._slopes[side]
        tilt = 1 / np.sqrt(1 + (slopes / radius_mm) ** 2)
        across = (z_mm - lines.level) * tilt
        results = []
        for bone_wanted in (1.0, 0.0):
            away = np.where(lines.bone == bone_wanted, across, _FLAT)
            nearest = np.abs(away).argmin(axis=0)
            closest = np.take_along_axis(away, nearest[None], axis=0)[0].clip(-60, 60)
            place = angle * np.float32((len(_ANGLES) - 1) / 180)
            cell = place.astype(np.int32).clip(0, len(_ANGLES) - 2)
            part = place - cell
            v0, v1 = closest[cell], closest[cell + 1]
            v = np.where(np.abs(v1 - v0) > 12, np.where(part < 0.5, v0, v1), v0 + part * (v1 - v0))
            results.append(_section(v.astype(np.float32), depth, bool(bone_wanted)))
        return results[0], results[1]

    def _sternum_distance(
        self, z_mm: float, x: Values, depth: Values, angle: Values
    ) -> Values | None:
        if not _STERNUM_FROM < z_mm < _STERNUM_TO:
            return None
        half = float(at_level(z_mm, _STERNUM_LEVELS, _STERNUM_HALF_WIDTH))
        # The cartilage plate of the sternal angle and the lower end are a little thinner.
        thick = 4.6 if half > 8 else 2.6
        across = np.abs(x) - (half - 3)
        through = np.abs(depth - 5.6) - (thick - 3)
        outside = np.hypot(np.maximum(across, 0), np.maximum(through, 0)) - 3
        distance = outside + np.minimum(np.maximum(across, through), 0)
        return np.where(angle < 90, distance, _FLAT).astype(np.float32)


def _section(v: Values, depth: Values, is_bone: bool) -> Values:
    """Distance to the elliptic section of a rib or a cartilage, first order."""
    high, thick = (6.4, 3.4) if is_bone else (6.0, 4.2)
    middle = np.float32(5.0)
    a, b = v / np.float32(high), (depth - middle) / np.float32(thick)
    unit = np.sqrt(a * a + b * b) + np.float32(1e-4)
    slope = np.sqrt((a / high) ** 2 + (b / thick) ** 2) + np.float32(1e-4)
    return np.asarray((unit - 1) * unit / slope, dtype=np.float32)

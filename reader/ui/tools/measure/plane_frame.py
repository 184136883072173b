"""A displayed slice as a sheet of paper in millimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reader.core.geometry import FloatArray, Point
from reader.imaging.slicing import SliceGeometry

XY = tuple[float, float]
"""(right, down) in mm of a slice's plane, from the centre of its first pixel."""


@dataclass(frozen=True, slots=True, eq=False)
class PlaneFrame:
    """Right angles and millimetres on any slice, also where its pixels are no rectangles."""

    origin_lps_mm: FloatArray
    right: FloatArray
    """Unit vector, LPS; `down` and `normal` as well, all at right angles."""
    down: FloatArray
    normal: FloatArray

    @classmethod
    def of(cls, geometry: SliceGeometry) -> PlaneFrame:
        """The frame of one displayed slice."""
        right = _unit(geometry.right_lps_mm)
        # The rows of a resliced, tilted stack are not at right angles to its columns.
        normal = _unit(_across(right, geometry.down_lps_mm))
        return cls(geometry.origin_lps_mm, right, _across(normal, right), normal)

    def to_plane(self, lps: ArrayLike) -> XY:
        """A point of space, laid onto the plane."""
        offset = np.asarray(lps, dtype=np.float64) - self.origin_lps_mm
        return float(offset @ self.right), float(offset @ self.down)

    def to_lps(self, at: XY) -> Point:
        """A point of the plane in space."""
        x, y, z = self.origin_lps_mm + at[0] * self.right + at[1] * self.down
        return float(x), float(y), float(z)

    def away_mm(self, lps: ArrayLike) -> float:
        """How far a point lies from the plane, signed."""
        offset = np.asarray(lps, dtype=np.float64) - self.origin_lps_mm
        return float(offset @ self.normal)

    @property
    def normal_lps(self) -> Point:
        """The unit normal as measurements keep it."""
        x, y, z = (float(v) for v in self.normal)
        return x, y, z


def _across(one: FloatArray, other: FloatArray) -> FloatArray:
    """The vector at right angles to two; numpy's own takes ten times as long for one pair."""
    a, b, c = one.tolist()
    x, y, z = other.tolist()
    return np.array([b * z - c * y, c * x - a * z, a * y - b * x])


def _unit(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / math.sqrt(float(vector @ vector)))

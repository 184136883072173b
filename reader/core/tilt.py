"""How far the three planes are turned away from a volume's own axes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from reader.core.geometry import FloatArray

_Row = tuple[float, float, float]
_IDENTITY: Final = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
_ORTHONORMAL: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Tilt:
    """One rotation, in LPS, of all three planes of a frame of reference at once.

    The planes stay at right angles to each other. `pivot_lps` is a point, in mm, that all
    three went through when they were turned: their slices are counted from there, so that
    turning never moves a plane off the crosshair.
    """

    rows: tuple[_Row, _Row, _Row] = _IDENTITY
    pivot_lps: _Row = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        matrix = np.array(self.rows)
        if matrix.shape != (3, 3) or not np.isfinite(matrix).all():
            raise ValueError("A rotation is 3 x 3 and finite.")
        if np.abs(matrix @ matrix.T - np.eye(3)).max() > _ORTHONORMAL:
            raise ValueError("A rotation keeps lengths and angles.")
        if np.linalg.det(matrix) < 0:
            raise ValueError("A rotation does not mirror.")
        if not np.isfinite(self.pivot_lps).all():
            raise ValueError("The pivot is somewhere.")

    @property
    def matrix(self) -> FloatArray:
        """3 x 3: turns an untilted LPS direction into the tilted one."""
        return np.array(self.rows)

    @property
    def is_straight(self) -> bool:
        """Whether nothing is turned."""
        return self.rows == _IDENTITY

    def turned(self, axis_lps: ArrayLike, degrees: float, pivot_lps: _Row) -> Tilt:
        """Turned on about an axis through a point, counter-clockwise seen against the axis."""
        x, y, z = np.asarray(axis_lps, dtype=np.float64) / np.linalg.norm(axis_lps)
        cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
        angle = math.radians(degrees)
        step = np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross
        return Tilt(_rows(step @ self.matrix), pivot_lps)


def _rows(matrix: FloatArray) -> tuple[_Row, _Row, _Row]:
    """The rotation nearest to a product of rotations, whose errors would add up."""
    left, _, right = np.linalg.svd(matrix)
    one, two, three = ((float(x), float(y), float(z)) for x, y, z in left @ right)
    return one, two, three


STRAIGHT: Final = Tilt()

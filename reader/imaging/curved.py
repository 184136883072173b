"""A volume seen along a drawn path: the path laid out straight, its surroundings beside it.

The straightened form of curved multi-planar reformation: every row of a picture is a line
through one point of the path at right angles to it, and the picture turns about the path.
Lengths along the path and across it are true; between rows of a bend they are not.
Source: Kanitsar et al., "CPR - curved planar reformation", IEEE Visualization 2002
(straightened CPR); Wang et al., "Computation of rotation minimizing frames", 2008.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import ReaderError
from reader.core.geometry import FloatArray, Point, VolumeGeometry
from reader.core.text import say
from reader.imaging.sampling import sample_points

LEAST_POINTS: Final = 2
TURNS: Final = 36
"""Pictures in half a turn: five degrees apart."""
HALF_WIDTH_MM: Final = 40.0
_SAME_PLACE_MM: Final = 0.01
_FINE: Final = 40
"""Points computed between two drawn ones, before they are spaced evenly."""
_LONGEST: Final = 6000
_STILL: Final = 1e-6
"""Part of the usual way from point to point that is no way at all."""


@dataclass(frozen=True, slots=True, eq=False)
class CurvedPath:
    """A smooth line at even steps with directions across it that do not twist about it.

    `points_lps_mm`, `across` and `upright` are (n, 3); `across` and `upright` are unit
    vectors at right angles to the path and to each other. `step_mm` is the way along the
    path from point to point.
    """

    points_lps_mm: FloatArray
    across: FloatArray
    upright: FloatArray
    step_mm: float

    @property
    def length_mm(self) -> float:
        """From end to end along the path."""
        return (len(self.points_lps_mm) - 1) * self.step_mm

    def sideways(self, turn: int) -> FloatArray:
        """(n, 3): the direction across the pictures of number `turn` of `TURNS`."""
        angle = np.pi * turn / TURNS
        return np.asarray(np.cos(angle) * self.across + np.sin(angle) * self.upright)

    def place_of(self, turn: int, row: float, column: float, columns: int) -> Point:
        """Where a pixel of a picture `columns` wide lies in the patient."""
        nearest = min(max(round(row), 0), len(self.points_lps_mm) - 1)
        away = (column - (columns - 1) / 2) * self.step_mm
        x, y, z = self.points_lps_mm[nearest] + away * self.sideways(turn)[nearest]
        return float(x), float(y), float(z)


def smooth_path(drawn_lps_mm: Sequence[Point], step_mm: float) -> CurvedPath:
    """The smooth line through drawn points, in their order, at steps of about `step_mm`.

    Raises: ReaderError: fewer than two different points, or a path of absurd length.
    """
    corners = [np.asarray(drawn_lps_mm[0], dtype=np.float64)] if drawn_lps_mm else []
    for point in drawn_lps_mm[1:]:
        if np.linalg.norm(np.asarray(point) - corners[-1]) > _SAME_PLACE_MM:
            corners.append(np.asarray(point, dtype=np.float64))
    if len(corners) < LEAST_POINTS:
        raise ReaderError(
            say("A path needs two points at least."),
            say("Click along what you want to follow, then press Enter."),
        )
    line = _through(np.array(corners))
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    count = max(2, round(along[-1] / step_mm) + 1)
    if count > _LONGEST:
        raise ReaderError(
            say("This path is too long."), say("Draw a shorter one, without going back and forth.")
        )
    even = np.linspace(0.0, along[-1], count)
    points = np.stack([np.interp(even, along, line[:, axis]) for axis in range(3)], axis=1)
    across, upright = _frames(points)
    return CurvedPath(points, across, upright, float(along[-1] / (count - 1)))


def _through(corners: FloatArray) -> FloatArray:
    """Centripetal Catmull-Rom: through every point, without loops or overshoot.

    Source: Yuksel et al., "Parameterization and applications of Catmull-Rom curves", 2011.
    """
    if len(corners) == LEAST_POINTS:
        return corners
    first, last = 2 * corners[0] - corners[1], 2 * corners[-1] - corners[-2]
    padded = np.vstack([first, corners, last])
    pieces = []
    for n in range(len(corners) - 1):
        p0, p1, p2, p3 = padded[n : n + 4]
        t0 = 0.0
        t1, t2, t3 = np.cumsum(np.linalg.norm(np.diff(padded[n : n + 4], axis=0), axis=1) ** 0.5)
        t = np.linspace(t1, t2, _FINE, endpoint=False)[:, None]
        a1 = (t1 - t) / (t1 - t0) * p0 + (t - t0) / (t1 - t0) * p1
        a2 = (t2 - t) / (t2 - t1) * p1 + (t - t1) / (t2 - t1) * p2
        a3 = (t3 - t) / (t3 - t2) * p2 + (t - t2) / (t3 - t2) * p3
        b1 = (t2 - t) / (t2 - t0) * a1 + (t - t0) / (t2 - t0) * a2
        b2 = (t3 - t) / (t3 - t1) * a2 + (t - t1) / (t3 - t1) * a3
        pieces.append((t2 - t) / (t2 - t1) * b1 + (t - t1) / (t2 - t1) * b2)
    return np.vstack([*pieces, corners[-1:]])


def _frames(points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Directions across the path, carried along it with the least twist (double reflection)."""
    tangents = _tangents(points)
    start = np.zeros(3)
    start[int(np.argmin(np.abs(tangents[0])))] = 1.0
    across = np.empty_like(points)
    across[0] = start - (start @ tangents[0]) * tangents[0]
    across[0] /= np.linalg.norm(across[0])
    for n in range(len(points) - 1):
        chord = points[n + 1] - points[n]
        size = chord @ chord
        if size == 0:  # the path turns back on itself between two of its points
            across[n + 1] = across[n]
            continue
        mirrored = across[n] - 2 / size * (chord @ across[n]) * chord
        tangent = tangents[n] - 2 / size * (chord @ tangents[n]) * chord
        turned = tangents[n + 1] - tangent
        size = turned @ turned
        if size > 0:
            mirrored = mirrored - 2 / size * (turned @ mirrored) * turned
        across[n + 1] = mirrored / np.linalg.norm(mirrored)
    return across, np.cross(tangents, across)


def _tangents(points: FloatArray) -> FloatArray:
    """Unit directions along the path; where it turns back on itself that of the point before."""
    tangents = np.gradient(points, axis=0)
    lengths = np.linalg.norm(tangents, axis=1)
    for n in np.flatnonzero(lengths < _STILL * lengths.max()).tolist():
        tangents[n] = tangents[max(n - 1, 0)]
        lengths[n] = lengths[max(n - 1, 0)]
    return np.asarray(tangents / lengths[:, None])


def straightened_along(
    voxels: NDArray[Any],
    geometry: VolumeGeometry,
    path: CurvedPath,
    outside: float,
    report: ReportProgress,
    cancel: CancelToken,
) -> NDArray[Any]:
    """Pictures along a path, turning about it: (TURNS, points of the path, columns).

    Pixels are `path.step_mm` apart both ways, the path in the middle column; trilinear
    between voxels. Beyond the grid is `outside`.

    Raises: Cancelled.
    """
    half = round(HALF_WIDTH_MM / path.step_mm)
    away = np.arange(-half, half + 1) * path.step_mm
    rows = len(path.points_lps_mm)
    pictures = np.empty((TURNS, rows, len(away)), dtype=voxels.dtype)
    stage = say("Laying the path out straight")
    for turn in range(TURNS):
        cancel.check()
        lines = path.points_lps_mm[:, None] + away[None, :, None] * path.sideways(turn)[:, None]
        index = geometry.to_index(lines.reshape(-1, 3))
        pictures[turn] = sample_points(voxels, index, outside).reshape(rows, len(away))
        report(Progress(turn + 1, TURNS, stage))
    return pictures

"""Looking through a grid from any side by shifting its slices, then warping one picture.

A parallel projection factors into a shear along the array axis that is most along the
line of sight and a 2-D warp, so a turn costs one pass over the voxels with plain maxima.
Source: Lacroute and Levoy, "Fast volume rendering using a shear-warp factorization", 1994.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray
from reader.imaging.overview.coarse import CoarseGrid
from reader.imaging.overview.turn import Turn


@dataclass(frozen=True, slots=True, eq=False)
class Shear:
    """How the slices of a grid are shifted for one line of sight.

    Slices are taken along array axis `through`; a voxel (down, across) of slice n comes to
    row `down - n * slope[0] + start[0]`, column `across - n * slope[1] + start[1]` of a
    sheet of `shape`. `to_camera` is 3 x 3 and maps (slice, row, column) offsets of the grid to mm
    right, down and into the screen.
    """

    through: int
    slope: tuple[float, float]
    start: tuple[float, float]
    shape: tuple[int, int]
    to_camera: FloatArray
    front_first: bool
    """Whether slice 0 is the one nearest to the eye."""

    @classmethod
    def of(cls, grid: CoarseGrid, turn: Turn) -> Shear:
        """For a grid and a direction of view."""
        to_camera = turn.camera @ grid.affine_kji_to_lps[:3, :3]
        sight = np.linalg.solve(to_camera, np.array([0.0, 0.0, 1.0]))
        through = int(np.argmax(np.abs(sight)))
        down, across = (axis for axis in range(3) if axis != through)
        slope = (
            float(sight[down] / sight[through]),
            float(sight[across] / sight[through]),
        )
        last = grid.values.shape[through] - 1
        start = (max(0.0, last * slope[0]), max(0.0, last * slope[1]))
        reach = (abs(last * slope[0]), abs(last * slope[1]))
        shape = (
            grid.values.shape[down] + int(np.ceil(reach[0])) + 1,
            grid.values.shape[across] + int(np.ceil(reach[1])) + 1,
        )
        return cls(through, slope, start, shape, to_camera, bool(sight[through] > 0))

    @property
    def in_sheet(self) -> tuple[int, int]:
        """The array axes that run down and across a sheet."""
        down, across = (axis for axis in range(3) if axis != self.through)
        return down, across

    def slices(self, grid: CoarseGrid) -> Iterator[tuple[int, NDArray[Any]]]:
        """Slices with their numbers, from the one nearest to the eye on."""
        count = grid.values.shape[self.through]
        order = range(count) if self.front_first else range(count - 1, -1, -1)
        for n in order:
            yield n, np.ascontiguousarray(grid.values.take(n, axis=self.through))

    def corner(self, n: int) -> tuple[float, float]:
        """Where row 0, column 0 of slice n comes to in the sheet."""
        return self.start[0] - n * self.slope[0], self.start[1] - n * self.slope[1]

    def warp(self, grid: CoarseGrid, side_px: int, mm_per_px: float) -> FloatArray:
        """2 x 3 for `cv2.warpAffine` with WARP_INVERSE_MAP: from the picture to the sheet.

        The picture is a square with the middle of the grid in its middle.
        """
        down, across = self.in_sheet
        to_screen = self.to_camera[:2][:, [across, down]]
        half = (np.array(grid.values.shape, dtype=np.float64) - 1) / 2
        row, column = self.corner(0)
        middle_n = half[self.through]
        middle = np.array(
            [
                half[across] + column - middle_n * self.slope[1],
                half[down] + row - middle_n * self.slope[0],
            ]
        )
        linear = np.linalg.inv(to_screen) * mm_per_px
        center = np.full(2, (side_px - 1) / 2)
        return np.column_stack([linear, middle - linear @ center])


def project_maximum(
    grid: CoarseGrid, turn: Turn, side_px: int, mm_per_px: float, smooth: bool, outside: float
) -> NDArray[Any]:
    """The greatest value along every line of sight: (side_px, side_px), dtype of the grid.

    `smooth` shifts slices by fractions of a pixel, which takes about three times as long.
    `outside`: what is where no voxel is. The GIL is free in the long parts.
    """
    shear = Shear.of(grid, turn)
    sheet = np.full(shear.shape, outside, dtype=grid.values.dtype)
    for n, values in shear.slices(grid):
        top, left = shear.corner(n)
        if smooth:
            row, column = int(np.floor(top)), int(np.floor(left))
            values = _moved(values, top - row, left - column, outside)
        else:
            row, column = round(top), round(left)
        part = sheet[row : row + values.shape[0], column : column + values.shape[1]]
        part[:] = cv2.max(part, values[: part.shape[0], : part.shape[1]])
    matrix = shear.warp(grid, side_px, mm_per_px)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    picture = cv2.warpAffine(sheet, matrix, (side_px, side_px), flags=flags, borderValue=outside)
    return np.asarray(picture, dtype=grid.values.dtype)


def _moved(values: NDArray[Any], down: float, across: float, outside: float) -> NDArray[Any]:
    """A slice moved by less than a pixel, one row and column larger for it."""
    matrix = np.array([[1.0, 0.0, across], [0.0, 1.0, down]])
    size = (values.shape[1] + 1, values.shape[0] + 1)
    moved = cv2.warpAffine(values, matrix, size, flags=cv2.INTER_LINEAR, borderValue=outside)
    return np.asarray(moved, dtype=values.dtype)


def first_surface(
    grid: CoarseGrid, turn: Turn, side_px: int, mm_per_px: float
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """What of a label grid is seen first, and how deep it lies.

    Returns: labels and depths in mm into the screen (0 in the middle of the grid, NaN
    where nothing is), both (side_px, side_px).
    """
    shear = Shear.of(grid, turn)
    labels = np.zeros(shear.shape, dtype=np.uint8)
    number = np.zeros(shear.shape, dtype=np.float32)
    for n, values in shear.slices(grid):
        if not values.any():
            continue
        row, column = (round(edge) for edge in shear.corner(n))
        here = (
            slice(row, row + values.shape[0]),
            slice(column, column + values.shape[1]),
        )
        seen = (labels[here] == 0) & (values[: labels[here].shape[0]] > 0)
        labels[here][seen] = values[seen]
        number[here][seen] = n
    matrix = shear.warp(grid, side_px, mm_per_px)
    size, flags = (side_px, side_px), cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    shown = np.asarray(cv2.warpAffine(labels, matrix, size, flags=flags), dtype=np.uint8)
    depth = _depths(shear, grid, number)
    far = np.asarray(cv2.warpAffine(depth, matrix, size, flags=flags), dtype=np.float32)
    far[shown == 0] = np.nan
    return shown, far


def _depths(shear: Shear, grid: CoarseGrid, number: NDArray[np.float32]) -> NDArray[np.float32]:
    """Millimetres into the screen of the voxel that each pixel of the sheet shows."""
    down, across = shear.in_sheet
    rows = np.arange(shear.shape[0], dtype=np.float32)[:, None] - np.float32(shear.start[0])
    columns = np.arange(shear.shape[1], dtype=np.float32)[None] - np.float32(shear.start[1])
    half = (np.array(grid.values.shape, dtype=np.float64) - 1) / 2
    into = shear.to_camera[2].astype(np.float32)
    depth = into[shear.through] * number
    depth += into[down] * (rows + number * np.float32(shear.slope[0]))
    depth += into[across] * (columns + number * np.float32(shear.slope[1]))
    return np.asarray(depth - np.float32(shear.to_camera[2] @ half), dtype=np.float32)

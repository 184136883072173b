"""Regions: what they enclose on a grid of pixels, and their area."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray, Point
from reader.core.measurement import MeasurementKind

FINE: Final = 8
"""A pixel is divided into so many by so many to see how much of it a region covers."""
_CROSSED: Final = 0.02
_ROWS_OF_A_CROSSED_LINE: Final = 2048

_ELLIPSES: Final = (MeasurementKind.ELLIPSE, MeasurementKind.SUV_PEAK)


@dataclass(frozen=True, slots=True)
class PixelBox:
    """Rows and columns from the first to, not including, the last."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @property
    def is_empty(self) -> bool:
        """Whether there is no pixel in it."""
        return self.last_row <= self.first_row or self.last_column <= self.first_column

    @property
    def corner(self) -> NDArray[np.int64]:
        """Its first row and column."""
        return np.array([self.first_row, self.first_column])

    def within(self, shape: tuple[int, ...]) -> PixelBox:
        """What of it lies on an image of (rows, columns)."""
        return PixelBox(
            max(self.first_row, 0), min(self.last_row, shape[0]),
            max(self.first_column, 0), min(self.last_column, shape[1]),
        )  # fmt: skip


class Region:
    """An ellipse or a polygon on a grid of pixels, by its points in (row, column)."""

    def __init__(self, kind: MeasurementKind, points_px: FloatArray) -> None:
        self._points = points_px
        self._is_ellipse = kind in _ELLIPSES
        if self._is_ellipse:
            self._center, self._first, self._second = _half_axes(points_px)
            reach = np.hypot(self._first, self._second)
            self._low, self._high = self._center - reach, self._center + reach
        else:
            self._low, self._high = points_px.min(axis=0), points_px.max(axis=0)

    @property
    def middle(self) -> FloatArray:
        """(row, column) of its middle, or of the mean of its corners."""
        return np.asarray(self._points.mean(axis=0))

    def box(self) -> PixelBox:
        """Every pixel that the region may touch."""
        low, high = np.floor(self._low + 0.5).astype(int), np.floor(self._high + 0.5).astype(int)
        return PixelBox(int(low[0]), int(high[0]) + 1, int(low[1]), int(high[1]) + 1)

    def mask(self, box: PixelBox, fine: int = 1) -> NDArray[np.bool_]:
        """Which pixel centres of a box lie inside; or those of its pixels divided `fine` times."""
        rows = _centers(box.first_row, box.last_row, fine)
        columns = _centers(box.first_column, box.last_column, fine)
        if self._is_ellipse:
            return self._in_ellipse(rows, columns)
        return _in_polygon(self._points, rows, columns)

    def coverage(self, box: PixelBox) -> FloatArray:
        """How much of each pixel of a box lies inside, 0 to 1."""
        fine = self.mask(box, FINE)
        rows, columns = fine.shape[0] // FINE, fine.shape[1] // FINE
        return np.asarray(fine.reshape(rows, FINE, columns, FINE).mean(axis=(1, 3)))

    def _in_ellipse(self, rows: FloatArray, columns: FloatArray) -> NDArray[np.bool_]:
        axes = np.column_stack([self._first, self._second])
        if abs(float(np.linalg.det(axes))) < 1e-12:
            return np.zeros((len(rows), len(columns)), dtype=bool)
        inverse = np.linalg.inv(axes)
        down, right = rows[:, None] - self._center[0], columns[None] - self._center[1]
        along = inverse[0, 0] * down + inverse[0, 1] * right
        across = inverse[1, 0] * down + inverse[1, 1] * right
        return np.asarray(along * along + across * across <= 1)


def area_mm2(kind: MeasurementKind, points_lps_mm: Sequence[Point]) -> float:
    """The area that a region encloses, by its outline and not by pixels.

    Where a freehand line crosses itself, what an odd number of turns encloses counts, as it
    does for the values.
    """
    points = np.asarray(points_lps_mm, dtype=np.float64)
    if kind in _ELLIPSES:
        _, first, second = _half_axes(points)
        return math.pi * float(np.linalg.norm(np.cross(first, second)))
    corners = points - points[0]
    turns = np.cross(corners, np.roll(corners, -1, axis=0)).sum(axis=0)
    area = float(np.linalg.norm(turns)) / 2
    if kind is not MeasurementKind.FREEHAND:
        return area
    by_lines = _area_by_lines(corners)
    return by_lines if abs(by_lines - area) > _CROSSED * by_lines else area


def _half_axes(points: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The centre of an ellipse and the vectors from it to an end of each axis."""
    return points[:4].mean(axis=0), (points[1] - points[0]) / 2, (points[3] - points[2]) / 2


def _centers(first: int, last: int, fine: int) -> FloatArray:
    count = max(last - first, 0) * fine
    return np.asarray(first - 0.5 + (np.arange(count) + 0.5) / fine)


def _in_polygon(corners: FloatArray, rows: FloatArray, columns: FloatArray) -> NDArray[np.bool_]:
    """Which points of a grid an odd number of edges lie to the left of."""
    flips = np.zeros((len(rows), len(columns) + 1), dtype=np.int32)
    if not flips.size or not len(columns):
        return np.zeros((len(rows), len(columns)), dtype=bool)
    row, crossing = _crossings(corners, rows)
    np.add.at(flips, (row, np.searchsorted(columns, crossing)), 1)
    return np.asarray(np.cumsum(flips[:, :-1], axis=1) % 2 == 1)


def _crossings(corners: FloatArray, rows: FloatArray) -> tuple[NDArray[np.int64], FloatArray]:
    """Where the edges of a closed polygon cross rows: the row's number, and the column."""
    start, end = corners, np.roll(corners, -1, axis=0)
    low, high = np.minimum(start[:, 0], end[:, 0]), np.maximum(start[:, 0], end[:, 0])
    first, last = np.searchsorted(rows, low), np.searchsorted(rows, high)
    counts = last - first
    edge = np.repeat(np.arange(len(corners)), counts)
    row = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    slope = (end[edge, 1] - start[edge, 1]) / (end[edge, 0] - start[edge, 0])
    return row, start[edge, 1] + (rows[row] - start[edge, 0]) * slope


def _area_by_lines(corners: FloatArray) -> float:
    """The area of a planar closed line by many lines across it."""
    _, _, directions = np.linalg.svd(corners - corners.mean(axis=0), full_matrices=False)
    flat = corners @ directions[:2].T
    low, high = float(flat[:, 0].min()), float(flat[:, 0].max())
    step = (high - low) / _ROWS_OF_A_CROSSED_LINE
    if step == 0:
        return 0.0
    rows = np.asarray(low + (np.arange(_ROWS_OF_A_CROSSED_LINE) + 0.5) * step)
    row, crossing = _crossings(flat, rows)
    ordered = crossing[np.lexsort((crossing, row))]
    return float((ordered[1::2] - ordered[0::2]).sum()) * step

"""Pictures of a whole volume: a maximum projection, or the surfaces of its segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray
from reader.core.intensity import WindowLevel
from reader.imaging.colormap import rgb_of
from reader.imaging.overview.coarse import CoarseGrid
from reader.imaging.overview.shear import first_surface, project_maximum
from reader.imaging.overview.turn import Turn
from reader.imaging.window import apply_window

Bytes = NDArray[np.uint8]

_AMBIENT: Final = 0.28
_SMOOTHING_VOXELS: Final = 1.2
_MARGIN: Final = 1.02
_REACH_VOXELS: Final = 72
"""Along the longest side, to see how far a body reaches; finer changes nothing."""
_LEAST_REACH: Final = 0.35
"""Of the way to a corner: a few small segments are not enlarged until one is lost."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """How a picture lies in the patient: a square around the middle of the grid."""

    turn: Turn
    side_px: int
    mm_per_px: float
    middle_lps_mm: FloatArray

    @classmethod
    def whole(
        cls,
        grid: CoarseGrid,
        turn: Turn,
        side_px: int,
        zoom: float = 1.0,
        reach_mm: float | None = None,
    ) -> Seen:
        """A square that all of a grid fits into, whatever the turn; `zoom` enlarges.

        `reach_mm`: as far from the middle as anything is seen, where that is less.
        """
        reach = grid.radius_mm if reach_mm is None else min(reach_mm, grid.radius_mm)
        mm = 2 * reach * _MARGIN / side_px / zoom
        return cls(turn, side_px, mm, grid.middle_lps_mm)

    def to_pixel(self, lps_mm: tuple[float, float, float]) -> tuple[float, float]:
        """(x, y) in the picture of a point of the patient; whole numbers are pixel centres."""
        right, down, _ = self.turn.camera @ (np.asarray(lps_mm) - self.middle_lps_mm)
        middle = (self.side_px - 1) / 2
        return middle + float(right) / self.mm_per_px, middle + float(down) / self.mm_per_px

    def line_of_sight(self, x: float, y: float) -> tuple[FloatArray, FloatArray]:
        """A point of the patient under (x, y), as deep as the middle, and the way into it."""
        camera = self.turn.camera
        middle = (self.side_px - 1) / 2
        right, down = (x - middle) * self.mm_per_px, (y - middle) * self.mm_per_px
        return self.middle_lps_mm + right * camera[0] + down * camera[1], camera[2]


def reach_of(grid: CoarseGrid, above: float) -> float:
    """How far in mm what is brighter than `above` reaches from the middle, across or upwards.

    The same from every side, so that nothing grows or shrinks while one goes round; bodies
    are round, so corners of the box around them may leave the picture. Without anything to
    see it is the whole grid.
    """
    step = max(1, max(grid.values.shape) // _REACH_VOXELS)
    places = np.argwhere(grid.values[::step, ::step, ::step] > above) * step
    if not len(places):
        return grid.radius_mm
    affine = grid.affine_kji_to_lps
    away = places @ affine[:3, :3].T + (affine[:3, 3] - grid.middle_lps_mm)
    voxel_mm = step * float(np.linalg.norm(affine[:3, :3], axis=0).max())
    reach: float = float(np.abs(away).max()) + voxel_mm
    return max(_LEAST_REACH * grid.radius_mm, reach)


def maximum_picture(
    grid: CoarseGrid, seen: Seen, window: WindowLevel, invert: bool, smooth: bool
) -> Bytes:
    """(side, side) grey of the greatest values along the lines of sight, through a window."""
    outside = float(min(grid.values.min(), window.lower))
    if grid.values.dtype == np.int16:
        outside = max(outside, -32768.0)
    values = project_maximum(grid, seen.turn, seen.side_px, seen.mm_per_px, smooth, outside)
    return apply_window(values, window, invert)


def surface_picture(grid: CoarseGrid, seen: Seen, colors: tuple[str, ...]) -> Bytes:
    """(side, side, 3) RGB of lit surfaces on black; `colors[n]` is that of label n + 1."""
    labels, depth = first_surface(grid, seen.turn, seen.side_px, seen.mm_per_px)
    lit = _lit(labels, depth, grid, seen.mm_per_px)
    table = np.zeros((256, 3), dtype=np.float32)
    for place, color in enumerate(colors[:255], start=1):
        table[place] = rgb_of(color)
    return np.asarray(np.clip(table[labels] * lit[..., None], 0, 255), dtype=np.uint8)


def _lit(
    labels: Bytes, depth: NDArray[np.float32], grid: CoarseGrid, mm_per_px: float
) -> NDArray[np.float32]:
    """Brightness by how much a surface faces the eye; depths are smoothed within a segment.

    Steps of whole voxels would otherwise show as terraces. Across the edge between two
    surfaces nothing is mixed: there the weights are those of one side only.
    """
    there = labels > 0
    voxel_mm = float(np.linalg.norm(grid.affine_kji_to_lps[:3, :3], axis=0).max())
    sigma = max(0.6, _SMOOTHING_VOXELS * voxel_mm / mm_per_px)
    known = np.where(there, depth, 0).astype(np.float32)
    weight = there.astype(np.float32)
    total = cv2.GaussianBlur(known * weight, (0, 0), sigma)
    share = cv2.GaussianBlur(weight, (0, 0), sigma)
    smooth = np.divide(total, share, out=np.zeros_like(total), where=share > 1e-3)
    right = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8) / mm_per_px
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8) / mm_per_px
    facing = 1 / np.sqrt(1 + right**2 + down**2)
    return np.asarray(np.where(there, _AMBIENT + (1 - _AMBIENT) * facing, 0), dtype=np.float32)


def point_seen(
    grid: CoarseGrid, seen: Seen, x: float, y: float, is_labels: bool
) -> tuple[float, float, float] | None:
    """The point of the patient that the pixel (x, y) shows: what a click there means.

    Of values the greatest along the line of sight, the nearest one of equals; of labels
    the first. None where the line misses the grid, or meets no label.
    """
    start, into = seen.line_of_sight(x, y)
    inverse = np.linalg.inv(grid.affine_kji_to_lps)
    step = float(np.linalg.norm(grid.affine_kji_to_lps[:3, :3], axis=0).min()) / 2
    along = np.arange(-grid.radius_mm, grid.radius_mm, step)
    points = start + along[:, None] * into
    index = np.rint(points @ inverse[:3, :3].T + inverse[:3, 3]).astype(int)
    inside = np.all((index >= 0) & (index < np.array(grid.values.shape)), axis=1)
    if not inside.any():
        return None
    values = grid.values[tuple(index[inside].T)]
    found = int(np.argmax(values > 0)) if is_labels else int(np.argmax(values))
    if is_labels and not values[found]:
        return None
    px, py, pz = points[inside][found]
    return float(px), float(py), float(pz)

"""The values of a volume at a point and inside a region."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray
from reader.core.volume import Volume
from reader.imaging.measurement.pixel_grid import PixelGrid
from reader.imaging.measurement.region import PixelBox, Region
from reader.imaging.sampling import sample_points


@dataclass(frozen=True, slots=True)
class RegionValues:
    """Statistics of stored values. `sd` is that of the pixels themselves (divided by n)."""

    mean: float
    sd: float
    minimum: float
    maximum: float


def region_values(volume: Volume, grid: PixelGrid, region: Region) -> RegionValues | None:
    """The values inside a region; None where no pixel with a value lies in it.

    A pixel counts when its centre lies inside. A region so small that it has no centre in
    it is weighed by how much it covers of the pixels it touches. Pixels beyond the image
    and padding are left out; a sampled pixel is left out when padding has a part in it.
    """
    box = region.box()
    if grid.axis is not None:
        box = box.within(grid.image(volume.voxels).shape)
    if box.is_empty:
        return None
    mask = region.mask(box)
    weights = None
    if not mask.any():
        covered = region.coverage(box)
        mask, weights = covered > 0, covered[covered > 0]
    values, counts = _values(volume, grid, box, mask)
    if weights is not None:
        weights = weights[counts]
    return _statistics(values[counts], weights)


def point_value(volume: Volume, grid: PixelGrid, point_lps_mm: FloatArray) -> float | None:
    """The value of the pixel at a point; None beyond the image and for padding."""
    row, column = np.floor(grid.to_pixels(point_lps_mm[None])[0] + 0.5).astype(int)
    box = PixelBox(int(row), int(row) + 1, int(column), int(column) + 1)
    if grid.axis is not None:
        box = box.within(grid.image(volume.voxels).shape)
    if box.is_empty:
        return None
    values, counts = _values(volume, grid, box, np.ones((1, 1), dtype=bool))
    return float(values[0]) if counts.all() else None


def _values(
    volume: Volume, grid: PixelGrid, box: PixelBox, mask: NDArray[np.bool_]
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """The values of the pixels of a box that a mask chooses, and which of them count."""
    if grid.axis is not None:
        image = grid.image(volume.voxels)
        part = image[box.first_row : box.last_row, box.first_column : box.last_column]
        stored = part[mask]
        return stored.astype(np.float64), ~volume.is_padding(stored) & np.isfinite(stored)
    pixels = np.argwhere(mask) + box.corner
    at = volume.geometry.to_index(grid.to_lps(pixels.astype(np.float64)))
    inside = ((at >= -0.5) & (at <= np.array(volume.geometry.shape_kji) - 0.5)).all(axis=1)
    values = sample_points(volume.voxels, at, 0).astype(np.float64)
    return values, inside & ~_touches_padding(volume, at) & np.isfinite(values)


def _touches_padding(volume: Volume, at: FloatArray) -> NDArray[np.bool_]:
    """Which sampled values have padding among the voxels they lie between."""
    touches = np.zeros(len(at), dtype=bool)
    if volume.padding is None:
        return touches
    low = np.floor(at)
    for corner in np.ndindex(2, 2, 2):
        touches |= volume.is_padding(sample_points(volume.voxels, low + corner, 0, nearest=True))
    return touches


def _statistics(values: FloatArray, weights: FloatArray | None) -> RegionValues | None:
    if not len(values) or (weights is not None and not weights.sum()):
        return None
    mean = float(np.average(values, weights=weights))
    variance = float(np.average((values - mean) ** 2, weights=weights))
    return RegionValues(mean, variance**0.5, float(values.min()), float(values.max()))

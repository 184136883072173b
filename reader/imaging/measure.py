"""Sizes of a finding from its mask: axes, volume, centre, mean value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray, IndexBox, VolumeGeometry
from reader.imaging.components import Mask, region_of
from reader.imaging.measurement.axes import longest_axes


@dataclass(frozen=True, slots=True)
class Extent:
    """What a mask measures. All zero, and `mean_value` None, for an empty one."""

    center_lps_mm: tuple[float, float, float]
    long_axis_mm: float
    short_axis_mm: float
    volume_mm3: float
    mean_value: float | None


def measure_extent(
    mask: Mask,
    box: IndexBox,
    geometry: VolumeGeometry,
    voxels: NDArray[np.generic] | None = None,
) -> Extent:
    """Measure the mask that fills `box` of a grid.

    `voxels` is the whole grid's array, for the mean value.
    """
    if mask.shape != tuple(hi - lo for lo, hi in box):
        raise ValueError("The mask must fill its box.")
    indices = np.argwhere(mask)
    if not len(indices):
        middle = geometry.to_lps([(lo + hi - 1) / 2 for lo, hi in box])
        return Extent(_triple(middle), 0.0, 0.0, 0.0, None)
    origin = np.array([lo for lo, _ in box])
    axes = longest_axes(mask, geometry)
    mean = float(voxels[region_of(box)][mask].mean()) if voxels is not None else None
    return Extent(
        center_lps_mm=_triple(geometry.to_lps(indices.mean(axis=0) + origin)),
        long_axis_mm=axes.long_mm,
        short_axis_mm=axes.short_mm,
        volume_mm3=len(indices) * geometry.voxel_volume_mm3,
        mean_value=mean,
    )


def _triple(position: FloatArray) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in position)
    return x, y, z

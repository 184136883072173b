"""The true places of slices that lie unevenly, which the even grid of a series does not know.

A series is shown on an even grid. Where its images lie off it, what others drew on an image
must stay with that image, not with the place where the grid has it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.study import Series
from reader.formats.headers.dicom_slice import DicomSlice
from reader.formats.objects.read_object import has_positions

_ON_GRID: Final = 0.05
"""Of the distance of slices: nearer to the grid than this is on it."""


@dataclass(frozen=True, slots=True, eq=False)
class StackGeometry(VolumeGeometry):
    """A grid whose slice k lies where the grid has `true_k[k]`; these rise from 0 to n - 1."""

    true_k: FloatArray = field(default_factory=lambda: np.zeros(1))

    def to_lps(self, index_kji: ArrayLike) -> FloatArray:
        """Where an index truly lies: between the true places of its neighbouring slices."""
        index = np.array(index_kji, dtype=np.float64)
        slices = np.arange(len(self.true_k), dtype=np.float64)
        index[..., 0] = _between(index[..., 0], slices, self.true_k)
        return VolumeGeometry.to_lps(self, index)

    def to_index(self, position_lps_mm: ArrayLike) -> FloatArray:
        """The index whose image lies at a place."""
        index = VolumeGeometry.to_index(self, position_lps_mm)
        slices = np.arange(len(self.true_k), dtype=np.float64)
        index[..., 0] = _between(index[..., 0], self.true_k, slices)
        return index


def true_places(series: Series) -> VolumeGeometry:
    """The grid of a series; where its slices lie off it, one that knows their true places."""
    grid = series.geometry
    places = [ref.position_lps_mm for ref in series.instances if isinstance(ref, DicomSlice)]
    stated = [place for place in places if place is not None]
    if len(stated) != grid.shape_kji[0] or not has_positions(series):
        return grid
    true_k = grid.to_index(stated)[:, 0]
    ends = abs(true_k[0]), abs(true_k[-1] - len(true_k) + 1)
    off = np.abs(true_k - np.arange(len(true_k))).max()
    if off <= _ON_GRID or max(ends) > _ON_GRID or (np.diff(true_k) <= 0).any():
        return grid
    return StackGeometry(
        grid.shape_kji, grid.affine_kji_to_lps, grid.frame_of_reference_uid, true_k
    )


def _between(values: FloatArray, known: FloatArray, wanted: FloatArray) -> FloatArray:
    """Values on the scale of `known` on that of `wanted`; both end alike."""
    inside = (values > known[0]) & (values < known[-1])
    return np.where(inside, np.interp(values, known, wanted), values)

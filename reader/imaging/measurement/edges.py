"""Where a line leaves or enters what is marked."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.imaging.sampling import sample_points

_STEPS_PER_VOXEL: Final = 10


def edge_offset_mm(
    labels: NDArray[np.uint16],
    geometry: VolumeGeometry,
    point_lps_mm: FloatArray,
    direction: FloatArray,
    reach_mm: float,
    label: int | None = None,
) -> float | None:
    """How far along a line from a point the nearest edge of a label is, forwards or back.

    The edge is where the label, interpolated between voxel centres, is half there.
    `direction` is a unit vector in LPS; `label` None means any. Millimetres, negative
    backwards; None where there is no edge within `reach_mm`.
    """
    step = min(geometry.spacing_kji_mm) / _STEPS_PER_VOXEL
    count = max(1, int(np.ceil(reach_mm / step)))
    offsets = np.arange(-count, count + 1) * step
    at = geometry.to_index(point_lps_mm + offsets[:, None] * direction)
    low = np.maximum(np.floor(at.min(axis=0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(at.max(axis=0)).astype(int) + 2, geometry.shape_kji)
    if (low >= high).any():
        return None
    part = labels[low[0] : high[0], low[1] : high[1], low[2] : high[2]]
    marked = (part > 0 if label is None else part == label).astype(np.float32)
    height = sample_points(marked, at - low, 0.0) - 0.5
    rises = np.flatnonzero((height[:-1] >= 0) != (height[1:] >= 0))
    if not len(rises):
        return None
    share = height[rises] / (height[rises] - height[rises + 1])
    crossings = offsets[rises] + share * step
    nearest = float(crossings[np.argmin(np.abs(crossings))])
    return nearest if abs(nearest) <= reach_mm else None

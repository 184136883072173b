"""How far the members of a model agree about a finding, from their maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import VolumeGeometry
from reader.core.stability import Stability
from reader.imaging.components import Component, grown_box, region_of

LEAST_INSIDE: Final = 8
"""So many voxels away from the border a mean of uncertainty says something."""
_AROUND: Final = 3


def stability_of(
    component: Component,
    value: int,
    geometry: VolumeGeometry,
    labels: NDArray[np.uint16],
    uncertainty: NDArray[np.floating] | None,
    members: Sequence[NDArray[np.uint16]] = (),
) -> Stability | None:
    """What the maps say about one finding; None where there are none.

    `labels` is what was decided, `value` the finding's in it, `members` the same by each
    member alone. Counted for a member is what it calls `value` in the finding's box and
    three voxels around.
    """
    box = grown_box(component.box, _AROUND, geometry.shape_kji)
    here = region_of(box)
    volumes = [
        np.count_nonzero(member[here] == value) * geometry.voxel_volume_mm3 for member in members
    ]
    mean = None if uncertainty is None else _inside(component, labels, uncertainty)
    if mean is None and not volumes:
        return None
    return Stability(
        mean,
        round(min(volumes), 2) if volumes else None,
        round(max(volumes), 2) if volumes else None,
    )


def _inside(
    component: Component, labels: NDArray[np.uint16], uncertainty: NDArray[np.floating]
) -> float | None:
    """The mean away from the border, where uncertainty was taken out."""
    # Imports PyTorch, which reading a result does without.
    from reader.inference.engine.uncertainty import BAND_VOXELS, near_border

    shape = (labels.shape[0], labels.shape[1], labels.shape[2])
    box = grown_box(component.box, BAND_VOXELS, shape)
    near = near_border(labels[region_of(box)])
    inner = tuple(
        slice(low - start, high - start)
        for (low, high), (start, _end) in zip(component.box, box, strict=True)
    )
    chosen = component.mask & ~near[inner]
    if np.count_nonzero(chosen) < LEAST_INSIDE:
        return None
    said = uncertainty[region_of(component.box)][chosen]
    return round(float(said.mean(dtype=np.float64)), 4)

"""What lies under a finding's voxels, for when they are erased."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import IndexBox
from reader.core.label_change import LabelChange
from reader.core.segmentation import Segmentation
from reader.imaging.components import (
    Mask,
    box_within,
    common_box,
    grown_box,
    region_of,
    tight_box,
)
from reader.session.reviewing.edits import finding_labels

Labels = NDArray[np.uint16]


def beneath(
    segmentation: Segmentation, label: int, extent: IndexBox, changes: Sequence[LabelChange]
) -> Labels:
    """For each voxel of `extent`, what is there once `label` is erased from it.

    A voxel the reader painted over gets back what it was (`changes`, oldest first). One
    that the model drew gets what its nearest voxel outside all findings is: a lung nodule
    leaves lung, not a hole in it.
    """
    box = grown_box(extent, 1, segmentation.geometry.shape_kji)
    under = segmentation.labels[region_of(box)].copy()
    unknown = finding_labels(segmentation)[under]
    for change in changes:
        _restore(under, unknown, box, change, label)
    _fill_from_nearest(under, unknown, segmentation.geometry.spacing_kji_mm)
    return under[region_of(box_within(extent, box))]


def _restore(under: Labels, unknown: Mask, box: IndexBox, change: LabelChange, label: int) -> None:
    """Where `change` turned something into `label`, that is what it was."""
    common = common_box(box, change.box)
    if common is None:
        return
    here = region_of(box_within(common, box))
    there = region_of(box_within(common, change.box))
    covered = np.zeros(change.changed.shape, dtype=bool)
    covered[change.changed] = change.after == label
    was = np.zeros(change.changed.shape, dtype=np.uint16)
    was[change.changed] = change.before
    under[here][covered[there]] = was[there][covered[there]]
    unknown[here][covered[there]] = False


def _fill_from_nearest(
    under: Labels, unknown: Mask, spacing_kji_mm: tuple[float, float, float]
) -> None:
    """Give every unknown voxel the value of the nearest known one; 0 if there is none."""
    from scipy.ndimage import distance_transform_edt  # slow to import, needed seldom

    inner = tight_box(unknown)
    if inner is None:
        return
    region = region_of(grown_box(inner, 1, (under.shape[0], under.shape[1], under.shape[2])))
    values, holes = under[region], unknown[region]
    if holes.all():
        values[...] = 0
        return
    nearest = distance_transform_edt(
        holes, sampling=spacing_kji_mm, return_distances=False, return_indices=True
    )
    values[...] = values[tuple(nearest)]

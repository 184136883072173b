"""What lies under a finding's voxels, for when they are erased."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import IndexBox
from reader.core.label_change import LabelChange
from reader.core.segmentation import Segmentation
from reader.imaging.components import box_within, common_box, grown_box, region_of
from reader.session.edits import finding_labels

_MARGIN_PX = 2


def beneath(
    segmentation: Segmentation, label: int, extent: IndexBox, changes: Sequence[LabelChange]
) -> NDArray[np.uint16]:
    """For each voxel of `extent`, what is there once `label` is erased from it.

    A voxel the reader painted over gets back what it was (`changes`, oldest first). One
    that the model drew gets what its nearest voxel outside all findings is: a lung nodule
    leaves lung, not a hole in it.
    """
    box = grown_box(extent, _MARGIN_PX, segmentation.geometry.shape_kji)
    labels = segmentation.labels[region_of(box)]
    under = _nearest_structure(labels, finding_labels(segmentation), segmentation)
    for change in changes:
        _restore(under, box, change, label)
    return under[region_of(box_within(extent, box))]


def _nearest_structure(
    labels: NDArray[np.uint16], is_finding: NDArray[np.bool_], segmentation: Segmentation
) -> NDArray[np.uint16]:
    from scipy.ndimage import distance_transform_edt  # slow to import, needed seldom

    inside = is_finding[labels]
    if inside.all():
        return np.zeros_like(labels)
    spacing = segmentation.geometry.spacing_kji_mm
    nearest = distance_transform_edt(
        inside, sampling=spacing, return_distances=False, return_indices=True
    )
    return np.asarray(labels[tuple(nearest)])


def _restore(under: NDArray[np.uint16], box: IndexBox, change: LabelChange, label: int) -> None:
    """Where `change` turned something into `label`, remember what it was."""
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

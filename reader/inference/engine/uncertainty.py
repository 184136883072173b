"""Where the members of an ensemble (folds, mirrorings) do not agree."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

BAND_VOXELS: Final = 2
"""Along every border a network is undecided about a voxel or two, which says nothing."""


def softmax(logits: torch.Tensor) -> torch.Tensor:
    """Probabilities of classes of which one is right, (classes, …)."""
    return torch.softmax(logits, dim=0)


def entropy(
    probability: NDArray[np.floating], labels: NDArray[np.integer], *, regions: bool = False
) -> NDArray[np.float16]:
    """The entropy of a mean probability (classes, k, j, i), 0 (sure) to 1, without borders.

    `labels` (k, j, i) is what was decided; within `BAND_VOXELS` of a change of it the result
    is 0. For `regions` it is the largest over the classes of their own entropies. Slice
    by slice, so that no second array of all classes is needed.

    Source: band left out as in Zenk et al., ValUES (ICLR 2024), on aggregation.
    """
    out = np.zeros(labels.shape, np.float16)
    near = near_border(labels)
    for k in range(len(out)):
        p = np.clip(probability[:, k].astype(np.float32), 1e-7, 1)
        if regions:
            q = np.clip(1 - p, 1e-7, 1)
            said = (-(p * np.log2(p) + q * np.log2(q))).max(axis=0)
        else:
            said = -(p * np.log(p)).sum(axis=0) / np.log(max(2, len(p)))
        out[k] = np.where(near[k], 0, np.clip(said, 0, 1))
    return out


def near_border(labels: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Voxels within `BAND_VOXELS` steps of one with another label."""
    from scipy import ndimage

    border = np.zeros(labels.shape, bool)
    for axis in range(labels.ndim):
        change = np.diff(labels, axis=axis) != 0
        before, after = [slice(None)] * labels.ndim, [slice(None)] * labels.ndim
        before[axis], after[axis] = slice(None, -1), slice(1, None)
        border[tuple(before)] |= change
        border[tuple(after)] |= change
    if not border.any():
        return border
    return np.asarray(ndimage.binary_dilation(border, iterations=BAND_VOXELS - 1), bool)

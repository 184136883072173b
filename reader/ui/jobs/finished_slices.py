"""From the boxes a model is done with to whole slices that are done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from reader.core.geometry import IndexBox

Shares = tuple[tuple[int, int, float], ...]
"""Half-open ranges of slices, and how much of each slice in them is done, up to 1."""
STEPS: Final = 8


def finished_slices(
    boxes: Iterable[IndexBox], shape_kji: tuple[int, int, int]
) -> tuple[tuple[int, int], ...]:
    """Half-open ranges of slices along k of which every voxel is in a box.

    A box that covers slices whole may lie over smaller ones; those must not overlap.
    """
    return tuple((a, b) for a, b, share in slice_shares(boxes, shape_kji, 1) if share == 1)


def slice_shares(
    boxes: Iterable[IndexBox], shape_kji: tuple[int, int, int], steps: int = STEPS
) -> Shares:
    """How much of each slice along k is in a box, from 0 to 1 in steps.

    Only where there is anything, which is a step at least; all is only all. Boxes are as
    for `finished_slices`.
    """
    count, rows, columns = shape_kji
    area = np.zeros(count + 1, dtype=np.int64)
    for (k0, k1), (j0, j1), (i0, i1) in boxes:
        covered = (j1 - j0) * (i1 - i0)
        area[max(k0, 0)] += covered
        area[min(k1, count)] -= covered
    covered_px, all_px = np.cumsum(area[:-1]), rows * columns
    begun = np.minimum(-(-covered_px * steps // all_px), steps - 1)
    level = np.where(covered_px >= all_px, steps, begun)
    edges = np.flatnonzero(np.diff(level)) + 1
    starts, ends = [0, *edges.tolist()], [*edges.tolist(), count]
    runs = ((a, b, int(level[a])) for a, b in zip(starts, ends, strict=True))
    return tuple((a, b, n / steps) for a, b, n in runs if n)

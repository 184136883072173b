"""From the boxes a model is done with to whole slices that are done."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from reader.core.geometry import IndexBox


def finished_slices(
    boxes: Iterable[IndexBox], shape_kji: tuple[int, int, int]
) -> tuple[tuple[int, int], ...]:
    """Half-open ranges of slices along k of which every voxel is in a box.

    A box that covers slices whole may lie over smaller ones; those must not overlap.
    """
    count, rows, columns = shape_kji
    area = np.zeros(count + 1, dtype=np.int64)
    for (k0, k1), (j0, j1), (i0, i1) in boxes:
        covered = (j1 - j0) * (i1 - i0)
        area[max(k0, 0)] += covered
        area[min(k1, count)] -= covered
    done = np.cumsum(area[:-1]) >= rows * columns
    edges = np.flatnonzero(np.diff(np.concatenate(([False], done, [False]))))
    return tuple((int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))

"""Whether lungs are whole in the image, and whether left is left."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.imaging.lungs import LungField

_CUT_CM2: Final = 6.0
_LOWER_THIRD: Final = 3
_LEAST_SLICES: Final = 5
_TOWARDS_MM: Final = 6.0

Mask = NDArray[np.bool_]


def cut_faces_cm2(mask: Mask, spacing_kji_mm: tuple[float, float, float]) -> tuple[float, ...]:
    """How much of a mask on a (Superior, Posterior, Left) grid lies in each face of the image.

    In cm2: below, above, in front, behind, right, left.
    """
    faces = []
    for axis in range(3):
        area = np.prod([s for a, s in enumerate(spacing_kji_mm) if a != axis]) / 100
        faces += [float(np.count_nonzero(mask.take(end, axis=axis)) * area) for end in (0, -1)]
    return tuple(faces)


def is_cut(lungs: LungField) -> bool:
    """Whether the edges of the image cut off more of the lungs than a sliver."""
    spacing = lungs.grid.geometry.spacing_kji_mm
    return max(cut_faces_cm2(lungs.labels > 0, spacing)) > _CUT_CM2


def heart_towards_left_mm(lungs: LungField) -> float | None:
    """How far what lies between the lungs leans to the left, in the lower third of them.

    The heart's apex makes it positive; clearly negative it is a mirrored image, a heart on
    the right, or something that pushes it there. None where there is too little lung.
    """
    lungy = lungs.labels > 0
    used = np.nonzero(lungy.any(axis=(1, 2)))[0]
    if used.size < _LOWER_THIRD * _LEAST_SLICES or is_cut(lungs):
        return None
    leans = [
        lean
        for k in range(int(used[0]), int(used[0]) + used.size // _LOWER_THIRD)
        if (lean := _lean(lungs.labels[k], lungs.body[k])) is not None
    ]
    if len(leans) < _LEAST_SLICES:
        return None
    return float(np.median(leans)) * lungs.grid.geometry.spacing_kji_mm[2]


def leans_right(lungs: LungField) -> bool:
    """Whether the heart lies clearly on the right."""
    lean = heart_towards_left_mm(lungs)
    return lean is not None and lean < -_TOWARDS_MM


def _lean(labels: NDArray[np.uint8], body: Mask) -> float | None:
    """Columns by which the middle of what is between the lungs lies left of the body's."""
    rows = (labels == 1).any(axis=1) & (labels == 2).any(axis=1)
    if np.count_nonzero(rows) < _LEAST_SLICES:
        return None
    columns = np.nonzero(body.any(axis=0))[0]
    between = []
    for j in np.nonzero(rows)[0]:
        right, left = np.nonzero(labels[j] == 2)[0], np.nonzero(labels[j] == 1)[0]
        between.append((right[-1] + left[0]) / 2)
    return float(np.mean(between) - (columns[0] + columns[-1]) / 2)

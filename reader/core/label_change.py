"""One change of a label map: which voxels of a box changed, from what, to what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import IndexBox

Labels = NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class LabelChange:
    """Voxels that changed. `before` and `after` hold one value per true voxel of `changed`.

    `changed` fills `box`; the values follow its C order.
    """

    box: IndexBox
    changed: NDArray[np.bool_]
    before: Labels
    after: Labels

    def __post_init__(self) -> None:
        if self.changed.shape != tuple(hi - lo for lo, hi in self.box):
            raise ValueError("The changed voxels must fill their box.")
        if not self.before.size == self.after.size == np.count_nonzero(self.changed):
            raise ValueError("Each changed voxel has one value before and one after.")

    @classmethod
    def between(cls, box: IndexBox, before: Labels, after: Labels) -> LabelChange | None:
        """What differs between two states of a box; None if nothing does. The box is tightened."""
        changed = before != after
        if not changed.any():
            return None
        inner, bounds = [], []
        for axis, (low, _) in enumerate(box):
            others = tuple(a for a in range(3) if a != axis)
            along = np.flatnonzero(changed.any(axis=others))
            first, last = int(along[0]), int(along[-1]) + 1
            inner.append(slice(first, last))
            bounds.append((low + first, low + last))
        region = inner[0], inner[1], inner[2]
        tight = changed[region]
        values = before[region][tight], after[region][tight]
        return cls((bounds[0], bounds[1], bounds[2]), tight, *values)

    @property
    def reverse(self) -> LabelChange:
        """The change that takes this one back."""
        return LabelChange(self.box, self.changed, self.after, self.before)

    def put_into(self, labels: Labels) -> None:
        """Write `after` into a whole label map, in place."""
        (k0, k1), (j0, j1), (i0, i1) = self.box
        labels[k0:k1, j0:j1, i0:i1][self.changed] = self.after

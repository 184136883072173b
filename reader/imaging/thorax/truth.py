"""The synthetic thorax and what is known about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.core.volume import Volume
from reader.imaging.thorax.nodules import Attachment, NoduleKind


@dataclass(frozen=True, slots=True)
class TrueNodule:
    """A nodule as it was made. Centre and size are measured from its mask.

    `diameter_mm` is that of the sphere with the mask's volume. `label` is its number in
    `Thorax.nodule_labels`. `side` is `left` or `right`, `lobe` upper, middle or lower.
    """

    center_lps_mm: tuple[float, float, float]
    diameter_mm: float
    kind: NoduleKind
    attachment: Attachment
    side: str
    lobe: str
    label: int


@dataclass(frozen=True, slots=True, eq=False)
class Thorax:
    """A synthetic chest CT (HU, int16) with its truth on the same grid, read-only.

    `lungs` is 1 in the left lung and 2 in the right one, with the vessels, bronchi and
    nodules in them. `nodule_labels` numbers the nodules from 1 in their order.
    """

    volume: Volume
    nodules: tuple[TrueNodule, ...]
    lungs: NDArray[np.uint8]
    nodule_labels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        for name in ("lungs", "nodule_labels"):
            view = getattr(self, name).view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

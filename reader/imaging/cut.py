"""How thick a displayed slice is, and what becomes of the voxels through its thickness."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final


class Projection(enum.Enum):
    """What is shown of the values along a line through a slab."""

    MAXIMUM = "mip"
    MINIMUM = "minip"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Slab:
    """A slice of `thickness_mm` around its middle; 0 is one plane without thickness."""

    thickness_mm: float = 0.0
    projection: Projection = Projection.MAXIMUM

    def __post_init__(self) -> None:
        if self.thickness_mm < 0:
            raise ValueError("A slab is not thinner than nothing.")

    @property
    def is_thin(self) -> bool:
        """Whether it is a plane and not a slab."""
        return self.thickness_mm == 0


THIN: Final = Slab()

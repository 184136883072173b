"""What voxel values mean and which of them are shown."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass


class IntensityUnit(enum.Enum):
    """Unit of a volume's values. The value is the word written in files."""

    HU = "HU"
    SUV_BW = "SUVbw"
    BQ_PER_ML = "Bq/ml"
    ARBITRARY = "arbitrary"


@dataclass(frozen=True, slots=True)
class WindowLevel:
    """Which values go from black to white: `center` +- `width` / 2, in the volume's unit.

    Source: DICOM PS3.3 C.11.2.1.3.2 (LINEAR_EXACT), the function radiology texts use.
    """

    center: float
    width: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.center) and math.isfinite(self.width) and self.width > 0):
            raise ValueError("A window needs a finite center and a width above 0.")

    @property
    def lower(self) -> float:
        """The value shown black."""
        return self.center - self.width / 2

    @property
    def upper(self) -> float:
        """The value shown white."""
        return self.center + self.width / 2


@dataclass(frozen=True, slots=True)
class WindowPreset:
    """A named window for a modality and some body parts (empty = all)."""

    id: str
    name: str
    window: WindowLevel
    modality: str
    body_parts: tuple[str, ...] = ()
    key: int | None = None

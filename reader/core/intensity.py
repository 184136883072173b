"""What voxel values mean and which of them are shown."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass


class IntensityUnit(enum.Enum):
    """Unit of a volume's values. The value is the word written in files."""

    HU = "HU"
    SUV_BW = "SUVbw"
    SUV_LBM = "SUVlbm"
    SUV_BSA = "SUVbsa"
    BQ_PER_ML = "Bq/ml"
    ARBITRARY = "arbitrary"


class WindowFunction(enum.Enum):
    """How a window leads from value to grey. The value is the word DICOM uses.

    Source: DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3.
    """

    LINEAR = "LINEAR"
    """DICOM's own default, for integers: centre and width count half a value less."""
    LINEAR_EXACT = "LINEAR_EXACT"
    """The function radiology texts use; presets and the reader's own windows are of it."""
    SIGMOID = "SIGMOID"
    TABLE = "TABLE"
    """A VOI lookup table; its whole input lies between `lower` and `upper`."""


@dataclass(frozen=True, slots=True)
class VoiTable:
    """A curve from a header: grey for evenly spaced values. Source: DICOM PS3.3 C.11.2.

    `entries` are little-endian uint16, the first for `first_value` and every value below,
    the last for every value above; `bits` is how many of the 16 they use.
    """

    first_value: float
    entries: bytes
    bits: int

    def __post_init__(self) -> None:
        if len(self.entries) < 4 or len(self.entries) % 2 or not 1 <= self.bits <= 16:
            raise ValueError("A lookup table has two entries or more of 1 to 16 bits.")

    @property
    def count(self) -> int:
        """How many values have an entry of their own."""
        return len(self.entries) // 2


@dataclass(frozen=True, slots=True)
class WindowLevel:
    """Which values go from black to white, in the volume's unit, and along which curve.

    `name` is the header's own word for it ("BONE"), or empty. `table` is set exactly when
    the function is TABLE; changing centre and width then stretches the table's input.
    """

    center: float
    width: float
    function: WindowFunction = WindowFunction.LINEAR_EXACT
    table: VoiTable | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.center) and math.isfinite(self.width) and self.width > 0):
            raise ValueError("A window needs a finite center and a width above 0.")
        if (self.table is not None) != (self.function is WindowFunction.TABLE):
            raise ValueError("A table belongs to the function TABLE, and to no other.")

    @classmethod
    def of_table(cls, table: VoiTable, name: str = "") -> WindowLevel:
        """The window that shows a lookup table as it stands in the header."""
        width = float(max(table.count - 1, 1))
        center = table.first_value + width / 2
        return cls(center, width, WindowFunction.TABLE, table, name)

    @property
    def lower(self) -> float:
        """The value shown black (of a sigmoid, where its straight middle would reach black)."""
        if self.function is WindowFunction.LINEAR:
            return self.center - 0.5 - (self.width - 1) / 2
        return self.center - self.width / 2

    @property
    def upper(self) -> float:
        """The value shown white."""
        if self.function is WindowFunction.LINEAR:
            return self.center - 0.5 + (self.width - 1) / 2
        return self.center + self.width / 2


@dataclass(frozen=True, slots=True)
class WindowPreset:
    """A named window for a modality and some body parts (empty = all).

    Windows of PET presets are in SUV by body weight.
    """

    id: str
    name: str
    window: WindowLevel
    modality: str
    body_parts: tuple[str, ...] = ()
    key: int | None = None

"""How many viewports there are and how they lie."""

from __future__ import annotations

import enum
from itertools import cycle, islice

from reader.core.orientation import Plane

_PLANES = (Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL)


class Layout(enum.Enum):
    """Panes in rows and columns, or one large with two small beside it.

    The value is what is written into files.
    """

    ONE = "1"
    ONE_PLUS_TWO = "1+2"
    ONE_BY_TWO = "1x2"
    ONE_BY_THREE = "1x3"
    TWO_BY_TWO = "2x2"
    TWO_BY_THREE = "2x3"
    TWO_BY_ONE = "2x1"
    TWO_BY_FOUR = "2x4"
    THREE_BY_THREE = "3x3"

    @property
    def grid(self) -> tuple[int, int] | None:
        """Rows and columns of equal panes; None where one is larger than the others."""
        return {
            Layout.ONE: (1, 1),
            Layout.ONE_BY_TWO: (1, 2),
            Layout.ONE_BY_THREE: (1, 3),
            Layout.TWO_BY_TWO: (2, 2),
            Layout.TWO_BY_THREE: (2, 3),
            Layout.TWO_BY_ONE: (2, 1),
            Layout.TWO_BY_FOUR: (2, 4),
            Layout.THREE_BY_THREE: (3, 3),
        }.get(self)

    @property
    def count(self) -> int:
        """How many viewports it has."""
        rows, columns = self.grid or (1, 3)
        return rows * columns

    @property
    def planes(self) -> tuple[Plane, ...]:
        """The plane of each viewport when nothing says otherwise, the largest first."""
        return self.led_by(Plane.AXIAL)

    def led_by(self, plane: Plane) -> tuple[Plane, ...]:
        """The same planes with this one in the first viewport."""
        others = [other for other in _PLANES if other is not plane]
        return tuple(islice(cycle((plane, *others)), self.count))

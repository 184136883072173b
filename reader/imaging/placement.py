"""Where a slice lies in a pane: true aspect, whole device pixels.

The slice's outer edges are put on whole device pixels, so that the picture can be copied
to the screen as it is and everything drawn over it uses the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.imaging.slicing import SliceGeometry

MAXIMUM_EDGE_PX = 1 << 20
"""Beyond this a slice is not enlarged further, whatever the zoom."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A slice of `rows` x `columns` pixels over a rectangle of a pane, in device pixels.

    The rectangle may reach beyond the pane. Positions in the pane are continuous: the
    pane's first pixel covers 0 to 1. `px_per_mm` is the same both ways, but for rounding.
    """

    rows: int
    columns: int
    left: int
    top: int
    width: int
    height: int
    px_per_mm: float

    @property
    def column_px(self) -> float:
        """Device pixels from one column to the next."""
        return self.width / self.columns

    @property
    def row_px(self) -> float:
        """Device pixels from one row to the next."""
        return self.height / self.rows

    def to_pane(self, row: float, column: float) -> tuple[float, float]:
        """Map a slice position (whole = pixel centre) to (x, y) in the pane."""
        return (
            self.left + (column + 0.5) * self.column_px,
            self.top + (row + 0.5) * self.row_px,
        )

    def to_slice(self, x: float, y: float) -> tuple[float, float]:
        """Map (x, y) in the pane to a fractional (row, column); may lie outside the slice."""
        return (y - self.top) / self.row_px - 0.5, (x - self.left) / self.column_px - 0.5

    def line_to_pane(self, polyline: NDArray[np.float32]) -> NDArray[np.float64]:
        """Map (n, 2) points of (column, row) to (x, y) in the pane."""
        scale = np.array([self.column_px, self.row_px])
        return np.asarray((polyline + 0.5) * scale + (self.left, self.top))


def fitting_px_per_mm(
    geometry: SliceGeometry,
    pane_px: tuple[int, int],
    fit_mm: tuple[float, float] | None = None,
) -> float:
    """Device pixels per mm at which the whole slice just fits a pane of (width, height).

    `fit_mm`: a height and width that are to fit instead, so that panes share one scale.
    """
    rows, columns = geometry.shape
    whole = rows * geometry.row_spacing_mm, columns * geometry.column_spacing_mm
    own = geometry.field_mm or whole
    high, wide = own if fit_mm is None else fit_mm
    return min(pane_px[0] / wide, pane_px[1] / high)


def place_slice(
    geometry: SliceGeometry,
    pane_px: tuple[int, int],
    zoom: float = 1.0,
    pan_mm: tuple[float, float] = (0.0, 0.0),
    lean: int = 0,
    fit_mm: tuple[float, float] | None = None,
) -> Placement:
    """Lay a slice into a pane of (width, height) device pixels.

    `zoom` 1 fits it in; `pan_mm` moves it (down, right) from its place, which is the middle,
    or with `lean` -1 and 1 the left and the right edge of the pane. `fit_mm`: as
    `fitting_px_per_mm`.
    """
    rows, columns = geometry.shape
    fitting = fitting_px_per_mm(geometry, pane_px, fit_mm)
    scale = fitting * zoom
    margin_mm = (pane_px[0] / fitting - columns * geometry.column_spacing_mm) / 2
    right_mm = pan_mm[1] + lean * margin_mm
    width = _whole(columns * geometry.column_spacing_mm * scale)
    height = _whole(rows * geometry.row_spacing_mm * scale)
    return Placement(
        rows=rows,
        columns=columns,
        left=round(pane_px[0] / 2 + right_mm * scale - width / 2),
        top=round(pane_px[1] / 2 + pan_mm[0] * scale - height / 2),
        width=width,
        height=height,
        px_per_mm=scale,
    )


def pan_keeping(
    pointer_px: tuple[float, float],
    pan_mm: tuple[float, float],
    old_px_per_mm: float,
    new_px_per_mm: float,
) -> tuple[float, float]:
    """The pan (down, right) under which a zoom leaves what is under the pointer in place.

    `pointer_px` is (right, down) from the middle of the pane.
    """
    change = 1 / new_px_per_mm - 1 / old_px_per_mm
    return pan_mm[0] + pointer_px[1] * change, pan_mm[1] + pointer_px[0] * change


def _whole(length: float) -> int:
    return min(MAXIMUM_EDGE_PX, max(1, round(length)))


def sampled_at(start: int, stop: int, edge: int, length: int, count: int) -> NDArray[np.intp]:
    """For pane pixels `start` to `stop` the row or column of the slice under their middle.

    `count` of them lie over `length` pixels from `edge` on.
    """
    along = (np.arange(start, stop) - edge + 0.5) * count / length
    return along.astype(np.intp)


def seen_part(
    size: int, edge: int, length: int, count: int, first: int, part: int
) -> tuple[tuple[int, int], NDArray[np.intp]]:
    """The pixels of a pane that show a part of a slice, and which of the part each shows.

    Along one side: `size` pixels have the pane, `length` from `edge` on its slice, which has
    `count` rows or columns; the part is `part` of them from `first` on.
    """
    start, stop = max(0, edge), min(size, edge + length)
    under = sampled_at(start, max(start, stop), edge, length, count)
    low, high = (int(n) for n in np.searchsorted(under, (first, first + part)))
    return (start + low, start + high), under[low:high] - first

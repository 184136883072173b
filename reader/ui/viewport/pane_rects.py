"""Where the panes of a layout lie, without the panes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QRect, QSize

from reader.session.viewing.layout import Layout

LEAST_SIDE_PX: Final = 300
"""The two small viewports of 1+2 are at least this wide."""

PAIRED: Final = 4
"""So many viewports make two pairs."""
_UPPER_SHARE: Final = 0.62

PlacePanes = Callable[[Layout, QSize, int], tuple[QRect, ...]]


def pane_rects(layout: Layout, size: QSize, gap: int) -> tuple[QRect, ...]:
    """Where the panes lie, the largest first.

    In 1+2 the large one is as square as the others' least width allows.
    """
    width, height = size.width(), size.height()
    if layout.grid is not None:
        return cells(*layout.grid, size, gap)
    upper = (height - gap) // 2
    lower_top, lower = upper + gap, height - upper - gap
    left = max(width // 2, min(height, width - gap - LEAST_SIDE_PX))
    right, rest = left + gap, width - left - gap
    return (
        QRect(0, 0, left, height),
        QRect(right, 0, rest, upper),
        QRect(right, lower_top, rest, lower),
    )


def paired_rects(size: QSize, gap: int) -> tuple[QRect, ...]:
    """Two pairs of panes, the upper ones larger: in their plane two studies are read."""
    left = (size.width() - gap) // 2
    right = size.width() - gap - left
    upper = round((size.height() - gap) * _UPPER_SHARE)
    lower = size.height() - gap - upper
    return tuple(
        QRect(x, y, width, height)
        for y, height in ((0, upper), (upper + gap, lower))
        for x, width in ((0, left), (left + gap, right))
    )


def cells(rows: int, columns: int, size: QSize, gap: int) -> tuple[QRect, ...]:
    """Equal panes row by row; what does not divide goes to the last ones."""
    lefts = [n * (size.width() + gap) // columns for n in range(columns + 1)]
    tops = [n * (size.height() + gap) // rows for n in range(rows + 1)]
    return tuple(
        QRect(left, top, right - left - gap, bottom - top - gap)
        for top, bottom in pairwise(tops)
        for left, right in pairwise(lefts)
    )

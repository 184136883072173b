"""The edges of many structures at once: a label map's borders as rings of whole pixels.

Tracing each label by itself costs as much more as there are labels. Here the labels are
looked at together, as ranks in the order of drawing: a pixel that sees a higher rank than
its own within the reach of an outline shows a ring of that label. Between two labels that
touch so lies one line, that of the one drawn later, and nothing is drawn over a finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.colormap import rgb_of
from reader.imaging.layers import LabelStyle, OutlineStyle
from reader.imaging.placement import Placement, seen_part
from reader.imaging.window import look_up

HALO_PX: Final = 1.0
LINE_PX: Final = 1.5
_BYTE: Final = 255
_LABELS: Final = 65536

Bytes = NDArray[np.uint8]
Ranks = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class LabelEdges:
    """A part of a slice of labels as ranks: 0 is nothing, n the n-th of `styles`.

    One more than there are styles is a finding, which is left free. `corner` is the part's
    upper left pixel (column, row); `ranks` is (rows, columns), uint8 or, of many styles,
    uint16. `sheet`: which of the layers' `all_sheets` it is of.
    """

    corner: tuple[int, int]
    ranks: Ranks
    styles: tuple[LabelStyle, ...]
    sheet: int = 0


@dataclass(frozen=True, slots=True)
class _Same:
    """Styles found again by identity: comparing a hundred of them costs more than drawing."""

    styles: tuple[LabelStyle, ...]

    def __hash__(self) -> int:
        return id(self.styles)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.styles is self.styles


def has_plain_edge(style: LabelStyle) -> bool:
    """Whether a label's outline is drawn here: a whole line around no finding."""
    return style.finding_id is None and style.outline is OutlineStyle.SOLID


def label_edges(
    labels: NDArray[np.uint16],
    styles: tuple[LabelStyle, ...],
    sheet: int,
    corner: tuple[int, int],
) -> LabelEdges | None:
    """The edges of a contiguous part of a slice; None where there are none."""
    plain, table = _ranking(_Same(styles))
    if not plain:
        return None
    ranks = look_up(labels, table) if table.dtype == np.uint8 else table.take(labels)
    return LabelEdges(corner, ranks, plain, sheet) if ranks.any() else None


@lru_cache(maxsize=8)
def _ranking(same: _Same) -> tuple[tuple[LabelStyle, ...], NDArray[Any]]:
    """The styles with plain edges, and the rank of every label."""
    plain = tuple(style for style in same.styles if has_plain_edge(style))
    table = np.zeros(_LABELS, np.uint8 if len(plain) < _BYTE else np.uint16)
    for style in same.styles:
        if style.finding_id is not None:
            table[style.label] = len(plain) + 1
    for rank, style in enumerate(plain, start=1):
        table[style.label] = rank
    return plain, table


def ring_brightness(ratio: float) -> list[float]:
    """The rings around a label on a screen, innermost first: how bright (0 = black)."""
    halo, line = max(1, round(HALO_PX * ratio)), LINE_PX * ratio
    rings = [min(1.0, line - ring) for ring in range(int(np.ceil(line)))]
    return [0.0] * halo + rings + [0.0] * halo


def draw_edges(pixels: Bytes, edges: LabelEdges, placement: Placement, ratio: float) -> None:
    """Draw on contiguous (height, width, 4) BGRX pixels; `ratio` device pixels to a logical."""
    rings = tuple((level, len(list(same))) for level, same in groupby(ring_brightness(ratio)))
    _draw(pixels, ranks_in_pane(edges, placement, pixels.shape[:2]), edges.styles, rings)


def draw_thin_edges(pixels: Bytes, edges: LabelEdges) -> None:
    """The same over a slice of one pixel to each of its own, and a line of one pixel only."""
    own = np.zeros(pixels.shape[:2], edges.ranks.dtype)
    (left, top), (height, width) = edges.corner, edges.ranks.shape
    own[top : top + height, left : left + width] = edges.ranks
    _draw(pixels, own, edges.styles, ((1.0, 1),))


def _draw(
    pixels: Bytes, own: Ranks, styles: tuple[LabelStyle, ...], rings: tuple[tuple[float, int], ...]
) -> None:
    """`rings`, innermost first, are of a brightness and so many pixels wide."""
    free = own > len(styles)
    reached = [np.asarray(cv2.threshold(own, len(styles), 0, cv2.THRESH_TOZERO_INV)[1])]
    for _, width in rings:
        reached.append(_grown(reached[-1], width, width))
    flat = [each.reshape(-1) for each in reached]
    at = np.flatnonzero((reached[-1] != reached[0]) & ~free)
    ranks = flat[-1].take(at)
    ring = np.zeros(len(at), np.intp)
    for nearer in flat[1:-1]:
        ring += nearer.take(at) != ranks
    table = _colors(_Same(styles), tuple(level for level, _ in rings))
    pixels.view(np.uint32).reshape(-1)[at] = table[ranks, ring]


def ranks_in_pane(edges: LabelEdges, placement: Placement, shape: tuple[int, int]) -> Ranks:
    """The ranks under the middle of every pixel of a pane of (height, width).

    In a shrunk slice it is the highest of those under the pixel, so that nothing vanishes.
    """
    ranks = edges.ranks
    (left, top), (height, width) = edges.corner, ranks.shape
    if placement.column_px < 1 or placement.row_px < 1:
        reach = (-(-placement.rows // placement.height), -(-placement.columns // placement.width))
        ranks = _grown(ranks, reach[0] // 2, reach[1] // 2)
    (x0, x1), columns = seen_part(
        shape[1], placement.left, placement.width, placement.columns, left, width
    )
    (y0, y1), rows = seen_part(
        shape[0], placement.top, placement.height, placement.rows, top, height
    )
    own = np.zeros(shape, ranks.dtype)
    if x0 < x1 and y0 < y1:
        own[y0:y1, x0:x1] = ranks.take(columns, axis=1).take(rows, axis=0)
    return own


def _grown(ranks: Ranks, down: int, across: int) -> Ranks:
    """Every pixel gets the highest rank so many pixels around it."""
    around = np.ones((2 * down + 1, 2 * across + 1), np.uint8)
    return np.asarray(cv2.dilate(ranks, around))


@lru_cache(maxsize=8)
def _colors(same: _Same, levels: tuple[float, ...]) -> NDArray[np.uint32]:
    """The BGRX of a rank and a ring."""
    colors = np.zeros((len(same.styles) + 1, len(levels), 4), np.uint8)
    for rank, style in enumerate(same.styles, start=1):
        for ring, level in enumerate(levels):
            red, green, blue = (round(c * level) for c in rgb_of(style.outline_color))
            colors[rank, ring] = blue, green, red, 255
    return colors.view(np.uint32)[..., 0]

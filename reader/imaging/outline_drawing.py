"""Outlines drawn into a picture: crisp, just outside their label, nothing over the lesion.

A label's border lies between pixels of the picture, so an outline needs no smoothing: it
is a few rings of whole pixels around the label. From the label outwards: one pixel of
black, the line (one and a half pixels: a full one and a half-bright one), one pixel of
black. On denser screens each is as many device pixels wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.colormap import rgb_of
from reader.imaging.contours import ClosedLines, joined
from reader.imaging.label_edges import ring_brightness
from reader.imaging.layers import OutlineStyle
from reader.imaging.placement import Placement
from reader.imaging.slice_overlay import Outline

DASHES_PX: Final = {
    OutlineStyle.DASHED: (7.0, 4.0),
    OutlineStyle.DOTTED: (1.5, 3.0),
}
Pixels = NDArray[np.uint8]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Dashed:
    """A closed line with extra points; `is_on`: the side from a point to the next is drawn."""

    points: Whole
    is_on: NDArray[np.bool_]
    is_corner: NDArray[np.bool_]


def draw_outlines(
    pixels: Pixels, outlines: Sequence[Outline], placement: Placement, ratio: float
) -> None:
    """Draw on (height, width, 4) BGRX pixels; `ratio` device pixels make a logical one."""
    every = joined([outline.closed for outline in outlines])
    border = border_in_pane(every, placement)
    previous = every.previous
    offsets = ring_offsets(ratio)
    rings = [pushed_out(border, previous, offset).astype(np.int32) for offset, _ in offsets]
    ends = np.append(every.starts[1:], len(border)).tolist()
    spans = list(zip(every.starts.tolist(), ends, strict=True))
    first = 0
    for outline in outlines:
        own = spans[first : first + len(outline.closed.starts)]
        first += len(own)
        for ring, (_, brightness) in zip(rings, offsets, strict=True):
            if brightness == 0:
                _draw_ring(pixels, [ring[start:end] for start, end in own])
        dashes = DASHES_PX.get(outline.style.outline)
        cut = [_dashed(border[start:end], dashes, ratio) for start, end in own] if dashes else None
        for ring, (offset, brightness) in zip(rings, offsets, strict=True):
            color = _color(outline.style.outline_color, brightness)
            if brightness > 0 and cut is None:
                _draw_ring(pixels, [ring[start:end] for start, end in own], color)
            elif brightness > 0 and cut is not None:
                for dashed in cut:
                    _draw_dashes(pixels, dashed, offset, color)


def ring_offsets(ratio: float) -> list[tuple[int, float]]:
    """Rings around a label: how many pixels out, how bright (0 = black), innermost first."""
    return list(enumerate(ring_brightness(ratio)))


def border_in_pane(closed: ClosedLines, placement: Placement) -> Whole:
    """Labels' borders in whole pixels of the pane, exactly around the pixels they fill there.

    Border x lies between pixels x - 1 and x. What is smaller than a pixel gets one.
    """
    in_pane = placement.line_to_pane(closed.points)
    border = np.ceil(in_pane - 0.5).astype(np.int64)
    if placement.column_px < 1 or placement.row_px < 1:
        starts = closed.starts
        for exact, whole in zip(
            np.split(in_pane, starts[1:]), np.split(border, starts[1:]), strict=True
        ):
            collapsed = np.ptp(whole, axis=0) == 0
            whole += collapsed & (exact > exact.mean(axis=0))
    return border


def pushed_out(border: Whole, previous: NDArray[np.intp], offset: int) -> Whole:
    """The ring of pixels `offset` pixels outside a border, as the corners of its lines.

    Borders run with their label on the left as seen on the screen, so outwards is to the
    right of the way they go.
    """
    way = np.sign(border - border[previous])
    outwards = np.stack([-way[:, 1], way[:, 0]], axis=1)
    after = np.empty_like(outwards)
    after[previous] = outwards
    away = np.clip(outwards + after, -1, 1)
    # A pixel to the right of border x is x + offset, one to the left x - 1 - offset.
    return np.where(away > 0, border + offset, np.where(away < 0, border - 1 - offset, border))


def _draw_ring(
    pixels: Pixels,
    chains: list[NDArray[np.int32]],
    color: tuple[float, float, float, float] = (0, 0, 0, 255),
) -> None:
    cv2.polylines(pixels, chains, True, color, 1, cv2.LINE_8)


def _dashed(line: Whole, dashes_px: tuple[float, float], ratio: float) -> _Dashed:
    """A closed line cut where dashes begin and end.

    The pattern is stretched a little so that it closes.
    """
    after = np.roll(line, -1, axis=0)
    along = np.concatenate([[0], np.cumsum(np.abs(after - line).sum(axis=1))])
    total = int(along[-1])
    on, off = dashes_px[0] * ratio, dashes_px[1] * ratio
    period = total / max(1, round(total / (on + off)))
    begins = np.arange(0, total - period / 2, period)
    ends = begins + period * on / (on + off)
    cuts = np.rint(np.concatenate([begins, ends])).astype(np.int64)
    where = np.unique(np.concatenate([along[:-1], cuts[cuts < total]]))
    side = np.clip(np.searchsorted(along, where, side="right") - 1, 0, len(line) - 1)
    step = np.sign(after - line)[side]
    points = line[side] + step * (where - along[side])[:, None]
    middle = where + np.diff(np.append(where, total)) / 2
    is_on = (middle % period) < period * on / (on + off)
    return _Dashed(points, is_on, where == along[side])


def _draw_dashes(
    pixels: Pixels, dashed: _Dashed, offset: int, color: tuple[float, float, float, float]
) -> None:
    previous = np.roll(np.arange(len(dashed.points)), 1)
    ring = pushed_out(dashed.points, previous, offset)
    starts, ends = ring.copy(), np.roll(ring, -1, axis=0)
    way = np.sign(np.roll(dashed.points, -1, axis=0) - dashed.points)
    # A side from a to b, between pixels, covers the pixels a to b - 1; the drawing call
    # would draw both ends. At corners the ring's own pixel is an end and stays.
    corner, next_corner = dashed.is_corner, np.roll(dashed.is_corner, -1)
    starts += np.where(corner[:, None], 0, np.minimum(way, 0))
    ends -= np.where(next_corner[:, None], 0, np.maximum(way, 0))
    sides = np.stack([starts, ends], axis=1)[dashed.is_on].astype(np.int32)
    cv2.polylines(pixels, list(sides), False, color, 1, cv2.LINE_8)


def _color(text: str, brightness: float) -> tuple[float, float, float, float]:
    red, green, blue = (round(c * brightness) for c in rgb_of(text))
    return blue, green, red, 255

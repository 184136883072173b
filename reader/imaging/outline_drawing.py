"""Outlines drawn into a picture: crisp, just outside their label, nothing over the lesion.

A label's border lies between pixels of the picture, so an outline needs no smoothing: it
is a few rings of whole pixels around the label. From the label outwards: one pixel of
black, the line (one and a half pixels: a full one and a half-bright one), one pixel of
black. On denser screens each is as many device pixels wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.colormap import rgb_of
from reader.imaging.placement import Placement
from reader.imaging.slice_image import Outline, OutlineStyle

LINE_PX: Final = 1.5
HALO_PX: Final = 1.0
DASHES_PX: Final = {
    OutlineStyle.DASHED: (7.0, 4.0),
    OutlineStyle.DOTTED: (1.5, 3.0),
}
Pixels = NDArray[np.uint8]
Whole = NDArray[np.int64]


def draw_outlines(
    pixels: Pixels, outlines: Sequence[Outline], placement: Placement, ratio: float
) -> None:
    """Draw on (height, width, 4) BGRX pixels; `ratio` device pixels make a logical one."""
    for outline in outlines:
        border = border_in_pane(outline, placement)
        previous = outline.closed.previous
        for offset, brightness in ring_offsets(ratio):
            if brightness == 0:
                _draw_ring(pixels, pushed_out(border, previous, offset), outline.closed.starts)
        dashes = DASHES_PX.get(outline.style.outline)
        lines = _lines_of(border, outline.closed.starts)
        cut = [_dashed(line, dashes, ratio) for line in lines] if dashes is not None else None
        for offset, brightness in ring_offsets(ratio):
            color = _color(outline.style.outline_color, brightness)
            if brightness > 0 and cut is None:
                ring = pushed_out(border, previous, offset)
                _draw_ring(pixels, ring, outline.closed.starts, color)
            elif brightness > 0 and cut is not None:
                for points, is_on in cut:
                    _draw_dashes(pixels, points, is_on, offset, color)


def ring_offsets(ratio: float) -> list[tuple[int, float]]:
    """Rings around a label: how many pixels out, how bright (0 = black), innermost first."""
    halo, line = max(1, round(HALO_PX * ratio)), LINE_PX * ratio
    count = int(np.ceil(line))
    brightness = [min(1.0, line - ring) for ring in range(count)]
    every = [0.0] * halo + brightness + [0.0] * halo
    return list(enumerate(every))


def border_in_pane(outline: Outline, placement: Placement) -> Whole:
    """A label's border in whole pixels of the pane, exactly around the pixels it fills there.

    Border x lies between pixels x - 1 and x.
    """
    in_pane = placement.line_to_pane(outline.closed.points)
    return np.ceil(in_pane - 0.5).astype(np.int64)


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


def _lines_of(border: Whole, starts: NDArray[np.intp]) -> list[Whole]:
    return np.split(border, starts[1:])


def _draw_ring(
    pixels: Pixels,
    ring: Whole,
    starts: NDArray[np.intp],
    color: tuple[float, float, float, float] = (0, 0, 0, 255),
) -> None:
    chains = [line.astype(np.int32) for line in _lines_of(ring, starts)]
    cv2.polylines(pixels, chains, True, color, 1, cv2.LINE_8)


def _dashed(
    line: Whole, dashes_px: tuple[float, float], ratio: float
) -> tuple[Whole, NDArray[np.bool_]]:
    """A closed line with extra points where dashes begin and end, and which sides are drawn.

    Returns: the points, and for each whether the side from it to the next is in a dash.
    The pattern is stretched a little so that it closes.
    """
    after = np.roll(line, -1, axis=0)
    lengths = np.abs(after - line).sum(axis=1)
    along = np.concatenate([[0], np.cumsum(lengths)])
    total = int(along[-1])
    if total == 0:
        return line, np.ones(len(line), dtype=bool)
    on, off = dashes_px[0] * ratio, dashes_px[1] * ratio
    count = max(1, round(total / (on + off)))
    period = total / count
    begins = np.arange(count) * period
    cuts = np.rint(np.concatenate([begins, begins + period * on / (on + off)])).astype(np.int64)
    where = np.unique(np.concatenate([along[:-1], cuts]))
    side = np.clip(np.searchsorted(along, where, side="right") - 1, 0, len(line) - 1)
    step = np.sign(after - line)[side]
    points = line[side] + step * (where - along[side])[:, None]
    middle = where + np.diff(np.append(where, total)) / 2
    return points, (middle % period) < period * on / (on + off)


def _draw_dashes(
    pixels: Pixels,
    points: Whole,
    is_on: NDArray[np.bool_],
    offset: int,
    color: tuple[float, float, float, float],
) -> None:
    previous = np.roll(np.arange(len(points)), 1)
    ring = pushed_out(points, previous, offset)
    sides = np.stack([ring, np.roll(ring, -1, axis=0)], axis=1)[is_on].astype(np.int32)
    cv2.polylines(pixels, list(sides), False, color, 1, cv2.LINE_8)


def _color(text: str, brightness: float) -> tuple[float, float, float, float]:
    red, green, blue = (round(c * brightness) for c in rgb_of(text))
    return blue, green, red, 255

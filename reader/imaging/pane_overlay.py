"""What lies over a slice as it is drawn into a pane: made once, blended often.

Nothing of it depends on the window, so a window drag blends what is there already; and it
can be made ahead for the slices that come next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.colormap import rgb_of, to_bgrx
from reader.imaging.interpolation import Interpolation
from reader.imaging.kernels import compiled_blend
from reader.imaging.label_edges import draw_edges
from reader.imaging.outline_drawing import draw_outlines, ring_offsets
from reader.imaging.placement import Placement, seen_part
from reader.imaging.slice_overlay import MARKS_COLOR, SliceOverlay, Tint

Bytes = NDArray[np.uint8]
Scalar = TypeVar("Scalar", bound=np.generic)
Box = tuple[int, int, int, int]

_MOST_BLENDED: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Pane:
    """A pane and where a slice lies in it: `size` (width, height) in device pixels.

    `ratio`: device pixels to a logical one, for the thickness of lines. `how`: what an
    enlarged slice is like between its pixels.
    """

    size: tuple[int, int]
    placement: Placement
    ratio: float = 1.0
    how: Interpolation = Interpolation.LINEAR


@dataclass(frozen=True, slots=True, eq=False)
class PaneOverlay:
    """Labels, heat, marks and outlines over a part of a pane, in device pixels.

    `box` is left, top, right and bottom of the part. `pixels` is (height, width, 4) BGRA
    premultiplied with its opacity; `through`, (height, width), is what is left of the
    picture beneath.
    """

    box: Box
    pixels: Bytes
    through: Bytes

    def blend(self, base: Bytes, out: Bytes) -> None:
        """Lay it over grey or RGB of the same part of the pane, as BGRX into `out`."""
        blend = compiled_blend() if base.ndim == 2 else None
        if blend is None:
            self._blend_plainly(base, out)
            return
        grey, grey_step = _in_one_row(base)
        made, made_step = _in_one_row(out.view(np.uint32)[..., 0])
        blend(grey, grey_step, self.pixels.view(np.uint32)[..., 0], made, made_step)

    def _blend_plainly(self, base: Bytes, out: Bytes) -> None:
        rows = max(1, _MOST_BLENDED // self.pixels.shape[1])
        # A band and what is made of it stay in the processor's own cache.
        for start in range(0, len(self.pixels), rows):
            band = slice(start, start + rows)
            through = self.through[band]
            if base.ndim == 3:
                through = np.asarray(cv2.cvtColor(through, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
            dimmed = np.asarray(cv2.multiply(base[band], through, scale=1 / 255), dtype=np.uint8)
            cv2.add(to_bgrx(dimmed), self.pixels[band], dst=out[band])


def _in_one_row(part: NDArray[Scalar]) -> tuple[NDArray[Scalar], int]:
    """The memory of a part of a picture from its first pixel to its last, and a row's length.

    The compiled loop is several times faster on memory that it knows to be in one piece.
    """
    (rows, columns), step = part.shape, part.strides[0] // part.itemsize
    whole = ((rows - 1) * step + columns,)
    return np.lib.stride_tricks.as_strided(part, whole, (part.itemsize,)), step


def draw_overlay(overlay: SliceOverlay, pane: Pane) -> PaneOverlay | None:
    """Draw what lies over a slice into a pane; None where nothing of it is in sight.

    Labels, heat and marks are nearest, never smoothed. Pure, for any thread; the GIL is
    released in the long parts.
    """
    box = _box(overlay, pane)
    if box is None:
        return None
    left, top, right, bottom = box
    place = pane.placement
    place = replace(place, left=place.left - left, top=place.top - top)
    pixels = np.zeros((bottom - top, right - left, 4), np.uint8)
    if overlay.tint is not None:
        _draw_tint(pixels, overlay.tint, place)
    if overlay.marks is not None:
        _draw_marks(pixels, overlay.marks, place)
    for edges, outlines in overlay.lines:
        if edges is not None:
            draw_edges(pixels, edges, place, pane.ratio)
        if outlines:
            draw_outlines(pixels, outlines, place, pane.ratio)
    through = cv2.bitwise_not(cv2.extractChannel(pixels, 3))
    return PaneOverlay(box, pixels, np.asarray(through, dtype=np.uint8))


def _box(overlay: SliceOverlay, pane: Pane) -> Box | None:
    """What of the pane is drawn on: left, top, right and bottom; None if nothing is."""
    place = pane.placement
    boxes: list[tuple[float, float, float, float]] = []
    if overlay.marks is not None:
        boxes.append((place.left, place.top, place.left + place.width, place.top + place.height))
    if overlay.tint is not None:
        left, top, width, height = overlay.tint.box
        x0, y0 = place.to_pane(top - 0.5, left - 0.5)
        x1, y1 = place.to_pane(top + height - 0.5, left + width - 0.5)
        right, bottom = place.left + place.width, place.top + place.height
        boxes.append(
            (
                max(x0 - 1, place.left),
                max(y0 - 1, place.top),
                min(x1 + 1, right),
                min(y1 + 1, bottom),
            )
        )
    margin = len(ring_offsets(pane.ratio)) + 2
    for edges in overlay.edges:
        (left, top), (height, width) = edges.corner, edges.ranks.shape
        x0, y0 = place.to_pane(top - 0.5, left - 0.5)
        x1, y1 = place.to_pane(top + height - 0.5, left + width - 0.5)
        boxes.append((x0 - margin, y0 - margin, x1 + margin, y1 + margin))
    if overlay.outlines:
        points = np.concatenate([outline.closed.points for outline in overlay.outlines])
        corners = place.line_to_pane(np.stack([points.min(axis=0), points.max(axis=0)]))
        (x0, y0), (x1, y1) = corners[0] - margin, corners[1] + margin
        boxes.append((x0, y0, x1, y1))
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    left, top = max(0, int(min(lefts))), max(0, int(min(tops)))
    right = min(pane.size[0], int(np.ceil(max(rights))))
    bottom = min(pane.size[1], int(np.ceil(max(bottoms))))
    return (left, top, right, bottom) if left < right and top < bottom else None


def _draw_tint(pixels: Bytes, tint: Tint, place: Placement) -> None:
    left, top, width, height = tint.box
    (x0, x1), columns = seen_part(
        pixels.shape[1], place.left, place.width, place.columns, left, width
    )
    (y0, y1), rows = seen_part(pixels.shape[0], place.top, place.height, place.rows, top, height)
    if x0 < x1 and y0 < y1:
        packed = tint.pixels.view(np.uint32)[..., 0]
        wide = packed.take(columns, axis=1)
        pixels.view(np.uint32)[y0:y1, x0:x1, 0] = wide.take(rows, axis=0)


def _draw_marks(pixels: Bytes, marks: Bytes, place: Placement) -> None:
    """The scanner's marks in one colour; thin lines stay whole in a shrunk slice."""
    thick = (-(-place.rows // place.height), -(-place.columns // place.width))
    if max(thick) > 1:
        marks = np.asarray(cv2.dilate(marks, np.ones(thick, np.uint8)), dtype=np.uint8)
    (x0, x1), columns = seen_part(
        pixels.shape[1], place.left, place.width, place.columns, 0, place.columns
    )
    (y0, y1), rows = seen_part(pixels.shape[0], place.top, place.height, place.rows, 0, place.rows)
    drawn = marks.take(columns, axis=1).take(rows, axis=0) > 0
    pixels[y0:y1, x0:x1][drawn] = (*rgb_of(MARKS_COLOR)[::-1], 255)

"""What lies over one slice: the tint of labels and heat, outlines, the scanner's marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.core.heatmap import HeatmapKind
from reader.imaging.colormap import (
    MAXIMUM_HEAT_OPACITY,
    fill_tint,
    heat_tint,
    lay_over,
    least_heat,
)
from reader.imaging.contours import ClosedLines, label_outlines
from reader.imaging.cutting import Cut, labels_of, scores_of
from reader.imaging.label_edges import LabelEdges, has_plain_edge, label_edges
from reader.imaging.layers import LabelStyle
from reader.imaging.slice_request import SliceRequest
from reader.imaging.slicing import extract_slice

Bytes = NDArray[np.uint8]
Box = tuple[int, int, int, int]
MARKS_COLOR: Final = "#EDEDED"
"""Marks and text that the scanner drew, which are part of the image."""
_GREATEST: Final = 65535


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """The edge of a finding in one slice: lines in (column, row) along pixel borders."""

    style: LabelStyle
    closed: ClosedLines
    sheet: int = 0
    """Which of the layers' `all_sheets` it is of."""

    @property
    def polylines(self) -> list[NDArray[np.float32]]:
        """Each closed line by itself."""
        return self.closed.lines


@dataclass(frozen=True, slots=True, eq=False)
class Tint:
    """Colour over a part of a slice: BGRA bytes premultiplied with their opacity.

    `box` is left, top, width and height of the part, `pixels` (height, width, 4).
    """

    box: Box
    pixels: Bytes


@dataclass(frozen=True, slots=True, eq=False)
class SliceOverlay:
    """Everything over one slice, in the order of drawing: tint, marks, outlines.

    `marks` is 1 where the scanner drew over its image, (rows, columns) uint8, or None.
    `edges` are of structures, at most one of each sheet; `outlines` of findings.
    """

    tint: Tint | None = None
    outlines: tuple[Outline, ...] = ()
    marks: Bytes | None = None
    edges: tuple[LabelEdges, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the slice is seen as it is."""
        return self.tint is None and self.marks is None and not self.lines

    @property
    def lines(self) -> list[tuple[LabelEdges | None, list[Outline]]]:
        """Edges and outlines of every sheet, in the order of drawing."""
        edges = {one.sheet: one for one in self.edges}
        sheets = sorted({*edges, *(outline.sheet for outline in self.outlines)})
        return [(edges.get(n), [o for o in self.outlines if o.sheet == n]) for n in sheets]


def overlay_of(request: SliceRequest, cut: Cut = extract_slice) -> SliceOverlay:
    """What lies over one slice. Pure; the GIL is free in the long parts."""
    marks = _marks(request, cut)
    layers = request.layers
    if layers is None:
        return SliceOverlay(marks=marks)
    tint = None
    if layers.heatmap is not None:
        scores = scores_of(layers.heatmap.scores, request, cut)
        heat = layers.heatmap.kind
        tint = _heat(scores, layers.heat_threshold, layers.heat_opacity, heat)
    outlines: list[Outline] = []
    edges: list[LabelEdges] = []
    for number, sheet in enumerate(layers.all_sheets):
        if not sheet.styles:
            continue
        labels = labels_of(sheet.labels, request, cut)
        found = _part(labels, 1, _GREATEST)
        if found is not None:
            box, part = found
            fills = _fills(part, sheet.styles)
            tint = _over(tint, Tint(box, fills) if fills is not None else None)
            outlines += _outlines(part, sheet.styles, number, box[:2])
            edged = label_edges(part, sheet.styles, number, box[:2])
            edges += [edged] if edged is not None else []
    return SliceOverlay(tint, tuple(outlines), marks, tuple(edges))


def _part(values: NDArray[Any], least: int, most: int) -> tuple[Box, NDArray[Any]] | None:
    """The box around 16-bit values from `least` to `most`, and a contiguous copy of it."""
    values = np.ascontiguousarray(values)
    found = cv2.inRange(values.view(np.uint16), least, most)
    left, top, width, height = cv2.boundingRect(found)
    if not width:
        return None
    part = np.ascontiguousarray(values[top : top + height, left : left + width])
    return (left, top, width, height), part


def _heat(
    scores: NDArray[np.floating], threshold: float, opacity: float, kind: HeatmapKind
) -> Tint | None:
    # Positive halves are in the order of their bits.
    halves = np.ascontiguousarray(scores, dtype=np.float16)
    infinite = int(np.float16(np.inf).view(np.uint16))
    found = _part(halves, int(least_heat(threshold).view(np.uint16)), infinite)
    if found is None:
        return None
    box, part = found
    tint = heat_tint(part, threshold, min(opacity, MAXIMUM_HEAT_OPACITY), kind)
    return Tint(box, tint) if tint is not None else None


def _over(below: Tint | None, above: Tint | None) -> Tint | None:
    """One tint over another; None is nothing at all."""
    if below is None or above is None:
        return above if below is None else below
    left, top = (min(below.box[n], above.box[n]) for n in (0, 1))
    right, bottom = (
        max(below.box[n] + below.box[n + 2], above.box[n] + above.box[n + 2]) for n in (0, 1)
    )
    pixels = np.zeros((bottom - top, right - left, 4), np.uint8)
    _in(pixels, below.box, left, top)[:] = below.pixels
    # Only where both are can one lie over the other; elsewhere it is transparent.
    place = _in(pixels, above.box, left, top)
    both = lay_over(np.ascontiguousarray(place), above.pixels)
    if both is not None:
        place[:] = both
    return Tint((left, top, right - left, bottom - top), pixels)


def _in(pixels: Bytes, box: Box, left: int, top: int) -> Bytes:
    x, y = box[0] - left, box[1] - top
    return pixels[y : y + box[3], x : x + box[2]]


def _marks(request: SliceRequest, cut: Cut) -> Bytes | None:
    """The header's overlay planes in a stored slice, unless they are hidden or empty."""
    if request.volume.graphics is None or not (request.shows_graphics and request.is_stored):
        return None
    drawn = cut(request.volume.graphics, request.axes, request.index)
    return np.ascontiguousarray(drawn) if drawn.any() else None


def _fills(labels: NDArray[np.uint16], styles: tuple[LabelStyle, ...]) -> Bytes | None:
    fills = tuple((s.label, s.color, s.fill_opacity) for s in styles if s.fill_opacity > 0)
    return fill_tint(labels, fills) if fills else None


def _outlines(
    labels: NDArray[np.uint16], styles: tuple[LabelStyle, ...], sheet: int, corner: tuple[int, int]
) -> list[Outline]:
    """Of a part of a slice whose upper left pixel is at `corner` (column, row)."""
    traced = {s.label: s for s in styles if s.shows_outline and not has_plain_edge(s)}
    return [
        Outline(traced[label], lines.moved(corner), sheet)
        for label, lines in label_outlines(labels, traced.keys()).items()
        if len(lines.starts)
    ]

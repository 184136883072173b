"""From a frozen request to the picture of one slice: grey or colour, tint and outlines.

The slice itself and the colour laid over them stay apart until they are painted, because
enlarged grey may be smoothed and labels never are (`view_picture`).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.core.heatmap import Heatmap
from reader.core.intensity import WindowLevel
from reader.core.orientation import PlaneAxes
from reader.core.volume import Volume
from reader.imaging.colormap import (
    MAXIMUM_HEAT_OPACITY,
    blend,
    fill_tint,
    heat_tint,
    lay_over,
    rgb_of,
)
from reader.imaging.contours import ClosedLines, label_outlines
from reader.imaging.slicing import SliceGeometry, extract_slice, slice_geometry
from reader.imaging.window import apply_window

Bytes = NDArray[np.uint8]


_MOSTLY: Final = 0.5
MARKS_COLOR: Final = "#EDEDED"
"""Marks and text that the scanner drew, which are part of the image."""


class OutlineStyle(enum.Enum):
    """How a segment's edge is drawn, which says who made it and where it stands."""

    DASHED = "dashed"
    """The AI's, to review."""
    SOLID = "solid"
    """Decided or drawn by the reader."""
    DOTTED = "dotted"
    """Rejected; drawn only while selected."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """How one label is shown. Colours are `#RRGGBB`, opacity goes from 0 to 1."""

    label: int
    color: str
    fill_opacity: float
    outline: OutlineStyle
    outline_color: str
    finding_id: str | None = None
    selected: bool = False

    @property
    def shows_outline(self) -> bool:
        """Whether its edge is drawn: a rejected one only while selected."""
        if self.outline is OutlineStyle.DOTTED:
            return self.selected
        return self.outline is not OutlineStyle.NONE


@dataclass(frozen=True, slots=True, eq=False)
class LabelSheet:
    """A label map of its own over the volume: what others segmented, which may overlap.

    `labels` is uint16 in (k, j, i) and does not change.
    """

    labels: NDArray[np.uint16]
    styles: tuple[LabelStyle, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OverlayLayers:
    """What lies over a volume, on that volume's grid. `labels` is uint16 in (k, j, i).

    A label without a style is not shown. `revision` changes whenever `labels` does.
    `sheets` are drawn beneath `labels`, the first lowest.
    """

    labels: NDArray[np.uint16] | None
    styles: tuple[LabelStyle, ...]
    heatmap: Heatmap | None
    heat_threshold: float
    heat_opacity: float
    revision: int
    sheets: tuple[LabelSheet, ...] = ()

    @property
    def all_sheets(self) -> tuple[LabelSheet, ...]:
        """Every label map in the order of drawing, the reader's own last."""
        if self.labels is None:
            return self.sheets
        return (*self.sheets, LabelSheet(self.labels, self.styles))


@dataclass(frozen=True, slots=True, eq=False)
class SliceRequest:
    """Everything one picture needs. A viewport draws only its highest `generation`."""

    viewport_id: str
    volume: Volume
    axes: PlaneAxes
    index: int
    window: WindowLevel
    invert: bool
    layers: OverlayLayers | None
    generation: int
    shows_graphics: bool = True

    def __post_init__(self) -> None:
        if self.layers is None:
            return
        shape = self.volume.geometry.shape_kji
        if any(sheet.labels.shape != shape for sheet in self.layers.all_sheets):
            raise ValueError("Labels and volume differ in shape.")
        if self.layers.heatmap is not None and self.layers.heatmap.scores.shape != shape:
            raise ValueError("Heatmap and volume differ in shape.")


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """The edge of one label in one slice: lines in (column, row) along pixel borders."""

    style: LabelStyle
    closed: ClosedLines
    sheet: int = 0
    """Which of the layers' `all_sheets` it is of."""

    @property
    def polylines(self) -> list[NDArray[np.float32]]:
        """Each closed line by itself."""
        return self.closed.lines


@dataclass(frozen=True, slots=True, eq=False)
class SliceImage:
    """One slice ready to be painted.

    `base` is uint8: grey (rows, columns), or RGB (rows, columns, 3). `tint` is what lies
    over it, (rows, columns, 4) BGRA premultiplied with its opacity, or None where nothing
    does; `tint_box` is the part (left, top, width, height) of it that is not transparent.
    `marks` is 1 where the scanner drew over its image, (rows, columns) uint8, or None.
    """

    request: SliceRequest
    base: Bytes
    tint: Bytes | None
    tint_box: tuple[int, int, int, int]
    geometry: SliceGeometry
    outlines: tuple[Outline, ...]
    marks: Bytes | None = None

    @property
    def pixels(self) -> Bytes:
        """(rows, columns, 4) BGRX as QImage.Format_RGB32 wants it: the slice with its tint."""
        pixels = blend(self.base, self.tint)
        if self.marks is not None:
            pixels[self.marks > 0, :3] = rgb_of(MARKS_COLOR)[::-1]
        return pixels


def render_slice(request: SliceRequest) -> SliceImage:
    """Make the picture of one slice. Pure, for any thread; the GIL is free in the long parts."""
    base = slice_pixels(request.volume, request.axes, request.index, request.window, request.invert)
    tint, outlines = _overlay(request)
    geometry = slice_geometry(request.volume.geometry, request.axes, request.index)
    return SliceImage(request, base, tint, _box_of(tint), geometry, outlines, _marks(request))


def slice_pixels(
    volume: Volume, axes: PlaneAxes, index: int, window: WindowLevel, invert: bool
) -> Bytes:
    """One slice by itself: grey (rows, columns) through a window, or RGB as it is."""
    values = extract_slice(volume.voxels, axes, index)
    if volume.is_color:
        return np.ascontiguousarray(values, dtype=np.uint8)
    return apply_window(values, window, invert, volume.padding)


def _box_of(tint: Bytes | None) -> tuple[int, int, int, int]:
    if tint is None:
        return 0, 0, 0, 0
    left, top, width, height = cv2.boundingRect(cv2.extractChannel(tint, 3))
    return left, top, width, height


def _overlay(request: SliceRequest) -> tuple[Bytes | None, tuple[Outline, ...]]:
    layers = request.layers
    if layers is None:
        return None, ()
    tint = None
    if layers.heatmap is not None:
        scores = extract_slice(layers.heatmap.scores, request.axes, request.index)
        opacity = min(layers.heat_opacity, MAXIMUM_HEAT_OPACITY)
        tint = heat_tint(scores, layers.heat_threshold, opacity)
    outlines: list[Outline] = []
    for number, sheet in enumerate(layers.all_sheets):
        if not sheet.styles:
            continue
        view = extract_slice(sheet.labels, request.axes, request.index)
        labels: NDArray[np.uint16] = np.ascontiguousarray(view)
        if labels.any():
            tint = lay_over(tint, _fills(labels, sheet.styles))
            outlines += _outlines(labels, sheet.styles, number)
    return tint, tuple(outlines)


def _marks(request: SliceRequest) -> Bytes | None:
    """The header's overlay planes in this slice, unless they are hidden or empty."""
    if request.volume.graphics is None or not request.shows_graphics:
        return None
    drawn = extract_slice(request.volume.graphics, request.axes, request.index)
    return np.ascontiguousarray(drawn) if drawn.any() else None


def _fills(labels: NDArray[np.uint16], styles: tuple[LabelStyle, ...]) -> Bytes | None:
    fills = tuple((s.label, s.color, s.fill_opacity) for s in styles if s.fill_opacity > 0)
    return fill_tint(labels, fills) if fills else None


def _outlines(
    labels: NDArray[np.uint16], styles: tuple[LabelStyle, ...], sheet: int
) -> list[Outline]:
    outlined = {s.label: s for s in styles if s.shows_outline}
    findings = np.array([s.label for s in styles if s.finding_id is not None], dtype=np.uint16)
    outlines = []
    for label, lines in label_outlines(labels, outlined.keys()).items():
        style = outlined[label]
        if style.finding_id is None and findings.size:
            lines = _without_holes_for(lines, labels, findings)
        outlines.append(Outline(style, lines, sheet))
    return outlines


def _without_holes_for(
    lines: ClosedLines, labels: NDArray[np.uint16], findings: NDArray[np.uint16]
) -> ClosedLines:
    """A structure's lines but for those around the holes that findings leave in it.

    Each pixel has one label, so a nodule is a hole in its lung. Drawn, the lung's edge
    would run over the nodule.
    """
    columns, rows = lines.beside().T
    height, width = labels.shape
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    beside = labels[np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)]
    at_finding = np.isin(beside, findings) & inside
    shares = np.add.reduceat(at_finding, lines.starts) / lines.lengths
    return lines.chosen(shares < _MOSTLY)

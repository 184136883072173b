"""What lies over one slice: the tint of labels and heat, and the labels' outlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.colormap import MAXIMUM_HEAT_OPACITY, fill_tint, heat_tint, lay_over
from reader.imaging.contours import ClosedLines, label_outlines
from reader.imaging.layers import LabelStyle
from reader.imaging.slice_request import SliceRequest
from reader.imaging.slicing import extract_slice

Bytes = NDArray[np.uint8]
_MOSTLY: Final = 0.5


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


def overlay_of(request: SliceRequest) -> tuple[Bytes | None, tuple[Outline, ...]]:
    """Tint and outlines of one slice. Pure; the GIL is free in the long parts."""
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


def box_of(tint: Bytes | None) -> tuple[int, int, int, int]:
    """Left, top, width and height of the part of a tint that is not transparent."""
    if tint is None:
        return 0, 0, 0, 0
    left, top, width, height = cv2.boundingRect(cv2.extractChannel(tint, 3))
    return left, top, width, height


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

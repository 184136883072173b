"""The edges of labels in a slice, traced along the borders between pixels."""

from __future__ import annotations

from collections.abc import Collection

import cv2
import numpy as np
from numpy.typing import NDArray

Polyline = NDArray[np.float32]


def label_outlines(
    labels: NDArray[np.uint16], wanted: Collection[int]
) -> dict[int, tuple[Polyline, ...]]:
    """Outlines of the wanted labels that occur in a slice, by label, in `wanted`'s order.

    See `mask_outlines` for what a polyline is.
    """
    if not wanted:
        return {}
    counts = np.bincount(labels.reshape(-1), minlength=max(wanted) + 1)
    outlines: dict[int, tuple[Polyline, ...]] = {}
    for label in wanted:
        if counts[label]:
            mask = np.equal(labels, label).view(np.uint8)
            outlines[label] = mask_outlines(mask)
    return outlines


def mask_outlines(mask: NDArray[np.uint8]) -> tuple[Polyline, ...]:
    """Closed polylines around the non-zero pixels, exactly along the borders of pixels.

    Points are (column, row) with whole numbers at pixel centres, so corners of the line
    are at k + 0.5. Diagonal neighbours are joined. Enclosed holes have their own line.

    Every pixel is drawn as 2 x 2 before OpenCV follows the outermost of them; each of
    these quarter pixels then stands for the one corner of its pixel that it touches,
    which makes the line exact and keeps the tracing in C.
    """
    left, top, width, height = cv2.boundingRect(mask)
    if not width or not height:
        return ()
    box = mask[top : top + height, left : left + width]
    doubled = cv2.resize(box, (2 * width, 2 * height), interpolation=cv2.INTER_NEAREST)
    traced, _ = cv2.findContours(doubled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    offset = np.array([left - 0.5, top - 0.5], dtype=np.float32)
    chains = (np.asarray(points, dtype=np.int32).reshape(-1, 2) for points in traced)
    return tuple(_corners(chain) + offset for chain in chains)


def _corners(quarter_pixels: NDArray[np.int32]) -> Polyline:
    """Pixel corners that a chain of quarter pixels runs along, without repeats."""
    corners = (quarter_pixels + 1) // 2
    moved = np.any(corners != np.roll(corners, 1, axis=0), axis=1)
    return np.asarray(corners[moved], dtype=np.float32)

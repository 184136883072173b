"""The edges of labels in a slice, traced along the borders between pixels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]

_FEW_LABELS: Final = 20
"""Up to so many labels, looking for each costs less than counting all of them first."""


@dataclass(frozen=True, slots=True, eq=False)
class ClosedLines:
    """Closed lines along the borders of pixels: all their points, and where each line starts.

    `points` is (n, 2) of (column, row) with whole numbers at pixel centres, so they lie at
    k + 0.5. The last point of a line joins its first. Lines run with what they enclose on
    their left as seen on the screen; around holes they run the other way.
    """

    points: Points
    starts: NDArray[np.intp]

    @property
    def lines(self) -> list[Points]:
        """Each line by itself."""
        return np.split(self.points, self.starts[1:]) if len(self.starts) else []

    @property
    def previous(self) -> NDArray[np.intp]:
        """For every point the index of the one before it on its line."""
        return _previous(self.starts, len(self.points))

    def moved(self, by: tuple[int, int]) -> ClosedLines:
        """The same lines so many (columns, rows) on."""
        return ClosedLines(self.points + np.array(by, dtype=np.float32), self.starts)


def joined(every: Sequence[ClosedLines]) -> ClosedLines:
    """The lines of several outlines as one, in their order: arithmetic on all costs as one."""
    if not every:
        return ClosedLines(np.zeros((0, 2), np.float32), np.zeros(0, np.intp))
    before = np.cumsum([0, *(len(closed.points) for closed in every[:-1])])
    starts = [closed.starts + n for closed, n in zip(every, before, strict=True)]
    return ClosedLines(
        np.concatenate([closed.points for closed in every]),
        np.concatenate(starts).astype(np.intp),
    )


def label_outlines(labels: NDArray[np.uint16], wanted: Collection[int]) -> dict[int, ClosedLines]:
    """Outlines of the wanted labels that occur in a slice, by label, in `wanted`'s order."""
    if len(wanted) > _FEW_LABELS:
        counts = np.bincount(labels.reshape(-1), minlength=max(wanted) + 1)
        wanted = [label for label in wanted if counts[label]]
    outlines = ((n, mask_outlines(np.equal(labels, n).view(np.uint8))) for n in wanted)
    return {label: outline for label, outline in outlines if len(outline.starts)}


def mask_outlines(mask: NDArray[np.uint8]) -> ClosedLines:
    """The outline of the non-zero pixels, exact. Diagonal neighbours are joined.

    Every pixel is drawn as 2 x 2 before OpenCV follows the outermost of them; each of
    these quarter pixels then stands for the one corner of its pixel that it touches,
    which makes the line exact and keeps the tracing in C.
    """
    left, top, width, height = cv2.boundingRect(mask)
    if not width or not height:
        return ClosedLines(np.zeros((0, 2), np.float32), np.zeros(0, np.intp))
    box = mask[top : top + height, left : left + width]
    doubled = cv2.resize(box, (2 * width, 2 * height), interpolation=cv2.INTER_NEAREST)
    traced, _ = cv2.findContours(doubled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    lengths = np.array([len(chain) for chain in traced])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    corners = (np.concatenate(traced).reshape(-1, 2) + 1) // 2
    before = corners[_previous(starts, len(corners))]
    # Two quarter pixels on either side of a corner between diagonal neighbours are one.
    moved = (corners != before).any(axis=1)
    kept_before = np.concatenate([[0], np.cumsum(moved)])
    points = corners[moved] + np.array([left - 0.5, top - 0.5])
    return ClosedLines(points.astype(np.float32), kept_before[starts].astype(np.intp))


def _previous(starts: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    previous = np.arange(-1, count - 1)
    previous[starts] = np.append(starts[1:], count) - 1
    return previous

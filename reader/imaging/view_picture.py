"""The picture of a pane: a slice enlarged or shrunk, labels and outlines never smoothed."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.colormap import to_bgrx
from reader.imaging.interpolation import Interpolation
from reader.imaging.pane_overlay import Box, Pane, PaneOverlay, draw_overlay
from reader.imaging.placement import Placement, sampled_at
from reader.imaging.slice_image import SliceImage

Bytes = NDArray[np.uint8]

_WHOLE_RESIZE_LIMIT: Final = 3
"""A slice placed over at most this many pane areas is resized as a whole and cut, which
is several times faster per pixel than resampling the visible part only."""
_HOW: Final = {
    Interpolation.NEAREST: cv2.INTER_NEAREST,
    Interpolation.LINEAR: cv2.INTER_LINEAR,
    Interpolation.CUBIC: cv2.INTER_CUBIC,
}


class PanePicture:
    """The pixels of one pane, drawn again and again into the same memory.

    Fresh arrays of this size come from the system page by page, which costs more than
    all the arithmetic; so every step keeps its buffer. For one thread.
    """

    def __init__(self) -> None:
        self._buffers: dict[str, Bytes] = {}
        self._black_around: tuple[int, int, int, int] | None = None
        self.pixels: Bytes = np.zeros((1, 1, 4), dtype=np.uint8)
        """(height, width, 4) BGRX, as QImage.Format_RGB32 wants it."""

    def resize(self, width: int, height: int) -> None:
        """Make the pane another size, black; keeps the pixels if it has that size already."""
        if self.pixels.shape[:2] != (height, width):
            self.pixels = np.zeros((height, width, 4), dtype=np.uint8)
        self._black_around = None

    def draw(
        self,
        image: SliceImage,
        placement: Placement,
        how: Interpolation = Interpolation.LINEAR,
        ratio: float = 1.0,
    ) -> None:
        """Fill the pane with a slice at its placement and what lies over it, black around.

        Between pixels an enlarged slice is as `how` says; where it is shrunk, pixels are
        averaged, so that nothing small vanishes. `ratio`: device pixels to a logical one.
        The GIL is released in the long parts.
        """
        over = draw_overlay(image.overlay, Pane(self.size, placement, ratio))
        self.lay(image.base, placement, over, how)

    def lay(
        self, base: Bytes, placement: Placement, over: PaneOverlay | None, how: Interpolation
    ) -> None:
        """The same with what lies over the slice drawn already for this pane."""
        width, height = self.size
        x0, x1 = max(0, placement.left), min(width, placement.left + placement.width)
        y0, y1 = max(0, placement.top), min(height, placement.top + placement.height)
        if x0 >= x1 or y0 >= y1:
            self.clear()
        else:
            self._blacken_around(x0, y0, x1, y1)
            grey = self._scaled(base, _Visible(placement, x0, y0, x1, y1), how)
            if over is None:
                to_bgrx(grey, self.pixels[y0:y1, x0:x1])
            else:
                self._blend(grey, over, (x0, y0, x1, y1))

    def clear(self) -> None:
        """Make the pane black."""
        self.pixels[:] = 0
        self._black_around = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the pane."""
        height, width = self.pixels.shape[:2]
        return width, height

    def _blacken_around(self, x0: int, y0: int, x1: int, y1: int) -> None:
        if self._black_around != (x0, y0, x1, y1):
            pane = self.pixels
            for border in (pane[:y0], pane[y1:], pane[y0:y1, :x0], pane[y0:y1, x1:]):
                border[:] = 0
            self._black_around = x0, y0, x1, y1

    def _blend(self, grey: Bytes, over: PaneOverlay, seen: tuple[int, int, int, int]) -> None:
        """Lay the overlay over the slice; outlines may reach a little beyond its edge."""
        left, top, right, bottom = over.box
        x0, y0, x1, y1 = seen
        out = self.pixels[top:bottom, left:right]
        inside = self.pixels[y0:y1, x0:x1]
        for beside in _beside((left - x0, top - y0, right - x0, bottom - y0), *grey.shape[:2]):
            to_bgrx(grey[beside], inside[beside])
        if x0 <= left and y0 <= top and right <= x1 and bottom <= y1:
            over.blend(grey[top - y0 : bottom - y0, left - x0 : right - x0], out)
            return
        around = np.zeros((bottom - top, right - left, *grey.shape[2:]), np.uint8)
        inner = slice(max(top, y0), min(bottom, y1)), slice(max(left, x0), min(right, x1))
        if inner[0].start < inner[0].stop and inner[1].start < inner[1].stop:
            around[
                inner[0].start - top : inner[0].stop - top,
                inner[1].start - left : inner[1].stop - left,
            ] = grey[
                inner[0].start - y0 : inner[0].stop - y0, inner[1].start - x0 : inner[1].stop - x0
            ]
        over.blend(around, out)
        self._black_around = None

    def _scaled(self, base: Bytes, visible: _Visible, how: Interpolation) -> Bytes:
        place = visible.placement
        if place.width < place.columns and place.height < place.rows:
            # Both at once takes half as long as one after the other.
            base = self._resize(base, (place.width, place.height), cv2.INTER_AREA, "small")
        elif place.width < place.columns:
            base = self._resize(base, (place.width, base.shape[0]), cv2.INTER_AREA, "narrow")
        elif place.height < place.rows:
            base = self._resize(base, (base.shape[1], place.height), cv2.INTER_AREA, "short")
        if how is Interpolation.NEAREST:
            down = sampled_at(visible.y0, visible.y1, place.top, place.height, base.shape[0])
            across = sampled_at(visible.x0, visible.x1, place.left, place.width, base.shape[1])
            return base.take(across, axis=1).take(down, axis=0)
        if visible.is_most:
            size = (place.width, place.height)
            return visible.cut(self._resize(base, size, _HOW[how], "whole"))
        return _warped(base, visible, _HOW[how])

    def _resize(self, array: Bytes, size: tuple[int, int], how: int, name: str) -> Bytes:
        """To (width, height); the array itself if it has that size."""
        if array.shape[:2] == size[::-1]:
            return array
        buffer = self._buffer(name, (size[1], size[0], *array.shape[2:]))
        cv2.resize(array, size, dst=buffer, interpolation=how)
        return buffer

    def _buffer(self, name: str, shape: tuple[int, ...]) -> Bytes:
        kept = self._buffers.get(name)
        if kept is None or kept.shape != shape:
            kept = self._buffers[name] = np.empty(shape, dtype=np.uint8)
        return kept


def _beside(box: Box, rows: int, columns: int) -> list[tuple[slice, slice]]:
    """What of a picture does not lie in a box: at most four parts of it, (down, across)."""
    left, right = (min(max(x, 0), columns) for x in (box[0], box[2]))
    top, bottom = (min(max(y, 0), rows) for y in (box[1], box[3]))
    every = (
        (slice(0, top), slice(0, columns)),
        (slice(bottom, rows), slice(0, columns)),
        (slice(top, bottom), slice(0, left)),
        (slice(top, bottom), slice(right, columns)),
    )
    return [part for part in every if all(side.start < side.stop for side in part)]


class _Visible:
    """The part x0..x1, y0..y1 of a pane that a placed slice covers."""

    def __init__(self, placement: Placement, x0: int, y0: int, x1: int, y1: int) -> None:
        self.placement = placement
        self.x0, self.y0, self.x1, self.y1 = x0, y0, x1, y1
        placed_area = placement.width * placement.height
        self.is_most = placed_area <= _WHOLE_RESIZE_LIMIT * (x1 - x0) * (y1 - y0)

    def cut(self, whole: Bytes) -> Bytes:
        """This part of the slice as placed."""
        left, top = self.placement.left, self.placement.top
        return whole[self.y0 - top : self.y1 - top, self.x0 - left : self.x1 - left]


def _warped(array: Bytes, visible: _Visible, how: int) -> Bytes:
    """Only the visible part of a strongly enlarged slice."""
    placement = visible.placement
    per_x, per_y = array.shape[1] / placement.width, array.shape[0] / placement.height
    to_source = np.array(
        [
            [per_x, 0, (visible.x0 - placement.left + 0.5) * per_x - 0.5],
            [0, per_y, (visible.y0 - placement.top + 0.5) * per_y - 0.5],
        ]
    )
    flags = how | cv2.WARP_INVERSE_MAP
    size = (visible.x1 - visible.x0, visible.y1 - visible.y0)
    warped = cv2.warpAffine(array, to_source, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, dtype=np.uint8)

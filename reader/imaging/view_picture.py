"""The picture of a pane: a slice enlarged or shrunk, labels and outlines never smoothed."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.colormap import blend, rgb_of, to_bgrx
from reader.imaging.outline_drawing import draw_outlines
from reader.imaging.placement import Placement
from reader.imaging.slice_image import MARKS_COLOR, SliceImage

Bytes = NDArray[np.uint8]

_WHOLE_RESIZE_LIMIT: Final = 3
"""A slice placed over at most this many pane areas is resized as a whole and cut, which
is several times faster per pixel than resampling the visible part only."""
_BAND_ROWS: Final = 64


class PanePicture:
    """The pixels of one pane, drawn again and again into the same memory.

    Fresh arrays of this size come from the system page by page, which costs more than
    all the arithmetic; so every step keeps its buffer. For one thread.
    """

    def __init__(self) -> None:
        self._buffers: dict[str, Bytes] = {}
        self.pixels: Bytes = np.zeros((1, 1, 4), dtype=np.uint8)
        """(height, width, 4) BGRX, as QImage.Format_RGB32 wants it."""

    def resize(self, width: int, height: int) -> None:
        """Make the pane another size, black; keeps the pixels if it has that size already."""
        if self.pixels.shape[:2] != (height, width):
            self.pixels = np.zeros((height, width, 4), dtype=np.uint8)

    def draw(
        self, image: SliceImage, placement: Placement, smooth: bool, ratio: float = 1.0
    ) -> None:
        """Fill the pane with a slice at its placement, black around it, and draw its outlines.

        The slice is linear between pixels where it is enlarged and `smooth`, else nearest;
        where it is shrunk, pixels are averaged, so that nothing small vanishes. Labels and
        heat are nearest. `ratio`: device pixels to a logical one, for the thickness of
        lines. The GIL is released in the long parts.
        """
        self._draw_slice(image, placement, smooth)
        if image.outlines:
            draw_outlines(self.pixels, image.outlines, placement, ratio)

    def _draw_slice(self, image: SliceImage, placement: Placement, smooth: bool) -> None:
        height, width = self.pixels.shape[:2]
        x0, x1 = max(0, placement.left), min(width, placement.left + placement.width)
        y0, y1 = max(0, placement.top), min(height, placement.top + placement.height)
        if x0 >= x1 or y0 >= y1:
            self.pixels[:] = 0
            return
        pane = self.pixels
        for border in (pane[:y0], pane[y1:], pane[y0:y1, :x0], pane[y0:y1, x1:]):
            border[:] = 0
        visible = _Visible(placement, x0, y0, x1, y1)
        base = self._base(image.base, visible, smooth)
        to_bgrx(base, pane[y0:y1, x0:x1])
        if image.tint is not None:
            self._lay(image.tint, image.tint_box, base, visible)
        if image.marks is not None:
            self._draw_marks(image.marks, visible)

    def _lay(
        self, tint: Bytes, box: tuple[int, int, int, int], base: Bytes, visible: _Visible
    ) -> None:
        """`colormap.blend` where there is a tint, in bands of rows.

        A band and its intermediate results stay in the processor's own cache.
        """
        left, top, width, height = box
        columns, rows = visible.columns, visible.rows
        first, last = np.searchsorted(columns, (left, left + width))
        upper, lower = np.searchsorted(rows, (top, top + height))
        packed = tint.view(np.uint32)[top : top + height, :, 0]
        wide = packed.take(columns[first:last], axis=1)
        pane = self.pixels[visible.y0 : visible.y1, visible.x0 : visible.x1]
        for start in range(upper, lower, _BAND_ROWS):
            band = slice(start, min(lower, start + _BAND_ROWS))
            over = wide.take(rows[band] - top, axis=0).view(np.uint8)
            over = over.reshape(over.shape[0], -1, 4)
            blend(base[band, first:last], over, pane[band, first:last])

    def _draw_marks(self, marks: Bytes, visible: _Visible) -> None:
        """The scanner's marks in one colour; thin lines stay whole in a shrunk slice."""
        place = visible.placement
        thick = (-(-place.rows // place.height), -(-place.columns // place.width))
        if max(thick) > 1:
            marks = np.asarray(cv2.dilate(marks, np.ones(thick, np.uint8)), dtype=np.uint8)
        drawn = marks.take(visible.columns, axis=1).take(visible.rows, axis=0) > 0
        pane = self.pixels[visible.y0 : visible.y1, visible.x0 : visible.x1]
        pane[drawn, :3] = rgb_of(MARKS_COLOR)[::-1]

    def _base(self, base: Bytes, visible: _Visible, smooth: bool) -> Bytes:
        placement = visible.placement
        if placement.width < placement.columns:
            base = self._resize(base, (placement.width, base.shape[0]), cv2.INTER_AREA, "narrow")
        if placement.height < placement.rows:
            base = self._resize(base, (base.shape[1], placement.height), cv2.INTER_AREA, "short")
        if not smooth:
            place = visible.placement
            down = _under(visible.y0, visible.y1, place.top, place.height, base.shape[0])
            across = _under(visible.x0, visible.x1, place.left, place.width, base.shape[1])
            return base.take(across, axis=1).take(down, axis=0)
        if visible.is_most:
            size = (placement.width, placement.height)
            return visible.cut(self._resize(base, size, cv2.INTER_LINEAR, "whole"))
        return _warped(base, visible)

    def _resize(self, array: Bytes, size: tuple[int, int], interpolation: int, name: str) -> Bytes:
        """To (width, height); the array itself if it has that size."""
        if array.shape[:2] == size[::-1]:
            return array
        buffer = self._buffer(name, (size[1], size[0], *array.shape[2:]))
        cv2.resize(array, size, dst=buffer, interpolation=interpolation)
        return buffer

    def _buffer(self, name: str, shape: tuple[int, ...]) -> Bytes:
        kept = self._buffers.get(name)
        if kept is None or kept.shape != shape:
            kept = self._buffers[name] = np.empty(shape, dtype=np.uint8)
        return kept


class _Visible:
    """The part x0..x1, y0..y1 of a pane that a placed slice covers."""

    def __init__(self, placement: Placement, x0: int, y0: int, x1: int, y1: int) -> None:
        self.placement = placement
        self.x0, self.y0, self.x1, self.y1 = x0, y0, x1, y1
        placed_area = placement.width * placement.height
        self.is_most = placed_area <= _WHOLE_RESIZE_LIMIT * (x1 - x0) * (y1 - y0)

    @property
    def rows(self) -> NDArray[np.intp]:
        """For every row of this part the slice's row under its middle."""
        place = self.placement
        return _under(self.y0, self.y1, place.top, place.height, place.rows)

    @property
    def columns(self) -> NDArray[np.intp]:
        """For every column of this part the slice's column under its middle."""
        place = self.placement
        return _under(self.x0, self.x1, place.left, place.width, place.columns)

    def cut(self, whole: Bytes) -> Bytes:
        """This part of the slice as placed."""
        left, top = self.placement.left, self.placement.top
        return whole[self.y0 - top : self.y1 - top, self.x0 - left : self.x1 - left]


def _under(start: int, stop: int, edge: int, length: int, count: int) -> NDArray[np.intp]:
    along = (np.arange(start, stop) - edge + 0.5) * count / length
    return along.astype(np.intp)


def _warped(array: Bytes, visible: _Visible) -> Bytes:
    """Only the visible part of a strongly enlarged slice, linear between pixels."""
    placement = visible.placement
    per_x, per_y = array.shape[1] / placement.width, array.shape[0] / placement.height
    to_source = np.array(
        [
            [per_x, 0, (visible.x0 - placement.left + 0.5) * per_x - 0.5],
            [0, per_y, (visible.y0 - placement.top + 0.5) * per_y - 0.5],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (visible.x1 - visible.x0, visible.y1 - visible.y0)
    warped = cv2.warpAffine(array, to_source, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, dtype=np.uint8)

"""From a frozen request to the picture of one slice: grey or colour, tint and outlines.

The slice itself and the colour laid over them stay apart until they are painted, because
enlarged grey may be smoothed and labels never are (`view_picture`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.intensity import WindowLevel
from reader.core.orientation import PlaneAxes
from reader.core.volume import Volume
from reader.imaging.colormap import blend, rgb_of
from reader.imaging.slice_overlay import Outline, box_of, overlay_of
from reader.imaging.slice_request import SliceRequest
from reader.imaging.slicing import SliceGeometry, extract_slice, slice_geometry
from reader.imaging.window import apply_window

Bytes = NDArray[np.uint8]

MARKS_COLOR: Final = "#EDEDED"
"""Marks and text that the scanner drew, which are part of the image."""


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
    base = windowed(base_values(request), request)
    tint, outlines = overlay_of(request)
    geometry = slice_geometry(request.volume.geometry, request.axes, request.index)
    return SliceImage(request, base, tint, box_of(tint), geometry, outlines, _marks(request))


def base_values(request: SliceRequest) -> NDArray[np.generic]:
    """The slice's stored values in screen orientation, (rows, columns), or with colours last.

    The one place where a request becomes voxels: a view where the slice runs along the
    grid, so do not write to it.
    """
    return extract_slice(request.volume.voxels, request.axes, request.index)


def windowed(values: NDArray[np.generic], request: SliceRequest) -> Bytes:
    """Values through the request's window as grey (rows, columns), or RGB as it is."""
    volume = request.volume
    if volume.is_color:
        return np.ascontiguousarray(values, dtype=np.uint8)
    return apply_window(values, request.window, request.invert, volume.padding)


def slice_pixels(
    volume: Volume, axes: PlaneAxes, index: int, window: WindowLevel, invert: bool
) -> Bytes:
    """One slice by itself: grey (rows, columns) through a window, or RGB as it is."""
    values = extract_slice(volume.voxels, axes, index)
    if volume.is_color:
        return np.ascontiguousarray(values, dtype=np.uint8)
    return apply_window(values, window, invert, volume.padding)


def _marks(request: SliceRequest) -> Bytes | None:
    """The header's overlay planes in this slice, unless they are hidden or empty."""
    if request.volume.graphics is None or not request.shows_graphics:
        return None
    drawn = extract_slice(request.volume.graphics, request.axes, request.index)
    return np.ascontiguousarray(drawn) if drawn.any() else None

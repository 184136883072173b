"""From a frozen request to the picture of one slice: grey or colour, tint and outlines.

The slice itself and the colour laid over them stay apart until they are painted, because
enlarged grey may be smoothed and labels never are (`view_picture`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.core.intensity import WindowLevel
from reader.core.orientation import PlaneAxes
from reader.core.volume import Volume
from reader.imaging.colormap import blend, rgb_of
from reader.imaging.cutting import Cut, base_of
from reader.imaging.fusion import fused
from reader.imaging.slice_overlay import MARKS_COLOR, Outline, SliceOverlay, overlay_of
from reader.imaging.slice_request import SliceRequest
from reader.imaging.slicing import SliceGeometry, extract_slice
from reader.imaging.window import apply_window

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class SliceImage:
    """One slice ready to be painted.

    `base` is uint8: grey (rows, columns), or RGB (rows, columns, 3). `overlay` is what lies
    over it.
    """

    request: SliceRequest
    base: Bytes
    overlay: SliceOverlay
    geometry: SliceGeometry

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """The edges of the labels shown."""
        return self.overlay.outlines

    def is_of(self, volume: Volume, axes: PlaneAxes, shape: tuple[int, int]) -> bool:
        """Whether it shows a volume cut that way, whichever of its slices."""
        request = self.request
        return request.volume is volume and request.axes == axes and self.geometry.shape == shape

    @property
    def tint(self) -> Bytes | None:
        """The colour over the whole slice, (rows, columns, 4) BGRA premultiplied; a copy."""
        tint = self.overlay.tint
        if tint is None:
            return None
        whole = np.zeros((*self.base.shape[:2], 4), np.uint8)
        left, top, width, height = tint.box
        whole[top : top + height, left : left + width] = tint.pixels
        return whole

    @property
    def pixels(self) -> Bytes:
        """(rows, columns, 4) BGRX as QImage.Format_RGB32 wants it: the slice with its tint."""
        pixels = blend(self.base, self.tint)
        if self.overlay.marks is not None:
            pixels[self.overlay.marks > 0, :3] = rgb_of(MARKS_COLOR)[::-1]
        return pixels


def render_slice(
    request: SliceRequest, cut: Cut = extract_slice, overlay: SliceOverlay | None = None
) -> SliceImage:
    """Make the picture of one slice. Pure, for any thread; the GIL is free in the long parts.

    `overlay`: what lies over it, where that is known already.
    """
    base = windowed(base_of(request, cut), request)
    if request.fusion is not None:
        base = fused(base, request.fusion, request.geometry, request.slab, request.coarseness)
    over = overlay_of(request, cut) if overlay is None else overlay
    return SliceImage(request, base, over, request.geometry)


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

"""A pane's picture as Qt paints it: composed when it changed, painted with one call."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QImage

from reader.imaging.interpolation import Interpolation
from reader.imaging.pane_overlay import Pane, PaneOverlay, draw_overlay
from reader.imaging.placement import Placement
from reader.imaging.slice_image import SliceImage
from reader.imaging.view_picture import PanePicture

DrawOver = Callable[[SliceImage, Pane], PaneOverlay | None]


def draw_over_slice(image: SliceImage, pane: Pane) -> PaneOverlay | None:
    """What lies over a picture, drawn afresh."""
    return draw_overlay(image.overlay, pane)


class PaneImage:
    """The slice with what lies over it and its outlines, in device pixels."""

    def __init__(self, draw_over: DrawOver = draw_over_slice) -> None:
        """`draw_over` draws what lies over a slice into a pane, or knows what it looks like."""
        self._draw_over = draw_over
        self._picture = PanePicture()
        self._image = QImage()
        self.is_stale = True
        """Whether the next painting has to compose first."""

    def composed(
        self,
        image: SliceImage | None,
        placement: Placement | None,
        how: Interpolation,
        size_px: tuple[int, int],
        ratio: float,
    ) -> QImage:
        """The pane of `size_px` (width, height), brought up to date; black without a slice.

        It lies over this object's memory: paint it before the next call.
        """
        pixels = self._picture.pixels
        if pixels.shape[1::-1] != size_px or self._image.isNull():
            self._picture.resize(*size_px)
            pixels = self._picture.pixels
            height, width = pixels.shape[:2]
            stride, rgb = pixels.strides[0], QImage.Format.Format_RGB32
            self._image = QImage(pixels.data, width, height, stride, rgb)
            self._image.setDevicePixelRatio(ratio)
            self.is_stale = True
        if self.is_stale:
            if image is None or placement is None:
                self._picture.clear()
            else:
                drawn = self._draw_over(image, Pane(size_px, placement, ratio))
                self._picture.lay(image.base, placement, drawn, how)
            self.is_stale = False
        if self._image.devicePixelRatio() != ratio:
            self._image.setDevicePixelRatio(ratio)
        return self._image

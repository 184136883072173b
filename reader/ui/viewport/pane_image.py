"""A pane's picture as Qt paints it: composed when it changed, painted with one call."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QImage

from reader.imaging.interpolation import Interpolation
from reader.imaging.pane_overlay import Pane, draw_overlay
from reader.imaging.placement import Placement
from reader.imaging.slice_image import SliceImage
from reader.imaging.view_picture import PanePicture

Compose = Callable[[PanePicture, SliceImage, Pane], PanePicture]


def compose_afresh(picture: PanePicture, image: SliceImage, pane: Pane) -> PanePicture:
    """The same picture with a slice and what lies over it."""
    picture.lay(image.base, pane.placement, draw_overlay(image.overlay, pane), pane.how)
    return picture


class PaneImage:
    """The slice with what lies over it and its outlines, in device pixels."""

    def __init__(self, compose: Compose = compose_afresh) -> None:
        """`compose` draws into the picture it is given, or has another one to show instead."""
        self._compose = compose
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
        if self._picture.size != size_px or self._image.isNull():
            self._picture.resize(*size_px)
            self._show(self._picture)
            self.is_stale = True
        if self.is_stale:
            if image is None or placement is None:
                self._picture.clear()
            else:
                pane = Pane(size_px, placement, ratio, how)
                picture = self._compose(self._picture, image, pane)
                if picture is not self._picture:
                    self._show(picture)
            self.is_stale = False
        if self._image.devicePixelRatio() != ratio:
            self._image.setDevicePixelRatio(ratio)
        return self._image

    def _show(self, picture: PanePicture) -> None:
        self._picture = picture
        pixels, (width, height) = picture.pixels, picture.size
        stride, rgb = pixels.strides[0], QImage.Format.Format_RGB32
        self._image = QImage(pixels.data, width, height, stride, rgb)

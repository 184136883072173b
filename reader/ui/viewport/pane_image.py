"""A pane's picture as Qt paints it: composed when it changed, painted with one call."""

from __future__ import annotations

from PySide6.QtGui import QImage

from reader.imaging.placement import Placement
from reader.imaging.slice_image import SliceImage
from reader.imaging.view_picture import PanePicture


class PaneImage:
    """The slice with what lies over it and its outlines, in device pixels."""

    def __init__(self) -> None:
        self._picture = PanePicture()
        self._image = QImage()
        self.is_stale = True
        """Whether the next painting has to compose first."""

    def composed(
        self,
        image: SliceImage | None,
        placement: Placement | None,
        smooth: bool,
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
            self.is_stale = True
        if self.is_stale:
            if image is None or placement is None:
                pixels[:] = 0
            else:
                self._picture.draw(image, placement, smooth, ratio)
            self.is_stale = False
        self._image.setDevicePixelRatio(ratio)
        return self._image

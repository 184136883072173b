"""A pane's pixels: picture, outlines and letters, ready to be painted with one call."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from reader.imaging.placement import Placement
from reader.imaging.slice_image import SliceImage
from reader.imaging.view_picture import PanePicture
from reader.ui.viewport.foreground import Foreground
from reader.ui.viewport.pane_content import PaneContent


class PanePainter:
    """Keeps two layers: the slice with its outlines, and a copy of it with the letters on.

    So new letters, as while the pointer moves, cost a copy and not a new picture, and a
    moving crosshair costs nothing at all here.
    """

    def __init__(self, foreground: Foreground) -> None:
        self._foreground = foreground
        self._slice = PanePicture()
        self._lettered: NDArray[np.uint8] = np.zeros((1, 1, 4), dtype=np.uint8)
        self._picture_is_stale = True
        self._letters_are_stale = True
        self._image = QImage()

    @property
    def is_stale(self) -> bool:
        """Whether the next painting has work to do first."""
        return self._picture_is_stale or self._letters_are_stale

    def picture_changed(self) -> None:
        """Another slice, place, size or smoothing is to be shown."""
        self._picture_is_stale = True

    def letters_changed(self) -> None:
        """Something else is to be written."""
        self._letters_are_stale = True

    def image(
        self,
        content: PaneContent,
        image: SliceImage | None,
        placement: Placement | None,
        size_px: tuple[int, int],
        ratio: float,
    ) -> QImage:
        """The pane of `size_px` (width, height) device pixels, brought up to date.

        It is over this object's memory: paint it before the next call.
        """
        if self._slice.pixels.shape[1::-1] != size_px:
            self._slice.resize(*size_px)
            self._lettered = np.zeros_like(self._slice.pixels)
            self._picture_is_stale = True
        if self._picture_is_stale:
            self._draw_slice(image, placement, content.is_smooth, ratio)
        if self.is_stale:
            self._letter(content, image, placement, ratio)
        self._picture_is_stale = self._letters_are_stale = False
        return self._image

    def _draw_slice(
        self, image: SliceImage | None, placement: Placement | None, smooth: bool, ratio: float
    ) -> None:
        if image is None or placement is None:
            self._slice.pixels[:] = 0
            return
        self._slice.draw(image, placement, smooth, ratio)

    def _letter(
        self,
        content: PaneContent,
        image: SliceImage | None,
        placement: Placement | None,
        ratio: float,
    ) -> None:
        np.copyto(self._lettered, self._slice.pixels)
        self._image = _over(self._lettered)
        self._image.setDevicePixelRatio(ratio)
        height, width = self._lettered.shape[:2]
        painter = QPainter(self._image)
        area = QRectF(0, 0, width / ratio, height / ratio)
        self._foreground.draw(painter, content, image, placement, area, ratio)
        painter.end()


def _over(pixels: NDArray[np.uint8]) -> QImage:
    """A QImage over an array's own memory."""
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB32)

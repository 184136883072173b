"""One slice as a picture by itself, for files."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.colormap import rgb_of
from reader.imaging.cutting import labels_of
from reader.imaging.label_edges import draw_thin_edges
from reader.imaging.placement import Placement
from reader.imaging.slice_image import SliceImage, render_slice
from reader.imaging.slice_request import SliceRequest
from reader.imaging.view_picture import PanePicture

Bytes = NDArray[np.uint8]


def render_picture(request: SliceRequest, native: bool) -> Bytes:
    """A slice as (rows, columns, 3) RGB in screen orientation, with its overlays.

    `native`: one pixel per voxel, nothing interpolated, outlines one pixel wide around
    their label. Otherwise square pixels of the finer in-plane spacing, as a viewport at
    that zoom draws it: grey linear, labels nearest.
    """
    image = render_slice(request)
    pixels = _native(image) if native else _square(image)
    return np.ascontiguousarray(pixels[..., 2::-1])


def _square(image: SliceImage) -> Bytes:
    geometry = image.geometry
    rows, columns = geometry.shape
    finest = min(geometry.row_spacing_mm, geometry.column_spacing_mm)
    width = max(1, round(columns * geometry.column_spacing_mm / finest))
    height = max(1, round(rows * geometry.row_spacing_mm / finest))
    pane = PanePicture()
    pane.resize(width, height)
    pane.draw(image, Placement(rows, columns, 0, 0, width, height, 1 / finest))
    return pane.pixels


def _native(image: SliceImage) -> Bytes:
    pixels = image.pixels
    request = image.request
    layers = request.layers
    if layers is None:
        return pixels
    for edges in image.overlay.edges:
        draw_thin_edges(pixels, edges)
    for outline in image.outlines:
        sheet = layers.all_sheets[outline.sheet]
        labels = labels_of(sheet.labels, request)
        inside = np.equal(labels, outline.style.label).astype(np.uint8)
        around = cv2.dilate(inside, np.ones((3, 3), np.uint8)) - inside
        pixels[around > 0, :3] = rgb_of(outline.style.outline_color)[::-1]
    return pixels

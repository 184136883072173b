"""A study as a small picture: the middle slice, cut to fill. Nothing is written on it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.core.intensity import WindowLevel
from reader.core.orientation import Plane, plane_axes
from reader.core.series_kind import SeriesKind
from reader.core.study import Series
from reader.core.volume import Volume
from reader.imaging.slicing import extract_slice, slice_count, slice_geometry
from reader.imaging.window import apply_window

THUMBNAIL_PX: Final = (272, 208)
"""Width and height."""


def study_picture(series: Series, volume: Volume, window: WindowLevel) -> bytes:
    """PNG of the middle slice at true aspect: axial for a volume, else as it is stored."""
    _, row_mm, column_mm = volume.geometry.spacing_kji_mm
    middle = volume.geometry.shape_kji[0] // 2
    if volume.is_color:
        blue_first = cv2.cvtColor(np.ascontiguousarray(volume.voxels[middle]), cv2.COLOR_RGB2BGR)
        return _cut_to_fill(np.asarray(blue_first, np.uint8), row_mm / column_mm)
    if series.kind is SeriesKind.VOLUME:
        axes = plane_axes(volume.geometry, Plane.AXIAL)
        index = slice_count(volume.geometry, axes) // 2
        grey = apply_window(extract_slice(volume.voxels, axes, index), window)
        where = slice_geometry(volume.geometry, axes, index)
        return _cut_to_fill(grey, where.row_spacing_mm / where.column_spacing_mm)
    grey = apply_window(np.ascontiguousarray(volume.voxels[middle]), window)
    if series.tags.low_is_white:
        grey = 255 - grey
    return _cut_to_fill(grey, row_mm / column_mm)


def _cut_to_fill(picture: NDArray[np.uint8], aspect: float) -> bytes:
    """PNG of grey (j, i) or BGR (j, i, 3). `aspect`: row by column spacing."""
    width, height = THUMBNAIL_PX
    rows, columns = picture.shape[0] * aspect, float(picture.shape[1])
    scale = max(width / columns, height / rows)
    size = (max(width, round(columns * scale)), max(height, round(rows * scale)))
    enlarged = cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    cut = enlarged[top : top + height, left : left + width]
    return cv2.imencode(".png", cut)[1].tobytes()

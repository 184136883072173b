"""A series as a small square picture: its middle slice in the window it is first shown with."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from reader.core.orientation import acquisition_plane
from reader.core.study import Series
from reader.imaging.colormap import to_bgrx
from reader.imaging.slice_image import slice_pixels
from reader.imaging.slicing import shown_axes, slice_count, slice_geometry
from reader.session.hanging import choose_window, is_inverted_at_first
from reader.session.workspace import Workspace

SIDE_PX: Final = 104


def series_picture(workspace: Workspace, series: Series, side_px: int = SIDE_PX) -> QImage | None:
    """A picture at true aspect on black; None while the series is not in memory."""
    volume = workspace.studies.volume(series.key)
    if volume is None:
        return None
    axes = shown_axes(volume.geometry, series.kind, acquisition_plane(volume.geometry))
    index = slice_count(volume.geometry, axes) // 2
    where = slice_geometry(volume.geometry, axes, index)
    window = choose_window(series, volume, workspace.display.presets_for(series.key))
    pixels = to_bgrx(slice_pixels(volume, axes, index, window, is_inverted_at_first(series)))
    rows, columns = pixels.shape[:2]
    slice_image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
    height_mm, width_mm = rows * where.row_spacing_mm, columns * where.column_spacing_mm
    scale = side_px / max(height_mm, width_mm)
    width, height = width_mm * scale, height_mm * scale
    picture = QImage(side_px, side_px, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.black)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    place = QRectF((side_px - width) / 2, (side_px - height) / 2, width, height)
    painter.drawImage(place, slice_image)
    painter.end()
    return picture

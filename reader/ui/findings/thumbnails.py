"""Small pictures of findings, each in the window its series is first shown with."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap

from reader.core.finding import Finding
from reader.core.handover import is_key_image
from reader.core.orientation import acquisition_plane
from reader.core.volume import Volume
from reader.imaging.colormap import to_bgrx
from reader.imaging.slice_image import slice_pixels
from reader.imaging.slicing import index_at, shown_axes, slice_geometry
from reader.session.viewing.hanging import choose_window, is_inverted_at_first
from reader.session.workspace import Workspace

MINIMUM_FIELD_MM: Final = 40.0
FIELD_PER_LONG_AXIS: Final = 2.5


class Thumbnails:
    """Keeps each picture until its finding, its voxels or its size on screen change."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._kept: dict[str, tuple[tuple[object, ...], QPixmap]] = {}

    def of(self, finding: Finding, side_px: int, pixel_ratio: float) -> QPixmap | None:
        """The picture of a finding; None while its series is not in memory."""
        workspace = self._workspace
        volume = workspace.studies.volume(finding.series_key)
        if volume is None:
            return None
        complete = workspace.loading.is_complete(finding.series_key)
        key = (finding.center_lps_mm, _size_mm(finding), id(volume), complete, side_px,
               pixel_ratio)  # fmt: skip
        kept = self._kept.get(finding.finding_id)
        if kept is None or kept[0] != key:
            side = max(1, round(side_px * pixel_ratio))
            pixmap = QPixmap.fromImage(self._draw(finding, volume, side))
            pixmap.setDevicePixelRatio(pixel_ratio)
            self._kept[finding.finding_id] = (key, pixmap)
            return pixmap
        return kept[1]

    def _draw(self, finding: Finding, volume: Volume, side: int) -> QImage:
        """The square around a finding in its series' own plane, `side` pixels wide."""
        series = self._workspace.studies.series(finding.series_key)
        plane = acquisition_plane(volume.geometry)
        axes = shown_axes(volume.geometry, series.kind, plane)
        index = index_at(volume.geometry, axes, finding.center_lps_mm)
        where = slice_geometry(volume.geometry, axes, index)
        row, column = where.to_pixel(finding.center_lps_mm)
        half_mm = max(MINIMUM_FIELD_MM, FIELD_PER_LONG_AXIS * _size_mm(finding)) / 2
        if is_key_image(finding):
            rows, columns = where.shape
            half_mm = min(rows * where.row_spacing_mm, columns * where.column_spacing_mm) / 2
        half_rows = half_mm / where.row_spacing_mm
        half_columns = half_mm / where.column_spacing_mm
        top, bottom = _span(row, half_rows, where.shape[0])
        left, right = _span(column, half_columns, where.shape[1])
        window = choose_window(
            series, volume, self._workspace.display.presets_for(finding.series_key)
        )
        whole = slice_pixels(volume, axes, index, window, is_inverted_at_first(series))
        pixels = to_bgrx(np.ascontiguousarray(whole[top:bottom, left:right]))
        height, width = pixels.shape[:2]
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        return image.scaled(
            side,
            side,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )


def _size_mm(finding: Finding) -> float:
    """How large it is; of a drawing how far it reaches to either side of its middle."""
    if finding.measurement is None:
        return finding.long_axis_mm or 0.0
    points = finding.measurement.points_lps_mm
    return 2 * max(math.dist(point, finding.center_lps_mm) for point in points)


def _span(middle: float, half: float, count: int) -> tuple[int, int]:
    """A range of pixels about a place, moved inside where it would leave the slice."""
    size = min(count, max(1, round(2 * half)))
    start = min(max(0, round(middle - half)), count - size)
    return start, start + size

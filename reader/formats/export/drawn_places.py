"""Where a drawing is, as DICOM coordinates: on one image, or in the patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from reader.core.geometry import FloatArray
from reader.core.measurement import Measurement, MeasurementKind
from reader.core.series_kind import SeriesKind
from reader.core.study import Series
from reader.imaging.measurement.pixel_grid import grid_through

_PIXEL_MIDDLE: Final = 0.5
"""Source: DICOM PS3.3 C.18.6.1.2: the corner of the first pixel is 0, its middle 0.5."""
_ON_IMAGE_MM: Final = 0.005
"""What lies further from the middle of its slice is no drawing on that image."""
_CLOSED: Final = (MeasurementKind.RECTANGLE, MeasurementKind.FREEHAND)
_ELLIPSES: Final = (MeasurementKind.ELLIPSE, MeasurementKind.SUV_PEAK)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnLine:
    """One graphic of a drawing.

    `points` are (column, row) of image `index`, shape (n, 2), or LPS mm, shape (n, 3), where
    `index` is None. A closed line ends where it begins.
    """

    graphic_type: str
    points: FloatArray
    index: int | None


def drawn_lines(measurement: Measurement, series: Series) -> tuple[DrawnLine, ...]:
    """The graphics of a drawing: one, or for COBB and BIDIRECTIONAL one for each line.

    A drawing on an image as it is stored is given in that image's pixels, which holds even
    where images do not say where they lie or lie unevenly, and which most programs show.
    Any other is given in the patient. The long axis comes first, of an ellipse too.
    """
    index = image_of(measurement, series)
    points = np.array(measurement.points_lps_mm, dtype=np.float64)
    if index is not None:
        at = series.geometry.to_index(points)
        points = at[:, [2, 1]] + _PIXEL_MIDDLE
    elif measurement.kind.is_region:
        points = _in_plane(points)
    kind = measurement.kind
    if kind in (MeasurementKind.COBB, MeasurementKind.BIDIRECTIONAL):
        pairs = [points[:2], points[2:4]]
        if kind is MeasurementKind.BIDIRECTIONAL and _is_second_longer(measurement):
            pairs.reverse()
        return tuple(DrawnLine("POLYLINE", pair, index) for pair in pairs)
    if kind in _ELLIPSES:
        if _is_second_longer(measurement):
            points = points[[2, 3, 0, 1]]
        return (DrawnLine("ELLIPSE", points[:4], index),)
    if kind in _CLOSED:
        closed = np.concatenate([points, points[:1]])
        return (DrawnLine("POLYLINE" if index is not None else "POLYGON", closed, index),)
    return (DrawnLine("POINT" if len(points) == 1 else "POLYLINE", points, index),)


def _in_plane(points: FloatArray) -> FloatArray:
    """Points moved into the plane they lie in but for rounding, as regions must."""
    middle = points.mean(axis=0)
    _, _, directions = np.linalg.svd(points - middle, full_matrices=True)
    normal = directions[2]
    return np.asarray(points - ((points - middle) @ normal)[:, None] * normal)


def image_of(measurement: Measurement, series: Series) -> int | None:
    """The image that a drawing lies on as it is stored; None for any other plane.

    None too for a drawing in a volume that reaches beyond the image's edge.
    """
    is_volume = series.kind is SeriesKind.VOLUME
    index = measurement.index
    if not is_volume and index is None:
        index = series.geometry.nearest_voxel(measurement.points_lps_mm[0])[0]
    grid = grid_through(
        series.geometry,
        measurement.points_lps_mm,
        measurement.normal_lps,
        None if is_volume else index,
    )
    if not grid.is_stored:
        return None
    at = series.geometry.to_index(measurement.points_lps_mm)
    off = np.abs(at[:, 0] - grid.index).max()
    is_on_it = off * series.geometry.spacing_kji_mm[0] <= _ON_IMAGE_MM
    if not is_volume:
        return grid.index
    return grid.index if is_on_it and _is_within(at, series) else None


def _is_within(at: FloatArray, series: Series) -> bool:
    """Whether points, as indices, lie on their image: no coordinate of it is beyond its edge.

    Source: DICOM PS3.3 C.18.6.1.2.
    """
    _, rows, columns = series.geometry.shape_kji
    return bool((at[:, 1:] >= -0.5).all() and (at[:, 1:] <= (rows - 0.5, columns - 0.5)).all())


def needs_positions(measurement: Measurement | None, series: Series) -> bool:
    """Whether a finding can only be placed where the images say where they lie."""
    return measurement is None or image_of(measurement, series) is None


def _is_second_longer(measurement: Measurement) -> bool:
    points = np.array(measurement.points_lps_mm[:4])
    first, second = np.linalg.norm(points[1] - points[0]), np.linalg.norm(points[3] - points[2])
    return bool(second > first)

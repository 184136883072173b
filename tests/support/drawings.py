"""Drawings of every kind on a series, as findings of a reader's own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reader.core.handover import ReviewedFinding
from reader.core.measurement import Measurement, MeasurementKind, Quantity, QuantityKind
from reader.core.review import ReviewStatus
from reader.core.series_kind import SeriesKind
from reader.core.study import Series
from reader.session.reviewing.measurement_words import code_of, name_of
from reader.session.reviewing.measuring import with_measurement
from tests.support.handovers import finding

_CORNERS = {
    MeasurementKind.LENGTH: [(-3, -2), (3, 1)],
    MeasurementKind.ANGLE: [(-3, -2), (0, 0), (2, -3)],
    MeasurementKind.COBB: [(-3, -2), (3, -2), (-3, 2), (3, 4)],
    MeasurementKind.BIDIRECTIONAL: [(0, -1), (0, 1), (-3, 0), (3, 0)],
    MeasurementKind.ELLIPSE: [(-1.5, 0), (1.5, 0), (0, -3), (0, 3)],
    MeasurementKind.RECTANGLE: [(-2, -1), (-2, 3), (2, 3), (2, -1)],
    MeasurementKind.FREEHAND: [(-2, -1), (-2, 3), (2, 3.5), (1, 1), (2, -1)],
    MeasurementKind.PROBE: [(1, 1)],
    MeasurementKind.SUV_PEAK: [(-3, 0), (3, 0), (0, -2), (0, 2)],
    MeasurementKind.ARROW: [(1, 1), (3, 3)],
    MeasurementKind.TEXT: [(-1, 2)],
}
"""Millimetres along two directions at right angles, from the middle."""
KINDS = tuple(_CORNERS)


def quantities_of(kind: MeasurementKind, unit: str = "HU") -> tuple[Quantity, ...]:
    """Numbers of the sort that a kind has, each its own."""
    q = QuantityKind
    statistics = (q.MEAN, q.SD, q.MINIMUM, q.MAXIMUM)
    if kind in (MeasurementKind.ELLIPSE, MeasurementKind.RECTANGLE, MeasurementKind.FREEHAND):
        values = [Quantity(one, 10.25 + n, unit) for n, one in enumerate(statistics)]
        return (Quantity(q.AREA, 12.5, "mm2"), *values)
    if kind is MeasurementKind.SUV_PEAK:
        values = [Quantity(one, 3.5 + n, "SUVbw") for n, one in enumerate((*statistics, q.PEAK))]
        return (Quantity(q.AREA, 12.5, "mm2"), *values)
    return {
        MeasurementKind.LENGTH: (Quantity(q.LENGTH, 6.7, "mm"),),
        MeasurementKind.ANGLE: (Quantity(q.ANGLE, 77.5, "deg"),),
        MeasurementKind.COBB: (Quantity(q.ANGLE, 18.4, "deg"),),
        MeasurementKind.BIDIRECTIONAL: (
            Quantity(q.LONG_AXIS, 6.0, "mm"),
            Quantity(q.SHORT_AXIS, 2.0, "mm"),
        ),
        MeasurementKind.PROBE: (Quantity(q.VALUE, -42.5, unit),),
    }.get(kind, ())


def drawn_on(
    series: Series, kind: MeasurementKind, is_oblique: bool = False, text: str = ""
) -> Measurement:
    """A drawing in the middle of a series: on its middle image, or on an oblique plane."""
    geometry = series.geometry
    index = geometry.shape_kji[0] // 2
    middle = geometry.to_lps((index, *((np.array(geometry.shape_kji[1:]) - 1) / 2)))
    down, right = geometry.directions[:, 1], geometry.directions[:, 2]
    normal = np.cross(right, down)
    if is_oblique:
        lean = np.radians(30)
        down, normal = (
            np.cos(lean) * down + np.sin(lean) * normal,
            np.cos(lean) * normal - np.sin(lean) * down,
        )
    points = [middle + a * down + b * right for a, b in _CORNERS[kind]]
    is_note = kind in (MeasurementKind.ARROW, MeasurementKind.TEXT)
    return Measurement(
        kind,
        tuple(tuple(float(x) for x in point) for point in points),
        tuple(float(x) for x in normal),
        quantities_of(kind),
        text or ("see here" if is_note else ""),
        None if series.kind is SeriesKind.VOLUME else index,
    )


def drawn_finding(series: Series, number: int, drawn: Measurement) -> ReviewedFinding:
    """A drawing as a reader's own finding."""
    bare = replace(
        finding(series, number, ReviewStatus.ADDED),
        name=name_of(drawn.kind),
        code=code_of(drawn.kind),
        volume_mm3=None,
        site=None,
        segmentation_id=None,
        label=None,
    )
    return ReviewedFinding(with_measurement(bare, drawn, "HU"), ReviewStatus.ADDED)


def same_shape(one: Measurement, other: Measurement, within_mm: float = 0.01) -> bool:
    """Whether two drawings are the same, wherever their lines begin and whichever comes first."""
    first, second = np.array(one.points_lps_mm), np.array(other.points_lps_mm)
    if one.kind is not other.kind or first.shape != second.shape:
        return False
    near = np.linalg.norm(first[:, None] - second[None], axis=-1) <= within_mm
    return bool(near.any(axis=0).all() and near.any(axis=1).all())

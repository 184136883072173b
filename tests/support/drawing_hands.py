"""Something of every kind to measure on the small study, and readings of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reader.core.finding import Finding
from reader.core.measurement import Measurement, MeasurementKind
from reader.core.volume import Volume
from tests.support.readings import PLACES, SERIES, Reading, small_study

AXIAL = (0.0, 0.0, 1.0)
CORONAL = (0.0, 1.0, 0.0)
NODULE = PLACES[0]
LINE = [(-16.0, -8.0, -4.0), (-8.0, -8.0, -4.0)]
CIRCLE = [
    (NODULE[0] - 3, NODULE[1], NODULE[2]), (NODULE[0] + 3, NODULE[1], NODULE[2]),
    (NODULE[0], NODULE[1] - 3, NODULE[2]), (NODULE[0], NODULE[1] + 3, NODULE[2]),
]  # fmt: skip
POINTS = {
    MeasurementKind.LENGTH: LINE,
    MeasurementKind.ANGLE: [*LINE, (-8.0, 0.0, -4.0)],
    MeasurementKind.COBB: [*LINE, (-16.0, 0.0, -4.0), (-8.0, 4.0, -4.0)],
    MeasurementKind.BIDIRECTIONAL: [*LINE, (-12.0, -10.0, -4.0), (-12.0, -6.0, -4.0)],
    MeasurementKind.ELLIPSE: CIRCLE,
    MeasurementKind.RECTANGLE: [(-14, -10, -4), (-10, -10, -4), (-10, -6, -4), (-14, -6, -4)],
    MeasurementKind.FREEHAND: [(-14, -10, -4), (-10, -10, -4), (-12, -5, -4)],
    MeasurementKind.PROBE: [NODULE],
    MeasurementKind.SUV_PEAK: CIRCLE,
    MeasurementKind.ARROW: LINE,
    MeasurementKind.TEXT: [NODULE],
}


def reading_of(path: Path, volume: Volume | None = None, **changes: object) -> Reading:
    """The small study with another header."""
    study = small_study()
    (series,) = study.series
    study = replace(study, series=(replace(series, **changes),))
    made = Reading(path / "reading.db", study, with_volume=volume is None)
    if volume is not None:
        made.studies.add_volume(SERIES, volume)
    return made


def preview(reading: Reading, kind: MeasurementKind, normal=AXIAL, **more: object) -> Measurement:
    return reading.room.measuring.preview(SERIES, kind, POINTS[kind], normal, **more)


def kept(reading: Reading, kind: MeasurementKind = MeasurementKind.LENGTH) -> Finding:
    return reading.room.measuring.add(SERIES, preview(reading, kind))

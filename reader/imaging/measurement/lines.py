"""Lengths and angles between points in the patient's space."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from reader.core.geometry import FloatArray, Point
from reader.core.measurement import MeasurementKind, Quantity, QuantityKind

MILLIMETER: Final = "mm"
DEGREE: Final = "deg"


def line_quantities(kind: MeasurementKind, points_lps_mm: Sequence[Point]) -> tuple[Quantity, ...]:
    """What lines measure; nothing for other kinds. Points in the order that `kind` asks for.

    COBB is the angle between the two lines, 0 to 90 degrees, whichever way each was drawn.
    Source: Cobb, Instr Course Lect 1948;5:261 (angle between the end plates).
    """
    points = np.asarray(points_lps_mm, dtype=np.float64)
    if kind is MeasurementKind.LENGTH:
        return (Quantity(QuantityKind.LENGTH, _distance(points[0], points[1]), MILLIMETER),)
    if kind is MeasurementKind.BIDIRECTIONAL:
        axes = sorted((_distance(points[0], points[1]), _distance(points[2], points[3])))
        return (
            Quantity(QuantityKind.LONG_AXIS, axes[1], MILLIMETER),
            Quantity(QuantityKind.SHORT_AXIS, axes[0], MILLIMETER),
        )
    if kind is MeasurementKind.ANGLE:
        angle = _angle_deg(points[0] - points[1], points[2] - points[1])
        return (Quantity(QuantityKind.ANGLE, angle, DEGREE),)
    if kind is MeasurementKind.COBB:
        angle = _angle_deg(points[1] - points[0], points[3] - points[2])
        return (Quantity(QuantityKind.ANGLE, min(angle, 180 - angle), DEGREE),)
    return ()


def _distance(first: FloatArray, second: FloatArray) -> float:
    return float(np.linalg.norm(second - first))


def _angle_deg(first: FloatArray, second: FloatArray) -> float:
    """0 to 180; from the sine and the cosine, exact for small angles too. 0 for no length."""
    across = float(np.linalg.norm(np.cross(first, second)))
    return (
        math.degrees(math.atan2(across, float(first @ second)))
        if across
        else (180.0 if float(first @ second) < 0 else 0.0)
    )

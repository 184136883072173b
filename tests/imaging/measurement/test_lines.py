"""Lengths and angles are those of the points, whatever way they are drawn and turned."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reader.core.measurement import MeasurementKind, QuantityKind
from reader.imaging.measurement.lines import line_quantities
from tests.support.phantoms import turned

TURNS = [np.eye(3), turned(33, 0) @ turned(-70, 1), turned(200, 2)]


def measured(kind: MeasurementKind, points, turn: np.ndarray) -> dict[QuantityKind, float]:
    moved = [tuple(turn @ np.array(point, dtype=float) + (5, -9, 100)) for point in points]
    return {q.kind: q.value for q in line_quantities(kind, moved)}


@pytest.mark.parametrize("turn", TURNS)
def test_a_length_is_the_distance_of_its_ends(turn: np.ndarray) -> None:
    points = [(0, 0, 0), (3, 4, 0)]
    assert measured(MeasurementKind.LENGTH, points, turn)[QuantityKind.LENGTH] == pytest.approx(5)


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("degrees", [0.01, 30, 90, 135, 179.5])
def test_an_angle_is_that_at_the_corner(degrees: float, turn: np.ndarray) -> None:
    angle = math.radians(degrees)
    points = [(7, 0, 0), (0, 0, 0), (2 * math.cos(angle), 2 * math.sin(angle), 0)]
    found = measured(MeasurementKind.ANGLE, points, turn)
    assert found[QuantityKind.ANGLE] == pytest.approx(degrees, abs=1e-9)


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize(("drawn", "reported"), [(0, 0), (25, 25), (90, 90), (130, 50), (180, 0)])
def test_a_cobb_angle_is_that_of_the_lines_whichever_way_they_run(
    drawn: float, reported: float, flipped: bool, turn: np.ndarray
) -> None:
    angle = math.radians(drawn)
    far = [(40, 60, 0), (40 + 30 * math.cos(angle), 60 + 30 * math.sin(angle), 0)]
    points = [(0, 0, 0), (50, 0, 0), *(reversed(far) if flipped else far)]
    found = measured(MeasurementKind.COBB, points, turn)
    assert found[QuantityKind.ANGLE] == pytest.approx(reported, abs=1e-6)


@pytest.mark.parametrize("turn", TURNS)
def test_the_longer_of_two_axes_is_the_long_one_whichever_was_drawn_first(
    turn: np.ndarray,
) -> None:
    points = [(0, 0, 0), (6, 0, 0), (3, -8, 0), (3, 8, 0)]
    assert measured(MeasurementKind.BIDIRECTIONAL, points, turn) == {
        QuantityKind.LONG_AXIS: pytest.approx(16),
        QuantityKind.SHORT_AXIS: pytest.approx(6),
    }


def test_lines_without_length_make_no_angle_and_no_error() -> None:
    point = (1.0, 2.0, 3.0)
    (angle,) = line_quantities(MeasurementKind.ANGLE, [point, point, point])
    assert angle.value == 0


def test_a_note_measures_nothing() -> None:
    assert line_quantities(MeasurementKind.ARROW, [(0, 0, 0), (1, 1, 1)]) == ()

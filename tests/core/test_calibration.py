"""Scores to probabilities and thresholds to false positives, against numbers by hand."""

import math

import pytest

from reader.core.calibration import (
    Bound,
    Calibration,
    OperatingPoint,
    calibration_of,
    false_positives_text,
    measured_on_text,
)

POINTS = (OperatingPoint(0.2, 16.0), OperatingPoint(0.4, 3.0), OperatingPoint(0.6, 0.0))


def test_a_temperature_of_two_halves_the_logit():
    # logit(0.9) = ln 9; half of it is ln 3, and that is the logit of 3 / 4
    assert Calibration(60, "d", temperature=2.0).probability(0.9) == pytest.approx(0.75)
    assert Calibration(60, "d", temperature=2.0).probability(0.5) == pytest.approx(0.5)


def test_platt_scales_and_shifts_the_logit():
    # logit(0.8) = ln 4; 0.5 ln 4 - ln 2 = 0
    fitted = Calibration(60, "d", platt=(0.5, -math.log(2)))
    assert fitted.probability(0.8) == pytest.approx(0.5)
    assert 0.0 < fitted.probability(0.0) < fitted.probability(0.3) < fitted.probability(1.0) < 1.0


def test_without_a_fit_a_score_stays_itself():
    assert Calibration(1, "d", points=POINTS).probability(0.37) == 0.37
    assert not Calibration(1, "d", points=POINTS).maps_scores


def test_false_positives_lie_on_a_line_between_what_was_measured():
    measured = Calibration(1, "d", points=POINTS)
    assert measured.false_positives(0.4).per_scan == 3.0
    assert measured.false_positives(0.25).per_scan == pytest.approx(12.75)
    assert measured.false_positives(0.5).per_scan == pytest.approx(1.5)


def test_beyond_what_was_measured_there_is_only_a_bound():
    measured = Calibration(1, "d", points=POINTS)
    below, above = measured.false_positives(0.1), measured.false_positives(0.9)
    assert (below.per_scan, below.bound) == (16.0, Bound.AT_LEAST)
    assert (above.per_scan, above.bound) == (0.0, Bound.AT_MOST)


def test_points_move_with_the_scores():
    fitted = Calibration(60, "d", temperature=2.0, points=(OperatingPoint(0.9, 2.0),))
    assert fitted.false_positives(0.75).bound is Bound.ABOUT
    assert fitted.false_positives(0.9).bound is Bound.AT_MOST


def test_what_was_not_measured_is_said_to_be_so():
    assert "not measured" in str(false_positives_text(None, 0.5))
    assert "not measured" in str(false_positives_text(Calibration(9, "d", 1.3), 0.5))
    assert measured_on_text(Calibration(9, "d", 1.3)) is None


def test_the_sentence_has_a_number_and_what_it_is_from():
    measured = Calibration(12, "a hospital", points=POINTS)
    said = str(false_positives_text(measured, 0.25))
    assert said == "about 13 false positives per scan at this threshold"
    assert str(measured_on_text(measured)) == "n = 12, a hospital"
    assert str(false_positives_text(measured, 0.1)).startswith("16 or more")


def test_a_card_is_read_in_any_order_of_points():
    card = {
        "calibration": {
            "n": 3,
            "data": "d",
            "platt": [2, 0],
            "operating_points": [
                {"threshold": 0.6, "false_positives_per_scan": 0, "sensitivity": 0.5},
                {"threshold": 0.2, "false_positives_per_scan": 16},
            ],
        }
    }
    fitted = calibration_of(card)
    assert [p.threshold for p in fitted.points] == [0.2, 0.6]
    assert fitted.platt == (2.0, 0.0)
    assert fitted.points[1].sensitivity == 0.5
    assert calibration_of({}) is None

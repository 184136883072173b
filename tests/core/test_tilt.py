"""A tilt is a proper rotation and stays one."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.tilt import STRAIGHT, Tilt


def test_turning_is_clockwise_seen_along_the_axis_and_back_again_is_straight():
    turned = STRAIGHT.turned((0, 0, 2.0), 90, (1, 2, 3))
    assert turned.matrix @ (1, 0, 0) == pytest.approx((0, 1, 0))
    assert turned.pivot_lps == (1, 2, 3)
    back = turned.turned((0, 0, 1), -90, (0, 0, 0))
    assert back.matrix == pytest.approx(np.eye(3))


def test_a_thousand_small_turns_keep_lengths_and_angles():
    tilt = STRAIGHT
    for n in range(1000):
        tilt = tilt.turned((1, n % 7, -2), 1.3, (0, 0, 0))
    assert tilt.matrix @ tilt.matrix.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(tilt.matrix) == pytest.approx(1)


@pytest.mark.parametrize(
    "rows",
    [
        ((1.1, 0, 0), (0, 1, 0), (0, 0, 1)),
        ((-1.0, 0, 0), (0, 1, 0), (0, 0, 1)),
        ((float("nan"), 0, 0), (0, 1, 0), (0, 0, 1)),
        ((1.0, 0.1, 0), (0, 1, 0), (0, 0, 1)),
    ],
)
def test_what_stretches_mirrors_or_shears_is_no_tilt(rows):
    with pytest.raises(ValueError, match="rotation"):
        Tilt(rows)

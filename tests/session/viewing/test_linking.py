"""Crosshairs of different frames of reference move together by an offset."""

from __future__ import annotations

import pytest

from reader.core.geometry import VolumeGeometry
from reader.session.events import SessionEvents
from reader.session.viewing.linking import Linking, TieBasis, first_shift


def box(size_mm: float, at_mm: float, shape: int = 10) -> VolumeGeometry:
    spacing = size_mm / shape
    return VolumeGeometry.from_spacing((shape,) * 3, (spacing,) * 3, (0.0, 0.0, at_mm))


@pytest.fixture
def linking() -> Linking:
    """Frame b is tied to frame a, whose volume lies 300 mm away."""
    linking = Linking(SessionEvents())
    linking.turn(True)
    linking.tie("b", box(100, 300), "a", box(100, 0))
    return linking


def test_volumes_that_cover_much_of_the_same_are_tied_by_position():
    assert first_shift(box(100, 0), box(100, 40)) == ((0.0, 0.0, 0.0), TieBasis.POSITION)


def test_volumes_far_apart_are_tied_by_their_middles():
    shift, basis = first_shift(box(100, 0), box(100, 300))
    assert shift == pytest.approx((0, 0, 300))
    assert basis is TieBasis.MIDDLE


def test_a_short_volume_within_a_long_one_is_tied_by_position():
    short = VolumeGeometry.from_spacing((5, 10, 10), (4, 10, 10), (0, 0, 200))
    long = VolumeGeometry.from_spacing((100, 10, 10), (4, 10, 10), (0, 0, 0))
    assert first_shift(long, short)[1] is TieBasis.POSITION


def test_moving_one_moves_the_other_both_ways(linking):
    assert linking.moved("a", (1, 2, 3)) == {"b": pytest.approx((1, 2, 303))}
    assert linking.moved("b", (1, 2, 303)) == {"a": pytest.approx((1, 2, 3))}
    assert linking.moved("elsewhere", (0, 0, 0)) == {}


def test_turned_off_nothing_follows_and_the_offset_is_kept(linking):
    linking.turn(False)
    assert linking.moved("a", (0, 0, 0)) == {}
    linking.turn(True)
    assert linking.moved("a", (0, 0, 0)) == {"b": pytest.approx((0, 0, 300))}


def test_what_stands_now_is_how_they_are_tied(linking):
    linking.keep({"a": (0, 0, 0), "b": (0, 5, 312)})
    assert linking.moved("a", (1, 0, 0))["b"] == pytest.approx((1, 5, 312))
    assert linking.basis("b") is TieBasis.HAND
    assert linking.by_hand_mm("b") == pytest.approx(13.0)


def test_a_frame_that_is_not_on_screen_goes_along_unchanged(linking):
    linking.tie("c", box(100, 0), "a", box(100, 0))
    linking.keep({"a": (0, 0, 0), "b": (0, 0, 310)})
    assert linking.moved("a", (0, 0, 1))["c"] == pytest.approx((0, 0, 1))


def test_reset_ties_as_at_first(linking):
    linking.keep({"a": (0, 0, 0), "b": (0, 0, 350)})
    linking.reset()
    assert linking.by_hand_mm("b") == 0
    assert linking.basis("b") is TieBasis.MIDDLE
    assert linking.moved("a", (0, 0, 0))["b"] == pytest.approx((0, 0, 300))


def test_a_counterpart_is_known_without_moving_anything(linking):
    linking.turn(False)
    assert linking.counterpart((0, 0, 1), "a", "b") == pytest.approx((0, 0, 301))
    assert linking.counterpart((0, 0, 1), "a", "a") == (0, 0, 1)
    assert linking.counterpart((0, 0, 1), "a", "unknown") is None


def test_another_study_unties_everything(linking):
    linking.forget()
    assert linking.frames == frozenset()
    assert not linking.is_on

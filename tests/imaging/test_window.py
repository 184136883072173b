"""Grey levels are exactly what the standard's formula gives."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.intensity import WindowLevel
from reader.imaging.window import apply_window, robust_window

WINDOWS = [
    WindowLevel(40, 400),
    WindowLevel(-600, 1500),
    WindowLevel(50.5, 1),
    WindowLevel(0, 65536),
    WindowLevel(33.3, 7.7),
]


def by_the_book(values, window: WindowLevel):
    """PS3.3 C.11.2.1.3.2 for output 0 to 255, rounded half up."""
    scaled = (np.asarray(values, np.float64) - window.lower) * (255.0 / window.width)
    return np.clip(np.floor(scaled + 0.5), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("dtype", [np.int16, np.uint16])
def test_all_16_bit_values_are_exact(dtype, window):
    info = np.iinfo(dtype)
    values = np.arange(info.min, info.max + 1).astype(dtype).reshape(256, 256)
    np.testing.assert_array_equal(apply_window(values, window), by_the_book(values, window))


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("dtype", [np.int32, np.float32])
def test_other_types_are_within_one_grey_level(dtype, window):
    rng = np.random.default_rng(3)
    values = (rng.random((64, 64)) * 4000 - 1000).astype(dtype)
    difference = apply_window(values, window).astype(int) - by_the_book(values, window)
    assert np.abs(difference).max() <= 1
    assert np.mean(difference != 0) < 0.01


@pytest.mark.parametrize("dtype", [np.int16, np.uint16, np.int32, np.float32])
def test_inverted_is_white_minus_grey(dtype):
    values = np.arange(100, dtype=dtype).reshape(10, 10)
    window = WindowLevel(50, 60)
    np.testing.assert_array_equal(
        apply_window(values, window, invert=True), 255 - apply_window(values, window)
    )


def test_what_is_not_a_number_is_black_and_infinities_are_clipped():
    values = np.array([[np.nan, np.inf, -np.inf, 1e30]], dtype=np.float32)
    assert apply_window(values, WindowLevel(0, 10)).tolist() == [[0, 255, 0, 255]]


def test_a_strided_view_gives_the_same_as_its_copy():
    values = np.arange(2000, dtype=np.int16).reshape(10, 10, 20)[:, ::-1, 3]
    assert not values.flags.c_contiguous
    window = WindowLevel(1000, 2000)
    np.testing.assert_array_equal(apply_window(values, window), by_the_book(values, window))


def test_the_robust_window_leaves_out_tails_and_padding():
    values = np.full(100_000, -2000, dtype=np.int16)
    values[:50_000] = np.tile(np.arange(500), 100)
    values[7] = 30_000
    window = robust_window(values.reshape(10, 100, 100), padding=(-2000, -2000))
    assert window.lower == pytest.approx(0, abs=2)
    assert window.upper == pytest.approx(499, abs=2)


@pytest.mark.parametrize("fill", [0.0, 7.0, np.nan])
def test_a_flat_volume_still_has_a_window(fill):
    window = robust_window(np.full((3, 3, 3), fill, dtype=np.float32))
    assert window.width > 0


def test_a_volume_that_is_nearly_flat_keeps_what_stands_out():
    values = np.zeros((50, 50, 50), dtype=np.float32)
    values[3, 3, 3] = 9
    assert robust_window(values).upper == 9

"""Grey levels are exactly what the standard's formula gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reader.core.intensity import VoiTable, WindowFunction, WindowLevel
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
    scaled = (np.asarray(values, np.float64) - window.lower) * 255.0 / window.width
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


def standard_linear(values, window: WindowLevel):
    """PS3.3 C.11.2.1.2.1 word for word, for output 0 to 255."""
    x = np.asarray(values, np.float64)
    c, w = window.center, window.width
    with np.errstate(divide="ignore", invalid="ignore"):
        between = ((x - (c - 0.5)) / (w - 1) + 0.5) * 255
    between = np.nan_to_num(between, nan=0.0, posinf=255.0, neginf=0.0)
    shown = np.where(x <= c - 0.5 - (w - 1) / 2, 0, between)
    return np.where(x > c - 0.5 + (w - 1) / 2, 255, shown)


@pytest.mark.parametrize(("center", "width"), [(2048, 4096), (40, 400), (0, 1), (127.5, 2), (5, 3)])
@pytest.mark.parametrize("dtype", [np.int16, np.uint16])
def test_linear_is_the_standards_own_function(dtype, center, width):
    info = np.iinfo(dtype)
    values = np.arange(info.min, info.max + 1).astype(dtype).reshape(256, 256)
    window = WindowLevel(center, width, WindowFunction.LINEAR)
    wanted = np.floor(standard_linear(values, window) + 0.5)
    np.testing.assert_array_equal(apply_window(values, window), wanted)


def test_sigmoid_is_the_standards_own_function():
    values = np.arange(-32768, 32768).astype(np.int16).reshape(256, 256)
    window = WindowLevel(100, 300, WindowFunction.SIGMOID)
    exponent = np.clip(-4 * (values.astype(np.float64) - 100) / 300, -700, 700)
    wanted = np.floor(255 / (1 + np.exp(exponent)) + 0.5)
    np.testing.assert_array_equal(apply_window(values, window), wanted)
    floats = apply_window(values.astype(np.float32), window).astype(int)
    assert np.abs(floats - wanted).max() <= 1


CURVE = VoiTable(100.0, np.array([0, 10, 4095, 2000], "<u2").tobytes(), 12)


@pytest.mark.parametrize("dtype", [np.int16, np.uint16, np.int32, np.float32])
def test_a_table_gives_each_value_its_entry_and_the_ends_beyond(dtype):
    values = np.array([[0, 99, 100, 101, 102, 103, 104, 30000]], dtype=dtype)
    grey = apply_window(values, WindowLevel.of_table(CURVE))
    assert grey.tolist() == [[0, 0, 0, 1, 255, 125, 125, 125]]


def test_a_table_is_stretched_over_the_window():
    window = replace(WindowLevel.of_table(CURVE), center=1000.0, width=300.0)
    values = np.array([[850, 950, 1050, 1150]], dtype=np.int16)
    assert apply_window(values, window).tolist() == [[0, 1, 255, 125]]


def test_entries_beyond_the_bits_a_table_claims_are_not_all_white():
    entries = np.array([0, 2047, 4095], "<u2").tobytes()
    grey = apply_window(
        np.array([[0, 1, 2]], np.int16), WindowLevel.of_table(VoiTable(0.0, entries, 8))
    )
    assert grey.tolist() == [[0, 127, 255]]


@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32])
def test_padding_is_black_either_way_round(dtype, invert):
    values = np.array([[-3024, -2000, 0, 50, 3000]], dtype=dtype)
    grey = apply_window(values, WindowLevel(50, 100), invert, padding=(-3024, -2000))
    assert grey[0, :2].tolist() == [0, 0]
    assert grey[0, 2:].tolist() == ([255, 127, 0] if invert else [0, 128, 255])
    white = apply_window(values, WindowLevel(50, 100), invert, padding=(3000, 3000))
    assert white[0, 4] == 0


@pytest.mark.parametrize("function", [WindowFunction.LINEAR, WindowFunction.SIGMOID])
def test_what_is_not_a_number_is_black_also_when_inverted(function):
    values = np.array([[np.nan, 1e9]], dtype=np.float32)
    assert apply_window(values, WindowLevel(0, 10, function), invert=True).tolist() == [[0, 0]]
    table = WindowLevel.of_table(VoiTable(0.0, np.array([9, 9], "<u2").tobytes(), 8))
    assert apply_window(values, table).tolist() == [[0, 9]]


def test_large_whole_numbers_are_told_apart():
    values = np.array([[2**30, 2**30 + 1, 2**30 + 2]], dtype=np.int32)
    assert apply_window(values, WindowLevel(2**30 + 1, 2)).tolist() == [[0, 128, 255]]


def test_a_films_borders_do_not_stretch_its_window():
    film = np.full((100, 100), 4095, np.uint16)
    film[20:80, 20:80] = np.linspace(1000, 2000, 3600).reshape(60, 60)
    film[:10] = 0
    window = robust_window(film, has_borders=True)
    assert window.lower == pytest.approx(1000, abs=5)
    assert window.upper == pytest.approx(2000, abs=5)
    assert robust_window(film).upper == 4095


@pytest.mark.parametrize("dtype", [np.int16, np.uint16, np.uint8, np.int32, np.float32])
@pytest.mark.parametrize("shape", [(7, 5), (1, 5), (5, 1), (6, 6)])
@pytest.mark.parametrize("turns", range(4))
def test_a_turned_slice_goes_through_its_window_as_the_others(dtype, shape, turns):
    values = np.arange(shape[0] * shape[1]).reshape(shape).astype(dtype)
    window, padding = WindowLevel(14.0, 20.0), (3.0, 4.0)
    for invert in (False, True):
        expected = np.rot90(apply_window(values, window, invert, padding), turns)
        grey = apply_window(np.rot90(values, turns), window, invert, padding)
        assert np.array_equal(grey, expected)
        assert grey.flags.c_contiguous

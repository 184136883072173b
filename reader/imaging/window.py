"""Values to grey: exact window tables for integers, the same formulas for floats.

A value x becomes the level y of 0..255 that its window's function gives, rounded half up.
Source: DICOM PS3.3 C.11.2 (VOI LUT).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.core.intensity import VoiTable, WindowFunction, WindowLevel

ROBUST_PERCENTILES: Final = (0.1, 99.9)
_ROBUST_SAMPLE: Final = 2_000_000
"""Percentiles over about this many voxels are within a grey level of those over all."""
_BORDER_SHARE: Final = 0.02
_STEEPEST: Final = 60.0
"""A sigmoid is black or white long before this exponent, where float32 still holds it."""

Bytes = NDArray[np.uint8]
Padding = tuple[float, float]


def apply_window(
    values: NDArray[np.generic],
    window: WindowLevel,
    invert: bool = False,
    padding: Padding | None = None,
) -> Bytes:
    """Grey levels of a 2-D array of modality values; a new C-contiguous array.

    16-bit integers go through a table, exact for every value. Other types are computed:
    float32 as it is, wider ones in float64. What is not a number, or lies in `padding`, is
    black, inverted or not: it is no part of the image.
    """
    if _lies_on_its_side(values):
        # In the order of the memory, and then the bytes are turned, of which there are fewer.
        return np.asarray(cv2.transpose(apply_window(values.T, window, invert, padding)))
    if values.dtype in (np.int16, np.uint16):
        table = window_table(window, invert, values.dtype == np.int16, padding)
        return look_up(np.ascontiguousarray(values), table)
    wide = values.dtype.itemsize > 2 and values.dtype != np.float32
    grey = _levels(values.astype(np.float64 if wide else np.float32), window)
    if invert:
        grey = np.asarray(cv2.bitwise_not(grey))
    if values.dtype.kind == "f" and (invert or window.function is WindowFunction.TABLE):
        grey[np.isnan(values)] = 0
    if padding is not None:
        grey[_within(values, padding)] = 0
    return grey


@lru_cache(maxsize=32)
def window_table(
    window: WindowLevel, invert: bool, signed: bool, padding: Padding | None = None
) -> Bytes:
    """Grey of each of the 65536 16-bit values, indexed by the value's bits as uint16."""
    bits = np.arange(65536, dtype=np.uint16)
    values = (bits.view(np.int16) if signed else bits).astype(np.float64)
    grey = _levels(values.copy(), window)
    table = np.asarray(255 - grey if invert else grey)
    if padding is not None:
        table[_within(values, padding)] = 0
    table.flags.writeable = False
    return table


def look_up(values: NDArray[np.generic], table: Bytes) -> Bytes:
    """Replace each 16-bit value of a contiguous 2-D array by its entry in a table of 65536.

    Entries are found by the value's bits. The GIL is released.
    """
    found = cv2.LUT(values.view(np.uint16), table.reshape(1, 65536))
    return np.asarray(found, dtype=np.uint8)


def look_up_colors(values: NDArray[np.generic], table: Bytes) -> Bytes:
    """The same with a table of shape (65536, 4); the result is (rows, columns, 4)."""
    packed = table.view(np.int32).reshape(1, 65536)
    found = np.asarray(cv2.LUT(values.view(np.uint16), packed), dtype=np.int32)
    return found.view(np.uint8).reshape(*values.shape, 4)


def _levels(values: NDArray[np.floating], window: WindowLevel) -> Bytes:
    """Grey of floats, which are overwritten; a value that is not a number becomes 0."""
    if window.function is WindowFunction.TABLE and window.table is not None:
        return _from_table(values, window, window.table)
    is_linear = window.function is WindowFunction.LINEAR
    lower, span = window.lower, window.width - 1 if is_linear else window.width
    if window.function is WindowFunction.SIGMOID:
        values -= window.center
        values *= -4.0 / window.width
        np.clip(values, -_STEEPEST, _STEEPEST, out=values)
        np.exp(values, out=values)
        values += 1
        np.divide(255.0, values, out=values)
    elif span <= 0:  # LINEAR of width 1 is a step
        return np.where(values > lower, 255, 0).astype(np.uint8)
    else:
        values -= lower
        values *= 255.0
        values /= span  # not by the quotient, which would miss exact halves
    values += 0.5
    np.fmax(values, 0, out=values)
    np.fmin(values, 255, out=values)
    return values.astype(np.uint8)


def _from_table(values: NDArray[np.floating], window: WindowLevel, table: VoiTable) -> Bytes:
    """Grey of floats by a VOI table stretched between the window's ends."""
    last = table.count - 1
    values -= window.lower
    values *= last / (window.upper - window.lower)
    values += 0.5
    np.fmax(values, 0, out=values)
    np.fmin(values, last, out=values)
    return _table_levels(table)[values.astype(np.intp)]


@lru_cache(maxsize=16)
def _table_levels(table: VoiTable) -> Bytes:
    """The table's entries as 0..255; entries beyond the bits it claims widen its range."""
    entries = np.frombuffer(table.entries, dtype="<u2").astype(np.float64)
    white = max((1 << table.bits) - 1, float(entries.max()))
    return np.floor(entries * (255.0 / white) + 0.5).astype(np.uint8)


def _lies_on_its_side(values: NDArray[np.generic]) -> bool:
    """Whether columns and not rows are contiguous: a slice shown a quarter turned."""
    down, right = (abs(step) for step in values.strides)
    return down == values.itemsize != right and min(values.shape) > 1


def _within(values: NDArray[np.generic], bounds: Padding) -> NDArray[np.bool_]:
    return np.asarray((values >= bounds[0]) & (values <= bounds[1]))  # type: ignore[operator]


def robust_window(
    voxels: NDArray[np.generic], padding: Padding | None = None, has_borders: bool = False
) -> WindowLevel:
    """The window from the 0.1st to the 99.9th percentile, for series without a unit.

    Values within `padding` and values that are not finite are left out; with `has_borders`
    so are the least and the greatest value where they fill much of it, as a film's
    collimated edge and its overexposed ground do.
    Source: the automatic window of 3D Slicer (0.1 % tails).
    """
    flat = voxels.reshape(-1)
    sample = flat[:: max(1, flat.size // _ROBUST_SAMPLE)].astype(np.float64)
    kept = sample[np.isfinite(sample)]
    if padding is not None:
        kept = kept[~_within(kept, padding)]
    if has_borders:
        kept = _without_borders(kept)
    if not kept.size:
        return WindowLevel(0.5, 1.0)
    low, high = (float(v) for v in np.percentile(kept, ROBUST_PERCENTILES))
    if high <= low:
        low, high = float(kept.min()), float(kept.max())
    width = high - low
    if width <= 0:
        return WindowLevel(low, 1.0)
    return WindowLevel((low + high) / 2, width)


def _without_borders(kept: NDArray[np.float64]) -> NDArray[np.float64]:
    for end in (np.min, np.max):
        if not kept.size:
            return kept
        at_end = kept == end(kept)
        if _BORDER_SHARE < at_end.mean() < 1:
            kept = kept[~at_end]
    return kept

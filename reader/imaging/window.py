"""Values to grey: exact window tables for integers, the same formula for floats.

A value x becomes `floor(255 * (x - lower) / width + 0.5)`, clipped to 0..255.
Source: DICOM PS3.3 C.11.2.1.3.2 (LINEAR_EXACT), rounding half up.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.core.intensity import WindowLevel

ROBUST_PERCENTILES: Final = (0.1, 99.9)
_ROBUST_SAMPLE: Final = 2_000_000
"""Percentiles over about this many voxels are within a grey level of those over all."""

Bytes = NDArray[np.uint8]


def apply_window(values: NDArray[np.generic], window: WindowLevel, invert: bool = False) -> Bytes:
    """Grey levels of a 2-D array of modality values; a new C-contiguous array.

    16-bit integers go through a table, exact for every value. Other types are computed
    in float32; a value that is not a number is shown black.
    """
    if values.dtype in (np.int16, np.uint16):
        table = window_table(window, invert, values.dtype == np.int16)
        return look_up(np.ascontiguousarray(values), table)
    return _grey_of_floats(values, window, invert)


@lru_cache(maxsize=32)
def window_table(window: WindowLevel, invert: bool, signed: bool) -> Bytes:
    """Grey of each of the 65536 16-bit values, indexed by the value's bits as uint16."""
    bits = np.arange(65536, dtype=np.uint16)
    values = (bits.view(np.int16) if signed else bits).astype(np.float64)
    scaled = (values - window.lower) * (255.0 / window.width)
    grey = np.clip(np.floor(scaled + 0.5), 0, 255).astype(np.uint8)
    table = np.asarray(255 - grey if invert else grey)
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


def _grey_of_floats(values: NDArray[np.generic], window: WindowLevel, invert: bool) -> Bytes:
    scaled = np.subtract(values, np.float32(window.lower), dtype=np.float32, casting="unsafe")
    scaled *= np.float32(255.0 / window.width)
    scaled += np.float32(0.5)
    np.fmax(scaled, 0, out=scaled)
    np.fmin(scaled, 255, out=scaled)
    grey = scaled.astype(np.uint8)
    return np.asarray(cv2.bitwise_not(grey)) if invert else grey


def robust_window(
    voxels: NDArray[np.generic], padding: tuple[float, float] | None = None
) -> WindowLevel:
    """The window from the 0.1st to the 99.9th percentile, for series without a unit.

    Values within `padding` and values that are not finite are left out.
    Source: the automatic window of 3D Slicer (0.1 % tails).
    """
    flat = voxels.reshape(-1)
    sample = flat[:: max(1, flat.size // _ROBUST_SAMPLE)].astype(np.float64)
    kept = sample[np.isfinite(sample)]
    if padding is not None:
        kept = kept[(kept < padding[0]) | (kept > padding[1])]
    if not kept.size:
        return WindowLevel(0.5, 1.0)
    low, high = (float(v) for v in np.percentile(kept, ROBUST_PERCENTILES))
    if high <= low:
        low, high = float(kept.min()), float(kept.max())
    width = high - low
    if width <= 0:
        return WindowLevel(low, 1.0)
    return WindowLevel((low + high) / 2, width)

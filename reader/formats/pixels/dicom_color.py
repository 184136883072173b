"""Colour pixels as 8-bit RGB. Source: DICOM PS3.3 C.7.6.3.1.2, C.7.6.3.1.5.

Imported by the codec processes: nothing here may be slow to load.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_FULL: Final = np.array([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]], np.float32)
_PARTIAL: Final = np.array(
    [[1.1644, 0, 1.5960], [1.1644, -0.3917, -0.8130], [1.1644, 2.0173, 0]], np.float32
)
_PARTIAL_BLACK: Final = 16


def ycbcr_to_rgb(samples: NDArray[Any], photometric: str, bits: int) -> NDArray[Any]:
    """RGB of the same type from (…, 3) luminance and chrominance of `bits` bits."""
    partial = photometric.startswith("YBR_PARTIAL")
    scale = 1 << max(bits - 8, 0)
    # Single precision holds 24 bits.
    real: type[np.floating[Any]] = np.float64 if bits > 16 else np.float32
    offset = np.array([_PARTIAL_BLACK if partial else 0, 128, 128], real) * scale
    found: NDArray[Any] = (samples.astype(real) - offset) @ (_PARTIAL if partial else _FULL).T
    np.rint(found, out=found)
    np.clip(found, 0, (1 << bits) - 1, out=found)
    return found.astype(samples.dtype)


def interleave(
    raw: NDArray[Any], rows: int, columns: int, photometric: str, planar: bool
) -> NDArray[Any]:
    """(rows, columns, 3) from the samples of an uncompressed colour frame, in stored order.

    Raises: ValueError: there are more or fewer than the frame needs.
    """
    if photometric in ("YBR_FULL_422", "YBR_PARTIAL_422"):
        return _from_422(raw, rows, columns)
    if planar:
        return np.ascontiguousarray(np.moveaxis(raw.reshape(3, rows, columns), 0, -1))
    return raw.reshape(rows, columns, 3)


def _from_422(raw: NDArray[Any], rows: int, columns: int) -> NDArray[Any]:
    """Two luminances share one pair of chrominances: Y Y Cb Cr. Each pair stands for both."""
    quads = raw.reshape(rows, columns // 2, 4)
    found = np.empty((rows, columns // 2, 2, 3), raw.dtype)
    found[..., 0] = quads[..., :2]
    found[..., 1] = quads[..., 2:3]
    found[..., 2] = quads[..., 3:4]
    return found.reshape(rows, columns, 3)


def reduce_to_bytes(samples: NDArray[Any], bits_stored: int) -> NDArray[np.uint8]:
    """Colours of more than 8 bits by their high byte."""
    if samples.dtype == np.uint8 and bits_stored >= 8:
        return samples
    unsigned = samples.view(f"u{samples.dtype.itemsize}")
    if bits_stored > 8:
        return (unsigned >> (bits_stored - 8)).astype(np.uint8)
    if bits_stored < 8:
        # The full range is white, whatever its number of bits.
        whitest = (1 << bits_stored) - 1
        return (unsigned.astype(np.uint16) * 255 // whitest).astype(np.uint8)
    return unsigned.astype(np.uint8)


def apply_palette(
    stored: NDArray[Any], first_stored: int, rgb: bytes, out: NDArray[np.uint8]
) -> None:
    """Write the colour of every stored value into `out` (…, 3).

    Values below the first and above the last entry have its colour.
    """
    table = np.frombuffer(rgb, np.uint8).reshape(-1, 3)
    index = np.clip(stored.astype(np.int64) - first_stored, 0, len(table) - 1)
    np.take(table, index, axis=0, out=out, mode="clip")

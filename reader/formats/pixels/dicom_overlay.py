"""Overlay planes (60xx): one-bit graphics that a scanner laid over its images.

Source: DICOM PS3.3 C.9.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.formats.headers.dicom_slice import DicomSlice, OverlayPlane


def draw_overlays(slice_: DicomSlice, raw: NDArray[Any] | None, target: NDArray[np.uint8]) -> None:
    """Set `target` (rows x columns) to 1 where one of the slice's planes is drawn.

    `raw` are the stored samples with all their bits, for planes embedded in them; None =
    they are not at hand. What lies beside the image, or is not there, is left out.
    """
    for plane in slice_.overlays:
        index = slice_.frame - plane.first_frame
        if not 0 <= index < plane.frames:
            continue
        if plane.embedded_bit is None:
            _lay(_unpacked(plane, index), plane.origin, target)
        elif raw is not None and 0 <= plane.embedded_bit < 8 * raw.dtype.itemsize:
            bits = raw.view(f"u{raw.dtype.itemsize}") >> plane.embedded_bit & 1
            _lay(bits.astype(np.uint8), (0, 0), target)


def has_embedded(slice_: DicomSlice) -> bool:
    """Whether a plane lies among the bits of the pixels."""
    return any(plane.embedded_bit is not None for plane in slice_.overlays)


def _unpacked(plane: OverlayPlane, index: int) -> NDArray[np.uint8]:
    """One frame of a packed plane; (0, 0) in size where its bits are missing."""
    size = plane.rows * plane.columns
    first = index * size
    data = np.frombuffer(plane.packed, np.uint8)[first // 8 : -(-(first + size) // 8)]
    bits = np.unpackbits(data, bitorder="little")[first % 8 : first % 8 + size]
    if len(bits) < size:
        return np.zeros((0, 0), np.uint8)
    return bits.reshape(plane.rows, plane.columns)


def _lay(bits: NDArray[np.uint8], origin: tuple[int, int], target: NDArray[np.uint8]) -> None:
    """Lay `bits` on the part of the image that they cover."""
    inside, place = [], []
    for start, size, limit in zip(origin, bits.shape, target.shape, strict=True):
        first, end = max(start, 0), min(start + size, limit)
        if first >= end:
            return
        inside.append(slice(first - start, end - start))
        place.append(slice(first, end))
    target[tuple(place)] |= bits[tuple(inside)]

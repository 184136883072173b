"""Which values of a DICOM series mark pixels outside the image.

Such pixels lie outside a scanner's round field of view. They are no tissue and no air, and
a mean, a histogram or a window that counts them is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.intensity import IntensityUnit
from reader.formats.headers.dicom_slice import DicomSlice
from reader.formats.pixels.dicom_pixels import modality_ends

_LOWEST: Final = -32768.0
_NO_TISSUE_HU: Final = -1500.0
"""Noise in air stays above; the marks of makers (-2000, -2048, -3024, -8192 …) are below."""
_TISSUE_HU: Final = (-900.0, 3000.0)
"""A header that states a mark between these, often 0, means stored bytes that are not there:
believing it would take water out of every mean."""
_MINUS_2000_UNSIGNED: Final = 63536
"""-2000 in 16 bits, read as the header's unsigned numbers."""


def padding_values(
    slices: Sequence[DicomSlice], unit: IntensityUnit, first_read: NDArray[Any]
) -> tuple[float, float] | None:
    """The modality values, from the first to the second, that are no part of the image.

    Where the header states none, a CT's usual marks. `first_read` are the values of one
    slice. None = there are none.
    """
    if slices[0].pixels.is_color:
        return None
    stated = {modality_ends(s, *s.padding) for s in _distinct(slices) if s.padding is not None}
    if len(stated) == 1:
        ((low, high),) = stated
        if unit is not IntensityUnit.HU or high < _TISSUE_HU[0] or low > _TISSUE_HU[1]:
            return low, high
    if unit is not IntensityUnit.HU:
        return None
    wrapped, _ = modality_ends(slices[0], _MINUS_2000_UNSIGNED, _MINUS_2000_UNSIGNED)
    if not slices[0].pixels.signed and bool(np.any(first_read == wrapped)):
        return wrapped, wrapped
    lowest = min(modality_ends(s, *s.pixels.stored_range)[0] for s in _distinct(slices))
    return (_LOWEST, _NO_TISSUE_HU) if lowest < _NO_TISSUE_HU else None


def _distinct(slices: Sequence[DicomSlice]) -> list[DicomSlice]:
    """One slice of each way to turn stored into modality values."""
    return list({(s.slope, s.intercept, s.padding, s.pixels, s.table): s for s in slices}.values())

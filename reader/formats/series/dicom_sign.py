"""Whether a header is right about the sign of its values."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.intensity import IntensityUnit
from reader.core.study import GeometryWarning, WarningCode
from reader.core.text import say
from reader.formats.headers.dicom_slice import DicomSlice
from reader.formats.pixels.codec_headers import HTJ2K_SYNTAXES, JPEG_2000_SYNTAXES, Codestream

_HIGHEST_HU: Final = 32767
"""Even on an extended scale, metal stays below."""
_SHARE: Final = 0.005


def sign_warnings(
    slice_: DicomSlice,
    stream: Codestream | None,
    unit: IntensityUnit,
    values: NDArray[Any],
    padding: tuple[float, float] | None,
) -> tuple[GeometryWarning, ...]:
    """What speaks against the sign that the header states; it is followed all the same.

    `stream` is what the slice's codestream says of itself; None = it is not compressed.
    """
    tells_sign = slice_.pixels.transfer_syntax_uid in (*JPEG_2000_SYNTAXES, *HTJ2K_SYNTAXES)
    if stream is not None and tells_sign and stream.signed != slice_.pixels.signed:
        text = say(
            "The header and the compressed images disagree on whether values can be negative. "
            "The header is followed."
        )
        return (GeometryWarning(WarningCode.SIGN_MISMATCH, text),)
    if unit is not IntensityUnit.HU or slice_.pixels.signed or values.dtype.itemsize < 4:
        return ()
    beyond = values > _HIGHEST_HU
    if padding is not None:
        beyond &= (values < padding[0]) | (values > padding[1])
    if np.count_nonzero(beyond) <= _SHARE * values.size:
        return ()
    text = say(
        "Many values are higher than any tissue or metal: negative numbers may have been "
        "stored as positive ones. The header is followed."
    )
    return (GeometryWarning(WarningCode.SIGN_MISMATCH, text),)

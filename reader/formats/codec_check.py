"""Which compressed pixels can be decoded on this machine, tried with a small image.

A codec library can be installed and still not load, so for every transfer syntax that can
be written here an image is encoded, decoded and compared; the others are asked for only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.formats.dicom_encode import TRANSFER_SYNTAXES, set_pixels
from reader.formats.dicom_support import CT_IMAGE
from reader.formats.quiet_pydicom import quiet_pydicom

if TYPE_CHECKING:
    from pydicom import Dataset

_JPEG_BASELINE: Final = "1.2.840.10008.1.2.4.50"
_TRIED: Final = (
    ("RLE", TRANSFER_SYNTAXES["rle"]),
    ("JPEG baseline", _JPEG_BASELINE),
    ("JPEG lossless", TRANSFER_SYNTAXES["jpegll"]),
    ("JPEG-LS", TRANSFER_SYNTAXES["jpegls"]),
    ("JPEG 2000", TRANSFER_SYNTAXES["j2k"]),
)
_ASKED_FOR: Final = (
    ("JPEG lossless, process 14", "1.2.840.10008.1.2.4.57"),
    ("JPEG-LS near-lossless", "1.2.840.10008.1.2.4.81"),
    ("JPEG 2000 lossy", "1.2.840.10008.1.2.4.91"),
    ("HTJ2K lossless", "1.2.840.10008.1.2.4.201"),
    ("HTJ2K RPCL", "1.2.840.10008.1.2.4.202"),
    ("HTJ2K", "1.2.840.10008.1.2.4.203"),
)
_SIDE_PX: Final = 32
_JPEG_TOLERANCE: Final = 12
"""JPEG baseline is lossy: on a smooth image it stays this close."""


@dataclass(frozen=True, slots=True)
class CodecCheck:
    """What became of one transfer syntax, by its everyday name.

    `tried`: an image was sent through it; otherwise only a decoder was looked for.
    """

    name: str
    transfer_syntax_uid: str
    decodes: bool
    tried: bool


def check_codecs() -> tuple[CodecCheck, ...]:
    """Check every compressed transfer syntax that series may come in. Raises nothing."""
    with quiet_pydicom():
        tried = [CodecCheck(name, uid, _round_trip(uid), True) for name, uid in _TRIED]
        asked = [CodecCheck(name, uid, _has_decoder(uid), False) for name, uid in _ASKED_FOR]
    return (*tried, *asked)


def _has_decoder(uid: str) -> bool:
    from pydicom.pixels.decoders.base import get_decoder
    from pydicom.uid import UID

    return bool(get_decoder(UID(uid)).is_available)


def _round_trip(uid: str) -> bool:
    """Whether an image survives being encoded and decoded."""
    try:
        if uid == _JPEG_BASELINE:
            image = _ramp(np.uint8)
            difference = np.abs(_jpeg_baseline(image).pixel_array.astype(int) - image)
            return bool(difference.max() <= _JPEG_TOLERANCE)
        image = _ramp(np.uint16)
        header = _header(image)
        set_pixels(header, image, uid)
        return bool(np.array_equal(header.pixel_array, image))
    except Exception:  # noqa: BLE001 - a codec that does not load raises anything
        return False


def _ramp(dtype: type[np.unsignedinteger[Any]]) -> NDArray[Any]:
    """A smooth image that uses most of 8 or 12 bits."""
    step = 3 if dtype is np.uint8 else 60
    rows, columns = np.indices((_SIDE_PX, _SIDE_PX))
    return ((rows + columns) * step).astype(dtype)


def _header(image: NDArray[Any]) -> Dataset:
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import generate_uid

    header = Dataset()
    header.file_meta = FileMetaDataset()
    header.SOPClassUID = CT_IMAGE
    header.SOPInstanceUID = generate_uid()
    header.Rows, header.Columns = image.shape
    header.SamplesPerPixel = 1
    header.PhotometricInterpretation = "MONOCHROME2"
    header.BitsAllocated = 8 * image.dtype.itemsize
    header.BitsStored = header.BitsAllocated
    header.HighBit = header.BitsStored - 1
    header.PixelRepresentation = 0
    return header


def _jpeg_baseline(image: NDArray[Any]) -> Dataset:
    import cv2
    from pydicom.encaps import encapsulate
    from pydicom.uid import UID

    _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 95])
    header = _header(image)
    header.file_meta.TransferSyntaxUID = UID(_JPEG_BASELINE)
    header.PixelData = encapsulate([encoded.tobytes()])
    header["PixelData"].VR = "OB"
    return header

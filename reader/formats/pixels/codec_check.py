"""Which compressed pixels can be decoded on this machine, tried with a small image.

A codec library can be installed and still not load, and a codec process may not start. So
for every transfer syntax an image goes the way that a series goes, and is compared.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.formats.export.dicom_encode import TRANSFER_SYNTAXES, set_pixels
from reader.formats.headers.dicom_support import CT_IMAGE
from reader.formats.headers.quiet_pydicom import quiet_pydicom
from reader.formats.pixels.codec_frame import CodecError, FrameFormat
from reader.formats.pixels.codec_pool import shared_pool

if TYPE_CHECKING:
    from pydicom import Dataset

_SIDE_PX: Final = 32
_STEP: Final = 60
"""A smooth image from 0 to 3720: most of 12 bits."""
_STEP_OF_8_BITS: Final = 4
_NEAR_LOSSLESS: Final = 2
_JPEG_TOLERANCE: Final = 12
_JPEG_12_BIT_TOLERANCE: Final = 24
_JPEG_2000_TOLERANCE: Final = 40

# The same image by codecs that can write these; nothing installed here can. One HTJ2K
# stream (reversible, RPCL) serves all three syntaxes.
_HTJ2K: Final = base64.b64decode(
    "/0//UQApQAAAAAAgAAAAIAAAAAAAAAAAAAAAIAAAACAAAAAAAAAAAAABDwEB/1AACAACAAAACv9SAAwAAgABAAUEBEAB"
    "/1wAEyCIkJCQkJCQkJCQkJCQiIiI/2QAFwABT3BlbkpQSCBWZXIgMC4yNi4zLv+QAAoAAAAAAMUAAf+TwAAma/cFB3QA"
    "wAATQAATAJD4Awd0AJD4Awd0AMAAE8AAE4BIIPECgnQASETiAKNUAMAAFVAABVgiRIgQ8apyAnUAIooQIeLAQgHstgDA"
    "ABaEAAFpgAwMDAwMDAwM58p6enGCeAAMGRgYGBgYGP79jGB79jGB7LoAwAAtmAAFvrZt27Zt27Zt27Zt2/n/Cnp6enp6"
    "enCCfQB227Zt27Zt27Zt27b/eGBCB79hCB79hCB79hCB7LMB/9k="
)
_JPEG_12_BIT: Final = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYG"
    "CAsICQoKCgoKBggLDAsKDAkKCgr/wQALDAAgACABAREA/8QAFgABAQEAAAAAAAAAAAAAAAAACwwN/8QAGxAAAQQDAAAA"
    "AAAAAAAAAAAACwAnNkVUYXH/2gAIAQEAAD8Axo8dyO6gzG41dzSeAHcjuoMxuNXc0ngB3I7qDMbjV3NJ4AdyO6gzG41d"
    "zSg/x3I7qDMbjV3NJ4AdyO6gzG41dzSeAHcjuoMxuNXc0ngB3I7qDMbjV3NKD/HcjuoMxuNXc0ngB3I7qDMbjV3NJ4Ad"
    "yO6gzG41dzSeAHcjuoMxuNXc0oP8dyO6gzG41dzSeAHcjuoMxuNXc0ngB3I7qDMbjV3NJ4AdyO6gzG41dzS//9k="
)


@dataclass(frozen=True, slots=True)
class CodecCheck:
    """What became of one transfer syntax, by its everyday name."""

    name: str
    transfer_syntax_uid: str
    decodes: bool


@dataclass(frozen=True, slots=True)
class _Trial:
    """An image to decode, and how far from the original a lossy codec may be."""

    name: str
    ending: str
    encode: Callable[[str], bytes]
    tolerance: int = 0
    bits: int = 12

    @property
    def uid(self) -> str:
        return f"1.2.840.10008.1.2.{self.ending}"


def check_codecs() -> tuple[CodecCheck, ...]:
    """Check every compressed transfer syntax that series may come in. Raises nothing."""
    return tuple(CodecCheck(trial.name, trial.uid, _survives(trial)) for trial in _TRIALS)


def _survives(trial: _Trial) -> bool:
    """Whether an image survives being encoded and decoded."""
    allocated = 8 if trial.bits == 8 else 16
    wanted = FrameFormat(
        trial.uid,
        "MONOCHROME2",
        _SIDE_PX,
        _SIDE_PX,
        1,
        allocated,
        trial.bits,
        trial.bits - 1,
        False,
    )
    found = np.empty(wanted.shape, wanted.dtype)
    try:
        with quiet_pydicom():
            frame = trial.encode(trial.uid)
        shared_pool().decode(frame, wanted, found.reshape(-1).view(np.uint8).data)
    except (CodecError, OSError):
        return False
    except Exception:  # noqa: BLE001 - a codec that does not load raises anything
        return False
    difference = np.abs(found.astype(int) - _ramp(trial.bits))
    return bool(difference.max() <= trial.tolerance)


def _ramp(bits: int) -> NDArray[np.uint16]:
    rows, columns = np.indices((_SIDE_PX, _SIDE_PX))
    return ((rows + columns) * (_STEP_OF_8_BITS if bits == 8 else _STEP)).astype(np.uint16)


def _written(uid: str) -> bytes:
    """The image as this product writes it."""
    header = _header()
    set_pixels(header, _ramp(12), TRANSFER_SYNTAXES["jpegll"] if uid.endswith(".57") else uid)
    return _frame(header)


def _near_lossless(uid: str) -> bytes:
    header = _header()
    header.compress(uid, _ramp(12), jls_error=_NEAR_LOSSLESS, generate_instance_uid=False)
    return _frame(header)


def _lossy_jpeg_2000(uid: str) -> bytes:
    header = _header()
    header.compress(uid, _ramp(12), j2k_cr=[2], generate_instance_uid=False)
    return _frame(header)


def _jpeg_of_8_bits(uid: str) -> bytes:
    """Baseline; progressive for the retired processes, which 8 bits may use as well."""
    import cv2

    progressive = int(not uid.endswith(".50"))
    options = [cv2.IMWRITE_JPEG_QUALITY, 95, cv2.IMWRITE_JPEG_PROGRESSIVE, progressive]
    _, encoded = cv2.imencode(".jpg", _ramp(8).astype(np.uint8), options)
    return bytes(encoded.tobytes())


def _frame(header: Dataset) -> bytes:
    from pydicom.encaps import get_frame

    return bytes(get_frame(header.PixelData, 0, number_of_frames=1))


def _header() -> Dataset:
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, generate_uid

    header = Dataset()
    header.file_meta = FileMetaDataset()
    header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    header.SOPClassUID = CT_IMAGE
    header.SOPInstanceUID = generate_uid()
    header.Rows = header.Columns = _SIDE_PX
    header.SamplesPerPixel = 1
    header.PhotometricInterpretation = "MONOCHROME2"
    header.BitsAllocated, header.BitsStored, header.HighBit = 16, 12, 11
    header.PixelRepresentation = 0
    return header


def _constant(frame: bytes) -> Callable[[str], Any]:
    return lambda _uid: frame


_TRIALS: Final = (
    _Trial("RLE", "5", _written),
    _Trial("JPEG baseline", "4.50", _jpeg_of_8_bits, _JPEG_TOLERANCE, 8),
    _Trial("JPEG extended, 12 bit", "4.51", _constant(_JPEG_12_BIT), _JPEG_12_BIT_TOLERANCE),
    _Trial("JPEG spectral selection", "4.53", _jpeg_of_8_bits, _JPEG_TOLERANCE, 8),
    _Trial("JPEG full progression", "4.55", _jpeg_of_8_bits, _JPEG_TOLERANCE, 8),
    _Trial("JPEG lossless, process 14", "4.57", _written),
    _Trial("JPEG lossless", "4.70", _written),
    _Trial("JPEG-LS", "4.80", _written),
    _Trial("JPEG-LS near-lossless", "4.81", _near_lossless, _NEAR_LOSSLESS),
    _Trial("JPEG 2000", "4.90", _written),
    _Trial("JPEG 2000 lossy", "4.91", _lossy_jpeg_2000, _JPEG_2000_TOLERANCE),
    _Trial("HTJ2K lossless", "4.201", _constant(_HTJ2K)),
    _Trial("HTJ2K RPCL", "4.202", _constant(_HTJ2K)),
    _Trial("HTJ2K", "4.203", _constant(_HTJ2K)),
)

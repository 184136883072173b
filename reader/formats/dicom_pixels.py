"""Reads the stored samples of one slice and turns them into modality values, in place."""

from __future__ import annotations

import logging
import os
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.errors import UnreadableError
from reader.core.text import say
from reader.formats.dicom_slice import DicomSlice, PixelFormat
from reader.formats.dicom_support import transfer_syntax_name
from reader.formats.quiet_pydicom import quiet_pydicom

_log = logging.getLogger(__name__)

_FASTEST_PLUGIN: Final = {
    # Measured on 512 x 512 CT slices, same values from all; the others are the fallback.
    "1.2.840.10008.1.2.4.80": "pyjpegls",
    "1.2.840.10008.1.2.4.81": "pyjpegls",
    "1.2.840.10008.1.2.4.90": "pylibjpeg",
    "1.2.840.10008.1.2.4.91": "pylibjpeg",
    "1.2.840.10008.1.2.5": "pylibjpeg",
}


def read_slice_values(slice_: DicomSlice, target: NDArray[Any]) -> None:
    """Fill `target` (rows x columns, the volume's type) with the slice's modality values.

    Thread-safe for different targets.

    Raises: UnreadableError: the file changed since the scan, or its pixels cannot be
        decoded. OSError.
    """
    with slice_.path.open("rb", buffering=0) as file:
        status = os.fstat(file.fileno())
        if (status.st_size, status.st_mtime_ns) != (slice_.file_size, slice_.modified_ns):
            raise UnreadableError(
                say("A file has changed since the folder was looked through."),
                say("Open the folder again."),
            )
        if _is_direct(slice_, target):
            _read_native(file, slice_, target)
            stored: NDArray[Any] = target.view(_stored_dtype(slice_.pixels))
        else:
            stored = _decode(file, slice_)
    _rescale(_stored_bits(stored, slice_.pixels), slice_, target)


def stored_limits(slice_: DicomSlice) -> tuple[float, float]:
    """The smallest and largest modality value that the slice's stored bits allow."""
    ends = [end * slice_.slope + slice_.intercept for end in slice_.pixels.stored_range]
    return min(ends), max(ends)


def _is_direct(slice_: DicomSlice, target: NDArray[Any]) -> bool:
    """Whether stored samples can be read straight into the volume and rescaled there."""
    return (
        bool(slice_.fragments)
        and not slice_.encapsulated
        and target.dtype.kind in "iu"
        and slice_.pixels.bits_allocated == 8 * target.dtype.itemsize
        and np.little_endian
    )


def _stored_dtype(pixels: PixelFormat) -> np.dtype[Any]:
    """The type stored samples have in memory."""
    return np.dtype(f"{'i' if pixels.signed else 'u'}{pixels.bits_allocated // 8}")


def _read_native(file: BinaryIO, slice_: DicomSlice, target: NDArray[Any]) -> None:
    """Read uncompressed samples into the memory of `target`."""
    offset, length = slice_.fragments[0]
    raw = target.reshape(-1).view(np.uint8).data
    file.seek(offset)
    if len(raw) != length or _read_fully(file, raw) != length:
        raise _undecodable(slice_)


def _read_fully(file: BinaryIO, raw: memoryview) -> int:
    """Fill `raw`; an unbuffered file may give less at once."""
    filled = 0
    while filled < len(raw):
        count = file.readinto(raw[filled:])  # type: ignore[attr-defined]
        if not count:
            break
        filled += count
    return filled


def _decode(file: BinaryIO, slice_: DicomSlice) -> NDArray[Any]:
    """The stored samples, decoded or unpacked; rows x columns.

    Raises: UnreadableError.
    """
    try:
        with quiet_pydicom():
            if not slice_.fragments:
                stored = _decode_by_pydicom(slice_)
            elif slice_.encapsulated:
                parts = []
                for offset, length in slice_.fragments:
                    file.seek(offset)
                    parts.append(file.read(length))
                stored = _decode_frame(b"".join(parts), slice_)
            else:
                stored = np.empty((slice_.rows, slice_.columns), _stored_dtype(slice_.pixels))
                _read_native(file, slice_, stored)
    except (UnreadableError, OSError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # Codecs fed with damaged data raise anything; a panic in Rust is no Exception.
        raise _undecodable(slice_) from error
    if stored.shape != (slice_.rows, slice_.columns):
        raise _undecodable(slice_)
    return stored


def _decode_frame(frame: bytes, slice_: DicomSlice) -> NDArray[Any]:
    """Decode one compressed frame with the fastest codec, or any that can."""
    from pydicom.encaps import encapsulate
    from pydicom.pixels.decoders.base import get_decoder
    from pydicom.uid import UID

    pixels = slice_.pixels
    decoder = get_decoder(UID(pixels.transfer_syntax_uid))
    options: dict[str, Any] = {
        "rows": slice_.rows,
        "columns": slice_.columns,
        "number_of_frames": 1,
        "samples_per_pixel": 1,
        "bits_allocated": pixels.bits_allocated,
        "bits_stored": pixels.bits_stored,
        "photometric_interpretation": pixels.photometric,
        "pixel_representation": int(pixels.signed),
        "pixel_keyword": "PixelData",
    }
    source = encapsulate([frame], has_bot=False)
    plugin = _FASTEST_PLUGIN.get(pixels.transfer_syntax_uid, "")
    if plugin:
        try:
            return np.asarray(decoder.as_array(source, decoding_plugin=plugin, **options)[0])
        except Exception:  # noqa: BLE001 - damaged data: perhaps another codec can
            _log.debug("the fastest codec failed, trying the others")
    return np.asarray(decoder.as_array(source, **options)[0])


def _decode_by_pydicom(slice_: DicomSlice) -> NDArray[Any]:
    """Big endian, deflated, without a preamble: everything through pydicom."""
    from pydicom import dcmread
    from pydicom.uid import UID

    dataset = dcmread(slice_.path, force=True)
    if "TransferSyntaxUID" not in dataset.file_meta:
        dataset.file_meta.TransferSyntaxUID = UID(slice_.pixels.transfer_syntax_uid)
    found = np.asarray(dataset.pixel_array)
    found = found.astype(found.dtype.newbyteorder("="))
    return found[slice_.frame] if found.ndim == 3 else found


def _stored_bits(stored: NDArray[Any], pixels: PixelFormat) -> NDArray[Any]:
    """Drop what lies beside the stored bits (overlays, rubbish), and extend the sign.

    In place. Source: DICOM PS3.5 8.1.1.
    """
    bits = 8 * stored.dtype.itemsize
    if pixels.bits_stored >= bits:
        return stored
    above = bits - 1 - pixels.high_bit if pixels.high_bit < bits else bits - pixels.bits_stored
    below = bits - pixels.bits_stored - above
    if not pixels.signed and below == 0:
        stored &= stored.dtype.type((1 << pixels.bits_stored) - 1)
        return stored
    np.left_shift(stored, above, out=stored)
    np.right_shift(stored, above + below, out=stored)
    return stored


def _rescale(stored: NDArray[Any], slice_: DicomSlice, target: NDArray[Any]) -> None:
    """Write slope * stored + intercept into `target`, which may be the same memory.

    Values below what the target holds are set to the least it holds: only CT numbers
    under -32768, which mean nothing, can be.
    """
    slope, intercept = slice_.slope, slice_.intercept
    if target.dtype.kind == "f" or not (slope == 1 and intercept.is_integer()):
        values = stored * np.float64(slope) + intercept
        np.copyto(target, values, casting="unsafe")
        return
    limits = np.iinfo(target.dtype)
    offset = int(intercept)
    low, _ = slice_.pixels.stored_range
    if low + offset < limits.min:
        np.maximum(stored, stored.dtype.type(limits.min - offset), out=stored)
    if stored.dtype.itemsize == target.dtype.itemsize:
        # Modular arithmetic: the sum fits, whatever the sign of the type it is done in.
        whole = np.uint64(offset % (1 << 64)).astype(target.dtype)
        np.add(stored.view(target.dtype), whole, out=target)
    else:
        np.add(stored, offset, out=target, dtype=np.int64, casting="unsafe")


def _undecodable(slice_: DicomSlice) -> UnreadableError:
    return UnreadableError(
        say(
            "The pixels of an image could not be decoded ({syntax}).",
            syntax=transfer_syntax_name(slice_.pixels.transfer_syntax_uid),
        ),
        say("Copy or export the series again."),
    )

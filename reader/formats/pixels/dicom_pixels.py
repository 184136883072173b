"""Reads the stored samples of one slice and turns them into modality values or colours."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken
from reader.core.errors import Cancelled, UnreadableError
from reader.core.text import say
from reader.formats.headers.dicom_slice import DicomSlice, ModalityTable, PixelFormat
from reader.formats.headers.dicom_support import transfer_syntax_name
from reader.formats.headers.dicom_unusual import frame_place, read_unusual_frame
from reader.formats.pixels.codec_frame import (
    CodecError,
    CodecStartError,
    FrameFormat,
    container,
    keep_stored_bits,
)
from reader.formats.pixels.codec_headers import DECODED_SYNTAXES, Codestream, read_codestream
from reader.formats.pixels.codec_pool import no_codec_process, shared_pool
from reader.formats.pixels.dicom_color import (
    apply_palette,
    interleave,
    reduce_to_bytes,
    ycbcr_to_rgb,
)
from reader.formats.pixels.dicom_overlay import draw_overlays, has_embedded
from reader.formats.plain_file import OPEN_FLAGS

_REAL_BITS: Final = (32, 64)


def read_slice_values(
    slice_: DicomSlice,
    target: NDArray[Any],
    graphics: NDArray[np.uint8] | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Fill `target` with the slice's modality values, or colours.

    `target` is rows x columns of the volume's type, and for colour rows x columns x 3 of
    uint8; `graphics` (rows x columns, zeros) gets its overlay planes. Thread-safe for
    different targets.

    Raises: UnreadableError: the file changed since the scan, or its pixels cannot be
        decoded. Cancelled: amid a frame that takes long. OSError.
    """
    file = os.open(slice_.path, OPEN_FLAGS)
    try:
        status = os.fstat(file)
        if (status.st_size, status.st_mtime_ns) != (slice_.file_size, slice_.modified_ns):
            raise UnreadableError(
                say("A file has changed since the folder was looked through."),
                say("Open the folder again."),
            )
        stored, decoded = _read_stored(file, slice_, target, cancel)
        if graphics is not None:
            draw_overlays(slice_, stored, graphics)
        _convert(stored, slice_, target, decoded=decoded)
    except (UnreadableError, Cancelled, OSError, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except Exception as error:
        # pydicom and numpy raise almost anything on damaged files.
        raise _undecodable(slice_) from error
    finally:
        os.close(file)


def stored_limits(slice_: DicomSlice) -> tuple[float, float]:
    """The smallest and largest modality value that the slice's stored bits allow."""
    if slice_.table is not None:
        entries = _entries(slice_.table)
        return float(entries.min()), float(entries.max())
    ends = [end * slice_.slope + slice_.intercept for end in slice_.pixels.stored_range]
    return min(ends), max(ends)


def check_first_slice(slice_: DicomSlice) -> Codestream | None:
    """Refuse a slice whose bytes cannot be what its header claims, before memory is taken.

    Returns: what its codestream says of itself; None = it is not compressed.

    Raises: UnreadableError. OSError.
    """
    try:
        if slice_.encapsulated or not slice_.fragments:
            file = os.open(slice_.path, OPEN_FLAGS)
            try:
                data, compressed = _frame_bytes(file, slice_)
            finally:
                os.close(file)
            if compressed:
                return read_codestream(data, _frame_format(slice_))
        elif slice_.fragments[0][1] < frame_place(slice_)[1] - 1:
            raise _undecodable(slice_)
    except (UnreadableError, OSError, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except Exception as error:
        # pydicom raises almost anything on damaged files.
        raise _undecodable(slice_) from error
    return None


def modality_ends(slice_: DicomSlice, first: int, last: int) -> tuple[float, float]:
    """A range of stored values as modality values."""
    ends = np.array([first, last], np.int64)
    values = (
        _looked_up(ends, slice_.table)
        if slice_.table is not None
        else ends * slice_.slope + slice_.intercept
    )
    return float(values.min()), float(values.max())


def _read_stored(
    file: int, slice_: DicomSlice, target: NDArray[Any], cancel: CancelToken | None
) -> tuple[NDArray[Any], bool]:
    """The samples, rows x columns (x 3), in `target` if it can; whether a codec gave them.

    A codec's are RGB and have no more bits than are stored (but for embedded overlays);
    the others are as they lie in the file.
    """
    pixels = slice_.pixels
    if _is_plain(slice_):
        stored = _place_for(slice_, target)
        _read_native(file, slice_, stored)
        return stored, False
    data, compressed = _frame_bytes(file, slice_)
    if compressed:
        return _decode(data, slice_, target, cancel), True
    start, _ = frame_place(slice_)
    bits = pixels.frame_bits * slice_.rows * slice_.columns
    first_bit = slice_.frame * bits - 8 * start
    samples = _unpacked(data, pixels.bits_allocated, first_bit, bits // pixels.bits_allocated)
    samples = samples.view(_stored_dtype(pixels))
    if pixels.samples == 1:
        return samples.reshape(slice_.rows, slice_.columns), False
    if pixels.samples != 3:
        raise _undecodable(slice_)
    size = slice_.rows, slice_.columns
    return interleave(samples, *size, pixels.photometric, pixels.planar), False


def _is_plain(slice_: DicomSlice) -> bool:
    """Whether samples lie in the file as they lie in memory."""
    pixels = slice_.pixels
    return (
        len(slice_.fragments) == 1
        and not slice_.encapsulated
        and pixels.bits_allocated in (8, 16, 32, 64)
        and np.little_endian
        and (
            pixels.samples == 1
            or (pixels.samples == 3 and not pixels.planar and "422" not in pixels.photometric)
        )
    )


def _place_for(slice_: DicomSlice, target: NDArray[Any]) -> NDArray[Any]:
    """Where stored samples go: the target's own memory where they have its size."""
    dtype = _stored_dtype(slice_.pixels)
    shape: tuple[int, ...] = (slice_.rows, slice_.columns)
    if slice_.pixels.samples != 1:
        shape = (*shape, slice_.pixels.samples)
    same = target.shape == shape and target.dtype.itemsize == dtype.itemsize
    if same and (dtype.kind == "f") == (target.dtype.kind == "f"):
        return target.view(dtype)
    return np.empty(shape, dtype)


def _stored_dtype(pixels: PixelFormat) -> np.dtype[Any]:
    """The type stored samples have in memory."""
    if pixels.real:
        if pixels.bits_allocated not in _REAL_BITS:
            raise ValueError("no such float")
        return np.dtype(f"f{pixels.bits_allocated // 8}")
    return container(pixels.bits_allocated, pixels.signed)


def _read_native(file: int, slice_: DicomSlice, stored: NDArray[Any]) -> None:
    """Read uncompressed samples into the memory of `stored`."""
    offset, length = slice_.fragments[0]
    raw = stored.reshape(-1).view(np.uint8).data
    if len(raw) != length:
        raise _undecodable(slice_)
    _read_at(file, offset, raw, slice_)


def _read_at(file: int, offset: int, raw: memoryview, slice_: DicomSlice) -> None:
    """Fill `raw` from the file. Raises: UnreadableError: it ends before."""
    filled = 0
    while filled < len(raw):
        if sys.platform == "win32":
            os.lseek(file, offset + filled, os.SEEK_SET)
            with open(file, "rb", buffering=0, closefd=False) as stream:
                count = stream.readinto(raw[filled:])
        else:
            count = os.preadv(file, [raw[filled:]], offset + filled)
        if not count:
            raise _undecodable(slice_)
        filled += count


def _bytes_at(file: int, offset: int, length: int, slice_: DicomSlice) -> bytearray:
    if length > slice_.file_size:
        raise _undecodable(slice_)
    found = bytearray(length)
    _read_at(file, offset, memoryview(found), slice_)
    return found


def _frame_bytes(file: int, slice_: DicomSlice) -> tuple[bytes | bytearray, bool]:
    """A frame's bytes, and whether they are a codestream."""
    if not slice_.fragments:
        return read_unusual_frame(slice_)
    if slice_.encapsulated:
        parts = [_bytes_at(file, *fragment, slice_) for fragment in slice_.fragments]
        return parts[0] if len(parts) == 1 else b"".join(parts), True
    # A fragment is placed in whole bytes; frames of single bits follow each other in bits.
    whole = slice_.pixels.frame_bits * slice_.rows * slice_.columns // 8
    start, length = frame_place(slice_)
    at = slice_.fragments[0][0] - slice_.frame * whole + start
    return _bytes_at(file, at, length, slice_), False


def _unpacked(
    data: bytes | bytearray, bits_allocated: int, first_bit: int, count: int
) -> NDArray[Any]:
    """Samples of any allocation, as unsigned integers or raw words. Source: DICOM PS3.5 8.1.1."""
    if bits_allocated == 1:
        bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
        return bits[first_bit : first_bit + count]
    if bits_allocated == 12:
        whole = data + bytes(-len(data) % 3)
        triples = np.frombuffer(whole, np.uint8).reshape(-1, 3)
        low, middle, high = triples.astype(np.uint16).T
        pairs = np.stack([low | (middle & 0x0F) << 8, middle >> 4 | high << 4], axis=1)
        return pairs.reshape(-1)[:count]
    size = bits_allocated // 8
    return np.frombuffer(bytearray(data[: count * size]), f"<u{size}").astype(f"u{size}")


def _frame_format(slice_: DicomSlice) -> FrameFormat:
    """What a codec must know; with all bits where overlays lie among them."""
    pixels = slice_.pixels
    whole = has_embedded(slice_)
    return FrameFormat(
        transfer_syntax_uid=pixels.transfer_syntax_uid,
        photometric=pixels.photometric,
        rows=slice_.rows,
        columns=slice_.columns,
        samples=pixels.samples,
        bits_allocated=pixels.bits_allocated,
        bits_stored=pixels.bits_allocated if whole else pixels.bits_stored,
        high_bit=pixels.bits_allocated - 1 if whole else pixels.high_bit,
        signed=pixels.signed,
    )


def _decode(
    frame: bytes | bytearray,
    slice_: DicomSlice,
    target: NDArray[Any],
    cancel: CancelToken | None,
) -> NDArray[Any]:
    """The samples of a compressed frame; colour as RGB."""
    if slice_.pixels.transfer_syntax_uid not in DECODED_SYNTAXES:
        raise _undecodable(slice_)
    stored = _place_for(slice_, target)
    try:
        out = stored.reshape(-1).view(np.uint8).data
        shared_pool().decode(frame, _frame_format(slice_), out, cancel)
    except CodecStartError as error:
        raise no_codec_process() from error
    except CodecError as error:
        raise _undecodable(slice_) from error
    return stored


def _convert(
    stored: NDArray[Any], slice_: DicomSlice, target: NDArray[Any], *, decoded: bool
) -> None:
    """Write the values or colours of stored samples into `target`, perhaps the same memory."""
    pixels = slice_.pixels
    if pixels.is_color != (target.ndim == 3):
        raise _undecodable(slice_)
    if not pixels.real and (not decoded or has_embedded(slice_)):
        stored = keep_stored_bits(stored, pixels.bits_stored, pixels.high_bit, pixels.signed)
    if slice_.palette is not None and pixels.samples == 1 and pixels.is_color:
        apply_palette(stored, slice_.palette.first_stored, slice_.palette.rgb, target)
    elif pixels.is_color:
        if not decoded and pixels.photometric.startswith("YBR"):
            stored = ycbcr_to_rgb(stored, pixels.photometric, pixels.bits_stored)
        colors = reduce_to_bytes(stored, pixels.bits_stored)
        if colors.shape != target.shape:
            raise _undecodable(slice_)
        if not np.shares_memory(colors, target):
            np.copyto(target, colors)
    elif stored.shape != target.shape:
        raise _undecodable(slice_)
    elif slice_.table is not None:
        np.copyto(target, _looked_up(stored, slice_.table), casting="unsafe")
    else:
        _rescale(stored, slice_, target)


def _entries(table: ModalityTable) -> NDArray[np.uint16]:
    return np.frombuffer(table.entries, "<u2")


def _looked_up(stored: NDArray[Any], table: ModalityTable) -> NDArray[np.uint16]:
    """Modality values by table; below its first and above its last entry theirs."""
    entries = _entries(table)
    index = np.clip(stored.astype(np.int64) - table.first_stored, 0, len(entries) - 1)
    return entries[index]


def _rescale(stored: NDArray[Any], slice_: DicomSlice, target: NDArray[Any]) -> None:
    """Write slope * stored + intercept into `target`, which may be the same memory.

    Values below what the target holds are set to the least it holds: only CT numbers
    under -32768, which mean nothing, can be. NaN and infinities become 0.
    """
    slope, intercept = slice_.slope, slice_.intercept
    if target.dtype.kind == "f" or not (slope == 1 and intercept.is_integer()):
        values = stored * np.float64(slope) + intercept
        if slice_.pixels.real:
            np.nan_to_num(values, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
        np.copyto(target, values, casting="unsafe")
        return
    limits = np.iinfo(target.dtype)
    offset = int(intercept)
    low, _ = slice_.pixels.stored_range
    if low + offset < limits.min:
        np.maximum(stored, stored.dtype.type(limits.min - offset), out=stored)
    if stored.dtype.itemsize == target.dtype.itemsize:
        # Modular arithmetic: the sum fits, whatever the sign of the type it is done in.
        whole = _wrapped(offset, target.dtype)
        if whole or not np.may_share_memory(stored, target):
            np.add(stored.view(target.dtype), whole, out=target)
    else:
        np.add(stored, offset, out=target, dtype=np.int64, casting="unsafe")


@lru_cache(maxsize=64)
def _wrapped(offset: int, dtype: np.dtype[Any]) -> Any:  # noqa: ANN401 - a scalar of dtype
    """An offset as a number of this type, modulo its range."""
    return np.uint64(offset % (1 << 64)).astype(dtype)


def _undecodable(slice_: DicomSlice) -> UnreadableError:
    return UnreadableError(
        say(
            "The pixels of an image could not be decoded ({syntax}).",
            syntax=transfer_syntax_name(slice_.pixels.transfer_syntax_uid),
        ),
        say("Copy or export the series again."),
    )

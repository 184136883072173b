"""The bytes of a frame in files whose pixels a header scan could not place.

Big endian, deflated, without a preamble, fragments without an offset table: pydicom finds
the pixel element, and no more is read, inflated or kept than the frame needs.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import psutil

from reader.formats.bounded_pydicom import read_part
from reader.formats.codec_frame import CodecError
from reader.formats.dicom_slice import DicomSlice
from reader.formats.dicom_tags import FLOAT_PIXEL_DATA
from reader.formats.dicom_walk import UNDEFINED, WINDOW_BYTES, Window, walk
from reader.formats.quiet_pydicom import quiet_pydicom

_DEFLATED: Final = "1.2.840.10008.1.2.1.99"
_META_START: Final = 132
_META_GROUP: Final = 2
_LONG_VRS: Final = (b"OB", b"OW", b"UN", b"SQ", b"UT", b"OF", b"OD", b"OL")
_HEADER_ROOM: Final = 64 << 20
"""What a deflated header may take, on top of its pixels."""


@dataclass(frozen=True, slots=True)
class _PixelElement:
    """The pixel element in `file`, which stands at its value."""

    file: BinaryIO
    length: int
    big_endian: bool
    words: bool
    frames: int
    offset_table: tuple[bytes, bytes] | None


def read_unusual_frame(slice_: DicomSlice) -> tuple[bytes, bool]:
    """A frame's bytes, and whether they are a codestream and not little-endian samples.

    Raises: CodecError: they are not there. UnreadableError. UnusualError, and whatever
        pydicom raises on damaged files. OSError.
    """
    with quiet_pydicom():
        element = _pixel_element(slice_)
        with element.file as file:
            if element.length == UNDEFINED:
                return _encapsulated_frame(element, slice_.frame), True
            start, length = frame_place(slice_)
            if start + length > element.length:
                raise CodecError("cut short")
            # Words are swapped where they lie, which may be across a frame's end.
            size = _word_bytes(slice_.pixels.bits_allocated, element)
            first, end = start // size * size, -(-(start + length) // size) * size
            file.seek(first, io.SEEK_CUR)
            data = file.read(end - first)
            if size > 1:
                data += bytes(-len(data) % size)
                data = np.frombuffer(data, f">u{size}").astype(f"<u{size}").tobytes()
            return data[start - first : start - first + length], False


def frame_place(slice_: DicomSlice) -> tuple[int, int]:
    """(offset, length) in bytes of an uncompressed frame among the pixel data.

    Frames of single bits need not begin at a byte: the first and last may be shared.
    """
    bits = slice_.pixels.frame_bits * slice_.rows * slice_.columns
    start = slice_.frame * bits
    return start // 8, -(-(start + bits) // 8) - start // 8


def forget_inflated() -> None:
    """Let go of the deflated file that was read last."""
    _inflated.cache_clear()


def _word_bytes(bits_allocated: int, element: _PixelElement) -> int:
    """How many bytes are in the wrong order at a time; 1 = none."""
    if not element.big_endian:
        return 1
    return max(bits_allocated // 8, 2 if element.words else 1)


def _encapsulated_frame(element: _PixelElement, frame: int) -> bytes:
    from pydicom.encaps import get_frame

    return get_frame(
        element.file,
        frame,
        number_of_frames=element.frames,
        extended_offsets=element.offset_table,
    )


def _pixel_element(slice_: DicomSlice) -> _PixelElement:
    """Find the pixel element of a slice's file."""
    if slice_.pixels.transfer_syntax_uid == _DEFLATED:
        return _deflated_element(slice_)

    def at_pixels(this: int, _vr: str | None, _length: int) -> bool:
        return this >= FLOAT_PIXEL_DATA

    dataset, position = read_part(slice_.path, at_pixels)
    implicit, little = dataset.original_encoding
    order = "<" if little is not False else ">"
    file = slice_.path.open("rb")
    file.seek(position)
    head = file.read(8)
    (length,) = struct.unpack(f"{order}I", head[4:8] if implicit else file.read(4))
    table = dataset.get("ExtendedOffsetTable"), dataset.get("ExtendedOffsetTableLengths")
    return _PixelElement(
        file=file,
        length=length,
        big_endian=order == ">",
        words=bool(implicit) or head[4:6] != b"OB",
        frames=_count(dataset.get("NumberOfFrames")),
        offset_table=table if table[0] and table[1] else None,
    )


def _deflated_element(slice_: DicomSlice) -> _PixelElement:
    """Find the pixel element in a data set that must be inflated first."""
    start, length = frame_place(slice_)
    if start + length > psutil.virtual_memory().available // 4:
        raise CodecError("larger than memory")
    need = 1 << (_HEADER_ROOM + start + length).bit_length()
    data = _inflated(slice_.path, slice_.modified_ns, need)
    window = Window(lambda at, count: data[at : at + count], data[:WINDOW_BYTES])
    position = walk(window, 0, True, {}, FLOAT_PIXEL_DATA)
    file = io.BytesIO(data)
    file.seek(position + 8)
    (declared,) = struct.unpack("<I", file.read(4))
    return _PixelElement(file, declared, False, False, 1, None)


def _count(value: object) -> int:
    try:
        return max(int(str(value or 1)), 1)
    except ValueError:
        return 1


@lru_cache(maxsize=1)
def _inflated(path: Path, _modified_ns: int, most: int) -> bytes:
    """The data set of a deflated file, or its first `most` bytes. Source: DICOM PS3.5 A.5."""
    with path.open("rb") as file:
        file.seek(_meta_end(file))
        engine = zlib.decompressobj(-zlib.MAX_WBITS)
        found = bytearray()
        while len(found) < most and not engine.eof:
            packed = engine.unconsumed_tail or file.read(1 << 20)
            if not packed:
                break
            found += engine.decompress(packed, most - len(found))
    return bytes(found)


def _meta_end(file: BinaryIO) -> int:
    """Where the file meta information, which is never deflated, ends."""
    at = _META_START
    while True:
        file.seek(at)
        head = file.read(12)
        if len(head) < 12 or struct.unpack_from("<H", head)[0] != _META_GROUP:
            return at
        if head[4:6] in _LONG_VRS:
            at += 12 + struct.unpack_from("<I", head, 8)[0]
        else:
            at += 8 + struct.unpack_from("<H", head, 6)[0]

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

from reader.formats.headers.bounded_pydicom import read_part
from reader.formats.headers.dicom_slice import DicomSlice
from reader.formats.headers.dicom_tags import FLOAT_PIXEL_DATA
from reader.formats.headers.dicom_walk import UNDEFINED, WINDOW_BYTES, Window, walk
from reader.formats.headers.quiet_pydicom import quiet_pydicom
from reader.formats.pixels.codec_frame import CodecError
from reader.formats.plain_file import open_plain

_DEFLATED: Final = "1.2.840.10008.1.2.1.99"
_META_START: Final = 132
_META_GROUP: Final = 2
_LONG_VRS: Final = (b"OB", b"OW", b"UN", b"SQ", b"UT", b"OF", b"OD", b"OL")
_ITEM: Final = b"\xfe\xff\x00\xe0"
_CODESTREAM_STARTS: Final = (b"\xff\xd8", b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0c")
_HEADER_ROOM: Final = 64 << 20
"""What a deflated header may take, on top of its pixels."""


@dataclass(frozen=True, slots=True)
class _PixelElement:
    """Where the value of the pixel element begins, and how it is stored.

    `fragments` are the (offset, length) of each frame's; None = pydicom must tell.
    """

    position: int
    length: int
    big_endian: bool = False
    words: bool = False
    frames: int = 1
    offset_table: tuple[bytes, bytes] | None = None
    fragments: tuple[tuple[tuple[int, int], ...], ...] | None = None


def read_unusual_frame(slice_: DicomSlice) -> tuple[bytes, bool]:
    """A frame's bytes, and whether they are a codestream and not little-endian samples.

    Raises: CodecError: they are not there. UnreadableError. UnusualError, and whatever
        pydicom raises on damaged files. OSError.
    """
    with quiet_pydicom():
        if slice_.pixels.transfer_syntax_uid == _DEFLATED:
            return _native_frame(*_deflated_element(slice_), slice_), False
        element = _located(slice_.path, slice_.modified_ns)
        with open_plain(slice_.path) as file:
            if element.length == UNDEFINED:
                return _encapsulated_frame(file, element, slice_.frame), True
            return _native_frame(file, element, slice_), False


def _native_frame(file: BinaryIO, element: _PixelElement, slice_: DicomSlice) -> bytes:
    """The samples of an uncompressed frame, in little-endian order."""
    start, length = frame_place(slice_)
    if start + length > element.length:
        raise CodecError("cut short")
    # Words are swapped where they lie, which may be across a frame's end.
    size = _word_bytes(slice_.pixels.bits_allocated, element)
    first, end = start // size * size, -(-(start + length) // size) * size
    file.seek(element.position + first)
    data = file.read(end - first)
    if size > 1:
        data += bytes(-len(data) % size)
        data = np.frombuffer(data, f">u{size}").astype(f"<u{size}").tobytes()
    found = data[start - first : start - first + length]
    if len(found) < length:
        raise CodecError("cut short")
    return found


def frame_place(slice_: DicomSlice) -> tuple[int, int]:
    """(offset, length) in bytes of an uncompressed frame among the pixel data.

    Frames of single bits need not begin at a byte: the first and last may be shared.
    """
    bits = slice_.pixels.frame_bits * slice_.rows * slice_.columns
    start = slice_.frame * bits
    return start // 8, -(-(start + bits) // 8) - start // 8


def forget_unusual() -> None:
    """Let go of what is remembered of the files that were read last."""
    _inflated.cache_clear()
    _located.cache_clear()


def _word_bytes(bits_allocated: int, element: _PixelElement) -> int:
    """How many bytes are in the wrong order at a time; 1 = none."""
    if not element.big_endian:
        return 1
    return max(bits_allocated // 8, 2 if element.words else 1)


def _encapsulated_frame(file: BinaryIO, element: _PixelElement, frame: int) -> bytes:
    from pydicom.encaps import get_frame

    if element.fragments is not None:
        parts = []
        for position, length in element.fragments[frame]:
            file.seek(position)
            parts.append(file.read(length))
        return b"".join(parts)
    file.seek(element.position)
    return get_frame(
        file, frame, number_of_frames=element.frames, extended_offsets=element.offset_table
    )


@lru_cache(maxsize=4)
def _located(path: Path, _modified_ns: int) -> _PixelElement:
    """Find the pixel element of a file that is not deflated; once for all its frames."""

    def at_pixels(this: int, _vr: str | None, _length: int) -> bool:
        return this >= FLOAT_PIXEL_DATA

    dataset, position = read_part(path, at_pixels)
    implicit, little = dataset.original_encoding
    order = "<" if little is not False else ">"
    frames = _count(dataset.get("NumberOfFrames"))
    table = dataset.get("ExtendedOffsetTable"), dataset.get("ExtendedOffsetTableLengths")
    with open_plain(path) as file:
        file.seek(position)
        head = file.read(8)
        (length,) = struct.unpack(f"{order}I", head[4:8] if implicit else file.read(4))
        position = file.tell()
        parts = _frames_by_start(file, frames) if length == UNDEFINED else None
    return _PixelElement(
        position=position,
        length=length,
        big_endian=order == ">",
        words=bool(implicit) or head[4:6] != b"OB",
        frames=frames,
        offset_table=table if table[0] and table[1] else None,
        fragments=parts,
    )


def _frames_by_start(file: BinaryIO, frames: int) -> tuple[tuple[tuple[int, int], ...], ...] | None:
    """Fragments by frame, a new one where a codestream starts; None where that does not fit.

    Source: DICOM PS3.5 A.4.
    """
    found: list[list[tuple[int, int]]] = []
    file.seek(8 + _item_length(file), io.SEEK_CUR)  # the offset table, empty or wrong
    while len(found) <= frames and (length := _item_length(file, move=True)):
        position = file.tell()
        if file.read(4).startswith(_CODESTREAM_STARTS) or not found:
            found.append([])
        found[-1].append((position, length))
        file.seek(position + length)
    return tuple(map(tuple, found)) if len(found) == frames else None


def _item_length(file: BinaryIO, *, move: bool = False) -> int:
    """The length of the item that begins here; 0 where none does."""
    here = file.tell()
    head = file.read(8)
    if not move:
        file.seek(here)
    if len(head) < 8:
        return 0
    item, length = struct.unpack("<4sI", head)
    return int(length) if item == _ITEM and length != UNDEFINED else 0


def _deflated_element(slice_: DicomSlice) -> tuple[BinaryIO, _PixelElement]:
    """The inflated data set, and its pixel element."""
    start, length = frame_place(slice_)
    if start + length > psutil.virtual_memory().available // 4:
        raise CodecError("larger than memory")
    need = 1 << (_HEADER_ROOM + start + length).bit_length()
    data = _inflated(slice_.path, slice_.modified_ns, need)
    window = Window(lambda at, count: data[at : at + count], data[:WINDOW_BYTES])
    position = walk(window, 0, True, {}, FLOAT_PIXEL_DATA)
    (declared,) = struct.unpack_from("<I", data, position + 8)
    return io.BytesIO(data), _PixelElement(position + 12, declared)


def _count(value: object) -> int:
    try:
        return max(int(str(value or 1)), 1)
    except ValueError:
        return 1


@lru_cache(maxsize=1)
def _inflated(path: Path, _modified_ns: int, most: int) -> bytes:
    """The data set of a deflated file, or its first `most` bytes. Source: DICOM PS3.5 A.5."""
    with open_plain(path) as file:
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

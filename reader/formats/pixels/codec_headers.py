"""Reads what a codestream says of itself, so that nothing is decoded that does not fit.

A codec believes its codestream: one that claims another size than the DICOM header would
be decoded into something else, or into far more memory than expected.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from reader.formats.pixels.codec_frame import CodecError, FrameFormat

RLE: Final = "1.2.840.10008.1.2.5"
JPEG_SYNTAXES: Final = tuple(f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 53, 55, 57, 70))
JPEG_LS_SYNTAXES: Final = tuple(f"1.2.840.10008.1.2.4.{n}" for n in (80, 81))
JPEG_2000_SYNTAXES: Final = tuple(f"1.2.840.10008.1.2.4.{n}" for n in (90, 91))
HTJ2K_SYNTAXES: Final = tuple(f"1.2.840.10008.1.2.4.{n}" for n in (201, 202, 203))

_START: Final = b"\xff\xd8"
_END: Final = b"\xff\xd9"
_CODESTREAM: Final = b"\xff\x4f\xff\x51"
_JP2_BOXES: Final = 64 * 1024
"""A JP2 header, where one stands before the codestream against the rule, is shorter."""
_FRAME_HEADERS: Final = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xF7}) | frozenset(
    range(0xC9, 0xD0)
) - {0xCC}
_SCAN: Final = 0xDA
_APP0, _APP14 = 0xE0, 0xEE
_CODING_STYLE: Final = b"\xff\x52"
_RLE_HEADER_BYTES: Final = 64
_RLE_MOST: Final = 64
"""Two bytes of a PackBits run become at most 128."""
_MOST_SEGMENTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Codestream:
    """What a codestream says of itself.

    `start` is where it begins in the frame; `adobe` the colour transform of an Adobe
    marker, None where there is none; `mixed` whether JPEG 2000 colours were transformed.
    """

    rows: int
    columns: int
    components: int
    precision: int
    signed: bool = False
    start: int = 0
    component_ids: tuple[int, ...] = ()
    jfif: bool = False
    adobe: int | None = None
    mixed: bool = False
    marker: int = 0


def read_codestream(frame: bytes | bytearray, wanted: FrameFormat) -> Codestream:
    """What the frame holds; it fits the header.

    Raises: CodecError: it is damaged, or holds something else than the header announces.
    """
    try:
        found = _READERS[wanted.transfer_syntax_uid](frame, wanted)
    except KeyError:
        raise CodecError("unknown transfer syntax") from None
    except (struct.error, IndexError):
        raise CodecError("cut short") from None
    expected = (wanted.rows, wanted.columns, wanted.samples)
    if (found.rows, found.columns, found.components) != expected:
        raise CodecError("size differs from the header's")
    if not 0 < found.precision <= 8 * wanted.dtype.itemsize:
        raise CodecError("precision differs from the header's")
    return found


def _read_jpeg(frame: bytes | bytearray, _wanted: FrameFormat) -> Codestream:
    """Source: ITU-T T.81 annex B; ITU-T T.87 annex C for JPEG-LS."""
    start = frame[:_MOST_SEGMENTS].find(_START)
    if start < 0:
        raise CodecError("no JPEG")
    at = start + 2
    jfif, adobe = False, None
    for _ in range(_MOST_SEGMENTS):
        mark, marker, length = struct.unpack_from(">BBH", frame, at)
        if mark != 0xFF or (length < 2 and marker != 0xFF):
            break
        if marker == 0xFF:
            at += 1
            continue
        value = frame[at + 4 : at + 2 + length]
        if marker in _FRAME_HEADERS:
            precision, rows, columns, components = struct.unpack_from(">BHHB", value)
            ids = tuple(value[6 + 3 * n] for n in range(components))
            if frame.rfind(_END) < at:
                raise CodecError("cut short")
            return Codestream(
                rows, columns, components, precision,
                start=start, component_ids=ids, jfif=jfif, adobe=adobe, marker=marker,
            )  # fmt: skip
        if marker == _SCAN:
            break
        jfif = jfif or (marker == _APP0 and value.startswith(b"JFIF"))
        if marker == _APP14 and value.startswith(b"Adobe") and len(value) >= 12:
            adobe = value[11]
        at += 2 + length
    raise CodecError("no frame header")


_MOST_TILES: Final = 65535
_LEAST_TILE_BYTES: Final = 14
"""The headers of a tile-part. Source: ITU-T T.800 A.4.2, A.4.3."""


def _read_jpeg_2000(frame: bytes | bytearray, _wanted: FrameFormat) -> Codestream:
    """Source: ITU-T T.800 annex A."""
    start = frame[:_JP2_BOXES].find(_CODESTREAM)
    if start < 0:
        raise CodecError("no JPEG 2000")
    at = start + 4
    length, _, x1, y1, x0, y0, width, height, left, top, components = struct.unpack_from(
        ">HHIIIIIIIIH", frame, at
    )
    tiles = -(-(x1 - left) // max(width, 1)) * -(-(y1 - top) // max(height, 1))
    if not 0 < tiles <= min(_MOST_TILES, len(frame) // _LEAST_TILE_BYTES):
        raise CodecError("more tiles than there are bytes for")
    depths = {frame[at + 38 + 3 * n] for n in range(components)}
    if len(depths) != 1:
        raise CodecError("components differ")
    depth = depths.pop()
    style = frame.find(_CODING_STYLE, at + length, at + length + _JP2_BOXES)
    return Codestream(
        y1 - y0,
        x1 - x0,
        components,
        (depth & 0x7F) + 1,
        signed=depth >= 0x80,
        start=start,
        mixed=style > 0 and frame[style + 8] == 1,
    )


def _read_rle(frame: bytes | bytearray, wanted: FrameFormat) -> Codestream:
    """Source: DICOM PS3.5 annex G."""
    count, *offsets = struct.unpack_from("<16I", frame)
    bytes_each = max(wanted.bits_allocated // 8, 1)
    segments = wanted.samples * bytes_each
    ends = [*offsets[1:count], len(frame)]
    if count != segments or count > 15 or offsets[0] < _RLE_HEADER_BYTES:
        raise CodecError("segments differ from the header's")
    most = wanted.rows * wanted.columns
    if wanted.bits_allocated == 1:
        most //= 8
    for start, end in zip(offsets[:count], ends, strict=True):
        if not (start < end <= len(frame) and most <= _RLE_MOST * (end - start)):
            raise CodecError("cut short")
    return Codestream(wanted.rows, wanted.columns, wanted.samples, 8 * bytes_each)


_READERS: Final = {
    RLE: _read_rle,
    **dict.fromkeys((*JPEG_SYNTAXES, *JPEG_LS_SYNTAXES), _read_jpeg),
    **dict.fromkeys((*JPEG_2000_SYNTAXES, *HTJ2K_SYNTAXES), _read_jpeg_2000),
}

DECODED_SYNTAXES: Final = frozenset(_READERS)
"""Every compressed transfer syntax that can be decoded."""

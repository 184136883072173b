"""Finds the wanted header elements and the pixels of a DICOM file, and reads no more.

Most files are little endian and well formed: they are walked here, element by element,
at a fraction of the cost of a full parse, and the walk also learns where the pixels lie
and whether they are all there. Anything unusual (big endian, deflated, no preamble, an
odd length) is handed to pydicom.
"""

from __future__ import annotations

import os
import struct
from collections.abc import MutableSequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from reader.core.errors import UnreadableError
from reader.core.text import say
from reader.formats import dicom_tags as tag
from reader.formats.quiet_pydicom import quiet_pydicom

IMPLICIT_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2"
EXPLICIT_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2.1"
EXPLICIT_BIG_ENDIAN: Final = "1.2.840.10008.1.2.2"
DEFLATED_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2.1.99"
_ENCAPSULATED_PREFIXES: Final = ("1.2.840.10008.1.2.4.", "1.2.840.10008.1.2.5")

_AFTER_FILE_META: Final = 0x0003_0000
_UNDEFINED: Final = 0xFFFF_FFFF
_DELIMITER_GROUP: Final = 0xFFFE
_ITEM: Final = 0xFFFE_E000
_ITEM_END: Final = 0xFFFE_E00D
_SEQUENCE_END: Final = 0xFFFE_E0DD
_SHORT_VRS: Final = frozenset(
    b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split()
)
_LONG_VRS: Final = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_NO_VR: Final = b"??"
_WINDOW_BYTES: Final = 16 * 1024
_LONGEST_VALUE: Final = 4 * 1024
"""No element wanted here is longer; a longer one is a broken length."""
_MOST_FRAGMENTS: Final = 1_000_000

_tag_and_length = struct.Struct("<HHI").unpack_from
_short_length = struct.Struct("<H").unpack_from
_long_length = struct.Struct("<I").unpack_from


@dataclass(frozen=True, slots=True)
class PixelPlace:
    """Where the pixel data lie in a file.

    Native: one fragment, (offset, length declared). Encapsulated: one (offset, length)
    per fragment, the offset table left out. `offsets` are the basic offset table's.
    """

    fragments: tuple[tuple[int, int], ...]
    encapsulated: bool
    offsets: tuple[int, ...] = ()


@dataclass(slots=True)
class RawHeader:
    """The wanted elements of one file as the bytes they are stored in.

    `pixels` is None when there are none, or when only pydicom can reach them
    (`needs_pydicom`), as in a deflated file.
    """

    path: Path
    elements: dict[int, bytes]
    transfer_syntax_uid: str
    file_size: int
    modified_ns: int
    big_endian: bool = False
    pixels: PixelPlace | None = None
    has_pixels: bool = False
    needs_pydicom: bool = False


class _UnusualError(Exception):
    """The quick walk does not understand the file; pydicom may."""


class _Window:
    """The part of a file that is in memory, moved forward as the walk goes on."""

    __slots__ = ("_file", "data", "start")

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.start = 0
        self.data = file.read(_WINDOW_BYTES)

    def move_to(self, position: int) -> None:
        """Have the bytes from `position` on in `data`; fewer than 8 means the file ends."""
        self._file.seek(position)
        self.data = self._file.read(_WINDOW_BYTES)
        self.start = position

    def value(self, position: int, length: int) -> bytes:
        """`length` bytes at `position`, wherever they are."""
        if length > _LONGEST_VALUE:
            raise _UnusualError
        index = position - self.start
        if index < 0 or index + length > len(self.data):
            self.move_to(position)
            index = 0
        found = self.data[index : index + length]
        if len(found) != length:
            raise _UnusualError
        return found


def looks_like_dicom(head: bytes) -> bool:
    """Whether a file that starts with `head` (132 bytes or more) may be DICOM.

    Without the "DICM" mark, the first element's group must be one that files start with.
    """
    return head[128:132] == b"DICM" or head[:2] in (b"\x02\0", b"\x08\0", b"\0\x08", b"\0\x02")


def read_header(path: Path) -> RawHeader:
    """Read the wanted elements of a DICOM file and find its pixels.

    Raises: UnreadableError: not DICOM, cut short, or damaged beyond reading.
    """
    with path.open("rb", buffering=0) as file:
        status = os.fstat(file.fileno())
        window = _Window(file)
        header = RawHeader(path, {}, "", status.st_size, status.st_mtime_ns)
        try:
            if window.data[128:132] != b"DICM":
                raise _UnusualError
            _walk_file(window, header)
        except (_UnusualError, struct.error):
            header.elements.clear()
            header.pixels = None
            _read_with_pydicom(header)
    return header


def _walk_file(window: _Window, header: RawHeader) -> None:
    """Fill `header` from a little-endian file with a preamble."""
    meta: dict[int, bytes] = {}
    position = _walk(window, 132, True, meta, stop_at=_AFTER_FILE_META)
    syntax = meta.get(tag.TRANSFER_SYNTAX_UID, b"").rstrip(b"\0 ").decode("ascii", "replace")
    if syntax in ("", EXPLICIT_BIG_ENDIAN, DEFLATED_LITTLE_ENDIAN):
        raise _UnusualError
    header.transfer_syntax_uid = syntax
    explicit = syntax != IMPLICIT_LITTLE_ENDIAN
    # A directory names its class here only; an image repeats it in the data set.
    header.elements[tag.SOP_CLASS_UID] = meta.get(tag.MEDIA_STORAGE_SOP_CLASS_UID, b"")
    header.elements[tag.SOP_INSTANCE_UID] = meta.get(tag.MEDIA_STORAGE_SOP_INSTANCE_UID, b"")
    end = _walk(window, position, explicit, header.elements, stop_at=tag.FLOAT_PIXEL_DATA)
    if end + 8 <= header.file_size:
        _place_pixels(window, end, explicit, header)


def _walk(
    window: _Window,
    position: int,
    explicit: bool,
    found: dict[int, bytes],
    stop_at: int,
) -> int:
    """Collect wanted top-level elements from `position`; where the walk stopped.

    It stops before the first top-level element from tag `stop_at` on, or at the end of
    the file. Sequences are skipped by length, or walked through flat where they have
    none.
    """
    depth = 0
    last = 0
    while (element := _element(window, position, explicit)) is not None:
        this, vr, length, value_at = element
        if this >> 16 == _DELIMITER_GROUP:
            depth += _depth_change(this, length)
            position = value_at + (length if this == _ITEM and length != _UNDEFINED else 0)
            continue
        if depth == 0 and this >= stop_at:
            return position
        if vr == _NO_VR or (depth == 0 and this <= last):
            raise _UnusualError
        if depth == 0:
            last = this
            if this in tag.WANTED:
                nested = vr == b"SQ" or length == _UNDEFINED
                found[this] = b"" if nested else window.value(value_at, length)
        if length == _UNDEFINED:
            depth += 1
            position = value_at
        else:
            position = value_at + length
    if depth:
        raise _UnusualError
    return position


def _depth_change(this: int, length: int) -> int:
    """How an item or delimiter changes the nesting of what has no length."""
    if length == _UNDEFINED:
        return 1
    return 0 if this == _ITEM else -1


def _element(window: _Window, position: int, explicit: bool) -> tuple[int, bytes, int, int] | None:
    """Tag, VR, length and place of the value; None at the file's end.

    The VR is empty where it is implicit and `_NO_VR` where none stands that DICOM knows,
    as at the border between an explicit file meta and an implicit data set.
    """
    index = position - window.start
    if index + 12 > len(window.data):
        window.move_to(position)
        index = 0
        if len(window.data) < 8:
            if window.data:
                raise _UnusualError
            return None
    data = window.data
    group, element, length = _tag_and_length(data, index)
    this = group << 16 | element
    if not explicit or group == _DELIMITER_GROUP:
        return this, b"", length, position + 8
    vr = data[index + 4 : index + 6]
    if vr in _SHORT_VRS:
        return this, vr, _short_length(data, index + 6)[0], position + 8
    if vr not in _LONG_VRS:
        return this, _NO_VR, length, position
    length = _long_length(data, index + 8)[0]
    if length == _UNDEFINED and vr != b"SQ" and this != tag.PIXEL_DATA:
        # Only a sequence may lack a length; in a UN one even the byte order is unsure.
        raise _UnusualError
    return this, vr, length, position + 12


def _place_pixels(window: _Window, position: int, explicit: bool, header: RawHeader) -> None:
    """Note where the pixel element at `position` keeps its bytes."""
    window.move_to(position)
    group, element, length = _tag_and_length(window.data, 0)
    if (group << 16 | element) != tag.PIXEL_DATA:
        # Float pixel data or something after the pixels: there are no integer pixels here.
        return
    position += 8
    if explicit:
        if len(window.data) < 12 or window.data[4:6] not in (b"OB", b"OW", b"UN"):
            raise _UnusualError
        length = _long_length(window.data, 8)[0]
        position += 4
    header.has_pixels = True
    if length != _UNDEFINED:
        header.pixels = PixelPlace(((position, length),), encapsulated=False)
        if header.transfer_syntax_uid.startswith(_ENCAPSULATED_PREFIXES):
            raise _UnusualError
    else:
        header.pixels = _place_fragments(window, position, header.file_size)


def _place_fragments(window: _Window, position: int, file_size: int) -> PixelPlace:
    """Walk the items of encapsulated pixel data from `position`.

    Source: DICOM PS3.5 A.4.
    """
    items: list[tuple[int, int]] = []
    offsets: tuple[int, ...] = ()
    while len(items) < _MOST_FRAGMENTS:
        try:
            head = window.value(position, 8)
        except _UnusualError:
            raise _cut_short() from None
        group, element, length = _tag_and_length(head, 0)
        this = group << 16 | element
        position += 8
        if this == _SEQUENCE_END:
            break
        if this != _ITEM or length == _UNDEFINED:
            raise _UnusualError
        if position + length > file_size:
            raise _cut_short()
        if not items and 0 < length <= _LONGEST_VALUE:
            count = length // 4
            offsets = struct.unpack(f"<{count}I", window.value(position, count * 4))
        items.append((position, length))
        position += length
    if not items:
        raise _UnusualError
    return PixelPlace(tuple(items[1:]), encapsulated=True, offsets=offsets)


def _read_with_pydicom(header: RawHeader) -> None:
    """Fill `header` the slow way; the pixels are left to pydicom as well."""
    from pydicom.errors import InvalidDicomError
    from pydicom.filereader import read_partial
    from pydicom.uid import UID

    pixel_length: int | None = None

    def at_pixels(this: int, _vr: str | None, length: int) -> bool:
        nonlocal pixel_length
        if this == tag.PIXEL_DATA:
            pixel_length = length
        return this >= tag.FLOAT_PIXEL_DATA

    try:
        with header.path.open("rb") as file, quiet_pydicom():
            dataset = read_partial(file, stop_when=at_pixels, force=True)
            end = file.tell()
            for this in tag.WANTED:
                if this in dataset:
                    header.elements[this] = _stored_value(dataset.get_item(this).value)
    except InvalidDicomError:
        raise _damaged() from None
    except Exception as error:
        # A fuzzed header makes pydicom raise almost anything.
        raise _damaged() from error
    little = dataset.original_encoding[1]
    header.big_endian = little is False
    header.transfer_syntax_uid = str(
        getattr(dataset.file_meta, "TransferSyntaxUID", None)
        or UID(_assumed_syntax(bool(dataset.original_encoding[0]), header.big_endian))
    )
    header.has_pixels = pixel_length is not None
    header.needs_pydicom = True
    deflated = header.transfer_syntax_uid == DEFLATED_LITTLE_ENDIAN
    declared = pixel_length not in (None, _UNDEFINED) and not deflated
    if declared and end + 8 + (pixel_length or 0) > header.file_size + 1:
        raise _cut_short()


def _stored_value(value: object) -> bytes:
    """An element's bytes; pydicom has already converted a few, such as the character set."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("ascii", "replace")
    if isinstance(value, MutableSequence) and all(isinstance(part, str) for part in value):
        return "\\".join(value).encode("ascii", "replace")
    return b""


def _assumed_syntax(implicit: bool, big_endian: bool) -> str:
    """The transfer syntax of a file that does not state one."""
    if implicit:
        return IMPLICIT_LITTLE_ENDIAN
    return EXPLICIT_BIG_ENDIAN if big_endian else EXPLICIT_LITTLE_ENDIAN


def _cut_short() -> UnreadableError:
    return UnreadableError(
        say("The DICOM file is cut short: part of its pixel data is missing."),
        say("Copy or export it again."),
    )


def _damaged() -> UnreadableError:
    return UnreadableError(
        say("The DICOM file is damaged and cannot be read."), say("Copy or export it again.")
    )

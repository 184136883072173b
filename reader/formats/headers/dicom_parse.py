"""Finds the wanted header elements and the pixels of a DICOM file, and reads no more.

Most files are little endian: they are walked element by element, at a fraction of the cost
of a full parse, and the walk also learns where the pixels lie and whether they are all
there. Deflated files are inflated as far as their header goes. Anything unusual (big
endian, broken lengths, sequences of unknown kind) is handed to pydicom, within bounds.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import MutableSequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reader.core.errors import UnreadableError
from reader.core.text import say
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.bounded_pydicom import damaged, read_part
from reader.formats.headers.dicom_walk import (
    ITEM,
    LONGEST_VALUE,
    SEQUENCE_END,
    UNDEFINED,
    WINDOW_BYTES,
    CutShortError,
    UnusualError,
    Window,
    is_vr,
    long_length,
    tag_and_length,
    walk,
)
from reader.formats.headers.quiet_pydicom import quiet_pydicom
from reader.formats.headers.raw_header import PixelPlace, RawHeader
from reader.formats.plain_file import OPEN_FLAGS

if TYPE_CHECKING:
    from pydicom.dataset import Dataset, FileDataset

IMPLICIT_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2"
EXPLICIT_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2.1"
EXPLICIT_BIG_ENDIAN: Final = "1.2.840.10008.1.2.2"
DEFLATED_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2.1.99"
_ENCAPSULATED_PREFIXES: Final = (
    "1.2.840.10008.1.2.4.",
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.8.",
)

AFTER_FILE_META: Final = 0x0003_0000
_META_LENGTH: Final = b"\x02\0\0\0UL\x04\0"
_MOST_FRAGMENTS: Final = 1_000_000
_MOST_INFLATED: Final = 64 * 1024 * 1024
"""Of a deflated file's header; its pixels are inflated when they are read."""
_MOST_DEFLATED: Final = 1100
"""Deflate makes nothing smaller than one part in 1032."""


def looks_like_dicom(head: bytes) -> bool:
    """Whether a file that starts with `head` (132 bytes or more) may be DICOM.

    Without the "DICM" mark, the first element's group must be one that files start with.
    """
    return head[128:132] == b"DICM" or head[:2] in (b"\x02\0", b"\x08\0", b"\0\x08", b"\0\x02")


def read_header(path: Path) -> RawHeader:
    """Read the wanted elements of a DICOM file and find its pixels.

    Raises: UnreadableError: not DICOM, cut short, or damaged beyond reading. OSError.
    """
    descriptor = os.open(path, OPEN_FLAGS)
    try:
        return read_open_header(path, descriptor, os.read(descriptor, WINDOW_BYTES))
    finally:
        os.close(descriptor)


def read_open_header(path: Path, descriptor: int, head: bytes) -> RawHeader:
    """As `read_header`, of a file that is open and starts with `head`."""
    header = open_header(path, descriptor)
    try:
        _walk_file(window_on(descriptor, head), header)
    except CutShortError:
        header.cut_short = True
    except (UnusualError, struct.error):
        header.elements.clear()
        header.pixels, header.pixel_tag = None, 0
        _read_with_pydicom(header)
    return header


def open_header(path: Path, descriptor: int) -> RawHeader:
    """The header of an open file, of which nothing has been read."""
    status = os.fstat(descriptor)
    return RawHeader(path, {}, "", status.st_size, status.st_mtime_ns)


def window_on(descriptor: int, head: bytes) -> Window:
    """An open file that starts with `head`."""

    def read(position: int, count: int) -> bytes:
        os.lseek(descriptor, position, os.SEEK_SET)
        return os.read(descriptor, count)

    return Window(read, head)


def _walk_file(window: Window, header: RawHeader) -> None:
    """Fill `header` from a little-endian file, with or without preamble and file meta."""
    position = 132 if window.data[128:132] == b"DICM" else 0
    meta: dict[int, bytes] = {}
    if window.data[position : position + 2] == b"\x02\0":
        position = _walk_meta(window, position, meta)
    syntax = meta.get(tag.TRANSFER_SYNTAX_UID, b"").rstrip(b"\0 ").decode("ascii", "replace")
    if syntax == EXPLICIT_BIG_ENDIAN:
        raise UnusualError
    if syntax == DEFLATED_LITTLE_ENDIAN:
        inflated = _Inflated(window, position)
        window, position = Window(inflated.read, inflated.read(0, WINDOW_BYTES)), 0
    explicit = _is_explicit(window, position)
    header.transfer_syntax_uid = syntax or (
        EXPLICIT_LITTLE_ENDIAN if explicit else IMPLICIT_LITTLE_ENDIAN
    )
    # A directory names its class here only; an image repeats it in the data set.
    elements = header.elements
    elements[tag.SOP_CLASS_UID] = meta.get(tag.MEDIA_STORAGE_SOP_CLASS_UID, b"")
    elements[tag.SOP_INSTANCE_UID] = meta.get(tag.MEDIA_STORAGE_SOP_INSTANCE_UID, b"")
    end = walk(window, position, explicit, elements, tag.FLOAT_PIXEL_DATA)
    if syntax == DEFLATED_LITTLE_ENDIAN:
        _note_deflated_pixels(window, end, header)
    elif end + 8 <= header.file_size:
        place_pixels(window, end, explicit, header)
    elif end > header.file_size:
        header.cut_short = True


def _walk_meta(window: Window, position: int, meta: dict[int, bytes]) -> int:
    """Collect the file meta information; where the data set begins.

    A data set may begin with that of another file: the length of the first tells.
    """
    try:
        return walk(window, position, True, meta, AFTER_FILE_META)
    except UnusualError:
        head, data = window.data[position : position + 12], window.data
        if window.start or not head.startswith(_META_LENGTH):
            raise
        end = position + 12 + long_length(head, 8)[0]
        meta.clear()
        return walk(Window(lambda _at, _n: b"", data[:end]), position, True, meta, AFTER_FILE_META)


def _is_explicit(window: Window, position: int) -> bool:
    """Whether elements from `position` on carry their VR, whatever the file meta says.

    Raises: UnusualError: the first element is none that a data set starts with.
    """
    first = window.value(position, 6)
    if first[1] and not first[0]:
        # A group of 0x0100 or more with nothing below: big endian.
        raise UnusualError
    return is_vr(first[4:6])


class _Inflated:
    """The data set of a deflated file, inflated as far as it is asked for.

    Source: DICOM PS3.5 A.5.
    """

    def __init__(self, window: Window, position: int) -> None:
        self._packed = window
        self._position = position
        self._engine = zlib.decompressobj(-zlib.MAX_WBITS)
        self._found = bytearray()

    def read(self, position: int, count: int) -> bytes:
        """As of a file.

        Raises: UnreadableError: damaged, or a header of a size that none has.
        """
        wanted = position + count
        while len(self._found) < wanted and not self._engine.eof:
            if wanted > _MOST_INFLATED:
                raise damaged()
            packed = self._engine.unconsumed_tail
            if not packed:
                self._packed.move_to(self._position)
                packed = self._packed.data
                self._position += len(packed)
                if not packed:
                    break
            try:
                self._found += self._engine.decompress(packed, WINDOW_BYTES)
            except zlib.error:
                raise damaged() from None
        return bytes(self._found[position:wanted])


def _note_deflated_pixels(window: Window, position: int, header: RawHeader) -> None:
    """Note what pixels a deflated file has; where they lie only inflating it all tells."""
    header.needs_pydicom = True
    try:
        head = window.value(position, 12)
    except UnusualError:
        return
    group, element, _ = tag_and_length(head, 0)
    this = group << 16 | element
    if this in tag.PIXELS:
        header.pixel_tag = this
        header.pixel_length = long_length(head, 8)[0]
        if header.pixel_length > _MOST_DEFLATED * header.file_size:
            raise _cut_short()


def place_pixels(window: Window, position: int, explicit: bool, header: RawHeader) -> None:
    """Note where the pixel element at `position` keeps its bytes."""
    head = window.value(position, 8)
    group, element, length = tag_and_length(head, 0)
    this = group << 16 | element
    if this not in tag.PIXELS:
        # Something after the pixels: there are none here.
        return
    position += 8
    if explicit:
        if head[4:6] not in (b"OB", b"OW", b"UN", b"OF", b"OD"):
            raise UnusualError
        length = long_length(window.value(position, 4), 0)[0]
        position += 4
    header.pixel_tag = this
    encapsulated = header.transfer_syntax_uid.startswith(_ENCAPSULATED_PREFIXES)
    if encapsulated != (length == UNDEFINED):
        raise UnusualError
    if encapsulated:
        header.pixels = _place_fragments(window, position, header.file_size)
    else:
        header.pixels = PixelPlace(((position, length),), encapsulated=False)


def _place_fragments(window: Window, position: int, file_size: int) -> PixelPlace:
    """Walk the items of encapsulated pixel data from `position`.

    Source: DICOM PS3.5 A.4.
    """
    items: list[tuple[int, int]] = []
    offsets: tuple[int, ...] = ()
    while len(items) < _MOST_FRAGMENTS:
        try:
            head = window.value(position, 8)
        except UnusualError:
            if _ends_a_codestream(window, items):
                break
            raise _cut_short() from None
        group, element, length = tag_and_length(head, 0)
        this = group << 16 | element
        position += 8
        if this == SEQUENCE_END:
            break
        if this != ITEM or length == UNDEFINED:
            raise UnusualError
        if position + length > file_size:
            raise _cut_short()
        if not items and 0 < length <= LONGEST_VALUE:
            count = length // 4
            offsets = struct.unpack(f"<{count}I", window.value(position, count * 4))
        items.append((position, length))
        position += length
    if not items:
        raise UnusualError
    return PixelPlace(tuple(items[1:]), encapsulated=True, offsets=offsets)


def _ends_a_codestream(window: Window, items: list[tuple[int, int]]) -> bool:
    """Whether the last frame is whole, where the mark that nothing follows is not there.

    JPEG, JPEG-LS and JPEG 2000 all end alike, and may be filled up to an even length.
    """
    if len(items) < 2 or items[-1][1] < 4:
        return False
    return window.value(sum(items[-1]) - 3, 3).rstrip(b"\0").endswith(b"\xff\xd9")


def _read_with_pydicom(header: RawHeader) -> None:
    """Fill `header` the slow way; the pixels are left to pydicom as well."""
    pixels: dict[int, int] = {}

    def at_pixels(this: int, _vr: str | None, length: int) -> bool:
        if this in tag.PIXELS:
            pixels[this] = length
        return this >= tag.FLOAT_PIXEL_DATA

    dataset, end = read_part(header.path, at_pixels)
    try:
        with quiet_pydicom():
            _keep_wanted(dataset, header)
            implicit, little = dataset.original_encoding
            stated = str(getattr(dataset.file_meta, "TransferSyntaxUID", None) or "")
    except Exception as error:
        # A fuzzed header makes pydicom raise almost anything.
        raise damaged() from error
    header.big_endian = little is False
    header.transfer_syntax_uid = stated or _assumed_syntax(bool(implicit), header.big_endian)
    header.needs_pydicom = True
    for this, length in pixels.items():
        header.pixel_tag = this
        if length != UNDEFINED:
            header.pixel_length = length
            if end + (8 if implicit else 12) + length > header.file_size:
                raise _cut_short()


def _keep_wanted(dataset: FileDataset | Dataset, header: RawHeader) -> None:
    """Copy the wanted elements that pydicom found."""
    for keyword, this in (
        ("MediaStorageSOPClassUID", tag.SOP_CLASS_UID),
        ("MediaStorageSOPInstanceUID", tag.SOP_INSTANCE_UID),
    ):
        header.elements[this] = str(dataset.file_meta.get(keyword) or "").encode("ascii", "replace")
    for element in dataset.keys():  # noqa: SIM118 - iterating a Dataset converts its elements
        this = int(element)
        if this in tag.NOTED:
            header.elements[this] = b""
        elif this in tag.WANTED:
            header.elements[this] = _stored_value(dataset.get_item(element).value)


def _stored_value(value: object) -> bytes:
    """An element's bytes; pydicom has already converted a few, such as the character set."""
    if isinstance(value, bytes):
        return value[:LONGEST_VALUE]
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

"""Reads headers that repeat an earlier one of their series, at a fraction of a walk's cost.

The files of a series differ in a few values: number, place, times. What lies between these
is compared as whole runs of bytes; where every run is the same, a walk could only go the
way it went before, so that nothing is believed that was not read. The length of each value
that differs is read where it stands. Any other byte that differs, and the walk reads the
file; what differed is learnt from it.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.dicom_parse import (
    AFTER_FILE_META,
    DEFLATED_LITTLE_ENDIAN,
    open_header,
    place_pixels,
    read_open_header,
    window_on,
)
from reader.formats.headers.dicom_walk import (
    UNDEFINED,
    UnusualError,
    Window,
    after_value,
    element_at,
    is_vr,
    long_length,
    tag_and_length,
)
from reader.formats.headers.raw_header import HeaderKind, RawHeader

_AFTER_PREAMBLE: Final = 128
_FIRST_ELEMENT: Final = 132
_FIRST_BYTES: Final = b"DICM\x02\0"
_META_TO_AGREE: Final = frozenset({tag.TRANSFER_SYNTAX_UID, tag.MEDIA_STORAGE_SOP_CLASS_UID})
_MOST_TRIED: Final = 4
_MOST_SERIES: Final = 64
_MOST_REBUILDS: Final = 12
"""Series whose headers go on differing in ever more elements are walked."""


@dataclass(frozen=True, slots=True)
class _Element:
    """Where a top-level element lies: its tag, its length, and the end of its value."""

    tag: int
    start: int
    length_at: int
    end: int
    narrow: bool
    """Whether the length has two bytes and not four."""


_Piece = tuple[bytes, int, bool, int]
"""Bytes that are always the same, how many, whether the length that follows them has two
bytes, and the tag under which the value after that is kept; 0 = it is not wanted."""


@dataclass(frozen=True, slots=True, eq=False)
class HeaderPattern(HeaderKind):
    """How the headers of one series are read by what they have in common."""

    _pieces: tuple[_Piece, ...]
    _tail: bytes
    """The bytes after the last value that differs, up to the tag of the pixels."""
    _common: RawHeader
    _explicit: bool

    def read(self, path: Path, descriptor: int, head: bytes) -> RawHeader | None:
        """As `read_open_header`; None = the header is another one.

        Raises: UnreadableError: as there. OSError.
        """
        common = self._common
        elements = common.elements.copy()
        at = _AFTER_PREAMBLE
        try:
            for same, size, narrow, this in self._pieces:
                if not head.startswith(same, at):
                    return None
                at += size
                if narrow:
                    end = at + 2 + (head[at] | head[at + 1] << 8)
                    at += 2
                else:
                    length = long_length(head, at)[0]
                    at += 4
                    if length == UNDEFINED:
                        if this:
                            return None
                        window = window_on(descriptor, head)
                        end = after_value(window, at, length, self._explicit)
                    else:
                        end = at + length
                if this:
                    elements[this] = head[at:end]
                at = end
            if not head.startswith(self._tail, at):
                return None
            header = open_header(path, descriptor)
            header.elements = elements
            header.transfer_syntax_uid = common.transfer_syntax_uid
            header.kind = self
            window = window_on(descriptor, head)
            place_pixels(window, at + len(self._tail) - 4, self._explicit, header)
        except (UnusualError, IndexError, struct.error):
            return None
        return header if header.pixel_tag else None


@dataclass(slots=True)
class _Series:
    """What is known of the headers of one series. `head` starts one of their files."""

    head: bytes
    header: RawHeader
    places: set[int] = field(default_factory=set)
    """Which elements differ, counted from the first."""
    pattern: HeaderPattern | None = None
    rebuilds: int = 0


class HeaderReader:
    """Reads the headers of many files, those of one series by what they have in common."""

    def __init__(self) -> None:
        self._tried: list[HeaderPattern] = []
        self._series: dict[bytes, _Series] = {}

    def read(self, path: Path, descriptor: int, head: bytes) -> RawHeader:
        """As `read_open_header`; `RawHeader.kind` says what header it repeats.

        Raises: UnreadableError, OSError.
        """
        for n, pattern in enumerate(self._tried):
            header = pattern.read(path, descriptor, head)
            if header is not None:
                if n:
                    self._try_first(pattern)
                return header
        header = read_open_header(path, descriptor, head)
        self._learn(head, header)
        return header

    def _try_first(self, pattern: HeaderPattern) -> None:
        others = [one for one in self._tried if one is not pattern]
        self._tried = [pattern, *others[: _MOST_TRIED - 1]]

    def _learn(self, head: bytes, header: RawHeader) -> None:
        """Remember a header; of the second one of a series and on, in what they differ."""
        series_uid = header.elements.get(tag.SERIES_INSTANCE_UID, b"")
        if not series_uid or not _may_repeat(head, header):
            return
        known = self._series.get(series_uid)
        if known is None:
            if len(self._series) >= _MOST_SERIES:
                self._series.clear()
            self._series[series_uid] = _Series(head, header)
            return
        if known.pattern is not None and known.pattern not in self._tried:
            self._try_first(known.pattern)
            return
        if known.rebuilds >= _MOST_REBUILDS:
            return
        known.rebuilds += 1
        old = known.pattern
        _widen(known, head, header)
        self._tried = [one for one in self._tried if one is not old]
        if known.pattern is not None:
            self._try_first(known.pattern)


def _may_repeat(head: bytes, header: RawHeader) -> bool:
    """Whether a header is a plain one, of which others may be repetitions."""
    return (
        head.startswith(_FIRST_BYTES, _AFTER_PREAMBLE)
        and header.has_pixels
        and not (header.cut_short or header.needs_pydicom or header.big_endian)
        and header.transfer_syntax_uid != DEFLATED_LITTLE_ENDIAN
    )


def _widen(known: _Series, head: bytes, header: RawHeader) -> None:
    """Make the pattern of a series anew, for a header that it did not fit."""
    try:
        ours, explicit = _outline(known.head)
        theirs, as_explicit = _outline(head)
    except (UnusualError, IndexError, struct.error):
        known.rebuilds = _MOST_REBUILDS
        return
    if explicit != as_explicit or not _alike(known.head, ours, head, theirs):
        known.head, known.header, known.places, known.pattern = head, header, set(), None
        return
    known.places |= {
        n
        for n, (a, b) in enumerate(zip(ours, theirs, strict=True))
        if known.head[a.length_at : a.end] != head[b.length_at : b.end]
    }
    known.pattern = _pattern(known, ours, explicit)


def _alike(head: bytes, ours: Sequence[_Element], other: bytes, theirs: Sequence[_Element]) -> bool:
    """Whether two headers have the same elements, of the same kinds."""
    return len(ours) == len(theirs) and all(
        head[a.start : a.length_at] == other[b.start : b.length_at]
        for a, b in zip(ours, theirs, strict=True)
    )


def _outline(head: bytes) -> tuple[list[_Element], bool]:
    """The elements of a file up to its pixels, and whether the data set's have VRs.

    Raises: UnusualError: they do not all lie in `head`. IndexError, struct.error: neither.
    """
    window = Window(_nothing_more, head)
    found: list[_Element] = []
    position, explicit, in_meta = _FIRST_ELEMENT, True, True
    while True:
        group, element, _ = tag_and_length(head, position)
        if in_meta and group >= AFTER_FILE_META >> 16:
            in_meta, explicit = False, is_vr(head[position + 4 : position + 6])
        this = group << 16 | element
        if found and this <= found[-1].tag:
            raise UnusualError
        if this >= tag.FLOAT_PIXEL_DATA:
            found.append(_Element(this, position, position, position, narrow=False))
            return found, explicit
        this, length, value_at = element_at(window, position, explicit)
        end = after_value(window, value_at, length, explicit)
        narrow = explicit and value_at - position == 8
        found.append(_Element(this, position, value_at - (2 if narrow else 4), end, narrow))
        position = end


def _nothing_more(_position: int, _count: int) -> NoReturn:
    raise UnusualError


def _pattern(known: _Series, outline: Sequence[_Element], explicit: bool) -> HeaderPattern | None:
    """The pattern of a series whose elements at `known.places` differ; None = it has none."""
    differ = [outline[n] for n in sorted(known.places)]
    in_data = {one.tag for one in outline}
    if any(one.tag in _META_TO_AGREE for one in differ):
        return None
    pieces: list[_Piece] = []
    at = _AFTER_PREAMBLE
    kept: set[int] = set()
    for one in differ:
        this = one.tag if one.tag in tag.WANTED and one.tag not in tag.NOTED else 0
        if one.tag == tag.MEDIA_STORAGE_SOP_INSTANCE_UID:
            # An image repeats it in the data set, and that one counts.
            this = 0 if tag.SOP_INSTANCE_UID in in_data else tag.SOP_INSTANCE_UID
        elif one.tag < AFTER_FILE_META:
            this = 0
        if this and known.head[one.start + 4 : one.start + 6] == b"SQ":
            return None  # the walk keeps nothing of a sequence
        same = known.head[at : one.length_at]
        pieces.append((same, len(same), one.narrow, this))
        kept.add(this)
        at = one.end
    tail = known.head[at : outline[-1].start + 4]
    return HeaderPattern(frozenset(kept - {0}), tuple(pieces), tail, known.header, explicit)

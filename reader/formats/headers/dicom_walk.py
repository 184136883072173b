"""Walks the elements of a little-endian DICOM data set without parsing what is not wanted.

One walk serves a whole folder, so what an element's first bytes mean (its tag, how its
length is written, whether it is wanted) is remembered from file to file. Values are not:
every tag, VR and length is read where it stands.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final

from reader.formats.headers import dicom_tags as tag

UNDEFINED: Final = 0xFFFF_FFFF
ITEM: Final = 0xFFFE_E000
SEQUENCE_END: Final = 0xFFFE_E0DD
LONGEST_VALUE: Final = 64 * 1024
"""No element wanted here is longer; a longer one is a broken length."""
WINDOW_BYTES: Final = 16 * 1024

_DELIMITER_GROUP: Final = 0xFFFE
_SHORT_VRS: Final = frozenset(
    b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split()
)
_LONG_VRS: Final = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_MOST_NESTED: Final = 5_000_000
"""Elements inside sequences of unknown length: more than any file has, and soon walked."""
_DEEPEST: Final = 64
_MOST_HEADS: Final = 8192

_KEPT: Final = 1
_NOTED: Final = 2
_LONG: Final = 4
_SEQUENCE: Final = 8
_UNKNOWN: Final = 16

tag_and_length = struct.Struct("<HHI").unpack_from
_group_and_element = struct.Struct("<HH").unpack_from
long_length = struct.Struct("<I").unpack_from

_explicit_heads: dict[bytes, tuple[int, int]] = {}
_implicit_heads: dict[bytes, tuple[int, int]] = {}


class UnusualError(Exception):
    """The quick walk does not understand the file; pydicom may."""


class CutShortError(UnusualError):
    """The file ends inside an element."""


class Window:
    """The part of a file that is in memory, moved forward as the walk goes on.

    `read(position, count)` gives fewer bytes only where the file ends.
    """

    __slots__ = ("_read", "data", "start")

    def __init__(self, read: Callable[[int, int], bytes], data: bytes) -> None:
        self._read = read
        self.start = 0
        self.data = data

    def move_to(self, position: int) -> None:
        """Have the bytes from `position` on in `data`; fewer than 8 means the file ends."""
        self.data = self._read(position, WINDOW_BYTES)
        self.start = position

    def value(self, position: int, length: int) -> bytes:
        """`length` bytes at `position`, wherever they are.

        Raises: UnusualError: nothing is that long. CutShortError: the file ends before.
        """
        index = position - self.start
        if index >= 0 and index + length <= len(self.data):
            return self.data[index : index + length]
        if length > LONGEST_VALUE:
            raise UnusualError
        found = self._read(position, length)
        if len(found) != length:
            raise CutShortError
        return found


def is_vr(vr: bytes) -> bool:
    """Whether two bytes are a value representation."""
    return vr in _SHORT_VRS or vr in _LONG_VRS


def walk(
    window: Window, position: int, explicit: bool, found: dict[int, bytes], stop_at: int
) -> int:
    """Collect wanted top-level elements from `position`; where the walk stopped.

    It stops before the first element from tag `stop_at` on, or where the file ends, and
    that may be before the place it returns: the last element is cut short then.

    Raises: UnusualError: the elements are not in order, or not what DICOM allows.
    """
    if explicit:
        return _walk_explicit(window, position, found, stop_at)
    return _walk_implicit(window, position, found, stop_at)


def _walk_explicit(window: Window, position: int, found: dict[int, bytes], stop_at: int) -> int:
    heads = _explicit_heads
    data = window.data
    index = position - window.start
    end = len(data) - 12
    last = 0
    while True:
        if index > end or index < 0:
            position = window.start + index
            if not _more(window, position):
                return position
            data, index, end = window.data, 0, len(window.data) - 12
        head = data[index : index + 6]
        this, how = heads.get(head) or _learn(heads, head)
        if this >= stop_at:
            return window.start + index
        if this <= last:
            raise UnusualError
        last = this
        if how <= _KEPT:
            length = data[index + 6] | data[index + 7] << 8
            index += 8
            if how:
                value = data[index : index + length]
                found[this] = (
                    value if len(value) == length else window.value(window.start + index, length)
                )
            index += length
        else:
            index = _unusual_element(window, window.start + index, this, how, found)
            index -= window.start
            if data is not window.data:
                data, end = window.data, len(window.data) - 12


def _walk_implicit(window: Window, position: int, found: dict[int, bytes], stop_at: int) -> int:
    heads = _implicit_heads
    last = 0
    while True:
        index = position - window.start
        if index + 12 > len(window.data) or index < 0:
            if not _more(window, position):
                return position
            index = 0
        data = window.data
        head = data[index : index + 4]
        this, how = heads.get(head) or _learn(heads, head)
        if this >= stop_at:
            return position
        if this <= last:
            raise UnusualError
        last = this
        length = long_length(data, index + 4)[0]
        position = after_value(window, position + 8, length, False)
        if how & _NOTED:
            found[this] = b""
        elif how & _KEPT:
            nested = length == UNDEFINED
            found[this] = b"" if nested else window.value(position - length, length)


def _more(window: Window, position: int) -> bool:
    """Have the element at `position` in the window; False where the file ends before it."""
    window.move_to(position)
    if len(window.data) < 8:
        if window.data:
            raise UnusualError
        return False
    # A short last element has no 12 bytes to look at.
    window.data += b"\0" * max(0, 12 - len(window.data))
    return True


def _learn(heads: dict[bytes, tuple[int, int]], head: bytes) -> tuple[int, int]:
    """What an element that starts with `head` is; remembered."""
    group, element = _group_and_element(head)
    this = group << 16 | element
    how = _NOTED if this in tag.NOTED else _KEPT if this in tag.WANTED else 0
    if len(head) > 4:
        vr = head[4:6]
        if vr in _LONG_VRS:
            how |= _LONG
        elif vr not in _SHORT_VRS:
            how = _UNKNOWN
        if vr == b"SQ":
            how |= _SEQUENCE
    if len(heads) >= _MOST_HEADS:
        heads.clear()
    heads[head] = this, how
    return this, how


def _unusual_element(
    window: Window, position: int, this: int, how: int, found: dict[int, bytes]
) -> int:
    """Step over an explicit element that is long, a sequence or only noted; its end."""
    if how & _UNKNOWN:
        raise UnusualError
    index = position - window.start
    if how & _LONG:
        length = long_length(window.data, index + 8)[0]
        value_at = position + 12
    else:
        length = window.data[index + 6] | window.data[index + 7] << 8
        value_at = position + 8
    if length == UNDEFINED and not how & _SEQUENCE:
        # Only a sequence may lack a length; in a UN one even the byte order is unsure.
        raise UnusualError
    if how & _NOTED or (how & _KEPT and how & _SEQUENCE):
        found[this] = b""
    elif how & _KEPT:
        found[this] = window.value(value_at, length)
    return after_value(window, value_at, length, True)


def after_value(window: Window, position: int, length: int, explicit: bool) -> int:
    """Where a value of `length` ends; one of unknown length is walked through.

    Raises: UnusualError: it is not a sequence, or one without an end.
    """
    if length != UNDEFINED:
        return position + length
    depth = 1
    for _ in range(_MOST_NESTED):
        this, length, position = element_at(window, position, explicit)
        if this >> 16 == _DELIMITER_GROUP and this != ITEM:
            depth -= 1
            if depth == 0:
                return position
        elif length == UNDEFINED:
            depth += 1
            if depth > _DEEPEST:
                break
        else:
            position += length
    raise UnusualError


def element_at(window: Window, position: int, explicit: bool) -> tuple[int, int, int]:
    """Tag, length and place of the value of the element at `position`, in a sequence or not.

    Raises: UnusualError: there is none, or not what DICOM allows.
    """
    index = position - window.start
    if index + 12 > len(window.data) or index < 0:
        if not _more(window, position):
            raise UnusualError
        index = 0
    data = window.data
    group, element, length = tag_and_length(data, index)
    this = group << 16 | element
    if not explicit or group == _DELIMITER_GROUP:
        return this, length, position + 8
    vr = data[index + 4 : index + 6]
    if vr in _SHORT_VRS:
        return this, data[index + 6] | data[index + 7] << 8, position + 8
    if vr not in _LONG_VRS:
        raise UnusualError
    length = long_length(data, index + 8)[0]
    if length == UNDEFINED and vr != b"SQ" and this != tag.PIXEL_DATA:
        raise UnusualError
    return this, length, position + 12

"""The functional groups of a multi-frame file: what is said of each frame, as flat text.

Thousands of frames with a dozen nested sequences each take pydicom seconds, so the bytes
are walked here and only the wanted attributes are taken out. Big endian and deflated
files are left to pydicom. Source: DICOM PS3.5 7.5 (nesting), PS3.3 C.7.6.16 (groups).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from reader.core.errors import UnreadableError
from reader.core.text import say
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.bounded_pydicom import read_part
from reader.formats.headers.dicom_parse import IMPLICIT_LITTLE_ENDIAN
from reader.formats.headers.dicom_support import refused
from reader.formats.headers.dicom_values import number
from reader.formats.headers.quiet_pydicom import quiet_pydicom
from reader.formats.headers.raw_header import RawHeader
from reader.formats.plain_file import open_plain

if TYPE_CHECKING:
    from pydicom import Dataset

SHARED_GROUPS: Final = 0x5200_9229
PER_FRAME_GROUPS: Final = 0x5200_9230
PLANE_POSITION: Final = 0x0020_9113
PLANE_ORIENTATION: Final = 0x0020_9116
PLANE_POSITION_VOLUME: Final = 0x0020_930E
PLANE_ORIENTATION_VOLUME: Final = 0x0020_930F
PIXEL_MEASURES: Final = 0x0028_9110
FRAME_CONTENT: Final = 0x0020_9111
FRAME_VOI_LUT: Final = 0x0028_9132
PIXEL_VALUE_TRANSFORMATION: Final = 0x0028_9145
REAL_WORLD_VALUE_MAPPING: Final = 0x0040_9096
MEASUREMENT_UNITS: Final = 0x0040_08EA
MR_DIFFUSION: Final = 0x0018_9117
MR_ECHO: Final = 0x0018_9114
MR_TIMING: Final = 0x0018_9112
MR_MODIFIER: Final = 0x0018_9115
MR_FRAME_TYPE: Final = 0x0018_9226
MR_METABOLITE: Final = 0x0018_9152
CT_FRAME_TYPE: Final = 0x0018_9329
CT_RECONSTRUCTION: Final = 0x0018_9314
PET_FRAME_TYPE: Final = 0x0018_9751
CARDIAC: Final = 0x0018_9118
RESPIRATORY: Final = 0x0018_9253
CONVERTED_ATTRIBUTES: Final = 0x0020_9171
SEGMENT_IDENTIFICATION: Final = 0x0062_000A
DERIVATION_IMAGE: Final = 0x0008_9124
DETECTOR_INFORMATION: Final = 0x0054_0022
SLICE_VECTOR: Final = 0x0054_0080
FRAME_OFFSETS: Final = 0x3004_000C

_TEXT: Final = "text"
_FRAME_TYPE: Final = {0x0008_9007: _TEXT, 0x0008_9208: _TEXT, 0x0008_9209: _TEXT}
_PLACE: Final = {0x0020_0032: _TEXT, 0x0020_0037: _TEXT}

Wanted = Mapping[int, "str | Wanted"]
"""Attribute tag to how implicit files store it ("text" or a struct letter), or nested."""

_GROUPS: Final[Wanted] = {
    PLANE_POSITION: _PLACE,
    PLANE_ORIENTATION: _PLACE,
    PLANE_POSITION_VOLUME: {0x0020_9301: "d"},
    PLANE_ORIENTATION_VOLUME: {0x0020_9302: "d"},
    PIXEL_MEASURES: {0x0028_0030: _TEXT, 0x0018_0050: _TEXT, 0x0018_0088: _TEXT},
    FRAME_CONTENT: {
        0x0020_9056: _TEXT,
        0x0020_9128: "I",
        0x0018_9074: _TEXT,
        0x0018_9151: _TEXT,
        0x0020_9156: "H",
        0x0020_9057: "I",
        0x0020_9157: "I",
    },
    FRAME_VOI_LUT: {
        tag.WINDOW_CENTER: _TEXT,
        tag.WINDOW_WIDTH: _TEXT,
        tag.VOI_LUT_FUNCTION: _TEXT,
        tag.WINDOW_EXPLANATION: _TEXT,
    },
    PIXEL_VALUE_TRANSFORMATION: {0x0028_1052: _TEXT, 0x0028_1053: _TEXT, 0x0028_1054: _TEXT},
    REAL_WORLD_VALUE_MAPPING: {
        0x0040_9224: "d",
        0x0040_9225: "d",
        MEASUREMENT_UNITS: {0x0008_0100: _TEXT, 0x0008_0104: _TEXT},
    },
    MR_DIFFUSION: {0x0018_9087: "d", 0x0018_9075: _TEXT, 0x0018_9076: {0x0018_9089: "d"}},
    MR_ECHO: {0x0018_9082: "d"},
    MR_TIMING: {0x0018_0080: _TEXT, 0x0018_1314: _TEXT},
    MR_MODIFIER: {0x0018_9079: "d"},
    MR_FRAME_TYPE: _FRAME_TYPE,
    MR_METABOLITE: {0x0018_9080: _TEXT},
    CT_FRAME_TYPE: _FRAME_TYPE,
    CT_RECONSTRUCTION: {0x0018_1210: _TEXT},
    PET_FRAME_TYPE: _FRAME_TYPE,
    CARDIAC: {0x0020_9153: "d", 0x0020_9241: "f"},
    RESPIRATORY: {0x0020_9257: "d", 0x0020_9245: "f"},
    SEGMENT_IDENTIFICATION: {0x0062_000B: "H"},
    DERIVATION_IMAGE: {0x0008_2112: {0x0008_1155: _TEXT, 0x0008_1160: _TEXT}},
    CONVERTED_ATTRIBUTES: {
        tag.IMAGE_TYPE: _TEXT,
        tag.ACQUISITION_TIME: _TEXT,
        tag.ECHO_TIME: _TEXT,
        tag.TRIGGER_TIME: _TEXT,
        tag.CONVOLUTION_KERNEL: _TEXT,
        tag.DIFFUSION_B_VALUE: "d",
        tag.ACQUISITION_NUMBER: _TEXT,
        tag.TEMPORAL_POSITION: _TEXT,
    },
}
_TOP: Final[Wanted] = {
    SHARED_GROUPS: _GROUPS,
    PER_FRAME_GROUPS: _GROUPS,
    DETECTOR_INFORMATION: _PLACE,
    SLICE_VECTOR: "H",
    tag.SPACING_BETWEEN_SLICES: _TEXT,
    FRAME_OFFSETS: _TEXT,
}

Groups = dict[tuple[int, int], bytes]
"""(functional group, attribute) to its value as the text of a decimal or code string."""
Get = Callable[[int, int], bytes]
"""The value of (functional group, attribute) for one frame; empty where it is not stated."""

_UNDEFINED: Final = 0xFFFF_FFFF
_ITEM: Final = 0xFFFE_E000
_ITEM_END: Final = 0xFFFE_E00D
_SEQUENCE_END: Final = 0xFFFE_E0DD
_LONG_VRS: Final = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_BINARY_VRS: Final = {b"FD": "d", b"FL": "f", b"US": "H", b"SS": "h", b"UL": "I", b"SL": "i"}
_LONGEST_HEADER: Final = 1 << 29
_LONGEST_VALUE: Final = 1 << 16

_pair = struct.Struct("<HH").unpack_from
_short = struct.Struct("<H").unpack_from
_long = struct.Struct("<I").unpack_from


class _BrokenError(Exception):
    """The bytes are not what nesting allows."""


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What a multi-frame header says beside its flat elements.

    `top` holds the attributes of sequences and vectors that are no functional group, as
    (sequence or 0, attribute).
    """

    shared: Groups = field(default_factory=dict)
    per_frame: Sequence[Groups] = ()
    top: Groups = field(default_factory=dict)

    @property
    def slice_spacing_mm(self) -> float:
        """Spacing Between Slices with its sign; 0 where it is not stated."""
        return number(self.top.get((0, tag.SPACING_BETWEEN_SLICES), b"")) or 0.0


def read_frame_header(header: RawHeader) -> FrameHeader:
    """Read the functional groups of a multi-frame file.

    Raises: UnreadableError: the sequences are broken.
    """
    if header.needs_pydicom or header.pixels is None:
        return _by_pydicom(header)
    end = header.pixels.fragments[0][0] if header.pixels.fragments else header.file_size
    if end > _LONGEST_HEADER:
        raise _damaged()
    with open_plain(header.path) as file:
        data = file.read(end)
    explicit = header.transfer_syntax_uid != IMPLICIT_LITTLE_ENDIAN
    try:
        return _walk_top(data, _after_file_meta(data), explicit)
    except (_BrokenError, struct.error, IndexError):
        return _by_pydicom(header)


def _after_file_meta(data: bytes) -> int:
    """Where the data set starts: after the explicit elements of group 2."""
    at = 132
    while at + 8 <= len(data) and _short(data, at)[0] == 2:
        _, _, length, value_at = _element(data, at, explicit=True)
        at = value_at + length
    return at


def _walk_top(data: bytes, at: int, explicit: bool) -> FrameHeader:
    shared: Groups = {}
    per_frame: list[Groups] = []
    top: Groups = {}
    for this, vr, length, value_at, _ in _elements(data, at, len(data), explicit):
        wanted = _TOP.get(this)
        if wanted is None:
            continue
        if isinstance(wanted, str):
            top[0, this] = _as_text(data, value_at, length, _kind(vr, wanted))
        else:
            items = _items(data, value_at, length, explicit)
            if this == PER_FRAME_GROUPS:
                per_frame = [_groups(data, *item, explicit) for item in items]
            elif this == SHARED_GROUPS and items:
                shared = _groups(data, *items[0], explicit)
            elif items:
                _collect(data, items[0], explicit, wanted, this, top)
    return FrameHeader(shared, per_frame, top)


def _groups(data: bytes, start: int, end: int, explicit: bool) -> Groups:
    """The wanted attributes of one item of functional groups."""
    found: Groups = {}
    for this, _, length, value_at, _ in _elements(data, start, end, explicit):
        wanted = _GROUPS.get(this)
        if wanted is None or isinstance(wanted, str):
            continue
        items = _items(data, value_at, length, explicit)
        if items:
            _collect(data, items[0], explicit, wanted, this, found)
    return found


def _collect(
    data: bytes,
    item: tuple[int, int],
    explicit: bool,
    wanted: Wanted,
    group: int,
    found: Groups,
) -> None:
    """Put the wanted attributes of an item into `found`, those of nested items as well."""
    for this, vr, length, value_at, _ in _elements(data, *item, explicit):
        kind = wanted.get(this)
        if isinstance(kind, str):
            found[group, this] = _as_text(data, value_at, length, _kind(vr, kind))
        elif kind is not None:
            inner = _items(data, value_at, length, explicit)
            if inner:
                _collect(data, inner[0], explicit, kind, group, found)


def _kind(vr: bytes, implicit: str) -> str:
    """How a value is stored: by its VR, or by the standard where none is written."""
    return _BINARY_VRS.get(vr, _TEXT) if vr else implicit


def _as_text(data: bytes, at: int, length: int, kind: str) -> bytes:
    if length > _LONGEST_VALUE or at + length > len(data):
        raise _BrokenError
    value = data[at : at + length]
    if kind == _TEXT:
        return value.strip(b"\0 ")
    size = struct.calcsize(kind)
    numbers = struct.unpack(f"<{length // size}{kind}", value[: length // size * size])
    return b"\\".join(b"%.12g" % number for number in numbers)


def _elements(
    data: bytes, at: int, end: int, explicit: bool
) -> Iterator[tuple[int, bytes, int, int, int]]:
    """Tag, VR, length, place of the value and end of each element, up to an item's end."""
    while at + 8 <= end:
        this, vr, length, value_at = _element(data, at, explicit)
        if this >> 16 == 0xFFFE or this >= tag.FLOAT_PIXEL_DATA:
            return
        if length == _UNDEFINED:
            at = _end_of_undefined(data, value_at, explicit)
        else:
            at = value_at + length
        if at > end:
            raise _BrokenError
        yield this, vr, length, value_at, at


def _element(data: bytes, at: int, explicit: bool) -> tuple[int, bytes, int, int]:
    group, element = _pair(data, at)
    this = group << 16 | element
    if not explicit or group == 0xFFFE:
        return this, b"", _long(data, at + 4)[0], at + 8
    vr = data[at + 4 : at + 6]
    if vr in _LONG_VRS:
        return this, vr, _long(data, at + 8)[0], at + 12
    if not vr.isalpha():
        raise _BrokenError
    return this, vr, _short(data, at + 6)[0], at + 8


def _end_of_undefined(data: bytes, at: int, explicit: bool) -> int:
    """Where a value without a length ends, its delimiter included."""
    depth = 1
    while depth:
        this, vr, length, value_at = _element(data, at, explicit)
        at = value_at
        if this in (_ITEM_END, _SEQUENCE_END):
            depth -= 1
        elif length != _UNDEFINED:
            at += length
        elif vr == b"UN":
            # Its inside is implicit whatever the file is.
            raise _BrokenError
        else:
            depth += 1
    return at


def _items(data: bytes, at: int, length: int, explicit: bool) -> list[tuple[int, int]]:
    """Where each item of a sequence starts and ends."""
    end = len(data) if length == _UNDEFINED else at + length
    found: list[tuple[int, int]] = []
    while at + 8 <= end:
        this, _, length, value_at = _element(data, at, explicit)
        if this != _ITEM:
            if this == _SEQUENCE_END:
                break
            raise _BrokenError
        if length == _UNDEFINED:
            at = _end_of_undefined(data, value_at, explicit)
            found.append((value_at, at - 8))
        else:
            at = value_at + length
            if at > end:
                raise _BrokenError
            found.append((value_at, at))
    return found


def _by_pydicom(header: RawHeader) -> FrameHeader:
    """The same by pydicom, for big-endian and deflated files and for odd nesting."""

    def at_pixels(this: int, _vr: str | None, _length: int) -> bool:
        return this >= tag.FLOAT_PIXEL_DATA

    dataset, _ = read_part(header.path, at_pixels, list(_TOP))
    shared: Groups = {}
    per_frame: list[Groups] = []
    top: Groups = {}
    with quiet_pydicom():
        try:
            for item in (dataset.get(SHARED_GROUPS) or _NOTHING).value[:1]:
                _take(item, _GROUPS, None, shared.__setitem__)
            for item in (dataset.get(PER_FRAME_GROUPS) or _NOTHING).value:
                per_frame.append({})
                _take(item, _GROUPS, None, per_frame[-1].__setitem__)
            rest = {this: kind for this, kind in _TOP.items() if this < SHARED_GROUPS}
            _take(dataset, rest, None, top.__setitem__)
            return FrameHeader(shared, per_frame, top)
        except Exception as error:
            # Broken sequences make pydicom raise almost anything.
            raise _damaged() from error


class _Nothing:
    value: tuple[Any, ...] = ()


_NOTHING: Final = _Nothing()


def _take(
    dataset: Dataset,
    wanted: Wanted,
    group: int | None,
    put: Callable[[tuple[int, int], bytes], None],
) -> None:
    """Hand every wanted attribute of a pydicom data set to `put`."""
    for this, kind in wanted.items():
        element = dataset.get(this)
        if element is None or element.value is None:
            continue
        if not isinstance(kind, str):
            for item in element.value[:1]:
                _take(item, kind, this if group is None else group, put)
            continue
        many = isinstance(element.value, Sequence) and not isinstance(element.value, str)
        parts = element.value if many else [element.value]
        words = (f"{p:.12g}" if type(p) is float else str(p) for p in parts)
        put((group or 0, this), "\\".join(words).encode("ascii", "replace"))


def _damaged() -> UnreadableError:
    return refused(say("The multi-frame header is damaged."))

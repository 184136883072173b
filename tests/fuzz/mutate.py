"""Breaks a file in one of many ways, always the same for a seed."""

from __future__ import annotations

import gzip
import random
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.dataelem import RawDataElement

from tests.fuzz.bad_values import (
    IMAGE_TAGS,
    LENGTHS,
    MEANINGLESS,
    NUMBER_TAGS,
    NUMBERS,
    SHORTS,
    SILENT_GROUPS,
    SPEAKING_PRIVATE_GROUPS,
    SYNTAXES,
    TEXT_VRS,
    VRS,
)


@dataclass(frozen=True, slots=True)
class Place:
    """An element at the top of a data set: where it begins, and its value."""

    tag: int
    vr: str
    start: int
    value: int
    length: int
    is_implicit: bool


@dataclass(frozen=True, slots=True)
class Mutation:
    """A broken file. `is_harmless`: what was changed says nothing about the image."""

    data: bytes
    kind: str
    is_harmless: bool = False
    cuts_pixels: bool = False
    """Cut in the middle of uncompressed pixels."""


@lru_cache(maxsize=512)
def places_in(path: Path) -> tuple[Place, ...]:
    """The elements pydicom finds at the top of a file; none if it is not DICOM."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ds = pydicom.dcmread(BytesIO(path.read_bytes()), force=True)
        except Exception:  # noqa: BLE001 - the zoo holds what nobody can read
            return ()
    found = []
    raw = [*ds.file_meta._dict.values(), *ds._dict.values()] if "file_meta" in dir(ds) else []
    for element in raw:
        if isinstance(element, RawDataElement) and element.value_tell:
            wide = not element.is_implicit_VR and element.VR in (
                "OB", "OW", "SQ", "UN", "UT", "OF", "OD", "OL", "UC", "UR",
            )  # fmt: skip
            start = element.value_tell - (12 if wide else 8)
            found.append(
                Place(
                    int(element.tag),
                    element.VR or "",
                    start,
                    element.value_tell,
                    element.length,
                    element.is_implicit_VR,
                )
            )
    if str(getattr(ds.file_meta, "TransferSyntaxUID", "")).endswith(".1.99"):
        return ()
    return tuple(found)


def mutate(path: Path, other: Path, rng: random.Random) -> Mutation:
    """Break `path` in a way that `rng` chooses; `other` lends parts."""
    data = path.read_bytes()
    places = places_in(path)
    if len(places) < 5:
        packed = {b"\x1f\x8b": (_repacked,), b"PK": (_zipped_again,) * 5}
        return rng.choice((*ANY_FILE, *packed.get(data[:2], ())))(data, (), other, rng)
    return rng.choice((*DICOM_FILE, *ANY_FILE))(data, places, other, rng)


Way = Callable[[bytes, tuple[Place, ...], Path, random.Random], Mutation]


def _flip_header(
    data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random
) -> Mutation:
    end = min(len(data), _pixels(places).start if places else 4096)
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 32))):
        changed[rng.randrange(max(1, end))] ^= 1 << rng.randrange(8)
    return Mutation(bytes(changed), "bits of the header")


def _flip_anywhere(
    data: bytes, _places: tuple[Place, ...], _other: Path, rng: random.Random
) -> Mutation:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 4, 64))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return Mutation(bytes(changed), "bits anywhere")


def _flip_pixels(
    data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random
) -> Mutation:
    start = _pixels(places).value
    changed = bytearray(data)
    for _ in range(rng.choice((1, 4, 64))):
        if start < len(changed):
            changed[rng.randrange(start, len(changed))] ^= 1 << rng.randrange(8)
    return Mutation(bytes(changed), "bits of the pixels")


def _length(data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    place = rng.choice(places)
    new = rng.choice((*LENGTHS, place.length - 1, place.length + 1, place.length * 2, len(data)))
    wide = place.is_implicit or place.value - place.start == 12
    packed = struct.pack("<I", new % (1 << 32)) if wide else struct.pack("<H", new % (1 << 16))
    at = place.value - len(packed)
    return Mutation(data[:at] + packed + data[place.value :], "a length")


def _cut(data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    at = rng.randrange(len(data))
    if places and rng.random() < 0.5:
        at = min(rng.choice(places).value + rng.randrange(4), len(data))
    pixels = _pixels(places) if places else None
    native = pixels is not None and pixels.tag == 0x7FE00010 and pixels.length < 0xFFFFFFFF
    inside = native and pixels is not None and pixels.value + 16 <= at < len(data) - 16
    return Mutation(data[:at], "cut off", cuts_pixels=bool(inside))


def _swap_tags(
    data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random
) -> Mutation:
    one, two = rng.sample(places, 2)
    changed = bytearray(data)
    changed[one.start : one.start + 4] = data[two.start : two.start + 4]
    changed[two.start : two.start + 4] = data[one.start : one.start + 4]
    return Mutation(bytes(changed), "tags exchanged")


def _huge(data: bytes, _places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    changed = bytearray(data)
    for tag in rng.sample(IMAGE_TAGS, rng.choice((1, 1, 2, 4))):
        for at in _all_of(data, tag)[:3]:
            changed[at + 8 : at + 10] = struct.pack("<H", rng.choice(SHORTS))
            if tag == (0x0028, 0x0008):
                text = rng.choice((b"99999999", b"0", b"-5", b"10000 ", b"2147483647", b"x"))
                changed[at + 8 : at + 8 + min(2, len(text))] = text[:2]
    return Mutation(bytes(changed), "matrix, frames or bits")


def _huge_matrix(
    data: bytes, _places: tuple[Place, ...], _other: Path, rng: random.Random
) -> Mutation:
    changed = bytearray(data)
    for tag in ((0x0028, 0x0010), (0x0028, 0x0011)):
        for at in _all_of(data, tag):
            changed[at + 8 : at + 10] = struct.pack("<H", rng.choice((20000, 40000, 0xFFFF)))
    return Mutation(bytes(changed), "a huge matrix")


def _number(data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    """Another number, of any length; the element's length is right for it."""
    spots = [at for tag in NUMBER_TAGS for at in _all_of(data, tag)]
    if not spots:
        return _flip_header(data, places, _other, rng)
    at = rng.choice(spots)
    new = rng.choice(NUMBERS)
    if rng.random() < 0.3:
        parts = [
            rng.choice((b"1", b"nan", b"-0", b"1e30", b"0.5")) for _ in range(rng.randrange(1, 7))
        ]
        new = b"\\".join(parts)
    new += b" " * (len(new) % 2)
    if data[at + 4 : at + 6].isalpha():
        length = struct.unpack("<H", data[at + 6 : at + 8])[0]
        head = data[at : at + 6] + struct.pack("<H", len(new))
    else:
        length = struct.unpack("<I", data[at + 4 : at + 8])[0]
        head = data[at : at + 4] + struct.pack("<I", len(new))
    if length > 4096:
        return _flip_header(data, places, _other, rng)
    return Mutation(data[:at] + head + new + data[at + 8 + length :], "a number")


def _floats(data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    """Binary numbers that are none, over eight bytes of an element."""
    place = rng.choice(places)
    new = rng.choice(
        (struct.pack("<d", float("nan")), struct.pack("<d", 1e308), b"\xff" * 8, bytes(8))
    )
    return Mutation(data[: place.value] + new + data[place.value + 8 :], "binary numbers")


def _nested(data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    place = _pixels(places)
    depth = rng.choice((3, 60, 900, 5000))
    if place.is_implicit:
        one = struct.pack("<HHI", 0x0040, 0xA730, 0xFFFFFFFF)
    else:
        one = struct.pack("<HH2sHI", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF)
    item = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    ends = struct.pack("<HHIHHI", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0) * depth
    body = (one + item) * depth + (ends if rng.random() < 0.5 else b"")
    return Mutation(data[: place.start] + body + data[place.start :], "deep nesting")


def _fragments(
    data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random
) -> Mutation:
    start = _pixels(places).value
    if len(data) - start < 64:
        return _flip_anywhere(data, places, _other, rng)
    at = rng.randrange(start, len(data) - 32)
    size = rng.choice((1, 2, 8, 500, (len(data) - start) // 2))
    return Mutation(data[:at] + data[at + size :], "a piece of the pixels gone")


def _splice(data: bytes, places: tuple[Place, ...], other: Path, rng: random.Random) -> Mutation:
    lent, theirs = other.read_bytes(), places_in(other)
    if not theirs:
        return _insert(data, places, other, rng)
    here, there = rng.choice(places).start, rng.choice(theirs).start
    return Mutation(data[:here] + lent[there:], "two files in one")


def _insert(data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    at = rng.choice(places).start if places and rng.random() < 0.5 else rng.randrange(len(data))
    new = rng.randbytes(rng.choice((1, 2, 8, 300)))
    return Mutation(data[:at] + new + data[at:], "rubbish inserted")


def _vr(data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    place = rng.choice([p for p in places if not p.is_implicit] or [places[0]])
    changed = bytearray(data)
    changed[place.start + 4 : place.start + 6] = rng.choice(VRS)
    return Mutation(bytes(changed), "another VR")


def _again(data: bytes, _places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    at, size = rng.randrange(len(data)), rng.choice((8, 200, 4000))
    times = rng.choice((1, 3, 50))
    return Mutation(data[:at] + data[at : at + size] * times + data[at:], "a part repeated")


def _zeros(data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    at = rng.choice(places).start if places and rng.random() < 0.5 else rng.randrange(len(data))
    size = min(rng.choice((4, 16, 200, 5000)), len(data) - at)
    filling = bytes([rng.choice((0, 255))])
    return Mutation(data[:at] + filling * size + data[at + size :], "zeros")


def _syntax(data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    place = next((p for p in places if p.tag == 0x00020010), None)
    if place is None:
        return _flip_header(data, places, _other, rng)
    new = rng.choice(SYNTAXES)
    new += b"\x00" * (len(new) % 2)
    head = data[place.start : place.start + 6] + struct.pack("<H", len(new))
    kept = data[place.value + place.length :]
    return Mutation(data[: place.start] + head + new + kept, "another transfer syntax")


def _lost(data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    place = rng.choice(places)
    if place.length > len(data):
        return _cut(data, places, _other, rng)
    return Mutation(data[: place.start] + data[place.value + place.length :], "an element gone")


def _harmless(data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    """Other letters in names and remarks, other bytes in private elements nobody knows."""
    tags = {int(pydicom.datadict.tag_for_keyword(word) or 0) for word in MEANINGLESS}
    silent = [
        p
        for p in places
        if 0 < p.length < 10_000
        and (
            (p.tag in tags and p.vr in (*TEXT_VRS, ""))
            or (p.tag >> 16 in SILENT_GROUPS and p.tag & 0xFFFF > 0xFF
                and p.tag >> 16 not in SPEAKING_PRIVATE_GROUPS and p.vr != "SQ")
        )
    ]  # fmt: skip
    if not silent:
        return _flip_header(data, places, _other, rng)
    changed = bytearray(data)
    for place in rng.sample(silent, min(len(silent), 3)):
        for _ in range(min(8, place.length)):
            at = place.value + rng.randrange(place.length)
            changed[at] = rng.choice(b"abcXYZ 019")
    return Mutation(bytes(changed), "what says nothing about the image", is_harmless=True)


def _repacked(data: bytes, _places: tuple[Place, ...], other: Path, rng: random.Random) -> Mutation:
    """Break what is inside a gzip file, and pack it again."""
    try:
        inner = gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return _flip_anywhere(data, (), other, rng)
    broken = rng.choice((_flip_header, _flip_anywhere, _cut, _zeros, _words, _dims))(
        inner, (), other, rng
    )
    return Mutation(gzip.compress(broken.data, 1), f"{broken.kind}, inside")


def _zipped_again(
    data: bytes, _places: tuple[Place, ...], other: Path, rng: random.Random
) -> Mutation:
    """Break files in an archive, and pack them again."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            files = [(name, archive.read(name)) for name in archive.namelist()[:50]]
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, RuntimeError, NotImplementedError):
        return _flip_anywhere(data, (), other, rng)
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, held in files:
            if held and rng.random() < 0.5:
                held = rng.choice(ANY_FILE)(held, (), other, rng).data
            name = rng.choice((name, name, name.upper(), "x/" * 30 + name, "\u202e" + name, "a"))
            archive.writestr(zipfile.ZipInfo(name), held)
    return Mutation(made.getvalue(), "files of an archive")


def _words(data: bytes, places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    """Another number instead of one in a header of text (NRRD, MetaImage)."""
    head = bytearray(data[:2000])
    digits = [n for n, byte in enumerate(head) if byte in b"0123456789"]
    if not digits:
        return _flip_anywhere(data, places, _other, rng)
    at = rng.choice(digits)
    new = rng.choice((*NUMBERS, b"99999", b"999999999999"))
    return Mutation(data[:at] + new + data[at + 1 :], "a number in text")


def _dims(data: bytes, _places: tuple[Place, ...], _other: Path, rng: random.Random) -> Mutation:
    """A field of a NIfTI-1 header: sizes, type, offset, scale, matrix."""
    if len(data) < 352:
        return _flip_anywhere(data, (), _other, rng)
    changed = bytearray(data)
    at = rng.choice((*range(40, 56, 2), 70, 72, 252, 254))
    changed[at : at + 2] = struct.pack("<H", rng.choice(SHORTS))
    if rng.random() < 0.5:
        at = rng.choice((*range(76, 108, 4), 108, 112, 116, *range(256, 328, 4)))
        number = rng.choice((float("nan"), float("inf"), 0.0, -1.0, 1e30, 1e-30, 352.5))
        changed[at : at + 4] = struct.pack("<f", number)
    return Mutation(bytes(changed), "a field of the header")


def _pixels(places: tuple[Place, ...]) -> Place:
    """The pixel data, or the last element where there is none."""
    return next((p for p in places if p.tag >> 16 == 0x7FE0), places[-1])


def _all_of(data: bytes, tag: tuple[int, int]) -> list[int]:
    """Where a tag is written, in nested items too."""
    wanted, found = struct.pack("<HH", *tag), []
    at = data.find(wanted)
    while at >= 0 and len(found) < 64 and at + 12 < len(data):
        found.append(at)
        at = data.find(wanted, at + 4)
    return found


ANY_FILE: tuple[Way, ...] = (_flip_anywhere, _cut, _insert, _again, _zeros, _words, _dims)
DICOM_FILE: tuple[Way, ...] = (
    _flip_header, _flip_pixels, _length, _length, _swap_tags, _huge, _huge, _huge_matrix, _number,
    _number, _number, _floats, _nested, _fragments, _splice, _vr, _syntax, _lost, _harmless,
    _harmless,
)  # fmt: skip

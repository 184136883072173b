"""Text in all the character sets of DICOM, and the names of persons.

Lenient where files are wrong: a character set that is missing or misspelt is guessed from
the bytes only as far as one is certain (UTF-8 cannot come about by chance); what cannot be
read is shown as U+FFFD, never as another character's code point.

Source: DICOM PS3.5 6.1 (Support of Character Repertoires), 6.2.1 (Person Names), annexes H
to K; PS3.3 C.12.1.1.2.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_BY_NUMBER: Final = {
    # The part of a defined term that tells: ISO_IR 100 and ISO 2022 IR 100 are one set.
    "6": "ascii", "100": "latin-1", "101": "iso8859-2", "109": "iso8859-3",
    "110": "iso8859-4", "144": "iso8859-5", "127": "iso8859-6", "126": "iso8859-7",
    "138": "iso8859-8", "148": "iso8859-9", "203": "iso8859-15", "13": "shift_jis",
    "166": "tis-620", "192": "utf-8", "149": "euc_kr", "58": "gb2312", "87": "ascii",
    "159": "ascii",
}  # fmt: skip
_BY_NAME: Final = {
    "GB18030": "gb18030", "GBK": "gb18030", "GB2312": "gb18030", "ISO 2022 GBK": "gb18030",
    "UTF-8": "utf-8", "UTF8": "utf-8", "LATIN1": "latin-1", "ASCII": "ascii",
    "SHIFT_JIS": "shift_jis", "BIG5": "big5",
}  # fmt: skip
_NUMBER: Final = re.compile(r"^ISO[ _-]?(?:2022[ _-]?)?(?:IR[ _-]?)?(\d{1,3})$")
_WHOLE: Final = frozenset({"utf-8", "gb18030", "big5"})
"""Sets without code extensions: their bytes are never escape sequences."""

_ESCAPES: Final = {
    # What follows ESC: which half of the code table it sets, and to what.
    b"(B": (0, "ascii"), b"(J": (0, "ascii"), b"$B": (0, "jis0208"), b"$@": (0, "jis0208"),
    b"$(D": (0, "jis0212"), b"$A": (0, "gb2312-7"), b"$(C": (0, "ksc5601-7"),
    b")I": (1, "shift_jis"), b"$)C": (1, "euc_kr"), b"$)A": (1, "gb2312"),
    b"-A": (1, "latin-1"), b"-B": (1, "iso8859-2"), b"-C": (1, "iso8859-3"),
    b"-D": (1, "iso8859-4"), b"-L": (1, "iso8859-5"), b"-G": (1, "iso8859-6"),
    b"-F": (1, "iso8859-7"), b"-H": (1, "iso8859-8"), b"-M": (1, "iso8859-9"),
    b"-b": (1, "iso8859-15"), b"-T": (1, "tis-620"),
}  # fmt: skip
_ESCAPE: Final = re.compile(
    b"\x1b(" + b"|".join(re.escape(e) for e in sorted(_ESCAPES, key=len, reverse=True)) + b")"
)
_TWO_BYTES: Final = {
    # Sets of two bytes in the lower half: how Python's codecs are told of them.
    "jis0208": ("iso2022_jp_2", b"\x1b$B", b"\x1b(B"),
    "jis0212": ("iso2022_jp_2", b"\x1b$(D", b"\x1b(B"),
    "gb2312-7": ("iso2022_jp_2", b"\x1b$A", b"\x1b(B"),
    "ksc5601-7": ("iso2022_jp_2", b"\x1b$(C", b"\x1b(B"),
}
_DELIMITERS: Final = re.compile(b"([\\\\^=\r\n\t\f])")
"""After them the first character set holds again."""
_GROUPS: Final = 3


def text(value: bytes, character_set: bytes) -> str:
    """A value written in the data set's Specific Character Set.

    Bytes the character set cannot hold are shown as U+FFFD.
    """
    stripped = value.strip(b"\0 ")
    if not stripped or (stripped.isascii() and b"\x1b" not in stripped):
        return stripped.decode("ascii")
    return _decoded(stripped, character_set)


@lru_cache(maxsize=1024)
def _decoded(value: bytes, character_set: bytes) -> str:
    first = _first_codec(character_set)
    if first in _WHOLE:
        found = value.decode(first, "replace")
        # Files that claim UTF-8 and hold Latin letters are common.
        return value.decode("latin-1") if first == "utf-8" and _is_latin(value) else found
    if b"\x1b" not in value and first in ("ascii", "latin-1") and _is_utf8(value):
        return value.decode("utf-8")
    return _with_extensions(value, "latin-1" if first == "ascii" else first)


def _first_codec(character_set: bytes) -> str:
    """The codec of the set that holds before any escape sequence."""
    term = character_set.strip(b"\0 ").decode("latin-1").split("\\")[0].strip().upper()
    if term in _BY_NAME:
        return _BY_NAME[term]
    number = _NUMBER.match(term)
    return _BY_NUMBER.get(number[1], "ascii") if number else "ascii"


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_latin(value: bytes) -> bool:
    """Whether bytes that are not UTF-8 read as words with an accent here and there."""
    if _is_utf8(value):
        return False
    high = [byte for byte in value if byte >= 0x80]
    return min(high) >= 0xC0 and 3 * len(high) < len(value)


def _with_extensions(value: bytes, first: str) -> str:
    """Text with escape sequences. Source: ISO/IEC 2022; DICOM PS3.5 6.1.2.5."""
    parts = _ESCAPE.split(value)
    out = [_single(parts[0], first, first)]
    lower, upper = "ascii", first
    for escape, part in zip(parts[1::2], parts[2::2], strict=True):
        half, codec = _ESCAPES[escape]
        if half:
            lower, upper = "ascii", codec
        else:
            lower = codec
        if lower in _TWO_BYTES:
            out.append(_pairs(part, lower, upper, first))
        else:
            out.append(_single(part, upper, first))
    return "".join(out)


def _pairs(part: bytes, lower: str, upper: str, first: str) -> str:
    """Two bytes to a character, as far as they go; the rest is of the first set.

    A writer that forgot to switch back stands before a delimiter, which no pair begins with
    except inside the table's own range.
    """
    codec, before, after = _TWO_BYTES[lower]
    end = 0
    while end + 1 < len(part) and 0x21 <= part[end] <= 0x7E and 0x21 <= part[end + 1] <= 0x7E:
        end += 2
    words = (before + part[:end] + after).decode(codec, "replace")
    return words + (_single(part[end:], upper, first) if end < len(part) else "")


def _single(part: bytes, upper: str, first: str) -> str:
    """Bytes of one set; behind a delimiter it is the first one again, if that has such bytes."""
    pieces = _DELIMITERS.split(part)
    out = [_plain(pieces[0], upper)]
    back = upper if first in ("ascii", "latin-1") and upper in ("euc_kr", "gb2312") else first
    for delimiter, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        out += [delimiter.decode("ascii"), _plain(piece, back)]
    return "".join(out)


def _plain(part: bytes, codec: str) -> str:
    return part.replace(b"\x1b", b"").decode(codec, "replace")


def person_name(value: bytes, character_set: bytes) -> str:
    """A person's name for people to read.

    Family name first: `Adams, Rev. John Robert Quincy, B.A.`; a name written in Han,
    Kana or Hangul without a gap. Where there are several spellings the ideographic one is
    first and the alphabetic one in brackets: `山田太郎 (Yamada, Tarou)`; the phonetic one
    only stands in for them.
    """
    groups = text(value, character_set).split("=")[:_GROUPS]
    shown = [_name(group) for group in groups] + [""] * _GROUPS
    alphabetic, ideographic, phonetic = shown[:_GROUPS]
    if ideographic and alphabetic and ideographic != alphabetic:
        return f"{ideographic} ({alphabetic})"
    return ideographic or alphabetic or phonetic


def _name(group: str) -> str:
    """One spelling: family, given, middle, prefix, suffix."""
    words = "".join(c for c in group if c.isprintable())
    parts = [" ".join(part.split()) for part in words.split("^")] + [""] * 5
    family, given, middle, prefix, suffix = parts[:5]
    if any(_is_east_asian(c) for c in words):
        return "".join(part for part in (family, given, middle) if part)
    rest = " ".join(part for part in (prefix, given, middle) if part)
    return ", ".join(part for part in (family, rest, suffix) if part)


def _is_east_asian(character: str) -> bool:
    """Han, Kana or Hangul."""
    return (
        "぀" <= character <= "鿿"
        or "가" <= character <= "힣"
        or "豈" <= character <= "﫿"
        or "ｦ" <= character <= "ﾟ"
        or character >= "\U00020000"
    )

"""The bytes of DICOM elements as numbers and codes; lenient, never guessing.

A value that is absent, empty or not what its kind allows reads as None or "". Numbers
recur from slice to slice (orientation, spacing, window), so their parse is remembered.
Source: DICOM PS3.5 section 6.2.
"""

from __future__ import annotations

import math
import struct
from functools import lru_cache


@lru_cache(maxsize=4096)
def numbers(value: bytes) -> tuple[float, ...]:
    """A decimal or integer string with any number of values; () unless all are finite."""
    text = value.strip(b"\0 ")
    if not text:
        return ()
    try:
        found = tuple(float(part) for part in text.split(b"\\"))
    except ValueError:
        return ()
    return found if all(math.isfinite(number) for number in found) else ()


def number(value: bytes) -> float | None:
    """The first value of a decimal string."""
    found = numbers(value)
    return found[0] if found else None


def integer(value: bytes) -> int | None:
    """The first value of an integer string."""
    found = number(value)
    return None if found is None else round(found)


def binary_integer(value: bytes, big_endian: bool = False, signed: bool = False) -> int | None:
    """A 16- or 32-bit binary value (US, SS, UL, SL)."""
    if len(value) not in (2, 4):
        return None
    return int.from_bytes(value, "big" if big_endian else "little", signed=signed)


def doubles_as_text(value: bytes, big_endian: bool = False) -> bytes:
    """64-bit floating point values (FD) as a decimal string would write them."""
    if not value or len(value) % 8:
        return value
    found = struct.unpack(f"{'>' if big_endian else '<'}{len(value) // 8}d", value)
    return b"\\".join(f"{number:g}".encode() for number in found)


def plain(value: bytes) -> str:
    """A value of the default repertoire: UIDs, codes, dates, times."""
    return value.strip(b"\0 ").decode("latin-1")


def plain_list(value: bytes) -> tuple[str, ...]:
    """A multi-valued code string."""
    text = plain(value)
    return tuple(part.strip() for part in text.split("\\")) if text else ()


def printable(words: str, most: int = 64) -> str:
    """Words from a header fit for a line of an interface."""
    return "".join(c for c in words if c.isprintable())[:most].strip()

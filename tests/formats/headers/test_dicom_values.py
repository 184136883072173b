"""Header bytes as numbers and codes."""

from __future__ import annotations

import pytest

from reader.formats.headers.dicom_values import (
    binary_integer,
    doubles_as_text,
    integer,
    number,
    numbers,
    plain_list,
    printable,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"-0450\\-0450 ", (-450.0, -450.0)),
        (b" 1.5e-3\0", (0.0015,)),
        (b"1\\\\2", ()),
        (b"nan", ()),
        (b"inf\\1", ()),
        (b"", ()),
        (b"1,5", ()),
    ],
)
def test_numbers_are_read_or_left_out(value: bytes, expected: tuple[float, ...]):
    assert numbers(value) == expected


def test_single_values():
    assert number(b"2.5\\3") == 2.5
    assert number(b"") is None
    assert integer(b"12 ") == 12
    assert binary_integer(b"\x00\x02") == 512
    assert binary_integer(b"\x00\x02", big_endian=True) == 2
    assert binary_integer(b"\x30\xf8", signed=True) == -2000
    assert binary_integer(b"\x30") is None
    assert plain_list(b"ORIGINAL\\PRIMARY ") == ("ORIGINAL", "PRIMARY")
    assert printable("a\nb\x1b  ", 3) == "ab"
    assert doubles_as_text(b"\0\0\0\0\0\0\x89@") == b"800"

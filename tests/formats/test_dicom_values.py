"""Header bytes as numbers and words."""

from __future__ import annotations

import pytest

from reader.formats.dicom_values import (
    binary_integer,
    doubles_as_text,
    integer,
    number,
    numbers,
    plain_list,
    text,
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
    assert doubles_as_text(b"\0\0\0\0\0\0\x89@") == b"800"


@pytest.mark.parametrize(
    ("value", "character_set", "expected"),
    [
        (b"M\xfcller^Anna ", b"ISO_IR 100", "Müller^Anna"),
        ("王^小东".encode(), b"ISO_IR 192", "王^小东"),
        ("王^小东".encode("gb18030"), b"GB18030", "王^小东"),
        (
            b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B",
            b"\\ISO 2022 IR 87",
            "Yamada^Tarou=山田^太郎",
        ),
        ("Иванов".encode("iso8859_5"), b"ISO_IR 144", "Иванов"),
        (b"plain", b"NO SUCH SET", "plain"),
        (b"\xff\xfe", b"ISO_IR 192", "��"),
        (b"plain", b"\x08\0\x16\0ORIGINAL", "plain"),
    ],
)
def test_text_in_any_character_set(value: bytes, character_set: bytes, expected: str):
    assert text(value, character_set) == expected

"""Text in every character set, by the standard's own examples, and files that get it wrong."""

from __future__ import annotations

import pytest

from reader.formats.headers.dicom_text import person_name, text

ESC = b"\x1b"
JAPANESE = (
    b"Yamada^Tarou="
    + ESC + b"$B;3ED" + ESC + b"(B^" + ESC + b"$BB@O:" + ESC + b"(B="
    + ESC + b"$B$d$^$@" + ESC + b"(B^" + ESC + b"$B$?$m$&" + ESC + b"(B"
)  # fmt: skip
HALF_WIDTH = (
    b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3="
    + ESC + b"$B;3ED" + ESC + b"(J^" + ESC + b"$BB@O:" + ESC + b"(J="
    + ESC + b"$B$d$^$@" + ESC + b"(J^" + ESC + b"$B$?$m$&" + ESC + b"(J"
)  # fmt: skip
KOREAN = (
    b"Hong^Gildong="
    + ESC + b"$)C\xfb\xf3^" + ESC + b"$)C\xd1\xce\xd4\xd7="
    + ESC + b"$)C\xc8\xab^" + ESC + b"$)C\xb1\xe6\xb5\xbf"
)  # fmt: skip
CHINESE = b"Zhang^XiaoDong=" + ESC + b"$)A\xd5\xc5^" + ESC + b"$)A\xd0\xa1\xb6\xab="


@pytest.mark.parametrize(
    ("value", "character_set", "expected"),
    [
        # PS3.5 annexes H.3.1, H.3.2, I.2, J.1, J.3, K.2
        (JAPANESE, b"\\ISO 2022 IR 87", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        (HALF_WIDTH, b"ISO 2022 IR 13\\ISO 2022 IR 87", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"),
        (KOREAN, b"\\ISO 2022 IR 149", "Hong^Gildong=洪^吉洞=홍^길동"),
        ("Wang^XiaoDong=王^小東=".encode(), b"ISO_IR 192", "Wang^XiaoDong=王^小東="),
        (
            bytes.fromhex("57616e675e5869616f446f6e673dcdf55ed0a1b6ab3d"),
            b"GB18030",
            "Wang^XiaoDong=王^小东=",
        ),
        (CHINESE, b"\\ISO 2022 IR 58", "Zhang^XiaoDong=张^小东="),
        # one byte to a letter
        (b"Buc^J\xe9r\xf4me ", b"ISO_IR 100", "Buc^Jérôme"),
        (b"\xc4ne\xe6ka".replace(b"\xc4", b"\xaf"), b"ISO_IR 101", "Żnećka"),
        ("Люкceмбypг".encode("iso8859-5"), b"ISO_IR 144", "Люкceмбypг"),
        ("قباني^لنزار".encode("iso8859-6"), b"ISO_IR 127", "قباني^لنزار"),
        (bytes.fromhex("c4e9efedf5f3e9eff2"), b"ISO_IR 126", "Διονυσιος"),
        ("שרון^דבורה".encode("iso8859-8"), b"ISO_IR 138", "שרון^דבורה"),
        ("Çavuşoğlu".encode("iso8859-9"), b"ISO_IR 148", "Çavuşoğlu"),
        ("œuvre".encode("iso8859-15"), b"ISO_IR 203", "œuvre"),
        ("สมชาย".encode("tis-620"), b"ISO_IR 166", "สมชาย"),
        ("张".encode("gbk") + b"^a", b"GBK", "张^a"),
        # G1 sets are kept where a writer names them once
        (ESC + b"$)C\xb1\xe8\xc8\xf1\xc1\xdf^\xb1\xe8", b"\\ISO 2022 IR 149", "김희중^김"),
        # Latin letters behind a switch back to the first set
        (
            b"\xc4^" + ESC + b"-F\xe1\xe2\\\xc4",
            b"ISO 2022 IR 100\\ISO 2022 IR 126",
            "Ä^αβ\\Ä",
        ),
    ],
)
def test_text_in_every_character_set(value: bytes, character_set: bytes, expected: str):
    assert text(value, character_set) == expected


@pytest.mark.parametrize(
    ("value", "character_set", "expected"),
    [
        (b"plain", b"NO SUCH SET", "plain"),
        (b"plain", b"\x08\0\x16\0ORIGINAL", "plain"),
        (b"\xff\xfe", b"ISO_IR 192", "��"),
        (b"M\xfcller^Anna ", b"ISO_IR 192", "Müller^Anna"),
        ("Müller".encode(), b"", "Müller"),
        (b"M\xfcller", b"", "Müller"),
        ("王".encode(), b"ISO IR 192", "王"),
        ("王".encode("gb18030"), b"iso 2022 gbk", "王"),
        (JAPANESE, b"", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        (ESC + b"$B;3ED", b"\\ISO 2022 IR 87", "山田"),
        (ESC + b"$B;3E", b"\\ISO 2022 IR 87", "山E"),
        (b"", b"ISO_IR 100", ""),
    ],
)
def test_files_that_get_it_wrong_are_still_read(value: bytes, character_set: bytes, expected: str):
    assert text(value, character_set) == expected


@pytest.mark.parametrize(
    ("value", "character_set", "expected"),
    [
        (b"Adams^John Robert Quincy^^Rev.^B.A. M.Div.", b"",
         "Adams, Rev. John Robert Quincy, B.A. M.Div."),
        (b"Doe^Jane", b"", "Doe, Jane"),
        (b"Doe^", b"", "Doe"),
        (b"^^^", b"", ""),
        (JAPANESE, b"\\ISO 2022 IR 87", "山田太郎 (Yamada, Tarou)"),
        (KOREAN, b"\\ISO 2022 IR 149", "洪吉洞 (Hong, Gildong)"),
        (CHINESE, b"\\ISO 2022 IR 58", "张小东 (Zhang, XiaoDong)"),
        ("王^小东".encode(), b"ISO_IR 192", "王小东"),
        ("==やまだ^たろう".encode(), b"ISO_IR 192", "やまだたろう"),
        (b"a\x07b^c\nd", b"", "ab, cd"),
    ],
)  # fmt: skip
def test_names_are_shown_as_people_write_them(value: bytes, character_set: bytes, expected: str):
    assert person_name(value, character_set) == expected


def test_no_bytes_make_text_raise():
    import random

    rng = random.Random(3)
    sets = [b"", b"ISO_IR 192", b"\\ISO 2022 IR 87", b"ISO 2022 IR 13", b"GB18030", b"\xff"]
    for _ in range(2000):
        value = bytes(rng.choice(b"\x1b$()BACDIJ-=^\\\xa1\xb0\xff a") for _ in range(12))
        assert isinstance(person_name(value, rng.choice(sets)), str)

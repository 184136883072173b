"""The quick walk reads what pydicom reads, and hands over what it does not understand."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import Dataset, Sequence
from pydicom.dataset import FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID

from reader.core.errors import UnreadableError
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.dicom_parse import looks_like_dicom, read_header
from reader.formats.headers.raw_header import RawHeader
from tests.support.dicom_writer import ct_volume, edit_file, write_ct


def one_file(folder: Path, transfer_syntax: str = "explicit") -> Path:
    return write_ct(folder, transfer_syntax=transfer_syntax)[3]


def pydicom_elements(path: Path) -> dict[int, bytes]:
    """The wanted elements as pydicom keeps them before it converts any."""
    ds = pydicom.dcmread(path, stop_before_pixels=True, force=True)
    return {
        int(element): ds.get_item(element).value or b""
        for element in ds.keys()  # noqa: SIM118 - iterating a Dataset converts its elements
        if int(element) in tag.WANTED and ds.get_item(element).VR != "SQ"
    }


def differing(header: RawHeader, path: Path) -> dict[int, object]:
    expected = pydicom_elements(path)
    # pydicom converts this one while it reads.
    expected[tag.SPECIFIC_CHARACTER_SET] = expected[tag.SPECIFIC_CHARACTER_SET].encode()
    return {t: v for t, v in expected.items() if header.elements.get(t) != v}


@pytest.mark.parametrize(
    "syntax", ["explicit", "implicit", "deflated", "rle", "jpegls", "j2k", "jpegll"]
)
def test_every_wanted_element_is_the_one_pydicom_finds(tmp_path: Path, syntax: str):
    path = one_file(tmp_path, syntax)
    header = read_header(path)
    assert differing(header, path) == {}
    assert header.has_pixels
    assert header.needs_pydicom == (syntax == "deflated")
    assert header.elements[tag.ROWS] == b"\x28\x00"


def nested(undefined: bool) -> Sequence:
    """A sequence in a sequence that repeats top-level elements inside."""
    inner = Dataset()
    inner.Rows = 999
    inner.is_undefined_length_sequence_item = undefined
    middle = Dataset()
    middle.SOPInstanceUID = "9.9.9"
    middle.ReferencedSeriesSequence = Sequence([inner, inner])
    middle["ReferencedSeriesSequence"].is_undefined_length = undefined
    middle.is_undefined_length_sequence_item = undefined
    return Sequence([middle, middle])


@pytest.mark.parametrize("undefined", [False, True])
@pytest.mark.parametrize("syntax", ["explicit", "implicit"])
def test_nested_sequences_do_not_leak_their_elements(tmp_path: Path, undefined: bool, syntax: str):
    path = one_file(tmp_path, syntax)

    def edit(ds: Dataset) -> None:
        ds.ReferencedStudySequence = nested(undefined)
        ds["ReferencedStudySequence"].is_undefined_length = undefined

    edit_file(path, edit)
    header = read_header(path)
    assert not header.needs_pydicom
    assert differing(header, path) == {}


def test_a_header_longer_than_the_window_is_walked_through(tmp_path: Path):
    path = one_file(tmp_path)

    def edit(ds: Dataset) -> None:
        ds.private_block(0x0019, "READING ROOM", create=True).add_new(1, "OB", b"\x08\0" * 40_000)

    edit_file(path, edit)
    header = read_header(path)
    assert not header.needs_pydicom
    assert differing(header, path) == {}


def test_the_pixels_lie_where_it_says(tmp_path: Path):
    path = one_file(tmp_path)
    header = read_header(path)
    assert header.pixels is not None
    ((offset, length),) = header.pixels.fragments
    assert path.read_bytes()[offset : offset + length] == pydicom.dcmread(path).PixelData
    stored = np.frombuffer(path.read_bytes()[offset:], "<u2", length // 2)
    assert np.array_equal(stored.astype(int) - 1024, ct_volume().voxels[3].ravel())


def test_fragments_are_found_and_the_offset_table_is_not_one_of_them(tmp_path: Path):
    path = one_file(tmp_path, "jpegls")
    ds = pydicom.dcmread(path)
    header = read_header(path)
    assert header.pixels is not None
    assert header.pixels.encapsulated
    data = path.read_bytes()
    found = [data[o : o + n] for o, n in header.pixels.fragments]
    assert found == list(pydicom.encaps.generate_fragments(ds.PixelData))[1:]


def test_big_endian_is_left_to_pydicom(tmp_path: Path):
    path = one_file(tmp_path)
    ds = pydicom.dcmread(path)
    big = np.frombuffer(ds.PixelData, "<u2").astype(">u2")
    ds.PixelData = big.tobytes()
    ds.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.2")
    dcmwrite(path, ds, implicit_vr=False, little_endian=False, overwrite=True)
    header = read_header(path)
    assert header.needs_pydicom
    assert header.big_endian
    assert header.elements[tag.ROWS] == b"\x00\x28"


@pytest.mark.parametrize("implicit", [True, False])
def test_a_bare_data_set_without_preamble_is_read(tmp_path: Path, implicit: bool):
    path = one_file(tmp_path)
    ds = pydicom.dcmread(path)
    ds.file_meta = FileMetaDataset()
    ds.preamble = None
    bare = tmp_path / "bare"
    ds.save_as(bare, implicit_vr=implicit, little_endian=True, enforce_file_format=False)
    assert bare.read_bytes()[128:132] != b"DICM"
    header = read_header(bare)
    assert header.elements[tag.SOP_INSTANCE_UID].rstrip(b"\0").decode() == ds.SOPInstanceUID
    assert header.has_pixels


@pytest.mark.parametrize(
    ("syntax", "missing"),
    [("rle", 1), ("rle", 8), ("rle", 40), ("rle", 200), ("jpegls", 9), ("jpegls", 200)],
)
def test_a_compressed_file_cut_short_is_found_out_without_decoding(
    tmp_path: Path, syntax: str, missing: int
):
    path = one_file(tmp_path, syntax)
    path.write_bytes(path.read_bytes()[:-missing])
    with pytest.raises(UnreadableError, match="cut short"):
        read_header(path)


@pytest.mark.parametrize("syntax", ["jpegls", "j2k", "jpegll"])
@pytest.mark.parametrize("missing", [1, 8])
def test_a_codestream_that_is_whole_needs_no_mark_after_it(
    tmp_path: Path, syntax: str, missing: int
):
    path = one_file(tmp_path, syntax)
    whole = read_header(path)
    path.write_bytes(path.read_bytes()[:-missing])
    header = read_header(path)
    assert header.pixels == whole.pixels
    assert header.transfer_syntax_uid == whole.transfer_syntax_uid


def test_a_data_set_that_begins_with_another_files_meta_is_read_by_its_own(tmp_path: Path):
    path, other = one_file(tmp_path / "a", "jpegls"), one_file(tmp_path / "b", "explicit")
    data, meta = path.read_bytes(), other.read_bytes()
    end, other_end = (d.index(b"\x08\0\x05\0CS") for d in (data, meta))
    path.write_bytes(data[:end] + meta[132:other_end] + data[end:])
    header = read_header(path)
    assert header.transfer_syntax_uid == "1.2.840.10008.1.2.4.80"
    assert not header.needs_pydicom
    assert header.elements[tag.ROWS] == b"\x28\x00"


def test_an_element_of_a_group_beyond_all_groups_ends_the_walk(tmp_path: Path):
    """Found by fuzzing: taken for a delimiter, it held the walk on the spot for ever."""
    path = one_file(tmp_path)
    data = path.read_bytes()
    at = data.index(b"\x08\0\x16\0UI")
    path.write_bytes(data[:at] + b"\xff\xff\xff\xffXX" + data[at + 6 :])
    assert not read_header(path).has_pixels


def test_a_file_meta_without_a_preamble_is_read(tmp_path: Path):
    path = one_file(tmp_path)
    expected = read_header(path).elements
    path.write_bytes(path.read_bytes()[132:])
    header = read_header(path)
    assert not header.needs_pydicom
    assert header.elements == expected
    assert header.pixels is not None


@pytest.mark.parametrize("written", ["implicit", "explicit"])
def test_a_data_set_is_read_as_it_is_written_not_as_it_claims(tmp_path: Path, written: str):
    path = one_file(tmp_path, written)
    expected = read_header(path).elements
    data = path.read_bytes()
    now, new = b"\x12\x001.2.840.10008.1.2\0", b"\x14\x001.2.840.10008.1.2.1\0"
    data = data.replace(now, new) if written == "implicit" else data.replace(new, now)
    path.write_bytes(data)
    assert read_header(path).elements == expected


def test_a_file_meta_without_a_transfer_syntax_is_read(tmp_path: Path):
    path = one_file(tmp_path)
    data = path.read_bytes()
    at = data.index(b"\x02\0\x10\0UI")
    length = int.from_bytes(data[at + 6 : at + 8], "little")
    path.write_bytes(data[:at] + data[at + 8 + length :])
    header = read_header(path)
    assert header.transfer_syntax_uid == "1.2.840.10008.1.2.1"
    assert header.pixels is not None


def test_values_across_the_border_of_a_window_are_whole(tmp_path: Path):
    path = one_file(tmp_path)
    ds = pydicom.dcmread(path)
    for length in range(15_300, 16_400, 26):
        ds.private_block(0x0019, "READING ROOM", create=True).add_new(1, "OB", bytes(length))
        ds.save_as(path)
        assert differing(read_header(path), path) == {}


def test_nothing_is_taken_over_from_the_file_before(tmp_path: Path):
    first, second = write_ct(tmp_path)[:2]
    edit_file(second, lambda ds: delattr(ds, "KVP"))
    data = second.read_bytes().replace(b"\x20\0\x13\0IS", b"\x20\0\x13\0UN", 1)
    second.write_bytes(data)
    read_header(first)
    assert tag.KVP not in read_header(second).elements
    for _ in range(2):
        assert differing(read_header(first), first) == {}


def test_a_header_that_ends_early_says_so(tmp_path: Path):
    path = one_file(tmp_path)
    whole = path.read_bytes()
    at = whole.index(b"\x28\0\x10\0US")
    for end in (at + 3, at + 9, at - 5):
        path.write_bytes(whole[:end])
        header = read_header(path)
        assert header.cut_short or header.needs_pydicom
        assert not header.has_pixels


def deflated(path: Path, rest: bytes) -> None:
    """Put `rest` behind the file meta, deflated."""
    data = path.read_bytes()
    meta = data[: data.index(b"\x08\0\x05\0CS")]
    meta = meta.replace(b"\x14\x001.2.840.10008.1.2.1\0", b"\x16\x001.2.840.10008.1.2.1.99")
    engine = zlib.compressobj(wbits=-15)
    path.write_bytes(meta + engine.compress(rest) + engine.flush())


def test_a_deflated_header_is_inflated_within_bounds(tmp_path: Path):
    path = one_file(tmp_path)
    head = b"\x08\0\x16\0UI\x06\x001.2.3\0"
    bomb = b"\x09\0\x10\0OB\0\0" + (70 << 20).to_bytes(4, "little") + bytes(70 << 20)
    deflated(path, head + bomb)
    assert path.stat().st_size < 1 << 20
    with pytest.raises(UnreadableError, match="damaged"):
        read_header(path)


def test_a_deflated_file_that_claims_more_pixels_than_it_can_hold_is_cut_short(tmp_path: Path):
    path = one_file(tmp_path)
    head = b"\x08\0\x16\0UI\x06\x001.2.3\0"
    deflated(path, head + b"\xe0\x7f\x10\0OW\0\0" + b"\0\0\0\x7f" + bytes(100))
    with pytest.raises(UnreadableError, match="cut short"):
        read_header(path)


@pytest.mark.parametrize("depth", [40, 2000])
def test_sequences_in_sequences_end(tmp_path: Path, depth: int):
    path = one_file(tmp_path)
    data = path.read_bytes()
    at = data.index(b"\x20\0\x0d\0UI")
    opened = b"\x19\0\x10\x10SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff"
    closed = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
    path.write_bytes(data[:at] + opened * depth + closed * depth + data[at:])
    try:
        header = read_header(path)
    except UnreadableError:
        assert depth > 100
    else:
        assert header.has_pixels


@pytest.mark.parametrize(
    ("claimed", "why"), [(2880, "present"), (2882, "cut short"), (0x7FFF_FFFE, "cut short")]
)
def test_pixels_of_a_file_only_pydicom_reads_must_be_there(tmp_path: Path, claimed: int, why: str):
    path = one_file(tmp_path)
    data = path.read_bytes()
    at = data.index(b"\xe0\x7f\x10\0OW") + 8
    broken = data.replace(b"\x08\0\x60\0CS", b"\x08\0\x60\0ZZ", 1)
    path.write_bytes(broken[:at] + claimed.to_bytes(4, "little") + broken[at + 4 :])
    if why == "present":
        assert read_header(path).needs_pydicom
    else:
        with pytest.raises(UnreadableError, match=why):
            read_header(path)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\0" * 128 + b"DICM", True),
        (b"\x08\0\x05\0" + b"\0" * 128, True),
        (b"\0\x08\0\x05" + b"\0" * 128, True),
        (b"plain text, long enough" * 8, False),
        (b"", False),
    ],
)
def test_what_may_be_dicom(head: bytes, expected: bool):
    assert looks_like_dicom(head) is expected


def test_damaged_bytes_end_in_an_answer_or_an_unreadable_error(tmp_path: Path):
    rng = np.random.default_rng(11)
    good = [one_file(tmp_path / s, s).read_bytes() for s in ("explicit", "implicit", "jpegls")]
    path = tmp_path / "fuzzed"
    for _ in range(300):
        data = bytearray(good[rng.integers(len(good))])
        for _ in range(rng.integers(1, 12)):
            data[rng.integers(132, min(1600, len(data)))] = rng.integers(256)
        if rng.random() < 0.3:
            del data[rng.integers(132, len(data)) :]
        path.write_bytes(data)
        try:
            header = read_header(path)
        except UnreadableError:
            continue
        assert all(isinstance(value, bytes) for value in header.elements.values())


def test_the_quick_walk_finds_in_real_files_what_pydicom_finds(
    real_data: Callable[[str], Path], recwarn: pytest.WarningsRecorder
):
    compared = 0
    for path in sorted(real_data("dicom_zoo").rglob("*")):
        if not path.is_file() or not looks_like_dicom(path.read_bytes()[:132]):
            continue
        try:
            header = read_header(path)
        except UnreadableError:
            continue
        if header.needs_pydicom or header.cut_short:
            continue
        expected = pydicom_elements(path)
        expected.pop(tag.SPECIFIC_CHARACTER_SET, None)
        found = {t: v for t, v in header.elements.items() if t not in tag.NOTED}
        assert {t: found.get(t) for t in expected if t not in tag.NOTED} == {
            t: v for t, v in expected.items() if t not in tag.NOTED
        }, path.name
        compared += 1
    assert compared > 150

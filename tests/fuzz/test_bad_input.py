"""Files made to do harm: refused in words, within a limit of time and of memory."""

from __future__ import annotations

import gzip
import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import UnreadableError
from reader.formats.archives.archive_names import HarmlessNames
from reader.formats.dicom_scan import scan_paths
from reader.formats.series_reader import read_series
from tests.fuzz.corpus import made_files
from tests.fuzz.fuzzing import Case, Worker
from tests.support.dicom_writer import ct_volume, edit_file, grid, only_series, write_ct

Open = Callable[[Path], str]


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.stop()


@pytest.fixture
def outcome(worker: Worker) -> Open:
    """What becomes of a file, or of a folder: "shown", "refused"; fails on anything else."""

    def opened(path: Path) -> str:
        answer = worker.run(Case(path, path, None))
        assert answer["outcome"] in ("shown", "refused"), answer["problem"]
        return answer["outcome"]

    return opened


@pytest.fixture
def slice_file(tmp_path: Path) -> Path:
    (path,) = write_ct(tmp_path / "one", ct_volume(grid((1, 40, 36))))
    return path


def claim(path: Path, syntax: str = "", **values: object) -> None:
    """Make a header say something."""

    def edit(ds: Dataset) -> None:
        for keyword, value in values.items():
            setattr(ds, keyword, value)
        if syntax:
            ds.file_meta.TransferSyntaxUID = UID(syntax)
            ds.PixelData = encapsulate([b"\xff\xd8\xff" + bytes(400)])
            ds["PixelData"].VR = "OB"
            ds["PixelData"].is_undefined_length = True

    edit_file(path, edit)


MULTI_FRAME_GREY = "1.2.840.10008.5.1.4.1.1.7.3"


@pytest.mark.parametrize("syntax", ["", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90"])
@pytest.mark.parametrize("frames", [1, 10_000])
def test_a_header_that_claims_a_gigantic_image_is_refused(
    outcome: Open, slice_file: Path, syntax: str, frames: int
):
    claim(slice_file, syntax, Rows=65535, Columns=65535, NumberOfFrames=frames)
    assert outcome(slice_file) == "refused"
    claim(slice_file, syntax, SOPClassUID=MULTI_FRAME_GREY)
    assert outcome(slice_file) == "refused"


def test_a_frame_that_is_larger_than_its_header_says_is_not_unpacked_without_end(
    outcome: Open, slice_file: Path
):
    claim(slice_file, "1.2.840.10008.1.2.5")
    runs = struct.pack("<16L", 2, 64, 5_000_000, *[0] * 13) + b"\x81\x00" * 5_000_000
    edit_file(slice_file, lambda ds: setattr(ds, "PixelData", encapsulate([runs])))
    assert outcome(slice_file) == "refused"


@pytest.mark.timeout(20)
def test_jpeg_2000_with_more_tiles_than_bytes_is_refused_unseen(slice_file: Path):
    """OpenJPEG would take three quarters of a minute over it."""
    size = (0xFF51, 41, 0, 65535, 65535, 0, 0, 1, 1, 0, 0, 1, 15, 1, 1)
    frame = b"\xff\x4f" + struct.pack(">HHHIIIIIIIIHBBB", *size) + bytes(400)
    claim(slice_file, "1.2.840.10008.1.2.4.90", Rows=65535, Columns=65535)
    edit_file(slice_file, lambda ds: setattr(ds, "PixelData", encapsulate([frame])))
    found = scan_paths([slice_file], ignore_progress, CancelToken())
    for study in found.studies:
        with pytest.raises(UnreadableError):
            read_series(study.series[0], ignore_progress, CancelToken())


def test_a_deflated_file_that_swells_to_gigabytes_is_refused(outcome: Open, slice_file: Path):
    edit_file(
        slice_file,
        lambda ds: setattr(ds.file_meta, "TransferSyntaxUID", UID("1.2.840.10008.1.2.1.99")),
    )
    whole = slice_file.read_bytes()
    ends = whole.find(b"1.2.840.10008.1.2.1.99") + 22
    meta_length = struct.unpack("<L", whole[140:144])[0]
    head = whole[: 144 + meta_length]
    assert ends <= len(head)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(1 << 24)
    first = struct.pack("<HH2sHL", 0x0009, 0x1010, b"OB", 0, 192 << 24)
    body = packer.compress(first) + b"".join(packer.compress(block) for _ in range(192))
    slice_file.write_bytes(head + body + packer.flush())
    assert outcome(slice_file) == "refused"


def test_a_gzip_file_that_swells_to_gigabytes_is_refused(outcome: Open, tmp_path: Path):
    path = tmp_path / "v.nii.gz"
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, 30000, 30000, 30000, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, 4, 16)
    struct.pack_into("<8f", header, 76, 1, 1, 1, 1, 1, 1, 1, 1)
    struct.pack_into("<f", header, 108, 352)
    header[344:348] = b"n+1\0"
    path.write_bytes(gzip.compress(bytes(header) + bytes(1000)))
    assert outcome(path) == "refused"
    bomb = tmp_path / "bomb.dcm.gz"
    with gzip.open(bomb, "wb", 6) as file:
        for _ in range(192):
            file.write(bytes(1 << 24))
    assert outcome(bomb) == "refused"


@pytest.mark.slow
def test_a_zip_bomb_is_refused(outcome: Open, slice_file: Path, tmp_path: Path):
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
        archive.open("huge.dcm", "w", force_zip64=True) as file,
    ):
        file.write(slice_file.read_bytes())
        for _ in range(192):
            file.write(bytes(1 << 24))
    assert path.stat().st_size < 5_000_000
    assert outcome(path) == "refused"


def test_a_zip_that_names_places_outside_itself_writes_nothing_there(
    outcome: Open, slice_file: Path, tmp_path: Path
):
    data = slice_file.read_bytes()
    path = tmp_path / "deep" / "down" / "evil.zip"
    path.parent.mkdir(parents=True)
    outside = tmp_path / "outside.dcm"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../../outside.dcm", "../outside.dcm", str(outside), "..\\outside.dcm"):
            archive.writestr(zipfile.ZipInfo(name), data)
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, str(tmp_path))
        archive.writestr("link/outside.dcm", data)
    before = set(tmp_path.rglob("*"))
    outcome(path)
    assert set(tmp_path.rglob("*")) == before


def test_a_zip_within_a_zip_without_end_is_refused(outcome: Open, tmp_path: Path):
    data = b"nothing to see"
    for _ in range(60):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip", data)
        data = held.getvalue()
    path = tmp_path / "matryoshka.zip"
    path.write_bytes(data)
    assert outcome(path) == "refused"


@pytest.mark.parametrize("depth", [1_000, 100_000])
@pytest.mark.parametrize("closed", [True, False])
def test_sequences_nested_without_end_do_no_harm(
    outcome: Open, slice_file: Path, depth: int, closed: bool
):
    whole = slice_file.read_bytes()
    at = whole.find(struct.pack("<HH", 0x0020, 0x000D))
    begin = struct.pack("<HH2sHL", 0x0018, 0xA001, b"SQ", 0, 0xFFFFFFFF)
    begin += struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
    end = struct.pack("<HHLHHL", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0) if closed else b""
    slice_file.write_bytes(whole[:at] + begin * depth + end * depth + whole[at:])
    outcome(slice_file)


@pytest.mark.parametrize("length", [0xFFFFFFFE, 0xFFFFFFF0, 0x80000000, 0x7FFFFFFF])
@pytest.mark.parametrize("tag", [(0x7FE0, 0x0010), (0x0008, 0x2218)])
def test_a_length_of_gigabytes_is_refused(
    outcome: Open, tmp_path: Path, length: int, tag: tuple[int, int]
):
    (path,) = write_ct(
        tmp_path / "one",
        ct_volume(grid((1, 40, 36))),
        edit=lambda ds, _k: setattr(ds, "AnatomicRegionSequence", [Dataset()]),
    )
    whole = bytearray(path.read_bytes())
    at = whole.find(struct.pack("<HH", *tag))
    struct.pack_into("<L", whole, at + 8, length)
    path.write_bytes(whole)
    # The pixels themselves are all there: they may be shown.
    assert outcome(path) == "refused" or tag == (0x7FE0, 0x0010)


@pytest.mark.parametrize("syntax", ["rle", "jpegls", "j2k", "jpegll"])
def test_fragments_that_reach_beyond_the_end_are_refused(
    outcome: Open, tmp_path: Path, syntax: str
):
    (path,) = write_ct(tmp_path / "one", ct_volume(grid((1, 40, 36))), transfer_syntax=syntax)
    whole = bytearray(path.read_bytes())
    item = struct.pack("<HH", 0xFFFE, 0xE000)
    at = whole.find(item, whole.find(item, whole.find(b"\xe0\x7f\x10\x00OB")) + 4)
    struct.pack_into("<L", whole, at + 4, 0x7FFFFFF0)
    path.write_bytes(whole)
    assert outcome(path) == "refused"
    path.write_bytes(whole[: at + 40])
    assert outcome(path) == "refused"


def test_files_that_shrink_while_they_are_read_are_told(tmp_path: Path):
    """Behind the reader's back: same time of change, after the first slice is shown."""
    paths = write_ct(tmp_path / "ct", ct_volume(grid((5, 40, 36))))
    series = only_series(tmp_path / "ct")

    def shrink(_volume: object) -> None:
        for path in (paths[0], paths[4]):
            status = path.stat()
            os.truncate(path, status.st_size // 2)
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    volume = read_series(series, ignore_progress, CancelToken(), first_k=2, on_first=shrink)
    assert [w.code.value for w in volume.warnings] == ["unreadable-instances"]
    assert not volume.measurable


def test_a_file_that_is_gone_after_the_scan_is_told(tmp_path: Path):
    (path,) = write_ct(tmp_path / "ct", ct_volume(grid((1, 40, 36))))
    series = only_series(tmp_path / "ct")
    path.unlink()
    with pytest.raises(UnreadableError):
        read_series(series, ignore_progress, CancelToken())


def test_what_cannot_be_opened_as_a_file_is_listed(tmp_path: Path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty.dcm").touch()
    found = scan_paths([tmp_path], ignore_progress, CancelToken())
    assert found.studies == ()
    assert all(str(u.why) for u in found.unreadable)


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path):
    """Whatever the format: it was a file when the folder was looked through."""
    for path in made_files(tmp_path / "made"):
        found = scan_paths([path], ignore_progress, CancelToken(), unpacked=tmp_path / "unpacked")
        (series,) = [series for study in found.studies for series in study.series]
        for instance in series.instances:
            instance.path.unlink()
            os.mkfifo(instance.path)
        with pytest.raises(UnreadableError):
            read_series(series, ignore_progress, CancelToken())


def test_folders_in_folders_without_end_are_left_at_some_depth(slice_file: Path, tmp_path: Path):
    deepest = tmp_path / "deep"
    for _ in range(150):
        deepest /= "d"
    deepest.mkdir(parents=True)
    found = scan_paths([tmp_path], ignore_progress, CancelToken())
    assert len(found.studies) == 1
    assert [str(u.why) for u in found.unreadable] == ["The folder lies in too many other folders."]


@pytest.mark.timeout(60)
def test_very_many_files_of_one_name_in_an_archive_take_no_longer(tmp_path: Path):
    names = HarmlessNames()
    given = {names.parts_for(name) for name in ["a/b.dcm", "A/B.DCM", "a"] * 50_000}
    assert len(given) == 150_000


def test_pydicom_would_open_the_slice_that_is_broken_here(slice_file: Path):
    """So that what is refused above is refused for what was broken."""
    assert pydicom.dcmread(slice_file).pixel_array.shape == (40, 36)


def test_slices_that_all_have_the_same_uid_are_all_shown(tmp_path: Path):
    """Some programs that take names away give every slice one UID."""
    write_ct(
        tmp_path / "ct",
        ct_volume(grid((5, 40, 36))),
        edit=lambda ds, _k: setattr(ds, "SOPInstanceUID", "2.25.1"),
    )
    series = only_series(tmp_path / "ct")
    assert series.geometry.shape_kji == (5, 40, 36)
    volume = read_series(series, ignore_progress, CancelToken())
    assert (volume.voxels == ct_volume(grid((5, 40, 36))).voxels).all()

"""Archives: what is in them is unpacked, and what they would do besides is refused."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.core.cancel import CancelToken, Progress, ignore_progress
from reader.core.errors import Cancelled, UnreadableError
from reader.formats.archives import archive as archive_module
from reader.formats.archives.archive import clean_unpacked, is_archive, unpack_archive

DICOM = bytes(128) + b"DICM" + bytes(1000)


def zipped(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def unpacked(path: Path) -> Path:
    """The folder named after an archive's content."""
    assert is_archive(path.read_bytes()[:352])
    return unpack_archive(path, path.parent / "into", ignore_progress, CancelToken())


def found(folder: Path) -> dict[str, bytes]:
    """All files under a folder, or under the one folder that alone lies in it."""
    inside = list(folder.iterdir())
    if len(inside) == 1 and inside[0].is_dir():
        folder = inside[0]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def refused(path: Path, why: str) -> None:
    """The archive is refused, and nothing of it is left anywhere."""
    before = set(path.parent.parent.rglob("*"))
    with pytest.raises(UnreadableError, match=why):
        unpack_archive(path, path.parent / "into", ignore_progress, CancelToken())
    left = set(path.parent.parent.rglob("*")) - before - {path.parent / "into"}
    assert not left


def test_files_and_folders_are_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = zipped(tmp_path / "study.zip", {"a/1.dcm": DICOM, "a/b/2.dcm": b"2", "3": b"3"})
    folder = unpacked(path)
    assert found(folder) == {"a/1.dcm": DICOM, "a/b/2.dcm": b"2", "3": b"3"}
    assert [inner.name for inner in folder.iterdir()] == ["study"]
    again = path.rename(tmp_path / "renamed.zip")
    monkeypatch.setattr(archive_module, "_unpack_zip", None)
    assert unpacked(again) == folder


def test_what_other_systems_add_is_left_out(tmp_path: Path):
    files = {"1": b"1", "__MACOSX/._1": b"x", "a/.DS_Store": b"x", "a/": b""}
    assert found(unpacked(zipped(tmp_path / "a.zip", files))) == {"1": b"1"}


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/x", "\\x", "C:/x", "c:x", "a\\..\\..\\x", "a/" * 40 + "x"]
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str):
    entry = zipfile.ZipInfo("x")
    entry.filename = entry.orig_filename = name
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("fine", b"1")
        archive.writestr(entry, b"2")
    refused(path, "outside its folder")


def test_links_are_refused(tmp_path: Path):
    path = tmp_path / "a.zip"
    entry = zipfile.ZipInfo("link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    refused(path, "links")


def test_a_bomb_is_refused_by_what_it_admits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive_module, "_ALWAYS_ALLOWED_BYTES", 100_000)
    refused(zipped(tmp_path / "a.zip", {"x": bytes(10_000_000)}), "far more than its size")


def test_a_bomb_that_lies_about_its_size_is_caught_while_it_unpacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(archive_module, "_ALWAYS_ALLOWED_BYTES", 100_000)
    path = zipped(tmp_path / "a.zip", {"x": bytes(50_000_000)})
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.find(mark) + at, 10)
    path.write_bytes(data)
    refused(path, "damaged")


def test_bytes_are_counted_over_all_files_and_nested_archives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(archive_module, "_ALWAYS_ALLOWED_BYTES", 100_000)
    inner = zipped(tmp_path / "inner.zip", {str(n): bytes(60_000) for n in range(100)})
    path = zipped(tmp_path / "a.zip", {"inner.zip": inner.read_bytes()})
    inner.unlink()
    refused(path, "far more than its size")


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive_module, "_MOST_ENTRIES", 20)
    refused(zipped(tmp_path / "a.zip", {str(n): b"" for n in range(21)}), "too many files")
    monkeypatch.setattr(archive_module, "_LARGEST_DIRECTORY", 100)
    refused(zipped(tmp_path / "b.zip", {str(n): b"" for n in range(5)}), "too many files")


def test_archives_inside_are_unpacked_one_level_deep(tmp_path: Path):
    third = zipped(tmp_path / "third.zip", {"deep": b"deep"}).read_bytes()
    second = zipped(tmp_path / "second.zip", {"in": b"in", "third.zip": third}).read_bytes()
    folder = unpacked(zipped(tmp_path / "first.zip", {"out": b"out", "second.zip": second}))
    assert found(folder) == {"out": b"out", "second/in": b"in", "second/third.zip": third}


def test_entries_over_each_other_are_refused(tmp_path: Path):
    path = zipped(tmp_path / "a.zip", {"one": b"1" * 100, "two": b"2" * 100}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    second = data.find(b"PK\x01\x02", data.find(b"PK\x01\x02") + 1)
    struct.pack_into("<I", data, second + 42, 0)
    path.write_bytes(data)
    refused(path, "over each other")


def test_a_password_is_named(tmp_path: Path):
    path = zipped(tmp_path / "a.zip", {"one": b"1"})
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + at] |= 1
    path.write_bytes(data)
    refused(path, "password")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unbounded_ways_to_compress_are_refused(tmp_path: Path, method: int):
    refused(zipped(tmp_path / "a.zip", {"one": b"1" * 100}, method), "not supported")


def test_every_cut_and_every_wrong_byte_is_a_clear_refusal(tmp_path: Path):
    whole = zipped(tmp_path / "a.zip", {"a": b"1" * 50, "b": os.urandom(50)}).read_bytes()
    path = tmp_path / "b.zip"
    for end in range(4, len(whole), 7):
        path.write_bytes(whole[:end])
        refused(path, "damaged")
    for at in range(4, len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 0xFF
        path.write_bytes(changed)
        with contextlib.suppress(UnreadableError):
            unpack_archive(path, tmp_path / "into", ignore_progress, CancelToken())
        clean_unpacked(tmp_path / "into", ())
        assert not list((tmp_path / "into").iterdir())


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_in_the_packers_own_code_page_are_read(tmp_path: Path, encoding: str):
    path = zipped(tmp_path / "a.zip", {"XXXXXXXX": b"1"})
    name = "胸部" if encoding == "gb18030" else "胸é."
    raw = name.encode(encoding).ljust(8, b"1")[:8]
    path.write_bytes(path.read_bytes().replace(b"XXXXXXXX", raw))
    assert next(iter(found(unpacked(path)))).startswith(name[:2])


def test_names_become_ones_every_system_takes_and_none_is_lost(tmp_path: Path):
    names = ["CON", "ab:c", "x.", "x", "X", "n" * 300, "nul.dcm", "dir", "dir/file", "q?*"]
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, name.encode())
    files = found(unpacked(path))
    assert sorted(files.values()) == sorted(name.encode() for name in names)
    assert not {"CON", "nul.dcm"} & set(files)
    assert len({name.casefold() for name in files}) == len(names)
    assert all(len(Path(name).name) < 200 for name in files)


def test_one_dicom_file_in_gzip_is_unpacked(tmp_path: Path):
    path = tmp_path / "image.dcm.gz"
    path.write_bytes(gzip.compress(DICOM))
    assert found(unpacked(path)) == {"image.dcm": DICOM}
    path.write_bytes(gzip.compress(DICOM)[:-20])
    # Cut short, it is a shorter file for the DICOM reader to judge, or is refused.
    damaged = bytearray(gzip.compress(os.urandom(5000)))
    damaged[10:2000] = bytes(1990)
    path.write_bytes(damaged)
    refused(path, "damaged")


def test_a_gzip_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive_module, "_ALWAYS_ALLOWED_BYTES", 100_000)
    path = tmp_path / "image.gz"
    path.write_bytes(gzip.compress(DICOM + bytes(5_000_000)))
    refused(path, "far more than its size")


def test_gzip_of_anything_else_is_no_archive():
    assert not is_archive(gzip.compress(struct.pack("<i", 348) + bytes(600))[:352])
    assert not is_archive(b"\x1f\x8b broken")
    assert not is_archive(b"")
    assert not is_archive(DICOM)


@pytest.mark.parametrize("first", ["[Content_Types].xml", "mimetype", "values.npy", "net/data.pkl"])
def test_documents_and_arrays_are_no_archives_of_images(tmp_path: Path, first: str):
    path = zipped(tmp_path / "a.docx", {first: b"1", "other": b"2"})
    assert not is_archive(path.read_bytes()[:352])
    whole = path.read_bytes()
    assert found(unpacked(zipped(tmp_path / "b.zip", {"a.docx": whole}))) == {"a.docx": whole}


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_other_archives_are_named(tmp_path: Path, mode: str):
    path = tmp_path / "a.tar"
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        archive.addfile(tarfile.TarInfo("x"), io.BytesIO())
    assert is_archive(path.read_bytes()[:352])
    refused(path, "TAR")
    path.write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(100))
    refused(path, "7-Zip")


def test_a_full_disk_is_said_to_be_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive_module, "_SPARE_DISK_BYTES", 1 << 60)
    refused(zipped(tmp_path / "a.zip", {"1": b"1"}), "free disk space")


def test_cancel_leaves_nothing(tmp_path: Path):
    path = zipped(tmp_path / "a.zip", {str(n): DICOM for n in range(60)})
    cancel = CancelToken()

    def report(progress: Progress) -> None:
        if progress.done:
            cancel.cancel()

    with pytest.raises(Cancelled):
        unpack_archive(path, tmp_path / "into", report, cancel)
    assert not list((tmp_path / "into").iterdir())


def test_old_folders_go_and_those_in_use_stay(tmp_path: Path):
    kept = unpacked(zipped(tmp_path / "a.zip", {"a": b"a"}))
    old = unpacked(zipped(tmp_path / "b.zip", {"b": b"b"}))
    crashed = kept.with_name("0.999999999.part")
    crashed.mkdir()
    clean_unpacked(kept.parent, [kept])
    assert {path.name for path in kept.parent.iterdir()} == {kept.name}
    assert not old.exists()
    clean_unpacked(tmp_path / "nowhere", ())


def test_what_another_process_reads_from_stays(tmp_path: Path):
    folder = unpacked(zipped(tmp_path / "a.zip", {"a": b"a"}))
    (mark,) = folder.parent.glob("*.used")
    mark.rename(folder.with_name(f"{folder.name}.{os.getppid()}.used"))
    unfinished = folder.with_name(f"0.{os.getppid()}.part")
    unfinished.mkdir()
    clean_unpacked(folder.parent, ())
    assert folder.is_dir()
    assert unfinished.is_dir()


def test_dicom_files_in_gzip_in_an_archive(tmp_path: Path):
    packed = gzip.compress(DICOM)
    folder = unpacked(zipped(tmp_path / "a.zip", {"1.dcm.gz": packed, "v.nii.gz": b"\x1f\x8b"}))
    assert found(folder) == {"1.dcm/1.dcm": DICOM, "v.nii.gz": b"\x1f\x8b"}


def test_a_real_gzip_of_a_dicom_file(real_data: Callable[[str], Path], tmp_path: Path):
    source = real_data("dicom_zoo/nasty/zipMR.gz")
    assert is_archive(source.read_bytes()[:352])
    folder = unpack_archive(source, tmp_path, ignore_progress, CancelToken())
    (only,) = found(folder).values()
    assert only[128:132] == b"DICM"


def test_a_real_damaged_archive(real_data: Callable[[str], Path], tmp_path: Path):
    source = real_data("dicom_zoo/nasty/dwv-test_bad.zip")
    with pytest.raises(UnreadableError):
        unpack_archive(source, tmp_path, ignore_progress, CancelToken())
    assert not list(tmp_path.iterdir())

"""A DICOMDIR leads to the files it names, in its own folder and nowhere else."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pydicom
import pytest
from pydicom.fileset import FileSet

from reader.core.errors import UnreadableError
from reader.formats.archives.dicomdir import referenced_files
from reader.formats.headers.quiet_pydicom import quiet_pydicom
from tests.support.dicom_writer import ct_volume, grid, write_ct


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    """A folder with a DICOMDIR made by pydicom over three slices."""
    source = tmp_path / "source"
    write_ct(source, ct_volume(grid((3, 9, 8))))
    files = FileSet()
    for path in sorted(source.iterdir()):
        files.add(path)
    target = tmp_path / "disc"
    files.write(target)
    files._stage["t"].cleanup()  # it leaves that to the garbage collector, which warns
    return target


def named(disc: Path, file_id: object) -> Path:
    """The DICOMDIR with the last record's File ID replaced."""
    path = disc / "DICOMDIR"
    with quiet_pydicom():
        header = pydicom.dcmread(path)
        header.DirectoryRecordSequence[-1].ReferencedFileID = file_id
        header.save_as(path)
    return path


def test_every_named_file_is_found(disc: Path):
    path = disc / "DICOMDIR"
    found = referenced_files(path)
    assert sorted(found) == sorted(p for p in disc.rglob("*") if p.is_file() and p != path)
    assert len(found) == 3


def test_names_are_found_whatever_their_case(disc: Path):
    for path in sorted(disc.rglob("*"), reverse=True):
        if path.name != "DICOMDIR":
            path.rename(path.with_name(path.name.lower()))
    found = referenced_files(disc / "DICOMDIR")
    assert len(found) == 3
    assert all(path.is_file() for path in found)


def test_a_missing_file_stays_in_the_list(disc: Path):
    gone = referenced_files(disc / "DICOMDIR")[1]
    gone.unlink()
    assert gone in referenced_files(disc / "DICOMDIR")


def test_one_name_with_slashes_is_understood(disc: Path):
    last = referenced_files(disc / "DICOMDIR")[-1]
    path = named(disc, "/".join(last.relative_to(disc).parts))
    assert referenced_files(path)[-1] == last


@pytest.mark.parametrize("file_id", [["..", "source"], ["C:", "X"], ["A"] * 40, [".", "A"]])
def test_names_outside_the_folder_are_refused(disc: Path, file_id: list[str]):
    with pytest.raises(UnreadableError, match="outside its own folder"):
        referenced_files(named(disc, file_id))


def test_a_link_out_of_the_folder_is_refused(disc: Path):
    (disc / "LINK").symlink_to(disc.parent / "source")
    with pytest.raises(UnreadableError, match="outside its own folder"):
        referenced_files(named(disc, ["LINK", "X"]))


def test_damage_is_refused_in_words(disc: Path):
    path = disc / "DICOMDIR"
    whole = path.read_bytes()
    for end in range(0, len(whole) - 400, 97):
        path.write_bytes(whole[:end])
        with contextlib.suppress(UnreadableError):
            assert all(one.is_relative_to(disc) for one in referenced_files(path))
    path.write_bytes(b"text")
    with pytest.raises(UnreadableError):
        referenced_files(path)


@pytest.mark.parametrize("ending", ["", "-bigEnd", "-implicit", "-nooffset", "-nopatient"])
def test_those_that_come_with_pydicom(ending: str):
    folder = Path(pydicom.__file__).parent / "data" / "test_files" / "dicomdirtests"
    found = referenced_files(folder / f"DICOMDIR{ending}")
    assert len(found) == 31
    assert all(path.is_file() for path in found)


def test_one_that_names_nothing_says_so():
    folder = Path(pydicom.__file__).parent / "data" / "test_files" / "dicomdirtests"
    with pytest.raises(UnreadableError, match="names no files"):
        referenced_files(folder / "DICOMDIR-empty.dcm")


def test_one_whose_files_are_all_elsewhere_says_it_once(disc: Path):
    """As the directory files that some scanners leave in every folder of a disc."""
    (moved := disc.parent / "moved").mkdir()
    (disc / "DICOMDIR").rename(moved / "DIRFILE")
    with pytest.raises(UnreadableError, match="None of the 3 files that the DICOMDIR names"):
        referenced_files(moved / "DIRFILE")

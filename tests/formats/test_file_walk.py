"""Which files of a folder are looked at: each once, and what is inside archives."""

from __future__ import annotations

import gzip
import os
import zipfile
from pathlib import Path

import pytest
from pydicom import Dataset

from reader.core.cancel import CancelToken, ignore_progress
from reader.formats.dicom_scan import scan_paths
from tests.support.dicom_writer import (
    codes,
    edit_file,
    only_series,
    reasons,
    scan,
    write_bare_object,
    write_ct,
)


def test_hidden_and_index_files_are_passed_over(tmp_path: Path):
    write_ct(tmp_path)
    for name in (".DS_Store", "._IM0001", "DICOMDIR", "VERSION", "Thumbs.db"):
        (tmp_path / name).write_bytes(b"rubbish")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x").write_bytes(b"rubbish")
    assert only_series(tmp_path).geometry.shape_kji[0] == 7


def test_a_file_named_by_the_reader_is_explained_whatever_its_name(tmp_path: Path):
    write_bare_object(tmp_path / "DICOMDIR", "1.2.840.10008.1.3.10", "OT")
    assert reasons(scan(tmp_path)) == {}
    assert "names no files" in reasons(scan(tmp_path / "DICOMDIR"))["DICOMDIR"]
    assert "no such file" in reasons(scan(tmp_path / "gone"))["gone"]


def test_files_and_folders_named_twice_count_once(tmp_path: Path):
    paths = write_ct(tmp_path / "a")
    found = scan(tmp_path, tmp_path / "a", paths[0], paths[0])
    assert found.unreadable == ()
    assert codes(found.studies[0].series[0]) == []


def test_links_that_go_round_in_circles_end(tmp_path: Path):
    write_ct(tmp_path / "a")
    try:
        (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links")
    assert only_series(tmp_path).geometry.shape_kji[0] == 7


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser reads everything")
def test_a_file_without_permission_is_listed(tmp_path: Path):
    path = write_ct(tmp_path)[0]
    path.chmod(0)
    assert reasons(scan(tmp_path)) == {path.name: "No permission to read the file."}


def test_a_zip_is_unpacked_and_looked_through(tmp_path: Path):
    paths = write_ct(tmp_path / "in")
    archive = tmp_path / "study.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in paths:
            file.write(path, f"DISC/{path.name}")
    found = scan_paths([archive], ignore_progress, CancelToken(), unpacked=tmp_path / "unpacked")
    assert found.unreadable == ()
    (series,) = found.studies[0].series
    assert len(series.instances) == 7
    assert all((tmp_path / "unpacked") in ref.path.parents for ref in series.instances)
    assert "unpack it" in reasons(scan(archive))["study.zip"]


def test_a_dicom_file_in_gzip_is_unpacked(tmp_path: Path):
    path = write_ct(tmp_path / "in", keep=lambda k: k == 0)[0]
    packed = tmp_path / "image.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    found = scan_paths([packed], ignore_progress, CancelToken(), unpacked=tmp_path / "unpacked")
    assert len(found.studies[0].series[0].instances) == 1


def test_a_dicomdir_stands_for_the_files_it_names(tmp_path: Path):
    paths = write_ct(tmp_path / "images", file_name=lambda k: f"IM{k}")
    directory = tmp_path / "DICOMDIR"
    write_bare_object(directory, "1.2.840.10008.1.3.10", "OT")

    def edit(ds: Dataset) -> None:
        ds.DirectoryRecordSequence = [Dataset() for _ in range(3)]
        for k, record in enumerate(ds.DirectoryRecordSequence):
            record.DirectoryRecordType = "IMAGE"
            record.ReferencedFileID = ["IMAGES", f"IM{k}"]

    edit_file(directory, edit)
    paths[2].unlink()
    found = scan(directory)
    assert len(found.studies[0].series[0].instances) == 2
    assert [str(u.why) for u in found.unreadable] == ["There is no such file or folder."]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    assert reasons(scan(tmp_path / "pipe")) == {"pipe": "The file is empty (0 bytes)."}

"""Voxels that lie in a file: nothing is allocated that is not there, nothing is believed twice."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from reader.core.errors import UnreadableError
from reader.formats.grids.grid_files import scan_grid_file
from reader.formats.grids.nifti import scan_nifti, write_nifti
from tests.support.dicom_writer import grid
from tests.support.grid_images import SHAPE, noise, read


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "image.nii"
    write_nifti(target, noise("i2"), grid(SHAPE))
    return target


def test_an_image_larger_than_the_memory_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=100))
    with pytest.raises(UnreadableError, match="larger than this computer's memory"):
        scan_nifti(path)


def test_a_file_that_changed_after_the_scan_is_refused(path: Path):
    series = scan_nifti(path)
    write_nifti(path, noise("i2"), grid(SHAPE, (1, 1, 1)))
    with pytest.raises(UnreadableError, match="has changed"):
        read(series)


def test_a_file_that_was_cut_after_the_scan_is_refused(path: Path):
    series = scan_nifti(path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(UnreadableError, match="cut short"):
        read(series)


def test_a_file_that_went_after_the_scan_is_a_clear_refusal(path: Path):
    series = scan_nifti(path)
    path.unlink()
    with pytest.raises(UnreadableError, match="could not be read"):
        read(series)


def test_what_is_not_finite_becomes_zero(tmp_path: Path):
    voxels = noise("f4")
    voxels[2, 3, 4:7] = (np.nan, np.inf, -np.inf)
    write_nifti(tmp_path / "f.nii", voxels, grid(SHAPE))
    found = read(scan_nifti(tmp_path / "f.nii")).voxels
    assert not found[2, 3, 4:7].any()
    assert np.isfinite(found).all()


def test_numbers_that_32_bits_do_not_hold_are_refused(tmp_path: Path):
    path = tmp_path / "big.nii"
    write_nifti(path, np.full(SHAPE, 2**40, np.int64), grid(SHAPE))
    with pytest.raises(UnreadableError, match="32 bits"):
        read(scan_nifti(path))


def test_doubles_beyond_single_precision_do_not_become_infinite(tmp_path: Path):
    path = tmp_path / "big.nii"
    write_nifti(path, np.full(SHAPE, 1e300), grid(SHAPE))
    assert not read(scan_nifti(path)).voxels.any()


def test_a_file_of_another_kind_is_nobodys(tmp_path: Path):
    path = tmp_path / "notes.txt"
    path.write_bytes(b"some words")
    assert scan_grid_file(path, b"some words") is None

"""CT series written: valid, exact, all or nothing, the same each time."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest

from reader.core.cancel import CancelToken, Progress, ignore_progress
from reader.core.errors import Cancelled
from reader.core.intensity import IntensityUnit
from reader.core.volume import Volume
from reader.formats.export.dicom_ct_writer import write_ct_series
from reader.formats.export.dicom_encode import TRANSFER_SYNTAXES
from tests.support.dicom_writer import (
    PATIENT,
    SERIES_UID,
    STUDY_UID,
    ct_volume,
    grid,
    only_series,
    write_ct,
)


def write(
    folder: Path,
    volume: Volume,
    report: Callable[[Progress], None] = ignore_progress,
    cancel: CancelToken | None = None,
) -> list[Path]:
    return write_ct_series(
        folder,
        volume,
        study_uid=STUDY_UID,
        series_uid=SERIES_UID,
        patient=PATIENT,
        description="Phantom",
        report=report,
        cancel=cancel or CancelToken(),
    )


@pytest.mark.parametrize("syntax", sorted(set(TRANSFER_SYNTAXES) - {"deflated"}))
def test_the_validator_finds_nothing(tmp_path: Path, syntax: str):
    validator = shutil.which("dciodvfy")
    if validator is None:
        pytest.skip("dciodvfy (dicom3tools) is not installed")
    for path in write_ct(tmp_path, ct_volume(grid((2, 40, 36))), transfer_syntax=syntax):
        done = subprocess.run([validator, path], capture_output=True, text=True, check=False)
        assert (done.stdout + done.stderr).strip() == "CTImage"


def test_headers_are_exact_to_the_last_digit(tmp_path: Path):
    geometry = grid((3, 8, 8), spacing_kji_mm=(1.0 / 3, 0.703125, 2.0 / 3), origin=(-1e3 / 7, 1, 2))
    write(tmp_path, ct_volume(geometry))
    found = only_series(tmp_path).geometry
    assert np.abs(found.affine_kji_to_lps - geometry.affine_kji_to_lps).max() < 1e-6


def test_the_same_call_writes_the_same_bytes(tmp_path: Path):
    first, second = (write(tmp_path / name, ct_volume()) for name in "ab")
    assert [p.name for p in first] == [f"{k:05d}.dcm" for k in range(1, 8)]
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_values_choose_the_bits(tmp_path: Path):
    narrow = write(tmp_path / "narrow", ct_volume())
    wide_voxels = ct_volume().voxels.astype(np.int32)
    wide_voxels[0, 0, :2] = -3024, 20_000
    volume = Volume(SERIES_UID, wide_voxels, grid(), IntensityUnit.HU)
    wide = write(tmp_path / "wide", volume)
    assert (pydicom.dcmread(narrow[0]).BitsStored, pydicom.dcmread(wide[0]).BitsStored) == (12, 16)
    assert pydicom.dcmread(wide[0]).RescaleIntercept == -3024


def test_what_ct_cannot_hold_is_refused(tmp_path: Path):
    other = Volume(SERIES_UID, ct_volume().voxels.copy(), grid(), IntensityUnit.ARBITRARY)
    with pytest.raises(ValueError, match="HU"):
        write(tmp_path, other)
    voxels = np.zeros(grid().shape_kji, np.int32)
    voxels[0, 0, 0] = 100_000
    with pytest.raises(ValueError, match="16 bits"):
        write(tmp_path, Volume(SERIES_UID, voxels, grid(), IntensityUnit.HU))
    assert list(tmp_path.iterdir()) == []


def test_cancel_leaves_nothing_and_progress_counts_slices(tmp_path: Path):
    cancel = CancelToken()
    done: list[int] = []

    def report(progress: Progress) -> None:
        done.append(progress.done)
        visible = [p for p in tmp_path.iterdir() if not p.name.startswith(".")]
        assert visible == []
        if progress.done == 3:
            cancel.cancel()

    with pytest.raises(Cancelled):
        write(tmp_path, ct_volume(), report, cancel)
    assert done == [1, 2, 3]
    assert list(tmp_path.iterdir()) == []

"""Which NIfTI files are CT: the format does not say, the numbers do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reader.core.intensity import IntensityUnit
from reader.formats.grids.nifti import scan_nifti, write_nifti
from tests.support.dicom_writer import grid


def test_a_ct_is_known_by_its_numbers(tmp_path: Path):
    chest = np.full((5, 9, 8), -1000, np.int16)
    chest[:, 2:8, 2:7] = 40
    write_nifti(tmp_path / "ct.nii.gz", chest, grid((5, 9, 8)))
    write_nifti(tmp_path / "mr.nii.gz", np.abs(chest), grid((5, 9, 8)))
    ct, mr = scan_nifti(tmp_path / "ct.nii.gz"), scan_nifti(tmp_path / "mr.nii.gz")
    assert (ct.modality, ct.unit) == ("CT", IntensityUnit.HU)
    assert (mr.modality, mr.unit) == ("OT", IntensityUnit.ARBITRARY)


@pytest.mark.parametrize("name", ["ct.nii", "ct.nii.gz"])
def test_a_ct_that_begins_with_air_is_known_too(tmp_path: Path, name: str):
    """Stored front to back, its first megabytes are the air before the patient."""
    body = np.full((90, 256, 256), -1000, np.int16)
    body[75:, 50:200, 50:200] = 40
    write_nifti(tmp_path / name, body, grid(body.shape))
    assert scan_nifti(tmp_path / name).modality == "CT"


def test_padding_does_not_hide_a_ct_and_a_phase_image_is_none(tmp_path: Path):
    chest = np.full((5, 9, 8), -1000, np.float32)
    chest[:, 2:8, 2:7] = 40
    chest[:, 0] = np.nan
    phase = np.linspace(-4096, 4095, 360).reshape(5, 9, 8).astype(np.int16)
    write_nifti(tmp_path / "ct.nii", chest, grid((5, 9, 8)))
    write_nifti(tmp_path / "phase.nii", phase, grid((5, 9, 8)))
    assert scan_nifti(tmp_path / "ct.nii").modality == "CT"
    assert scan_nifti(tmp_path / "phase.nii").modality == "OT"

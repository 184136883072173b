"""A chest CT small enough for a test to open: body, two lungs, three bright balls."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.volume import Volume
from tests.support.dicom_writer import SERIES_UID, STUDY_UID, write_ct

GRID = VolumeGeometry.from_spacing((32, 56, 64), (5.0, 5.0, 5.0), (-157.5, -137.5, -77.5), "1.2.7")
NODULES_LPS_MM = ((-70.0, 0.0, 30.0), (65.0, 10.0, 0.0), (-60.0, -20.0, -35.0))
MISSED_LPS_MM = (70.0, -10.0, -40.0)
RADIUS_MM = 9.0


def small_chest() -> Volume:
    """HU of a chest with four balls, one of which the fake model does not mark."""
    index = np.stack(np.indices(GRID.shape_kji), axis=-1)
    x, y, z = np.moveaxis(GRID.to_lps(index), -1, 0)
    hu = np.full(GRID.shape_kji, -1000.0)
    hu[(x / 145) ** 2 + (y / 115) ** 2 < 1] = 40
    for side in (-1, 1):
        hu[((x - side * 66) / 50) ** 2 + (y / 75) ** 2 + (z / 90) ** 2 < 1] = -850
    for center in (*NODULES_LPS_MM, MISSED_LPS_MM):
        distance = np.sqrt(sum((a - b) ** 2 for a, b in zip((x, y, z), center, strict=True)))
        hu[distance < RADIUS_MM] = 40
    return Volume(SERIES_UID, hu.astype(np.int16), GRID, IntensityUnit.HU)


def write_small_chest(folder: Path, study_uid: str = STUDY_UID) -> Path:
    """Write it as DICOM files. Returns: the folder."""
    write_ct(folder, small_chest(), study_uid=study_uid)
    return folder

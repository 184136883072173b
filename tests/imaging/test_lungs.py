"""The lungs by thresholds: sides, closing, table and windpipe, and real scans."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.volume import Volume
from reader.formats.dicom_scan import scan_paths
from reader.formats.series_reader import read_series
from reader.imaging.lungs import LEFT_LUNG_LABEL, RIGHT_LUNG_LABEL, find_lungs, split_left_right
from tests.support.chest import AXIAL, NODULES_LPS_MM, chest_hu, chest_volume

TRUE_ML = 2 * 4 / 3 * np.pi * 42 * 62 * 72 / 1000


def with_hu(hu) -> Volume:
    return Volume("1", hu.astype(np.int16), AXIAL)


def positions():
    index = np.stack(np.indices(AXIAL.shape_kji), axis=-1)
    return np.moveaxis(AXIAL.to_lps(index), -1, 0)


def test_both_lungs_are_found_with_their_sides_and_volume():
    field = find_lungs(chest_volume())
    assert field.volume_ml == pytest.approx(TRUE_ML, rel=0.07)
    labels = field.on_source()
    assert labels.shape == AXIAL.shape_kji
    assert labels[AXIAL.nearest_voxel((58, 0, 0))] == LEFT_LUNG_LABEL
    assert labels[AXIAL.nearest_voxel((-58, 0, 0))] == RIGHT_LUNG_LABEL
    assert labels[0].max() == 0


def test_nodules_inside_count_as_lung():
    labels = find_lungs(chest_volume()).on_source()
    for place in NODULES_LPS_MM:
        assert labels[AXIAL.nearest_voxel(place)] > 0


def test_a_body_without_lungs_has_none():
    hu = chest_hu(AXIAL, ())
    hu[hu > -900] = 40
    assert find_lungs(with_hu(hu)).volume_ml == 0


def test_a_table_of_foam_and_the_air_around_are_no_lung():
    hu = chest_hu(AXIAL, ())
    _, y, _ = positions()
    hu[(y > 91) & (y < 96)] = -850
    assert find_lungs(with_hu(hu)).volume_ml == pytest.approx(TRUE_ML, rel=0.07)


def test_the_windpipe_is_no_lung():
    hu = chest_hu(AXIAL, ())
    x, y, z = positions()
    hu[(x**2 + y**2 < 9**2) & (z > -20)] = -1000
    labels = find_lungs(with_hu(hu)).on_source()
    assert labels[AXIAL.nearest_voxel((0, 0, 60))] == 0
    assert labels[AXIAL.nearest_voxel((58, 0, 0))] == LEFT_LUNG_LABEL


def test_bowel_gas_is_no_lung():
    hu = chest_hu(AXIAL, ())
    x, y, z = positions()
    hu[(x / 20) ** 2 + (y / 30) ** 2 + ((z + 55) / 18) ** 2 < 1] = -1000
    field = find_lungs(with_hu(hu))
    assert field.on_source()[AXIAL.nearest_voxel((0, 0, -55))] == 0


def test_a_crop_inside_the_body_keeps_its_lungs():
    whole = chest_volume()
    inner = whole.voxels[5:35, 16:50, 20:64].copy()
    shifted = AXIAL.affine_kji_to_lps.copy()
    shifted[:3, 3] = AXIAL.to_lps((5, 16, 20))
    geometry = type(AXIAL)(inner.shape, shifted)
    labels = find_lungs(Volume("1", inner, geometry)).on_source()
    assert labels[geometry.nearest_voxel((45, 0, 0))] == LEFT_LUNG_LABEL
    assert labels[geometry.nearest_voxel((-45, 0, 0))] == RIGHT_LUNG_LABEL


def test_touching_lungs_are_told_apart():
    lungs = np.zeros((40, 40, 60), bool)
    k, j, i = np.ogrid[:40, :40, :60]
    for middle in (16, 43):
        lungs |= ((k - 20) / 16) ** 2 + ((j - 20) / 16) ** 2 + ((i - middle) / 15) ** 2 < 1
    lungs[18:22, 18:22, 25:35] = True
    labels = split_left_right(lungs, 29.5)
    assert labels[20, 20, 10] == RIGHT_LUNG_LABEL
    assert labels[20, 20, 50] == LEFT_LUNG_LABEL
    assert (labels > 0).sum() == lungs.sum()
    assert abs(int((labels == 1).sum()) - int((labels == 2).sum())) < 0.1 * lungs.sum()


@pytest.mark.parametrize(
    ("case", "part", "low_ml", "high_ml"),
    [
        ("ct_chest_lidc0314", "ct", 2500, 3200),
        ("petct_lung_acrin042", "ct", 5200, 6300),
        ("ct_chest_totalseg_aorta", "ct_cropped.nii.gz", 2300, 3000),
        ("ct_abdomen_totalseg_example", "example_ct.nii.gz", 50, 160),
    ],
)
def test_real_scans_give_plausible_volumes(real_data, case, part, low_ml, high_ml):
    scan = scan_paths([real_data(case) / part], ignore_progress, CancelToken())
    series = scan.studies[0].series[0]
    volume = read_series(series, ignore_progress, CancelToken())
    assert low_ml < find_lungs(volume).volume_ml < high_ml

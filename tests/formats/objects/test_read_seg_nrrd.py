"""3D Slicer's segmentations on the grid of a DICOM series."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK

from reader.core.cancel import CancelToken
from reader.core.errors import UnreadableError
from reader.core.geometry import VolumeGeometry
from reader.core.study import Series
from reader.formats.objects.read_object import OpenImages
from reader.formats.objects.read_seg_nrrd import read_nrrd_segmentation
from tests.support.dicom_writer import ct_volume, grid, only_series, write_ct


def write_nrrd(path: Path, labels: np.ndarray, geometry: VolumeGeometry) -> Path:
    """As 3D Slicer does, with two segments, by SimpleITK."""
    image = SimpleITK.GetImageFromArray(labels)
    image.SetSpacing(geometry.spacing_kji_mm[::-1])
    image.SetOrigin([float(mm) for mm in geometry.affine_kji_to_lps[:3, 3]])
    image.SetDirection(geometry.directions[:, ::-1].ravel().tolist())
    for n, name in enumerate(("Tumour", "Vessel")):
        image.SetMetaData(f"Segment{n}_ID", f"Segment_{n + 1}")
        image.SetMetaData(f"Segment{n}_Name", name)
        image.SetMetaData(f"Segment{n}_LabelValue", str(n + 1))
        image.SetMetaData(f"Segment{n}_Layer", "0")
        image.SetMetaData(f"Segment{n}_Color", "1 0.5 0")
    SimpleITK.WriteImage(image, str(path))
    return path


@pytest.fixture
def series(tmp_path: Path) -> Series:
    write_ct(tmp_path / "ct", ct_volume(grid(cosines=((0.8, 0.6, 0), (-0.6, 0.8, 0)))))
    return only_series(tmp_path / "ct")


def drawn_on(geometry: VolumeGeometry) -> np.ndarray:
    labels = np.zeros(geometry.shape_kji, np.uint8)
    labels[2:4, 5:15, 8:20] = 1
    labels[3:6, 20:25, 22:30] = 2
    return labels


def test_the_same_grid_is_taken_over_voxel_by_voxel(tmp_path: Path, series: Series):
    labels = drawn_on(series.geometry)
    path = write_nrrd(tmp_path / "a.seg.nrrd", labels, series.geometry)
    drawn = read_nrrd_segmentation(path, OpenImages([series]), "1.2", CancelToken())
    assert np.array_equal(drawn.sheets[0], labels)
    assert [s.segment.name for s in drawn.segments] == ["Tumour", "Vessel"]
    assert drawn.segments[0].segment.color == "#FF8000"
    assert not drawn.warnings


def test_the_other_way_up_it_is_the_same_place(tmp_path: Path, series: Series):
    labels = drawn_on(series.geometry)
    affine = series.geometry.affine_kji_to_lps.copy()
    affine[:3, 3] = series.geometry.to_lps((series.geometry.shape_kji[0] - 1, 0, 0))
    affine[:3, 0] *= -1
    turned = VolumeGeometry(series.geometry.shape_kji, affine)
    path = write_nrrd(tmp_path / "a.seg.nrrd", labels[::-1], turned)
    drawn = read_nrrd_segmentation(path, OpenImages([series]), "1.2", CancelToken())
    assert np.array_equal(drawn.sheets[0], labels)


def test_another_grid_is_resampled_and_told(tmp_path: Path, series: Series):
    near = series.geometry
    coarse = VolumeGeometry((4, 20, 18), near.affine_kji_to_lps @ np.diag([2.0, 2.0, 2.0, 1.0]))
    labels = np.zeros(coarse.shape_kji, np.uint8)
    labels[1:3, 4:10, 5:12] = 1
    path = write_nrrd(tmp_path / "a.seg.nrrd", labels, coarse)
    drawn = read_nrrd_segmentation(path, OpenImages([series]), "1.2", CancelToken())
    wanted = coarse.to_lps(np.argwhere(labels)).mean(axis=0)
    # Nearest voxels of half the size: the centre moves by less than one of them.
    assert drawn.segments[0].center_lps_mm == pytest.approx(wanted, abs=2.5)
    assert "another grid" in str(drawn.warnings[0])


def test_elsewhere_is_refused(tmp_path: Path, series: Series):
    far = grid(origin=(900.0, 900.0, 900.0))
    path = write_nrrd(tmp_path / "a.seg.nrrd", drawn_on(far), far)
    with pytest.raises(UnreadableError):
        read_nrrd_segmentation(path, OpenImages([series]), "1.2", CancelToken())

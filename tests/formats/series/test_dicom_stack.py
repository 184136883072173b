"""Slices in order of their places; every oddity of a stack is found, named and numbered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from pydicom import Dataset

from reader.core.geometry import VolumeGeometry
from reader.core.series_kind import SeriesKind
from reader.core.study import Series, WarningCode
from tests.support.dicom_writer import (
    AXIAL,
    CORONAL,
    SAGITTAL,
    codes,
    ct_volume,
    grid,
    only_series,
    write_ct,
)


def oblique() -> tuple[np.ndarray, np.ndarray]:
    """Cosines turned about all three axes."""
    turn = SimpleITK.Euler3DTransform((0, 0, 0), 0.3, -0.2, 0.5).GetMatrix()
    matrix = np.reshape(turn, (3, 3))
    return matrix[:, 0], matrix[:, 1]


def itk_affine(paths: list[Path]) -> np.ndarray:
    """The affine (columns k, j, i, origin) SimpleITK gives to files in this order."""
    image = SimpleITK.ReadImage([str(path) for path in paths])
    affine = np.eye(4)
    columns = np.reshape(image.GetDirection(), (3, 3)) * image.GetSpacing()
    affine[:3, :3] = columns[:, ::-1]
    affine[:3, 3] = image.GetOrigin()
    return affine


def text_of(series: Series, code: WarningCode) -> str:
    (warning,) = [w for w in series.warnings if w.code is code]
    return str(warning.text)


@pytest.mark.parametrize(
    "cosines",
    [AXIAL, CORONAL, SAGITTAL, ((-1, 0, 0), (0, -1, 0)), ((1, 0, 0), (0, -1, 0)), oblique()],
    ids=["axial", "coronal", "sagittal", "turned", "from above", "oblique"],
)
def test_the_grid_is_simple_itks_whatever_the_plane(tmp_path: Path, cosines: tuple):
    geometry = grid(cosines=cosines)
    paths = write_ct(tmp_path, ct_volume(geometry))
    series = only_series(tmp_path)
    assert [ref.path for ref in series.instances] == paths
    assert series.geometry.affine_kji_to_lps == pytest.approx(itk_affine(paths), abs=1e-6)
    assert series.geometry.affine_kji_to_lps == pytest.approx(geometry.affine_kji_to_lps, abs=1e-6)
    assert series.measurable
    turned = max(abs(np.cross(*np.array(cosines)))) < 0.99
    assert codes(series) == (["oblique"] if turned else [])


def test_names_and_instance_numbers_that_lie_do_not_matter(tmp_path: Path):
    def reverse(ds: Dataset, k: int) -> None:
        ds.InstanceNumber = 100 - k
        ds.SliceLocation = str(-k)

    paths = write_ct(tmp_path, edit=reverse)
    assert [ref.path for ref in only_series(tmp_path).instances] == paths


def test_spacing_comes_from_positions_not_from_slice_thickness(tmp_path: Path):
    def thin(ds: Dataset, _k: int) -> None:
        ds.SliceThickness = "0.5"
        ds.SpacingBetweenSlices = "0.9"

    write_ct(tmp_path, edit=thin)
    series = only_series(tmp_path)
    assert series.geometry.spacing_kji_mm == pytest.approx((2.5, 0.7, 0.8))
    assert series.measurable
    text = text_of(series, WarningCode.SPACING_DISAGREES)
    assert "0.9 mm apart, their positions say 2.50 mm" in text


def test_a_missing_slice_is_named_and_measuring_is_off(tmp_path: Path):
    paths = write_ct(tmp_path, keep=lambda k: k != 3)
    series = only_series(tmp_path)
    assert codes(series) == ["missing-slices"]
    assert "Missing slices: 1, between slices 3–4" in text_of(series, WarningCode.MISSING_SLICES)
    assert not series.measurable
    assert series.geometry.affine_kji_to_lps == pytest.approx(itk_affine(paths), abs=1e-6)


def test_several_gaps_are_counted(tmp_path: Path):
    write_ct(tmp_path, ct_volume(grid((12, 8, 8))), keep=lambda k: k not in (2, 7, 8))
    text = text_of(only_series(tmp_path), WarningCode.MISSING_SLICES)
    assert "Missing slices: 3, between slices 2–3, 6–7 (×2)." in text


def shifted(shift_of_k: dict[int, tuple[float, float, float]]):
    """An edit that moves some slices."""

    def edit(ds: Dataset, k: int) -> None:
        position = np.array(ds.ImagePositionPatient, float) + shift_of_k.get(k, (0, 0, 0))
        ds.ImagePositionPatient = [f"{x:.6f}" for x in position]

    return edit


def test_uneven_spacing_is_told_and_measured_only_where_harmless(tmp_path: Path):
    write_ct(tmp_path / "mild", edit=shifted({3: (0, 0, 0.1)}))
    write_ct(tmp_path / "severe", edit=shifted({3: (0, 0, 0.6)}))
    mild, severe = only_series(tmp_path / "mild"), only_series(tmp_path / "severe")
    assert codes(mild) == codes(severe) == ["uneven-spacing"]
    assert mild.measurable
    assert not severe.measurable
    assert "1.90 to 3.10 mm apart" in text_of(severe, WarningCode.UNEVEN_SPACING)
    assert "up to 0.60 mm from their places" in text_of(severe, WarningCode.UNEVEN_SPACING)


def test_rounding_of_positions_is_no_warning(tmp_path: Path):
    write_ct(tmp_path, edit=shifted({2: (0, 0, 0.004), 4: (0.001, 0, -0.004)}))
    assert codes(only_series(tmp_path)) == []


def test_duplicates_are_left_out_and_told(tmp_path: Path):
    paths = write_ct(tmp_path)
    again = write_ct(
        tmp_path,
        edit=lambda ds, k: setattr(ds, "SOPInstanceUID", f"1.2.3.{k}"),
        keep=lambda k: k in (2, 5),
        file_name=lambda k: f"again{k}",
    )
    series = only_series(tmp_path)
    assert codes(series) == ["duplicate-position"]
    assert "where another one lies: 2." in text_of(series, WarningCode.DUPLICATE_POSITION)
    assert "(slices 3, 6)" in text_of(series, WarningCode.DUPLICATE_POSITION)
    assert len(series.instances) == len(paths)
    assert series.measurable
    used = {ref.path for ref in series.instances}
    assert len(used & set(again)) + len(used & set(paths)) == len(paths)


def test_a_second_copy_of_the_same_files_changes_nothing(tmp_path: Path):
    write_ct(tmp_path / "a")
    write_ct(tmp_path / "b")
    series = only_series(tmp_path)
    assert codes(series) == []
    assert series.geometry.shape_kji[0] == 7


def test_a_tilted_gantry_keeps_places_and_refuses_to_measure(tmp_path: Path):
    step = 2.5 * np.tan(np.radians(12))
    write_ct(tmp_path, edit=shifted({k: (0, k * step, 0) for k in range(7)}))
    series = only_series(tmp_path)
    assert codes(series) == ["gantry-tilt"]
    assert "tilted by 12.0°" in text_of(series, WarningCode.GANTRY_TILT)
    assert not series.measurable
    expected = grid().to_lps((6, 0, 0)) + np.array((0, 6 * step, 0))
    assert series.geometry.to_lps((6, 0, 0)) == pytest.approx(expected, abs=1e-5)


def test_a_slice_beside_the_line_is_named(tmp_path: Path):
    write_ct(tmp_path, edit=shifted({4: (3.0, 0, 0)}))
    series = only_series(tmp_path)
    assert codes(series) == ["slices-off-line"]
    assert "Slice 5 lies 3.0 mm beside" in text_of(series, WarningCode.OFF_LINE)
    assert not series.measurable


def without(*keywords: str):
    def edit(ds: Dataset, _k: int) -> None:
        for keyword in keywords:
            delattr(ds, keyword)

    return edit


def test_without_pixel_spacing_pixels_count_and_nothing_is_measured(tmp_path: Path):
    write_ct(tmp_path, edit=without("PixelSpacing"))
    series = only_series(tmp_path)
    assert codes(series) == ["no-spacing"]
    assert series.geometry.spacing_kji_mm == pytest.approx((2.5, 1.0, 1.0))
    assert series.kind is SeriesKind.IMAGES
    assert not series.measurable
    assert not series.measures_in_plane


@pytest.mark.parametrize("gone", ["ImagePositionPatient", "ImageOrientationPatient"])
def test_without_places_the_numbers_order_and_nothing_is_measured(tmp_path: Path, gone: str):
    paths = write_ct(tmp_path, edit=without(gone))
    series = only_series(tmp_path)
    assert codes(series) == ["no-position"]
    assert [ref.path for ref in series.instances] == paths
    assert series.kind is SeriesKind.IMAGES
    assert series.geometry.frame_of_reference_uid is None
    assert not series.measurable
    assert series.measures_in_plane


def test_a_single_slice_says_so_and_takes_its_thickness(tmp_path: Path):
    write_ct(tmp_path, keep=lambda k: k == 2)
    series = only_series(tmp_path)
    assert codes(series) == ["single-slice"]
    assert series.geometry.spacing_kji_mm[0] == 2.5
    assert series.measurable


def test_overlapping_and_lossy_are_told(tmp_path: Path):
    def edit(ds: Dataset, _k: int) -> None:
        ds.SliceThickness = "5"
        ds.LossyImageCompression = "01"

    write_ct(tmp_path, edit=edit)
    series = only_series(tmp_path)
    assert codes(series) == ["overlapping-slices", "lossy-compressed"]
    assert "5 mm thick, 2.50 mm apart" in text_of(series, WarningCode.THICKNESS_OVERLAP)
    assert series.tags.lossy
    assert series.measurable


def test_a_frame_of_reference_counts_only_when_all_slices_share_it(tmp_path: Path):
    write_ct(tmp_path / "one")
    write_ct(
        tmp_path / "many",
        edit=lambda ds, k: setattr(ds, "FrameOfReferenceUID", f"1.2.3.{k}"),
    )
    assert only_series(tmp_path / "one").geometry.frame_of_reference_uid == (
        grid().frame_of_reference_uid
    )
    many = only_series(tmp_path / "many")
    assert many.geometry.frame_of_reference_uid is None
    assert many.geometry.shape_kji[0] == 7
    assert codes(many) == ["mixed-frames-of-reference"]
    assert many.measurable


def test_without_a_frame_of_reference_a_series_is_not_linked(tmp_path: Path):
    write_ct(tmp_path, edit=without("FrameOfReferenceUID"))
    series = only_series(tmp_path)
    assert codes(series) == ["mixed-frames-of-reference"]
    assert "names no frame of reference" in text_of(series, WarningCode.MIXED_FRAMES)
    assert series.geometry.frame_of_reference_uid is None
    assert series.measurable


def test_a_header_with_cosines_that_cannot_be_has_no_place(tmp_path: Path):
    write_ct(
        tmp_path,
        edit=lambda ds, _k: setattr(ds, "ImageOrientationPatient", ["1", "0", "0", "1", "0", "0"]),
    )
    assert codes(only_series(tmp_path)) == ["no-position"]


def test_the_geometry_is_a_volume_geometry_that_maps_back(tmp_path: Path):
    write_ct(tmp_path, ct_volume(grid(cosines=oblique())))
    geometry = only_series(tmp_path).geometry
    assert isinstance(geometry, VolumeGeometry)
    assert geometry.to_index(geometry.to_lps((3, 4, 5))) == pytest.approx((3, 4, 5))


def test_two_slices_are_measured_and_said_to_be_few(tmp_path: Path):
    write_ct(tmp_path, keep=lambda k: k < 2)
    series = only_series(tmp_path)
    assert codes(series) == ["few-slices"]
    assert series.kind is SeriesKind.VOLUME
    assert series.measurable


def test_images_at_one_place_are_one_view_over_time(tmp_path: Path):
    def monitoring(ds: Dataset, k: int) -> None:
        ds.ImagePositionPatient = ["-31.5", "-20.25", "101"]
        ds.AcquisitionNumber = 40 - k
        ds.InstanceNumber = k + 1

    paths = write_ct(tmp_path, edit=monitoring)
    series = only_series(tmp_path)
    assert codes(series) == ["not-a-volume"]
    assert "All 7 images lie at one place" in text_of(series, WarningCode.NOT_A_VOLUME)
    assert series.kind is SeriesKind.CINE
    assert [ref.path for ref in series.instances] == paths[::-1]
    assert series.unit.value == "HU"
    assert not series.measurable
    assert series.measures_in_plane


def test_images_that_are_scaled_and_such_that_are_not_are_told(tmp_path: Path):
    def some(ds: Dataset, k: int) -> None:
        if k > 3:
            del ds.RescaleIntercept, ds.RescaleSlope

    write_ct(tmp_path, edit=some)
    series = only_series(tmp_path)
    assert codes(series) == ["mixed-scaling"]
    assert series.unit.value == "arbitrary"


@pytest.mark.parametrize(
    ("keyword", "value", "expected"),
    [
        ("ImagePositionPatient", ["1e300", "0", "0"], ["no-position"]),
        ("PixelSpacing", ["1e-7", "1e-7"], ["no-spacing"]),
        ("PixelSpacing", ["0", "0.7"], ["no-spacing"]),
        ("PixelSpacing", ["-0.7", "0.7"], ["no-spacing"]),
        ("SliceThickness", "1e30", []),
        ("ImageOrientationPatient", ["1", "0", "0", "0", "0.9", "0"], ["no-position"]),
    ],
)
def test_lengths_no_scanner_has_count_as_not_stated(
    tmp_path: Path, keyword: str, value: object, expected: list[str]
):
    write_ct(tmp_path, edit=lambda ds, _k: setattr(ds, keyword, value))
    series = only_series(tmp_path)
    assert codes(series) == expected
    assert (series.kind is SeriesKind.IMAGES) == bool(expected)

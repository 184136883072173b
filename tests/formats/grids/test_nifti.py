"""NIfTI in and out: SimpleITK agrees on every voxel and every millimetre."""

from __future__ import annotations

import gzip
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
import SimpleITK

from reader.core.cancel import CancelToken, Progress, ignore_progress
from reader.core.errors import Cancelled, UnreadableError
from reader.core.study import Series
from reader.core.volume import Volume
from reader.formats.grids.nifti import read_nifti, scan_nifti, write_nifti
from reader.formats.grids.nifti_header import compose_header
from tests.support.dicom_writer import codes, ct_volume, grid, scan
from tests.support.grid_images import GRIDS, itk_affine, itk_image, noise, patched


def read(series: Series) -> Volume:
    return read_nifti(series, ignore_progress, CancelToken())


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_what_simple_itk_writes_is_read_alike(tmp_path: Path, name: str, ending: str):
    voxels, geometry = noise("i2"), GRIDS[name]
    path = tmp_path / f"image{ending}"
    SimpleITK.WriteImage(itk_image(voxels, geometry), str(path))
    series = scan_nifti(path)
    assert series.geometry.affine_kji_to_lps == pytest.approx(geometry.affine_kji_to_lps, abs=1e-4)
    assert codes(series) == []
    volume = read(series)
    assert volume.voxels.dtype == np.int16
    assert np.array_equal(volume.voxels, voxels)


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_what_is_written_simple_itk_reads_alike(tmp_path: Path, name: str, ending: str):
    voxels, geometry = noise("u2"), GRIDS[name]
    path = tmp_path / f"image{ending}"
    write_nifti(path, voxels, geometry)
    image = SimpleITK.ReadImage(str(path))
    assert itk_affine(image) == pytest.approx(geometry.affine_kji_to_lps, abs=1e-4)
    assert np.array_equal(SimpleITK.GetArrayFromImage(image), voxels)
    assert read(scan_nifti(path)).geometry.affine_kji_to_lps == pytest.approx(
        geometry.affine_kji_to_lps, abs=1e-4
    )


@pytest.mark.parametrize("name", GRIDS)
def test_the_quaternion_alone_gives_the_same_grid(tmp_path: Path, name: str):
    path = tmp_path / "image.nii"
    write_nifti(path, noise("u1"), GRIDS[name])
    data = bytearray(path.read_bytes())
    struct.pack_into("<h", data, 254, 0)
    path.write_bytes(data)
    found = scan_nifti(path).geometry.affine_kji_to_lps
    assert found == pytest.approx(GRIDS[name].affine_kji_to_lps, abs=1e-4)
    assert itk_affine(SimpleITK.ReadImage(str(path))) == pytest.approx(found, abs=1e-4)


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        ("u1", "i2"),
        ("i1", "i2"),
        ("i2", "i2"),
        ("u2", "u2"),
        ("i4", "i4"),
        ("i8", "i4"),
        ("f4", "f4"),
        ("f8", "f4"),
    ],
)
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_data_type_in_both_byte_orders(tmp_path: Path, dtype: str, expected: str, order: str):
    voxels = noise(dtype)
    path = tmp_path / "image.nii"
    data = bytearray(compose_header(grid((5, 9, 8)), voxels.dtype.newbyteorder("<")))
    if order == ">":
        data = swapped(data)
    path.write_bytes(bytes(data) + voxels.astype(order + dtype).tobytes())
    series = scan_nifti(path)
    assert series.geometry.same_grid(grid((5, 9, 8)))
    volume = read(series)
    assert volume.voxels.dtype == np.dtype(expected)
    assert np.array_equal(volume.voxels, voxels.astype(expected))


def swapped(head: bytearray) -> bytearray:
    """The fields this module writes, in the other byte order."""
    for at, layout in ((0, "i"), (40, "8h"), (70, "2h"), (76, "8f"), (108, "3f"), (252, "2h"),
                       (256, "6f"), (280, "12f")):  # fmt: skip
        struct.pack_into(">" + layout, head, at, *struct.unpack_from("<" + layout, head, at))
    return head


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """An uncompressed image of int16 noise."""
    path = tmp_path / "plain.nii"
    write_nifti(path, noise("i2"), grid((5, 9, 8)))
    return path


def test_scaling_by_whole_numbers_stays_whole(plain: Path):
    volume = read(scan_nifti(patched(plain, 112, "2f", 2.0, -1024.0)))
    assert volume.voxels.dtype == np.int32
    assert np.array_equal(volume.voxels, noise("i2").astype(np.int32) * 2 - 1024)


def test_scaling_by_fractions_gives_floats(plain: Path):
    volume = read(scan_nifti(patched(plain, 112, "2f", 0.5, 10.0)))
    assert volume.voxels.dtype == np.float32
    assert np.array_equal(volume.voxels, (noise("i2") * 0.5 + 10).astype(np.float32))
    itk = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(plain)))
    assert np.allclose(volume.voxels, itk)


def test_a_slope_of_zero_means_no_scaling(plain: Path):
    assert np.array_equal(read(scan_nifti(patched(plain, 112, "2f", 0, 5))).voxels, noise("i2"))


def test_nifti_2_is_read(tmp_path: Path):
    head = bytearray(544)
    struct.pack_into("<i8s", head, 0, 540, b"n+2\0\r\n\032\n")
    struct.pack_into("<hh", head, 12, 4, 16)
    struct.pack_into("<8q", head, 16, 3, 8, 9, 5, 1, 1, 1, 1)
    struct.pack_into("<8d", head, 104, 1, 2, 3, 4, 1, 1, 1, 1)
    struct.pack_into("<q2d", head, 168, 544, 1.0, 0.0)
    struct.pack_into("<2i", head, 344, 0, 1)
    struct.pack_into("<12d", head, 400, -2, 0, 0, 10, 0, -3, 0, 20, 0, 0, 4, 30)
    struct.pack_into("<i", head, 500, 2)
    path = tmp_path / "two.nii"
    path.write_bytes(bytes(head) + noise("i2").tobytes())
    series = scan_nifti(path)
    assert np.array_equal(read(series).voxels, noise("i2"))
    expected = [[0, 0, 2, -10], [0, 3, 0, -20], [4, 0, 0, 30], [0, 0, 0, 1]]
    assert series.geometry.affine_kji_to_lps == pytest.approx(np.array(expected))


def test_a_sheared_grid_is_marked(plain: Path):
    series = scan_nifti(patched(plain, 280, "12f", 1, 0.2, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0))
    assert codes(series) == ["sheared-grid"]
    assert not series.measurable


def test_without_any_orientation_sides_are_unsure(plain: Path):
    series = scan_nifti(patched(plain, 252, "2h", 0, 0))
    assert codes(series) == ["no-position"]
    assert series.geometry.spacing_kji_mm == pytest.approx((2.5, 0.7, 0.8))


def test_without_sizes_nothing_is_measured(plain: Path):
    patched(plain, 252, "2h", 0, 0)
    series = scan_nifti(patched(plain, 80, "3f", 0, 0, 0))
    assert codes(series) == ["no-spacing", "no-position"]
    assert not series.measurable


@pytest.mark.parametrize(("unit", "factor"), [(0, 1.0), (1, 1000.0), (2, 1.0), (3, 0.001)])
def test_units_become_millimetres(plain: Path, unit: int, factor: float):
    spacing = scan_nifti(patched(plain, 123, "B", unit)).geometry.spacing_kji_mm
    assert spacing == pytest.approx((2.5 * factor, 0.7 * factor, 0.8 * factor))


@pytest.mark.parametrize(
    ("at", "layout", "values", "why"),
    [
        (70, "h", (1,), "single bits"),
        (70, "h", (2048,), "complex"),
        (70, "h", (77,), "data type 77"),
        (40, "h", (0,), "no usable size"),
        (280, "f", (float("nan"),), "cannot exist"),
        (280, "12f", (0,) * 12, "cannot exist"),
        (344, "4s", (b"ni7\0",), "damaged"),
        (344, "4s", (b"ni1\0",), "img file with the voxels is missing"),
        (108, "f", (float("nan"),), "damaged"),
        (108, "f", (float("inf"),), "damaged"),
        (108, "f", (1e30,), "cut short"),
        (40, "8h", (3, 32767, 32767, 32767, 1, 1, 1, 1), "cut short"),
        (40, "8h", (7, *(32767,) * 7), "no usable size"),
        (40, "8h", (4, 8, 9, 5, 32767, 1, 1, 1), "too many volumes"),
        (40, "8h", (6, 1, 1, 1, 1, 40, 9, 1), "a table of values and no image"),
        (40, "8h", (4, 8, 9, 5, 3, 1, 1, 1), "cut short"),
    ],
)
def test_what_cannot_be_opened_is_refused_by_name(
    plain: Path, at: int, layout: str, values: tuple, why: str
):
    with pytest.raises(UnreadableError, match=why):
        scan_nifti(patched(plain, at, layout, *values))


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_a_file_cut_short_is_found_at_the_scan(tmp_path: Path, ending: str):
    path = tmp_path / f"cut{ending}"
    write_nifti(path, noise("i2"), grid((5, 9, 8)))
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(UnreadableError, match="cut short"):
        scan_nifti(path)


def test_damage_inside_a_compressed_file_is_found_when_read(tmp_path: Path):
    path = tmp_path / "damaged.nii.gz"
    write_nifti(path, noise("i2", (60, 90, 80)), grid((60, 90, 80)))
    series = scan_nifti(path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 200] = bytes(200)
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match="damaged or cut short"):
        read(series)


def test_the_file_asked_for_is_read_and_no_other(tmp_path: Path):
    """SimpleITK has been seen to read `v.nii` when asked for `v.nii.gz`."""
    one, other = noise("i2"), noise("i2")[::-1].copy()
    write_nifti(tmp_path / "v.nii", one, grid((5, 9, 8)))
    write_nifti(tmp_path / "v.nii.gz", other, grid((5, 9, 8)))
    assert np.array_equal(read(scan_nifti(tmp_path / "v.nii.gz")).voxels, other)
    assert np.array_equal(read(scan_nifti(tmp_path / "v.nii")).voxels, one)


def test_compression_goes_by_content_and_members_are_joined(tmp_path: Path):
    path = tmp_path / "renamed.nii"
    write_nifti(tmp_path / "v.nii", noise("i2"), grid((5, 9, 8)))
    data = (tmp_path / "v.nii").read_bytes()
    path.write_bytes(gzip.compress(data[:500]) + gzip.compress(data[500:]))
    assert np.array_equal(read(scan_nifti(path)).voxels, noise("i2"))


def test_uids_follow_the_content_and_the_folder(tmp_path: Path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    write_nifti(first / "t1.nii.gz", noise("i2"), grid((5, 9, 8)))
    write_nifti(first / "t2.nii.gz", noise("u2"), grid((5, 9, 8)))
    whole = scan(first).studies[0]
    alone = scan(first / "t2.nii.gz").studies[0]
    assert whole.study_uid == alone.study_uid
    assert whole.description == "a"
    assert [s.description for s in whole.series] == ["t1", "t2"]
    assert alone.series[0].series_uid == whole.series[1].series_uid
    shutil.copy(first / "t1.nii.gz", second / "renamed.nii.gz")
    moved = scan(second).studies[0]
    assert moved.series[0].series_uid == whole.series[0].series_uid
    assert moved.study_uid != whole.study_uid
    assert len({s.series_uid for s in whole.series}) == 2


def test_of_equal_files_one_is_opened_and_the_other_listed(tmp_path: Path):
    write_nifti(tmp_path / "a.nii", noise("i2"), grid((5, 9, 8)))
    shutil.copy(tmp_path / "a.nii", tmp_path / "b.nii")
    found = scan(tmp_path)
    assert [s.description for s in found.studies[0].series] == ["a"]
    assert [str(u.why) for u in found.unreadable] == ["The same image as a.nii, which is opened."]


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_slices_arrive_in_place_and_are_reported(tmp_path: Path, ending: str):
    path = tmp_path / f"big{ending}"
    voxels = noise("i2", (40, 300, 300))
    write_nifti(path, voxels, grid((40, 300, 300)))
    seen: list[Volume] = []
    boxes = []

    def on_first(volume: Volume) -> None:
        seen.append(volume)
        assert np.array_equal(volume.voxels[20], voxels[20])

    def report(progress: Progress) -> None:
        boxes.append(progress.region_kji)

    volume = read_nifti(scan_nifti(path), report, CancelToken(), on_first=on_first)
    assert seen == [volume]
    assert np.array_equal(volume.voxels, voxels)
    assert sorted(k for (k0, k1), _, _ in boxes for k in range(k0, k1)) == list(range(40))
    if ending == ".nii":
        assert boxes[0] == ((20, 21), (0, 300), (0, 300))


def test_cancel_stops_between_slabs(tmp_path: Path):
    path = tmp_path / "big.nii.gz"
    write_nifti(path, noise("u1", (40, 400, 400)), grid((40, 400, 400)))
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        read_nifti(scan_nifti(path), lambda _p: cancel.cancel(), cancel)


def test_nan_becomes_zero(tmp_path: Path):
    voxels = noise("f4")
    voxels[2, 3, 4] = np.nan
    write_nifti(tmp_path / "f.nii", voxels, grid((5, 9, 8)))
    volume = read(scan_nifti(tmp_path / "f.nii"))
    assert volume.voxels[2, 3, 4] == 0
    assert np.isfinite(volume.voxels).all()


@pytest.mark.parametrize(
    ("dtype", "written"), [("?", "u1"), ("u1", "u1"), ("u2", "u2"), ("f2", "f4"), ("f4", "f4")]
)
def test_label_maps_and_heatmaps_keep_their_type(tmp_path: Path, dtype: str, written: str):
    array = (np.random.default_rng(0).random((5, 9, 8)) > 0.5).astype(dtype)
    write_nifti(tmp_path / "map.nii.gz", array, grid((5, 9, 8)))
    image = SimpleITK.ReadImage(str(tmp_path / "map.nii.gz"))
    found = SimpleITK.GetArrayFromImage(image)
    assert found.dtype == np.dtype(written)
    assert np.array_equal(found, array.astype(written))


def test_writing_twice_gives_the_same_bytes_and_wrong_shapes_are_refused(tmp_path: Path):
    volume = ct_volume(grid((5, 9, 8)))
    for name in ("a.nii.gz", "b.nii.gz"):
        write_nifti(tmp_path / name, volume.voxels, volume.geometry)
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()
    with pytest.raises(ValueError, match="shape"):
        write_nifti(tmp_path / "c.nii.gz", volume.voxels[1:], volume.geometry)

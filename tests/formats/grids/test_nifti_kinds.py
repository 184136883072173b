"""NIfTI beyond one plain volume: 4-D, colour, complex, pairs of files, two places, lies."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
import SimpleITK

from reader.core.errors import UnreadableError
from reader.core.series_kind import PhaseAxis
from reader.core.study import Series
from reader.formats.grids.grid_files import scan_grid_file
from reader.formats.grids.grid_image import series_of
from reader.formats.grids.nifti import open_nifti, scan_nifti, write_nifti
from reader.formats.grids.nifti_header import compose_header
from tests.support.dicom_writer import codes, grid, scan
from tests.support.grid_images import GRIDS, noise, patched, read


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """An uncompressed image of int16 noise."""
    path = tmp_path / "plain.nii"
    write_nifti(path, noise("i2"), grid((5, 9, 8)))
    return path


def many(path: Path, voxels: np.ndarray, *sizes: int) -> tuple[Series, ...]:
    """The series of a file that holds several volumes (the first axis)."""
    plain = path.with_name("one.nii")
    write_nifti(plain, voxels[0], grid((5, 9, 8)))
    patched(plain, 40, "8h", 3 + len(sizes), 8, 9, 5, *sizes, *(1,) * (4 - len(sizes)))
    data = plain.read_bytes() + voxels[1:].tobytes()
    plain.unlink()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return series_of(open_nifti(path))


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_of_several_volumes_each_is_a_series_of_its_own(tmp_path: Path, ending: str):
    voxels = noise("i2", (3, 5, 9, 8))
    series = many(tmp_path / f"four{ending}", voxels, 3)
    assert [codes(one) for one in series] == [[], [], []]
    assert len({one.key for one in series}) == 3
    phases = [one.phase for one in series]
    assert [(p.index, p.count, p.axis, p.label) for p in phases if p] == [
        (0, 3, PhaseAxis.TIME, "t 1"),
        (1, 3, PhaseAxis.TIME, "t 2"),
        (2, 3, PhaseAxis.TIME, "t 3"),
    ]
    assert len({p.group for p in phases if p}) == 1
    for one, expected in zip(series, voxels, strict=True):
        volume = read(one)
        assert np.array_equal(volume.voxels, expected)


def test_a_fifth_axis_is_counted_in_the_labels(tmp_path: Path):
    series = many(tmp_path / "five.nii", noise("i2", (6, 5, 9, 8)), 2, 3)
    assert [s.phase.label for s in series if s.phase] == [
        "1 / 1", "2 / 1", "1 / 2", "2 / 2", "1 / 3", "2 / 3",
    ]  # fmt: skip
    assert np.array_equal(read(series[5]).voxels, noise("i2", (6, 5, 9, 8))[5])


@pytest.mark.parametrize(("code", "samples"), [(128, 3), (2304, 4)])
def test_colours_are_kept_and_opacity_is_not(tmp_path: Path, code: int, samples: int):
    path = tmp_path / "color.nii"
    voxels = noise("u1", (5, 9, 8, samples))
    head = compose_header(grid((5, 9, 8)), np.dtype("<u1"))
    path.write_bytes(head + voxels.tobytes())
    patched(path, 70, "2h", code, samples * 8)
    series = scan_nifti(path)
    assert series.is_color
    volume = read(series)
    assert volume.is_color
    assert np.array_equal(volume.voxels, voxels[..., :3])
    if samples == 3:
        itk = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path)))
        assert np.array_equal(volume.voxels, itk)


@pytest.mark.parametrize(("code", "dtype"), [(32, "c8"), (1792, "c16")])
def test_complex_numbers_are_shown_by_their_magnitude(tmp_path: Path, code: int, dtype: str):
    path = tmp_path / "complex.nii"
    voxels = (noise("f4") + 1j * noise("f4")[::-1]).astype(dtype)
    path.write_bytes(compose_header(grid((5, 9, 8)), np.dtype("<f4")) + voxels.tobytes())
    series = scan_nifti(patched(path, 70, "2h", code, voxels.itemsize * 8))
    assert codes(series) == ["complex-magnitude"]
    assert np.allclose(read(series).voxels, np.abs(voxels), rtol=1e-6)


@pytest.mark.parametrize("packed", [False, True])
def test_a_pair_of_files_is_read_from_its_header(tmp_path: Path, packed: bool):
    write_nifti(tmp_path / "plain.nii", noise("i2"), GRIDS["oblique"])
    data = (tmp_path / "plain.nii").read_bytes()
    head = bytearray(data[:348])
    head[344:348] = b"ni1\0"
    struct.pack_into("<f", head, 108, 0)
    (tmp_path / "pair.hdr").write_bytes(head)
    (tmp_path / "plain.nii").unlink()
    image = tmp_path / ("pair.img.gz" if packed else "pair.img")
    image.write_bytes(gzip.compress(data[352:]) if packed else data[352:])
    series = scan_nifti(tmp_path / "pair.hdr")
    assert np.array_equal(read(series).voxels, noise("i2"))
    uid = series.series_uid
    image.write_bytes(gzip.compress(data[352:-1] + b"1") if packed else data[352:-1] + b"1")
    assert scan_nifti(tmp_path / "pair.hdr").series_uid != uid


@pytest.mark.parametrize(
    ("changes", "found", "measurable"),
    [
        ([(280, "12f", (0.8, 0, 0, -9, 0, 0.7, 0, -20, 0, 0, 2.5, 40))], ["two-positions"], True),
        ([(280, "12f", (1.6, 0, 0, -9, 0, 0.7, 0, -20, 0, 0, 2.5, 40))], ["two-positions"], False),
        (
            [
                (280, "12f", (0.8, 0, 0, -9, 0, 0.7, 0, -20, 0, 0, 2.5, 40)),
                (254, "h", (4,)),
            ],
            [],
            True,
        ),
    ],
)
def test_two_places_that_differ_are_told(plain: Path, changes: list, found: list, measurable: bool):
    for at, layout, values in changes:
        patched(plain, at, layout, *values)
    series = scan_nifti(plain)
    assert (codes(series), series.measurable) == (found, measurable)
    assert series.geometry.affine_kji_to_lps[:3, 3] == pytest.approx((9, 20, 40))


def test_a_compressed_file_that_lies_about_its_size_is_refused_unread(tmp_path: Path):
    path = tmp_path / "lie.nii.gz"
    head = bytearray(compose_header(grid((5, 9, 8)), np.dtype("<i2")))
    struct.pack_into("<8h", head, 40, 3, 32767, 32767, 100, 1, 1, 1, 1)
    path.write_bytes(gzip.compress(bytes(head) + bytes(100)))
    with pytest.raises(UnreadableError, match="cut short"):
        scan_nifti(path)


def test_of_a_pair_the_voxels_alone_are_explained_and_in_a_folder_are_quiet(tmp_path: Path):
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(noise("i2")), str(tmp_path / "pair.hdr"))
    found = scan(tmp_path)
    assert [series.description for series in found.studies[0].series] == ["pair"]
    assert found.unreadable == ()
    alone = scan(tmp_path / "pair.img")
    assert ".hdr file beside it" in str(alone.unreadable[0].why)


def test_analyze_is_named(tmp_path: Path):
    path = tmp_path / "old.hdr"
    path.write_bytes(struct.pack("<i", 348) + bytes(344))
    with pytest.raises(UnreadableError, match="Analyze"):
        scan_grid_file(path, path.read_bytes())

"""MetaImage: SimpleITK agrees on every voxel and every millimetre, and odd headers are told."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest
import SimpleITK

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import UnreadableError
from reader.core.series_kind import PhaseAxis, SeriesKind
from reader.core.study import Series
from reader.core.volume import Volume
from reader.formats.grids.grid_image import series_of
from reader.formats.grids.metaimage import is_metaimage, open_metaimage
from reader.formats.series_reader import read_series
from tests.support.dicom_writer import codes
from tests.support.grid_images import DTYPES, GRIDS, SHAPE, itk_affine, itk_image, noise, read

TYPES = {
    "i1": "MET_CHAR", "u1": "MET_UCHAR", "i2": "MET_SHORT", "u2": "MET_USHORT", "i4": "MET_INT",
    "u4": "MET_UINT", "i8": "MET_LONG_LONG", "u8": "MET_ULONG_LONG", "f4": "MET_FLOAT",
    "f8": "MET_DOUBLE",
}  # fmt: skip
HEADER = {
    "ObjectType": "Image",
    "NDims": "3",
    "BinaryData": "True",
    "BinaryDataByteOrderMSB": "False",
    "CompressedData": "False",
    "TransformMatrix": "1 0 0 0 1 0 0 0 1",
    "Offset": "10 -20 30",
    "ElementSpacing": "0.8 0.7 2.5",
    "DimSize": "8 9 5",
    "ElementType": "MET_SHORT",
}


def written(path: Path, data: bytes, place: str = "LOCAL", **changes: str | None) -> Path:
    """A file with `HEADER`, changed (None = left out), and these bytes after it."""
    fields = {key: value for key, value in (HEADER | changes).items() if value is not None}
    lines = [f"{key} = {value}" for key, value in fields.items()]
    path.write_bytes("\n".join([*lines, f"ElementDataFile = {place}\n"]).encode() + data)
    return path


def first(path: Path) -> Series:
    """The series of a file's first volume."""
    return series_of(open_metaimage(path))[0]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "image.mha"


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("ending", ["mha", "mhd"])
@pytest.mark.parametrize("packed", [False, True])
def test_what_simple_itk_writes_is_read_alike(tmp_path: Path, name: str, ending: str, packed: bool):
    path = tmp_path / f"image.{ending}"
    voxels, geometry = noise("i2"), GRIDS[name]
    SimpleITK.WriteImage(itk_image(voxels, geometry), str(path), packed)
    assert is_metaimage(path.read_bytes()[:352])
    series = first(path)
    assert series.geometry.affine_kji_to_lps == pytest.approx(geometry.affine_kji_to_lps, abs=1e-5)
    assert (codes(series), series.format, series.measurable) == ([], "metaimage", True)
    assert np.array_equal(read(series).voxels, voxels)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [False, True])
def test_every_type_and_order(target: Path, dtype: str, order: str, packed: bool):
    voxels = noise(dtype)
    data = voxels.astype(order + dtype).tobytes()
    written(
        target,
        zlib.compress(data) if packed else data,
        ElementType=TYPES[dtype],
        BinaryDataByteOrderMSB=str(order == ">"),
        CompressedData=str(packed),
    )
    found = read(first(target)).voxels
    assert found.dtype == np.dtype(DTYPES[dtype])
    assert np.array_equal(found, voxels.astype(DTYPES[dtype]))


@pytest.mark.parametrize(("dtype", "name"), [("i4", "MET_LONG"), ("u4", "MET_ULONG")])
def test_a_long_has_four_bytes(target: Path, dtype: str, name: str):
    written(target, noise(dtype).tobytes(), ElementType=name)
    assert np.array_equal(read(first(target)).voxels, noise(dtype))


@pytest.mark.parametrize(
    ("letters", "signs"), [("RAI", (1, 1, 1)), ("LPI", (-1, -1, 1)), ("RAS", (1, 1, -1))]
)
def test_letters_place_an_image_without_a_matrix(
    target: Path, letters: str, signs: tuple[int, ...]
):
    data = noise("i2").tobytes()
    written(target, data, TransformMatrix=None, AnatomicalOrientation=letters)
    series = first(target)
    assert np.diag(series.geometry.directions[:, ::-1]) == pytest.approx(signs)
    assert codes(series) == []
    written(target, data, TransformMatrix=None, AnatomicalOrientation="???")
    assert codes(first(target)) == ["no-position"]
    written(target, data, TransformMatrix=None, AnatomicalOrientation="RRR")
    assert codes(first(target)) == ["no-position"]


def test_missing_sizes_are_told(target: Path):
    for spacing in (None, "0 0 0", "1 1"):
        written(target, noise("i2").tobytes(), ElementSpacing=spacing)
        series = first(target)
        assert (codes(series), series.measurable) == (["no-spacing"], False)


def test_a_sheared_grid_is_told(target: Path):
    written(target, noise("i2").tobytes(), TransformMatrix="1 0 0 0.3 0.9 0 0 0 1")
    assert (codes(first(target)), first(target).measurable) == (
        ["sheared-grid"],
        False,
    )


@pytest.mark.parametrize("packed", [False, True])
def test_a_fourth_axis_is_time(target: Path, packed: bool):
    volumes = noise("i2", (3, *SHAPE))
    image = SimpleITK.JoinSeries([itk_image(one, GRIDS["oblique"]) for one in volumes])
    SimpleITK.WriteImage(image, str(target), packed)
    series = series_of(open_metaimage(target))
    assert [(s.phase.axis, s.phase.label) for s in series if s.phase] == [
        (PhaseAxis.TIME, "t 1"),
        (PhaseAxis.TIME, "t 2"),
        (PhaseAxis.TIME, "t 3"),
    ]
    for one, expected in zip(series, volumes, strict=True):
        assert np.array_equal(read(one).voxels, expected)
        expected_affine = GRIDS["oblique"].affine_kji_to_lps
        assert one.geometry.affine_kji_to_lps == pytest.approx(expected_affine, abs=1e-5)


@pytest.mark.parametrize("samples", [3, 4])
def test_colours(target: Path, samples: int):
    voxels = noise("u1", (*SHAPE, samples))
    SimpleITK.WriteImage(itk_image(voxels, GRIDS["axial"]), str(target))
    series = first(target)
    assert series.is_color
    assert np.array_equal(read(series).voxels, voxels[..., :3])


def test_vectors_become_one_series_for_each_component(target: Path):
    voxels = noise("f4", (*SHAPE, 3))
    SimpleITK.WriteImage(itk_image(voxels, GRIDS["axial"]), str(target))
    series = series_of(open_metaimage(target))
    assert [s.phase.label for s in series if s.phase] == ["1", "2", "3"]
    for index, one in enumerate(series):
        assert np.array_equal(read(one).voxels, voxels[..., index])


def test_a_single_picture_is_no_volume(target: Path):
    picture = noise("i2", (9, 8))
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(picture), str(target))
    series = first(target)
    assert series.kind is SeriesKind.IMAGES
    assert not series.measurable
    assert "single-slice" in codes(series)
    assert np.array_equal(read(series).voxels, picture[None])


def test_intensities_are_scaled_as_the_header_says(target: Path):
    scale = {"ElementToIntensityFunctionSlope": "0.5", "ElementToIntensityFunctionOffset": "-3"}
    written(target, noise("i2").tobytes(), **scale)
    assert np.allclose(read(first(target)).voxels, noise("i2") * 0.5 - 3)


@pytest.mark.parametrize(("size", "before"), [("7", b"1234567"), ("-1", b"whatever comes")])
def test_header_bytes_of_the_data_file_are_skipped(tmp_path: Path, size: str, before: bytes):
    (tmp_path / "v.raw").write_bytes(before + noise("i2").tobytes())
    path = written(tmp_path / "v.mhd", b"", "v.raw", HeaderSize=size)
    assert np.array_equal(read(first(path)).voxels, noise("i2"))


@pytest.mark.parametrize("name", ["../v.raw", "/etc/hostname", "link.raw", "..\\v.raw", "."])
def test_no_file_outside_the_folder_is_read(tmp_path: Path, name: str):
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "v.raw").write_bytes(noise("i2").tobytes())
    (folder / "link.raw").symlink_to(tmp_path / "v.raw")
    with pytest.raises(UnreadableError, match="outside its own folder"):
        first(written(folder / "v.mhd", b"", name))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"place": "LIST"}, "several files"),
        ({"place": "v%03d.raw 1 5 1"}, "several files"),
        ({"place": "gone.raw"}, "missing"),
        ({"ElementType": "MET_STRING"}, "type of number"),
        ({"ElementType": None}, "type of number"),
        ({"ElementNumberOfChannels": "-1"}, "type of number"),
        ({"ElementNumberOfChannels": "nan"}, "damaged"),
        ({"ElementNumberOfChannels": "1e99"}, "type of number"),
        ({"BinaryData": "False"}, "text"),
        ({"DimSize": "8 9"}, "damaged"),
        ({"DimSize": "8 9 -5"}, "damaged"),
        ({"DimSize": "65535 65535 10000"}, "cut short"),
        ({"DimSize": "100000 100000 100000"}, "damaged"),
        ({"NDims": "5", "DimSize": "8 9 5 1 2"}, "axes"),
        ({"NDims": "x"}, "damaged"),
        ({"TransformMatrix": "1 0 0"}, "damaged"),
        ({"TransformMatrix": "1 0 0 0 0 0 0 0 1"}, "damaged"),
        ({"TransformMatrix": "1 0 0 1 0 0 0 0 1"}, "damaged"),
        ({"TransformMatrix": "nan 0 0 0 1 0 0 0 1"}, "damaged"),
        ({"Offset": "inf 0 0"}, "damaged"),
        ({"Offset": "0 0"}, "damaged"),
        ({"HeaderSize": "-2"}, "damaged"),
        ({"HeaderSize": "nan"}, "damaged"),
        ({"CompressedData": "True"}, "cut short"),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_is_refused_by_name(target: Path, changes: dict, why: str):
    with pytest.raises(UnreadableError, match=why):
        read(first(written(target, noise("i2").tobytes(), **changes)))


def test_every_cut_is_refused(target: Path):
    written(target, noise("i2").tobytes())
    whole = target.read_bytes()
    for end in range(0, len(whole), 11):
        target.write_bytes(whole[:end])
        with pytest.raises(UnreadableError):
            first(target)


def test_an_endless_header_is_not_read_to_its_end(target: Path):
    target.write_bytes(b"ObjectType = Image\n" + b"Comment = x\n" * 1_000_000)
    with pytest.raises(UnreadableError, match="damaged"):
        first(target)


def test_the_slice_asked_for_comes_first(target: Path):
    voxels = noise("i2", (60, 200, 200))
    written(target, voxels.tobytes(), DimSize="200 200 60")
    seen: list[Volume] = []

    def on_first(volume: Volume) -> None:
        seen.append(volume)
        assert np.array_equal(volume.voxels[40], voxels[40])

    series = first(target)
    read_series(series, ignore_progress, CancelToken(), first_k=40, on_first=on_first)
    assert np.array_equal(seen[0].voxels, voxels)
    assert itk_affine(SimpleITK.ReadImage(str(target))) == pytest.approx(
        series.geometry.affine_kji_to_lps
    )

"""NRRD: SimpleITK agrees on every voxel and every millimetre, and odd headers are told."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import UnreadableError
from reader.core.series_kind import PhaseAxis, SeriesKind, SpacingSource
from reader.core.study import Series
from reader.core.volume import Volume
from reader.formats.grids.grid_image import series_of
from reader.formats.grids.nrrd import open_nrrd
from reader.formats.grids.nrrd_header import is_nrrd
from reader.formats.series_reader import read_series
from tests.support.dicom_writer import codes
from tests.support.grid_images import DTYPES, GRIDS, SHAPE, itk_affine, itk_image, noise, read

TYPES = {
    "i1": "signed char", "u1": "uchar", "i2": "short", "u2": "unsigned short", "i4": "int",
    "u4": "uint32_t", "i8": "long long int", "u8": "uint64", "f4": "float", "f8": "double",
}  # fmt: skip
HEADER = {
    "type": "short",
    "dimension": "3",
    "space": "left-posterior-superior",
    "sizes": "8 9 5",
    "space directions": "(0.8,0,0) (0,0.7,0) (0,0,2.5)",
    "kinds": "domain domain domain",
    "endian": "little",
    "encoding": "raw",
    "space origin": "(10,-20,30)",
}


def written(path: Path, data: bytes, pairs: str = "", **changes: str | None) -> Path:
    """A file with `HEADER`, changed (None = left out), and these bytes after it."""
    fields = HEADER | {key.replace("_", " "): value for key, value in changes.items()}
    lines = [f"{key}: {value}" for key, value in fields.items() if value is not None]
    text = "NRRD0005\n# a comment\n" + "\n".join(lines) + "\n" + pairs + "\n"
    path.write_bytes(text.encode() + data)
    return path


def first(path: Path) -> Series:
    """The series of a file's first volume."""
    return series_of(open_nrrd(path))[0]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "image.nrrd"


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("packed", [False, True])
def test_what_simple_itk_writes_is_read_alike(target: Path, name: str, packed: bool):
    voxels, geometry = noise("i2"), GRIDS[name]
    SimpleITK.WriteImage(itk_image(voxels, geometry), str(target), packed)
    assert is_nrrd(target.read_bytes()[:352])
    series = first(target)
    assert series.geometry.affine_kji_to_lps == pytest.approx(geometry.affine_kji_to_lps, abs=1e-6)
    assert (codes(series), series.format, series.measurable) == ([], "nrrd", True)
    assert np.array_equal(read(series).voxels, voxels)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("encoding", ["raw", "gzip", "bzip2"])
def test_every_type_order_and_encoding(target: Path, dtype: str, order: str, encoding: str):
    voxels = noise(dtype)
    data = voxels.astype(order + dtype).tobytes()
    data = {"raw": bytes, "gzip": gzip.compress, "bzip2": bz2.compress}[encoding](data)
    endian = "little" if order == "<" else "big"
    written(target, data, type=TYPES[dtype], endian=endian, encoding=encoding)
    found = read(first(target)).voxels
    assert found.dtype == np.dtype(DTYPES[dtype])
    assert np.array_equal(found, voxels.astype(DTYPES[dtype]))


@pytest.mark.parametrize("encoding", ["raw", "gzip"])
def test_lines_between_header_and_voxels_are_skipped(target: Path, encoding: str):
    voxels = noise("i2")
    data = {"raw": bytes, "gzip": gzip.compress}[encoding](voxels.tobytes())
    written(target, b"one\nand another\n" + data, encoding=encoding, line_skip="2")
    assert np.array_equal(read(first(target)).voxels, voxels)


@pytest.mark.parametrize(
    ("space", "signs"),
    [
        ("left-posterior-superior", (1, 1, 1)),
        ("LPS", (1, 1, 1)),
        ("right-anterior-superior", (-1, -1, 1)),
        ("RAS", (-1, -1, 1)),
        ("left-anterior-superior", (1, -1, 1)),
        ("LAS", (1, -1, 1)),
    ],
)
def test_every_space_becomes_lps(target: Path, space: str, signs: tuple[int, ...]):
    written(target, noise("i2").tobytes(), space=space)
    series = first(target)
    columns = [[0, 0, 0.8], [0, 0.7, 0], [2.5, 0, 0]]
    expected = np.diag(signs) @ np.column_stack([columns, (10, -20, 30)])
    assert series.geometry.affine_kji_to_lps[:3] == pytest.approx(expected)
    itk = itk_affine(SimpleITK.ReadImage(str(target)))
    assert series.geometry.affine_kji_to_lps == pytest.approx(itk)
    assert codes(series) == []


def test_a_space_that_is_no_patient_is_told(target: Path):
    for change in ({"space": "scanner-xyz"}, {"space": None, "space_dimension": "3"}):
        written(target, noise("i2").tobytes(), **change)
        series = first(target)
        assert (codes(series), series.measurable) == (["no-position"], True)


def test_spacings_alone_measure_but_do_not_place(target: Path):
    gone = {"space": None, "space_directions": None, "space_origin": None}
    written(target, noise("i2").tobytes(), **gone, spacings="0.8 0.7 2.5")
    series = first(target)
    assert (codes(series), series.measurable) == (["no-position"], True)
    assert series.geometry.spacing_kji_mm == pytest.approx((2.5, 0.7, 0.8))
    for spacings in (None, "0.8 0.7", "0.8 nan 2.5", "0.8 0 2.5"):
        written(target, noise("i2").tobytes(), **gone, spacings=spacings)
        series = first(target)
        assert (codes(series), series.measurable) == (["no-spacing", "no-position"], False)
        assert series.spacing_source is SpacingSource.NONE


def test_a_sheared_grid_and_strange_units_are_told(target: Path):
    written(target, noise("i2").tobytes(), space_directions="(0.8,0.3,0) (0,0.7,0) (0,0,2.5)")
    assert (codes(first(target)), first(target).measurable) == (["sheared-grid"], False)
    written(target, noise("i2").tobytes(), space_units='"cm" "cm" "cm"')
    assert first(target).geometry.spacing_kji_mm == pytest.approx((25, 7, 8))
    written(target, noise("i2").tobytes(), space_units='"pixel" "pixel" "pixel"')
    assert (codes(first(target)), first(target).measurable) == (["no-spacing"], False)


@pytest.mark.parametrize("place", [0, 1, 2, 3])
@pytest.mark.parametrize("encoding", ["raw", "gzip"])
def test_a_list_of_volumes_becomes_phases_wherever_its_axis_is(
    target: Path, place: int, encoding: str
):
    volumes = noise("i2", (3, *SHAPE))
    stored = np.moveaxis(volumes, 0, 3 - place).tobytes()
    sizes = ["8", "9", "5"]
    directions = ["(0.8,0,0)", "(0,0.7,0)", "(0,0,2.5)"]
    kinds = ["domain"] * 3
    for words, word in ((sizes, "3"), (directions, "none"), (kinds, "list")):
        words.insert(place, word)
    written(
        target,
        gzip.compress(stored) if encoding == "gzip" else stored,
        dimension="4",
        sizes=" ".join(sizes),
        space_directions=" ".join(directions),
        kinds=" ".join(kinds),
        encoding=encoding,
    )
    series = series_of(open_nrrd(target))
    assert [s.phase.label for s in series if s.phase] == ["1", "2", "3"]
    assert len({s.key for s in series}) == 3
    for one, expected in zip(series, volumes, strict=True):
        assert np.array_equal(read(one).voxels, expected)


def test_four_axes_that_simple_itk_writes(target: Path):
    volumes = noise("i2", (3, *SHAPE))
    image = SimpleITK.JoinSeries([itk_image(one, GRIDS["oblique"]) for one in volumes])
    SimpleITK.WriteImage(image, str(target))
    series = series_of(open_nrrd(target))
    for one, expected in zip(series, volumes, strict=True):
        assert np.array_equal(read(one).voxels, expected)
        # In four dimensions it does not write which world this is.
        assert (codes(one), one.measurable) == (["no-position"], True)
        expected_affine = GRIDS["oblique"].affine_kji_to_lps
        assert one.geometry.affine_kji_to_lps == pytest.approx(expected_affine, abs=1e-6)


def test_time_and_b_values_are_named(target: Path):
    four = {
        "dimension": "4",
        "sizes": "8 9 5 2",
        "space_directions": "(0.8,0,0) (0,0.7,0) (0,0,2.5) none",
        "kinds": "domain domain domain time",
    }
    data = noise("i2", (2, *SHAPE)).tobytes()
    series = series_of(open_nrrd(written(target, data, **four)))
    assert [(s.phase.axis, s.phase.label) for s in series if s.phase] == [
        (PhaseAxis.TIME, "t 1"),
        (PhaseAxis.TIME, "t 2"),
    ]
    pairs = (
        "modality:=DWMRI\nDWMRI_b-value:=1000\n"
        "DWMRI_gradient_0000:=0 0 0\nDWMRI_gradient_0001:=0 1.0 0\n"
    )
    series = series_of(open_nrrd(written(target, data, pairs, **four)))
    assert [s.phase.label for s in series if s.phase] == ["b 0", "b 1000"]


@pytest.mark.parametrize(("kind", "samples"), [("RGB-color", 3), ("RGBA-color", 4), ("vector", 3)])
def test_colours(target: Path, kind: str, samples: int):
    voxels = noise("u1", (*SHAPE, samples))
    written(
        target,
        voxels.tobytes(),
        type="uchar",
        dimension="4",
        sizes=f"{samples} 8 9 5",
        space_directions="none " + HEADER["space directions"],
        kinds=f"{kind} domain domain domain",
    )
    series = first(target)
    assert series.is_color
    assert np.array_equal(read(series).voxels, voxels[..., :3])


def test_colours_that_simple_itk_writes(target: Path):
    voxels = noise("u1", (*SHAPE, 3))
    SimpleITK.WriteImage(itk_image(voxels, GRIDS["oblique"]), str(target))
    series = first(target)
    assert np.array_equal(read(series).voxels, voxels)
    expected = GRIDS["oblique"].affine_kji_to_lps
    assert series.geometry.affine_kji_to_lps == pytest.approx(expected, abs=1e-6)


def test_complex_numbers_are_shown_by_their_magnitude(target: Path):
    voxels = (noise("f4") + 1j * noise("f4")[::-1]).astype("c8")
    written(
        target,
        voxels.tobytes(),
        type="float",
        dimension="4",
        sizes="2 8 9 5",
        space_directions="none " + HEADER["space directions"],
        kinds="complex domain domain domain",
    )
    series = first(target)
    assert codes(series) == ["complex-magnitude"]
    assert np.allclose(read(series).voxels, np.abs(voxels), rtol=1e-6)


def test_a_single_picture_is_no_volume(target: Path):
    picture = noise("i2", (9, 8))
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(picture), str(target))
    series = first(target)
    assert series.kind is SeriesKind.IMAGES
    assert not series.measurable
    assert "single-slice" in codes(series)
    assert np.array_equal(read(series).voxels, picture[None])


@pytest.mark.parametrize("packed", [False, True])
def test_voxels_in_a_file_beside(tmp_path: Path, packed: bool):
    voxels = noise("i2")
    path = tmp_path / "image.nhdr"
    SimpleITK.WriteImage(itk_image(voxels, GRIDS["coronal"]), str(path), packed)
    assert len(list(tmp_path.iterdir())) == 2
    series = first(path)
    assert np.array_equal(read(series).voxels, voxels)
    other = tmp_path / "other"
    other.mkdir()
    SimpleITK.WriteImage(itk_image(voxels + 1, GRIDS["coronal"]), str(other / path.name), packed)
    assert first(other / path.name).series_uid != series.series_uid


@pytest.mark.parametrize(
    ("skips", "before", "after"),
    [
        ({"byte_skip": "7"}, b"1234567", b""),
        ({"line_skip": "2"}, b"one\ntwo\n", b""),
        ({"line_skip": "1", "byte_skip": "3"}, b"one\n123", b""),
        ({"byte_skip": "-1"}, b"whatever comes before", b""),
        ({}, b"", b"more"),
    ],
)
def test_skips(tmp_path: Path, skips: dict[str, str], before: bytes, after: bytes):
    (tmp_path / "v.raw").write_bytes(before + noise("i2").tobytes() + after)
    path = written(tmp_path / "v.nhdr", b"", data_file="v.raw", **skips)
    assert np.array_equal(read(first(path)).voxels, noise("i2"))


@pytest.mark.parametrize("name", ["../v.raw", "/etc/hostname", "link.raw", "..\\v.raw", ".", ""])
def test_no_file_outside_the_folder_is_read(tmp_path: Path, name: str):
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "v.raw").write_bytes(noise("i2").tobytes())
    (folder / "link.raw").symlink_to(tmp_path / "v.raw")
    with pytest.raises(UnreadableError, match="outside its own folder"):
        first(written(folder / "v.nhdr", b"", data_file=name))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"encoding": "ascii"}, "encoding"),
        ({"encoding": None}, "encoding"),
        ({"type": "block"}, "type of number"),
        ({"endian": None}, "order"),
        ({"sizes": "8 9"}, "damaged"),
        ({"sizes": "8 9 -5"}, "damaged"),
        ({"sizes": "8 9 five"}, "damaged"),
        ({"sizes": "100000 100000 100000"}, "damaged"),
        ({"sizes": "65535 65535 10000"}, "cut short"),
        ({"dimension": "99"}, "damaged"),
        ({"space_directions": "(1,0,0) (0,1,0)"}, "damaged"),
        ({"space_directions": "(1,0,0) (0,1,0) (0,0,0)"}, "damaged"),
        ({"space_directions": "(1,0,0) (0,1,0) (1,0,0)"}, "damaged"),
        ({"space_directions": "(1,0,0) (0,1,0) (0,0,nan)"}, "damaged"),
        ({"space_directions": "(1,0,0) (0,1,0) (0,x,1)"}, "damaged"),
        ({"space_directions": "(1,0,0) (0,1,0) (0,0,1"}, "damaged"),
        ({"space_origin": "(inf,0,0)"}, "damaged"),
        ({"space_origin": "(0,0,0) (0,0,0)"}, "damaged"),
        ({"byte_skip": "-7"}, "damaged"),
        ({"data_file": "LIST"}, "several files"),
        ({"data_file": "v%03d.raw 1 5 1"}, "several files"),
        ({"data_file": "gone.raw"}, "missing"),
        ({"dimension": "5", "sizes": "2 2 8 9 5", "space_directions": None}, "axes"),
        ({"encoding": "gzip"}, "cut short"),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_is_refused_by_name(target: Path, changes: dict, why: str):
    with pytest.raises(UnreadableError, match=why):
        first(written(target, noise("i2").tobytes(), **changes))


def test_every_cut_is_refused(target: Path):
    written(target, noise("i2").tobytes())
    whole = target.read_bytes()
    for end in range(0, len(whole), 11):
        target.write_bytes(whole[:end])
        with pytest.raises(UnreadableError):
            first(target)


def test_an_endless_header_is_not_read_to_its_end(target: Path):
    target.write_bytes(b"NRRD0004\n" + b"# padding\n" * 1_000_000)
    with pytest.raises(UnreadableError, match="damaged"):
        first(target)
    target.write_bytes(b"NRRD0004\n" + b"x" * 9_000_000)
    with pytest.raises(UnreadableError, match="damaged"):
        first(target)


def test_the_slice_asked_for_comes_first(target: Path):
    voxels = noise("i2", (60, 200, 200))
    written(target, voxels.tobytes(), sizes="200 200 60")
    seen: list[Volume] = []

    def on_first(volume: Volume) -> None:
        seen.append(volume)
        assert np.array_equal(volume.voxels[40], voxels[40])
        assert not volume.voxels[0].any()

    series = first(target)
    read_series(series, ignore_progress, CancelToken(), first_k=40, on_first=on_first)
    assert np.array_equal(seen[0].voxels, voxels)


@pytest.mark.parametrize(
    "name",
    [
        "mr_tumour_pyradiomics_brain1/image.nrrd",
        "mr_tumour_pyradiomics_brain1/label.nrrd",
        "dicom_zoo/seg/23x38x3/nrrd/label.nrrd",
    ],
)
def test_real_files_are_read_as_simple_itk_reads_them(real_data: Callable[[str], Path], name: str):
    path = real_data(name)
    image = SimpleITK.ReadImage(str(path))
    series = first(path)
    assert series.geometry.affine_kji_to_lps == pytest.approx(itk_affine(image), abs=1e-6)
    assert np.array_equal(read(series).voxels, SimpleITK.GetArrayFromImage(image))
    assert codes(series) == []

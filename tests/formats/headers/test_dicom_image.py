"""What one image's header says: samples, padding, windows, spacing, and where bytes lie."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset

from reader.core.errors import UnreadableError
from reader.core.intensity import WindowFunction, WindowLevel
from reader.core.series_kind import SpacingSource
from reader.formats.headers.dicom_image import is_multi_frame, read_slice
from reader.formats.headers.dicom_parse import read_header
from reader.formats.headers.dicom_slice import DicomSlice
from tests.support.dicom_writer import edit_file, write_ct

STORAGE = "1.2.840.10008.5.1.4.1.1."
Edit = Callable[[Dataset], None]
WIDTH, HEIGHT = 36, 40
PIXELS = WIDTH * HEIGHT


def one(folder: Path, edit: Edit, frames: int = 1) -> DicomSlice:
    """The slice of a CT file that `edit` made into something else."""
    path = write_ct(folder, keep=lambda k: k == 0)[0]
    edit_file(path, edit)
    return read_slice(read_header(path), frames)


def give(**values: object) -> Edit:
    """Sets elements by keyword; None removes one, an empty text of a UID leaves it empty."""

    def edit(ds: Dataset) -> None:
        for keyword, value in values.items():
            if value is None:
                delattr(ds, keyword)
            else:
                setattr(ds, keyword, value)

    return edit


def colored(photometric: str, bytes_per_pixel: int = 3, planar: int = 0) -> Edit:
    def edit(ds: Dataset) -> None:
        ds.SamplesPerPixel, ds.PlanarConfiguration = 3, planar
        ds.PhotometricInterpretation = photometric
        ds.BitsAllocated = ds.BitsStored = 8
        ds.HighBit, ds.PixelRepresentation = 7, 0
        ds.PixelData = bytes(PIXELS * bytes_per_pixel)

    return edit


@pytest.mark.parametrize(
    ("photometric", "bytes_per_pixel"),
    [("RGB", 3), ("YBR_FULL", 3), ("YBR_FULL_422", 2), ("YBR_RCT", 3), ("YBR_ICT", 3)],
)
def test_colour_has_three_samples(tmp_path: Path, photometric: str, bytes_per_pixel: int):
    found = one(tmp_path, colored(photometric, bytes_per_pixel, planar=1))
    pixels = found.pixels
    assert (pixels.samples, pixels.planar, pixels.is_color) == (3, True, True)
    assert pixels.photometric == photometric
    assert found.fragments[0][1] == PIXELS * bytes_per_pixel
    assert found.windows == ()


def test_bits_stored_in_few_of_many(tmp_path: Path):
    found = one(tmp_path, give(BitsStored=12, HighBit=11, PixelRepresentation=1)).pixels
    assert (found.bits_allocated, found.bits_stored, found.high_bit) == (16, 12, 11)
    assert found.signed
    assert found.stored_range == (-2048, 2047)


@pytest.mark.parametrize("bits", [8, 32, 64])
def test_samples_of_other_sizes(tmp_path: Path, bits: int):
    edit = give(
        BitsAllocated=bits, BitsStored=bits, HighBit=bits - 1, PixelData=bytes(PIXELS * bits // 8)
    )
    found = one(tmp_path, edit)
    assert found.pixels.bits_allocated == bits
    assert found.fragments[0][1] == PIXELS * bits // 8


@pytest.mark.parametrize(
    ("keyword", "vr", "bits"), [("FloatPixelData", "OF", 32), ("DoubleFloatPixelData", "OD", 64)]
)
def test_float_pixels_have_their_own_element(tmp_path: Path, keyword: str, vr: str, bits: int):
    values = np.arange(PIXELS, dtype=f"<f{bits // 8}")

    def edit(ds: Dataset) -> None:
        del ds.PixelData
        ds.add_new(keyword, vr, values.tobytes())

    found = one(tmp_path, edit)
    assert (found.pixels.real, found.pixels.bits_allocated) == (True, bits)
    ((offset, length),) = found.fragments
    data = found.path.read_bytes()[offset : offset + length]
    assert np.array_equal(np.frombuffer(data, values.dtype), values)


def test_single_bits_are_packed(tmp_path: Path):
    edit = give(
        BitsAllocated=1, BitsStored=1, HighBit=0, Columns=35, PixelData=bytes(-(-35 * HEIGHT // 8))
    )
    found = one(tmp_path, edit)
    assert found.pixels.bits_allocated == 1
    assert found.fragments[0][1] == 35 * HEIGHT // 8


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (give(PhotometricInterpretation="CMYK"), "kind CMYK are not supported"),
        (give(PhotometricInterpretation="PALETTE COLOR", SamplesPerPixel=3), "contradicts"),
        (give(BitsAllocated=24), "Pixels of 24 bits"),
        (give(BitsStored=17), "Pixels of 16 bits"),
        (give(Rows=65_535, Columns=65_535, NumberOfFrames=10_000), "which no file holds"),
        (give(Columns=37), "2880 of 2960 bytes"),
    ],
)
def test_what_cannot_be_right_is_refused_before_anything_is_allocated(
    tmp_path: Path, edit: Edit, why: str
):
    with pytest.raises(UnreadableError, match=why):
        one(tmp_path, edit, frames=10_000 if "no file" in why else 1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"PixelPaddingValue": 63536, "PixelRepresentation": 1}, (-2000, -2000)),
        ({"PixelPaddingValue": 63536, "PixelRepresentation": 0}, (63536, 63536)),
        ({"PixelPaddingValue": 20, "PixelPaddingRangeLimit": 0}, (0, 20)),
        ({"PixelPaddingValue": 4000, "PixelPaddingRangeLimit": 4095}, (4000, 4095)),
    ],
)
def test_padding_has_the_pixels_sign_and_may_be_a_range(
    tmp_path: Path, values: dict[str, int], expected: tuple[int, int]
):
    representation = values.pop("PixelRepresentation", 0)

    def edit(ds: Dataset) -> None:
        ds.PixelRepresentation = representation
        for keyword, value in values.items():
            ds.add_new(keyword, "US", value)

    assert one(tmp_path, edit).padding == expected


def test_windows_have_a_function_and_a_name(tmp_path: Path):
    edit = give(
        WindowCenter=[40, 40, -600],
        WindowWidth=[400, 400, 1500],
        WindowCenterWidthExplanation=["Brust", "twice", "Lunge"],
    )
    linear = WindowFunction.LINEAR
    assert one(tmp_path / "a", edit).windows == (
        WindowLevel(40, 400, linear, None, "Brust"),
        WindowLevel(-600, 1500, linear, None, "Lunge"),
    )
    for number, function in enumerate(("LINEAR_EXACT", "SIGMOID")):
        edit = give(WindowCenter=40, WindowWidth=400, VOILUTFunction=function)
        (window,) = one(tmp_path / f"b{number}", edit).windows
        assert window.function.value == function
    (narrow,) = one(tmp_path / "c", give(WindowCenter=0.1, WindowWidth=0.5)).windows
    assert narrow.function is WindowFunction.LINEAR_EXACT


CT, DX, CAPTURE = f"{STORAGE}2", f"{STORAGE}1.1", f"{STORAGE}7"


@pytest.mark.parametrize(
    ("values", "spacing", "source"),
    [
        ({"SOPClassUID": CT}, (0.7, 0.8), SpacingSource.PATIENT),
        ({"SOPClassUID": DX}, (0.7, 0.8), SpacingSource.DETECTOR),
        (
            {"SOPClassUID": DX, "ImagerPixelSpacing": [0.7, 0.8]},
            (0.7, 0.8),
            SpacingSource.DETECTOR,
        ),
        (
            {"SOPClassUID": DX, "ImagerPixelSpacing": [0.75, 0.85]},
            (0.7, 0.8),
            SpacingSource.PATIENT,
        ),
        (
            {"SOPClassUID": DX, "PixelSpacingCalibrationType": "FIDUCIAL"},
            (0.7, 0.8),
            SpacingSource.PATIENT,
        ),
        (
            {"SOPClassUID": DX, "PixelSpacing": None, "ImagerPixelSpacing": [0.1, 0.2]},
            (0.1, 0.2),
            SpacingSource.DETECTOR,
        ),
        (
            {"SOPClassUID": CAPTURE, "PixelSpacing": None, "NominalScannedPixelSpacing": [1, 2]},
            (1, 2),
            SpacingSource.DETECTOR,
        ),
        ({"SOPClassUID": CAPTURE, "Modality": "CR"}, (0.7, 0.8), SpacingSource.DETECTOR),
        ({"SOPClassUID": CAPTURE, "PixelSpacing": None}, None, SpacingSource.NONE),
        ({"SOPClassUID": CT, "PixelSpacing": [0, 1]}, None, SpacingSource.NONE),
    ],
)
def test_what_a_distance_means(
    tmp_path: Path,
    values: dict[str, object],
    spacing: tuple[float, float] | None,
    source: SpacingSource,
):
    found = one(tmp_path, give(**values))
    assert (found.spacing_mm, found.spacing_source) == (spacing, source)


def test_files_of_several_frames_are_told_from_slices(tmp_path: Path):
    paths = iter(write_ct(tmp_path))
    for values, expected in (
        ({}, False),
        ({"NumberOfFrames": 1}, False),
        ({"NumberOfFrames": 2}, True),
        ({"SOPClassUID": f"{STORAGE}4.1"}, True),
        ({"SOPClassUID": f"{STORAGE}30"}, True),
    ):
        path = next(paths)
        edit_file(path, give(**values))
        assert is_multi_frame(read_header(path)) is expected


def test_uncompressed_frames_follow_each_other(tmp_path: Path):
    from reader.formats.headers.dicom_image import frame_fragments

    path = write_ct(tmp_path, keep=lambda k: k == 0)[0]
    edit_file(path, give(NumberOfFrames=3, PixelData=bytes(6 * PIXELS)))
    header = read_header(path)
    starts = [fragments[0][0] for fragments in frame_fragments(header, 2 * PIXELS, 3)]
    assert {b - a for a, b in itertools.pairwise(starts)} == {2 * PIXELS}
    with pytest.raises(UnreadableError, match="cut short"):
        frame_fragments(header, 2 * PIXELS, 4)

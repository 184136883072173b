"""Lookup tables, palettes, overlays and ultrasound regions, as files hold them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset

from reader.core.errors import UnreadableError
from reader.core.intensity import WindowFunction
from reader.core.series_kind import SpacingSource
from reader.formats.headers.dicom_image import read_slice
from reader.formats.headers.dicom_parse import read_header
from reader.formats.headers.dicom_slice import DicomSlice
from tests.support.dicom_writer import edit_file, write_ct

Edit = Callable[[Dataset], None]
FindCase = Callable[[str], Path]
COLORS = ("Red", "Green", "Blue")


def one(folder: Path, edit: Edit) -> DicomSlice:
    path = write_ct(folder, keep=lambda k: k == 0)[0]
    edit_file(path, edit)
    return read_slice(read_header(path))


def lookup(descriptor: list[int], data: bytes, **more: object) -> Dataset:
    """An item of a LUT sequence."""
    item = Dataset()
    item.add_new("LUTDescriptor", "US", descriptor)
    item.add_new("LUTData", "OW", data)
    for keyword, value in more.items():
        setattr(item, keyword, value)
    return item


def test_a_modality_table_takes_the_place_of_slope_and_intercept(tmp_path: Path):
    entries = np.arange(4, dtype="<u2") * 1000

    def edit(ds: Dataset) -> None:
        ds.ModalityLUTSequence = [lookup([4, 0xFFFE, 16], entries.tobytes(), ModalityLUTType="OD")]
        ds.PixelRepresentation = 1

    found = one(tmp_path, edit)
    assert found.table is not None
    assert (found.table.first_stored, found.table.kind) == (-2, "OD")
    assert found.table.entries == entries.tobytes()
    assert (found.slope, found.intercept, found.rescaled) == (1.0, 0.0, True)


def test_a_damaged_modality_table_is_refused_and_a_damaged_curve_is_left_out(tmp_path: Path):
    def broken(ds: Dataset) -> None:
        ds.ModalityLUTSequence = [lookup([400, 0, 16], b"\0\0")]

    with pytest.raises(UnreadableError, match="lookup table in the header is damaged"):
        one(tmp_path / "a", broken)

    def curve(ds: Dataset) -> None:
        ds.VOILUTSequence = [
            lookup([3, 0, 12], np.array([0, 9, 4095], "<u2").tobytes(), LUTExplanation="A"),
            lookup([400, 0, 16], b"\0\0"),
        ]

    windows = one(tmp_path / "b", curve).windows
    assert [w.name for w in windows if w.function is WindowFunction.TABLE] == ["A"]


@pytest.mark.parametrize("items", [0, 1])
def test_a_lookup_table_that_nobody_filled_in_is_none(tmp_path: Path, items: int):
    """Some programs write every element of a module, without a value."""

    def blank(ds: Dataset) -> None:
        ds.ModalityLUTSequence, ds.VOILUTSequence = [], []
        for _ in range(items):
            form = Dataset()
            for element in (0x3002, 0x3006):
                form.add_new(0x0028_0000 | element, "US", None)
            ds.ModalityLUTSequence.append(form)
            ds.VOILUTSequence.append(form)

    found = one(tmp_path, blank)
    assert found.table is None
    assert all(w.function is not WindowFunction.TABLE for w in found.windows)


@pytest.mark.parametrize("packed", [True, False])
def test_a_curve_is_a_window_and_stands_before_the_numbers(tmp_path: Path, packed: bool):
    entries = np.array([0, 10, 200, 255])
    data = entries.astype(np.uint8 if packed else "<u2").tobytes()

    def edit(ds: Dataset) -> None:
        ds.VOILUTSequence = [lookup([4, 65436, 8], data)]
        ds.WindowCenter, ds.WindowWidth = 40, 400

    first, second = one(tmp_path, edit).windows
    assert first.table is not None
    # The rescale intercept is negative, so the first value may be.
    assert (first.table.first_value, first.table.bits) == (-100.0, 8)
    assert np.frombuffer(first.table.entries, "<u2").tolist() == entries.tolist()
    assert (second.center, second.width) == (40, 400)


def palette(ds: Dataset, descriptor: list[int], data: dict[str, bytes], kind: str = "") -> None:
    ds.PhotometricInterpretation = "PALETTE COLOR"
    for color, values in data.items():
        name = f"{color}PaletteColorLookupTable"
        ds.add_new(f"{name}Descriptor", "US", descriptor)
        ds.add_new(f"{kind}{name}Data", "OW", values)


def test_a_palette_becomes_bytes_of_red_green_and_blue(tmp_path: Path):
    def edit(ds: Dataset) -> None:
        palette(
            ds,
            [3, 5, 16],
            {
                color: (np.array([0, 128, 255], "<u2") * 257 // scale).astype("<u2").tobytes()
                for color, scale in (("Red", 1), ("Green", 2), ("Blue", 4))
            },
        )

    found = one(tmp_path, edit)
    assert found.palette is not None
    assert found.pixels.is_color
    assert found.palette.first_stored == 5
    rgb = np.frombuffer(found.palette.rgb, np.uint8).reshape(-1, 3)
    assert rgb.tolist() == [[0, 0, 0], [128, 64, 32], [255, 127, 63]]


def test_a_segmented_palette_is_expanded(tmp_path: Path):
    # discrete 2, linear 4 up to 60000, the first two again
    words = np.array([0, 2, 0, 10000, 1, 4, 60000, 2, 1, 0, 0], "<u2")

    def edit(ds: Dataset) -> None:
        palette(
            ds, [8, 0, 16], dict.fromkeys(("Red", "Green", "Blue"), words.tobytes()), "Segmented"
        )

    found = one(tmp_path, edit)
    assert found.palette is not None
    expected = np.array([0, 10000, 22500, 35000, 47500, 60000, 0, 10000]) >> 8
    assert found.palette.rgb[::3] == bytes(expected.tolist())


@pytest.mark.parametrize("words", [[], [1, 5, 9], [7, 7, 7], [0, 90, 1], [2, 9, 0, 0]])
def test_a_damaged_palette_is_refused(tmp_path: Path, words: list[int]):
    def edit(ds: Dataset) -> None:
        data = np.array(words, "<u2").tobytes()
        palette(ds, [8, 0, 16], dict.fromkeys(COLORS, data), "Segmented")

    with pytest.raises(UnreadableError, match="palette in the header is damaged"):
        one(tmp_path, edit)


def test_a_palette_that_is_missing_is_named(tmp_path: Path):
    def edit(ds: Dataset) -> None:
        ds.PhotometricInterpretation = "PALETTE COLOR"

    with pytest.raises(UnreadableError, match="palette is missing"):
        one(tmp_path, edit)


def overlay(ds: Dataset, group: int, rows: int, columns: int, data: bytes | None) -> None:
    ds.add_new((group, 0x10), "US", rows)
    ds.add_new((group, 0x11), "US", columns)
    ds.add_new((group, 0x40), "CS", "G")
    ds.add_new((group, 0x50), "SS", [3, -1])
    ds.add_new((group, 0x100), "US", 1 if data is not None else 16)
    ds.add_new((group, 0x102), "US", 0 if data is not None else 12)
    if data is not None:
        ds.add_new((group, 0x3000), "OW", data)


def test_overlays_lie_apart_or_in_a_bit_of_the_pixels(tmp_path: Path):
    def edit(ds: Dataset) -> None:
        overlay(ds, 0x6000, 4, 5, b"\xff\x0f\x01\0")
        overlay(ds, 0x6002, 40, 36, None)
        overlay(ds, 0x6004, 4000, 5, b"\0\0")  # cut short

    first, second = one(tmp_path, edit).overlays
    assert (first.rows, first.columns, first.origin) == (4, 5, (2, -2))
    assert (first.packed, first.embedded_bit) == (b"\xff\x0f\x01", None)
    assert (second.packed, second.embedded_bit) == (b"", 12)


def region(delta: float, units: int = 3, spatial: int = 1) -> Dataset:
    ds = Dataset()
    ds.RegionSpatialFormat, ds.RegionDataType, ds.RegionFlags = spatial, 1, 0
    ds.PhysicalUnitsXDirection = ds.PhysicalUnitsYDirection = units
    ds.PhysicalDeltaX, ds.PhysicalDeltaY = delta, -2 * delta
    return ds


@pytest.mark.parametrize(
    ("regions", "spacing"),
    [
        ([region(0.02)], (0.4, 0.2)),
        ([region(0.02), region(0.9, spatial=3)], (0.4, 0.2)),
        ([region(0.02), region(0.03)], None),
        ([region(0.02, units=4)], None),
        ([region(0.0)], None),
        ([Dataset()], None),
    ],
)
def test_an_ultrasound_image_is_calibrated_by_its_regions(
    tmp_path: Path, regions: list[Dataset], spacing: tuple[float, float] | None
):
    def edit(ds: Dataset) -> None:
        ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.6.1"
        del ds.PixelSpacing
        ds.SequenceOfUltrasoundRegions = regions

    found = one(tmp_path, edit)
    assert found.spacing_mm == (None if spacing is None else pytest.approx(spacing))
    expected = SpacingSource.NONE if spacing is None else SpacingSource.ULTRASOUND
    assert found.spacing_source is expected


def test_real_files_with_tables(real_data: FindCase):
    zoo = real_data("dicom_zoo")

    def read(name: str) -> DicomSlice:
        return read_slice(read_header(zoo / name))

    table = read("pixel_types/mlut_18.dcm").table
    assert table is not None
    assert (table.first_stored, len(table.entries) // 2) == (-2048, 4096)
    (window,) = read("pixel_types/vlut_04.dcm").windows
    assert window.table is not None
    assert window.table.count == 256
    calibrated = read("pixel_types/examples_palette.dcm")
    assert calibrated.spacing_mm == pytest.approx((0.2623, 0.2623), abs=1e-4)
    assert calibrated.palette is not None
    (plane,) = read("pixel_types/examples_overlay.dcm").overlays
    assert (plane.rows, plane.columns, len(plane.packed)) == (300, 484, 18150)

"""Voxels: every transfer syntax, every way of storing them, one slice first, and cancel."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID

from reader.core.cancel import CancelToken, Progress, ignore_progress
from reader.core.errors import Cancelled, UnreadableError
from reader.core.intensity import IntensityUnit
from reader.core.study import InstanceRef, Series, WarningCode
from reader.core.volume import Volume
from reader.formats.pixels.dicom_volume import outward_steps
from reader.formats.series_reader import read_series
from tests.support.dicom_writer import (
    Edit,
    codes,
    ct_volume,
    edit_file,
    grid,
    only_series,
    scan,
    set_stored,
    write_ct,
)


def read(series: Series) -> Volume:
    return read_series(series, ignore_progress, CancelToken())


@pytest.mark.parametrize(
    "syntax", ["explicit", "implicit", "deflated", "rle", "jpegls", "j2k", "jpegll"]
)
def test_every_transfer_syntax_gives_the_voxels_back(tmp_path: Path, syntax: str):
    truth = ct_volume()
    write_ct(tmp_path, truth, transfer_syntax=syntax)
    volume = read(only_series(tmp_path))
    assert volume.voxels.dtype == np.int16
    assert np.array_equal(volume.voxels, truth.voxels)
    assert volume.unit is IntensityUnit.HU
    windows = [(w.center, w.width) for w in truth.windows]
    assert [(w.center, w.width) for w in volume.windows] == windows
    assert volume.geometry.same_grid(truth.geometry)


def test_twelve_bits_packed_without_gaps_open(tmp_path: Path):
    """As the first scanners wrote them: two samples in three bytes."""
    path = write_ct(tmp_path, keep=lambda k: k == 0)[0]
    truth = np.arange(40 * 48, dtype=np.uint16).reshape(40, 48)

    def pack(ds: Dataset) -> None:
        ds.Rows, ds.Columns = truth.shape
        ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 12, 12, 11, 0
        ds.RescaleIntercept = 0
        bits = (truth.reshape(-1)[:, None] >> np.arange(12)) & 1
        ds.PixelData = np.packbits(bits.reshape(-1), bitorder="little").tobytes()

    edit_file(path, pack)
    volume = read(only_series(path))
    assert np.array_equal(volume.voxels[0], truth)


def test_big_endian_gives_the_voxels_back(tmp_path: Path):
    for path in write_ct(tmp_path):
        ds = pydicom.dcmread(path)
        ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
        ds.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.2")
        dcmwrite(path, ds, implicit_vr=False, little_endian=False, overwrite=True)
    volume = read(only_series(tmp_path))
    assert volume.voxels.dtype == np.int16
    assert np.array_equal(volume.voxels, ct_volume().voxels)


STORED = {
    # stored type and bits, slope, intercept, unit -> the type of the volume
    "ct 12 bit": ("u2", 12, 1, -1024, "HU", np.int16),
    "ct 16 bit signed with padding": ("i2", 16, 1, -1024, "HU", np.int16),
    "ct 16 bit unsigned": ("u2", 16, 1, -1024, "HU", np.int32),
    "signed 12 bit": ("i2", 12, 1, 0, "HU", np.int16),
    "mr 16 bit unsigned": ("u2", 16, 1, 0, "US", np.uint16),
    "8 bit": ("u1", 8, 1, 0, "US", np.int16),
    "8 bit signed": ("i1", 8, 1, -5, "US", np.int16),
    "32 bit": ("i4", 32, 1, 0, "US", np.int32),
    "32 bit unsigned": ("u4", 32, 1, 0, "US", np.float32),
    "slope": ("u2", 12, 0.25, -10, "US", np.float32),
    "fraction of an intercept": ("i2", 16, 1, 0.5, "US", np.float32),
}


@pytest.mark.parametrize("case", STORED)
@pytest.mark.parametrize("compressed", [False, True], ids=["direct", "decoded"])
def test_however_values_are_stored_they_come_out_right(tmp_path: Path, case: str, compressed: bool):
    kind, bits, slope, intercept, unit, expected_type = STORED[case]
    dtype = np.dtype(kind)
    if compressed and dtype.itemsize > 2:
        pytest.skip("RLE of 32 bits is not written by scanners")
    low, high = (-(1 << bits - 1), 1 << bits - 1) if dtype.kind == "i" else (0, 1 << bits)
    if case.startswith("ct 16 bit signed"):
        low = -31_000
    rng = np.random.default_rng(3)
    stored = rng.integers(low, high, (7, 40, 36)).astype(dtype)
    stored[0, 0, :2] = low, high - 1

    def edit(ds: Dataset, k: int) -> None:
        set_stored(ds, stored[k])
        ds.BitsStored, ds.HighBit = bits, bits - 1
        ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType = slope, intercept, unit
        if compressed:
            ds.compress("1.2.840.10008.1.2.5", generate_instance_uid=False)

    write_ct(tmp_path, edit=edit)
    volume = read(only_series(tmp_path))
    assert volume.voxels.dtype == expected_type
    truth = stored.astype(np.float64) * slope + intercept
    assert np.array_equal(volume.voxels, truth.astype(expected_type))


def test_ct_below_any_meaning_is_clipped_not_wrapped(tmp_path: Path):
    stored = np.full((40, 36), -32768, np.int16)
    write_ct(tmp_path, edit=lambda ds, _k: set_stored(ds, stored))
    volume = read(only_series(tmp_path))
    assert volume.voxels.dtype == np.int16
    assert (volume.voxels == -32768).all()


def test_bits_beside_the_stored_ones_are_dropped_and_the_sign_extended(tmp_path: Path):
    values = np.random.default_rng(4).integers(-2048, 2048, (40, 36)).astype(np.int16)

    def edit(ds: Dataset, _k: int) -> None:
        # Twelve signed bits with an overlay in the four above, as old scanners wrote it.
        set_stored(ds, (values & 0x0FFF | 0x5000).astype(np.int16))
        ds.BitsStored, ds.HighBit, ds.RescaleIntercept = 12, 11, 0

    write_ct(tmp_path, edit=edit)
    assert np.array_equal(read(only_series(tmp_path)).voxels[2], values)


def test_samples_in_the_upper_bits_are_shifted_down(tmp_path: Path):
    values = np.random.default_rng(4).integers(0, 4096, (40, 36)).astype(np.uint16)

    def edit(ds: Dataset, _k: int) -> None:
        set_stored(ds, values << 4)
        ds.BitsStored, ds.HighBit, ds.RescaleIntercept = 12, 15, 0

    write_ct(tmp_path, edit=edit)
    assert np.array_equal(read(only_series(tmp_path)).voxels[2], values)


def test_pet_scales_every_slice_by_its_own_slope(tmp_path: Path):
    stored = np.random.default_rng(6).integers(0, 32767, (7, 40, 36)).astype(np.int16)
    slopes = [0.1, 0.5, 1.0, 2.25, 3.0, 7.7, 11.0]

    def edit(ds: Dataset, k: int) -> None:
        set_stored(ds, stored[k])
        ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.128"
        ds.Modality, ds.Units = "PT", "BQML"
        ds.RescaleSlope, ds.RescaleIntercept = slopes[k], 0
        del ds.RescaleType

    write_ct(tmp_path, edit=edit)
    volume = read(only_series(tmp_path))
    assert volume.unit is IntensityUnit.BQ_PER_ML
    assert volume.voxels.dtype == np.float32
    truth = stored * np.array(slopes)[:, None, None]
    assert np.allclose(volume.voxels, truth, rtol=1e-6)


def test_padding_is_told_in_modality_values(tmp_path: Path):
    def edit(ds: Dataset, _k: int) -> None:
        set_stored(ds, np.full((40, 36), -2000, np.int16))
        ds.add_new("PixelPaddingValue", "SS", -2000)

    write_ct(tmp_path, edit=edit)
    assert read(only_series(tmp_path)).padding == (-3024, -3024)


@pytest.mark.parametrize(
    ("edit", "unit"),
    [
        (lambda ds, _k: setattr(ds, "RescaleType", "HU"), IntensityUnit.HU),
        (lambda ds, _k: delattr(ds, "RescaleType"), IntensityUnit.HU),
        (lambda ds, _k: setattr(ds, "RescaleType", "US"), IntensityUnit.ARBITRARY),
        (lambda ds, _k: delattr(ds, "RescaleIntercept"), IntensityUnit.ARBITRARY),
        (lambda ds, _k: setattr(ds, "Modality", "MR"), IntensityUnit.ARBITRARY),
    ],
)
def test_a_unit_is_only_what_the_header_states(tmp_path: Path, edit: Edit, unit: IntensityUnit):
    write_ct(tmp_path, edit=edit)
    assert only_series(tmp_path).unit is unit


def test_monochrome1_keeps_its_values_and_is_marked(tmp_path: Path):
    write_ct(tmp_path, edit=lambda ds, _k: setattr(ds, "PhotometricInterpretation", "MONOCHROME1"))
    series = only_series(tmp_path)
    assert series.tags.low_is_white
    assert np.array_equal(read(series).voxels, ct_volume().voxels)


@pytest.mark.parametrize("syntax", ["explicit", "jpegls"])
@pytest.mark.parametrize("first_k", [None, 0, 17, 29])
def test_one_slice_comes_first_and_the_rest_fills_in_place(
    tmp_path: Path, syntax: str, first_k: int | None
):
    truth = ct_volume(grid((30, 40, 36)))
    write_ct(tmp_path, truth, transfer_syntax=syntax)
    seen = SimpleNamespace(volume=None, boxes=[], done=[])
    k = 15 if first_k is None else first_k

    def on_first(volume: Volume) -> None:
        seen.volume = volume
        assert np.array_equal(volume.voxels[k], truth.voxels[k])
        others = np.delete(volume.voxels, k, axis=0)
        assert (others == -1000).all()

    def report(progress: Progress) -> None:
        box = progress.region_kji
        assert box is not None
        seen.boxes.append(box)
        seen.done.append(progress.done)
        inside = tuple(slice(*ends) for ends in box)
        assert np.array_equal(seen.volume.voxels[inside], truth.voxels[inside])

    volume = read_series(
        only_series(tmp_path), report, CancelToken(), first_k=first_k, on_first=on_first
    )
    assert volume is seen.volume
    assert not volume.voxels.flags.writeable
    assert np.array_equal(volume.voxels, truth.voxels)
    assert seen.boxes[0] == ((k, k + 1), (0, 40), (0, 36))
    assert sorted(i for (k0, k1), _, _ in seen.boxes for i in range(k0, k1)) == list(range(30))
    assert seen.done == sorted(seen.done)
    assert seen.done[-1] == 30


@pytest.mark.parametrize(("count", "first"), [(1, 0), (2, 1), (9, 0), (9, 8), (40, 13)])
def test_steps_cover_everything_once_and_grow_outwards(count: int, first: int):
    steps = outward_steps(count, first, 4)
    assert sorted([first, *(k for step in steps for k in range(*step))]) == list(range(count))
    distance = [min(abs(k0 - first), abs(k1 - 1 - first)) for k0, k1 in steps]
    assert distance == sorted(distance)


def test_cancel_stops_between_slices(tmp_path: Path):
    write_ct(tmp_path, ct_volume(grid((40, 40, 36))))
    cancel = CancelToken()
    done: list[int] = []

    def report(progress: Progress) -> None:
        done.append(progress.done)
        cancel.cancel()

    with pytest.raises(Cancelled):
        read_series(only_series(tmp_path), report, cancel)
    assert done == [1]


def test_an_instance_that_cannot_be_decoded_stays_empty_and_is_named(tmp_path: Path):
    paths = write_ct(tmp_path, transfer_syntax="jpegls")
    data = bytearray(paths[4].read_bytes())
    start = data.index(b"\xff\xd8\xff")
    data[start + 2 : start + 40] = bytes(38)
    paths[4].write_bytes(data)
    first: list[Volume] = []
    volume = read_series(
        only_series(tmp_path), ignore_progress, CancelToken(), on_first=first.append
    )
    assert codes(volume) == ["unreadable-instances"]
    assert "could not be read: 1 (5)" in str(volume.warnings[0].text)
    assert not volume.measurable
    assert (volume.voxels[4] == -1000).all()
    assert np.array_equal(np.delete(volume.voxels, 4, 0), np.delete(ct_volume().voxels, 4, 0))
    assert np.shares_memory(volume.voxels, first[0].voxels)


def test_a_series_of_which_nothing_can_be_decoded_is_an_error(tmp_path: Path):
    for path in write_ct(tmp_path, transfer_syntax="rle"):
        data = path.read_bytes()
        at = data.index(b"\xfe\xff\x00\xe0", 300) + 16
        path.write_bytes(data[:at] + b"\xff" * 64 + data[at + 64 :])
    with pytest.raises(UnreadableError, match="RLE Lossless"):
        read(only_series(tmp_path))


@pytest.mark.parametrize("bits", [8, 16])
def test_colours_are_read_as_bytes_and_a_reduction_is_told(tmp_path: Path, bits: int):
    truth = np.random.default_rng(2).integers(0, 1 << bits, (7, 20, 24, 3)).astype(f"u{bits // 8}")

    def edit(ds: Dataset, k: int) -> None:
        set_stored(ds, truth[k, ..., 0])
        ds.SamplesPerPixel, ds.PlanarConfiguration = 3, 0
        ds.PhotometricInterpretation = "RGB"
        ds.PixelData = truth[k].tobytes()

    write_ct(tmp_path, edit=edit)
    volume = read(only_series(tmp_path))
    assert volume.is_color
    assert np.array_equal(volume.voxels, truth >> (bits - 8))
    assert codes(volume).count("reduced-color") == (bits > 8)
    assert volume.padding is None


def test_overlays_are_graphics_and_no_values(tmp_path: Path):
    drawn = np.zeros((40, 36), np.uint8)
    drawn[3:7, 5:30] = 1

    def edit(ds: Dataset, k: int) -> None:
        if k == 2:
            ds.add_new((0x6000, 0x0010), "US", 40)
            ds.add_new((0x6000, 0x0011), "US", 36)
            ds.add_new((0x6000, 0x0040), "CS", "G")
            ds.add_new((0x6000, 0x0050), "SS", [1, 1])
            ds.add_new((0x6000, 0x0100), "US", 1)
            ds.add_new((0x6000, 0x0102), "US", 0)
            packed = np.packbits(drawn, bitorder="little").tobytes()
            ds.add_new((0x6000, 0x3000), "OW", packed)

    write_ct(tmp_path, edit=edit)
    volume = read(only_series(tmp_path))
    assert np.array_equal(volume.voxels, ct_volume().voxels)
    assert volume.graphics is not None
    assert np.array_equal(volume.graphics[2], drawn)
    assert not np.delete(volume.graphics, 2, 0).any()


def test_a_series_without_overlays_has_no_graphics(tmp_path: Path):
    write_ct(tmp_path)
    assert read(only_series(tmp_path)).graphics is None


@pytest.mark.parametrize("syntax", ["explicit", "jpegls", "deflated"])
def test_a_header_that_claims_far_more_is_refused_before_memory_is_taken(
    tmp_path: Path, syntax: str, monkeypatch: pytest.MonkeyPatch
):
    for path in write_ct(tmp_path, transfer_syntax=syntax):
        edit_file(path, lambda ds: (setattr(ds, "Rows", 65535), setattr(ds, "Columns", 65535)))
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=1 << 60))
    found = scan(tmp_path)
    monkeypatch.setattr(np, "zeros", pytest.fail)
    for study in found.studies:
        for series in study.series:
            with pytest.raises(UnreadableError):
                read(series)
    assert found.studies or len(found.unreadable) == 7


def test_a_file_that_changed_since_the_scan_is_not_believed(tmp_path: Path):
    paths = write_ct(tmp_path)
    series = only_series(tmp_path)
    paths[2].write_bytes(paths[2].read_bytes() + b"\0\0")
    paths[5].unlink()
    volume = read(series)
    assert [w.code for w in volume.warnings] == [WarningCode.UNREADABLE_INSTANCES]
    assert "(3, 6)" in str(volume.warnings[0].text)


def test_plain_references_are_enough_to_read_a_series(tmp_path: Path):
    write_ct(tmp_path)
    series = only_series(tmp_path)
    plain = tuple(
        InstanceRef(ref.path, ref.sop_class_uid, ref.sop_instance_uid, ref.frame)
        for ref in series.instances
    )
    object.__setattr__(series, "instances", plain)
    assert np.array_equal(read(series).voxels, ct_volume().voxels)


def test_a_series_larger_than_memory_is_refused_before_it_is_allocated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write_ct(tmp_path)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=1000))
    with pytest.raises(UnreadableError, match="GB of memory"):
        read(only_series(tmp_path))

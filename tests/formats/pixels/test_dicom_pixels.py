"""One slice's samples, stored in every way there is, become values, colours and graphics."""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.encaps import encapsulate, encapsulate_extended, get_frame
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID

from reader.core.errors import UnreadableError
from reader.core.intensity import IntensityUnit
from reader.core.study import WarningCode
from reader.formats.headers.dicom_slice import (
    DicomSlice,
    ModalityTable,
    OverlayPlane,
    Palette,
    PixelFormat,
)
from reader.formats.pixels.codec_headers import Codestream
from reader.formats.pixels.dicom_padding import padding_values
from reader.formats.pixels.dicom_pixels import check_first_slice, read_slice_values
from reader.formats.pixels.dicom_volume import voxel_dtype
from reader.formats.series.dicom_sign import sign_warnings
from tests.support.dicom_writer import edit_file, write_ct

LITTLE = "1.2.840.10008.1.2.1"
BIG = "1.2.840.10008.1.2.2"
RNG = np.random.default_rng(8)


def pixels(bits: int, stored: int | None = None, **changes: Any) -> PixelFormat:
    stored = stored or bits
    plain = PixelFormat(LITTLE, bits, stored, stored - 1, False, "MONOCHROME2")
    return replace(plain, **changes)


def stored_slice(
    folder: Path,
    data: bytes,
    size: tuple[int, int],
    form: PixelFormat,
    header: bytes = b"header",
    **changes: Any,
) -> DicomSlice:
    """A slice whose pixels are `data`, in a file of nothing else."""
    path = folder / "pixels.dcm"
    path.write_bytes(header + data)
    status = path.stat()
    plain = DicomSlice(
        path=path,
        sop_class_uid="1",
        sop_instance_uid="2",
        series_uid="3",
        study_uid="4",
        instance_number=1,
        rows=size[0],
        columns=size[1],
        pixels=form,
        fragments=((len(header), len(data)),),
        file_size=status.st_size,
        modified_ns=status.st_mtime_ns,
    )
    return replace(plain, **changes)


def values(slice_: DicomSlice, graphics: NDArray[np.uint8] | None = None) -> NDArray[Any]:
    """What a volume of this slice alone would hold."""
    size = (slice_.rows, slice_.columns)
    if slice_.pixels.is_color:
        target = np.full((*size, 3), 77, np.uint8)
    else:
        target = np.full(size, 77, voxel_dtype([slice_], IntensityUnit.ARBITRARY))
    read_slice_values(slice_, target, graphics)
    return target


@pytest.mark.parametrize("bits", [32, 64])
def test_floats_are_kept_and_what_is_no_number_is_0(tmp_path: Path, bits: int):
    truth = RNG.normal(0, 1e-3, (5, 7)).astype(f"f{bits // 8}")
    truth[1, 2], truth[3, 3] = np.nan, np.inf
    found = values(stored_slice(tmp_path, truth.tobytes(), (5, 7), pixels(bits, real=True)))
    assert found.dtype == np.float32
    truth[1, 2] = truth[3, 3] = 0
    assert np.array_equal(found, truth.astype(np.float32))


@pytest.mark.parametrize("frame", [0, 1, 2, 7])
def test_single_bits_follow_each_other_across_frames(tmp_path: Path, frame: int):
    truth = RNG.integers(0, 2, (8, 5, 7), dtype=np.uint8)
    data = np.packbits(truth.reshape(-1), bitorder="little").tobytes()
    slice_ = stored_slice(tmp_path, data, (5, 7), pixels(1))
    # A scan places whole bytes of a frame.
    place = (slice_.fragments[0][0] + frame * (35 // 8), 35 // 8)
    assert np.array_equal(values(replace(slice_, frame=frame, fragments=(place,))), truth[frame])


def test_twelve_bits_packed_without_gaps(tmp_path: Path):
    truth = RNG.integers(0, 4096, (3, 5))
    bits = (truth.reshape(-1)[:, None] >> np.arange(12)) & 1
    data = np.packbits(bits.reshape(-1), bitorder="little").tobytes() + b"\0"
    found = values(stored_slice(tmp_path, data, (3, 5), pixels(12, signed=False)))
    assert np.array_equal(found, truth)


@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("bits", [8, 16, 32])
def test_colours_by_pixel_and_by_plane(tmp_path: Path, planar: bool, bits: int):
    truth = RNG.integers(0, 1 << bits, (3, 5, 3)).astype(f"u{bits // 8}")
    data = (np.moveaxis(truth, -1, 0) if planar else truth).tobytes()
    form = pixels(bits, samples=3, photometric="RGB", planar=planar)
    found = values(stored_slice(tmp_path, data, (3, 5), form))
    assert np.array_equal(found, truth >> (bits - 8))


def test_luminance_and_chrominance_of_32_bits_become_rgb(tmp_path: Path):
    white = np.array([[[0xFFFF_FFFF, 1 << 31, 1 << 31]]], "<u4")
    form = pixels(32, samples=3, photometric="YBR_FULL")
    assert values(stored_slice(tmp_path, white.tobytes(), (1, 1), form)).tolist() == [[[255] * 3]]


def test_luminance_and_chrominance_become_rgb(tmp_path: Path):
    ybr = np.array([[[81, 90, 240], [145, 54, 34]], [[41, 240, 110], [255, 128, 128]]], np.uint8)
    form = pixels(8, samples=3, photometric="YBR_FULL")
    found = values(stored_slice(tmp_path, ybr.tobytes(), (2, 2), form))
    truth = pydicom.pixels.convert_color_space(ybr, "YBR_FULL", "RGB")
    assert np.abs(found.astype(int) - truth).max() <= 1


def test_shared_chrominance_is_given_to_both_pixels(tmp_path: Path):
    luminance = RNG.integers(0, 256, (4, 6), dtype=np.uint8)
    shared = RNG.integers(0, 256, (4, 3, 2), dtype=np.uint8)
    data = np.concatenate([luminance.reshape(4, 3, 2), shared], axis=2).tobytes()
    full = np.concatenate([luminance[..., None], np.repeat(shared, 2, axis=1)], axis=2)
    form = pixels(8, samples=3, photometric="YBR_FULL_422")
    found = values(stored_slice(tmp_path, data, (4, 6), form))
    truth = pydicom.pixels.convert_color_space(full, "YBR_FULL", "RGB")
    assert np.abs(found.astype(int) - truth).max() <= 1


def test_a_palette_colours_values_and_its_ends_those_beyond(tmp_path: Path):
    stored = np.array([[0, 9, 10, 11], [12, 13, 200, 255]], np.uint8)
    rgb = bytes([1, 2, 3, 4, 5, 6, 7, 8, 9])
    form = pixels(8, photometric="PALETTE COLOR")
    found = values(stored_slice(tmp_path, stored.tobytes(), (2, 4), form, palette=Palette(10, rgb)))
    low, middle, high = [1, 2, 3], [4, 5, 6], [7, 8, 9]
    assert found.tolist() == [[low, low, low, middle], [high, high, high, high]]


def test_a_modality_table_takes_the_place_of_the_rescale(tmp_path: Path):
    stored = np.array([[-5, -2, 0], [1, 2, 900]], np.int16)
    table = ModalityTable(-2, np.array([7, 11, 13, 1000], "<u2").tobytes())
    slice_ = stored_slice(
        tmp_path, stored.tobytes(), (2, 3), pixels(16, signed=True), table=table, slope=9.0
    )
    found = values(slice_)
    assert found.dtype == np.int16
    assert found.tolist() == [[7, 7, 13], [1000, 1000, 1000]]


@pytest.mark.parametrize("origin", [(0, 0), (1, 2), (-2, -1), (3, 3), (100, 100), (-100, 0)])
def test_overlays_are_clipped_to_the_image(tmp_path: Path, origin: tuple[int, int]):
    drawn = RNG.integers(0, 2, (2, 4, 5), dtype=np.uint8)
    packed = np.packbits(drawn.reshape(-1), bitorder="little").tobytes()
    plane = OverlayPlane(4, 5, origin, packed, frames=2, first_frame=0)
    slice_ = stored_slice(tmp_path, bytes(30), (5, 6), pixels(8), overlays=(plane,))
    for frame in (0, 1, 2):
        graphics = np.zeros((5, 6), np.uint8)
        place = (slice_.fragments[0],)
        values(replace(slice_, frame=frame, fragments=place), graphics)
        big = np.zeros((300, 300), np.uint8)
        if frame < 2:
            big[100 + origin[0] :][:4, 100 + origin[1] :][:, :5] = drawn[frame]
        assert np.array_equal(graphics, big[100:105, 100:106])


def test_an_overlay_among_the_bits_is_drawn_and_not_part_of_the_values(tmp_path: Path):
    truth = RNG.integers(-2048, 2048, (4, 5)).astype(np.int16)
    drawn = RNG.integers(0, 2, (4, 5)).astype(np.int16)
    stored = (truth & 0x0FFF) | (drawn << 14)
    plane = OverlayPlane(4, 5, (0, 0), embedded_bit=14)
    slice_ = stored_slice(
        tmp_path, stored.tobytes(), (4, 5), pixels(16, 12, signed=True), overlays=(plane,)
    )
    graphics = np.zeros((4, 5), np.uint8)
    assert np.array_equal(values(slice_, graphics), truth)
    assert np.array_equal(graphics, drawn)


def test_overlay_bits_that_are_missing_are_not_drawn(tmp_path: Path):
    plane = OverlayPlane(400, 500, (0, 0), b"\xff" * 10)
    slice_ = stored_slice(tmp_path, bytes(30), (5, 6), pixels(8), overlays=(plane,))
    graphics = np.zeros((5, 6), np.uint8)
    values(slice_, graphics)
    assert not graphics.any()


@pytest.mark.parametrize("bits", [8, 16, 32])
@pytest.mark.parametrize("frame", [0, 1, 2])
def test_big_endian_words_are_swapped_even_across_frames(tmp_path: Path, bits: int, frame: int):
    truth = RNG.integers(0, 1 << min(bits, 31), (3, 7, 5)).astype(f"u{bits // 8}")
    path = write_ct(tmp_path, keep=lambda k: k == 0)[0]
    ds = pydicom.dcmread(path)
    ds.Rows, ds.Columns, ds.NumberOfFrames = 7, 5, 3
    ds.BitsAllocated = ds.BitsStored = bits
    ds.HighBit = bits - 1
    size = max(bits // 8, 2)
    data = truth.tobytes() + bytes(-truth.nbytes % size)
    ds.PixelData = np.frombuffer(data, f"<u{size}").astype(f">u{size}").tobytes()
    ds["PixelData"].VR = "OW"
    ds.file_meta.TransferSyntaxUID = UID(BIG)
    dcmwrite(path, ds, implicit_vr=False, little_endian=False, overwrite=True)
    status = path.stat()
    slice_ = replace(
        stored_slice(
            tmp_path, b"", (7, 5), pixels(bits, transfer_syntax_uid=BIG, signed=bits == 32)
        ),
        path=path,
        fragments=(),
        frame=frame,
        file_size=status.st_size,
        modified_ns=status.st_mtime_ns,
    )
    assert np.array_equal(values(slice_), truth[frame])


@pytest.mark.parametrize("table", ["none", "basic", "extended"])
@pytest.mark.parametrize("pieces", [1, 3])
@pytest.mark.parametrize("syntax", ["4.80", "5"])
def test_frames_in_pieces_are_put_together(tmp_path: Path, syntax: str, pieces: int, table: str):
    if syntax == "5" and pieces > 1 and table == "none":
        pytest.skip("only a table can tell where such frames begin")
    truth = RNG.integers(0, 4000, (4, 40, 36)).astype(np.uint16)
    path = write_ct(tmp_path, keep=lambda k: k == 0)[0]
    frames = []
    for image in truth:
        ds = pydicom.dcmread(path)
        ds.compress(f"1.2.840.10008.1.2.{syntax}", image, generate_instance_uid=False)
        frames.append(get_frame(ds.PixelData, 0, number_of_frames=1))
    ds.NumberOfFrames = len(frames)
    if table == "extended":
        ds.PixelData, *tables = encapsulate_extended(frames)
        ds.ExtendedOffsetTable, ds.ExtendedOffsetTableLengths = tables
    else:
        ds.PixelData = encapsulate(frames, pieces, has_bot=table == "basic")
    ds["PixelData"].VR = "OB"
    ds.save_as(path)
    status = path.stat()
    for frame, image in enumerate(truth):
        slice_ = replace(
            stored_slice(tmp_path, b"", (40, 36), pixels(16, 12)),
            pixels=pixels(16, 12, transfer_syntax_uid=f"1.2.840.10008.1.2.{syntax}"),
            path=path,
            frame=frame,
            fragments=(),
            file_size=status.st_size,
            modified_ns=status.st_mtime_ns,
        )
        assert np.array_equal(values(slice_), image)


@pytest.mark.parametrize("form", [pixels(16), pixels(8, samples=3, photometric="RGB"), pixels(1)])
def test_fewer_bytes_than_the_image_needs_are_an_error(tmp_path: Path, form: PixelFormat):
    slice_ = stored_slice(tmp_path, bytes(9), (50, 60), form)
    with pytest.raises(UnreadableError):
        values(slice_)
    with pytest.raises(UnreadableError):
        check_first_slice(slice_)


@pytest.mark.parametrize("ending", ["5", "4.50", "4.51", "4.70", "4.80", "4.90", "4.201"])
@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\xff\x4f\xff\x51", bytes(500), b"\xff" * 500])
def test_rubbish_is_refused_before_and_while_decoding(tmp_path: Path, ending: str, data: bytes):
    form = pixels(16, transfer_syntax_uid=f"1.2.840.10008.1.2.{ending}")
    slice_ = stored_slice(tmp_path, data, (65535, 65535), form, encapsulated=True)
    with pytest.raises(UnreadableError):
        check_first_slice(slice_)
    small = replace(slice_, rows=8, columns=8)
    with pytest.raises(UnreadableError):
        values(small)


def test_another_transfer_syntax_is_refused(tmp_path: Path):
    form = pixels(16, transfer_syntax_uid="1.2.840.10008.1.2.4.100")
    with pytest.raises(UnreadableError):
        values(stored_slice(tmp_path, bytes(99), (8, 8), form, encapsulated=True))


def test_a_deflated_file_that_inflates_without_end_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = write_ct(tmp_path, keep=lambda k: k == 0, transfer_syntax="deflated")[0]
    data = path.read_bytes()
    meta = data[: 144 + int.from_bytes(data[140:144], "little")]
    path.write_bytes(meta + zlib.compress(bytes(200 << 20), 9)[2:-4])
    status = path.stat()
    slice_ = replace(
        stored_slice(tmp_path, b"", (40, 36), pixels(16)),
        path=path,
        fragments=(),
        file_size=status.st_size,
        modified_ns=status.st_mtime_ns,
        pixels=pixels(16, transfer_syntax_uid="1.2.840.10008.1.2.1.99"),
    )
    with pytest.raises(UnreadableError):
        values(slice_)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=1000))
    with pytest.raises(UnreadableError):
        check_first_slice(slice_)


def test_a_file_that_is_cut_while_it_is_open_is_an_error(tmp_path: Path):
    path = write_ct(tmp_path, keep=lambda k: k == 0)[0]
    edit_file(path, lambda ds: setattr(ds, "PixelData", ds.PixelData[:-100] + bytes(100)))
    slice_ = stored_slice(tmp_path, bytes(100), (5, 10), pixels(16))
    with pytest.raises(UnreadableError, match="changed"):
        values(replace(slice_, file_size=1))


CT = pixels(16, signed=True)


@pytest.mark.parametrize(
    ("slice_changes", "first", "unit", "expected"),
    [
        # stated, believable
        ({"pixels": CT, "padding": (-2000, -2000), "intercept": -1024.0}, 0, "HU", (-3024, -3024)),
        ({"pixels": CT, "padding": (-3000, -2000)}, 0, "HU", (-3000, -2000)),
        ({"pixels": pixels(16), "padding": (0, 0)}, 0, "ARBITRARY", (0, 0)),
        # stated, and in the middle of tissue
        ({"pixels": pixels(12), "padding": (0, 0)}, 0, "HU", None),
        # not stated
        ({"pixels": CT}, 0, "HU", (-32768, -1500)),
        ({"pixels": pixels(16, 12), "intercept": -1024.0}, 0, "HU", None),
        ({"pixels": CT}, 0, "ARBITRARY", None),
        ({"pixels": pixels(16), "intercept": -1024.0}, 62512, "HU", (62512, 62512)),
        ({"pixels": pixels(16), "intercept": -1024.0}, 62513, "HU", None),
    ],
)
def test_padding_is_what_is_stated_or_what_makers_use(
    tmp_path: Path,
    slice_changes: dict[str, Any],
    first: int,
    unit: str,
    expected: tuple[float, float] | None,
):
    form = slice_changes.pop("pixels")
    slice_ = stored_slice(tmp_path, b"", (1, 1), form, **slice_changes)
    found = padding_values([slice_], IntensityUnit[unit], np.full((1, 1), first))
    assert found == expected


def test_a_sign_the_codestream_denies_is_told(tmp_path: Path):
    slice_ = stored_slice(tmp_path, b"", (1, 1), pixels(16, 13, signed=True))
    slice_ = replace(
        slice_, pixels=replace(slice_.pixels, transfer_syntax_uid="1.2.840.10008.1.2.4.90")
    )
    plain = np.zeros((4, 5), np.int16)
    for signed in (False, True):
        stream = Codestream(1, 1, 1, 13, signed=signed)
        found = sign_warnings(slice_, stream, IntensityUnit.ARBITRARY, plain, None)
        assert [w.code for w in found] == ([] if signed else [WarningCode.SIGN_MISMATCH])


@pytest.mark.parametrize(("padding", "told"), [(None, True), ((40_000, 40_000), False)])
def test_values_above_any_ct_number_are_told(
    tmp_path: Path, padding: tuple[float, float] | None, told: bool
):
    slice_ = stored_slice(tmp_path, b"", (1, 1), pixels(16))
    values = np.array([[0, 1000, 40_000]], np.int32)
    found = sign_warnings(slice_, None, IntensityUnit.HU, values, padding)
    assert [w.code for w in found] == ([WarningCode.SIGN_MISMATCH] if told else [])
    assert sign_warnings(slice_, None, IntensityUnit.ARBITRARY, values, padding) == ()

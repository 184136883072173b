"""Real pixels in every transfer syntax and kind: the values an independent decoder gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import get_frame
from pydicom.pixels import apply_color_lut, apply_modality_lut, pixel_array

from reader.core.errors import ReaderError
from reader.core.intensity import IntensityUnit
from reader.formats.headers.dicom_image import is_multi_frame, read_slice
from reader.formats.headers.dicom_multiframe import read_frames
from reader.formats.headers.dicom_parse import read_header
from reader.formats.headers.dicom_slice import DicomSlice
from reader.formats.headers.quiet_pydicom import quiet_pydicom
from reader.formats.pixels import codec_decode
from reader.formats.pixels.codec_decode import decode_frame
from reader.formats.pixels.codec_frame import CodecError, FrameFormat
from reader.formats.pixels.codec_headers import DECODED_SYNTAXES, read_codestream
from reader.formats.pixels.codec_pool import shared_pool
from reader.formats.pixels.dicom_pixels import read_slice_values
from reader.formats.pixels.dicom_volume import voxel_dtype

FindCase = Callable[[str], Path]

FOLDERS = [
    "enhanced_multiframe",
    "nasty",
    "parametric_map",
    "pixel_types",
    "rt",
    "seg",
    "transfer_syntaxes",
    "xray_mammo",
]
CT_LOSSY = {
    # What the encoders of the zoo lost, in HU: near-lossless by its NEAR, the others measured.
    "JPEGLSLossy": 2,
    "JPEG2000Transfer": 10,
    "JPEGProcess2_4": 40,
    "JPEGProcess6_8": 40,
    "JPEGProcess10_12": 40,
    "JPEGProcess1Transfer": 350,
}
NOT_DECODED_BY_PYDICOM = (
    "JPEGProcess2_4", "JPEGProcess6_8", "JPEGProcess10_12", "CT0012",
    "too_short",  # its element is cut off; the frames equal those of the whole file
)  # fmt: skip
OF_LAST_RESORT = (codec_decode._with_opencv, codec_decode._with_openjpeg_uncommented)
"""Codecs that know a part of what their syntax allows."""


def slices_of(path: Path) -> list[DicomSlice]:
    """The first and last image of a file; none where it holds none that opens."""
    try:
        header = read_header(path)
        frames = read_frames(header) if is_multi_frame(header) else [read_slice(header)]
    except ReaderError:
        return []
    return frames if len(frames) == 1 else [frames[0], frames[-1]]


def read_values(slice_: DicomSlice) -> NDArray[Any]:
    size = (slice_.rows, slice_.columns)
    color = slice_.pixels.is_color
    dtype = np.uint8 if color else voxel_dtype([slice_], IntensityUnit.ARBITRARY)
    target = np.empty((*size, 3) if color else size, dtype)
    read_slice_values(slice_, target, np.zeros(size, np.uint8))
    return target


def by_pydicom(slice_: DicomSlice) -> NDArray[Any]:
    """Modality values, or 8-bit RGB, by pydicom and its plugins."""
    with quiet_pydicom():
        ds = pydicom.dcmread(slice_.path, force=True)
    if "TransferSyntaxUID" not in ds.file_meta:
        ds.file_meta.TransferSyntaxUID = slice_.pixels.transfer_syntax_uid
    with quiet_pydicom():
        stored = np.asarray(pixel_array(ds, index=slice_.frame))
        stored = stored.astype(stored.dtype.newbyteorder("="))
        if ds.PhotometricInterpretation == "PALETTE COLOR":
            colors = apply_color_lut(stored, ds)
            return colors if colors.dtype == np.uint8 else (colors >> 8).astype(np.uint8)
        if stored.ndim == 3:
            return stored
        if "RescaleSlope" in ds or "ModalityLUTSequence" in ds:
            return np.asarray(apply_modality_lut(stored, ds))
        return np.asarray(stored * slice_.slope + slice_.intercept)


@pytest.mark.parametrize("folder", FOLDERS)
def test_values_equal_those_of_an_independent_decoder(real_data: FindCase, folder: str):
    root = real_data(f"dicom_zoo/{folder}")
    compared = 0
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        if "embedded-sequence-delimiter" in path.name:
            continue
        for slice_ in slices_of(path):
            if any(name in path.name for name in NOT_DECODED_BY_PYDICOM):
                continue
            found, truth = read_values(slice_), by_pydicom(slice_)
            assert found.shape == truth.shape, path.name
            difference = np.abs(found.astype(float) - truth.astype(float))
            if slice_.pixels.is_color:
                # Colour transforms round differently.
                assert difference.max() <= 1, path.name
            else:
                rounding = np.finfo(np.float32).eps if found.dtype.kind == "f" else 0
                assert (difference <= rounding * np.abs(truth)).all(), path.name
            compared += 1
    assert compared >= {"transfer_syntaxes": 30, "pixel_types": 20}.get(folder, 1)


def test_every_codec_of_a_syntax_gives_the_same_samples(
    real_data: FindCase, monkeypatch: pytest.MonkeyPatch
):
    compared: dict[str, int] = {}
    for path in sorted(real_data("dicom_zoo").rglob("*")):
        ds = compressed_image(path)
        if ds is None:
            continue
        frame, wanted = first_frame(ds)
        uid = wanted.transfer_syntax_uid
        results = []
        for decoder in codec_decode._DECODERS[uid]:
            if not codec_decode._knows(decoder, wanted, read_codestream(frame, wanted)):
                continue
            with monkeypatch.context() as patch:
                patch.setitem(codec_decode._DECODERS, uid, (decoder,))
                try:
                    results.append(decode_frame(frame, wanted))
                except CodecError:
                    assert decoder in OF_LAST_RESORT, path.name
        for other in results[1:]:
            tolerance = 1 if wanted.samples == 3 and uid.endswith(".50") else 0
            assert np.abs(other.astype(int) - results[0]).max() <= tolerance, path.name
            compared[uid] = compared.get(uid, 0) + 1
    assert {uid[17:] for uid in compared} >= {".5", ".4.50", ".4.80", ".4.81", ".4.90", ".4.91"}


def compressed_image(path: Path) -> Dataset | None:
    """A file's data set where it holds a compressed image that is not damaged."""
    if not path.is_file() or "embedded" in path.name:
        return None
    with quiet_pydicom():
        ds = pydicom.dcmread(path, force=True)
    uid = ds.file_meta.get("TransferSyntaxUID")
    if uid not in DECODED_SYNTAXES or "PixelData" not in ds or "Rows" not in ds:
        return None
    return ds


def first_frame(ds: Dataset) -> tuple[bytes, FrameFormat]:
    frames = int(ds.get("NumberOfFrames", 1) or 1)
    wanted = FrameFormat(
        str(ds.file_meta.TransferSyntaxUID),
        ds.PhotometricInterpretation,
        ds.Rows,
        ds.Columns,
        ds.SamplesPerPixel,
        ds.BitsAllocated,
        ds.BitsStored,
        ds.HighBit,
        bool(ds.PixelRepresentation),
    )
    return get_frame(ds.PixelData, 0, number_of_frames=frames), wanted


def test_all_families_of_transfer_syntaxes_give_one_image(real_data: FindCase):
    folder = real_data("dicom_zoo/transfer_syntaxes")
    (original,) = slices_of(folder / "CTImage.dcm")
    truth = read_values(original)
    identical, lossy = 0, 0
    for path in sorted(folder.glob("CTImage.dcm_*")):
        (slice_,) = slices_of(path)
        difference = np.abs(read_values(slice_).astype(float) - truth)
        name = path.name.removeprefix("CTImage.dcm_")
        limit = next((hu for start, hu in CT_LOSSY.items() if name.startswith(start)), 0)
        # Padding at -2000 leaves the range that a lossy encoder was given.
        inside = truth > -2500 if limit > 10 else np.ones(truth.shape, np.bool_)
        assert difference[inside].max() <= limit, name
        identical += limit == 0
        lossy += limit > 0
    assert (identical, lossy) == (9, 6)


def test_a_damaged_frame_is_refused_whatever_its_syntax(real_data: FindCase):
    """libjpeg fills up with grey what is missing, which would be a wrong image."""
    folder = real_data("dicom_zoo/transfer_syntaxes")
    cut = 0
    for path in sorted(folder.iterdir()):
        ds = compressed_image(path)
        if ds is None:
            continue
        frame, wanted = first_frame(ds)
        out = memoryview(bytearray(wanted.decoded_bytes))
        for end in (b"", b"\xff\xd9"):
            with pytest.raises(CodecError):
                shared_pool().decode(frame[: len(frame) * 2 // 3] + end, wanted, out)
            cut += 1
    assert cut >= 50

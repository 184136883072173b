"""Headers read by what they have in common are those that a walk would have read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import Dataset, Sequence

from reader.core.errors import UnreadableError
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.dicom_facts import FactsReader
from reader.formats.headers.dicom_image import OWN, SliceReader, read_slice
from reader.formats.headers.dicom_parse import OPEN_FLAGS, read_header
from reader.formats.headers.dicom_walk import WINDOW_BYTES
from reader.formats.headers.header_pattern import HeaderReader
from reader.formats.headers.raw_header import RawHeader
from tests.support.dicom_writer import write_ct

Outcome = RawHeader | str


def read_with(reader: HeaderReader, path: Path) -> RawHeader:
    descriptor = os.open(path, OPEN_FLAGS)
    try:
        return reader.read(path, descriptor, os.read(descriptor, WINDOW_BYTES))
    finally:
        os.close(descriptor)


def outcome(read: Callable[[], RawHeader]) -> Outcome:
    """The header, or the words of the error."""
    try:
        return read()
    except UnreadableError as error:
        return str(error.what_happened)


def both(reader: HeaderReader, path: Path) -> tuple[Outcome, Outcome]:
    """What `reader` makes of a file, and what a walk does."""
    return outcome(lambda: read_with(reader, path)), outcome(lambda: read_header(path))


def item(words: str, *, undefined: bool) -> Dataset:
    one = Dataset()
    one.CodeMeaning = words
    one.is_undefined_length_sequence_item = undefined
    return one


def all_sorts(ds: Dataset, k: int) -> None:
    """Values of ever other lengths, in sequences with and without a length, and unwanted."""
    ds.ImageComments = "x" * (2 * k)
    ds.AcquisitionTime = f"1200{k:02d}.{'5' * (1 + k % 4)}"
    ds.ProcedureCodeSequence = Sequence([item("of a length" + "e" * k, undefined=False)])
    ds.AnatomicRegionSequence = Sequence([item("without" + "u" * k, undefined=True)])
    ds["AnatomicRegionSequence"].is_undefined_length = True
    ds.add_new(0x0009_0010, "LO", "MAKER")
    ds.add_new(0x0009_1001, "UN", bytes([k]) * (20 + 2 * k))


@pytest.mark.parametrize("syntax", ["explicit", "implicit", "jpegls", "rle"])
@pytest.mark.parametrize("edit", [None, all_sorts])
def test_most_of_a_series_is_read_by_its_pattern_and_as_a_walk_reads_it(
    tmp_path: Path, syntax: str, edit: Callable[[Dataset, int], None] | None
):
    reader = HeaderReader()
    by_pattern = 0
    for path in write_ct(tmp_path, transfer_syntax=syntax, edit=edit):
        found, walked = both(reader, path)
        assert found == walked
        by_pattern += isinstance(found, RawHeader) and found.kind is not None
    assert by_pattern >= 3


@pytest.mark.parametrize("syntax", ["explicit", "implicit"])
def test_no_byte_of_a_header_can_differ_unnoticed(tmp_path: Path, syntax: str):
    *series, last = write_ct(tmp_path, transfer_syntax=syntax, edit=all_sorts)
    whole = last.read_bytes()
    end = pydicom.dcmread(last)["PixelData"].file_tell
    assert end is not None
    bent = tmp_path / "bent.dcm"
    by_pattern = 0
    reader = HeaderReader()
    for path in series:
        read_with(reader, path)
    for at in range(100, end):
        for change in (0x01, 0x55):
            bent.write_bytes(whole[:at] + bytes([whole[at] ^ change]) + whole[at + 1 :])
            found, walked = both(reader, bent)
            assert found == walked, at
            by_pattern += isinstance(found, RawHeader) and found.kind is not None
    assert by_pattern > 50  # those that lie in values


@pytest.mark.parametrize("syntax", ["explicit", "jpegls"])
def test_a_file_cut_short_anywhere_is_none_of_its_series(tmp_path: Path, syntax: str):
    *series, last = write_ct(tmp_path, transfer_syntax=syntax)
    whole = last.read_bytes()
    reader = HeaderReader()
    for path in series:
        read_with(reader, path)
    for length in range(132, len(whole), 1 if len(whole) < 6000 else 3):
        last.write_bytes(whole[:length])
        found, walked = both(reader, last)
        assert found == walked, length


def test_series_that_lie_among_each_other_are_each_read_by_their_own(tmp_path: Path):
    of_each = [
        write_ct(tmp_path / str(n), series_uid=f"1.2.3.{n}", transfer_syntax=syntax)
        for n, syntax in enumerate(
            ["explicit", "implicit", "jpegls", "explicit", "rle", "explicit"]
        )
    ]
    reader = HeaderReader()
    seen: dict[int, set[object]] = {}
    for k in range(7):
        for n, paths in enumerate(of_each):
            found, walked = both(reader, paths[k])
            assert found == walked
            assert isinstance(found, RawHeader)
            if found.kind is not None:
                seen.setdefault(n, set()).add(found.kind)
    assert all(not seen[a] & seen[b] for a in seen for b in seen if a != b)


def test_headers_that_have_nothing_in_common_are_walked(tmp_path: Path):
    def other(ds: Dataset, k: int) -> None:
        for n in range(k):
            ds.add_new(0x0009_0010 + n, "LO", "MAKER")

    reader = HeaderReader()
    for path in write_ct(tmp_path, edit=other):
        found, walked = both(reader, path)
        assert found == walked
        assert isinstance(found, RawHeader)
        assert found.kind is None


OWN_VALUES: dict[int, Callable[[Dataset, int], None]] = {
    tag.SOP_INSTANCE_UID: lambda ds, k: setattr(ds, "SOPInstanceUID", f"1.2.3.{10**k}"),
    tag.INSTANCE_NUMBER: lambda ds, k: setattr(ds, "InstanceNumber", 10**k),
    tag.IMAGE_POSITION: lambda ds, k: setattr(ds, "ImagePositionPatient", [1, 2, 10.5**k]),
    tag.FRAME_OF_REFERENCE_UID: lambda ds, k: setattr(ds, "FrameOfReferenceUID", f"1.2.{k}"),
    tag.WINDOW_CENTER: lambda ds, k: setattr(ds, "WindowCenter", [k, 40]),
    tag.WINDOW_WIDTH: lambda ds, k: setattr(ds, "WindowWidth", [1 + k, 400]),
    tag.RESCALE_SLOPE: lambda ds, k: setattr(ds, "RescaleSlope", 1 + k / 8),
    tag.ACQUISITION_NUMBER: lambda ds, k: setattr(ds, "AcquisitionNumber", k),
    tag.ACQUISITION_TIME: lambda ds, k: setattr(ds, "AcquisitionTime", f"1200{k:02d}"),
    tag.CONTENT_TIME: lambda ds, k: setattr(ds, "ContentTime", f"1200{k:02d}.5"),
    tag.TRIGGER_TIME: lambda ds, k: setattr(ds, "TriggerTime", k * 100),
    tag.FRAME_REFERENCE_TIME: lambda ds, k: setattr(ds, "FrameReferenceTime", k * 10),
    tag.TEMPORAL_POSITION: lambda ds, k: setattr(ds, "TemporalPositionIdentifier", k),
}


@pytest.mark.parametrize("this", sorted(OWN))
def test_what_varies_within_a_series_is_read_for_each_slice(tmp_path: Path, this: int):
    headers, slices, facts = HeaderReader(), SliceReader(), FactsReader()
    by_pattern = 0
    for path in write_ct(tmp_path, edit=OWN_VALUES[this]):
        header = read_with(headers, path)
        by_pattern += header.kind is not None
        walked = read_header(path)
        assert slices.read(header) == read_slice(walked)
        assert facts.read(header) == FactsReader().read(walked)
    assert by_pattern >= 3


SHARED_VALUES: tuple[Callable[[Dataset, int], None], ...] = (
    lambda ds, k: setattr(ds, "ImageType", ["ORIGINAL", "PRIMARY", "LOCALIZER" if k % 2 else "X"]),
    lambda ds, k: setattr(ds, "PixelSpacing", [1 + k, 1 + k]),
    lambda ds, k: setattr(ds, "SliceThickness", 1 + k),
    lambda ds, k: setattr(ds, "RescaleType", "HU" if k % 2 else "US"),
    lambda ds, k: ds.add_new(tag.PIXEL_PADDING_VALUE, "US", k),
    lambda ds, k: setattr(ds, "SeriesDescription", f"made {k}"),
    lambda ds, k: setattr(ds, "PatientName", f"Other^{k}"),
    lambda ds, k: setattr(ds, "LossyImageCompression", f"0{k % 2}"),
    lambda ds, k: setattr(ds, "SOPClassUID", f"1.2.840.10008.5.1.4.1.1.{2 + 2 * (k % 2)}"),
    lambda ds, k: setattr(ds, "Rows", 40 - k % 2),
)


@pytest.mark.parametrize("edit", SHARED_VALUES)
def test_what_a_series_shares_may_differ_all_the_same(
    tmp_path: Path, edit: Callable[[Dataset, int], None]
):
    headers, slices, facts = HeaderReader(), SliceReader(), FactsReader()
    for path in write_ct(tmp_path, edit=edit):
        header, walked = read_with(headers, path), read_header(path)
        assert slices.read(header) == read_slice(walked)
        assert facts.read(header) == FactsReader().read(walked)


def test_lookup_tables_are_read_in_every_file(tmp_path: Path):
    def with_table(ds: Dataset, k: int) -> None:
        one = Dataset()
        one.LUTDescriptor = [4, 0, 16]
        one.LUTData = np.arange(k, k + 4, dtype="<u2").tobytes()
        one.ModalityLUTType = "HU"
        one["LUTDescriptor"].VR, one["LUTData"].VR = "US", "OW"
        ds.ModalityLUTSequence = Sequence([one])

    headers, slices = HeaderReader(), SliceReader()
    found = [slices.read(read_with(headers, path)) for path in write_ct(tmp_path, edit=with_table)]
    assert len({one.table for one in found}) == len(found)

"""Enhanced multi-frame objects: every frame a slice at its own place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import Dataset, Sequence
from pydicom.encaps import encapsulate

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.intensity import WindowFunction, WindowLevel
from reader.core.series_kind import SeriesKind
from reader.formats.headers.dicom_multiframe_groups import read_frame_header
from reader.formats.headers.dicom_parse import read_header
from reader.formats.series_reader import read_series
from tests.support.dicom_writer import codes, ct_volume, grid, only_series, scan, write_ct

ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"


def item(**values: object) -> Sequence:
    """A sequence of one item."""
    ds = Dataset()
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return Sequence([ds])


def write_enhanced(path: Path, b_values: tuple[float, ...] = (0.0,)) -> np.ndarray:
    """Frames in a shuffled order, all b-values of a place together; the stored samples."""
    geometry = grid((5, 40, 36), spacing_kji_mm=(3.0, 0.9, 1.1))
    source = write_ct(path.parent / "source", ct_volume(geometry))
    ds = pydicom.dcmread(source[0])
    for file in source:
        file.unlink()
    frames = [(k, b) for k in (3, 0, 4, 1, 2) for b in b_values]
    stored = np.random.default_rng(2).integers(0, 4096, (len(frames), 40, 36)).astype(np.uint16)
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = ENHANCED_MR
    ds.Modality = "MR"
    ds.NumberOfFrames = len(frames)
    ds.PixelData = stored.tobytes()
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"):
        delattr(ds, keyword)
    shared = Dataset()
    shared.PlaneOrientationSequence = item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    shared.PixelMeasuresSequence = item(PixelSpacing=[0.9, 1.1], SliceThickness=3.0)
    ds.SharedFunctionalGroupsSequence = Sequence([shared])
    per_frame = []
    for k, b in frames:
        groups = Dataset()
        position = [f"{x:.6f}" for x in geometry.to_lps((k, 0, 0))]
        groups.PlanePositionSequence = item(ImagePositionPatient=position)
        groups.MRDiffusionSequence = item(DiffusionBValue=b)
        groups.PixelValueTransformationSequence = item(RescaleSlope=k + 1, RescaleIntercept=0)
        groups.FrameVOILUTSequence = item(WindowCenter=100 + k, WindowWidth=50)
        per_frame.append(groups)
    ds.PerFrameFunctionalGroupsSequence = Sequence(per_frame)
    ds.save_as(path)
    return stored


def test_frames_are_ordered_scaled_and_windowed_by_their_own_groups(tmp_path: Path):
    stored = write_enhanced(tmp_path / "enhanced.dcm")
    series = only_series(tmp_path / "enhanced.dcm")
    expected = grid((5, 40, 36), spacing_kji_mm=(3.0, 0.9, 1.1))
    assert series.geometry.affine_kji_to_lps == pytest.approx(expected.affine_kji_to_lps)
    assert [ref.frame for ref in series.instances] == [1, 3, 4, 0, 2]
    assert series.windows == (WindowLevel(102, 50, WindowFunction.LINEAR),)
    volume = read_series(series, ignore_progress, CancelToken())
    truth = stored[[1, 3, 4, 0, 2]] * np.arange(1, 6)[:, None, None]
    assert np.array_equal(volume.voxels, truth)


def test_b_values_become_series(tmp_path: Path):
    stored = write_enhanced(tmp_path / "enhanced.dcm", (0.0, 800.0))
    (study,) = scan(tmp_path).studies
    assert [s.description for s in study.series] == ["Phantom · b 0", "Phantom · b 800"]
    assert [codes(s) for s in study.series] == [["split-series"]] * 2
    volume = read_series(study.series[1], ignore_progress, CancelToken())
    assert np.array_equal(volume.voxels[0], stored[3])


@pytest.mark.parametrize("with_table", [True, False])
@pytest.mark.parametrize("fragments_per_frame", [1, 2])
def test_compressed_frames_are_found(tmp_path: Path, with_table: bool, fragments_per_frame: int):
    stored = write_enhanced(tmp_path / "enhanced.dcm")
    ds = pydicom.dcmread(tmp_path / "enhanced.dcm")
    ds.compress("1.2.840.10008.1.2.5", generate_instance_uid=False)
    frames = list(pydicom.encaps.generate_frames(ds.PixelData, number_of_frames=5))
    ds.PixelData = encapsulate(frames, fragments_per_frame=fragments_per_frame, has_bot=with_table)
    ds.save_as(tmp_path / "enhanced.dcm")
    found = scan(tmp_path)
    if fragments_per_frame == 2 and not with_table:
        # Nothing says where a frame ends: pydicom refuses as well.
        (series,) = found.studies[0].series
        with pytest.raises(Exception, match="could not be decoded"):
            read_series(series, ignore_progress, CancelToken())
        return
    volume = read_series(found.studies[0].series[0], ignore_progress, CancelToken())
    assert np.array_equal(volume.voxels[0], stored[1])
    assert np.array_equal(volume.voxels[4], stored[2] * 5)


@pytest.mark.parametrize("kept", [0, 3])
def test_frames_without_places_are_shown_one_by_one(tmp_path: Path, kept: int):
    """None says where it lies, or fewer than there are: no place is guessed."""
    stored = write_enhanced(tmp_path / "enhanced.dcm")
    ds = pydicom.dcmread(tmp_path / "enhanced.dcm")
    ds.PerFrameFunctionalGroupsSequence = ds.PerFrameFunctionalGroupsSequence[:kept]
    ds.save_as(tmp_path / "enhanced.dcm")
    series = only_series(tmp_path)
    assert codes(series) == ["no-position"]
    assert series.kind is SeriesKind.IMAGES
    assert not series.measurable
    assert series.measures_in_plane
    assert [ref.frame for ref in series.instances] == [0, 1, 2, 3, 4]
    volume = read_series(series, ignore_progress, CancelToken())
    assert np.array_equal(volume.voxels, stored.astype(int) - 1024)


def test_a_multi_frame_file_cut_short_is_refused(tmp_path: Path):
    path = tmp_path / "enhanced.dcm"
    write_enhanced(path)
    path.write_bytes(path.read_bytes()[:-10])
    (one,) = scan(tmp_path).unreadable
    assert "cut short" in str(one.why)


def test_what_only_dimension_indices_tell_apart_is_told_apart(tmp_path: Path):
    """A vendor's own dimension: two frames at each place, and no attribute that says why."""
    path = tmp_path / "enhanced.dcm"
    stored = write_enhanced(path, (0.0, 0.0))
    ds = pydicom.dcmread(path)
    for n, groups in enumerate(ds.PerFrameFunctionalGroupsSequence):
        groups.FrameContentSequence = item(DimensionIndexValues=[1, n // 2 + 1, 2 - n % 2])
    ds.save_as(path)
    first, second = scan(path).studies[0].series
    assert [ref.frame for ref in first.instances] == [3, 7, 9, 1, 5]
    assert [ref.frame for ref in second.instances] == [2, 6, 8, 0, 4]
    assert [s.phase and s.phase.label for s in (first, second)] == ["1", "2"]
    assert stored.shape[0] == 10


def test_a_thousand_frames_are_walked_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """pydicom takes seconds for what is a matter of milliseconds."""
    write_enhanced(tmp_path / "enhanced.dcm")

    def no_parse(*_args: object, **_values: object) -> None:
        raise AssertionError

    monkeypatch.setattr(pydicom, "dcmread", no_parse)
    assert len(only_series(tmp_path).instances) == 5


def nested_without_lengths(ds: Dataset) -> None:
    """Write every sequence and item with a delimiter instead of a length."""
    for element in ds:
        if element.VR == "SQ":
            element.is_undefined_length = True
            for one in element.value:
                one.is_undefined_length_sequence_item = True
                nested_without_lengths(one)


@pytest.mark.parametrize("how", ["delimited", "implicit", "implicit delimited", "big endian"])
def test_groups_read_the_same_however_they_are_nested(tmp_path: Path, how: str):
    path = tmp_path / "enhanced.dcm"
    write_enhanced(path, (0.0, 800.0))
    ds = pydicom.dcmread(path)
    before = read_frame_header(read_header(path))
    assert len(before.per_frame) == 10
    if "delimited" in how:
        nested_without_lengths(ds)
    implicit, big = "implicit" in how, how == "big endian"
    if implicit:
        ds.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    if big:
        ds.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRBigEndian
        ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
    assert all(ds.iterall())  # an element nobody looked at would be written as it was stored
    pydicom.dcmwrite(path, ds, implicit_vr=implicit, little_endian=not big, force_encoding=True)
    header = read_header(path)
    assert header.needs_pydicom == big
    assert read_frame_header(header) == before


@pytest.mark.parametrize("damage", [b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0"])
def test_broken_nesting_is_refused_or_read_never_a_crash(tmp_path: Path, damage: bytes):
    path = tmp_path / "enhanced.dcm"
    write_enhanced(path)
    data = path.read_bytes()
    at = data.index(bytes.fromhex("00523092"))
    for offset in range(4, 200, 3):
        broken = bytearray(data)
        broken[at + offset : at + offset + 4] = damage
        path.write_bytes(broken)
        found = scan(path)
        assert bool(found.studies) != bool(found.unreadable)

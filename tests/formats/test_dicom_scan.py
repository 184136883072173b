"""An unknown folder: what can be opened is opened, the rest is listed with a reason."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset

from reader.core.cancel import CancelToken, Progress
from reader.core.errors import Cancelled
from reader.core.study import ScanResult
from reader.formats.dicom_scan import scan_paths
from reader.formats.nifti import write_nifti
from reader.formats.series_reader import read_series
from tests.support.dicom_writer import (
    PATIENT,
    SERIES_UID,
    STUDY_UID,
    codes,
    ct_volume,
    edit_file,
    grid,
    only_series,
    scan,
    write_ct,
)

RT_STRUCTURE_SET = "1.2.840.10008.5.1.4.1.1.481.3"


def reasons(found: ScanResult) -> dict[str, str]:
    return {one.path.name: str(one.why) for one in found.unreadable}


def write_object(path: Path, sop_class: str, modality: str) -> None:
    """A small DICOM object without an image."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    ds.SOPClassUID = sop_class
    ds.SOPInstanceUID = "1.2.3.4"
    ds.Modality = modality
    ds.StudyInstanceUID = STUDY_UID
    ds.SeriesInstanceUID = "1.2.3"
    ds.save_as(path, enforce_file_format=True)


def test_a_folder_of_rubbish_opens_what_it_can_and_names_the_rest(tmp_path: Path):
    """Show 7 of the issue."""
    paths = write_ct(tmp_path / "deep" / "series")
    cut = paths[2]
    cut.write_bytes(cut.read_bytes()[:-100])
    (tmp_path / "notes.txt").write_text("Befund: unauffällig\n", "utf-8")
    (tmp_path / "empty.dcm").write_bytes(b"")
    (tmp_path / "half.dcm").write_bytes(paths[0].read_bytes()[:400])
    (tmp_path / "noise.bin").write_bytes(np.random.default_rng(0).bytes(5000))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    write_object(tmp_path / "structures.dcm", RT_STRUCTURE_SET, "RTSTRUCT")
    found = scan(tmp_path)
    (study,) = found.studies
    (series,) = study.series
    assert [ref.path for ref in series.instances] == [p for p in paths if p != cut]
    assert codes(series) == ["missing-slices"]
    why = reasons(found)
    assert why.pop(cut.name) == ("The DICOM file is cut short: 2780 of 2880 bytes of pixel data.")
    half = why.pop("half.dcm")
    assert "damaged" in half or "does not say" in half
    assert why == {
        "notes.txt": "A text file, not an image file.",
        "empty.dcm": "The file is empty (0 bytes).",
        "noise.bin": "Not an image file that Reading Room knows.",
        "picture.png": "A PNG picture, not a medical image file.",
        "structures.dcm": "RT Structure Set Storage is not supported yet.",
    }


@pytest.mark.parametrize(
    ("sop_class", "name"),
    [
        ("1.2.840.10008.5.1.4.1.1.66.4", "Segmentation Storage"),
        ("1.2.840.10008.5.1.4.1.1.88.34", "Comprehensive 3D SR Storage"),
        ("1.2.840.10008.5.1.4.1.1.104.1", "Encapsulated PDF Storage"),
        ("1.2.840.10008.5.1.4.1.1.6.1", "Ultrasound Image Storage"),
        ("1.2.840.10008.5.1.4.1.1.66.7", "Label Map Segmentation Storage"),
        ("1.2.840.10008.5.1.4.1.1.7", "Secondary Capture Image Storage"),
    ],
)
def test_objects_are_refused_by_the_name_of_their_class(tmp_path: Path, sop_class: str, name: str):
    write_object(tmp_path / "object", sop_class, "OT")
    assert reasons(scan(tmp_path)) == {"object": f"{name} is not supported yet."}


def set_colour(ds: Dataset) -> None:
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 3, "RGB"
    ds.PlanarConfiguration = 0


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (set_colour, "Colour images (RGB) are not supported yet."),
        (lambda ds: delattr(ds, "Rows"), "does not say how large it is"),
        (lambda ds: delattr(ds, "PixelData"), "describes an image but holds no pixels"),
        (lambda ds: setattr(ds, "BitsAllocated", 12), "Pixels of 12 bits are not supported."),
        (lambda ds: setattr(ds, "Rows", 60_000), "cut short"),
    ],
)
def test_an_image_that_cannot_be_shown_says_why(tmp_path: Path, edit, why: str):
    paths = write_ct(tmp_path)
    edit_file(paths[1], edit)
    found = scan(tmp_path)
    assert why in reasons(found)[paths[1].name]
    assert len(found.studies[0].series[0].instances) == 6


def test_a_transfer_syntax_without_a_decoder_is_named(tmp_path: Path):
    path = write_ct(tmp_path, transfer_syntax="jpegls", keep=lambda k: k == 0)[0]
    data = path.read_bytes()
    path.write_bytes(data.replace(b"1.2.840.10008.1.2.4.80", b"1.2.840.10008.1.2.4.55"))
    assert "Progression" in reasons(scan(tmp_path))[path.name]


def test_hidden_and_index_files_are_passed_over(tmp_path: Path):
    write_ct(tmp_path)
    for name in (".DS_Store", "._IM0001", "DICOMDIR", "VERSION", "Thumbs.db"):
        (tmp_path / name).write_bytes(b"rubbish")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x").write_bytes(b"rubbish")
    assert only_series(tmp_path).geometry.shape_kji[0] == 7


def test_a_file_named_by_the_reader_is_explained_whatever_its_name(tmp_path: Path):
    write_object(tmp_path / "DICOMDIR", "1.2.840.10008.1.3.10", "OT")
    assert reasons(scan(tmp_path)) == {}
    assert "open the folder" in reasons(scan(tmp_path / "DICOMDIR"))["DICOMDIR"]
    assert "no such file" in reasons(scan(tmp_path / "gone"))["gone"]


def test_files_and_folders_named_twice_count_once(tmp_path: Path):
    paths = write_ct(tmp_path / "a")
    found = scan(tmp_path, tmp_path / "a", paths[0], paths[0])
    assert found.unreadable == ()
    assert codes(found.studies[0].series[0]) == []


def test_links_that_go_round_in_circles_end(tmp_path: Path):
    write_ct(tmp_path / "a")
    try:
        (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links")
    assert only_series(tmp_path).geometry.shape_kji[0] == 7


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser reads everything")
def test_a_file_without_permission_is_listed(tmp_path: Path):
    path = write_ct(tmp_path)[0]
    path.chmod(0)
    assert reasons(scan(tmp_path)) == {path.name: "No permission to read the file."}


def test_a_bare_data_set_opens_when_its_header_makes_sense(tmp_path: Path):
    for path in write_ct(tmp_path):
        ds = pydicom.dcmread(path)
        ds.file_meta = FileMetaDataset()
        ds.preamble = None
        ds.save_as(path, implicit_vr=True, little_endian=True, enforce_file_format=False)
    series = only_series(tmp_path)
    volume = read_series(series, lambda _p: None, CancelToken())
    assert np.array_equal(volume.voxels, ct_volume().voxels)


def test_a_class_nobody_knows_opens_when_its_modality_is_ct(tmp_path: Path):
    write_ct(tmp_path, edit=lambda ds, _k: setattr(ds, "SOPClassUID", "1.2.111.5.2"))
    assert only_series(tmp_path).geometry.shape_kji[0] == 7


def test_the_header_becomes_study_patient_and_tags(tmp_path: Path):
    def edit(ds: Dataset, _k: int) -> None:
        ds.PatientName = "Müller^Jürgen"
        ds.PatientAge = "061Y"
        ds.AccessionNumber = "A7"
        ds.InstitutionName = "Ward"
        ds.ConvolutionKernel = "B60f"

    write_ct(tmp_path, edit=edit)
    (study,) = scan(tmp_path).studies
    (series,) = study.series
    assert (study.study_uid, study.description) == (STUDY_UID, "Test study")
    assert (study.date, study.time, study.accession) == ("20240102", "030405", "A7")
    assert study.institution == "Ward"
    assert study.patient.name == "Müller^Jürgen"
    assert (study.patient.patient_id, study.patient.age) == (PATIENT.patient_id, "061Y")
    assert (series.series_uid, series.modality, series.number) == (SERIES_UID, "CT", 1)
    assert series.description == "Phantom"
    assert series.transfer_syntax_uid == "1.2.840.10008.1.2.1"
    assert series.tags.body_part == "CHEST"
    assert series.tags.kernel == "B60f"
    assert series.tags.kvp == 120
    assert series.tags.slice_thickness_mm == 2.5
    assert series.tags.image_type == ("ORIGINAL", "PRIMARY", "AXIAL")


def test_studies_and_series_are_kept_apart(tmp_path: Path):
    write_ct(tmp_path / "a", series_uid="1.2.1")
    write_ct(tmp_path / "b", series_uid="1.2.2", edit=lambda ds, _k: setattr(ds, "SeriesNumber", 0))
    write_ct(tmp_path / "c", series_uid="1.2.3", study_uid="1.9")
    found = scan(tmp_path)
    assert {s.study_uid: [x.series_uid for x in s.series] for s in found.studies} == {
        STUDY_UID: ["1.2.2", "1.2.1"],
        "1.9": ["1.2.3"],
    }


def test_dicom_and_nifti_are_found_side_by_side(tmp_path: Path):
    write_ct(tmp_path)
    volume = ct_volume(grid((5, 9, 8)))
    write_nifti(tmp_path / "b.nii.gz", volume.voxels, volume.geometry)
    (tmp_path / "broken.nii.gz").write_bytes(gzip.compress(b"not nifti"))
    found = scan(tmp_path)
    assert sorted(s.format for study in found.studies for s in study.series) == ["dicom", "nifti"]
    assert reasons(found) == {"broken.nii.gz": "The NIfTI header is damaged or cut short."}


def test_progress_counts_files_and_cancel_stops(tmp_path: Path):
    write_ct(tmp_path, ct_volume(grid((60, 16, 16))))
    seen: list[Progress] = []
    scan_paths([tmp_path], seen.append, CancelToken())
    assert [p.total for p in seen] == [60] * len(seen)
    assert [p.done for p in seen] == [0, 25, 50, 60]
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        scan_paths([tmp_path], lambda _p: cancel.cancel(), cancel)


def test_an_empty_folder_is_no_error(tmp_path: Path):
    assert scan(tmp_path) == ScanResult(studies=())

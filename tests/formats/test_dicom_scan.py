"""An unknown folder: what can be opened is opened, the rest is listed with a reason."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset

from reader.core.cancel import CancelToken, Progress, ignore_progress
from reader.core.errors import Cancelled
from reader.core.study import ObjectKind, ScanResult, StudySummary
from reader.formats.dicom_scan import scan_paths
from reader.formats.grids.nifti import write_nifti
from reader.formats.headers.dicom_support import transfer_syntax_name
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
    reasons,
    scan,
    write_bare_object,
    write_ct,
)

RT_STRUCTURE_SET = "1.2.840.10008.5.1.4.1.1.481.3"
RT_DOSE = "1.2.840.10008.5.1.4.1.1.481.2"
MULTI_FRAME_CAPTURE = "1.2.840.10008.5.1.4.1.1.7.3"


def test_a_folder_of_rubbish_opens_what_it_can_and_names_the_rest(tmp_path: Path):
    """Show 7 of the issue."""
    paths = write_ct(tmp_path / "deep" / "series")
    cut = paths[2]
    cut.write_bytes(cut.read_bytes()[:-100])
    notes = "Befund: unauffällig\n" * 20
    (tmp_path / "notes.txt").write_bytes(notes.encode() + notes.encode("latin-1"))
    (tmp_path / "empty.dcm").write_bytes(b"")
    (tmp_path / "half.dcm").write_bytes(paths[0].read_bytes()[:400])
    (tmp_path / "noise.bin").write_bytes(np.random.default_rng(0).bytes(5000))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    write_bare_object(tmp_path / "structures.dcm", RT_STRUCTURE_SET, "RTSTRUCT")
    write_bare_object(tmp_path / "dose.dcm", RT_DOSE, "RTDOSE")
    found = scan(tmp_path)
    (study,) = found.studies
    (series,) = study.series
    assert [ref.path for ref in series.instances] == [p for p in paths if p != cut]
    assert codes(series) == ["missing-slices"]
    why = reasons(found)
    assert why.pop(cut.name) == ("The DICOM file is cut short: 2780 of 2880 bytes of pixel data.")
    assert "part of its header is missing" in why.pop("half.dcm")
    assert why == {
        "notes.txt": "A text file, not an image file.",
        "empty.dcm": "The file is empty (0 bytes).",
        "noise.bin": "Not an image file that Reading Room knows.",
        "picture.png": "A PNG picture, not a medical image file.",
        "dose.dcm": "RT Dose Storage is not supported yet.",
    }
    assert [(o.kind, o.path.name) for o in study.objects] == [
        (ObjectKind.STRUCTURES, "structures.dcm")
    ]


@pytest.mark.parametrize(
    ("sop_class", "why"),
    [
        ("481.2", "RT Dose Storage is not supported yet."),
        ("481.5", "RT Plan Storage is not supported yet."),
        ("66", "Raw Data Storage is not supported yet."),
        ("9.1.1", "12-lead ECG Waveform Storage is not supported yet."),
        ("88.67", "X-Ray Radiation Dose SR Storage is not supported yet."),
        ("77.1.6", "VL Whole Slide Microscopy Image Storage is not supported yet."),
        ("66.8", "Height Map Segmentation Storage is not supported yet."),
        ("66.7", "The segmentation holds no pixels."),
        ("6.1", "This DICOM file holds no image: it does not say how large it is."),
    ],
)
def test_what_does_not_open_is_listed_by_the_name_of_its_class(
    tmp_path: Path, sop_class: str, why: str
):
    write_bare_object(tmp_path / "object", f"1.2.840.10008.5.1.4.1.1.{sop_class}", "OT")
    assert reasons(scan(tmp_path)) == {"object": why}


@pytest.mark.parametrize(
    ("sop_class", "kind"),
    [
        ("88.11", ObjectKind.REPORT),
        ("88.22", ObjectKind.REPORT),
        ("88.33", ObjectKind.REPORT),
        ("88.34", ObjectKind.REPORT),
        ("88.35", ObjectKind.REPORT),
        ("88.59", ObjectKind.KEY_IMAGES),
        ("11.1", ObjectKind.PRESENTATION),
        ("104.1", ObjectKind.DOCUMENT),
        ("104.2", ObjectKind.DOCUMENT),
        ("67", ObjectKind.VALUE_MAPPING),
        ("481.3", ObjectKind.STRUCTURES),
    ],
)
def test_objects_about_images_make_a_study_of_their_own(
    tmp_path: Path, sop_class: str, kind: ObjectKind
):
    write_bare_object(tmp_path / "object", f"1.2.840.10008.5.1.4.1.1.{sop_class}", "OT")
    found = scan(tmp_path)
    assert found.unreadable == ()
    (study,) = found.studies
    assert (study.study_uid, study.series) == (STUDY_UID, ())
    assert [o.kind for o in study.objects] == [kind]


def test_an_object_names_the_images_it_is_about(tmp_path: Path):
    write_ct(tmp_path)
    path = tmp_path / "segmentation"
    write_bare_object(path, "1.2.840.10008.5.1.4.1.1.66.4", "SEG")

    def edit(ds: Dataset) -> None:
        image, series = Dataset(), Dataset()
        image.ReferencedSOPInstanceUID = "1.2.77"
        series.ReferencedInstanceSequence = [image]
        ds.ReferencedSeriesSequence = [series]
        ds.SeriesDescription, ds.SeriesNumber = "Lung", 7
        ds.FrameOfReferenceUID = "1.2.78"
        ds.Rows, ds.Columns, ds.BitsAllocated = 2, 2, 8
        ds.add_new("PixelData", "OB", bytes(4))

    edit_file(path, edit)
    (study,) = scan(tmp_path).studies
    (about,) = study.objects
    assert (about.references, about.frame_of_reference_uid) == (frozenset({"1.2.77"}), "1.2.78")
    assert (about.description, about.number, about.modality) == ("Lung", 7, "SEG")
    assert len(study.series) == 1


def test_a_copy_of_an_object_is_no_second_object(tmp_path: Path):
    for name in ("b", "a"):
        write_bare_object(tmp_path / name, RT_STRUCTURE_SET, "RTSTRUCT")
    found = scan(tmp_path)
    (study,) = found.studies
    assert [o.path.name for o in study.objects] == ["a"]
    assert found.unreadable == ()


def test_another_object_of_the_same_uid_is_listed(tmp_path: Path):
    for name in ("b", "a"):
        write_bare_object(tmp_path / name, RT_STRUCTURE_SET, "RTSTRUCT")
    edit_file(tmp_path / "b", lambda ds: setattr(ds, "StructureSetLabel", "other"))
    assert reasons(scan(tmp_path)) == {"b": "The same image as a, which is opened."}


def test_a_file_that_differs_in_one_pixel_is_no_silent_copy(tmp_path: Path):
    first, *_ = write_ct(tmp_path / "a", ct_volume(grid((3, 256, 256))))
    (copy := tmp_path / "b").write_bytes(first.read_bytes())
    assert reasons(scan(tmp_path)) == {}
    data = bytearray(first.read_bytes())
    data[len(data) // 2] ^= 1
    copy.write_bytes(data)
    assert reasons(scan(tmp_path)) == {"b": f"The same image as {first.name}, which is opened."}


def test_files_of_one_uid_with_different_frames_both_open(tmp_path: Path):
    """Two pictures and one more that an export gave the same UID."""
    for name, frames in (("a", 1), ("b", 2)):
        (path,) = write_ct(tmp_path / name, ct_volume(grid((1, 4, 6))), transfer_syntax="explicit")

        def edit(ds: Dataset, frames: int = frames) -> None:
            del ds.ImagePositionPatient
            del ds.ImageOrientationPatient
            ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = MULTI_FRAME_CAPTURE
            ds.SOPInstanceUID, ds.NumberOfFrames = "1.2.5", frames
            ds.PixelData = bytes(frames * 4 * 6 * 2)

        edit_file(path, edit)
    found = scan(tmp_path)
    frames_of = [len(series.instances) for series in found.studies[0].series]
    assert sorted(frames_of) == [1, 2]
    assert found.unreadable == ()


def test_an_object_cut_short_is_listed(tmp_path: Path):
    write_bare_object(tmp_path / "report", "1.2.840.10008.5.1.4.1.1.88.33", "SR")
    edit_file(tmp_path / "report", lambda ds: setattr(ds, "DerivationDescription", "x" * 100))
    data = (tmp_path / "report").read_bytes()
    at = data.index(b"x" * 100)
    (tmp_path / "report").write_bytes(data[: at + 50])
    assert "cut short" in reasons(scan(tmp_path))["report"]


def set_colour(ds: Dataset) -> None:
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 3, "RGB"
    ds.PlanarConfiguration = 0


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (set_colour, "cut short"),
        (lambda ds: setattr(ds, "PhotometricInterpretation", "ARGB"), "kind ARGB are not"),
        (lambda ds: setattr(ds, "PhotometricInterpretation", "RGB"), "contradicts itself"),
        (lambda ds: setattr(ds, "NumberOfFrames", 2_000_000), "2000000 frames"),
        (lambda ds: delattr(ds, "Rows"), "does not say how large it is"),
        (lambda ds: delattr(ds, "PixelData"), "describes an image but holds no pixels"),
        (lambda ds: setattr(ds, "BitsAllocated", 24), "Pixels of 24 bits are not supported."),
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
    path.write_bytes(data.replace(b"1.2.840.10008.1.2.4.80", b"1.2.840.10008.1.2.4.59"))
    assert "Hierarchical" in reasons(scan(tmp_path))[path.name]


def test_a_transfer_syntax_that_pydicom_does_not_know_is_named():
    assert transfer_syntax_name("1.2.840.10008.1.2.4.111") == "JPEG XL JPEG Recompression"


def test_a_bare_data_set_opens_when_its_header_makes_sense(tmp_path: Path):
    for path in write_ct(tmp_path):
        ds = pydicom.dcmread(path)
        ds.file_meta = FileMetaDataset()
        ds.preamble = None
        ds.save_as(path, implicit_vr=True, little_endian=True, enforce_file_format=False)
    series = only_series(tmp_path)
    volume = read_series(series, lambda _p: None, CancelToken())
    assert np.array_equal(volume.voxels, ct_volume().voxels)


@pytest.mark.parametrize("sop_class", ["1.2.111.5.2", "1.2.840.10008.5.1.4.1.1.999", ""])
def test_a_class_nobody_knows_opens_when_it_holds_an_image(tmp_path: Path, sop_class: str):
    write_ct(tmp_path, edit=lambda ds, _k: setattr(ds, "SOPClassUID", sop_class))
    assert only_series(tmp_path).geometry.shape_kji[0] == 7


def test_a_class_that_only_the_file_meta_names_is_known(tmp_path: Path):
    def edit(ds: Dataset, _k: int) -> None:
        del ds.SOPClassUID

    write_ct(tmp_path, edit=edit)
    assert only_series(tmp_path).instances[0].sop_class_uid == pydicom.uid.CTImageStorage


def test_a_growing_list_is_told_of_what_was_found(tmp_path: Path):
    write_ct(tmp_path / "a", series_uid="1.2.1")
    write_ct(tmp_path / "b", series_uid="1.2.2")
    write_ct(tmp_path / "c", series_uid="1.2.3", study_uid="1.9")
    write_ct(tmp_path / "d", study_uid="", series_uid="")
    volume = ct_volume(grid((5, 9, 8)))
    write_nifti(tmp_path / "b.nii.gz", volume.voxels, volume.geometry)
    told: list[tuple[StudySummary, ...]] = []
    found = scan_paths([tmp_path], ignore_progress, CancelToken(), on_found=told.append)
    last = {one.study_uid: one for one in told[-1]}
    assert last.keys() == {study.study_uid for study in found.studies}
    assert (last[STUDY_UID].series_count, last[STUDY_UID].image_count) == (2, 14)
    assert last[STUDY_UID].modalities == ("CT",)
    assert last[STUDY_UID].patient.patient_id == PATIENT.patient_id


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
    assert study.patient.name == "Müller, Jürgen"
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

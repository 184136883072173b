from __future__ import annotations

from dataclasses import replace

import pytest
from pydicom.dataset import Dataset

from reader.core.errors import ExportError, GeometryMismatchError
from reader.core.study import GeometryWarning, WarningCode
from reader.core.text import say
from reader.formats.export.dicom_header import person_name, read_source_images, short_text
from tests.support.dicom_source import axial, enhanced_series, source_series


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Lovelace", "Lovelace^Ada"),
        ("Dr. Ada King Lovelace", "Lovelace^Ada King^^Dr."),
        ("J. P. Morgan", "Morgan^J. P."),
        ("Lovelace^Ada^^Dr.", "Lovelace^Ada^^Dr."),
        ("王小东", "王小东^"),
        ("  spread \t out\n", "out^spread"),
        ("a\\b=c d", "d^a b c"),
        ("Prof.", "^^^Prof."),
        ("", "^"),
        ("x" * 90, "x" * 64),
    ],
)
def test_a_free_name_becomes_a_person_name(name, expected):
    assert person_name(name) == expected


def test_long_strings_are_one_line_without_backslash_and_at_most_64_characters():
    assert short_text("a\\b\n c") == "a/b c"
    assert len(short_text("word " * 40)) <= 64


def test_slices_are_in_series_order_with_the_positions_of_their_files(tmp_path):
    study, series = source_series(tmp_path)
    source = read_source_images(study, series)
    for k, plain in enumerate(source.slices):
        assert source.position_of(k) == pytest.approx(tuple(series.geometry.to_lps((k, 0, 0))))
        assert plain.SOPInstanceUID == series.instances[k].sop_instance_uid
    assert source.frames == (None,) * len(source.slices)


def test_a_multi_frame_file_gives_one_header_per_slice_and_its_frame_number(tmp_path):
    study, series = enhanced_series(tmp_path)
    source = read_source_images(study, series)
    count = series.geometry.shape_kji[0]
    assert source.frames == tuple(count + 1 - k for k in range(count))
    for k in range(count):
        assert source.position_of(k) == pytest.approx(tuple(series.geometry.to_lps((k, 0, 0))))


def test_identity_is_taken_over_as_text_whatever_the_character_set(tmp_path):
    def chinese(header: Dataset) -> None:
        header.SpecificCharacterSet = "GB18030"
        header.PatientName = "Wang^XiaoDong=王^小东"
        header.PatientID = "编号-7"

    study, series = source_series(tmp_path, edit=chinese)
    target = Dataset()
    read_source_images(study, series).stamp(target)
    assert target.SpecificCharacterSet == "ISO_IR 192"
    assert str(target.PatientName) == "Wang^XiaoDong=王^小东"
    assert target.PatientID == "编号-7"


def test_values_the_standard_does_not_know_are_left_empty(tmp_path):
    def odd(header: Dataset) -> None:
        header.PatientSex = "W"
        header.PatientBirthDate = "1951"
        header.StudyDate = "2025.01.02"
        header.StudyTime = "10:11:12"
        header.PatientAge = "74"
        header.ClinicalTrialTimePointID = "7"  # of a trial without sponsor and protocol

    study, series = source_series(tmp_path, edit=odd)
    identity = read_source_images(study, series).identity
    assert identity.PatientSex == ""
    assert identity.PatientBirthDate == ""
    assert identity.StudyDate == "20250102"
    assert identity.StudyTime == "101112"
    assert "PatientAge" not in identity
    assert "ClinicalTrialTimePointID" not in identity


def test_a_whole_clinical_trial_is_kept(tmp_path):
    def trial(header: Dataset) -> None:
        header.ClinicalTrialSponsorName = "Sponsor"
        header.ClinicalTrialProtocolID = "P"
        header.ClinicalTrialSubjectID = "7"

    study, series = source_series(tmp_path, edit=trial)
    identity = read_source_images(study, series).identity
    assert identity.ClinicalTrialSubjectID == "7"
    assert identity.ClinicalTrialSiteName == ""


def test_removed_identity_always_says_how(tmp_path):
    def removed(header: Dataset) -> None:
        header.PatientIdentityRemoved = "YES"

    study, series = source_series(tmp_path, edit=removed)
    identity = read_source_images(study, series).identity
    assert identity.DeidentificationMethod == "Not stated in the source images"


def test_a_bare_header_is_filled_from_what_intake_found_out(tmp_path):
    def bare(header: Dataset) -> None:
        for keyword in (
            "StudyInstanceUID", "FrameOfReferenceUID", "PatientName", "PatientID", "StudyDate",
            "StudyTime", "StudyID", "ImagePositionPatient", "ImageOrientationPatient",
            "PixelSpacing", "SliceThickness", "SpecificCharacterSet", "PatientSex",
        ):  # fmt: skip
            delattr(header, keyword)

    study, series = source_series(tmp_path, edit=bare)
    source = read_source_images(study, series)
    assert source.identity.StudyInstanceUID == study.study_uid
    assert source.identity.PatientName == ""
    assert source.position_of(2) == pytest.approx(tuple(series.geometry.to_lps((2, 0, 0))))
    frame_of_reference = {plain.FrameOfReferenceUID for plain in source.slices}
    again = {plain.FrameOfReferenceUID for plain in read_source_images(study, series).slices}
    assert len(frame_of_reference) == 1
    assert frame_of_reference == again, "two exports of one series share its frame of reference"


def test_positions_are_never_made_up(tmp_path):
    study, series = source_series(tmp_path)
    nowhere = GeometryWarning(WarningCode.NO_POSITION, say("Nowhere."))
    with pytest.raises(ExportError):
        read_source_images(study, replace(series, warnings=(nowhere,)))
    with pytest.raises(ExportError):
        read_source_images(study, replace(series, format="nifti"))
    with pytest.raises(GeometryMismatchError):
        read_source_images(study, replace(series, instances=series.instances[1:]))


def test_files_that_are_gone_or_replaced_are_refused(tmp_path):
    study, series = source_series(tmp_path, axial((3, 4, 5)))
    path = series.instances[1].path
    series.instances[0].path.replace(path)
    with pytest.raises(ExportError):  # slice 0 is gone
        read_source_images(study, series)
    (first, second, third) = series.instances
    moved = replace(series, instances=(replace(first, path=path), second, third))
    with pytest.raises(ExportError):  # slice 1's file now holds another slice
        read_source_images(study, moved)

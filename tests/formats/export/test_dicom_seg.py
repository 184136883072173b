from __future__ import annotations

from dataclasses import replace

import highdicom
import numpy as np
import pytest
import SimpleITK
from pydicom import dcmread
from pydicom.dataset import Dataset

from reader.core.codes import CodedConcept
from reader.core.errors import ExportError, GeometryMismatchError
from reader.core.provenance import Reviewer
from reader.core.review import ReviewStatus
from reader.formats.export.dicom_check import check_segmentation
from reader.formats.export.dicom_seg import write_segmentation
from tests.support.dicom_programs import dciodvfy_errors
from tests.support.dicom_source import (
    axial,
    enhanced_series,
    oblique,
    oriented,
    series_in,
    source_series,
)
from tests.support.handovers import MODEL, handover, structure

GEOMETRIES = {
    "axial": axial(),
    "one slice": axial((1, 9, 7)),
    "bits of a frame not whole bytes": axial((3, 7, 9)),
    "head to feet": oriented((0, 0, -3), (0, 0.5, 0), (0.5, 0, 0)),
    "feet first": oriented((0, 0, 3), (0, 0.5, 0), (-0.5, 0, 0)),
    "prone": oriented((0, 0, 3), (0, -0.5, 0), (-0.5, 0, 0)),
    "sagittal": oriented((2.2, 0, 0), (0, 0, -0.4), (0, 0.6, 0)),
    "coronal": oriented((0, -2.2, 0), (0, 0, -0.4), (0.6, 0, 0)),
    "oblique": oblique(),
}


def _wrong_bits(header: Dataset) -> None:
    """What real files do: a name of one part, private tags, bad sex, trial without sponsor."""
    header.PatientName = "LIDC-0314"
    header.PatientSex = "unknown"
    header.ClinicalTrialTimePointID = "3"
    header.PatientIdentityRemoved = "YES"
    header.DeidentificationMethod = "by hand"
    header.add_new(0x00091001, "LO", "private")


@pytest.mark.parametrize("geometry", GEOMETRIES.values(), ids=GEOMETRIES.keys())
def test_voxels_come_back_in_their_place(tmp_path, geometry):
    given = handover(*source_series(tmp_path / "ct", geometry))
    path = tmp_path / "seg.dcm"
    uid = write_segmentation(given, path)
    check_segmentation(path, given)
    assert dcmread(path).SOPInstanceUID == uid
    assert dciodvfy_errors(path) == []


@pytest.mark.parametrize("modality", ["CT", "MR", "PT", "NM"])
def test_every_volume_modality_conforms(tmp_path, modality):
    given = handover(*source_series(tmp_path / "in", modality=modality, edit=_wrong_bits))
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    check_segmentation(path, given)
    assert dciodvfy_errors(path) == []


def test_highdicom_reads_each_segment_with_its_own_voxels(tmp_path):
    given = handover(*source_series(tmp_path / "ct"))
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    read = highdicom.seg.segread(path)
    uids = [instance.sop_instance_uid for instance in given.series.instances]
    written = read.get_pixels_by_source_instance(uids, assert_missing_frames_are_empty=True)
    for number, segment in enumerate(given.filled_segments(), 1):
        assert np.array_equal(written[..., number - 1] > 0, given.labels == segment.label)
    volume = read.get_volume(segment_numbers=[1])
    k, j, i = 2, 3, 4
    inside = volume.map_reference_to_indices(given.series.geometry.to_lps([[k, j, i]]))
    assert np.allclose(inside % 1, 0, atol=1e-6) or np.allclose(inside % 1, 1, atol=1e-6)


def test_segments_say_what_they_are_and_how_they_came_to_be(tmp_path):
    given = handover(*source_series(tmp_path / "ct"))
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    left, _right, confirmed, edited, added = dcmread(path).SegmentSequence
    assert [s.SegmentAlgorithmType for s in (left, confirmed, edited, added)] == [
        "AUTOMATIC",
        "AUTOMATIC",
        "SEMIAUTOMATIC",
        "MANUAL",
    ]
    for segment in (left, confirmed, edited):
        (algorithm,) = segment.SegmentationAlgorithmIdentificationSequence
        assert (algorithm.AlgorithmName, algorithm.AlgorithmVersion) == (MODEL.name, MODEL.version)
        assert algorithm.AlgorithmFamilyCodeSequence[0].CodeValue == "123110"
        assert MODEL.sha256 in algorithm.AlgorithmParameters
        assert algorithm.AlgorithmSource == "Reading Room"
    assert "SegmentationAlgorithmIdentificationSequence" not in added
    assert "TrackingUID" not in left
    tracked = [s.TrackingUID for s in (confirmed, edited, added)]
    assert tracked == [f.finding.tracking_uid for f in given.findings[:3]]
    assert len({s.TrackingID for s in (confirmed, edited, added)}) == 3
    assert confirmed.SegmentLabel == "Lung nodule"
    assert confirmed.AnatomicRegionSequence[0].CodeMeaning == "Lung"
    modifiers = confirmed.AnatomicRegionSequence[0].AnatomicRegionModifierSequence
    assert modifiers[0].CodeMeaning == "Right"
    assert left.SegmentedPropertyTypeCodeSequence[0].CodeValue == "44029006"
    lightness, a, b = left.RecommendedDisplayCIELabValue  # of #88F4F4: bright cyan
    assert lightness > 55000
    assert a < 0x8080
    assert b < 0x8080


def test_structures_without_a_model_are_drawn_by_hand(tmp_path):
    added = handover(*source_series(tmp_path / "ct"), (ReviewStatus.ADDED,), algorithm=None)
    path = tmp_path / "seg.dcm"
    write_segmentation(added, path)
    check_segmentation(path, added)
    assert {s.SegmentAlgorithmType for s in dcmread(path).SegmentSequence} == {"MANUAL"}


def test_rejected_and_undecided_findings_are_not_written(tmp_path):
    statuses = (ReviewStatus.REJECTED, ReviewStatus.UNREVIEWED, ReviewStatus.CONFIRMED)
    given = handover(*source_series(tmp_path / "ct"), statuses, lungs=False)
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    check_segmentation(path, given)
    (only,) = dcmread(path).SegmentSequence
    assert only.TrackingUID == given.findings[2].finding.tracking_uid


def test_a_model_run_nobody_reviewed_is_written_whole(tmp_path):
    given = handover(*source_series(tmp_path / "ct"), (ReviewStatus.UNREVIEWED,) * 3, reviewer=None)
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    check_segmentation(path, given)
    assert len(dcmread(path).SegmentSequence) == 5
    assert dciodvfy_errors(path) == []


def test_a_segment_without_voxels_is_left_out(tmp_path):
    given = handover(*source_series(tmp_path / "ct"))
    labels = np.where(given.labels == 2, 0, given.labels).astype(np.uint16)
    given = replace(given, labels=labels)
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    check_segmentation(path, given)
    written = dcmread(path)
    assert [s.SegmentLabel for s in written.SegmentSequence] == ["Left lung", *["Lung nodule"] * 3]
    assert dciodvfy_errors(path) == []


def test_nothing_marked_is_said_and_nothing_written(tmp_path):
    given = handover(*source_series(tmp_path / "ct"))
    with pytest.raises(ExportError):
        write_segmentation(replace(given, labels=np.zeros_like(given.labels)), tmp_path / "no.dcm")
    with pytest.raises(GeometryMismatchError):
        write_segmentation(replace(given, labels=given.labels[1:]), tmp_path / "no.dcm")
    assert not (tmp_path / "no.dcm").exists()


def test_empty_frames_are_left_out_so_that_files_are_small(tmp_path):
    given = handover(
        *source_series(tmp_path / "ct", axial((9, 64, 64))), (ReviewStatus.CONFIRMED,), lungs=False
    )
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    written = dcmread(path)
    filled = int((given.labels > 0).any(axis=(1, 2)).sum())
    assert written.NumberOfFrames == filled == 2
    assert len(written.PixelData) == filled * 64 * 64 // 8
    assert len(written.ReferencedSeriesSequence[0].ReferencedInstanceSequence) == 9


def test_more_segments_than_a_byte_counts(tmp_path):
    study, series = source_series(tmp_path / "ct", axial((2, 20, 20)))
    labels = np.arange(800, dtype=np.uint16).reshape(2, 20, 20) % 301
    many = tuple(structure(label) for label in range(1, 301))
    given = replace(handover(study, series), labels=labels, segments=many, findings=())
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    check_segmentation(path, given)
    assert len(dcmread(path).SegmentSequence) == 300


def test_odd_names_and_long_codes_are_written_within_the_standard(tmp_path):
    given = handover(*source_series(tmp_path / "ct"), (), reviewer=None)
    long = CodedConcept("1234567890123456789", "SCT", "A long code " * 8)
    odd = (
        replace(given.segments[0], name="", code=long),
        replace(given.segments[1], name="lobe\\upper " * 9),
    )
    given = replace(given, segments=odd)
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    check_segmentation(path, given)
    one, other = dcmread(path).SegmentSequence
    assert one.SegmentLabel.startswith("A long code")
    assert other.SegmentLabel.startswith("lobe/upper lobe/upper")
    assert dciodvfy_errors(path) == []


def test_frames_of_a_multi_frame_source_are_named(tmp_path):
    study, series = enhanced_series(tmp_path / "ct")
    given = handover(study, series)
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    check_segmentation(path, given)
    written = dcmread(path)
    assert len(written.SourceImageSequence) == 1
    assert len(written.ReferencedSeriesSequence[0].ReferencedInstanceSequence) == 1
    count = series.geometry.shape_kji[0]
    for groups in written.PerFrameFunctionalGroupsSequence:
        z = float(groups.PlanePositionSequence[0].ImagePositionPatient[2])
        k = round((z + 100.0) / 2.5)
        image = groups.DerivationImageSequence[0].SourceImageSequence[0]
        assert image.ReferencedFrameNumber == count + 1 - k
    assert dciodvfy_errors(path) == []


def test_names_in_any_script_survive(tmp_path):
    def chinese(header: Dataset) -> None:
        header.SpecificCharacterSet = "GB18030"
        header.PatientName = "Wang^XiaoDong=王^小东"
        header.StudyDescription = "胸部平扫"

    given = handover(
        *source_series(tmp_path / "ct", edit=chinese), reviewer=Reviewer("李四", "第一医院")
    )
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    check_segmentation(path, given)
    written = dcmread(path)
    assert str(written.PatientName) == "Wang^XiaoDong=王^小东"
    assert written.StudyDescription == "胸部平扫"
    assert str(written.ContentCreatorName) == "李四^"
    assert dciodvfy_errors(path) == []


def test_nothing_of_the_source_but_patient_and_study_is_taken_over(tmp_path):
    def telling(header: Dataset) -> None:
        header.add_new(0x00091001, "LO", "private")
        header.InstitutionName, header.OperatorsName = "Elsewhere", "Smith^John"
        header.PatientComments = "a comment"

    given = handover(*source_series(tmp_path / "ct", edit=telling))
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    content = path.read_bytes()
    for secret in (b"private", b"Elsewhere", b"Smith", b"a comment", b"Scanners"):
        assert secret not in content
    written = dcmread(path)
    assert (written.Manufacturer, written.SeriesDescription) == (
        "Reading Room",
        "Reading Room segmentation",
    )
    assert written.PatientBirthDate == "19510203"
    assert written.ContentDate
    assert written.ContentTime


def test_invalid_uids_of_the_source_are_referred_to_as_they_are(tmp_path):
    long = "1.2." + "3" * 70

    def invalid(header: Dataset) -> None:
        header.StudyInstanceUID = long

    study, series = source_series(tmp_path / "ct", edit=invalid)
    given = handover(study, series)
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    check_segmentation(path, given)


def test_simpleitk_opens_it(tmp_path):
    grid = axial((5, 16, 12))  # GDCM wants frames of whole bytes
    given = handover(*source_series(tmp_path / "ct", grid), (ReviewStatus.CONFIRMED,), lungs=False)
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    voxels = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path)))
    assert int((voxels > 0).sum()) == int((given.labels > 0).sum())


@pytest.mark.parametrize(
    "folder",
    [
        "ct_liver_crlm1004/ct",
        "mr_prostate_prostatex0207/t2_sag",
        "mr_prostate_prostatex0207/t2_cor",
        "petct_lung_acrin042/pet_ac",
    ],
)
def test_real_series(tmp_path, real_data, folder):
    given = handover(*series_in(real_data(folder)), lungs=False)
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    check_segmentation(path, given)
    assert dciodvfy_errors(path) == []

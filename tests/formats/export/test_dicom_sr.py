from __future__ import annotations

from dataclasses import replace

import highdicom
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from reader.core.errors import ExportError
from reader.core.intensity import IntensityUnit
from reader.core.provenance import Reviewer
from reader.core.review import ReviewStatus
from reader.formats.export.dicom_check import check_report
from reader.formats.export.dicom_seg import write_segmentation
from reader.formats.export.dicom_sr import NO_FINDINGS, write_report
from tests.support.dicom_programs import dciodvfy_errors, dsrdump
from tests.support.dicom_source import axial, enhanced_series, oblique, series_in, source_series
from tests.support.handovers import MODEL, READER, finding, handover


def _written(folder, given, with_segmentation=True):
    """The report of a handover, checked; and the path of the segmentation it refers to."""
    segmentation = folder / "seg.dcm" if with_segmentation else None
    if segmentation is not None:
        write_segmentation(given, segmentation)
    path = folder / "sr.dcm"
    uid = write_report(given, path, segmentation)
    check_report(path, given, segmentation)
    assert dcmread(path).SOPInstanceUID == uid
    return path, segmentation


def _groups(path):
    read = highdicom.sr.srread(path)
    return [
        *read.content.get_volumetric_roi_measurement_groups(),
        *read.content.get_planar_roi_measurement_groups(),
    ]


@pytest.mark.parametrize("modality", ["CT", "MR", "PT", "NM"])
@pytest.mark.parametrize("with_segmentation", [True, False])
def test_reports_conform(tmp_path, modality, with_segmentation):
    given = handover(*source_series(tmp_path / "in", oblique(), modality=modality))
    path, _ = _written(tmp_path, given, with_segmentation)
    assert dciodvfy_errors(path) == []
    printed = dsrdump(path)
    assert "Imaging Measurement Report" in printed
    assert printed.count('"Measurement Group"') == 3


def test_each_finding_is_a_group_that_others_can_read(tmp_path):
    given = handover(*source_series(tmp_path / "ct"))
    path, segmentation = _written(tmp_path, given)
    seg = dcmread(segmentation)
    groups = _groups(path)
    assert len(groups) == 3
    for group, reviewed, number in zip(groups, given.findings, (3, 4, 5), strict=False):
        found = reviewed.finding
        assert group.tracking_uid == found.tracking_uid
        assert group.finding_type.value == found.code.value
        (site,) = group.finding_sites
        assert site.value.meaning == "Lung"
        assert site.laterality.meaning == ("Left" if reviewed is given.findings[1] else "Right")
        (reference,) = [i for i in group[0].ContentSequence if i.name.value == "121191"]
        assert reference.referenced_sop_instance_uid == seg.SOPInstanceUID
        assert reference.referenced_segment_numbers == [number]
        numbers = {m.name.meaning: (m.value, m.unit.value) for m in group.get_measurements()}
        assert numbers["Long axis"] == (found.long_axis_mm, "mm")
        assert numbers["Short axis"] == (found.short_axis_mm, "mm")
        assert numbers["Volume"][0] == pytest.approx(found.volume_mm3)
        assert numbers["Volume"][1] == "mm3"
        assert numbers["Attenuation Coefficient"] == (-45.25, "[hnsf'U]")
        if found.score is not None:
            assert numbers["Certainty of Finding"] == (pytest.approx(100 * found.score), "%")
        (status,) = group.get_qualitative_evaluations()
        assert status.value.value == reviewed.status.value


def test_measurements_say_how_they_were_made(tmp_path):
    given = handover(*source_series(tmp_path / "ct"))
    path, _ = _written(tmp_path, given)
    measurements = {m.name.meaning: m for m in _groups(path)[0].get_measurements()}
    assert measurements["Long axis"].method.meaning == "RECIST 1.1"
    assert measurements["Volume"].method.value == "126030"
    assert measurements["Attenuation Coefficient"].derivation.meaning == "Mean"
    assert measurements["Certainty of Finding"].method.value == "uncalibrated"
    printed = dsrdump(path)
    assert printed.count('"Algorithm Name")="Chest CT"') == 4  # two findings and their scores
    assert printed.count('"Algorithm Version")="1.2.0"') == 4


@pytest.mark.parametrize(
    ("modality", "unit", "name", "unit_code"),
    [
        ("PT", IntensityUnit.SUV_BW, "SUVbw", "g/ml{SUVbw}"),
        ("PT", IntensityUnit.BQ_PER_ML, "Nuclear Medicine Tomographic Activity", "Bq/ml"),
        ("MR", IntensityUnit.ARBITRARY, "MR signal intensity", "[arb'U]"),
        ("CT", IntensityUnit.ARBITRARY, "Stored image intensity", "[arb'U]"),
    ],
)
def test_mean_values_carry_the_units_of_the_series(tmp_path, modality, unit, name, unit_code):
    given = handover(*source_series(tmp_path / "in", modality=modality, unit=unit))
    path, _ = _written(tmp_path, given)
    numbers = {m.name.meaning: m.unit.value for m in _groups(path)[0].get_measurements()}
    assert numbers[name] == unit_code


def test_a_finding_without_extent_is_a_point(tmp_path):
    study, series = source_series(tmp_path / "ct")
    given = handover(study, series, (ReviewStatus.CONFIRMED,))
    bare = finding(
        series,
        1,
        ReviewStatus.ADDED,
        long_axis_mm=None,
        short_axis_mm=None,
        volume_mm3=None,
        mean_value=None,
        site=None,
        label=None,
    )
    added = replace(given.findings[0], finding=bare, status=ReviewStatus.ADDED)
    given = replace(given, findings=(*given.findings, added))
    path, _ = _written(tmp_path, given)
    segmented, point = _groups(path)
    assert segmented.reference_type.meaning == "Referenced Segment"
    assert point.roi.graphic_type.value == "POINT"
    assert point.roi.value[0] == pytest.approx(bare.center_lps_mm)
    assert point.roi.frame_of_reference_uid == dcmread(series.instances[0].path).FrameOfReferenceUID
    assert point.get_measurements() == []
    assert dciodvfy_errors(path) == []


def test_rejected_findings_never_leave(tmp_path):
    given = handover(*source_series(tmp_path / "ct"))
    path, _ = _written(tmp_path, given)
    rejected = given.findings[3]
    assert rejected.status is ReviewStatus.REJECTED
    assert rejected.finding.tracking_uid.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("signed", "reviewer", "flag", "completion"),
    [
        (True, READER, "VERIFIED", "COMPLETE"),
        (False, READER, "UNVERIFIED", "COMPLETE"),
        (True, Reviewer("Ada Lovelace"), "UNVERIFIED", "COMPLETE"),
    ],
)
def test_only_a_signature_with_name_and_organisation_verifies(
    tmp_path, signed, reviewer, flag, completion
):
    given = handover(*source_series(tmp_path / "ct"), signed=signed, reviewer=reviewer)
    path, _ = _written(tmp_path, given)
    written = dcmread(path)
    assert (written.VerificationFlag, written.CompletionFlag) == (flag, completion)
    assert written.PreliminaryFlag == ("FINAL" if flag == "VERIFIED" else "PRELIMINARY")
    if flag == "VERIFIED":
        (observer,) = written.VerifyingObserverSequence
        assert str(observer.VerifyingObserverName) == "Lovelace^Ada^^Dr."
        assert observer.VerifyingOrganization == "St Elsewhere"
    assert dciodvfy_errors(path) == []


def test_a_report_with_findings_still_open_is_partial(tmp_path):
    statuses = (ReviewStatus.CONFIRMED, ReviewStatus.UNREVIEWED)
    given = handover(*source_series(tmp_path / "ct"), statuses)
    path, _ = _written(tmp_path, given)
    assert dcmread(path).CompletionFlag == "PARTIAL"
    assert len(_groups(path)) == 1


def test_a_model_run_names_the_model_and_no_person(tmp_path):
    given = handover(*source_series(tmp_path / "ct"), (ReviewStatus.UNREVIEWED,) * 2, reviewer=None)
    path, _ = _written(tmp_path, given)
    read = highdicom.sr.srread(path)
    (device,) = read.content.get_observer_contexts()
    assert device.observer_identifying_attributes.name == MODEL.name
    assert [g.get_qualitative_evaluations()[0].value.value for g in _groups(path)] == [
        "unreviewed",
        "unreviewed",
    ]
    assert dcmread(path).VerificationFlag == "UNVERIFIED"


def test_a_readers_own_report_names_the_person_and_no_device(tmp_path):
    given = handover(*source_series(tmp_path / "ct"), (ReviewStatus.ADDED,), algorithm=None)
    path, _ = _written(tmp_path, given)
    (person,) = highdicom.sr.srread(path).content.get_observer_contexts()
    assert person.observer_identifying_attributes.name == "Lovelace^Ada^^Dr."
    assert person.observer_identifying_attributes.organization_name == "St Elsewhere"
    assert "Algorithm Name" not in dsrdump(path)


def test_no_findings_is_a_report_too_and_cautions_are_in_it(tmp_path):
    given = handover(*source_series(tmp_path / "ct"), (), cautions=("Slices are thick.",))
    path, _ = _written(tmp_path, given)
    assert dciodvfy_errors(path) == []
    dsrdump(path)
    content = path.read_bytes()
    assert NO_FINDINGS.encode() in content
    assert b"Slices are thick." in content


@pytest.mark.parametrize(
    ("modality", "body_part", "code"),
    [
        ("CT", "CHEST", "24627-2"),
        ("CT", "ABDOMEN", "25045-6"),
        ("MR", "CHEST", "25056-3"),
        ("NM", "", "49118-3"),
    ],
)
def test_the_procedure_is_the_modalitys(tmp_path, modality, body_part, code):
    given = handover(*source_series(tmp_path / "in", modality=modality, body_part=body_part))
    path, _ = _written(tmp_path, given)
    (procedure,) = [
        item.ConceptCodeSequence[0].CodeValue
        for item in dcmread(path).ContentSequence
        if item.ConceptNameCodeSequence[0].CodeValue == "121058"
    ]
    assert procedure == code


def test_private_codes_are_declared(tmp_path):
    given = handover(*source_series(tmp_path / "ct"))
    path, _ = _written(tmp_path, given)
    (scheme,) = dcmread(path).CodingSchemeIdentificationSequence
    assert scheme.CodingSchemeDesignator == "99READINGROOM"
    assert scheme.CodingSchemeResponsibleOrganization == "Reading Room"


def test_frames_of_a_multi_frame_source_are_named(tmp_path):
    given = handover(*enhanced_series(tmp_path / "ct"), (ReviewStatus.CONFIRMED,), lungs=False)
    path, _ = _written(tmp_path, given)
    (group,) = _groups(path)
    (image,) = [i for i in group[0].ContentSequence if i.name.value == "121233"]
    assert image.referenced_frame_numbers == [5, 6]  # slices 1 and 0 of 5, after one other frame
    assert dciodvfy_errors(path) == []


def test_names_in_any_script_survive(tmp_path):
    def chinese(header: Dataset) -> None:
        header.SpecificCharacterSet = "GB18030"
        header.PatientName = "Wang^XiaoDong=王^小东"

    given = handover(
        *source_series(tmp_path / "ct", edit=chinese),
        reviewer=Reviewer("李四", "第一医院"),
        signed=True,
        cautions=("切片太厚。",),
    )
    path, _ = _written(tmp_path, given)
    written = dcmread(path)
    assert str(written.PatientName) == "Wang^XiaoDong=王^小东"
    assert str(written.VerifyingObserverSequence[0].VerifyingObserverName) == "李四^"
    assert "切片太厚。".encode() in path.read_bytes()
    assert dciodvfy_errors(path) == []


def test_a_segmentation_of_another_study_is_refused(tmp_path):
    one = handover(*source_series(tmp_path / "one", axial((3, 8, 9))))
    other = handover(*source_series(tmp_path / "other", axial((3, 8, 9))))
    write_segmentation(one, tmp_path / "seg.dcm")
    with pytest.raises(ExportError):
        write_report(other, tmp_path / "sr.dcm", tmp_path / "seg.dcm")


@pytest.mark.parametrize("folder", ["mr_prostate_prostatex0207/t2_cor", "ct_liver_crlm1004/ct"])
def test_real_series(tmp_path, real_data, folder):
    given = handover(*series_in(real_data(folder)), lungs=False, signed=True)
    path, _ = _written(tmp_path, given)
    assert dciodvfy_errors(path) == []
    assert len(_groups(path)) == 3

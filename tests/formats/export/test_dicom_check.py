"""The check must be able to fail: each test breaks one thing in a good file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from reader.core.errors import ExportError
from reader.core.review import ReviewStatus
from reader.core.study import GeometryWarning, WarningCode
from reader.core.text import say
from reader.formats.export.dicom_check import check_report, check_segmentation
from reader.formats.export.dicom_seg import write_segmentation
from reader.formats.export.dicom_sr import write_report
from tests.support.dicom_source import axial, source_series
from tests.support.handovers import handover


@pytest.fixture
def given(tmp_path):
    return handover(*source_series(tmp_path / "ct"), signed=True)


@pytest.fixture
def segmentation(tmp_path, given):
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    check_segmentation(path, given)
    return path


@pytest.fixture
def report(tmp_path, given, segmentation):
    path = tmp_path / "sr.dcm"
    write_report(given, path, segmentation)
    check_report(path, given, segmentation)
    return path


def _break(path, damage: Callable[[Dataset], None]) -> None:
    dataset = dcmread(path)
    damage(dataset)
    dataset.save_as(path)


def _one_bit(seg: Dataset) -> None:
    data = bytearray(seg.PixelData)
    data[len(data) // 2] ^= 0b100
    seg.PixelData = bytes(data)


def _frame(seg: Dataset, index: int) -> Dataset:
    return seg.PerFrameFunctionalGroupsSequence[index]


def _swap_two_positions(seg: Dataset) -> None:
    one, other = _frame(seg, 0), _frame(seg, 1)
    one.PlanePositionSequence, other.PlanePositionSequence = (
        other.PlanePositionSequence,
        one.PlanePositionSequence,
    )


def _move_a_frame(seg: Dataset) -> None:
    _frame(seg, 0).PlanePositionSequence[0].ImagePositionPatient = [-31.5, 12.25, -99.0]


def _other_image(seg: Dataset) -> None:
    source = _frame(seg, 0).DerivationImageSequence[0].SourceImageSequence[0]
    source.ReferencedSOPInstanceUID = "1.2.3"


def _other_segment(seg: Dataset) -> None:
    _frame(seg, -1).SegmentIdentificationSequence[0].ReferencedSegmentNumber = 1


def _no_frame(seg: Dataset) -> None:
    del seg.PerFrameFunctionalGroupsSequence[-1]


def _turn(seg: Dataset) -> None:
    shared = seg.SharedFunctionalGroupsSequence[0]
    shared.PlaneOrientationSequence[0].ImageOrientationPatient = [0, 1, 0, 1, 0, 0]


def _stretch(seg: Dataset) -> None:
    seg.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing = [0.9, 0.7]


def _segment(keyword: str, value: object) -> Callable[[Dataset], None]:
    def damage(seg: Dataset) -> None:
        setattr(seg.SegmentSequence[2], keyword, value)

    return damage


def _other_code(seg: Dataset) -> None:
    seg.SegmentSequence[0].SegmentedPropertyTypeCodeSequence[0].CodeValue = "3341006"


def _other_weights(seg: Dataset) -> None:
    algorithm = seg.SegmentSequence[0].SegmentationAlgorithmIdentificationSequence[0]
    algorithm.AlgorithmParameters = "sha256=0"


def _drop_segment(seg: Dataset) -> None:
    del seg.SegmentSequence[-1]


def _other_patient(dataset: Dataset) -> None:
    dataset.PatientID = "P-2"


def _other_study(dataset: Dataset) -> None:
    dataset.StudyInstanceUID = "1.2.3"


@pytest.mark.parametrize(
    "damage",
    [
        _one_bit,
        _swap_two_positions,
        _move_a_frame,
        _other_image,
        _other_segment,
        _no_frame,
        _turn,
        _stretch,
        _segment("SegmentAlgorithmType", "MANUAL"),
        _segment("TrackingUID", "2.25.9"),
        _other_code,
        _other_weights,
        _drop_segment,
        _other_patient,
        _other_study,
    ],
)
def test_a_damaged_segmentation_is_noticed(segmentation, given, damage):
    _break(segmentation, damage)
    with pytest.raises(ExportError):
        check_segmentation(segmentation, given)


def test_every_bit_counts(segmentation, given):
    written = dcmread(segmentation)
    whole = written.PixelData
    used = written.NumberOfFrames * written.Rows * written.Columns
    rng = np.random.default_rng(1)
    for bit in rng.integers(0, used, 40):
        data = bytearray(whole)
        data[bit // 8] ^= 1 << (bit % 8)
        written.PixelData = bytes(data)
        written.save_as(segmentation)
        with pytest.raises(ExportError):
            check_segmentation(segmentation, given)


def test_voxels_changed_in_memory_are_noticed(segmentation, given):
    labels = given.labels.copy()
    k, j, i = np.argwhere(labels == 1)[0]
    labels[k, j, i] = 0
    with pytest.raises(ExportError):
        check_segmentation(segmentation, replace(given, labels=labels))


def test_slices_in_another_order_than_the_volume_are_noticed(tmp_path):
    study, series = source_series(tmp_path / "ct", axial((4, 14, 11)))
    swapped = replace(series, instances=series.instances[::-1])
    given = handover(study, swapped)
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    with pytest.raises(ExportError):
        check_segmentation(path, given)


def test_uneven_slices_are_placed_by_their_files(tmp_path):
    def gap(header: Dataset) -> None:
        if header.InstanceNumber > 3:
            x, y, z = header.ImagePositionPatient
            header.ImagePositionPatient = [x, y, z + 7]

    study, series = source_series(tmp_path / "ct", edit=gap)
    uneven = GeometryWarning(WarningCode.MISSING_SLICES, say("A gap."))
    given = handover(study, replace(series, warnings=(uneven,)))
    path = tmp_path / "seg.dcm"
    write_segmentation(given, path)
    check_segmentation(path, given)
    positions = {
        float(groups.PlanePositionSequence[0].ImagePositionPatient[2])
        for groups in dcmread(path).PerFrameFunctionalGroupsSequence
    }
    assert positions == {-100.0, -97.5, -95.0, -85.5, -83.0}


def test_a_file_cut_short_is_noticed(segmentation, given):
    segmentation.write_bytes(segmentation.read_bytes()[:-300])
    with pytest.raises(ExportError):
        check_segmentation(segmentation, given)
    segmentation.write_bytes(b"not DICOM")
    with pytest.raises(ExportError):
        check_segmentation(segmentation, given)


def _group(report: Dataset, index: int = 0) -> Dataset:
    (container,) = [
        item
        for item in report.ContentSequence
        if item.ConceptNameCodeSequence[0].CodeValue == "126010"
    ]
    return container.ContentSequence[index]


def _item(report: Dataset, code: str) -> Dataset:
    return next(
        item
        for item in _group(report).ContentSequence
        if item.ConceptNameCodeSequence[0].CodeValue == code
    )


def _value(code: str, value: str) -> Callable[[Dataset], None]:
    def damage(report: Dataset) -> None:
        _item(report, code).MeasuredValueSequence[0].NumericValue = value

    return damage


def _unit(report: Dataset) -> None:
    measured = _item(report, "103339001").MeasuredValueSequence[0]
    measured.MeasurementUnitsCodeSequence[0].CodeValue = "cm"


def _axes_swapped(report: Dataset) -> None:
    long, short = _item(report, "103339001"), _item(report, "103340004")
    long.ConceptNameCodeSequence, short.ConceptNameCodeSequence = (
        short.ConceptNameCodeSequence,
        long.ConceptNameCodeSequence,
    )


def _coded(code: str, value: str) -> Callable[[Dataset], None]:
    def damage(report: Dataset) -> None:
        _item(report, code).ConceptCodeSequence[0].CodeValue = value

    return damage


def _text(code: str, value: str) -> Callable[[Dataset], None]:
    def damage(report: Dataset) -> None:
        _item(report, code).TextValue = value

    return damage


def _drop_item(report: Dataset) -> None:
    group = _group(report)
    group.ContentSequence = [
        item
        for item in group.ContentSequence
        if item.ConceptNameCodeSequence[0].CodeValue != "118565006"
    ]


def _drop_group(report: Dataset) -> None:
    container = report.ContentSequence[-1]
    del container.ContentSequence[0]


def _twice(report: Dataset) -> None:
    report.ContentSequence[-1].ContentSequence.append(_group(report))


def _tracking(report: Dataset) -> None:
    _item(report, "112040").UID = "2.25.9"


def _reference(report: Dataset) -> None:
    _item(report, "121191").ReferencedSOPSequence[0].ReferencedSOPInstanceUID = "1.2.3"


def _segment_number(report: Dataset) -> None:
    _item(report, "121191").ReferencedSOPSequence[0].ReferencedSegmentNumber = 1


def _unverified(report: Dataset) -> None:
    report.VerificationFlag = "UNVERIFIED"


@pytest.mark.parametrize(
    "damage",
    [
        _value("103339001", "10.1251"),
        _value("118565006", "412.8"),
        _value("112031", "45.25"),
        _value("111012", "87.4"),
        _unit,
        _axes_swapped,
        _coded("121071", "27925004"),
        _coded("review-status", "added"),
        _coded("363698007", "44029006"),
        _text("111001", "Another model"),
        _text("111003", "9"),
        _drop_item,
        _drop_group,
        _twice,
        _tracking,
        _reference,
        _segment_number,
        _unverified,
        _other_patient,
        _other_study,
    ],
)
def test_a_damaged_report_is_noticed(report, segmentation, given, damage):
    _break(report, damage)
    with pytest.raises(ExportError):
        check_report(report, given, segmentation)


def test_a_point_moved_by_a_millimetre_is_noticed(tmp_path, given):
    path = tmp_path / "sr.dcm"
    write_report(given, path, None)
    check_report(path, given)

    def move(report: Dataset) -> None:
        x, y, z = _item(report, "111030").GraphicData
        _item(report, "111030").GraphicData = [x, y, z + 1]

    _break(path, move)
    with pytest.raises(ExportError):
        check_report(path, given)


def test_a_rejected_finding_that_slipped_in_is_noticed(tmp_path, given, segmentation):
    findings = tuple(
        replace(f, status=ReviewStatus.CONFIRMED) if f.status is ReviewStatus.REJECTED else f
        for f in given.findings
    )
    path = tmp_path / "sr.dcm"
    write_report(replace(given, findings=findings), path, segmentation)
    with pytest.raises(ExportError):
        check_report(path, given, segmentation)

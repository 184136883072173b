"""Reports by others: findings where their coordinates are, and all of them as text."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import UnreadableError
from reader.core.imported import ImportedReport
from reader.core.study import ObjectKind, Series, StudyObject
from reader.formats.objects.object_reader import read_object
from reader.formats.objects.read_object import OpenImages
from reader.formats.objects.read_sr import read_report
from tests.support.dicom_writer import ct_volume, grid, only_series, scan, write_ct
from tests.support.object_writer import (
    finding_item,
    headers,
    number_item,
    region_3d_item,
    region_item,
    segment_item,
    write_report,
    write_seg,
)

FindCase = Callable[[str], Path]
LONG = ("103339001", "SCT", "Long Axis")
SHORT = ("G-A186", "SRT", "Short Axis")
VOLUME = ("118565006", "SCT", "Volume")
AREA = ("G-D7FE", "SRT", "AREA")


def read(path: Path, *series: Series) -> ImportedReport:
    return read_report(path, OpenImages(series))


@pytest.fixture
def series(tmp_path: Path) -> Series:
    write_ct(tmp_path / "ct", ct_volume(grid(cosines=((0.8, 0.6, 0), (-0.6, 0.8, 0)))))
    return only_series(tmp_path / "ct")


def test_the_prostate_lesions_lie_where_the_report_says(real_data: FindCase):
    folder = real_data("mr_prostate_prostatex0207")
    path = folder / "sr_tid1500" / "0001.dcm"
    series = [s for study in scan(folder / "t2_tra", folder / "adc").studies for s in study.series]
    report = read(path, *series)
    ds = pydicom.dcmread(path)
    wanted = [
        [float(n) for n in item.GraphicData]
        for group in ds.ContentSequence[-1].ContentSequence
        for item in group.ContentSequence
        if item.ValueType == "SCOORD3D"
    ]
    assert [f.center_lps_mm for f in report.findings] == [
        pytest.approx(point, abs=1e-6) for point in wanted
    ]
    assert len(wanted) == 2
    for finding in report.findings:
        shown = next(s for s in series if s.key == finding.series_key)
        assert shown.geometry.contains(finding.center_lps_mm)
        assert finding.name == "Lesion"
        assert finding.site is not None
        assert finding.site.meaning == "Peripheral zone of the prostate"
        assert finding.provenance.imported == ds.SOPInstanceUID
        assert not finding.provenance.is_ai
        assert not finding.provenance.is_own
    assert report.unplaced == 0


def test_highdicoms_groups_lie_on_their_image(real_data: FindCase):
    """Column and row 0.5 are the middle of the first pixel."""
    image = real_data("dicom_zoo/seg/ct_image.dcm")
    series = only_series(image)
    report = read(real_data("dicom_zoo/sr/sr_document_with_multiple_groups.dcm"), series)
    ds = pydicom.dcmread(image)
    position, spacing = np.array(ds.ImagePositionPatient, float), float(ds.PixelSpacing[0])
    nodule, aorta = report.findings
    assert (nodule.name, nodule.long_axis_mm) == ("Nodule", 10.0)
    assert nodule.center_lps_mm == pytest.approx(
        position + spacing * np.array([44.5, 54.5, 0]), abs=1e-4
    )
    assert (aorta.name, aorta.long_axis_mm) == ("Aorta", 20.0)
    assert aorta.center_lps_mm == pytest.approx(
        position + spacing * np.array([34.5, 54.5, 0]), abs=1e-4
    )
    assert report.unplaced == 2
    assert str(report.warnings[0]).startswith("2 measurements have no place")


def test_a_circle_by_its_center(real_data: FindCase):
    series = only_series(real_data("dicom_zoo/seg/ct_image.dcm"))
    (finding,) = read(real_data("dicom_zoo/sr/sr_document.dcm"), series).findings
    assert finding.name == "Spinal cord"
    assert series.geometry.to_index(finding.center_lps_mm) == pytest.approx((0, 51.5, 57.5))
    assert finding.long_axis_mm is None


@pytest.mark.parametrize(
    ("kind", "points", "row_column"),
    [
        ("POINT", [10.5, 4.5], (4, 10)),
        ("CIRCLE", [10.5, 4.5, 15.5, 4.5], (4, 10)),
        ("ELLIPSE", [6.5, 9.5, 14.5, 9.5, 10.5, 7.5, 10.5, 11.5], (9, 10)),
        ("POLYLINE", [2.5, 2.5, 12.5, 2.5, 12.5, 6.5, 2.5, 6.5, 2.5, 2.5], (4, 7)),
        ("MULTIPOINT", [2.5, 2.5, 4.5, 6.5], (4, 3)),
    ],
)
def test_regions_in_an_oblique_image(tmp_path: Path, series: Series, kind: str, points, row_column):
    image = headers(series)[3]
    group = [finding_item(), region_item(kind, points, image)]
    (finding,) = read(write_report(tmp_path / "sr.dcm", image, [group]), series).findings
    wanted = series.geometry.to_lps((3, *row_column))
    assert finding.center_lps_mm == pytest.approx(wanted, abs=1e-4)
    assert finding.series_key == series.key


def test_measurements_go_where_their_unit_lets_them(tmp_path: Path, series: Series):
    image = headers(series)[2]
    region = region_item("POINT", [10.5, 4.5], image)
    groups = [
        [finding_item(), region, number_item(LONG, 1.25, "cm"), number_item(SHORT, 7, "mm"),
         number_item(VOLUME, 2.5, "ml")],
        [region, number_item(LONG, 64.45, "1"), number_item(AREA, 400, "mm2")],
    ]  # fmt: skip
    first, second = read(write_report(tmp_path / "sr.dcm", image, groups), series).findings
    assert (first.long_axis_mm, first.short_axis_mm, first.volume_mm3) == (12.5, 7.0, 2500.0)
    assert (second.long_axis_mm, second.volume_mm3) == (None, None)


def test_coordinates_in_the_patient_need_the_frame_of_reference(tmp_path: Path, series: Series):
    image = headers(series)[2]
    center = series.geometry.to_lps((4, 20, 11))
    frame = image.FrameOfReferenceUID
    groups = [
        [finding_item(), region_3d_item("POINT", center, frame)],
        [finding_item(), region_3d_item("POINT", center, "1.2.3")],
        [finding_item(), region_3d_item("POINT", (900, 900, 900), frame)],
    ]
    report = read(write_report(tmp_path / "sr.dcm", image, groups), series)
    assert [f.center_lps_mm for f in report.findings] == [pytest.approx(center, abs=1e-3)]
    assert report.unplaced == 2


def test_a_segment_that_is_referred_to_gives_its_center(tmp_path: Path, series: Series):
    images = headers(series)
    masks = np.zeros((*series.geometry.shape_kji, 2), np.uint8)
    masks[2:5, 10:20, 6:9, 1] = 1
    seg = write_seg(tmp_path / "seg.dcm", images, masks)
    uid = pydicom.dcmread(seg).SOPInstanceUID
    sr = write_report(tmp_path / "sr.dcm", images[0], [[finding_item(), segment_item(uid, 2)]])

    def found(kind: ObjectKind, path: Path, object_uid: str) -> StudyObject:
        return StudyObject(kind, path, "1.2", object_uid, "1.2", "SR", "")

    objects = (found(ObjectKind.SEGMENTATION, seg, uid), found(ObjectKind.REPORT, sr, "1.9"))
    report = read_object(objects[1], [series], objects, ignore_progress, CancelToken())
    assert isinstance(report, ImportedReport)
    (finding,) = report.findings
    assert finding.center_lps_mm == pytest.approx(series.geometry.to_lps((3, 14.5, 7)), abs=1e-3)


def test_reading_again_gives_the_same_findings(tmp_path: Path, series: Series):
    image = headers(series)[2]
    group = [finding_item(), region_item("POINT", [10.5, 4.5], image)]
    path = write_report(tmp_path / "sr.dcm", image, [group, group])
    first, second = read(path, series), read(path, series)
    assert first.findings == second.findings
    assert len({f.finding_id for f in first.findings}) == 2
    assert first.findings[0].provenance.maker == "Olga Other"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sr/reportsi.dcm", "Document Title"),
        ("sr/test-SR.dcm", "Diagnosis"),
        ("sr/sample-sr.dcm", "Imaging Measurement Report"),
        ("sr/structured_report.dcm", "Imaging Measurement Report"),
        ("sr/dcmqi_sr.dcm", "Imaging Measurement Report"),
        ("nasty/no-pixel-data.dcm", "Consultation Report"),
        ("nasty/reportsi_with_empty_number_tags.dcm", "Document Title"),
    ],
)
def test_every_report_can_be_read_as_text(real_data: FindCase, name: str, said: str):
    report = read(real_data(f"dicom_zoo/{name}"))
    assert report.lines[0].name == said
    assert report.lines[0].depth == 0
    assert all(line.depth > 0 for line in report.lines[1:])
    assert report.findings == ()


def test_numbers_and_words_are_in_the_text(real_data: FindCase):
    lines = read(real_data("dicom_zoo/sr/dcmqi_sr.dcm")).lines
    said = {line.name: line.value for line in lines}
    ds = pydicom.dcmread(real_data("dicom_zoo/sr/dcmqi_sr.dcm"))
    numbers = [
        item for item in _walk(ds) if item.ValueType == "NUM" and "MeasuredValueSequence" in item
    ]
    assert len([line for line in lines if line.value]) >= len(numbers)
    assert said["Language of Content Item and Descendants"] == "English"
    names = [line for line in lines if line.is_identity]
    assert [line.name for line in names] == ["Person Observer Name"]


def _walk(item: pydicom.Dataset):
    yield item
    for child in item.get("ContentSequence", []):
        yield from _walk(child)


@pytest.mark.parametrize("name", ["sr/dcmqi_rwvm.dcm", "sr/dcmqi_seg.dcm", "nasty/badVR.dcm"])
def test_what_is_no_report_is_refused(real_data: FindCase, name: str):
    with pytest.raises(UnreadableError):
        read(real_data(f"dicom_zoo/{name}"))


def test_damage_anywhere_is_refused_or_read_never_a_crash(tmp_path: Path, series: Series):
    image = headers(series)[2]
    group = [finding_item(), region_item("POINT", [10.5, 4.5], image), number_item(LONG, 5, "mm")]
    good = write_report(tmp_path / "sr.dcm", image, [group] * 3).read_bytes()
    rng = np.random.default_rng(3)
    path = tmp_path / "bad.dcm"
    for n in range(150):
        bad = bytearray(good)
        if n % 3 == 0:
            del bad[int(rng.integers(130, len(bad))) :]
        else:
            for _ in range(4):
                bad[int(rng.integers(130, len(bad)))] = int(rng.integers(256))
        path.write_bytes(bytes(bad))
        with contextlib.suppress(UnreadableError):
            read(path, series)

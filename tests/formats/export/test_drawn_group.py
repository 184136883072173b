"""Drawings in a report: conformant, understood by others, and the same when read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import highdicom
import numpy as np
import pytest
from pydicom import dcmread

from reader.core.errors import ExportError
from reader.core.handover import Handover
from reader.core.measurement import MeasurementKind, Quantity, QuantityKind
from reader.core.series_kind import SpacingSource
from reader.core.study import Series, Study
from reader.formats.export.dicom_check import check_report
from reader.formats.export.dicom_sr import AT_DETECTOR, write_report
from reader.formats.export.drawn_places import drawn_lines
from reader.formats.objects.read_object import OpenImages
from reader.formats.objects.read_sr import read_report
from tests.support.dicom_programs import dciodvfy_errors, dsrdump
from tests.support.dicom_source import axial, enhanced_series, oblique, source_series
from tests.support.dicom_writer import scan
from tests.support.drawings import KINDS, drawn_finding, drawn_on, same_shape
from tests.support.handovers import handover


def opened(folder: Path) -> tuple[Study, Series]:
    """The one series of a folder as it is opened."""
    (study,) = scan(folder).studies
    (series,) = study.series
    return study, series


def sources(folder: Path, name: str) -> tuple[Study, Series]:
    if name == "enhanced":
        return enhanced_series(folder)
    source_series(folder, oblique() if name == "oblique" else axial())
    return opened(folder)


def with_drawings(study: Study, series: Series, *drawings) -> Handover:
    found = tuple(drawn_finding(series, n, drawn) for n, drawn in enumerate(drawings))
    return handover(study, series, (), lungs=False, findings=found)


def written(folder: Path, given: Handover) -> Path:
    path = folder / "sr.dcm"
    write_report(given, path, None)
    check_report(path, given)
    return path


@pytest.mark.parametrize(
    ("name", "is_oblique"),
    [("axial", False), ("axial", True), ("oblique", False), ("oblique", True), ("enhanced", False)],
)
def test_every_drawing_is_read_back_as_it_was_drawn(
    tmp_path: Path, name: str, is_oblique: bool
) -> None:
    study, series = sources(tmp_path / "in", name)
    drawings = [drawn_on(series, kind, is_oblique) for kind in KINDS]
    path = written(tmp_path, with_drawings(study, series, *drawings))
    assert dciodvfy_errors(path) == []
    report = read_report(path, OpenImages([series]))
    assert report.unplaced == 0
    assert len(report.findings) == len(KINDS)
    for drawn, found in zip(drawings, report.findings, strict=True):
        read = found.measurement
        assert read is not None, drawn.kind
        assert same_shape(read, drawn), drawn.kind
        assert [(q.kind, q.unit) for q in read.quantities] == [
            (q.kind, q.unit) for q in drawn.quantities
        ]
        assert [q.value for q in read.quantities] == pytest.approx(
            [q.value for q in drawn.quantities]
        )
        assert (read.text, read.index) == (drawn.text, drawn.index)
        if drawn.kind.is_region:
            assert abs(np.dot(read.normal_lps, drawn.normal_lps)) == pytest.approx(1, abs=1e-5)


def test_a_drawing_on_an_image_names_it_and_any_other_lies_in_the_patient(tmp_path: Path) -> None:
    study, series = sources(tmp_path / "in", "axial")
    on_image = drawn_on(series, MeasurementKind.ELLIPSE)
    across = drawn_on(series, MeasurementKind.ELLIPSE, is_oblique=True)
    path = written(tmp_path, with_drawings(study, series, on_image, across))
    first, second = highdicom.sr.srread(path).content.get_planar_roi_measurement_groups()
    index = series.geometry.shape_kji[0] // 2
    assert first.roi.graphic_type.value == second.roi.graphic_type.value == "ELLIPSE"
    assert isinstance(first.roi, highdicom.sr.ImageRegion)
    assert isinstance(second.roi, highdicom.sr.ImageRegion3D)
    (image,) = first.roi.ContentSequence
    assert image.referenced_sop_instance_uid == series.instances[index].sop_instance_uid
    lengths = np.linalg.norm(first.roi.value[1::2] - first.roi.value[::2], axis=1)
    assert lengths[0] > lengths[1]  # the major axis comes first
    assert second.roi.frame_of_reference_uid == series.geometry.frame_of_reference_uid


def test_highdicom_finds_every_number_with_its_meaning(tmp_path: Path) -> None:
    study, series = sources(tmp_path / "in", "axial")
    drawings = [drawn_on(series, kind) for kind in KINDS]
    content = highdicom.sr.srread(
        written(tmp_path, with_drawings(study, series, *drawings))
    ).content
    regions = content.get_planar_roi_measurement_groups()
    lines = content.get_image_measurement_groups()
    assert len(regions) + len(lines) == len(KINDS)
    by_name = {g.tracking_identifier.rsplit(" ", 1)[0]: g for g in [*regions, *lines]}

    def numbers(name: str) -> list[tuple[str, str, float, str]]:
        return [
            (m.name.meaning, m.derivation.meaning if m.derivation else "", m.value, m.unit.value)
            for m in by_name[name].get_measurements()
        ]

    assert numbers("Length") == [("Length", "", 6.7, "mm")]
    assert numbers("Cobb angle") == [("Cobb angle", "", 18.4, "deg")]
    assert numbers("Long and short axis") == [
        ("Long axis", "", 6.0, "mm"), ("Short axis", "", 2.0, "mm"),
    ]  # fmt: skip
    assert numbers("Ellipse") == [
        ("Area", "", 12.5, "mm2"),
        ("Attenuation Coefficient", "Mean", 10.25, "[hnsf'U]"),
        ("Attenuation Coefficient", "Standard Deviation", 11.25, "[hnsf'U]"),
        ("Attenuation Coefficient", "Minimum", 12.25, "[hnsf'U]"),
        ("Attenuation Coefficient", "Maximum", 13.25, "[hnsf'U]"),
    ]
    assert numbers("SUV peak")[-1] == (
        "SUVbw", "Peak Value Within ROI", 7.5, "g/ml{SUVbw}",
    )  # fmt: skip
    assert numbers("Point value") == [("Attenuation Coefficient", "", -42.5, "[hnsf'U]")]
    assert numbers("Arrow") == []


def test_notes_are_comments(tmp_path: Path) -> None:
    study, series = sources(tmp_path / "in", "axial")
    note = drawn_on(series, MeasurementKind.TEXT, text="drain, 2 cm above the carina")
    printed = dsrdump(written(tmp_path, with_drawings(study, series, note)))
    assert '<contains TEXT:(,,"Comment")="drain, 2 cm above the carina">' in printed


def without_positions(header) -> None:
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "FrameOfReferenceUID"):
        delattr(header, keyword)


def test_images_without_a_place_keep_what_was_drawn_on_them(tmp_path: Path) -> None:
    source_series(tmp_path / "in", modality="CR", edit=without_positions)
    (study,) = scan(tmp_path / "in").studies
    series = study.series[2]
    drawings = [drawn_on(series, kind) for kind in (KINDS[0], KINDS[4], KINDS[-1])]
    path = written(tmp_path, with_drawings(study, series, *drawings))
    report = read_report(path, OpenImages([series]))
    assert [f.measurement.kind for f in report.findings] == [d.kind for d in drawings]
    assert [f.measurement.index for f in report.findings] == [d.index for d in drawings]
    assert all(same_shape(f.measurement, d) for f, d in zip(report.findings, drawings, strict=True))
    assert "ReferencedFrameOfReferenceUID" not in str(dcmread(path))


def test_what_others_drew_is_written_again_with_its_lines(tmp_path: Path) -> None:
    study, series = sources(tmp_path / "in", "axial")
    short_first = drawn_on(series, MeasurementKind.BIDIRECTIONAL)
    short_first = replace(short_first, quantities=tuple(reversed(short_first.quantities)))
    more = drawn_on(series, MeasurementKind.LENGTH)
    more = replace(more, quantities=(*more.quantities, Quantity(QuantityKind.MEAN, 12.0, "HU")))
    path = written(tmp_path, with_drawings(study, series, short_first, more))
    again = [f.measurement for f in read_report(path, OpenImages([series])).findings]
    assert [m.kind for m in again] == [MeasurementKind.BIDIRECTIONAL, MeasurementKind.LENGTH]
    assert [m.quantities for m in again] == [short_first.quantities, more.quantities]


def test_what_lies_between_two_images_stays_there(tmp_path: Path) -> None:
    study, series = sources(tmp_path / "in", "axial")
    drawn = drawn_on(series, MeasurementKind.FREEHAND)
    lifted = tuple((x, y, z + 0.7) for x, y, z in drawn.points_lps_mm)
    between = replace(drawn, points_lps_mm=lifted)
    path = written(tmp_path, with_drawings(study, series, between))
    (found,) = read_report(path, OpenImages([series])).findings
    assert same_shape(found.measurement, between)


def test_what_reaches_beyond_its_image_lies_in_the_patient(tmp_path: Path) -> None:
    study, series = sources(tmp_path / "in", "axial")
    columns = series.geometry.shape_kji[2]
    places = {"edge": (columns - 0.6, 0), "beyond": (columns + 4.0, 1)}
    for name, (column, wanted) in places.items():
        ends = tuple(tuple(map(float, series.geometry.to_lps((2, 3, i)))) for i in (1, column))
        line = replace(drawn_on(series, MeasurementKind.LENGTH), points_lps_mm=ends)
        (drawn,) = drawn_lines(line, series)
        assert (drawn.index is None) == bool(wanted), name
        path = written(tmp_path, with_drawings(study, series, line))
        (found,) = read_report(path, OpenImages([series])).findings
        assert same_shape(found.measurement, line)


@pytest.mark.parametrize("kind", KINDS)
def test_points_that_are_rounded_or_all_in_one_place_can_be_written(
    tmp_path: Path, kind: MeasurementKind
) -> None:
    study, series = sources(tmp_path / "in", "oblique")
    drawn = drawn_on(series, kind, is_oblique=True)
    rounded = [tuple(float(np.float32(mm)) for mm in point) for point in drawn.points_lps_mm]
    nothing = [drawn.points_lps_mm[0]] * len(rounded)
    given = with_drawings(
        study,
        series,
        replace(drawn, points_lps_mm=tuple(rounded)),
        replace(drawn, points_lps_mm=tuple(nothing)),
    )
    written(tmp_path, given)


def test_diffusion_keeps_its_unit(tmp_path: Path) -> None:
    study, series = sources(tmp_path / "in", "axial")
    drawn = replace(
        drawn_on(series, MeasurementKind.PROBE),
        quantities=(Quantity(QuantityKind.VALUE, 0.0011, "mm2/s"),),
    )
    path = written(tmp_path, with_drawings(study, series, drawn))
    assert '"Apparent Diffusion Coefficient")="0.0011" (mm2/s,UCUM' in dsrdump(path)
    (found,) = read_report(path, OpenImages([series])).findings
    assert found.measurement.quantities == drawn.quantities


def test_lengths_at_the_detector_are_said_to_be(tmp_path: Path) -> None:
    source_series(tmp_path / "in", modality="CR", edit=without_positions)
    series = scan(tmp_path / "in").studies[0].series[0]
    assert series.spacing_source is SpacingSource.DETECTOR
    study = scan(tmp_path / "in").studies[0]
    report = read_report(
        written(tmp_path, with_drawings(study, series, drawn_on(series, KINDS[0]))),
        OpenImages([series]),
    )
    assert AT_DETECTOR in [line.value for line in report.lines]


@pytest.mark.parametrize("part", ["number", "point", "comment"])
def test_what_did_not_read_back_is_not_called_saved(tmp_path: Path, part: str) -> None:
    study, series = sources(tmp_path / "in", "axial")
    given = with_drawings(study, series, drawn_on(series, MeasurementKind.LENGTH, text="here"))
    path = written(tmp_path, given)
    report = dcmread(path)
    group = report.ContentSequence[-1].ContentSequence[0].ContentSequence
    number = next(item for item in group if item.ValueType == "NUM")
    if part == "number":
        number.MeasuredValueSequence[0].NumericValue = "6.8"
    elif part == "point":
        number.ContentSequence[0].GraphicData = [1.0, 1.0, 2.0, 2.0]
    else:
        group[-1].TextValue = "there"
    report.save_as(path)
    with pytest.raises(ExportError, match="differs"):
        check_report(path, given)


def test_axes_of_a_segment_say_by_which_rule_they_were_measured(tmp_path: Path) -> None:
    study, series = sources(tmp_path / "in", "axial")
    drawn = replace(drawn_on(series, MeasurementKind.BIDIRECTIONAL), source_label=3)
    assert drawn.quantity(QuantityKind.LONG_AXIS) is not None
    printed = dsrdump(written(tmp_path, with_drawings(study, series, drawn)))
    assert printed.count('"RECIST 1.1"') == 2

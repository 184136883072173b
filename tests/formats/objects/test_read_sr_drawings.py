"""Drawings by other programs become drawings, by what they stand under."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from reader.core.finding import Finding
from reader.core.measurement import MeasurementKind, QuantityKind
from reader.core.study import Series
from reader.formats.objects.read_object import OpenImages
from reader.formats.objects.read_sr import read_report
from tests.support.dicom_writer import ct_volume, grid, only_series, write_ct
from tests.support.object_writer import (
    finding_item,
    number_item,
    region_3d_item,
    region_item,
    write_report,
)

LENGTH = ("410668003", "SCT", "Length")
OLD_LENGTH = ("G-D7FE", "SRT", "Length")
LONG = ("G-A185", "SRT", "Long Axis")
SHORT = ("G-A186", "SRT", "Short Axis")
ANGLE = ("1483009", "SCT", "Angle")
COBB = ("285285000", "SCT", "Cobb angle")
AREA = ("42798000", "SCT", "Area")
MEAN = ("373098007", "SCT", "Mean")
PERIMETER = ("131191004", "SCT", "Perimeter")
DIFFUSION = ("113041", "DCM", "Apparent Diffusion Coefficient")


@pytest.fixture
def series(tmp_path: Path) -> Series:
    write_ct(tmp_path / "ct", ct_volume(grid(cosines=((0.8, 0.6, 0), (-0.6, 0.8, 0)))))
    return only_series(tmp_path / "ct")


def image_of(series: Series, k: int = 2) -> Dataset:
    return pydicom.dcmread(series.instances[k].path, stop_before_pixels=True)


def under(number: Dataset, *regions: Dataset) -> Dataset:
    """A number with the lines that it was read off."""
    for region in regions:
        region.RelationshipType = "INFERRED FROM"
    number.ContentSequence = list(regions)
    return number


def read(tmp_path: Path, series: Series, *group: Dataset) -> Finding:
    path = write_report(tmp_path / "sr.dcm", image_of(series), [[finding_item(), *group]])
    (finding,) = read_report(path, OpenImages([series])).findings
    return finding


def at(series: Series, *pixels: tuple[float, float], k: int = 2) -> list[tuple[float, ...]]:
    """LPS mm of (column, row) as DICOM counts them."""
    return [
        pytest.approx(series.geometry.to_lps((k, row - 0.5, column - 0.5)), abs=1e-3)
        for column, row in pixels
    ]


@pytest.mark.parametrize("name", [LENGTH, OLD_LENGTH])
def test_a_line_under_a_length_is_a_length(tmp_path: Path, series: Series, name) -> None:
    line = region_item("POLYLINE", [2, 3, 6, 4], image_of(series))
    found = read(tmp_path, series, under(number_item(name, 4.1, "mm"), line))
    drawn = found.measurement
    assert drawn is not None
    assert drawn.kind is MeasurementKind.LENGTH
    assert list(drawn.points_lps_mm) == at(series, (2, 3), (6, 4))
    assert [(q.kind, q.value, q.unit) for q in drawn.quantities] == [
        (QuantityKind.LENGTH, 4.1, "mm")
    ]
    assert found.long_axis_mm == 4.1
    assert found.provenance.imported
    normal = np.cross(series.geometry.directions[:, 2], series.geometry.directions[:, 1])
    assert drawn.normal_lps == pytest.approx(normal)


def test_two_lines_under_two_axes_are_one_drawing(tmp_path: Path, series: Series) -> None:
    long = under(
        number_item(LONG, 5, "mm"), region_item("POLYLINE", [1, 3, 6, 3], image_of(series))
    )
    short = under(
        number_item(SHORT, 2, "mm"), region_item("POLYLINE", [3, 2, 3, 4], image_of(series))
    )
    drawn = read(tmp_path, series, short, long).measurement
    assert drawn is not None
    assert drawn.kind is MeasurementKind.BIDIRECTIONAL
    assert list(drawn.points_lps_mm) == at(series, (1, 3), (6, 3), (3, 2), (3, 4))


@pytest.mark.parametrize("points", [[1, 1, 4, 4, 6, 1], [1, 1, 4, 4, 4, 4, 6, 1]])
def test_an_angle_may_have_its_corner_twice(tmp_path: Path, series: Series, points) -> None:
    line = region_item("POLYLINE", points, image_of(series))
    drawn = read(tmp_path, series, under(number_item(ANGLE, 80, "deg"), line)).measurement
    assert drawn is not None
    assert drawn.kind is MeasurementKind.ANGLE
    assert list(drawn.points_lps_mm) == at(series, (1, 1), (4, 4), (6, 1))


def test_a_cobb_angle_may_be_one_line_of_four_points(tmp_path: Path, series: Series) -> None:
    line = region_item("POLYLINE", [1, 1, 6, 1, 1, 5, 6, 6], image_of(series))
    drawn = read(tmp_path, series, under(number_item(COBB, 11, "deg"), line)).measurement
    assert drawn is not None
    assert drawn.kind is MeasurementKind.COBB


def test_a_circle_is_an_ellipse_with_equal_axes(tmp_path: Path, series: Series) -> None:
    circle = region_item("CIRCLE", [4, 4, 6, 4], image_of(series))
    mean = number_item(MEAN, 31, "[hnsf'U]")
    group = (under(number_item(AREA, 12.5, "mm2"), circle), mean)
    drawn = read(tmp_path, series, *group).measurement
    assert drawn is not None
    assert drawn.kind is MeasurementKind.ELLIPSE
    points = np.array(drawn.points_lps_mm)
    assert points.mean(axis=0) == at(series, (4, 4))[0]
    arm = np.linalg.norm(series.geometry.to_lps((0, 0, 2)) - series.geometry.to_lps((0, 0, 0)))
    assert np.linalg.norm(points - points.mean(axis=0), axis=1) == pytest.approx([arm] * 4)
    assert (points[1] - points[0]) @ (points[3] - points[2]) == pytest.approx(0, abs=1e-6)
    assert [(q.kind, q.unit) for q in drawn.quantities] == [
        (QuantityKind.AREA, "mm2"), (QuantityKind.MEAN, "HU")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("points", "kind"),
    [
        ([1, 1, 5, 1, 5, 4, 1, 4, 1, 1], MeasurementKind.RECTANGLE),
        ([1, 1, 5, 1, 6, 4, 1, 4, 1, 1], MeasurementKind.FREEHAND),
        ([1, 1, 5, 1, 3, 5, 1, 1], MeasurementKind.FREEHAND),
    ],
)
def test_a_closed_line_is_a_region(tmp_path: Path, series: Series, points, kind) -> None:
    line = region_item("POLYLINE", points, image_of(series))
    drawn = read(tmp_path, series, under(number_item(PERIMETER, 14, "mm"), line)).measurement
    assert drawn is not None
    assert drawn.kind is kind
    assert len(drawn.points_lps_mm) == len(points) / 2 - 1
    assert drawn.quantities == ()


def test_a_polygon_in_the_patient_keeps_its_plane(tmp_path: Path, series: Series) -> None:
    middle = series.geometry.center_lps_mm
    one, other = np.array([0.8, 0, 0.6]), np.array([0, 1.0, 0])
    corners = [middle + a * one + b * other for a, b in ((0, 0), (3, 0), (3, 2), (1, 3), (0, 0))]
    frame = series.geometry.frame_of_reference_uid
    item = region_3d_item("POLYGON", np.ravel(corners).tolist(), frame)
    drawn = read(tmp_path, series, item).measurement
    assert drawn is not None
    assert drawn.kind is MeasurementKind.FREEHAND
    assert abs(np.dot(drawn.normal_lps, np.cross(one, other))) == pytest.approx(1)


def test_a_line_in_the_patient_lies_in_its_plane(tmp_path: Path, series: Series) -> None:
    middle = series.geometry.center_lps_mm
    along = np.array([0.48, -0.36, 0.8])
    frame = series.geometry.frame_of_reference_uid
    line = region_3d_item("POLYLINE", [*(middle - along), *(middle + along)], frame)
    drawn = read(tmp_path, series, under(number_item(LENGTH, 2, "mm"), line)).measurement
    assert drawn is not None
    assert np.dot(drawn.normal_lps, along) == pytest.approx(0, abs=1e-5)
    assert np.linalg.norm(drawn.normal_lps) == pytest.approx(1)


def test_a_point_with_a_value_is_a_probe_and_a_bare_point_no_drawing(
    tmp_path: Path, series: Series
) -> None:
    point = region_item("POINT", [3, 3], image_of(series))
    assert read(tmp_path, series, point).measurement is None
    value = number_item(("112031", "DCM", "Attenuation Coefficient"), 55, "[hnsf'U]")
    drawn = read(tmp_path, series, value, point).measurement
    assert drawn is not None
    assert drawn.kind is MeasurementKind.PROBE


def test_a_line_under_a_number_we_do_not_know_is_no_drawing(tmp_path: Path, series: Series) -> None:
    line = region_item("POLYLINE", [1, 1, 5, 1], image_of(series))
    found = read(tmp_path, series, under(number_item(DIFFUSION, 4, "mm2/s"), line))
    assert found.measurement is None


def test_centimetres_are_millimetres_and_an_unknown_unit_measures_nothing(
    tmp_path: Path, series: Series
) -> None:
    line = region_item("POLYLINE", [2, 3, 6, 4], image_of(series))
    drawn = read(tmp_path, series, under(number_item(LENGTH, 0.41, "cm"), line)).measurement
    assert drawn is not None
    assert [(q.value, q.unit) for q in drawn.quantities] == [(pytest.approx(4.1), "mm")]
    line = region_item("POLYLINE", [2, 3, 6, 4], image_of(series))
    assert (
        read(tmp_path, series, under(number_item(LENGTH, 3, "{pixels}"), line)).measurement is None
    )

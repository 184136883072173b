"""Structures by others: the voxels whose centres their contours enclose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import UnreadableError
from reader.core.geometry import VolumeGeometry
from reader.core.imported import ImportedSegmentation
from reader.core.study import Series
from reader.formats.objects.read_object import OpenImages
from reader.formats.objects.read_rtstruct import fill_even_odd, read_structures
from tests.support.dicom_writer import ct_volume, edit_file, grid, only_series, write_ct
from tests.support.object_writer import headers, write_structures

FindCase = Callable[[str], Path]


def read(path: Path, *series: Series) -> ImportedSegmentation:
    return read_structures(path, OpenImages(series), ignore_progress, CancelToken())


def lps(geometry: VolumeGeometry, k: float, corners: list[tuple[float, float]]) -> np.ndarray:
    """Points (row, column) of slice k in the patient."""
    return geometry.to_lps([(k, row, column) for row, column in corners])


def inside(point: tuple[int, int], outlines: list[np.ndarray]) -> bool:
    """Whether a ray to the left crosses the outlines an odd number of times."""
    row, column = point
    crossings = 0
    for outline in outlines:
        for (r0, c0), (r1, c1) in zip(outline, np.roll(outline, -1, axis=0), strict=True):
            if (r0 <= row) != (r1 <= row) and c0 + (row - r0) / (r1 - r0) * (c1 - c0) <= column:
                crossings += 1
    return crossings % 2 == 1


@pytest.fixture
def series(tmp_path: Path) -> Series:
    write_ct(tmp_path / "ct", ct_volume(grid(cosines=((0.8, 0.6, 0), (-0.6, 0.8, 0)))))
    return only_series(tmp_path / "ct")


def test_any_polygon_is_filled_as_counting_crossings_says():
    rng = np.random.default_rng(1)
    for _ in range(40):
        outlines = [rng.uniform(-4, 24, (int(rng.integers(3, 9)), 2)) for _ in range(2)]
        (rows, columns), mask = fill_even_odd(outlines, (20, 18))
        whole = np.zeros((20, 18), bool)
        whole[rows[0] : rows[1], columns[0] : columns[1]] = mask
        wanted = [[inside((r, c), outlines) for c in range(18)] for r in range(20)]
        assert np.array_equal(whole, wanted)


def test_squares_that_share_an_edge_share_no_pixel():
    left = np.array([(2.0, 2.0), (2.0, 6.0), (8.0, 6.0), (8.0, 2.0)])
    _, one = fill_even_odd([left], (12, 12))
    _, two = fill_even_odd([left + np.array([0, 4])], (12, 12))
    assert one.sum() == two.sum() == 24


def test_holes_points_and_lines_of_an_oblique_series(tmp_path: Path, series: Series):
    at = series.geometry
    square = [(4.6, 5.4), (4.6, 20.4), (18.3, 20.4), (18.3, 5.4)]
    hole = [(8.5, 9.5), (8.5, 13.5), (12.5, 13.5), (12.5, 9.5)]
    structures = {
        "Ring": [("CLOSED_PLANAR", lps(at, k, ring)) for k in (2, 3) for ring in (square, hole)],
        "Spot": [("POINT", lps(at, 5, [(7.2, 8.9)]))],
        "Wire": [("OPEN_PLANAR", lps(at, 1, [(3, 4), (3, 12)]))],
        "Nothing": [],
    }
    drawn = read(write_structures(tmp_path / "rt.dcm", headers(series), structures), series)
    names = [one.segment.name for one in drawn.segments]
    assert names == ["Ring", "Spot", "Wire", "Nothing"]
    ring = np.zeros(at.shape_kji, bool)
    ring[2:4, 5:19, 6:21] = True
    ring[2:4, 9:13, 10:14] = False
    assert np.array_equal(drawn.sheets[0] == 1, ring)
    assert np.argwhere(drawn.sheets[0] == 2).tolist() == [[5, 7, 9]]
    assert np.argwhere(drawn.sheets[0] == 3).tolist() == [[1, 3, c] for c in range(4, 13)]
    assert drawn.segments[0].center_lps_mm == pytest.approx(
        at.to_lps(np.argwhere(ring)).mean(axis=0), abs=1e-3
    )
    assert drawn.segments[0].segment.color == "#FF8000"
    assert not drawn.warnings
    assert drawn.origin.title == "Plan"


def test_contours_between_slices_are_moved_and_told(tmp_path: Path, series: Series):
    at = series.geometry
    square = [(4.6, 5.4), (4.6, 20.4), (18.3, 20.4), (18.3, 5.4)]
    smaller = [(6.6, 7.4), (6.6, 18.4), (16.3, 18.4), (16.3, 7.4)]
    contours = [
        ("CLOSED_PLANAR", lps(at, 2.3, square)),
        ("CLOSED_PLANAR", lps(at, 4.1, square)),
        ("CLOSED_PLANAR", lps(at, 4.0, smaller)),
        ("CLOSED_PLANAR", lps(at, 40, square)),
        ("CLOSED_PLANAR", np.array([at.to_lps((k, 5, 5 + k)) for k in (0, 3, 6)])),
    ]
    path = write_structures(tmp_path / "rt.dcm", headers(series), {"A": contours})
    drawn = read(path, series)
    filled = (drawn.sheets[0] != 0).sum(axis=(1, 2))
    assert filled.tolist() == [0, 0, 14 * 15, 0, 10 * 11, 0, 0]
    assert [str(warning) for warning in drawn.warnings] == [
        "1 contours lie between slices and are shown on the nearest.",
        "1 contours run across slices and are not shown.",
        "1 contours lie outside the images.",
    ]


def test_contours_stay_with_their_images_where_slices_are_missing(tmp_path: Path):
    write_ct(tmp_path / "ct", ct_volume(grid((12, 30, 26))), keep=lambda k: k not in (5, 7, 9, 11))
    gapped = only_series(tmp_path / "ct")
    places = [float(ds.ImagePositionPatient[2]) for ds in headers(gapped)]
    square = lps(gapped.geometry, 0, [(4.6, 5.4), (4.6, 20.4), (18.3, 20.4), (18.3, 5.4)])
    contours = []
    for z in places[3:]:
        contours.append(("CLOSED_PLANAR", np.column_stack([square[:, :2], np.full(4, z)])))
    drawn = read(write_structures(tmp_path / "rt.dcm", headers(gapped), {"A": contours}), gapped)
    filled = (drawn.sheets[0] != 0).sum(axis=(1, 2))
    assert filled.tolist() == [0, 0, 0] + [14 * 15] * 5
    assert not drawn.warnings


def test_structures_of_a_planning_program_lie_where_pydicom_says(real_data: FindCase):
    series = only_series(real_data("dicom_zoo/rt/dicompyler_ct.0.dcm"))
    path = real_data("dicom_zoo/rt/dicompyler_rtss.dcm")
    drawn = read(path, series)
    ds = pydicom.dcmread(path)
    z = float(series.geometry.affine_kji_to_lps[2, 3])
    for number, item in enumerate(ds.ROIContourSequence):
        outlines = []
        for contour in item.get("ContourSequence", []):
            points = np.reshape(np.array(contour.ContourData, float), (-1, 3))
            if abs(points[0, 2] - z) < 0.01:
                outlines.append(series.geometry.to_index(points)[:, 1:])
        area = sum(abs(_area(outline)) for outline in outlines)
        assert drawn.segments[number].voxel_count == pytest.approx(area, rel=0.02, abs=4)


def _area(outline: np.ndarray) -> float:
    rows, columns = outline.T
    return 0.5 * float(np.sum(rows * np.roll(columns, -1) - columns * np.roll(rows, -1)))


def test_rt_utils_own_example(real_data: FindCase):
    folder = real_data("dicom_zoo/rt/rtutils_mock_data")
    series = only_series(folder / "ct_1.dcm", folder / "ct_2.dcm")
    drawn = read(folder / "rt.dcm", series)
    (one,) = drawn.segments
    assert (one.segment.name, one.voxel_count) == ("ROI-1", 1443)


@pytest.mark.parametrize("missing", ["ROIContourSequence", "StructureSetROISequence"])
def test_what_is_missing_is_refused_or_done_without(tmp_path: Path, series: Series, missing: str):
    square = [(4.6, 5.4), (4.6, 20.4), (18.3, 20.4), (18.3, 5.4)]
    contours = {"A": [("CLOSED_PLANAR", lps(series.geometry, 2, square))]}
    path = write_structures(tmp_path / "rt.dcm", headers(series), contours)
    edit_file(path, lambda ds: delattr(ds, missing))
    if missing == "ROIContourSequence":
        with pytest.raises(UnreadableError, match="no contours"):
            read(path, series)
    else:
        assert read(path, series).segments[0].segment.name == "1"


def test_another_frame_of_reference_is_no_place(tmp_path: Path, series: Series):
    square = [(4.6, 5.4), (4.6, 20.4), (18.3, 20.4), (18.3, 5.4)]
    contours = {"A": [("CLOSED_PLANAR", lps(series.geometry, 2.4, square))]}
    path = write_structures(tmp_path / "rt.dcm", headers(series), contours)

    def elsewhere(ds: pydicom.Dataset) -> None:
        ds.FrameOfReferenceUID = "1.2.3"
        ds.StructureSetROISequence[0].ReferencedFrameOfReferenceUID = "1.2.3"

    edit_file(path, elsewhere)
    with pytest.raises(UnreadableError, match="frame of reference"):
        read(path, series)


@pytest.mark.parametrize(
    "name", ["rt/rtstruct.dcm", "rt/rtplan.dcm", "nasty/rtplan_truncated.dcm", "nasty/badVR.dcm"]
)
def test_nothing_to_fill_is_refused(real_data: FindCase, series: Series, name: str):
    with pytest.raises(UnreadableError):
        read(real_data(f"dicom_zoo/{name}"), series)

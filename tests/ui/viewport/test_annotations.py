"""Letters, scale, track and tags."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from reader.core.codes import LUNG_NODULE
from reader.core.finding import Finding
from reader.core.geometry import VolumeGeometry
from reader.core.intensity import WindowLevel
from reader.core.orientation import AS_ACQUIRED, Plane, SpatialTransform
from reader.core.provenance import AlgorithmIdentity, Provenance, Reviewer
from reader.core.review import ReviewStatus
from reader.core.series_kind import SeriesClass, SeriesKind
from reader.core.study import GeometryWarning, Series, SeriesTags, WarningCode
from reader.core.text import say
from reader.core.tilt import STRAIGHT
from reader.session.viewing.resolve import ResolvedViewport, Shown, resolve_viewport
from reader.session.viewing.viewport_state import ViewportState
from reader.ui import tokens
from reader.ui.viewport.annotations import edge_letters, scale_length_mm
from reader.ui.viewport.finding_tags import _place, finding_numbers, state_color
from reader.ui.viewport.plane_lines import line_directions
from reader.ui.viewport.slice_track import place_under, runs_of
from tests.support.volumes import volume_of


def oblique_geometry(degrees: float) -> VolumeGeometry:
    turn = np.radians(degrees)
    affine = np.eye(4)
    affine[:3, :3] = np.array(
        [[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]]
    )[:, ::-1]
    return VolumeGeometry((8, 9, 10), affine)


def letters(geometry: VolumeGeometry, plane: Plane) -> tuple[str, ...]:
    return edge_letters(view_of(geometry, plane))


def view_of(
    geometry: VolumeGeometry, plane: Plane, transform=AS_ACQUIRED, **series
) -> ResolvedViewport:
    volume = volume_of(np.zeros(geometry.shape_kji, np.int16), geometry)
    middle = tuple(float(v) for v in geometry.center_lps_mm)
    about = Series("1.2", "DX", "", 1, geometry, (), **series)
    shown = Shown(about, volume, middle, WindowLevel(0, 1), False, (), None)
    state = ViewportState("v0", plane, "1.2", transform=transform)
    return resolve_viewport(state, shown)


@pytest.mark.parametrize(
    ("stated", "letters"),
    [
        (("L", "F"), ("R", "L", "H", "F")),
        (("A", "FR"), ("P", "A", "HL", "FR")),
        (("", ""), ("", "", "", "")),
        (("?", "f"), ("", "", "H", "F")),
    ],
)
def test_a_film_has_the_letters_of_its_header_and_no_others(stated, letters):
    tags = SeriesTags(patient_orientation=stated)
    view = view_of(oblique_geometry(0), Plane.AXIAL, kind=SeriesKind.IMAGES, tags=tags)
    assert edge_letters(view) == letters


TURNS = [
    # left, right, up, down of a picture that had (R, L, H, F)
    (SpatialTransform(0, mirrored=True), ("L", "R", "H", "F")),
    (SpatialTransform(2, mirrored=True), ("R", "L", "F", "H")),
    (SpatialTransform(1), ("F", "H", "R", "L")),
    (SpatialTransform(2), ("L", "R", "F", "H")),
    (SpatialTransform(3), ("H", "F", "L", "R")),
    (SpatialTransform(1, mirrored=True), ("H", "F", "R", "L")),
    (SpatialTransform(3, mirrored=True), ("F", "H", "L", "R")),
]


@pytest.mark.parametrize(("transform", "letters"), TURNS)
def test_letters_turn_with_the_picture(transform, letters):
    tags = SeriesTags(patient_orientation=("L", "F"))
    grid = oblique_geometry(0)
    film = view_of(grid, Plane.AXIAL, transform, kind=SeriesKind.IMAGES, tags=tags)
    assert edge_letters(film) == letters
    assert edge_letters(view_of(grid, Plane.CORONAL, transform)) == letters


@pytest.mark.parametrize(
    ("transform", "lean"),
    [
        (AS_ACQUIRED, -1),
        (SpatialTransform(0, mirrored=True), 1),
        (SpatialTransform(2), 1),
        (SpatialTransform(2, mirrored=True), -1),
        (SpatialTransform(1), 0),
    ],
)
def test_a_mammogram_keeps_to_the_side_where_its_chest_wall_is_now(transform, lean):
    tags = SeriesTags(patient_orientation=("A", "FL"))
    about = {"kind": SeriesKind.IMAGES, "category": SeriesClass.MAMMOGRAM, "tags": tags}
    assert view_of(oblique_geometry(0), Plane.AXIAL, transform, **about).lean == lean


@pytest.mark.parametrize("transform", [SpatialTransform(1), SpatialTransform(3, mirrored=True)])
@pytest.mark.parametrize("is_tilted", [False, True])
def test_lines_of_the_other_planes_change_places_with_a_quarter_turn(transform, is_tilted):
    view = view_of(oblique_geometry(0), Plane.AXIAL, transform)
    if is_tilted:
        tilt = STRAIGHT.turned((0, 1, 0), 10.0, view.cursor_lps)
        view = replace(view, tilt=tilt)
    lines = line_directions(view)
    assert lines[Plane.CORONAL] == pytest.approx((0, 1), abs=0.2)
    assert lines[Plane.SAGITTAL] == pytest.approx((1, 0), abs=0.2)


def test_single_images_that_lie_somewhere_have_the_letters_of_their_place():
    placed = VolumeGeometry((3, 4, 5), oblique_geometry(0).affine_kji_to_lps, "1.9")
    view = view_of(placed, Plane.SAGITTAL, kind=SeriesKind.IMAGES)
    assert edge_letters(view) == ("R", "L", "A", "P")
    lost = GeometryWarning(WarningCode.NO_POSITION, say("No position."))
    view = view_of(placed, Plane.SAGITTAL, kind=SeriesKind.IMAGES, warnings=(lost,))
    assert edge_letters(view) == ("", "", "", "")


def test_letters_of_straight_planes():
    straight = oblique_geometry(0)
    assert letters(straight, Plane.AXIAL) == ("R", "L", "A", "P")
    assert letters(straight, Plane.CORONAL) == ("R", "L", "H", "F")
    assert letters(straight, Plane.SAGITTAL) == ("A", "P", "H", "F")


def test_an_oblique_side_has_two_letters_the_stronger_first():
    assert letters(oblique_geometry(20), Plane.AXIAL) == ("R", "L", "AF", "PH")
    assert letters(oblique_geometry(5), Plane.AXIAL) == ("R", "L", "A", "P")


@pytest.mark.parametrize(
    ("px_per_mm", "length"), [(1, 100), (1.9, 50), (2.6, 50), (4, 20), (11, 10), (60, 2)]
)
def test_the_scale_bar_is_the_round_length_nearest_to_100_px(px_per_mm, length):
    assert scale_length_mm(px_per_mm) == length


@pytest.mark.parametrize(
    ("flags", "runs"),
    [
        ("....", ()),
        ("####", ((0, 4),)),
        ("#..##", ((0, 1), (3, 5))),
        (".#.", ((1, 2),)),
    ],
)
def test_runs_are_stretches_of_seen_slices(flags, runs):
    assert runs_of(np.array([c == "#" for c in flags])) == runs


def test_no_flags_are_no_runs():
    assert runs_of(None) == ()


def test_the_track_maps_heights_to_slices_and_clamps():
    rect = QRectF(0, 100, 12, 200)
    assert [place_under(rect, 50, y) for y in (-5, 100, 103.9, 104, 299, 900)] == [
        0,
        0,
        0,
        1,
        49,
        49,
    ]


def finding(name: str, by_ai: bool = True) -> Finding:
    now = datetime.now(UTC)
    made_by = (
        Provenance(now, algorithm=AlgorithmIdentity("m", "M", "1", ""))
        if by_ai
        else Provenance(now, reviewer=Reviewer("R"))
    )
    return Finding(name, name, "1.2", "s", "Nodule", LUNG_NODULE, (0, 0, 0), made_by)


def test_the_ais_and_the_readers_findings_are_numbered_apart():
    listed = [finding("a"), finding("b", by_ai=False), finding("c"), finding("d", by_ai=False)]
    assert finding_numbers(listed) == {"a": 1, "b": 1, "c": 2, "d": 2}


@pytest.mark.parametrize("status", ReviewStatus)
@pytest.mark.parametrize("by_ai", [True, False])
def test_violet_waits_teal_is_the_readers_grey_was_rejected(status, by_ai):
    color = state_color(finding("a", by_ai), status)
    if status is ReviewStatus.REJECTED:
        assert color == tokens.STOPPED
    elif by_ai and status is ReviewStatus.UNREVIEWED:
        assert color == tokens.AI
    else:
        assert color == tokens.READER


AREA = QRectF(0, 0, 400, 300)


@pytest.mark.parametrize(
    "outline",
    [
        QRectF(100, 100, 40, 30),
        QRectF(370, 100, 25, 30),
        QRectF(100, 2, 40, 30),
        QRectF(380, 1, 15, 10),
        QRectF(2, 270, 40, 28),
    ],
)
def test_a_tag_is_inside_the_pane_and_never_on_its_finding(outline):
    box = _place(outline, 90, 20, 8, AREA)
    assert AREA.contains(box)
    assert not box.intersects(outline)


def test_a_tag_is_up_and_to_the_right_where_there_is_room():
    box = _place(QRectF(100, 100, 40, 30), 90, 20, 8, AREA)
    assert box.left() > 140
    assert box.bottom() < 100


def test_the_scale_bar_is_shorter_where_there_is_less_room():
    assert scale_length_mm(1.0, most_px=60) == 50
    assert scale_length_mm(1.0, most_px=8) == 5
    assert scale_length_mm(90.0, most_px=60) == 1

"""A picture that is flipped or turned: what lies over it and what is pointed at go along."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from reader.core.measurement import QuantityKind
from reader.core.orientation import SpatialTransform
from reader.core.series_kind import SeriesClass, SeriesKind
from reader.core.study import SeriesTags
from reader.session.viewing.display import VoxelValue
from reader.ui import tokens
from reader.ui.tools.tool import ToolId
from reader.ui.viewport.corner_text import CornerLine, fitting
from reader.ui.viewport.line_gestures import LineGestures
from reader.ui.viewport.plane_lines import line_directions
from tests.support.drawing_hands import A, B, by, ends_on_screen, near, only, take
from tests.support.odd_series import film, made, ramp, serve, show
from tests.support.viewers import Viewer

TURNS = [
    SpatialTransform(0, mirrored=True),
    SpatialTransform(2, mirrored=True),
    SpatialTransform(1),
    SpatialTransform(3, mirrored=True),
]


def turn(viewer: Viewer, transform: SpatialTransform, number: int = 0) -> None:
    viewports = viewer.workspace.viewports
    viewports.set_transform(viewports.states[number].id, transform)
    viewer.session.settle()
    viewer.paint()


def teal_near(viewer: Viewer, at: QPointF, reach: int = 4) -> int:
    color = [int(tokens.READER[n : n + 2], 16) for n in (1, 3, 5)]
    x, y = round(at.x()), round(at.y())
    part = viewer.pixels()[y - reach : y + reach, x - reach : x + reach].astype(int)
    return int((np.abs(part - color).max(axis=2) < 40).sum())


def tilt(viewer: Viewer) -> None:
    viewer.workspace.tilting.turn("v1", 20)
    viewer.workspace.tilting.turn("v2", 13)
    viewer.session.settle()
    viewer.paint()


@pytest.fixture
def anisotropic(empty_viewer, monkeypatch):
    """Images with rows further apart than columns, that are no volume and lie nowhere."""
    return shown_film(empty_viewer, monkeypatch, measurable=True)


def shown_film(viewer, monkeypatch, **about):
    pairs = [film(**about)]
    serve(monkeypatch, pairs)
    show(viewer.session, pairs)
    viewer.paint()
    return viewer


@pytest.mark.parametrize("transform", TURNS)
@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("is_tilted", [False, True])
def test_what_was_measured_stays_at_its_place_of_the_patient(viewer, transform, number, is_tilted):
    """The axial and the anisotropic coronal plane, along the grid and across it."""
    if is_tilted:
        tilt(viewer)
    viewer.workspace.change_settings(snap_to_segments=False)
    take(viewer, ToolId.LENGTH)
    middle = QPointF(viewer.view(number).width() / 2, viewer.view(number).height() / 2)
    start, way = middle - QPointF(60, 40), (110.0, 70.0)
    viewer.drag(start, way, number=number)
    before = only(viewer)
    where = viewer.resolved(number).geometry
    pixels = [where.to_pixel(point) for point in before.points_lps_mm]
    turn(viewer, transform, number)
    turned = viewer.resolved(number).geometry
    rows, columns = where.shape
    for (row, column), point in zip(pixels, before.points_lps_mm, strict=True):
        away = transform.vector(row - (rows - 1) / 2, column - (columns - 1) / 2)
        there = np.subtract(turned.shape, 1) / 2 + away
        assert turned.to_pixel(point) == pytest.approx(tuple(there), abs=1e-6)
    assert only(viewer) == before
    (figure,) = viewer.grid.measuring.measurements(f"v{number}").figures
    assert figure is not None


@pytest.mark.parametrize("transform", TURNS)
def test_a_line_is_drawn_between_the_places_that_were_measured(viewer, transform):
    viewer.workspace.change_settings(snap_to_segments=False)
    take(viewer, ToolId.LENGTH)
    viewer.drag(A, by(A, B))
    turn(viewer, transform)
    start, end = (viewer.pane_point(point) for point in only(viewer).points_lps_mm)
    assert not near(start, A, 20)
    for share in (0.25, 0.5, 0.75):
        assert teal_near(viewer, start + (end - start) * share) > 0


@pytest.mark.parametrize("transform", TURNS)
@pytest.mark.parametrize("is_tilted", [False, True])
def test_what_is_drawn_on_a_turned_picture_lies_under_the_hand(viewer, transform, is_tilted):
    if is_tilted:
        tilt(viewer)
    viewer.workspace.change_settings(snap_to_segments=False)
    turn(viewer, transform)
    take(viewer, ToolId.LENGTH)
    viewer.drag(A, by(A, B))
    drawn = only(viewer)
    assert all(near(*pair) for pair in zip(ends_on_screen(viewer, drawn), (A, B), strict=True))
    (length,) = [q for q in drawn.quantities if q.kind is QuantityKind.LENGTH]
    scale = viewer.view().placement.px_per_mm
    assert length.value == pytest.approx(np.hypot(*by(A, B)) / scale, rel=0.02)


@pytest.mark.parametrize("transform", TURNS)
def test_a_region_has_the_same_numbers_however_its_picture_is_turned(viewer, transform):
    viewer.workspace.change_settings(snap_to_segments=False)
    take(viewer, ToolId.ELLIPSE)
    viewer.drag(A, by(A, B))
    drawn, sketch = only(viewer), viewer.workspace.review.measuring
    turn(viewer, transform)
    again = sketch.preview(
        viewer.resolved().series.key, drawn.kind, drawn.points_lps_mm,
        tuple(-n for n in drawn.normal_lps),
    )  # fmt: skip
    assert [q.value for q in again.quantities] == pytest.approx([q.value for q in drawn.quantities])


@pytest.mark.parametrize("transform", TURNS)
def test_the_value_under_the_pointer_is_that_of_the_pixel_seen_there(viewer, transform):
    turn(viewer, transform)
    image, placement = viewer.view().shown, viewer.view().placement
    voxels = viewer.resolved().volume.voxels
    for row, column in ((3, 8), (30, 33), (20, 11)):
        viewer.hover(QPointF(*placement.to_pane(row, column)))
        viewer.view().pointer.look_now()
        hover = viewer.view().pointer.hover
        assert isinstance(hover.value, VoxelValue)
        voxel = viewer.resolved().volume.geometry.nearest_voxel(hover.lps_mm)
        assert image.geometry.to_pixel(hover.lps_mm) == pytest.approx((row, column), abs=0.02)
        assert hover.value.numbers == (voxels[tuple(voxel)],)


@pytest.mark.parametrize("transform", TURNS)
def test_a_film_says_its_own_column_and_row_and_that_it_is_turned(
    empty_viewer, monkeypatch, transform
):
    viewer = shown_film(empty_viewer, monkeypatch)
    assert not said_of_turns(viewer)
    turn(viewer, transform)
    voxel = np.array((0, 7, 15))
    viewer.hover(viewer.pane_point(viewer.resolved().volume.geometry.to_lps(voxel)))
    viewer.view().pointer.look_now()
    words = [line.text for line in viewer.view().content.corners.bottom_left]
    assert "Column 15  row 7" in words
    (words,) = said_of_turns(viewer)
    assert not words.is_warning


def said_of_turns(viewer: Viewer, number: int = 0) -> list[CornerLine]:
    lines = viewer.view(number).content.corners.top_left
    return [line for line in lines if "Flipped" in line.text or "Turned" in line.text]


def test_a_small_pane_says_that_it_is_turned(viewer):
    turn(viewer, SpatialTransform(0, mirrored=True), 1)
    few = fitting(viewer.view(1).content.corners, 300, 300, viewer.theme)
    assert [line.text for line in few.top_left] == ["Coronal", "Flipped left to right"]


def test_a_mammogram_turns_its_chest_wall_to_the_other_edge(empty_viewer, monkeypatch):
    tags = SeriesTags(patient_orientation=("A", "FL"))
    pairs = [
        made(
            "mg", ramp((1, 40, 20)), modality="MG", kind=SeriesKind.IMAGES,
            category=SeriesClass.MAMMOGRAM, tags=tags,
        )
    ]  # fmt: skip
    serve(monkeypatch, pairs)
    show(empty_viewer.session, pairs)
    empty_viewer.paint()
    assert empty_viewer.view().placement.left == 0
    turn(empty_viewer, SpatialTransform(0, mirrored=True))
    placement = empty_viewer.view().placement
    assert placement.left + placement.width == empty_viewer.view().width()


def test_scrolling_a_turned_tilted_plane_keeps_what_was_seen(viewer):
    tilt(viewer)
    seen = viewer.workspace.coverage.seen_in(viewer.resolved().series.key, viewer.resolved().stack)
    assert seen.any()
    turn(viewer, SpatialTransform(1))
    after = viewer.workspace.coverage.seen_in(viewer.resolved().series.key, viewer.resolved().stack)
    assert np.array_equal(seen, after)


def test_under_a_resting_pointer_is_another_place_once_the_picture_is_turned(viewer, qtbot):
    viewer.hover(A)
    pointer = viewer.view().pointer
    pointer.look_now()
    before = pointer.hover.lps_mm
    turn(viewer, SpatialTransform(1))
    qtbot.waitUntil(lambda: pointer.hover.lps_mm != before)
    at = viewer.pane_point(pointer.hover.lps_mm)
    assert near(at, A)
    index = viewer.resolved().index
    viewer.workspace.viewports.scroll("v0", 1)
    assert viewer.resolved().index != index
    height = pointer.hover.lps_mm[2]
    qtbot.waitUntil(lambda: pointer.hover.lps_mm[2] != height)


@pytest.mark.parametrize("transform", TURNS)
def test_planes_are_turned_with_the_hand_on_a_mirrored_picture_too(viewer, transform):
    """The line follows the grip, whichever way round the picture lies."""
    turn(viewer, transform)
    viewer.tools.choose(ToolId.CROSSHAIR)
    lines = viewer.view().findChild(LineGestures)
    plane, start = lines.lines._grips(lines._sight())[0]
    middle = lines._sight().to_pane(viewer.resolved().cursor_lps)
    away, angle = start - middle, np.radians(20)
    end = middle + QPointF(
        away.x() * np.cos(angle) - away.y() * np.sin(angle),
        away.x() * np.sin(angle) + away.y() * np.cos(angle),
    )
    viewer.drag(start, by(start, end))
    x, y = line_directions(viewer.resolved())[plane]
    away = end - middle
    across = (x * away.y() - y * away.x()) / np.hypot(away.x(), away.y())
    assert across == pytest.approx(0, abs=0.01)

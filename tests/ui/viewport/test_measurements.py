"""Measurements are seen where they lie, on any grid, and nowhere else; what a lens shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from reader.core.measurement import MeasurementKind, QuantityKind
from reader.core.orientation import Plane
from reader.session.viewing.layout import Layout
from reader.ui import tokens
from reader.ui.tools.tool import ToolId
from reader.ui.viewport.measurement_figures import Look, draw_leader, figure_of
from tests.support.drawing_hands import A, B, C, D, by, ends_on_screen, near, only, take
from tests.support.sessions import grid, write_study
from tests.support.viewers import Viewer

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def freely(request):
    """Lines stay where they are drawn."""
    if "viewer" in request.fixturenames:
        request.getfixturevalue("viewer").workspace.change_settings(snap_to_segments=False)


@pytest.fixture
def length(viewer):
    take(viewer, ToolId.LENGTH)
    viewer.drag(A, by(A, B))
    return viewer


def teal(viewer, box):
    """How many pixels of a pane, within a box of (left, top, right, bottom), are the reader's."""
    color = [int(tokens.READER[n : n + 2], 16) for n in (1, 3, 5)]
    left, top, right, bottom = (round(n) for n in box)
    part = viewer.pixels()[top:bottom, left:right].astype(int)
    return int((np.abs(part - color).max(axis=2) < 40).sum())


def around(*points):
    xs, ys = [p.x() for p in points], [p.y() for p in points]
    return min(xs) - 8, min(ys) - 8, max(xs) + 8, max(ys) + 8


def test_a_measurement_is_seen_on_its_own_slice_only(length):
    length.paint()
    assert teal(length, around(A, B)) > 100
    length.wheel(QPointF(700, 700), -120)
    length.paint()
    assert teal(length, around(A, B)) == 0
    length.wheel(QPointF(700, 700), 120)
    length.paint()
    assert teal(length, around(A, B)) > 100


def test_it_is_not_seen_in_another_plane(length):
    length.workspace.viewports.set_plane("v0", Plane.CORONAL)
    length.paint()
    assert length.grid.measuring.measurements("v0").figures == ()


def test_numbers_stand_beside_it_and_not_on_it(length):
    length.paint()
    ((box, words),) = length.grid.measuring.measurements("v0").labels
    assert len(words) == 1
    assert words[0].endswith("mm")
    for share in np.linspace(0, 1, 30):
        at = A + (B - A) * float(share)
        assert not box.contains(at)


def test_hidden_ones_are_not_seen_and_cannot_be_taken(length):
    length.tools.sketch.toggle_hidden()
    length.paint()
    assert teal(length, around(A, B)) == 0
    length.hover(B)
    assert length.tools.sketch.under_pointer is None
    length.tools.sketch.toggle_hidden()
    length.paint()
    assert teal(length, around(A, B)) > 100


def test_only_one_of_several_can_be_shown(length):
    take(length, ToolId.LENGTH)
    length.drag(C, by(C, D))
    selected = length.workspace.findings.selected
    length.tools.sketch.show_only(selected)
    length.paint()
    assert len(length.grid.measuring.measurements("v0").figures) == 1
    length.tools.sketch.show_only(None)
    length.paint()
    assert len(length.grid.measuring.measurements("v0").figures) == 2


def test_the_one_that_is_shown_alone_is_the_one_selected(length):
    first = length.workspace.findings.selected
    length.tools.sketch.show_only(first)
    take(length, ToolId.LENGTH)
    length.drag(C, by(C, D))
    assert length.tools.sketch.only == length.workspace.findings.selected != first


GRIDS = {
    "anisotropic": grid((12, 40, 48), (3.0, 0.7, 2.1)),
    "small voxels": grid((12, 40, 48), (0.5, 0.4, 0.4)),
}


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("plane", Plane)
def test_lines_lie_where_the_hand_drew_them_on_any_grid_and_plane(
    qapp, tmp_path: Path, name, plane
):
    viewer = Viewer(tmp_path / "home")
    try:
        viewer.open(write_study(tmp_path / "ct", geometry=GRIDS[name]))
        viewer.workspace.change_settings(snap_to_segments=False)
        viewer.workspace.viewports.set_plane("v0", plane)
        viewer.paint()
        take(viewer, ToolId.LENGTH)
        viewer.drag(A, by(A, B))
        one, other = ends_on_screen(viewer, only(viewer))
        assert near(one, A)
        assert near(other, B)
        viewer.paint()
        (figure,) = viewer.grid.measuring.measurements("v0").figures
        assert near(figure.points[0], A)
        assert near(figure.points[1], B)
        mm = np.linalg.norm(np.subtract(*only(viewer).points_lps_mm))
        assert only(viewer).quantity(QuantityKind.LENGTH).value == pytest.approx(mm)
    finally:
        viewer.close()


def test_ctrl_drag_takes_the_window_of_what_is_under_the_rectangle(viewer):
    key = viewer.resolved().series.key
    resolved = viewer.resolved()
    viewer.drag(QPointF(250, 250), (200, 150), keys=CTRL)
    window = viewer.workspace.viewports.looks.window_of(key)
    geometry, where = resolved.volume.geometry, resolved.geometry
    place = viewer.view().placement
    values = []
    for row in range(where.shape[0]):
        for column in range(where.shape[1]):
            x, y = place.to_pane(row, column)
            if 250 <= x <= 450 and 250 <= y <= 400:
                values.append(resolved.volume.voxels[geometry.nearest_voxel(
                    where.to_lps(row, column))])  # fmt: skip
    low, high = np.percentile(values, (0.1, 99.9))
    assert window.lower == pytest.approx(low, abs=0.1 * (high - low))
    assert window.upper == pytest.approx(high, abs=0.1 * (high - low))
    assert viewer.tools.sketch.region is None
    viewer.wheel(A, -120)
    assert viewer.workspace.viewports.looks.window_of(key) == window


def test_the_lens_shows_the_slice_larger_and_only_while_it_is_up(viewer):
    view = viewer.view()
    viewer.hover(QPointF(400, 420))
    plain = viewer.pixels()
    viewer.tools.lens.lift()
    seen = viewer.pixels()
    changed = np.argwhere((seen != plain).any(axis=2))
    assert len(changed) > 1000
    assert changed[:, 0].min() >= 420 - 113
    assert changed[:, 1].max() <= 400 + 113
    viewer.tools.lens.lower()
    assert (viewer.pixels() == plain).all()
    assert view.shown is not None


def test_the_lens_keeps_what_is_at_its_middle_in_place(viewer):
    at = viewer.pane_point(viewer.resolved().geometry.to_lps(20, 24))
    viewer.workspace.change_settings(image_interpolation="nearest")
    viewer.hover(at)
    grey = int(viewer.view().shown.base[20, 24])
    viewer.tools.lens.lift()
    x, y = round(at.x()), round(at.y())
    around_middle = viewer.pixels()[y - 3 : y + 4, x - 3 : x + 4]
    assert np.abs(around_middle.astype(int) - grey).min() < 30


def test_words_keep_off_the_corners_and_numbers_are_never_cut(length):
    area = QRectF(length.view().rect())
    for corner in (QPointF(30, 30), QPointF(area.width() - 90, 40)):
        take(length, ToolId.LENGTH)
        length.drag(corner, (50, 90))
    length.paint()
    labels = length.grid.measuring.measurements("v0").labels
    assert len(labels) == 3
    for box, words in labels:
        assert area.contains(box)
        assert words[-1].endswith("mm")


def test_a_small_pane_says_of_a_region_only_its_mean_until_it_is_in_hand(viewer):
    take(viewer, ToolId.ELLIPSE)
    viewer.drag(A, by(A, B))
    viewer.workspace.viewports.set_layout(Layout.THREE_BY_THREE)
    viewer.paint()
    panes = viewer.grid.measuring
    ((_, in_hand),) = panes.measurements("v0").labels
    assert len(in_hand) == 3
    viewer.workspace.findings.select(None)
    viewer.paint()
    ((_, said),) = panes.measurements("v0").labels
    assert said == in_hand[:1]
    assert said[0].endswith("HU")


def test_words_far_from_what_they_are_about_have_a_line_to_it():
    look = Look("#45D9C5")
    figure = figure_of(
        MeasurementKind.LENGTH, ((0.0, 0.0), (40.0, 0.0)), lambda at: QPointF(*at), look
    )
    painted = []
    for box in (QRectF(50, -9, 40, 18), QRectF(100, 60, 40, 18)):
        image = QImage(200, 100, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        draw_leader(painter, figure, box)
        painter.end()
        painted.append(_has_color(image))
    assert painted == [False, True]


def _has_color(image: QImage) -> bool:
    return any(
        image.pixelColor(x, y).green() > 60
        for x in range(image.width())
        for y in range(image.height())
    )

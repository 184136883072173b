"""A viewport shows the newest picture, where it belongs, with what lies in its plane."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt

from reader.core.orientation import Plane
from reader.imaging.slice_image import render_slice
from reader.session.viewing.layout import Layout
from reader.ui import tokens
from reader.ui.tools.tool import ToolId
from reader.ui.viewport.halo_text import HaloText


def rgb(color: str) -> list[int]:
    return [int(color[n : n + 2], 16) for n in (1, 3, 5)]


def test_a_late_picture_is_not_shown(viewer):
    view = viewer.view()
    newest = view.shown
    late = replace(newest.request, index=0, generation=newest.request.generation - 1)
    view.show_image(render_slice(late))
    assert view.shown is newest
    newer = replace(newest.request, index=0, generation=newest.request.generation + 1)
    view.show_image(render_slice(newer))
    assert view.shown.request.index == 0


def test_scrolling_shows_the_slice_that_the_corner_names(viewer):
    for _ in range(3):
        viewer.wheel(QPointF(300, 300), -120)
        shown = viewer.view().shown.request.index
        assert shown == viewer.resolved().index
        assert viewer.view().content.corners.bottom_right[0].text == f"Slice {12 - shown} / 12"


def test_the_grey_of_every_slice_pixel_is_on_screen_where_it_belongs(viewer):
    viewer.workspace.change_settings(image_interpolation="nearest")
    viewer.paint()
    view, pixels = viewer.view(), viewer.pixels()
    grey = view.shown.base
    same = 0
    for row in range(2, 38, 5):
        for column in range(3, 44, 5):
            x, y = view.placement.to_pane(row, column)
            same += pixels[int(y), int(x)].tolist() == [grey[row, column]] * 3
    assert same >= 66, "72 were looked at; lines and letters may lie over a few"


def test_smoothing_is_a_setting_that_is_seen_at_once(viewer):
    smooth = viewer.pixels()
    viewer.workspace.change_settings(image_interpolation="nearest")
    assert (viewer.pixels() != smooth).any()


def lies_on(pixels: np.ndarray, color: str) -> bool:
    """Whether one of some pixels is 60 % of a colour over any grey."""
    behind = pixels.reshape(-1, 3).astype(float) - 0.6 * np.array(rgb(color))
    return bool((np.ptp(behind, axis=1) < 4).any())


@pytest.mark.parametrize(
    ("number", "across", "down"),
    [
        (0, Plane.CORONAL, Plane.SAGITTAL),
        (1, Plane.AXIAL, Plane.SAGITTAL),
        (2, Plane.AXIAL, Plane.CORONAL),
    ],
)
def test_the_crosshair_has_the_colours_of_the_planes_and_a_gap(viewer, number, across, down):
    cursor = tuple(map(float, viewer.resolved().geometry.to_lps(11, 33)))
    viewer.workspace.viewports.set_cursor(cursor)
    viewer.paint()
    at, pixels = viewer.pane_point(cursor, number), viewer.pixels(number)
    x, y = int(at.x()), int(at.y())
    for away in (-60, 60):
        assert lies_on(pixels[y - 1 : y + 2, x + away], tokens.PLANE_COLORS[across])
        assert lies_on(pixels[y + away, x - 1 : x + 2], tokens.PLANE_COLORS[down])
        assert not lies_on(pixels[y - 4, x + away], tokens.PLANE_COLORS[across])
    near = pixels[y - 10 : y + 10, x - 10 : x + 10].astype(int)
    assert (np.ptp(near, axis=2) == 0).all(), "nothing is drawn over the point itself"


def test_lines_keep_away_from_the_selected_finding(viewer):
    place = viewer.resolved().geometry.to_lps(20, 24)
    finding = viewer.workspace.desk.add(viewer.resolved().series.key, tuple(map(float, place)))
    viewer.workspace.findings.select(finding.finding_id)
    viewer.paint()
    assert viewer.view().content.gap_mm == finding.long_axis_mm
    viewer.workspace.findings.select(None)
    viewer.paint()
    assert viewer.view().content.gap_mm == 0


def test_a_findings_outline_and_tag_are_drawn_and_its_voxels_left_free(viewer):
    plain = viewer.pixels()
    place = viewer.resolved().geometry.to_lps(20, 24)
    finding = viewer.workspace.desk.add(viewer.resolved().series.key, tuple(map(float, place)))
    viewer.paint()
    view, pixels = viewer.view(), viewer.pixels()
    teal = (pixels == rgb(tokens.READER)).all(axis=2)
    assert teal.sum() > 40
    labels = viewer.workspace.studies.segmentation(viewer.resolved().series.key).labels
    inside = labels[viewer.resolved().index] == finding.label
    for row, column in np.argwhere(inside):
        x, y = view.placement.to_pane(row, column)
        if (
            abs(x - viewer.pane_point(place).x()) > 25
            and abs(y - viewer.pane_point(place).y()) > 25
        ):
            assert (pixels[int(y), int(x)] == plain[int(y), int(x)]).all()
    assert view.content.tags[finding.finding_id].who == "You 1"


def test_hiding_the_ai_hides_its_outline_its_tag_and_its_tick(viewer):
    viewer.session.run_model()
    viewer.paint()
    violet = rgb(tokens.AI)
    assert (viewer.pixels() == violet).all(axis=2).any()
    assert viewer.view().content.track.ticks
    assert "AI: dashed outline" in [c.text for c in viewer.view().content.corners.top_right]
    viewer.workspace.overlay.hold_hidden(True)
    viewer.paint()
    assert not (viewer.pixels() == violet).all(axis=2).any()
    assert viewer.view().content.track.ticks == ()
    assert viewer.view().content.track.done == ()
    assert "AI: dashed outline" not in [c.text for c in viewer.view().content.corners.top_right]
    viewer.workspace.overlay.hold_hidden(False)
    viewer.paint()
    assert (viewer.pixels() == violet).all(axis=2).any()


def test_the_active_viewport_has_a_frame(viewer):
    frame = rgb(tokens.ACTIVE_FRAME)
    assert viewer.pixels(0)[0, 200].tolist() == frame
    assert viewer.pixels(1)[0, 200].tolist() != frame


def test_the_keyboards_place_has_a_ring_and_the_mouses_has_not(viewer):
    viewer.grid.activateWindow()
    viewer.view(1).setFocus(Qt.FocusReason.TabFocusReason)
    viewer.paint()
    if not viewer.view(1).hasFocus():
        pytest.skip("this platform gives no focus to a window")
    assert viewer.workspace.viewports.active_id == "v1"
    assert viewer.pixels(1)[1, 200].tolist() == rgb(tokens.READER)
    viewer.view(1).clearFocus()
    viewer.view(1).setFocus(Qt.FocusReason.MouseFocusReason)
    viewer.paint()
    assert viewer.pixels(1)[1, 200].tolist() != rgb(tokens.READER)


def test_with_nothing_open_every_viewport_says_so(empty_viewer):
    for view in empty_viewer.grid.views:
        assert str(view.content.message.what) == "Nothing is open"
        assert view.content.resolved is None
    assert (empty_viewer.pixels() > 60).any(), "the words are not there"


def test_closing_the_study_takes_the_picture_away(viewer):
    viewer.workspace.close_study()
    viewer.paint()
    assert viewer.view().shown is None
    assert (viewer.pixels() > 0).mean() < 0.02


def test_another_series_replaces_the_picture(empty_viewer, two_series):
    empty_viewer.open(two_series)
    first = empty_viewer.resolved().series.key
    other = next(s.key for s in empty_viewer.workspace.studies.study.series if s.key != first)
    empty_viewer.workspace.show_series(other, "v0")
    empty_viewer.session.settle()
    empty_viewer.paint()
    shown = empty_viewer.view().shown.request
    assert shown.volume is empty_viewer.workspace.studies.volume(other)
    assert empty_viewer.resolved(1).series.key == first


def test_the_ring_follows_the_brush_and_leaves_with_the_pointer(viewer):
    place = viewer.resolved().geometry.to_lps(20, 24)
    finding = viewer.workspace.desk.add(viewer.resolved().series.key, tuple(map(float, place)))
    viewer.workspace.findings.select(finding.finding_id)
    viewer.workspace.set_mode(type(viewer.workspace.mode).EDIT)
    viewer.hover(QPointF(300, 300))
    assert viewer.view()._plane.ring.isVisible()
    viewer.tools.choose(ToolId.WINDOW)
    assert not viewer.view()._plane.ring.isVisible()


def test_pictures_are_composed_again_only_when_they_change(viewer, monkeypatch):
    composed = []
    picture = viewer.view(1)._picture._picture
    lay = picture.lay
    monkeypatch.setattr(picture, "lay", lambda *a: (composed.append(1), lay(*a)))
    viewer.wheel(QPointF(300, 300), -120)
    viewer.hover(QPointF(100, 100), number=1)
    viewer.view(1).pointer.look_now()
    viewer.paint()
    assert composed == [], "the crosshair and the numbers need no new picture"
    viewer.workspace.viewports.set_index("v1", 3)
    viewer.paint()
    assert composed == [1]


def test_every_layout_shows_its_planes(viewer):
    for layout in Layout:
        viewer.workspace.viewports.set_layout(layout)
        viewer.paint()
        planes = tuple(v.content.resolved.axes.plane for v in viewer.grid.views)
        assert planes == layout.planes
        assert all(v.shown is not None for v in viewer.grid.views)


def test_drops_are_left_to_the_window(viewer):
    for view in viewer.grid.views:
        assert not view.acceptDrops()
        assert not view.viewport().acceptDrops()


class Dot:
    """A drawing that notes when it is painted."""

    def __init__(self):
        self.sights = []

    def paint(self, painter, sight):
        self.sights.append(sight)
        painter.fillRect(QRectF(sight.to_pane(sight.resolved.cursor_lps), QSizeF(6, 6)), "#00FF00")


def test_a_drawing_lies_over_the_picture_and_is_painted_where_it_asked(viewer):
    view, dot = viewer.view(), Dot()
    view.drawings.append(dot)
    viewer.paint()
    at = viewer.pane_point(viewer.resolved().cursor_lps)
    x, y = math.ceil(at.x()) + 2, math.ceil(at.y()) + 2
    assert viewer.pixels()[y, x].tolist() == [0, 255, 0]
    sight = dot.sights[-1]
    assert sight.to_lps(sight.to_pane(sight.resolved.cursor_lps)) == pytest.approx(
        np.array(sight.resolved.geometry.to_lps(*sight.resolved.cursor_pixel)), abs=1e-6
    )
    dot.sights.clear()
    view.redraw(QRectF(at, QSizeF(6, 6)))
    viewer.paint()
    assert dot.sights


def test_scrolling_lays_out_only_the_lines_that_changed(viewer, monkeypatch):
    viewer.paint()
    laid = []
    kept = HaloText.draw
    monkeypatch.setattr(HaloText, "draw", lambda *a: (laid.append(a[4]), kept(*a))[1])
    viewer.wheel(QPointF(300, 300), -120)
    viewer.paint()
    assert any(text.startswith("Slice ") for text in laid)
    assert not any(text.startswith("Window") or "Benchmark" in text for text in laid)
    assert len(laid) < 12


def test_what_else_is_said_is_not_lost_by_scrolling(viewer):
    view = viewer.view()
    before = view.content
    viewer.wheel(QPointF(300, 300), -120)
    assert view.content.corners.top_left == before.corners.top_left
    assert view.content.corners.bottom_right != before.corners.bottom_right
    viewer.workspace.change_settings(hide_identity=True)
    assert view.content.corners.top_left != before.corners.top_left

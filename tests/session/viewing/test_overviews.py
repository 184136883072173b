"""Whole volumes: asked for once, coarse while turned, fine at rest, a click goes there."""

from dataclasses import replace

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.study import Patient, ScanResult, Series, Study
from reader.core.volume import Volume
from reader.imaging.layers import LabelStyle, OutlineStyle, OverlayLayers
from reader.imaging.overview.turn import Turn
from reader.session.events import SessionEvents
from reader.session.study_store import StudyStore
from reader.session.viewing.overviews import OverviewMode, Overviews
from reader.session.viewing.viewport import ViewportStore
from reader.session.viewing.viewport_state import PaneKind
from tests.support.main_loop import PumpedLoop

GRID = VolumeGeometry.from_spacing((20, 30, 40), (2.0, 1.5, 1.5))
BRIGHT = (12, 9, 27)
SIDE = 90


class Room:
    """A study with one series, one of whose viewports shows all of it."""

    def __init__(self, is_whole=True):
        voxels = np.full(GRID.shape_kji, -1000, np.int16)
        voxels[BRIGHT] = 3000
        self.events, self.main, self.images = SessionEvents(), PumpedLoop(), []
        self.layers = None
        series = Series("1.2", "CT", "Chest", 1, GRID, (), IntensityUnit.HU)
        self.studies = StudyStore(self.events, 1 << 30)
        study = Study("9", "", Patient(), "", (series,))
        self.studies.open_study(study, ScanResult((study,)), ())
        self.volume = Volume("1.2", voxels, GRID, IntensityUnit.HU)
        self.studies.add_volume("1.2", self.volume, is_whole)
        self.viewports = ViewportStore(self.events, self.studies)
        self.viewports.show_series("1.2")
        self.viewports.put(replace(self.viewports.state("v0"), kind=PaneKind.OVERVIEW))
        self.overviews = Overviews(
            self.events, self.main.deliver, self.studies, self.viewports,
            lambda _key: self.layers, lambda _key: False,
        )  # fmt: skip
        self.events.overview_ready.connect(self.images.append)

    def settle(self):
        """Wait until the worker has delivered the newest picture."""
        newest = lambda: self.overviews._newest["v0"].generation  # noqa: E731
        done = lambda: self.images and self.images[-1].request.generation == newest()  # noqa: E731
        assert self.main.run_until(done, 20)
        return self.images[-1]


@pytest.fixture
def room():
    room = Room()
    yield room
    room.overviews.close()


def test_what_did_not_change_is_not_made_again(room):
    room.overviews.show("v0", SIDE)
    first = room.settle()
    room.overviews.show("v0", SIDE)
    assert room.overviews._newest["v0"] is first.request
    room.overviews.show("v0", SIDE + 10)
    assert room.settle().pixels.shape == (SIDE + 10, SIDE + 10, 4)


def test_it_is_coarse_while_turned_and_fine_at_rest(room):
    room.overviews.show("v0", SIDE)
    assert not room.settle().request.is_quick
    room.overviews.turn_by("v0", 30, 10)
    turned = room.settle()
    assert turned.request.is_quick
    assert turned.seen.turn == Turn(30, 10)
    room.overviews.show("v0", SIDE)
    assert room.overviews._newest["v0"].is_quick
    room.overviews.rest("v0")
    assert not room.settle().request.is_quick


def test_a_click_on_the_brightest_spot_goes_there(room):
    room.overviews.show("v0", SIDE)
    image = room.settle()
    place = tuple(GRID.to_lps(BRIGHT))
    point = room.overviews.go_to("v0", *image.seen.to_pixel(place))
    assert point is not None
    assert np.linalg.norm(np.subtract(point, place)) < 2.5
    assert room.viewports.cursor_of("1.2") == pytest.approx(point)


def test_a_click_beside_the_volume_moves_nothing(room):
    room.overviews.show("v0", SIDE)
    room.settle()
    room.overviews.zoom_by("v0", 0.5)  # as a rule the body fills the picture
    room.settle()
    before = room.viewports.cursor_of("1.2")
    assert room.overviews.go_to("v0", 0, 0) is None
    assert room.viewports.cursor_of("1.2") == before


def test_surfaces_show_the_segments_that_are_shown(room):
    room.overviews.next_mode("v0")
    assert room.overviews.state("v0").mode is OverviewMode.SURFACES
    room.overviews.show("v0", SIDE)
    assert room.settle().pixels is None
    labels = np.zeros(GRID.shape_kji, np.uint16)
    labels[5:15, 10:20, 15:30] = 4
    style = LabelStyle(4, "#00FF00", 0.3, OutlineStyle.SOLID, "#00FF00")
    room.layers = OverlayLayers(labels, (style,), None, 0, 0, 1)
    room.overviews.show("v0", SIDE)
    image = room.settle()
    assert image.pixels[SIDE // 2, SIDE // 2, 1] > 100
    assert image.pixels[SIDE // 2, SIDE // 2, 2] == 0


def test_a_stroke_changes_the_surfaces(room):
    labels = np.zeros(GRID.shape_kji, np.uint16)
    style = LabelStyle(1, "#FF0000", 0.3, OutlineStyle.SOLID, "#FF0000")
    room.layers = OverlayLayers(labels, (style,), None, 0, 0, 1)
    room.overviews.next_mode("v0")
    room.overviews.show("v0", SIDE)
    assert not room.settle().pixels[..., 2].any()
    labels[8:12, 12:18, 17:23] = 1
    room.layers = OverlayLayers(labels, (style,), None, 0, 0, 2)
    room.overviews.show("v0", SIDE)
    assert room.settle().pixels[..., 2].any()


def test_a_series_still_being_read_has_no_overview():
    room = Room(is_whole=False)
    room.overviews.show("v0", SIDE)
    assert not room.overviews.can_show("1.2")
    assert not room.overviews._newest
    room.studies.add_volume("1.2", room.volume)
    assert room.overviews.can_show("1.2")
    room.overviews.close()


def test_another_study_forgets_the_turn(room):
    room.overviews.look_from("v0", Turn(90))
    room.studies.close_study()
    assert room.overviews.state("v0").turn == Turn()

"""Planes are turned about the crosshair, slabs get a thickness, and what cannot be is refused."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.errors import NotAllowedError
from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowLevel
from reader.core.orientation import Plane
from reader.core.series_kind import SeriesKind
from reader.core.study import GeometryWarning, Patient, ScanResult, Series, Study, WarningCode
from reader.core.text import say
from reader.core.volume import Volume
from reader.imaging.cut import THIN, Projection, Slab
from reader.session.events import SessionEvents
from reader.session.study_store import StudyStore
from reader.session.viewing.resolve import Shown, resolve_viewport
from reader.session.viewing.tilting import THICKNESSES_MM, Tilting
from reader.session.viewing.viewport import ViewportStore

GRID = VolumeGeometry.from_spacing((20, 30, 40), (2.0, 1.5, 1.5), (0, 0, 0), "frame")
CURSOR = (30.3, 20.2, 19.7)


class Room:
    """Two series in one frame of reference, the first in all viewports."""

    def __init__(self, grid=GRID, colors=False, **about):
        self.events = SessionEvents()
        series = [
            Series(key, "CT", "Chest", 1, grid, (), IntensityUnit.HU, **about) for key in "ab"
        ]
        self.studies = StudyStore(self.events, 1 << 30)
        study = Study("9", "", Patient(), "", tuple(series))
        self.studies.open_study(study, ScanResult((study,)), ())
        shape = (*grid.shape_kji, 3) if colors else grid.shape_kji
        voxels = np.zeros(shape, np.uint8 if colors else np.int16)
        for one in series:
            self.studies.add_volume(one.key, Volume(one.key, voxels, grid))
        self.viewports = ViewportStore(self.events, self.studies)
        self.viewports.show_series("a")
        self.viewports.set_cursor(CURSOR)
        self.tilting = Tilting(self.studies, self.viewports)

    def degrees(self):
        return [round(self.tilting.degrees_of(s.id), 3) for s in self.viewports.states]


@pytest.fixture
def room() -> Room:
    return Room()


def test_turning_in_one_view_turns_the_two_other_planes(room):
    assert [s.plane for s in room.viewports.states] == [Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL]
    room.tilting.turn("v0", 20)
    assert room.degrees() == [0, 20, 20]
    room.tilting.turn("v1", 10)
    axial, coronal, sagittal = room.degrees()
    assert (axial, coronal) == (10, 20)
    assert sagittal > 20, "twice turned"


def test_turning_is_clockwise_on_the_screen(room):
    room.tilting.turn("v0", 30)
    normal = room.viewports.stack_of("v1").normal_lps
    # The coronal plane's normal led to the back, which is down in the axial view.
    assert normal == pytest.approx((-np.sin(np.radians(30)), np.cos(np.radians(30)), 0))


def test_all_planes_go_on_through_the_crosshair(room):
    room.tilting.turn("v0", 20)
    room.tilting.turn("v2", -13)
    for state in room.viewports.states:
        stack = room.viewports.stack_of(state.id)
        index = room.viewports.index_of(state.id)
        away = np.array(room.viewports.cursor_lps) - stack.moved_to(CURSOR, index)
        assert np.linalg.norm(away) <= 1.0 + 1e-6, "half of the coarsest step"


def test_series_of_one_frame_of_reference_are_turned_together(room):
    room.tilting.turn("v0", 20)
    assert room.viewports.tilt_of("b") == room.viewports.tilt_of("a")
    assert not room.viewports.tilt_of("b").is_straight


def test_turning_back_falls_into_place(room):
    room.tilting.turn("v0", 20)
    room.tilting.turn("v0", -19.5)
    assert room.viewports.tilt_of("a").is_straight
    assert room.degrees() == [0, 0, 0]


def test_straight_again(room):
    told = []
    room.tilting.turn("v0", 20)
    room.events.viewports_changed.connect(lambda: told.append(1))
    room.tilting.straighten()
    assert room.degrees() == [0, 0, 0]
    room.tilting.straighten()
    assert told == [1], "nothing changes twice"


def test_the_wheel_goes_along_the_normal_and_through_the_whole_stack(room):
    room.tilting.turn("v0", 20)
    stack = room.viewports.stack_of("v1")
    start = np.array(room.viewports.cursor_lps)
    room.viewports.scroll("v1", 3)
    moved = np.array(room.viewports.cursor_lps) - start
    assert np.linalg.norm(np.cross(moved, stack.normal_lps)) < 1e-9
    assert moved @ stack.normal_lps == pytest.approx(3 * stack.step_mm, abs=stack.step_mm / 2)
    room.viewports.set_index("v1", 0)
    seen = [room.viewports.index_of("v1")]
    for _ in range(stack.count - 1):
        room.viewports.scroll("v1", 1)
        seen.append(room.viewports.index_of("v1"))
    assert seen == list(range(stack.count))
    room.viewports.scroll("v1", 1)
    assert room.viewports.index_of("v1") == stack.count - 1


def test_another_study_starts_straight(room):
    room.tilting.turn("v0", 20)
    room.viewports.clear()
    room.viewports.show_series("a")
    assert room.viewports.tilt_of("a").is_straight


@pytest.mark.parametrize(
    "code", [WarningCode.NO_SPACING, WarningCode.NO_POSITION, WarningCode.MISSING_SLICES]
)
def test_where_the_place_of_voxels_is_unknown_nothing_is_made_up(code):
    room = Room(warnings=(GeometryWarning(code, say("Something is odd.")),))
    for act in (
        lambda: room.tilting.turn("v0", 10),
        lambda: room.tilting.next_projection("v0"),
        lambda: room.tilting.thicken("v0", 1),
    ):
        with pytest.raises(NotAllowedError):
            act()
    assert room.viewports.tilt_of("a").is_straight
    assert room.viewports.active.slab is THIN


def test_a_gantry_tilt_is_known_and_no_obstacle():
    room = Room(warnings=(GeometryWarning(WarningCode.GANTRY_TILT, say("Tilted.")),))
    room.tilting.turn("v0", 10)
    assert not room.viewports.tilt_of("a").is_straight


@pytest.mark.parametrize("kind", [SeriesKind.IMAGES, SeriesKind.CINE])
def test_images_that_are_no_volume_are_not_turned(kind):
    room = Room(kind=kind)
    with pytest.raises(NotAllowedError):
        room.tilting.turn("v0", 10)


def test_a_single_slice_is_not_turned():
    room = Room(VolumeGeometry.from_spacing((1, 30, 40), (2.0, 1.5, 1.5)))
    with pytest.raises(NotAllowedError):
        room.tilting.thicken("v0", 1)


def test_colours_are_turned_but_have_no_slab():
    room = Room(colors=True)
    room.tilting.turn("v0", 10)
    assert not room.viewports.tilt_of("a").is_straight
    with pytest.raises(NotAllowedError):
        room.tilting.next_projection("v0")


def test_projections_follow_each_other_and_end_thin(room):
    seen = []
    for _ in range(4):
        room.tilting.next_projection("v1")
        slab = room.viewports.state("v1").slab
        seen.append(None if slab.is_thin else slab.projection)
    assert seen == [Projection.MAXIMUM, Projection.MINIMUM, Projection.MEAN, None]
    assert room.viewports.state("v0").slab.is_thin


def test_a_slab_grows_and_shrinks_by_round_thicknesses_until_it_is_thin(room):
    room.tilting.set_slab("v0", Slab(7.0, Projection.MEAN))
    room.tilting.thicken("v0", 1)
    assert room.viewports.state("v0").slab == Slab(8.0, Projection.MEAN)
    room.tilting.set_slab("v0", Slab(7.0, Projection.MEAN))
    room.tilting.thicken("v0", -1)
    assert room.viewports.state("v0").slab == Slab(5.0, Projection.MEAN)
    for _ in THICKNESSES_MM:
        room.tilting.thicken("v0", -1)
    assert room.viewports.state("v0").slab.is_thin
    for _ in range(2 * len(THICKNESSES_MM)):
        room.tilting.thicken("v0", 1)
    assert room.viewports.state("v0").slab == Slab(THICKNESSES_MM[-1], Projection.MEAN)


def test_voxels_are_painted_only_where_it_is_clear_which(room):
    room.tilting.turn("v0", 20)
    room.tilting.require_drawing("v0", is_ball=False)
    room.tilting.require_drawing("v1", is_ball=True)
    with pytest.raises(NotAllowedError):
        room.tilting.require_drawing("v1", is_ball=False)
    room.tilting.set_slab("v0", Slab(10.0))
    with pytest.raises(NotAllowedError):
        room.tilting.require_drawing("v0", is_ball=True)


def test_a_series_that_does_not_allow_it_stays_straight_and_thin_beside_one_that_does(room):
    room.tilting.turn("v0", 20)
    room.viewports.set_slab("v1", Slab(10.0))
    gaps = Room(warnings=(GeometryWarning(WarningCode.UNEVEN_SPACING, say("Uneven.")),))
    gaps.viewports.set_tilt(room.viewports.tilt_of("a"), "a")
    gaps.viewports.set_slab("v1", Slab(10.0))
    assert gaps.viewports.tilt_of("a").is_straight
    for one, expected in ((room, False), (gaps, True)):
        series, volume = one.studies.series("a"), one.studies.volume("a")
        shown = Shown(
            series, volume, CURSOR, WindowLevel(0, 100), False, (), None,
            tilt=one.viewports.tilt_of("a"),
        )  # fmt: skip
        resolved = resolve_viewport(one.viewports.state("v1"), shown)
        assert resolved.slab.is_thin is expected
        assert resolved.is_oblique is not expected

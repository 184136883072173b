"""Viewports are linked by one crosshair and clamp what they are asked."""

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import WindowLevel
from reader.core.orientation import AS_ACQUIRED, Plane, SpatialTransform
from reader.core.volume import Volume
from reader.session.events import SessionEvents
from reader.session.study_store import StudyStore
from reader.session.viewing.layout import Layout
from reader.session.viewing.viewport import ViewportStore


def volume(uid: str, shape=(10, 20, 30), frame: str | None = "frame") -> Volume:
    geometry = VolumeGeometry.from_spacing(shape, (2.0, 1.0, 1.0), (0, 0, -50), frame)
    return Volume(uid, np.zeros(shape, np.int16), geometry)


@pytest.fixture
def studies() -> StudyStore:
    store = StudyStore(SessionEvents(), 10**9)
    store.add_volume("a", volume("a"))
    return store


@pytest.fixture
def viewports(studies) -> ViewportStore:
    store = ViewportStore(SessionEvents(), studies)
    store.show_series("a")
    store.set_cursor((15.0, 10.0, -40.0))
    return store


def test_scrolling_moves_the_crosshair_along_the_slice_normal(viewports):
    viewports.scroll("v0", -3)
    assert viewports.cursor_lps == pytest.approx((15.0, 10.0, -34.0))


def test_scrolling_on_goes_to_the_feet_to_the_back_and_to_the_left(viewports):
    for viewport_id, axis, onwards in (("v0", 2, -1), ("v1", 1, 1), ("v2", 0, 1)):
        before = viewports.cursor_lps[axis]
        viewports.scroll(viewport_id, 1)
        assert (viewports.cursor_lps[axis] - before) * onwards > 0


def test_scrolling_stops_at_the_ends(viewports):
    viewports.scroll("v0", -1000)
    assert viewports.cursor_lps[2] == pytest.approx(-32.0)
    viewports.scroll("v0", 1000)
    assert viewports.cursor_lps[2] == pytest.approx(-50.0)


def test_going_to_the_slice_on_screen_changes_nothing(viewports):
    told = []
    viewports._events.viewports_changed.connect(lambda: told.append(1))
    viewports.set_index("v0", 5)
    assert told == []


def test_series_in_one_frame_of_reference_share_the_crosshair(viewports, studies):
    studies.add_volume("b", volume("b", (5, 5, 5)))
    studies.add_volume("c", volume("c", frame="another"))
    assert viewports.cursor_of("b") == viewports.cursor_of("a")
    assert viewports.cursor_of("c") is None


def test_series_without_a_frame_of_reference_are_not_linked(viewports, studies):
    studies.add_volume("d", volume("d", frame=None))
    studies.add_volume("e", volume("e", frame=None))
    viewports.set_cursor((1.0, 2.0, -40.0), "d")
    assert viewports.cursor_of("e") is None


@pytest.mark.parametrize("layout", Layout)
def test_every_layout_shows_its_planes_and_keeps_the_series(viewports, layout):
    viewports.set_layout(layout)
    assert tuple(s.plane for s in viewports.states) == layout.planes
    assert {s.series_key for s in viewports.states} == {"a"}
    assert viewports.active.id in {s.id for s in viewports.states}


def test_a_viewport_keeps_its_plane_when_the_layout_changes(viewports):
    viewports.set_plane("v0", Plane.SAGITTAL)
    viewports.set_layout(Layout.TWO_BY_TWO)
    assert viewports.state("v0").plane is Plane.SAGITTAL


def test_zoom_is_bounded_and_reset(viewports):
    viewports.zoom_by("v0", 1e9)
    assert viewports.state("v0").zoom == 40
    viewports.pan_by("v0", (3.0, -4.0))
    viewports.reset_view("v0")
    assert viewports.state("v0").zoom == 1
    assert viewports.state("v0").pan_mm == (0, 0)


def test_windows_belong_to_series_and_survive_scrolling(viewports):
    viewports.looks.set_window("a", WindowLevel(40, 400))
    viewports.scroll("v0", 1)
    assert viewports.looks.window_of("a") == WindowLevel(40, 400)
    assert viewports.looks.window_of("b") is None


def test_maximizing_twice_shows_all_again(viewports):
    viewports.toggle_maximized("v1")
    assert (viewports.maximized_id, viewports.active_id) == ("v1", "v1")
    viewports.toggle_maximized("v1")
    assert viewports.maximized_id is None


def test_without_a_volume_gestures_do_nothing():
    store = ViewportStore(SessionEvents(), StudyStore(SessionEvents(), 1))
    store.scroll("v0", 1)
    store.set_cursor((0.0, 0.0, 0.0))
    assert store.cursor_lps is None


def test_the_volume_not_used_for_longest_leaves_when_memory_is_short():
    store = StudyStore(SessionEvents(), 2 * volume("x").voxels.nbytes)
    for key in ("a", "b"):
        store.add_volume(key, volume(key))
    assert store.volume("a") is not None
    store.add_volume("c", volume("c"))
    assert store.volume("b") is None
    assert store.volume("a") is not None


def test_the_large_viewport_shows_the_plane_of_thick_slices_unless_the_reader_chose(
    viewports, studies
):
    affine = np.array([[3.0, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
    sagittal = VolumeGeometry((4, 8, 8), affine)
    studies.add_volume("s", Volume("s", np.zeros((4, 8, 8), np.int16), sagittal))
    viewports.show_series("s")
    planes = [state.plane for state in viewports.states]
    assert planes == [Plane.SAGITTAL, Plane.AXIAL, Plane.CORONAL]
    viewports.show_series("a")
    assert [state.plane for state in viewports.states] == list(Layout.ONE_PLUS_TWO.planes)
    viewports.set_plane("v0", Plane.CORONAL)
    viewports.show_series("s")
    assert viewports.states[0].plane is Plane.CORONAL


def test_with_nothing_to_show_one_viewport_is_left_to_say_so(viewports):
    viewports.hang_nothing()
    assert viewports.layout is Layout.ONE
    viewports.show_series("a")
    assert viewports.layout is Layout.ONE_PLUS_TWO


def test_a_picture_is_turned_about_the_middle_of_its_pane(viewports):
    """What is in the middle stays there: the pan turns with the picture."""
    viewports.set_view("v0", 2.0, (10.0, -4.0))
    before = viewports.index_of("v0")
    transform = AS_ACQUIRED
    steps = (
        (SpatialTransform.flipped_across, (10.0, 4.0)),
        (SpatialTransform.flipped_down, (-10.0, 4.0)),
        (lambda t: t.turned(1), (4.0, 10.0)),
        (lambda t: t.turned(-1), (-10.0, 4.0)),
    )
    for change, pan in steps:
        transform = change(transform)
        viewports.set_transform("v0", transform)
        assert viewports.state("v0").pan_mm == pytest.approx(pan)
        assert viewports.state("v0").zoom == 2.0
        assert viewports.index_of("v0") == before
    assert viewports.state("v1").transform == AS_ACQUIRED


def test_fitting_keeps_the_turn_and_another_plane_or_series_begins_without(viewports, studies):
    turned = SpatialTransform(1, mirrored=True)
    studies.add_volume("b", volume("b"))
    viewports.set_transform("v0", turned)
    viewports.reset_view("v0")
    assert viewports.state("v0").transform == turned
    viewports.exchange_series({"a"}, "b")
    assert viewports.state("v0").transform == turned
    viewports.set_plane("v0", Plane.CORONAL)
    assert viewports.state("v0").transform == AS_ACQUIRED
    viewports.set_transform("v0", turned)
    viewports.show_series("a", "v0")
    assert viewports.state("v0").transform == AS_ACQUIRED


def test_a_pane_that_a_new_layout_took_away_does_not_get_the_keyboard(viewports):
    viewports.set_layout(Layout.TWO_BY_TWO)
    viewports.set_layout(Layout.ONE)
    viewports.activate("v3")
    assert viewports.active_id == "v0"

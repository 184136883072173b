"""Killed or closed, a study comes back at its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import VoiTable, WindowFunction, WindowLevel
from reader.core.orientation import AS_ACQUIRED, Plane, SpatialTransform
from reader.core.study import Series
from reader.imaging.cut import Projection, Slab
from reader.session.opening.place import MOST_TICKS, _saved_window
from reader.session.viewing.layout import Layout
from reader.storage.place_store import ReadingPlace
from tests.support.sessions import FIRST, SECOND, write_study


def rest(session) -> None:
    """What the window's timer does while the reader rests."""
    session.workspace.place.tick()
    session.workspace.place.tick()


def resume(session) -> None:
    assert session.workspace.resume_if_interrupted() is not None
    session.settle()


@pytest.fixture
def left(session, ct):
    """A study in the middle of being read, then killed; the finding selected and the point."""
    session.open(ct)
    session.run_model()
    workspace = session.workspace
    selected = session.finding_ids[1]
    workspace.findings.select(selected)
    viewports = workspace.viewports
    viewports.set_layout(Layout.TWO_BY_TWO)
    viewports.set_plane("v3", Plane.CORONAL)
    viewports.looks.set_window(FIRST, WindowLevel(123.0, 456.0))
    viewports.set_index("v0", 9)
    viewports.set_view("v1", 2.5, (4.0, -3.0))
    viewports.activate("v2")
    viewports.toggle_maximized("v2")
    rest(session)
    place = (selected, viewports.cursor_lps, viewports.states)
    session.kill()
    return place


def test_a_killed_session_comes_back_at_the_same_place(left, start):
    session = start()
    assert session.workspace.place.was_interrupted
    resume(session)
    viewports = session.workspace.viewports
    selected, cursor, states = left
    assert session.workspace.findings.selected == selected
    assert viewports.cursor_lps == pytest.approx(cursor)
    assert session.workspace.display.resolved("v0").index == 9
    assert viewports.layout is Layout.TWO_BY_TWO
    assert viewports.states == states
    assert (viewports.active_id, viewports.maximized_id) == ("v2", "v2")
    assert viewports.looks.window_of(FIRST) == WindowLevel(123.0, 456.0)
    assert len(session.finding_ids) == 3
    assert session.said == []


def test_it_comes_back_without_showing_another_place_first(left, start):
    session = start()
    seen = []
    session.workspace.events.slice_ready.connect(
        lambda picture: seen.append((picture.request.viewport_id, picture.request.index))
    )
    resume(session)
    assert {index for viewport, index in seen if viewport == "v0"} == {9}


def test_killed_again_before_anything_was_done_it_still_knows(left, start):
    second = start()
    resume(second)
    second.kill()
    third = start()
    resume(third)
    assert third.workspace.findings.selected == left[0]
    assert third.workspace.display.resolved("v0").index == 9


def test_killed_while_the_images_are_still_read_the_place_is_kept(left, start, hold_reading):
    session = start()
    gate = hold_reading()
    session.workspace.resume_if_interrupted()
    session.wait_for(lambda: bool(session.workspace.loading.reading))
    rest(session)
    gate.open()
    session.kill()
    third = start()
    resume(third)
    assert third.workspace.findings.selected == left[0]
    assert third.workspace.display.resolved("v0").index == 9


def test_every_series_on_screen_comes_back(session, two_series, start):
    session.open(two_series)
    (home,) = session.series_keys
    (other,) = {FIRST, SECOND} - {home}
    session.workspace.show_series(other, "v1")
    session.settle()
    session.workspace.viewports.looks.set_window(other, WindowLevel(7.0, 8.0))
    rest(session)
    session.kill()
    again = start()
    resume(again)
    shown = [s.series_key for s in again.workspace.viewports.states]
    assert shown == [home, other, home]
    assert again.workspace.display.resolved("v1").series.key == other
    assert again.workspace.viewports.looks.window_of(other) == WindowLevel(7.0, 8.0)


def test_killed_right_after_opening_it_is_that_study_that_comes_back(session, ct, other_ct, start):
    session.open(other_ct)
    session.open(ct)
    session.workspace.open_paths([other_ct])
    session.wait_for(lambda: session.workspace.studies.study.study_uid == "1.2.826.77")
    session.kill()
    again = start()
    resume(again)
    assert again.workspace.studies.study.study_uid == "1.2.826.77"


def test_after_a_clean_end_nothing_opens_by_itself_but_can_be_resumed(left, start):
    session = start()
    resume(session)
    session.close()
    again = start()
    assert not again.workspace.place.was_interrupted
    assert again.workspace.resume_if_interrupted() is None
    assert again.workspace.studies.study is None
    assert again.workspace.resume() is not None
    again.settle()
    assert again.workspace.display.resolved("v0").index == 9
    assert again.workspace.findings.selected == left[0]


def test_a_study_that_was_closed_does_not_come_back_by_itself(session, ct, start):
    session.open(ct)
    session.workspace.close_study()
    session.kill()
    assert start().workspace.resume_if_interrupted() is None


def test_with_nothing_read_yet_there_is_nothing_to_resume(session):
    assert session.workspace.resume() is None
    assert session.said == []


def test_a_study_that_was_moved_away_says_so(session, tmp_path, start):
    folder = write_study(tmp_path / "stick")
    session.open(folder)
    session.kill()
    folder.rename(tmp_path / "elsewhere")
    again = start()
    assert again.workspace.resume_if_interrupted() is None
    assert again.said == [
        "The study you read last is no longer where it was. "
        "Open it from its new place. All you decided on it is kept."
    ]
    again.open(tmp_path / "elsewhere")
    assert again.workspace.display.resolved("v0") is not None


def test_the_reader_who_chose_another_series_meanwhile_is_not_moved_back(
    session, two_series, start, hold_reading
):
    session.open(two_series)
    (home,) = session.series_keys
    (other,) = {FIRST, SECOND} - {home}
    session.workspace.viewports.set_index("v0", 2)
    rest(session)
    session.kill()
    again = start()
    again.workspace.resume_if_interrupted()
    again.wait_for(lambda: bool(again.workspace.loading.reading))
    again.workspace.show_series(other)
    again.settle()
    assert again.series_keys == {other}
    rest(again)
    assert again.workspace.place.last().series_key == other


def test_a_place_is_saved_when_the_reader_rests_and_every_few_ticks_otherwise(session, ct):
    session.open(ct)
    rest(session)
    workspace, saved = session.workspace, []
    workspace.events.place_saved.connect(saved.append)
    rest(session)
    assert saved == [], "nothing changed"
    for step in range(2 * (MOST_TICKS + 1)):
        workspace.viewports.set_index("v0", step % 10)
        workspace.place.tick()
    assert len(saved) == 2
    rest(session)
    assert len(saved) == 2, "the last place was saved while the reader went on"
    workspace.viewports.set_index("v0", 3)
    rest(session)
    assert len(saved) == 3
    assert workspace.place.last().cursor_lps_mm == pytest.approx(workspace.viewports.cursor_lps)


def test_a_pane_that_was_only_made_active_is_part_of_the_place(session, ct):
    session.open(ct)
    rest(session)
    session.workspace.viewports.activate("v1")
    rest(session)
    assert session.workspace.place.last().active_viewport == "v1"


CURVED = [
    WindowLevel(40, 400, WindowFunction.LINEAR, None, "SOFT"),
    WindowLevel(40, 400, WindowFunction.SIGMOID),
    replace(WindowLevel.of_table(VoiTable(0.0, b"\0\1\2\3", 12), "LUT"), center=7.0, width=9.0),
]


@pytest.mark.parametrize("window", CURVED, ids=lambda w: w.function.value)
def test_a_window_comes_back_with_its_curve(window):
    stored = WindowLevel.of_table(window.table, "LUT") if window.table is not None else window
    geometry = VolumeGeometry.from_spacing((2, 2, 2), (1, 1, 1))
    series = Series("1", "DX", "", 1, geometry, (), windows=(stored,))
    curve = (window.function.value, window.name)
    place = ReadingPlace(
        "s", (), windows={"1": (window.center, window.width)}, window_curves={"1": curve}
    )
    assert _saved_window(place, series) == window
    assert _saved_window(ReadingPlace("s", ()), series) is None


def test_a_place_saved_before_windows_had_curves_still_opens():
    geometry = VolumeGeometry.from_spacing((2, 2, 2), (1, 1, 1))
    series = Series("1", "CT", "", 1, geometry, ())
    place = ReadingPlace("s", (), windows={"1": (40.0, 400.0)})
    assert _saved_window(place, series) == WindowLevel(40, 400)


def test_turned_planes_and_slabs_come_back_as_they_were_left(session, ct, start):
    session.open(ct)
    workspace = session.workspace
    workspace.tilting.turn("v0", 25)
    workspace.tilting.set_slab("v1", Slab(8.0, Projection.MEAN))
    tilt, index = workspace.viewports.tilt_of(FIRST), workspace.viewports.index_of("v1")
    assert not tilt.is_straight
    rest(session)
    session.kill()
    again = start()
    resume(again)
    viewports = again.workspace.viewports
    assert viewports.tilt_of(FIRST) == tilt
    assert viewports.index_of("v1") == index
    assert viewports.state("v1").slab == Slab(8.0, Projection.MEAN)
    assert again.workspace.display.resolved("v1").is_oblique


def test_flipped_and_turned_pictures_come_back_as_they_were_left(session, ct, start):
    session.open(ct)
    turned = SpatialTransform(3, mirrored=True)
    session.workspace.viewports.set_transform("v1", turned)
    rest(session)
    session.kill()
    again = start()
    resume(again)
    viewports = again.workspace.viewports
    assert viewports.state("v1").transform == turned
    assert viewports.state("v0").transform == AS_ACQUIRED
    assert again.workspace.display.resolved("v1").transform == turned

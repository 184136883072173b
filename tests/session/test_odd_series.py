"""Whatever a study holds comes on screen as what it is."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.errors import NotAllowedError
from reader.core.intensity import WindowFunction, WindowLevel
from reader.core.series_kind import SeriesClass
from reader.core.study import SeriesTags
from reader.core.suv import SuvScale
from reader.session.handing_over.export import ExportFormat
from reader.session.viewing.layout import Layout
from tests.support.odd_series import cine, film, made, pet, phases, ramp, serve, show, tilted


@pytest.fixture
def shown(session, monkeypatch):
    """Opens hand-made series in a session."""

    def open_them(*pairs):
        read = serve(monkeypatch, list(pairs))
        show(session, list(pairs))
        return session.workspace, read

    return open_them


def test_a_film_has_one_viewport_is_shown_as_stored_and_low_is_white(shown):
    workspace, _ = shown(film())
    resolved = workspace.display.resolved("v0")
    assert workspace.viewports.layout is Layout.ONE
    assert resolved.axes.stored
    assert resolved.invert
    assert not resolved.says_inverted
    workspace.display.invert()
    assert not workspace.display.resolved("v0").invert


def test_other_viewports_do_not_repeat_a_film(shown):
    workspace, _ = shown(film())
    workspace.viewports.set_layout(Layout.ONE_PLUS_TWO)
    assert workspace.display.resolved("v0") is not None
    assert workspace.display.resolved("v1") is None
    assert workspace.viewports.is_repeat("v2")


def test_two_films_can_lie_side_by_side(shown):
    workspace, _ = shown(film("a"), film("b"))
    workspace.viewports.set_layout(Layout.TWO_BY_TWO)
    workspace.show_series("b", "v1")
    workspace.jobs.wait_idle(10)
    assert {workspace.viewports.is_repeat(v) for v in ("v0", "v1")} == {False}
    assert workspace.viewports.is_repeat("v2")


def test_a_volume_after_a_film_has_its_layout_again(shown, session):
    volume = made("volume", ramp((6, 8, 10)))
    workspace, _ = shown(volume, film())
    assert workspace.viewports.layout is Layout.ONE_PLUS_TWO
    workspace.show_series("film")
    session.settle()
    assert workspace.viewports.layout is Layout.ONE
    workspace.show_series("volume")
    assert workspace.viewports.layout is Layout.ONE_PLUS_TWO
    workspace.show_series("film")
    workspace.viewports.set_layout(Layout.TWO_BY_TWO)
    workspace.show_series("volume")
    assert workspace.viewports.layout is Layout.TWO_BY_TWO


def test_a_film_and_a_volume_share_no_crosshair(shown, session):
    workspace, _ = shown(made("volume", ramp((6, 8, 10))), film())
    workspace.show_series("film")
    session.settle()
    before = workspace.viewports.cursor_of("volume")
    workspace.viewports.set_cursor((1.0, 2.0, 0.0), "film")
    assert workspace.viewports.cursor_of("volume") == before


def test_single_images_are_gone_through_in_their_own_order(shown):
    images = made("images", ramp((4, 6, 5)), kind=film()[0].kind)
    workspace, _ = shown(images)
    workspace.viewports.set_index("v0", 0)
    workspace.viewports.scroll("v0", 1)
    assert workspace.viewports.index_of("v0") == 1


def test_nothing_is_added_to_films_and_colour_and_the_reason_is_given(shown, session):
    workspace, _ = shown(film(), cine())
    with pytest.raises(NotAllowedError, match="colours"):
        workspace.desk.add("cine", workspace.viewports.cursor_of("cine"))
    workspace.show_series("film")
    session.settle()
    with pytest.raises(NotAllowedError, match="no volume"):
        workspace.desk.add("film", workspace.viewports.cursor_of("film"))


def test_colour_has_no_window_and_its_value_is_red_green_blue(shown):
    workspace, _ = shown(cine())
    assert workspace.display.presets_for("cine") == ()
    for act in (workspace.display.auto_window, lambda: workspace.display.apply_preset(1)):
        with pytest.raises(NotAllowedError, match="colour"):
            act()
    workspace.viewports.set_index("v0", 3)
    found = workspace.display.value_at(workspace.viewports.cursor_lps)
    assert found.numbers == (3.0, 0.0, 0.0)


def test_phases_share_window_zoom_and_place_and_are_read_when_asked_for(shown, session):
    workspace, read = shown(*phases())
    viewports = workspace.viewports
    assert read == ["b0"]
    viewports.looks.set_window("b0", WindowLevel(77, 33))
    viewports.set_view("v0", 2.0, (1.0, 2.0))
    viewports.set_index("v0", 4)
    workspace.phases.step(1)
    session.settle()
    assert read == ["b0", "b1"]
    resolved = workspace.display.resolved("v0")
    assert resolved.series.key == "b1"
    assert (resolved.window, resolved.zoom, resolved.index) == (WindowLevel(77, 33), 2.0, 4)
    assert {s.series_key for s in viewports.states} == {"b1"}


def test_phases_stop_at_the_ends(shown, session):
    workspace, _ = shown(*phases())
    workspace.phases.step(-1)
    assert workspace.phases.place(workspace.viewports.active.series_key) == 0
    workspace.phases.step(99)
    session.settle()
    assert workspace.viewports.active.series_key == "b2"
    assert workspace.phases.of("film") == ()


def test_a_cine_plays_at_its_own_speed_round_and_round(shown):
    workspace, _ = shown(cine(frames=5, frame_ms=40.0))
    clock = [10.0]
    player = workspace.cine
    player._clock = lambda: clock[0]
    workspace.viewports.set_index("v0", 0)
    player.toggle()
    seen = []
    for _ in range(7):
        clock[0] += 0.0401
        player.advance()
        seen.append(workspace.viewports.index_of("v0"))
    assert seen == [1, 2, 3, 4, 0, 1, 2]
    clock[0] += 0.081
    player.advance()
    assert workspace.viewports.index_of("v0") == 4, "a frame is skipped, so the speed is right"


def test_a_cine_goes_on_from_where_the_reader_scrolled_and_stops_with_its_series(shown, session):
    workspace, _ = shown(cine(frames=5), film())
    clock = [10.0]
    workspace.cine._clock = lambda: clock[0]
    workspace.viewports.set_index("v0", 0)
    workspace.cine.toggle()
    workspace.viewports.set_index("v0", 3)
    workspace.cine.advance()
    assert workspace.viewports.index_of("v0") == 3
    clock[0] += 0.0401
    workspace.cine.advance()
    assert workspace.viewports.index_of("v0") == 4
    workspace.show_series("film")
    session.settle()
    workspace.cine.advance()
    assert not workspace.cine.is_playing
    assert not workspace.cine.can_play("film")


def test_pet_is_dark_on_white_in_suv_where_that_is_known(shown):
    workspace, _ = shown(pet(SuvScale(0.02, None, 0.005, None)))
    resolved = workspace.display.resolved("v0")
    assert resolved.invert
    assert resolved.says_inverted
    shown_window = resolved.unit.shown(resolved.window)
    assert (shown_window.lower, shown_window.upper) == pytest.approx((0, 5))
    assert resolved.preset.id == "suv-5"
    (value,) = workspace.display.value_at(workspace.viewports.cursor_lps).numbers
    lps = workspace.viewports.cursor_lps
    volume = workspace.studies.volume("pet")
    assert value == pytest.approx(0.02 * volume.voxels[volume.geometry.nearest_voxel(lps)])


def test_pet_without_suv_is_shown_by_its_values_in_its_own_unit(shown):
    workspace, _ = shown(pet(None))
    resolved = workspace.display.resolved("v0")
    assert resolved.unit.word == "Bq/ml"
    assert workspace.display.presets_for("pet") == ()
    middle = workspace.studies.volume("pet").voxels[2]
    assert resolved.window.upper == pytest.approx(middle.max(), abs=1)


def test_units_go_round_and_presets_stay_suv_by_body_weight(shown):
    workspace, _ = shown(pet(SuvScale(0.02, 0.015, 0.005, None)))
    series = workspace.studies.series("pet")
    words = [workspace.display.units.choose_next(series).word for _ in range(4)]
    assert words == ["SUVlbm", "SUVbsa", "Bq/ml", "SUVbw"]
    workspace.display.units.choose_next(series)
    workspace.display.apply_preset(2)
    window = workspace.viewports.looks.window_of("pet")
    assert window.upper * 0.02 == pytest.approx(10)


def test_the_headers_windows_are_offered_and_have_keys_where_no_preset_has(shown):
    soft = WindowLevel(40, 400, WindowFunction.LINEAR, None, "SOFT")
    bone = WindowLevel(400, 2000, WindowFunction.SIGMOID, None, "BONE")
    workspace, _ = shown(made("mr", ramp((4, 6, 8)), windows=(soft, bone, soft)))
    assert workspace.display.header_windows("mr") == (soft, bone)
    assert workspace.viewports.looks.window_of("mr") == soft
    workspace.display.apply_preset(2)
    assert workspace.viewports.looks.window_of("mr") == bone


def test_a_tilted_series_is_straightened_beside_itself_and_marked(shown, session):
    workspace, _ = shown(tilted())
    assert workspace.straightening.is_possible("tilted")
    workspace.straightening.start("tilted")
    session.settle()
    key = "tilted~straight"
    assert [s.key for s in workspace.studies.study.series] == ["tilted", key]
    assert workspace.viewports.active.series_key == key
    series = workspace.studies.series(key)
    assert [w.code.value for w in series.warnings] == ["resampled"]
    assert workspace.studies.is_measurable(key)
    assert workspace.display.resolved("v0").window == workspace.viewports.looks.window_of("tilted")
    assert not workspace.straightening.is_possible(key)
    straight = workspace.studies.volume(key).geometry.directions
    assert np.abs(straight.T @ straight - np.eye(3)).max() < 1e-9


def test_what_is_not_tilted_is_not_straightened(shown):
    workspace, _ = shown(made("volume", ramp((6, 8, 10))))
    assert not workspace.straightening.is_possible("volume")
    with pytest.raises(NotAllowedError, match="cannot be straightened"):
        workspace.straightening.start("volume")


def test_findings_on_a_straightened_series_come_back_with_it(shown, session):
    workspace, _ = shown(tilted())
    workspace.straightening.start("tilted")
    session.settle()
    finding = workspace.desk.add("tilted~straight", workspace.viewports.cursor_lps)
    show(session, [tilted()])
    assert not [said for said in session.said if "missing" in said]
    workspace.findings.select(finding.finding_id)
    session.settle()
    assert workspace.viewports.active.series_key == "tilted~straight"
    assert workspace.studies.segmentation("tilted~straight") is not None


def test_dicom_results_of_a_straightened_series_are_refused_with_the_reason(
    shown, session, tmp_path
):
    workspace, _ = shown(tilted())
    workspace.straightening.start("tilted")
    session.settle()
    workspace.desk.add("tilted~straight", workspace.viewports.cursor_lps)
    out = tmp_path / "out"
    job = workspace.exporter.export("tilted~straight", out, [ExportFormat.SEG])
    session.settle()
    assert "this series is computed" in str(workspace.jobs.jobs[job.id].error.what_happened)
    assert not list(out.glob("*"))


VIEWS = ("R CC", "L CC", "R MLO", "L MLO")


def mammogram(side: str, view: str):
    tags = SeriesTags(laterality=side, view_position=view)
    category = SeriesClass.MAMMOGRAM
    return film(f"{side} {view}", modality="MG", category=category, tags=tags)


def test_the_four_views_of_a_mammogram_hang_side_by_side(shown):
    pairs = [mammogram(*view.split()) for view in reversed(VIEWS)]
    workspace, read = shown(*pairs)
    assert workspace.viewports.layout is Layout.TWO_BY_TWO
    assert tuple(s.series_key for s in workspace.viewports.states) == VIEWS
    assert sorted(read) == sorted(VIEWS)
    assert all(workspace.display.resolved(s.id) for s in workspace.viewports.states)


def test_fewer_views_of_a_mammogram_are_shown_one_at_a_time(shown):
    workspace, _ = shown(*[mammogram(*view.split()) for view in VIEWS[:3]])
    assert workspace.viewports.layout is Layout.ONE


def test_a_volume_after_a_mammogram_has_its_layout_again(shown, session):
    pairs = [mammogram(*view.split()) for view in VIEWS]
    workspace, _ = shown(*pairs, made("volume", ramp((6, 8, 10)), category=SeriesClass.CAPTURE))
    assert workspace.viewports.layout is Layout.TWO_BY_TWO
    workspace.show_series("R CC")
    assert workspace.viewports.layout is Layout.ONE
    workspace.show_series("volume")
    session.settle()
    assert workspace.viewports.layout is Layout.ONE_PLUS_TWO


def test_a_study_left_at_its_straightened_series_reopens_at_the_one_it_was_made_from(
    shown, session
):
    workspace, _ = shown(tilted(), made("volume", ramp((9, 8, 10))))
    workspace.show_series("tilted")
    session.settle()
    workspace.viewports.looks.set_window("tilted", WindowLevel(12, 34))
    workspace.straightening.start("tilted")
    session.settle()
    show(session, [tilted(), made("volume", ramp((9, 8, 10)))])
    assert {s.series_key for s in workspace.viewports.states} == {"tilted"}
    assert workspace.viewports.looks.window_of("tilted") == WindowLevel(12, 34)

"""A study beside another: found, hung in pairs, scrolled together, flickered, put away."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest

from reader.core.errors import NotAllowedError
from reader.core.intensity import WindowLevel
from reader.core.orientation import AS_ACQUIRED, SpatialTransform
from reader.session.comparing.companions import When
from reader.session.viewing.layout import Layout
from reader.session.viewing.linking import TieBasis
from reader.session.workspace import Mode
from tests.support.dicom_pictures import CR_IMAGE, write_picture
from tests.support.sessions import FIRST, SECOND, Session, write_study

STUDY = "1.2.826.0.1.3680043.9.9999.1"
PRIOR = "1.2.826.77"
PRIOR_SERIES = f"{PRIOR}.1"


def redate(folder: Path, **changes: str) -> Path:
    for path in folder.rglob("*"):
        if path.is_file():
            ds = pydicom.dcmread(path)
            for keyword, value in changes.items():
                setattr(ds, keyword, value)
            ds.save_as(path)
    return folder


@pytest.fixture(autouse=True)
def _priors_only_when_asked_for(session: Session) -> None:
    session.workspace.change_settings(hang_priors=False)


@pytest.fixture
def current(tmp_path: Path) -> Path:
    return redate(write_study(tmp_path / "current"), StudyDate="20240301")


@pytest.fixture
def prior(tmp_path: Path) -> Path:
    """An older study of the same patient, in another place."""
    write_study(tmp_path / "archive" / "prior", (PRIOR_SERIES,), PRIOR)
    return redate(tmp_path / "archive" / "prior", StudyDate="20230115")


@pytest.fixture
def comparing(session: Session, current: Path, prior: Path) -> Session:
    """The current study open in Compare, its prior known from the library alone."""
    session.open(prior)
    session.open(current)
    session.workspace.set_mode(Mode.COMPARE)
    session.settle()
    return session


def cursor_mm(session: Session, series_key: str) -> float:
    at = session.workspace.viewports.cursor_of(series_key)
    assert at is not None
    return at[2]


def test_the_library_knows_the_prior_and_its_date(session, current, prior):
    session.open(prior)
    session.open(current)
    (found,) = session.workspace.compare.available_priors()
    assert (found.study_uid, found.when, found.is_same_patient) == (PRIOR, When.BEFORE, True)
    assert not found.is_open
    session.open(prior)
    assert session.workspace.compare.available_priors() == ()
    assert [o.when for o in session.workspace.compare.others()] == [When.AFTER]


def test_comparing_lays_the_prior_beside_and_reads_the_series_alike(comparing):
    workspace = comparing.workspace
    assert [s.study_uid for s in workspace.compare.companions] == [PRIOR]
    assert workspace.viewports.layout is Layout.TWO_BY_TWO
    shown = [s.series_key for s in workspace.viewports.states]
    assert shown == [PRIOR_SERIES, FIRST, PRIOR_SERIES, FIRST]
    assert workspace.studies.is_whole(PRIOR_SERIES)
    assert workspace.studies.is_prior(PRIOR_SERIES)
    assert not workspace.studies.is_prior(FIRST)
    assert workspace.viewports.active.series_key == FIRST


def test_a_setting_puts_the_prior_on_the_right(session, current, prior):
    session.open(prior)
    session.open(current)
    session.workspace.change_settings(prior_on_right=True)
    session.workspace.set_mode(Mode.COMPARE)
    session.settle()
    assert [s.series_key for s in session.workspace.viewports.states][:2] == [FIRST, PRIOR_SERIES]


def test_one_scroll_moves_both_until_they_are_untied(comparing):
    workspace = comparing.workspace
    viewports = workspace.viewports
    before = cursor_mm(comparing, PRIOR_SERIES)
    viewports.scroll("v1", 2)
    moved = cursor_mm(comparing, PRIOR_SERIES)
    assert moved < before - 3.0
    assert moved == pytest.approx(cursor_mm(comparing, FIRST))
    workspace.compare.ties.toggle()
    viewports.scroll("v1", 1)
    assert cursor_mm(comparing, PRIOR_SERIES) == moved


def test_what_was_scrolled_alone_stays_the_offset(comparing):
    workspace = comparing.workspace
    workspace.viewports.scroll("v1", 1)  # onto the middle of a slice
    apart = cursor_mm(comparing, PRIOR_SERIES) - cursor_mm(comparing, FIRST)
    workspace.compare.ties.scroll_alone("v0", -2)
    assert cursor_mm(comparing, PRIOR_SERIES) - cursor_mm(comparing, FIRST) == pytest.approx(
        apart + 6.0
    )
    workspace.viewports.scroll("v1", 1)
    assert cursor_mm(comparing, PRIOR_SERIES) - cursor_mm(comparing, FIRST) == pytest.approx(
        apart + 6.0
    )
    frame = workspace.viewports.frame_of(PRIOR_SERIES)
    assert workspace.viewports.linking.basis(frame) is TieBasis.HAND
    assert workspace.viewports.linking.by_hand_mm(frame) == pytest.approx(6.0)


def test_linking_again_keeps_what_was_set_while_untied(comparing):
    workspace = comparing.workspace
    workspace.compare.ties.toggle()
    workspace.viewports.scroll("v0", 3)
    apart = cursor_mm(comparing, PRIOR_SERIES) - cursor_mm(comparing, FIRST)
    workspace.compare.ties.toggle()
    workspace.viewports.scroll("v1", 1)
    assert cursor_mm(comparing, PRIOR_SERIES) - cursor_mm(comparing, FIRST) == pytest.approx(apart)


def test_zoom_and_place_go_over_to_the_other_side(comparing):
    viewports = comparing.workspace.viewports
    viewports.set_view("v1", 2.5, (10.0, -4.0))
    left = viewports.state("v0")
    assert left.zoom == 2.5
    assert left.pan_mm == pytest.approx((10.0, -4.0))
    viewports.pan_by("v0", (1.0, 0.0))
    assert viewports.state("v1").pan_mm == pytest.approx((11.0, -4.0))
    comparing.workspace.compare.ties.toggle()
    viewports.zoom_by("v1", 2.0)
    assert viewports.state("v0").zoom == 2.5


def test_flicker_shows_the_other_study_at_the_same_zoom_and_place(comparing):
    workspace = comparing.workspace
    workspace.viewports.set_view("v1", 2.0, (5.0, 5.0))
    workspace.compare.flicker("v1")
    there = workspace.viewports.state("v1")
    assert there.series_key == PRIOR_SERIES
    assert (there.zoom, there.pan_mm) == (2.0, pytest.approx((5.0, 5.0)))
    assert workspace.compare.is_flickered("v1")
    workspace.compare.flicker("v1")
    assert workspace.viewports.state("v1").series_key == FIRST
    assert workspace.viewports.state("v1").pan_mm == pytest.approx((5.0, 5.0))


def test_leaving_shows_what_was_shown_before(session, current, prior):
    session.open(prior)
    session.open(current)
    before = session.workspace.viewports.states
    session.workspace.set_mode(Mode.COMPARE)
    session.settle()
    session.workspace.set_mode(Mode.READ)
    assert session.workspace.viewports.states == before


def test_nothing_is_decided_run_or_remembered_on_the_prior(comparing):
    workspace = comparing.workspace
    at = workspace.viewports.cursor_of(PRIOR_SERIES)
    with pytest.raises(NotAllowedError, match="another study"):
        workspace.desk.add(PRIOR_SERIES, at)
    assert workspace.inference.run(PRIOR_SERIES) is None
    assert workspace.findings.findings == ()
    saved = workspace.place.last()
    workspace.place.save()
    assert workspace.place.last() == saved
    assert workspace.place.last().study_uid == STUDY


def test_a_prior_that_is_put_away_leaves_nothing_behind(comparing):
    workspace = comparing.workspace
    workspace.compare.close_prior(PRIOR)
    assert workspace.compare.companions == ()
    assert comparing.series_keys == {FIRST}
    assert workspace.studies.volume(PRIOR_SERIES) is None


def test_another_study_of_the_same_folder_needs_no_search(session, tmp_path):
    write_study(tmp_path / "both" / "one")
    write_study(tmp_path / "both" / "two", (PRIOR_SERIES,), PRIOR)
    redate(tmp_path / "both" / "one", StudyDate="20240301", PatientID="A")
    redate(tmp_path / "both" / "two", StudyDate="20230301", PatientID="B")
    session.workspace.open_paths([tmp_path / "both"], STUDY)
    session.settle()
    (other,) = session.workspace.compare.others()
    assert not other.is_same_patient
    assert session.workspace.compare.available_priors() == ()
    session.workspace.set_mode(Mode.COMPARE)
    assert session.workspace.compare.companions == ()
    assert session.workspace.compare.open_prior(PRIOR) is None
    session.settle()
    assert session.series_keys == {FIRST, PRIOR_SERIES}


def test_a_prior_that_was_moved_is_said_and_nothing_is_lost(session, current, prior):
    session.open(prior)
    session.open(current)
    prior.rename(prior.with_name("elsewhere"))
    session.workspace.set_mode(Mode.COMPARE)
    session.settle()
    assert any("no longer where they were" in words for words in session.said)
    assert session.series_keys == {FIRST}


def test_opening_another_study_ends_the_comparison(comparing, prior):
    comparing.open(prior)
    assert comparing.workspace.mode is Mode.READ
    assert comparing.workspace.compare.companions == ()
    assert not comparing.workspace.viewports.linking.is_on


def write_film(path: Path, uid: str, day: str) -> None:
    write_picture(
        path, CR_IMAGE, "CR", StudyInstanceUID=uid, SeriesInstanceUID=f"{uid}.1",
        SOPInstanceUID=f"{uid}.2", StudyDate=day, PatientID="F-1", PatientName="Film^Test",
        BodyPartExamined="CHEST", ViewPosition="PA",
    )  # fmt: skip


@pytest.fixture
def films(session: Session, tmp_path: Path) -> Session:
    """Two radiographs of one patient, a year apart, in Compare."""
    for name, uid, day in (("old", "1.2.826.5", "20230101"), ("new", "1.2.826.6", "20240101")):
        write_film(tmp_path / name / "film.dcm", uid, day)
        session.open(tmp_path / name)
    session.workspace.set_mode(Mode.COMPARE)
    session.settle()
    return session


def test_films_lie_side_by_side_and_share_zoom_and_place(films):
    viewports = films.workspace.viewports
    assert viewports.layout is Layout.ONE_BY_TWO
    assert [s.series_key for s in viewports.states] == ["1.2.826.5.1", "1.2.826.6.1"]
    viewports.set_view("v1", 2.0, (30.0, 10.0))
    assert (viewports.state("v0").zoom, viewports.state("v0").pan_mm) == (2.0, (30.0, 10.0))


def test_a_film_flickers_though_the_other_side_shows_the_same(films):
    films.workspace.compare.flicker("v1")
    films.settle()
    for viewport_id in ("v0", "v1"):
        assert films.workspace.display.resolved(viewport_id).series.key == "1.2.826.5.1"


def test_another_series_brings_its_like_along_and_one_of_the_prior_changes_its_side_only(
    session, tmp_path
):
    write_study(tmp_path / "old", (PRIOR_SERIES, f"{PRIOR}.2"), PRIOR)
    write_study(tmp_path / "new", (FIRST, SECOND))
    redate(tmp_path / "old" / "series 1", SeriesDescription="Bone")
    redate(tmp_path / "new" / "series 1", SeriesDescription="Bone")
    session.open(redate(tmp_path / "old", StudyDate="20230101"))
    session.open(redate(tmp_path / "new", StudyDate="20240101"))
    session.workspace.show_series(FIRST)
    session.workspace.set_mode(Mode.COMPARE)
    session.settle()
    assert session.series_keys == {PRIOR_SERIES, FIRST}
    session.workspace.show_series(SECOND)
    session.settle()
    assert session.series_keys == {f"{PRIOR}.2", SECOND}
    session.workspace.show_series(PRIOR_SERIES)
    session.settle()
    assert [s.series_key for s in session.workspace.viewports.states][:2] == [PRIOR_SERIES, SECOND]


def test_of_ct_the_window_goes_over_to_the_other_side(comparing):
    workspace = comparing.workspace
    looks = workspace.viewports.looks
    assert looks.window_of(PRIOR_SERIES) == looks.window_of(FIRST)
    workspace.display.apply_window(WindowLevel(40, 400))
    assert looks.window_of(PRIOR_SERIES) == WindowLevel(40, 400)
    workspace.viewports.activate("v0")
    workspace.display.apply_window(WindowLevel(50, 350))
    assert looks.window_of(FIRST) == WindowLevel(50, 350)
    workspace.compare.ties.toggle()
    workspace.display.apply_window(WindowLevel(-600, 1500))
    assert looks.window_of(FIRST) == WindowLevel(50, 350)


def test_films_keep_each_its_own_window(films):
    looks = films.workspace.viewports.looks
    before = looks.window_of("1.2.826.5.1")
    films.workspace.display.apply_window(WindowLevel(1000, 123))
    assert looks.window_of("1.2.826.5.1") == before


def test_panes_that_were_paired_before_are_paired_after(session, current, prior):
    session.open(prior)
    session.open(current)
    workspace = session.workspace
    workspace.compare.open_prior(PRIOR)
    session.settle()
    workspace.viewports.set_layout(Layout.ONE_BY_TWO)
    workspace.show_series(PRIOR_SERIES, "v0")
    workspace.show_series(FIRST, "v1")
    workspace.compare.link_panes((("v0", "v1"),))
    workspace.set_mode(Mode.COMPARE)
    session.settle()
    workspace.set_mode(Mode.READ)
    assert workspace.viewports.linking.is_on
    workspace.viewports.set_view("v1", 3.0, (0.0, 0.0))
    assert workspace.viewports.state("v0").zoom == 3.0


def test_a_layout_with_fewer_panes_leaves_no_partner_behind(comparing):
    workspace = comparing.workspace
    workspace.viewports.set_layout(Layout.ONE)
    (only,) = workspace.viewports.states
    assert workspace.compare.views.partner(only.id) is None
    other = workspace.compare.counterpart(only.series_key)
    assert other is not None
    assert {only.series_key, other.key} == {FIRST, PRIOR_SERIES}


def test_a_turned_volume_turns_its_counterpart_and_both_show_the_same_place(comparing):
    viewports, display = comparing.workspace.viewports, comparing.workspace.display
    viewports.set_view("v0", 2.0, (10.0, -4.0))
    for transform in (SpatialTransform(1), SpatialTransform(2, mirrored=True)):
        viewports.set_transform("v1", transform)
        assert viewports.state("v0").transform == transform
        assert viewports.state("v0").pan_mm == pytest.approx(viewports.state("v1").pan_mm)
        viewports.pan_by("v0", (1.0, 0.0))
        assert viewports.state("v1").pan_mm == pytest.approx(viewports.state("v0").pan_mm)
    assert display.resolved("v0").transform == display.resolved("v1").transform
    comparing.workspace.compare.flicker("v1")
    comparing.settle()
    assert viewports.state("v1").transform == transform


def test_panes_of_one_scale_swap_height_and_width_with_a_quarter_turn(comparing):
    before = comparing.workspace.display.resolved("v0").fit_mm
    comparing.workspace.viewports.set_transform("v0", SpatialTransform(1))
    assert before is not None
    assert comparing.workspace.display.resolved("v0").fit_mm == before[::-1]


def test_a_film_is_turned_by_itself(films):
    viewports = films.workspace.viewports
    viewports.set_view("v1", 2.0, (30.0, 10.0))
    viewports.set_transform("v0", SpatialTransform(2))
    assert viewports.state("v1").transform == AS_ACQUIRED
    assert viewports.state("v1").pan_mm == (30.0, 10.0)
    viewports.zoom_by("v0", 1.5)
    assert viewports.state("v1").zoom == 3.0
    assert viewports.state("v1").transform == AS_ACQUIRED


def test_compare_is_left_where_the_layout_lost_its_pairs_before(session, current, prior):
    session.workspace.change_settings(hang_priors=True)
    session.open(prior)
    session.open(current)
    workspace = session.workspace
    assert workspace.compare.views.pairs == (("v0", "v1"),)
    workspace.viewports.set_layout(Layout.ONE)
    workspace.set_mode(Mode.COMPARE)
    session.settle()
    workspace.set_mode(Mode.READ)
    assert workspace.viewports.layout is Layout.ONE
    workspace.viewports.set_layout(Layout.ONE_BY_TWO)
    assert workspace.compare.views.partner("v0") == "v1"


def test_a_prior_that_is_put_away_while_it_is_read_leaves_nothing(
    session, current, prior, hold_reading
):
    session.workspace.change_settings(run_model_on_open=True)
    session.open(prior)
    session.open(current)
    workspace = session.workspace
    workspace.compare.open_prior(PRIOR)
    session.settle()
    gate = hold_reading()
    workspace.show_series(PRIOR_SERIES, "v1")
    gate.wait_until_reached()
    workspace.compare.close_prior(PRIOR)
    gate.open()
    session.settle()
    assert workspace.studies.volume(PRIOR_SERIES) is None
    assert not any("not foreseen" in words for words in session.said)

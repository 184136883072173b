"""Hanging a study: by itself, as chosen, as kept; and as it was left when it is opened again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reader.core.errors import NotAllowedError, StorageError
from reader.core.intensity import WindowFunction, WindowLevel
from reader.core.orientation import Plane
from reader.imaging.cut import Projection, Slab
from reader.session.hanging.protocol_files import load_protocols
from reader.session.viewing.layout import Layout
from reader.session.viewing.viewport_state import PaneKind
from tests.session.comparing.test_compare import PRIOR, PRIOR_SERIES, redate
from tests.support.sessions import FIRST, SECOND, Session, write_study

TWO_WINDOWS = "ct-chest-two-windows"
LUNG, SOFT = WindowLevel(-600, 1500), WindowLevel(40, 400)


@pytest.fixture
def read(session: Session, ct: Path) -> Session:
    """A chest CT, open and read."""
    session.open(ct)
    return session


def windows(session: Session) -> list[tuple[float, float]]:
    """Centre and width in each viewport."""
    shown = [session.workspace.display.resolved(s.id) for s in session.workspace.viewports.states]
    return [(r.window.center, r.window.width) for r in shown if r is not None]


def test_a_chest_ct_hangs_by_its_protocol_in_the_readers_layout(read):
    workspace = read.workspace
    assert workspace.hangings.current == "ct-chest"
    assert workspace.viewports.layout is Layout.ONE_PLUS_TWO
    assert workspace.viewports.looks.window_of(FIRST) == LUNG, "1500/-600, not 150/-600"


def test_one_series_is_seen_through_two_windows_and_each_is_changed_by_itself(read):
    workspace = read.workspace
    workspace.hangings.apply(TWO_WINDOWS)
    assert windows(read) == [(-600, 1500), (40, 400)] * 2
    workspace.viewports.activate("v1")
    workspace.display.apply_window(WindowLevel(1, 2))
    workspace.display.invert()
    assert windows(read) == [(-600, 1500), (1, 2)] * 2
    assert [workspace.display.resolved(f"v{n}").invert for n in range(4)] == [False, True] * 2


def test_windows_are_not_reset_by_scrolling_or_by_a_new_result(read):
    workspace = read.workspace
    workspace.hangings.apply(TWO_WINDOWS)
    workspace.viewports.activate("v1")
    mine = WindowLevel(50, 350, WindowFunction.SIGMOID)
    workspace.display.apply_window(mine)
    workspace.viewports.scroll("v0", 3)
    read.run_model()
    workspace.viewports.set_layout(Layout.ONE)
    workspace.viewports.set_layout(Layout.TWO_BY_TWO)
    shown = [workspace.display.resolved(s.id).window for s in workspace.viewports.states]
    assert shown == [LUNG, mine, LUNG, mine]


def test_the_next_protocol_that_fits_hangs_and_then_the_first_again(read):
    hangings = read.workspace.hangings
    ids = [one.id for one in hangings.fitting]
    assert ids[0] == "ct-chest"
    seen = []
    for _ in ids:
        hangings.step(1)
        seen.append(hangings.current)
    assert seen == [*ids[1:], ids[0]]
    hangings.step(-1)
    assert hangings.current == ids[-1]


def test_stepping_begins_with_the_best_where_no_protocol_is_in_force(read):
    hangings = read.workspace.hangings
    hangings.restored(None)
    hangings.step(1)
    assert hangings.current == hangings.fitting[0].id


def test_a_protocol_without_a_series_here_is_refused_and_nothing_changes(read):
    workspace = read.workspace
    before = workspace.viewports.states
    with pytest.raises(NotAllowedError):
        workspace.hangings.apply("mammography")
    assert workspace.viewports.states == before
    assert workspace.hangings.current == "ct-chest"


def test_what_is_chosen_for_good_hangs_such_studies_from_then_on(session, ct, other_ct):
    session.open(ct)
    session.workspace.hangings.prefer(TWO_WINDOWS)
    session.open(other_ct)
    assert session.workspace.hangings.current == TWO_WINDOWS
    session.workspace.hangings.prefer(None)
    session.workspace.close_study()
    session.open(ct)
    assert session.workspace.hangings.chosen is None
    assert session.workspace.hangings.fitting[0].id == "ct-chest"


def test_a_choice_outlives_the_session(tmp_path, ct, other_ct):
    first = Session(tmp_path / "home")
    first.open(ct)
    first.workspace.hangings.prefer(TWO_WINDOWS)
    first.close()
    again = Session(tmp_path / "home")
    again.open(other_ct)
    assert again.workspace.hangings.current == TWO_WINDOWS
    again.close()


def test_what_is_on_screen_is_kept_and_hangs_the_next_study(session, ct, other_ct, tmp_path):
    session.open(ct)
    workspace = session.workspace
    viewports = workspace.viewports
    viewports.set_layout(Layout.ONE_BY_TWO)
    viewports.set_plane("v0", Plane.CORONAL)
    viewports.put(replace(viewports.state("v1"), slab=Slab(9.0, Projection.MAXIMUM)))
    workspace.display.apply_preset(3)
    draft = workspace.hangings.present("Mine", workspace.hangings.usual_applies())
    kept = workspace.hangings.save(draft)
    assert (kept.id, kept.is_own, kept.applies.modality) == ("own-mine", True, ("CT",))
    session.open(other_ct)
    assert workspace.hangings.current == kept.id
    assert viewports.layout is Layout.ONE_BY_TWO
    assert viewports.state("v0").plane is Plane.CORONAL
    assert viewports.state("v1").slab == Slab(9.0, Projection.MAXIMUM)
    assert windows(session) == [(400, 2000)] * 2


def test_an_own_protocol_is_a_file_that_can_be_deleted_and_brought_back(read, tmp_path):
    hangings = read.workspace.hangings
    kept = hangings.save(hangings.present("Mine", hangings.usual_applies()))
    again = hangings.save(replace(kept, order=3))
    folder = _own_folder(read)
    assert [p.name for p in folder.glob("*.toml")] == ["own-mine.toml"]
    assert load_protocols(folder, is_own=True)[0] == (again,)
    hangings.delete(kept.id)
    assert hangings.protocol(kept.id) is None
    assert not list(folder.glob("*.toml"))
    hangings.undo_delete()
    assert hangings.protocol(kept.id) == again
    assert hangings.deleted is None
    hangings.duplicate("ct-head", "Copy of CT head")
    assert hangings.protocol("own-copy-of-ct-head").layout is Layout.ONE_BY_TWO
    hangings.delete("ct-head")
    assert hangings.protocol("ct-head") is not None, "what came with the product stays"


def test_an_own_file_that_is_broken_is_said_at_the_start_and_stops_nothing(tmp_path, ct):
    folder = tmp_path / "home" / "config" / "hanging"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text("format = 7")
    (folder / "choices.json").write_text("[]")
    session = Session(tmp_path / "home")
    assert any("mine.toml" in words for words in session.said)
    assert any("chosen hanging protocols" in words for words in session.said)
    session.open(ct)
    assert session.workspace.hangings.current == "ct-chest"
    session.close()


def test_a_disk_that_refuses_is_said_and_the_choice_is_not_taken(read):
    folder = _own_folder(read)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file where the folder should be")
    with pytest.raises(StorageError):
        read.workspace.hangings.prefer(TWO_WINDOWS)
    assert read.workspace.hangings.chosen is None


def test_everything_comes_back_as_it_was_left(tmp_path):
    write_study(tmp_path / "ct", (FIRST, SECOND))
    first = Session(tmp_path / "home")
    first.open(tmp_path / "ct")
    workspace = first.workspace
    workspace.hangings.apply(TWO_WINDOWS)
    shown = workspace.viewports.active.series_key
    workspace.viewports.activate("v1")
    workspace.display.apply_window(WindowLevel(50, 350, WindowFunction.SIGMOID))
    workspace.display.invert()
    other = SECOND if shown == FIRST else FIRST
    state = workspace.viewports.state("v2")
    workspace.viewports.put(
        replace(
            state, slab=Slab(12.0, Projection.MEAN), fused_key=other, fusion_opacity=0.3,
            kind=PaneKind.OVERVIEW,
        )
    )  # fmt: skip
    left, looks = workspace.viewports.states, workspace.viewports.looks
    windows_left, inverted_left = looks.windows_of(shown), looks.inversions_of(shown)
    first.close()
    again = Session(tmp_path / "home")
    again.open(tmp_path / "ct")
    looks = again.workspace.viewports.looks
    assert again.workspace.viewports.states == left
    assert again.workspace.hangings.current == TWO_WINDOWS
    assert looks.windows_of(shown) == windows_left
    assert looks.inversions_of(shown) == inverted_left
    assert looks.window_of(shown) == LUNG
    again.close()


# Earlier studies


@pytest.fixture
def current(tmp_path: Path) -> Path:
    return redate(write_study(tmp_path / "current"), StudyDate="20240301")


@pytest.fixture
def prior(tmp_path: Path) -> Path:
    write_study(tmp_path / "archive" / "prior", (PRIOR_SERIES,), PRIOR)
    return redate(tmp_path / "archive" / "prior", StudyDate="20230115")


def test_a_ct_with_a_prior_in_the_library_hangs_beside_it_by_itself(session, current, prior):
    session.open(prior)
    session.open(current)
    workspace = session.workspace
    assert workspace.hangings.current == "ct-with-prior"
    assert [s.series_key for s in workspace.viewports.states] == [PRIOR_SERIES, FIRST]
    assert workspace.viewports.active_id == "v1", "what is done is done to the present study"
    assert all(workspace.display.resolved(s.id) for s in workspace.viewports.states)


def test_a_study_left_beside_its_prior_is_beside_it_again(tmp_path, current, prior):
    first = Session(tmp_path / "home")
    first.open(prior)
    first.open(current)
    first.workspace.viewports.looks.set_window(FIRST, WindowLevel(7, 9))
    first.close()
    again = Session(tmp_path / "home")
    again.open(current)
    assert [s.series_key for s in again.workspace.viewports.states] == [PRIOR_SERIES, FIRST]
    assert again.workspace.viewports.looks.window_of(FIRST) == WindowLevel(7, 9)
    again.close()


def test_a_reader_may_want_no_priors_and_ask_for_them_all_the_same(session, current, prior):
    session.workspace.change_settings(hang_priors=False)
    session.open(prior)
    session.open(current)
    workspace = session.workspace
    assert workspace.hangings.current == "ct-chest"
    assert workspace.compare.companions == ()
    workspace.hangings.apply("ct-with-prior")
    session.settle()
    assert [s.series_key for s in workspace.viewports.states] == [PRIOR_SERIES, FIRST]


def test_the_prior_lies_on_the_side_the_reader_wants(session, current, prior):
    session.workspace.change_settings(prior_on_right=True)
    session.open(prior)
    session.open(current)
    assert [s.series_key for s in session.workspace.viewports.states] == [FIRST, PRIOR_SERIES]
    assert session.workspace.viewports.active_id == "v0"


def _own_folder(session: Session) -> Path:
    return session.workspace._folders.settings.with_name("hanging")

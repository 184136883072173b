"""A series laid over another: which suits, how strongly, and refused where nothing says how."""

from __future__ import annotations

import pytest

from reader.core.errors import NotAllowedError
from reader.core.intensity import WindowLevel
from tests.session.comparing.test_compare import PRIOR, PRIOR_SERIES, redate
from tests.support.sessions import FIRST, SECOND, Session, write_study


@pytest.fixture
def two(session: Session, tmp_path) -> Session:
    """A study whose two series share a frame of reference; the first is on screen."""
    write_study(tmp_path / "two", (FIRST, SECOND))
    session.open(redate(tmp_path / "two", FrameOfReferenceUID="1.2.826.99"))
    session.workspace.show_series(FIRST)
    session.settle()
    return session


def test_what_shares_the_frame_can_be_laid_over(two):
    fusing = two.workspace.fusing
    assert [s.key for s in fusing.candidates(FIRST)] == [SECOND]
    fusing.toggle("v0")
    two.settle()
    shown = two.workspace.display.resolved("v0").fusion
    assert shown is not None
    assert shown.series.key == SECOND
    assert shown.fusion.shift_lps_mm == (0.0, 0.0, 0.0)
    assert shown.caution is None
    fusing.toggle("v0")
    assert two.workspace.display.resolved("v0").fusion is None


def test_the_fused_series_is_read_and_goes_on_being_read(two):
    workspace = two.workspace
    workspace.studies.drop_volume(SECOND)
    workspace.fusing.fuse("v0", SECOND)
    workspace.show_series(FIRST, "v1")  # leaves only what nobody sees
    two.settle()
    assert workspace.studies.is_whole(SECOND)


def test_without_a_common_frame_it_is_refused_with_the_reason(session, tmp_path):
    write_study(tmp_path / "apart", (FIRST, SECOND))
    redate(tmp_path / "apart" / "series 1", FrameOfReferenceUID="1.2.826.98")
    session.open(tmp_path / "apart")
    session.workspace.show_series(FIRST)
    with pytest.raises(NotAllowedError, match="frame of reference"):
        session.workspace.fusing.fuse("v0", SECOND)
    with pytest.raises(NotAllowedError, match="No other series"):
        session.workspace.fusing.toggle("v0")


def test_by_the_link_alone_it_is_shown_with_a_caution(two, tmp_path):
    workspace = two.workspace
    write_study(tmp_path / "prior", (PRIOR_SERIES,), PRIOR)
    workspace.compare.open_paths([tmp_path / "prior"])
    two.settle()
    with pytest.raises(NotAllowedError, match="frame of reference"):
        workspace.fusing.fuse("v0", PRIOR_SERIES)
    workspace.show_series(PRIOR_SERIES, "v1")
    workspace.compare.ties.toggle()
    workspace.fusing.fuse("v0", PRIOR_SERIES)
    two.settle()
    shown = workspace.display.resolved("v0").fusion
    assert shown is not None
    assert "link alone" in str(shown.caution)


def test_opacity_goes_by_steps_and_stops_at_the_ends(two):
    fusing, viewports = two.workspace.fusing, two.workspace.viewports
    fusing.fuse("v0", SECOND)
    fusing.fuse("v1", SECOND)
    fusing.step_opacity("v0", 2)
    assert viewports.state("v0").fusion_opacity == pytest.approx(0.7)
    assert viewports.state("v1").fusion_opacity == pytest.approx(0.7)
    fusing.step_opacity("v0", 9)
    assert viewports.state("v0").fusion_opacity == 1.0
    fusing.step_opacity("v0", -99)
    assert viewports.state("v0").fusion_opacity == 0.0


def test_swapping_exchanges_what_lies_beneath(two):
    two.workspace.fusing.fuse("v0", SECOND)
    two.settle()
    two.workspace.fusing.swap("v0")
    resolved = two.workspace.display.resolved("v0")
    assert (resolved.series.key, resolved.fusion.series.key) == (SECOND, FIRST)


def test_window_and_presets_act_on_the_one_that_was_chosen(two):
    workspace = two.workspace
    workspace.fusing.fuse("v0", SECOND)
    two.settle()
    before = workspace.viewports.looks.window_of(FIRST)
    workspace.fusing.choose_window(True)
    workspace.display.apply_window(WindowLevel(7, 21))
    assert workspace.viewports.looks.window_of(SECOND) == WindowLevel(7, 21)
    assert workspace.viewports.looks.window_of(FIRST) == before
    assert workspace.display.resolved("v0").fusion.fusion.window == WindowLevel(7, 21)
    assert workspace.fusing.windowed("v0") == (SECOND, "")
    assert workspace.fusing.windowed("v0", other=True) == (FIRST, "")
    workspace.fusing.fuse("v0", None)
    assert workspace.fusing.windowed("v0")[0] == FIRST


def test_both_values_are_read_under_the_pointer(two):
    workspace = two.workspace
    workspace.fusing.fuse("v0", SECOND)
    two.settle()
    resolved = workspace.display.resolved("v0")
    at = tuple(workspace.studies.geometry(SECOND).to_lps((6, 20, 24)))
    found = workspace.display.fused_value_at(at, resolved)
    assert found == workspace.display.value_at(at, SECOND)
    assert found is not None


def test_the_picture_is_in_colour_only_while_something_is_laid_over(two):
    pictures = {}
    two.workspace.events.slice_ready.connect(
        lambda image: pictures.__setitem__(image.request.viewport_id, image)
    )
    two.workspace.viewports.scroll("v0", 1)
    two.settle()
    assert pictures["v0"].base.ndim == 2
    two.workspace.fusing.fuse("v0", SECOND)
    two.settle()
    assert pictures["v0"].base.shape[-1] == 3

"""Which viewports live in a second window."""

from __future__ import annotations

import pytest

from reader.core.errors import NotAllowedError
from reader.core.orientation import Plane
from reader.session.events import SessionEvents
from reader.session.study_store import StudyStore
from reader.session.viewing.apart import Apart, last_half
from reader.session.viewing.layout import Layout
from reader.session.viewing.viewport import ViewportStore
from reader.session.viewing.viewport_state import ViewportState


@pytest.fixture
def viewports() -> ViewportStore:
    events = SessionEvents()
    return ViewportStore(events, StudyStore(events, 1))


@pytest.fixture
def apart(viewports: ViewportStore) -> Apart:
    return Apart(viewports._events, viewports)


def ids(states: tuple[ViewportState, ...]) -> list[str]:
    return [state.id for state in states]


@pytest.mark.parametrize(
    ("layout", "over"),
    [
        (Layout.ONE, ""),
        (Layout.ONE_PLUS_TWO, "v1 v2"),
        (Layout.ONE_BY_TWO, "v1"),
        (Layout.ONE_BY_THREE, "v2"),
        (Layout.TWO_BY_ONE, "v1"),
        (Layout.TWO_BY_TWO, "v1 v3"),
        (Layout.TWO_BY_THREE, "v2 v5"),
        (Layout.TWO_BY_FOUR, "v2 v3 v6 v7"),
        (Layout.THREE_BY_THREE, "v2 v5 v8"),
    ],
)
def test_the_last_half_moves_over(layout: Layout, over: str):
    states = [ViewportState(f"v{n}", Plane.AXIAL) for n in range(layout.count)]
    assert sorted(last_half(layout, states)) == over.split()


def test_all_are_at_home_until_a_second_window_is_wanted_and_when_it_closes(apart, viewports):
    viewports.set_layout(Layout.TWO_BY_TWO)
    assert (ids(apart.states), ids(apart.at_home)) == ([], ["v0", "v1", "v2", "v3"])
    apart.toggle()
    assert (ids(apart.states), ids(apart.at_home)) == (["v1", "v3"], ["v0", "v2"])
    viewports.activate("v3")
    apart.toggle()
    assert (ids(apart.states), viewports.active_id) == ([], "v0")


def test_another_layout_is_split_anew_and_one_viewport_stays(apart, viewports):
    apart.toggle()
    assert ids(apart.states) == ["v1", "v2"]
    viewports.set_layout(Layout.ONE)
    assert (ids(apart.states), apart.is_wanted) == ([], True)
    viewports.set_layout(Layout.ONE_BY_TWO)
    assert ids(apart.states) == ["v1"]


def test_one_viewport_becomes_two_to_share(apart, viewports):
    viewports.set_layout(Layout.ONE)
    apart.toggle()
    assert viewports.layout is Layout.ONE_BY_TWO
    assert ids(apart.states) == ["v1"]


def test_one_by_one_moves_over_and_the_last_stays(apart):
    apart.move("v1")
    assert (ids(apart.states), ids(apart.at_home)) == (["v1"], ["v0", "v2"])
    apart.move("v0")
    with pytest.raises(NotAllowedError):
        apart.move("v2")
    apart.move("v1")
    apart.move("v0")
    assert not apart.is_wanted, "the window goes with its last viewport"

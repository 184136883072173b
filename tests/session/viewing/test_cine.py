"""Playing through the slices of a volume: round, to and fro, faster and slower."""

from __future__ import annotations

import itertools

import pytest

from reader.session.viewing.cine import USUAL_FRAME_MS, Cine
from tests.support.sessions import FIRST


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def playing(session, ct):
    """A volume that plays from its first slice, and the clock it plays by."""
    session.open(ct)
    workspace, clock = session.workspace, Clock()
    cine = Cine(workspace.events, workspace.studies, workspace.viewports, clock)
    session.workspace.viewports.set_index("v0", 0)
    cine.toggle()
    return session, cine, clock


def watch(session, cine, clock, steps: int, frame_ms: float) -> list[int]:
    """The slices shown after each of so many frame times."""
    seen = []
    for _ in range(steps):
        clock.now += frame_ms / 1000 + 1e-6
        cine.advance()
        seen.append(session.workspace.viewports.index_of("v0"))
    return seen


def ways(session, count: int) -> list[int]:
    """The order of reading from slice 0, round and round."""
    step = -1 if session.workspace.viewports.stack_of("v0").reads_backwards else 1
    return [(n * step) % count for n in range(1, count + 1)]


def test_slices_of_a_volume_follow_each_other_in_the_order_of_reading(playing):
    session, cine, clock = playing
    count = session.workspace.viewports.stack_of("v0").count
    assert watch(session, cine, clock, count, USUAL_FRAME_MS) == ways(session, count)
    assert not cine.is_moving(FIRST), "a bar under the images is for series in time"


def test_to_and_fro_turns_round_at_the_ends(playing):
    session, cine, clock = playing
    count = session.workspace.viewports.stack_of("v0").count
    cine.toggle_to_and_fro()
    seen = watch(session, cine, clock, 2 * (count - 1), USUAL_FRAME_MS)
    assert max(abs(b - a) for a, b in itertools.pairwise(seen)) == 1, "never a jump"
    assert set(seen) == set(range(count))
    assert seen[-1] == 0


def test_faster_is_faster_and_has_an_end(playing):
    session, cine, clock = playing
    before = cine.frame_ms(FIRST)
    cine.change_speed(2.0)
    assert cine.frame_ms(FIRST) == pytest.approx(before / 2)
    count = session.workspace.viewports.stack_of("v0").count
    assert watch(session, cine, clock, 3, before / 2) == ways(session, count)[:3]
    for _ in range(20):
        cine.change_speed(2.0)
    assert cine.frame_ms(FIRST) >= 8.0
    session.workspace.close_study()
    assert not cine.is_playing


def test_speed_is_changed_only_while_it_plays(playing):
    _, cine, _ = playing
    cine.toggle()
    cine.change_speed(2.0)
    assert cine.frame_ms(FIRST) == pytest.approx(USUAL_FRAME_MS)

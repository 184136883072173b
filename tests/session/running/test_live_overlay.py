"""What running models see so far: put in a little at a time, and told where."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.cancel import Progress
from reader.core.text import say
from reader.imaging.layers import OutlineStyle
from reader.session.events import SessionEvents
from reader.session.running import live_overlay
from reader.session.running.live_overlay import LiveOverlay
from tests.support.fake_runner import fake_spec

KEY, SHAPE = "1", (8, 10, 12)


class Loop:
    """The main thread: what was delivered waits until `turn`."""

    def __init__(self) -> None:
        self.waiting = []

    def turn(self) -> int:
        acts, self.waiting = self.waiting, []
        for act in acts:
            act()
        return len(acts)


@pytest.fixture
def loop():
    return Loop()


@pytest.fixture
def grown():
    """(series key, box) of every redrawing asked for."""
    return []


@pytest.fixture
def live(loop, grown):
    events = SessionEvents()
    events.preview_grew.connect(lambda *what: grown.append(what))
    made = LiveOverlay(events, lambda act: loop.waiting.append(act), lambda: 0.4)
    made.begin(KEY, SHAPE, fake_spec())
    return made


def seen(box, value=3, shape=None) -> Progress:
    shape = shape or [high - low for low, high in box]
    return Progress(1, 2, say("Looking"), box, np.full(shape, value, np.uint16))


def test_what_arrives_together_is_drawn_once(live, loop, grown):
    live.take(KEY, seen(((0, 2), (0, 4), (0, 4))))
    live.take(KEY, seen(((3, 5), (2, 6), (0, 4))))
    assert live.sheets_for(KEY) == ()
    assert loop.turn() == 1
    assert grown == [(KEY, ((0, 5), (0, 6), (0, 4)))]
    (sheet,) = live.sheets_for(KEY)
    assert np.count_nonzero(sheet.labels) == 64


def test_the_sheet_stays_the_same_object_while_it_grows(live, loop):
    live.take(KEY, seen(((0, 2), (0, 4), (0, 4))))
    loop.turn()
    before = live.sheets_for(KEY)[0]
    live.take(KEY, seen(((4, 6), (0, 4), (0, 4))))
    loop.turn()
    assert live.sheets_for(KEY)[0] is before
    assert before.labels[4, 0, 0] == 3


def test_a_large_piece_is_put_in_over_several_turns(live, loop, grown, monkeypatch):
    monkeypatch.setattr(live_overlay, "_PIECE_BYTES", 2 * 10 * 12 * 2)
    live.take(KEY, seen(((0, 8), (0, 10), (0, 12))))
    turns = 0
    while loop.turn():
        turns += 1
    assert turns == 4
    assert [box[0] for _, box in grown] == [(0, 2), (2, 4), (4, 6), (6, 8)]
    assert live.sheets_for(KEY)[0].labels.all()


def test_only_what_looks_different_is_drawn_again(live, loop, grown):
    live.take(KEY, seen(((0, 4), (0, 4), (0, 4)), value=0))
    loop.turn()
    assert grown == [], "nothing is seen there, as before"
    half = np.zeros((4, 6, 6), np.uint16)
    half[1:3, 2, 3:5] = 3
    live.take(KEY, Progress(1, 2, say("Looking"), ((2, 6), (1, 7), (0, 6)), half))
    loop.turn()
    assert grown == [(KEY, ((3, 5), (3, 4), (3, 5)))]
    live.take(KEY, Progress(1, 2, say("Looking"), ((2, 6), (1, 7), (0, 6)), half))
    loop.turn()
    assert len(grown) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        seen(((0, 9), (0, 4), (0, 4))),
        seen(((-1, 2), (0, 4), (0, 4)), shape=(3, 4, 4)),
        seen(((0, 2), (0, 4), (0, 4)), shape=(2, 4, 5)),
    ],
)
def test_what_does_not_fit_is_left_out(live, loop, grown, wrong):
    live.take(KEY, wrong)
    loop.turn()
    assert grown == []
    assert live.sheets_for(KEY) == ()


def test_what_comes_after_the_end_is_dropped(live, loop, grown):
    live.take(KEY, seen(((0, 2), (0, 4), (0, 4))))
    live.end(KEY)
    loop.turn()
    live.take(KEY, seen(((0, 2), (0, 4), (0, 4))))
    assert not loop.turn()
    assert grown == []


def test_a_new_run_begins_with_nothing(live, loop):
    live.take(KEY, seen(((0, 2), (0, 4), (0, 4))))
    loop.turn()
    live.begin(KEY, SHAPE, fake_spec())
    assert live.sheets_for(KEY) == ()


def test_findings_are_drawn_dimmed_and_structures_beside_them_not(live, loop):
    live.take(KEY, seen(((0, 2), (0, 4), (0, 4))))
    loop.turn()
    (style,) = live.sheets_for(KEY)[0].styles
    assert style.label == 3
    assert style.outline is OutlineStyle.DASHED
    assert style.fill_opacity == pytest.approx(0.2)

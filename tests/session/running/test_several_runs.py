"""Several runs: one after the other, following the reader's eyes, and never the same twice."""

from __future__ import annotations

from reader.core.errors import InferenceError
from reader.core.text import say
from reader.session.jobs import JobState
from tests.support.fake_runner import FakeRunner
from tests.support.sessions import FIRST, SECOND


def test_another_model_waits_for_its_turn(start, two_series, make_gate):
    gate = make_gate(at=2)
    session = start(FakeRunner(before_window=gate))
    session.open(two_series)
    inference = session.workspace.inference
    (shown,) = session.series_keys
    (other,) = {FIRST, SECOND} - {shown}
    session.workspace.show_series(other)
    session.wait_for(lambda: session.workspace.loading.is_complete(other))
    first = inference.run(shown)
    gate.wait_until_reached()
    second = inference.run(other)
    assert session.said == ["It starts when the AI that is running has finished."]
    assert inference.run(other) is None, "it waits for its turn already"
    assert inference.finished_regions(other) == ()
    gate.open()
    session.settle()
    jobs = session.workspace.jobs.jobs
    assert [jobs[j.id].state for j in (first, second)] == [JobState.DONE] * 2
    assert [r.series_key for r in session.runner.requests] == [shown, other]


def test_a_run_that_waits_for_its_turn_can_be_stopped_by_itself(start, two_series, make_gate):
    gate = make_gate(at=2)
    session = start(FakeRunner(before_window=gate))
    session.open(two_series)
    inference = session.workspace.inference
    (shown,) = session.series_keys
    (other,) = {FIRST, SECOND} - {shown}
    session.workspace.show_series(other)
    session.wait_for(lambda: session.workspace.loading.is_complete(other))
    inference.run(shown)
    gate.wait_until_reached()
    waiting = inference.run(other)
    session.workspace.jobs.cancel(waiting.id)
    gate.open()
    session.settle()
    assert len(session.runner.requests) == 1
    assert len(session.finding_ids) == 3


def test_a_run_hears_where_the_reader_looks(start, ct, make_gate):
    gate = make_gate(at=2)
    session = start(FakeRunner(before_window=gate))
    session.open(ct)
    workspace = session.workspace
    workspace.viewports.set_cursor((1.0, 2.0, 110.0))
    workspace.inference.run()
    gate.wait_until_reached()
    focus = session.runner.focus
    assert focus.place_lps_mm == (1.0, 2.0, 110.0)
    workspace.viewports.set_cursor((5.0, 6.0, 101.0))
    assert focus.place_lps_mm == (5.0, 6.0, 101.0)
    gate.open()
    session.settle()
    workspace.viewports.set_cursor((1.0, 2.0, 110.0))
    assert focus.place_lps_mm == (5.0, 6.0, 101.0), "it is over"


# The same again


EARLIER = "This is the result of an earlier run on the same images."


def test_the_same_model_on_the_same_images_is_not_run_again(session, ct):
    session.open(ct)
    session.run_model()
    findings = session.finding_ids
    session.run_model()
    assert len(session.runner.requests) == 1
    assert session.said == [EARLIER]
    assert session.finding_ids == findings
    session.workspace.change_settings(device="cpu")
    session.run_model()
    assert len(session.runner.requests) == 2, "it was asked for another way"


def test_a_result_is_there_at_once_in_another_session(start, ct, tmp_path):
    first = start()
    first.open(ct)
    first.run_model()
    first.close()
    database = next(tmp_path.rglob("reading-room.sqlite"))
    for file in database.parent.glob("reading-room.sqlite*"):
        file.unlink()  # somebody else's work on the same machine
    second = start(FakeRunner(error=InferenceError(say("It ran."), say("It must not."))))
    second.open(ct)
    second.run_model()
    assert len(second.finding_ids) == 3
    assert second.said == [EARLIER]


def test_a_run_that_failed_is_run_again(start, ct):
    session = start(FakeRunner(error=InferenceError(say("It broke."), say("Again."))))
    session.open(ct)
    session.workspace.inference.run()
    session.settle()
    session.workspace.inference.run()
    session.settle()
    assert len(session.runner.requests) == 2

"""The job panel: how far a run is, on what it was computed, what it noted and how it ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reader.core.errors import InferenceError
from reader.core.text import say
from reader.session.jobs import JobState
from reader.ui.jobs.finished_slices import slice_shares
from reader.ui.jobs.job_text import device_name
from tests.support.fake_runner import FakeRunner, fake_spec
from tests.support.sessions import Gate
from tests.support.small_chest import NODULES_LPS_MM


def test_how_much_of_each_slice_is_done():
    shape = (6, 4, 8)
    left, right = ((1, 4), (0, 4), (0, 2)), ((2, 4), (0, 4), (2, 8))
    assert slice_shares([left, right], shape) == ((1, 2, 0.25), (2, 4, 1.0))
    whole = ((0, 6), (0, 4), (0, 8))
    assert slice_shares([left, whole], shape) == ((0, 6, 1.0),), "never more than all of it"
    assert slice_shares([((0, 1), (0, 1), (0, 1))], shape) == ((0, 1, 0.125),), "something"
    almost = [((0, 1), (0, 3), (0, 8)), ((0, 1), (3, 4), (0, 7))]
    assert slice_shares(almost, shape) == ((0, 1, 0.875),), "but not all"
    assert slice_shares([], shape) == ()


@pytest.mark.parametrize(
    ("device", "words"),
    [
        ("cpu", "On the processor."),
        ("cpu bfloat16", "On the processor (bfloat16)."),
        ("cuda:0", "On the graphics card."),
        ("server.example", "On server.example."),
    ],
)
def test_where_it_was_computed_is_said_in_words(device, words):
    assert str(device_name(device)) == words


@pytest.fixture
def rows(make_reader, chest):
    """Opens the chest beside a runner; the rows of the panel."""

    def start(runner):
        reader = make_reader(runner=runner)
        reader.open(chest)
        return reader, reader.window.frame.reading.panel.jobs

    return start


class NotingRunner(FakeRunner):
    """Says that memory ran short."""

    def run(self, *args, **more):
        result = super().run(*args, **more)
        return replace(result, device="cpu bfloat16", notes=(say("Memory ran short."),))


def test_what_a_run_noted_stays_readable(rows):
    reader, panel = rows(NotingRunner(NODULES_LPS_MM))
    reader.run_model()
    (row,) = panel.rows
    assert row.job.state is JobState.DONE
    assert row._words.text == "On the processor (bfloat16). Memory ran short."
    assert row._detail.text.endswith("findings")


def test_windows_are_counted_while_it_runs(rows):
    gate = Gate(at=3)
    reader, panel = rows(FakeRunner(NODULES_LPS_MM, before_window=gate))
    reader.workspace.inference.run()
    gate.wait_until_reached()
    try:
        reader.until(lambda: any(row._detail.text for row in panel.rows))
        text = panel.rows[-1]._detail.text
        assert text.startswith("Looking for nodules")
        assert text.endswith("of 8")
        assert panel.rows[-1]._stop.isVisibleTo(panel)
    finally:
        gate.open()
    reader.until(lambda: panel.rows[-1].job.is_over)
    assert not panel.rows[-1]._stop.isVisibleTo(panel)


def test_a_failure_says_why_and_how_far_it_was(rows):
    error = InferenceError(say("The model crashed (SIGSEGV)."), say("Run it again."))
    reader, panel = rows(FakeRunner(NODULES_LPS_MM, error=error))
    reader.run_model()
    (row,) = panel.rows
    assert row._state.text == "Failed"
    assert row._words.text == "The model crashed (SIGSEGV). Run it again."


class StructuresOnly(FakeRunner):
    """Draws two halves and marks nothing."""

    def run(self, *args, **more):
        result = super().run(*args, **more)
        labels = result.labels.copy()
        labels[labels > 2] = 1
        return replace(result, labels=labels, segments=result.segments[:2], findings=())


def test_a_model_of_structures_alone_is_not_said_to_have_found_nothing(rows):
    spec = fake_spec()
    runner = StructuresOnly(NODULES_LPS_MM, spec=replace(spec, labels=spec.labels[:2]))
    reader, panel = rows(runner)
    reader.run_model()
    assert panel.rows[-1]._detail.text == "2 structures"
    assert str(reader.window.frame.reading.panel.inbox.empty.title) == "This AI marks no findings"

"""Running models: checked against the card, once at a time, on whole series, all or nothing."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.errors import InferenceError, ModelUnavailableError
from reader.core.model import Device, EligibilityRules, Verdict
from reader.core.text import say
from reader.session.jobs import JobKind, JobState
from reader.session.notices import NoticeLevel
from tests.support.fake_runner import FakeRunner, fake_spec
from tests.support.sessions import FIRST, SECOND, study_volume

CHEST = EligibilityRules("CT", body_parts=("CHEST",))


def runner_with(rules: EligibilityRules, **more) -> FakeRunner:
    return FakeRunner(spec=fake_spec(rules), **more)


def last_run(session):
    runs = [j for j in session.workspace.jobs.jobs.values() if j.kind is JobKind.INFERENCE]
    return runs[-1] if runs else None


# What runs and what does not


def test_a_run_brings_findings_labels_and_a_heatmap(session, ct):
    session.open(ct)
    session.run_model()
    workspace = session.workspace
    assert len(workspace.findings.findings) == 3
    assert workspace.findings.unreviewed_count == 3
    assert workspace.studies.segmentation(FIRST) is not None
    assert workspace.studies.heatmap(FIRST) is not None
    assert workspace.inference.has_looked_at(FIRST)
    assert session.said == []


def test_the_request_says_what_is_known(session, ct):
    session.open(ct)
    session.workspace.change_settings(device="cpu")
    session.workspace.viewports.set_cursor((1.0, 2.0, 110.0))
    session.run_model()
    (request,) = session.runner.requests
    assert request.volume is session.workspace.studies.volume(FIRST)
    assert request.focus_lps_mm == (1.0, 2.0, 110.0)
    assert request.device is Device.CPU
    assert request.eligibility.verdict is Verdict.OK


def test_with_nothing_open_there_is_nothing_to_run_on(session):
    assert session.workspace.inference.run() is None
    assert session.said == ["Open a study before running the AI."]


def test_a_model_that_is_not_there_is_named(start, ct):
    session = start()
    session.open(ct)
    with pytest.raises(ModelUnavailableError, match="no model nonsense here"):
        session.workspace.inference.run(spec_id="nonsense")
    session.workspace.inference._specs = ()
    with pytest.raises(ModelUnavailableError, match="No model is installed"):
        session.workspace.inference.run()


def test_a_half_read_series_is_waited_for(session, ct, hold_reading):
    gate, workspace = hold_reading(), session.workspace
    workspace.open_paths([ct])
    session.wait_for(lambda: workspace.display.resolved("v0") is not None)
    gate.wait_until_reached()
    assert workspace.inference.run() is None
    assert session.said == ["The AI starts when all images are read."]
    session.deliver()
    assert session.runner.requests == []

    gate.open()
    session.settle()
    (request,) = session.runner.requests
    assert np.array_equal(request.volume.voxels, study_volume().voxels)
    assert len(workspace.findings.findings) == 3


@pytest.mark.parametrize("by", ["cancel", "stopped reading", "another study"])
def test_a_wish_for_a_run_can_be_taken_back(session, ct, other_ct, hold_reading, by):
    gate, workspace = hold_reading(), session.workspace
    workspace.open_paths([ct])
    session.wait_for(lambda: workspace.display.resolved("v0") is not None)
    gate.wait_until_reached()
    workspace.inference.run()
    if by == "cancel":
        workspace.inference.cancel()
    elif by == "stopped reading":
        workspace.jobs.cancel_kind(JobKind.LOAD)
    else:
        scan = workspace.open_paths([other_ct])
        session.wait_for(lambda: workspace.jobs.jobs[scan.id].is_over)
    gate.open()
    session.settle()
    workspace.show_series(next(s.key for s in workspace.studies.study.series))
    session.settle()
    assert session.runner.requests == []


def test_a_second_run_is_refused_while_one_runs(start, ct, make_gate):
    gate = make_gate(at=2)
    session = start(FakeRunner(before_window=gate))
    session.open(ct)
    session.workspace.inference.run()
    gate.wait_until_reached()
    assert session.workspace.inference.run() is None
    assert session.said == ["The AI is already running."]
    gate.open()
    session.settle()
    assert len(session.runner.requests) == 1


def test_the_slices_it_is_done_with_grow(start, ct, make_gate):
    gate = make_gate(at=3)
    session = start(FakeRunner(windows=6, before_window=gate))
    session.open(ct)
    inference, told = session.workspace.inference, []
    session.workspace.events.run_grew.connect(told.append)
    inference.run()
    gate.wait_until_reached()
    session.wait_for(lambda: len(inference.finished_regions(FIRST)) == 3)
    assert [box[0] for box in inference.finished_regions(FIRST)] == [(0, 2), (2, 4), (4, 6)]
    session.deliver()
    assert set(told) == {FIRST}
    gate.open()
    session.settle()
    (whole,) = inference.finished_regions(FIRST)
    assert whole[0] == (0, 12)


# How a run ends


def test_a_stopped_run_leaves_nothing(start, ct, make_gate):
    gate = make_gate(at=2)
    session = start(FakeRunner(before_window=gate))
    session.open(ct)
    job = session.workspace.inference.run()
    gate.wait_until_reached()
    session.workspace.inference.cancel()
    gate.open()
    session.settle()
    assert session.workspace.jobs.jobs[job.id].state is JobState.CANCELLED
    assert session.finding_ids == []
    assert not session.workspace.inference.has_looked_at(FIRST)
    assert session.said == []
    session.runner._before_window = None
    session.run_model()
    assert len(session.finding_ids) == 3


def test_a_new_run_may_be_asked_for_while_the_old_one_still_stops(start, ct, make_gate):
    gate = make_gate(at=2)
    session = start(FakeRunner(before_window=gate))
    session.open(ct)
    session.workspace.inference.run()
    gate.wait_until_reached()
    session.workspace.inference.cancel()
    assert session.workspace.inference.run() is not None
    gate.open()
    session.settle()
    assert len(session.finding_ids) == 3


def test_a_failure_is_said_and_leaves_nothing(start, ct):
    error = InferenceError(say("The model broke."), say("Run it again."))
    session = start(FakeRunner(error=error))
    session.open(ct)
    session.workspace.inference.run()
    session.settle()
    assert last_run(session).state is JobState.FAILED
    assert session.said == ["The model broke. Run it again."]
    assert session.workspace.notices.posted[0].level is NoticeLevel.ERROR
    assert session.finding_ids == []


def test_a_defect_in_a_model_becomes_words(start, ct):
    session = start(FakeRunner(error=ZeroDivisionError()))
    session.open(ct)
    session.workspace.inference.run()
    session.settle()
    assert session.said == [
        "Something went wrong that was not foreseen. Try once more. The details are in the log."
    ]


@pytest.mark.parametrize("leave", ["close", "open another"])
def test_a_run_ends_with_its_study(start, ct, other_ct, make_gate, leave):
    gate = make_gate(at=2)
    session = start(FakeRunner(before_window=gate))
    session.open(ct)
    workspace = session.workspace
    job = workspace.inference.run()
    gate.wait_until_reached()
    if leave == "close":
        workspace.close_study()
    else:
        scan = workspace.open_paths([other_ct])
        session.wait_for(lambda: workspace.jobs.jobs[scan.id].is_over)
    gate.open()
    session.settle()
    assert workspace.jobs.jobs[job.id].state is JobState.CANCELLED
    assert session.finding_ids == []
    prior = ["Another study of this patient is in the library."]
    assert session.said == ([] if leave == "close" else prior)


def test_a_result_that_arrives_after_its_study_was_left_is_dropped(session, ct):
    """The result is ready and waits for the main thread, which closes the study first."""
    session.open(ct)
    workspace = session.workspace
    workspace.inference.run()
    assert workspace.jobs.wait_idle(20)
    workspace.close_study()
    session.settle()
    assert session.finding_ids == []
    session.open(ct)
    assert session.finding_ids == []


def test_a_result_for_the_same_study_opened_again_is_dropped_too(session, ct):
    session.open(ct)
    workspace = session.workspace
    job = workspace.inference.run()
    assert workspace.jobs.wait_idle(20)
    workspace.show_study(workspace.studies.study)
    session.settle()
    assert workspace.jobs.jobs[job.id].state is JobState.CANCELLED
    assert session.finding_ids == []
    session.run_model()
    assert len(session.finding_ids) == 3


def test_running_again_proposes_nothing_twice(session, ct):
    session.open(ct)
    session.run_model()
    findings, workspace = session.finding_ids, session.workspace
    workspace.desk.confirm(findings[0])
    workspace.desk.reject(findings[1])
    labels = workspace.studies.segmentation(FIRST).labels.copy()
    session.run_model()
    assert session.finding_ids == findings
    assert workspace.findings.unreviewed_count == 1
    assert np.array_equal(workspace.studies.segmentation(FIRST).labels, labels)


# What another study has to do with it


def test_what_waits_for_a_word_is_forgotten_with_its_study(start, ct, other_ct):
    session = start(runner_with(EligibilityRules("CT", body_parts=("HEAD",))))
    session.open(ct)
    session.workspace.inference.run()
    assert session.workspace.inference.blocked is not None
    session.open(other_ct)
    assert session.workspace.inference.blocked is None


def test_an_ai_that_looked_at_one_study_did_not_look_at_the_next(session, ct, other_ct):
    session.open(ct)
    session.run_model()
    session.open(other_ct)
    inference = session.workspace.inference
    assert not inference.has_looked_at("1.2.826.77.1")
    assert inference.finished_regions(FIRST) == ()
    session.open(ct)
    assert inference.has_looked_at(FIRST), "it is on disk that it did"


# By itself


def test_a_model_starts_by_itself_where_the_reader_wants_that(session, ct):
    session.workspace.change_settings(run_model_on_open=True)
    session.open(ct)
    assert len(session.finding_ids) == 3
    session.workspace.close_study()
    session.open(ct)
    assert len(session.finding_ids) == 3
    assert len(session.runner.requests) == 1, "it has looked at this one"


def test_a_model_that_runs_already_is_not_started_by_itself(start, two_series, make_gate):
    gate = make_gate(at=2)
    session = start(FakeRunner(before_window=gate))
    session.open(two_series)
    session.workspace.inference.run()
    gate.wait_until_reached()
    session.workspace.change_settings(run_model_on_open=True)
    (other,) = {FIRST, SECOND} - session.series_keys
    session.workspace.show_series(other)
    session.wait_for(lambda: session.workspace.loading.is_complete(other))
    gate.open()
    session.settle()
    assert session.said == []
    assert len(session.runner.requests) == 1


def test_a_model_says_nothing_of_itself_where_its_card_refuses(start, ct):
    session = start(runner_with(EligibilityRules("MR")))
    session.workspace.change_settings(run_model_on_open=True)
    session.open(ct)
    assert session.said == []
    assert session.workspace.inference.blocked is None


def test_a_model_asked_for_with_the_study_runs_once_and_on_no_other(session, ct, other_ct):
    session.workspace.open_paths([ct], run_model=True)
    session.settle()
    assert len(session.finding_ids) == 3
    session.open(other_ct)
    assert session.finding_ids == []


def test_a_second_series_gets_its_own_result(session, two_series):
    session.open(two_series)
    session.run_model()
    (shown,) = session.series_keys
    (other,) = {FIRST, SECOND} - {shown}
    session.workspace.show_series(other)
    session.settle()
    session.run_model()
    of = [f.series_key for f in session.workspace.findings.findings]
    assert sorted(of) == sorted([shown] * 3 + [other] * 3)

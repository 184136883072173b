"""Runs that a card refuses or advises against: what they wait for, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace

from reader.core.cancel import CancelToken
from reader.core.model import EligibilityRules, Verdict
from reader.core.study import GeometryWarning, WarningCode
from reader.core.text import say
from reader.session.jobs import JobKind, JobState
from reader.session.running.eligibility.content import check_series
from reader.session.running.inference_jobs import BlockedRunError
from tests.support.fake_runner import FakeRunner, fake_spec
from tests.support.sessions import FIRST, SECOND

CHEST = EligibilityRules("CT", body_parts=("CHEST",))


def runner_with(rules: EligibilityRules, **more) -> FakeRunner:
    return FakeRunner(spec=fake_spec(rules), **more)


def last_run(session):
    runs = [j for j in session.workspace.jobs.jobs.values() if j.kind is JobKind.INFERENCE]
    return runs[-1] if runs else None


def test_a_series_the_card_refuses_by_header_never_starts(start, ct):
    session = start(runner_with(EligibilityRules("CT", allowed_slice_spacing_mm=(0.5, 2.0))))
    session.open(ct)
    inference = session.workspace.inference
    assert inference.run() is None
    assert inference.blocked[0] == FIRST
    assert inference.blocked[2].verdict is Verdict.REFUSED
    assert session.said == [
        "Fake chest model did not start. Slice spacing: 3.0 mm, the card asks for 0.5 to 2.0 mm."
    ]
    assert inference.run(despite=Verdict.CAUTION) is None, "a word about a caution lifts no refusal"
    assert last_run(session) is None


def test_a_caution_by_header_waits_for_the_readers_word(start, ct):
    session = start(runner_with(EligibilityRules("CT", body_parts=("HEAD",))))
    session.open(ct)
    inference = session.workspace.inference
    assert inference.run() is None
    assert inference.blocked[2].verdict is Verdict.CAUTION
    inference.skip()
    assert inference.blocked is None

    inference.run()
    session.run_model(despite=Verdict.CAUTION)
    assert inference.blocked is None
    (request,) = session.runner.requests
    assert request.eligibility.verdict is Verdict.CAUTION
    assert "Body part" in str(request.eligibility.reasons[0])


def test_a_refusal_is_overridden_by_a_second_word_and_kept_with_who_gave_it(start, ct):
    session = start(runner_with(EligibilityRules("CT", allowed_slice_spacing_mm=(0.5, 2.0))))
    session.open(ct)
    inference, review = session.workspace.inference, session.workspace.review
    inference.run()
    assert inference.insist() is None, "the first word asks again"
    assert inference.is_insisting
    assert inference.insist_again() is not None
    session.settle()
    (request,) = session.runner.requests
    assert request.eligibility.verdict is Verdict.REFUSED
    said = "Slice spacing: 3.0 mm, the card asks for 0.5 to 2.0 mm."
    assert review.cautions() == review.cautions(FIRST) == {said}
    assert review.cautions(SECOND) == frozenset()
    (run,) = review.saved(session.workspace.studies.study)[0].runs
    assert run.cautions == (said,)
    assert run.asked_by


def test_a_second_word_without_a_first_does_nothing(start, ct):
    session = start(runner_with(EligibilityRules("CT", allowed_slice_spacing_mm=(0.5, 2.0))))
    session.open(ct)
    inference = session.workspace.inference
    assert inference.insist() is None
    inference.run()
    assert inference.insist_again() is None
    assert session.runner.requests == []


def test_a_run_that_the_card_is_fine_with_keeps_no_caution(start, ct):
    session = start(runner_with(EligibilityRules("CT")))
    session.open(ct)
    session.run_model()
    (run,) = session.workspace.review.saved(session.workspace.studies.study)[0].runs
    assert (run.cautions, run.asked_by) == ((), "")


def test_a_caution_by_the_pixels_stops_the_job_and_waits(start, ct):
    session = start(runner_with(EligibilityRules("CT", minimum_lung_ml=1.0)))
    session.open(ct)
    inference = session.workspace.inference
    job = inference.run()
    session.settle()
    ended = session.workspace.jobs.jobs[job.id]
    assert ended.state is JobState.FAILED
    assert isinstance(ended.error, BlockedRunError)
    assert session.runner.requests == []
    assert inference.blocked[2].verdict is Verdict.REFUSED
    assert len(session.said) == 1, "said once, not again as a failure"
    assert session.said[0].startswith("Fake chest model did not start. Lung in the image: 0 ml")


def test_slices_that_could_not_be_read_are_a_caution(ct, session):
    session.open(ct)
    workspace, spec = session.workspace, fake_spec(CHEST)
    study, series = workspace.studies.study, workspace.studies.series(FIRST)
    volume = workspace.studies.volume(FIRST)
    assert check_series(study, series, volume, spec, CancelToken()).verdict is Verdict.OK
    hole = GeometryWarning(WarningCode.UNREADABLE_INSTANCES, say("Slice 3 is empty."))
    holed = replace(volume, warnings=(hole,))
    eligibility = check_series(study, series, holed, spec, CancelToken())
    assert eligibility.verdict is Verdict.CAUTION
    assert str(eligibility.reasons[0]).startswith("Slices: some could not be read")

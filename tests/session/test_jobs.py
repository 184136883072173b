"""Jobs progress, fail, stop and never die silently."""

import threading
from collections.abc import Iterator

import pytest

from reader.core.cancel import Progress
from reader.core.errors import InferenceError
from reader.core.text import say
from reader.session.events import SessionEvents
from reader.session.jobs import MOST_ENDED, JobKind, JobQueue, JobState
from tests.support.main_loop import PumpedLoop

TITLE = say("Work")


@pytest.fixture
def loop() -> PumpedLoop:
    return PumpedLoop()


@pytest.fixture
def queue(loop) -> Iterator[JobQueue]:
    queue = JobQueue(SessionEvents(), loop.deliver)
    yield queue
    queue.close()


def ended(queue, job):
    return lambda: queue.jobs[job.id].is_over


def test_the_result_arrives_on_the_main_thread(queue, loop):
    arrived = []
    job = queue.submit(
        JobKind.LOAD, TITLE, lambda *_: 42, lambda r: arrived.append((r, threading.get_ident()))
    )
    assert loop.run_until(ended(queue, job), 5)
    assert arrived == [(42, threading.get_ident())]
    assert queue.jobs[job.id].state is JobState.DONE


def test_jobs_of_one_kind_wait_for_each_other(queue, loop):
    gate = threading.Event()
    order = []
    first = queue.submit(JobKind.LOAD, TITLE, lambda *_: gate.wait(5), lambda _: order.append(1))
    second = queue.submit(JobKind.LOAD, TITLE, lambda *_: None, lambda _: order.append(2))
    other = queue.submit(JobKind.EXPORT, TITLE, lambda *_: None, lambda _: order.append(3))
    assert loop.run_until(ended(queue, other), 5)
    assert not queue.jobs[second.id].is_over
    assert queue.running(JobKind.LOAD).id == first.id
    gate.set()
    assert loop.run_until(ended(queue, second), 5)
    assert order == [3, 1, 2]


def test_a_cancelled_job_hands_over_nothing(queue, loop):
    started, arrived = threading.Event(), []

    def work(_report, cancel):
        started.set()
        while True:
            cancel.check()

    job = queue.submit(JobKind.INFERENCE, TITLE, work, arrived.append)
    assert started.wait(5)
    queue.cancel(job.id)
    assert loop.run_until(ended(queue, job), 5)
    assert queue.jobs[job.id].state is JobState.CANCELLED
    assert arrived == []


def test_a_job_cancelled_before_its_turn_never_starts(queue, loop):
    gate, ran = threading.Event(), []
    queue.submit(JobKind.LOAD, TITLE, lambda *_: gate.wait(5), lambda _: None)
    waiting = queue.submit(JobKind.LOAD, TITLE, lambda *_: ran.append(1), lambda _: None)
    queue.cancel_kind(JobKind.LOAD)
    gate.set()
    assert loop.run_until(ended(queue, waiting), 5)
    assert ran == []


def test_a_job_stopped_while_its_result_waits_its_turn_hands_over_nothing(queue, loop):
    arrived = []
    job = queue.submit(JobKind.SCAN, TITLE, lambda *_: 1, arrived.append)
    assert queue.wait_idle(5)
    queue.cancel(job.id)
    assert loop.run_until(ended(queue, job), 5)
    assert queue.jobs[job.id].state is JobState.CANCELLED
    assert arrived == []


def test_a_stopped_job_reports_no_more_regions(queue, loop):
    regions, reported, stopped = [], threading.Event(), threading.Event()

    def work(report, _cancel):
        report(Progress(1, 2, TITLE, ((0, 1), (0, 1), (0, 1))))
        reported.set()
        assert stopped.wait(5)

    job = queue.submit(JobKind.LOAD, TITLE, work, lambda _: None, regions.append)
    assert reported.wait(5)
    queue.cancel(job.id)
    stopped.set()
    assert loop.run_until(ended(queue, job), 5)
    assert regions == []


def test_a_job_asked_to_stop_is_no_longer_under_way(queue, loop):
    gate = threading.Event()
    job = queue.submit(JobKind.LOAD, TITLE, lambda *_: gate.wait(5), lambda _: None)
    assert queue.is_under_way(JobKind.LOAD)
    queue.cancel(job.id)
    assert not queue.is_under_way(JobKind.LOAD)
    assert queue.running(JobKind.LOAD).id == job.id
    gate.set()
    assert loop.run_until(ended(queue, job), 5)


def test_a_defect_in_handing_over_ends_the_job_and_goes_on(queue, loop):
    def broken(_result):
        raise ZeroDivisionError

    job = queue.submit(JobKind.INFERENCE, TITLE, lambda *_: 1, broken)
    with pytest.raises(ZeroDivisionError):
        loop.run_until(ended(queue, job), 5)
    assert queue.jobs[job.id].state is JobState.FAILED
    assert queue.running(JobKind.INFERENCE) is None


def test_a_failure_keeps_its_words(queue, loop):
    def work(*_):
        raise InferenceError(say("It broke."), say("Mend it."))

    job = queue.submit(JobKind.INFERENCE, TITLE, work, lambda _: None)
    assert loop.run_until(ended(queue, job), 5)
    assert queue.jobs[job.id].state is JobState.FAILED
    assert str(queue.jobs[job.id].error) == "It broke. Mend it."


def test_an_unforeseen_failure_becomes_words_without_a_traceback(queue, loop, caplog):
    def work(*_):
        raise ZeroDivisionError

    job = queue.submit(JobKind.INFERENCE, TITLE, work, lambda _: None)
    assert loop.run_until(ended(queue, job), 5)
    assert "not foreseen" in str(queue.jobs[job.id].error)
    assert "ZeroDivisionError" in caplog.text


def test_a_result_that_cannot_be_applied_fails_the_job(queue, loop):
    def refuse(_result):
        raise InferenceError(say("It does not fit."), say("Run it again."))

    job = queue.submit(JobKind.INFERENCE, TITLE, lambda *_: 1, refuse)
    assert loop.run_until(ended(queue, job), 5)
    assert queue.jobs[job.id].state is JobState.FAILED


def test_every_region_is_reported_though_the_record_is_refreshed_seldom(queue, loop):
    regions = []

    def work(report, _cancel):
        for k in range(50):
            report(Progress(k, 50, TITLE, ((k, k + 1), (0, 1), (0, 1))))

    job = queue.submit(
        JobKind.LOAD, TITLE, work, lambda _: None, lambda p: regions.append(p.region_kji[0][0])
    )
    assert loop.run_until(ended(queue, job), 5)
    assert regions == list(range(50))


def test_after_closing_nothing_more_is_told(loop):
    queue, arrived = JobQueue(SessionEvents(), loop.deliver), []
    queue.submit(JobKind.LOAD, TITLE, lambda *_: 1, arrived.append)
    queue.close()
    loop.run_until(lambda: False, 0.05)
    assert arrived == []


def test_of_many_jobs_that_are_over_only_the_latest_are_kept(queue, loop):
    first = queue.submit(JobKind.LOAD, TITLE, lambda *_: None, lambda _: None)
    for _ in range(3 * MOST_ENDED):
        job = queue.submit(JobKind.LOAD, TITLE, lambda *_: None, lambda _: None)
        assert loop.run_until(ended(queue, job), 5)
    assert MOST_ENDED <= len(queue.jobs) <= 2 * MOST_ENDED + 1
    assert queue.is_over(first.id)
    assert job.id in queue.jobs

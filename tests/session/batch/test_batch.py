"""Working a batch off: order, lost workers, stopping, going on."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import Cancelled
from reader.session.batch.batch import Ending, Outcome, plan, work_off
from reader.storage.batch_ledger import BatchLedger, TaskState
from tests.support.fake_runner import fake_spec

CASES = [Path(f"/cases/{n}") for n in range(5)]


class ScriptedPool:
    """Ends tasks as told: by the case's name, one ending for each attempt."""

    def __init__(self, endings=None, workers=2, before=None) -> None:
        self.endings = endings or {}
        self.workers = workers
        self.before = before
        self.given: list[str] = []
        self.held = []

    @property
    def free(self) -> int:
        return self.workers - len(self.held)

    def give(self, task) -> None:
        self.given.append(Path(task.place).name)
        self.held.append(task)

    def wait(self):
        if self.before:
            self.before(self)
        task = self.held.pop(0)
        script = self.endings.get(Path(task.place).name, [Ending.DONE])
        ending = script[min(self.given.count(Path(task.place).name), len(script)) - 1]
        return (Outcome(task.id, ending, ending.value, 2, 0.5),)

    def close(self) -> None:
        self.held.clear()


@pytest.fixture
def ledger(tmp_path):
    ledger = BatchLedger(tmp_path / "batch.sqlite")
    ledger.add(plan(CASES, [fake_spec()]))
    yield ledger
    ledger.close()


def run(ledger, pool, cancel=None):
    return work_off(ledger, pool, ignore_progress, cancel or CancelToken())


def test_every_task_is_run_once_and_ends(ledger):
    pool = ScriptedPool({"1": [Ending.REFUSED], "3": [Ending.FAILED]})
    summary = run(ledger, pool)
    assert pool.given == ["0", "1", "2", "3", "4"]
    assert summary.states[TaskState.DONE] == 3
    assert summary.states[TaskState.REFUSED] == summary.states[TaskState.FAILED] == 1
    assert not summary.is_complete


def test_a_case_whose_worker_is_lost_is_tried_again(ledger):
    summary = run(ledger, ScriptedPool({"2": [Ending.LOST, Ending.LOST, Ending.DONE]}))
    assert summary.is_complete
    assert summary.tasks[2].attempts == 3


def test_a_case_that_always_takes_its_worker_with_it_is_left_alone(ledger):
    pool = ScriptedPool({"2": [Ending.LOST]})
    summary = run(ledger, pool)
    assert pool.given.count("2") == 3
    assert summary.tasks[2].state is TaskState.FAILED
    assert summary.states[TaskState.DONE] == 4


def test_a_stopped_batch_goes_on_where_it_was(ledger):
    cancel = CancelToken()

    def stop(pool: ScriptedPool) -> None:
        if len(pool.given) == 3:
            cancel.cancel()

    with pytest.raises(Cancelled):
        run(ledger, ScriptedPool(before=stop), cancel)
    done = {t.place for t in ledger.tasks(TaskState.DONE)}
    assert ledger.tasks(TaskState.RUNNING) == ()
    assert 0 < len(done) < 5
    rest = ScriptedPool()
    assert run(ledger, rest).is_complete
    assert done.isdisjoint(f"/cases/{name}" for name in rest.given)
    assert all(task.attempts == 1 for task in ledger.tasks())


def test_every_model_runs_on_every_case():
    tasks = plan(CASES[:2], [fake_spec(), fake_spec()])
    assert [Path(t.place).name for t in tasks] == ["0", "0", "1", "1"]
    assert tasks[0].folder == f"0001-0/{tasks[0].model_id}"

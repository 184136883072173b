"""The ledger of a batch: what waits, what was lost, what is done."""

from __future__ import annotations

import pytest

from reader.core.errors import StorageError
from reader.storage.batch_ledger import BatchLedger, NewTask, TaskState

TASKS = [NewTask(f"/cases/{n}", "chest-ct", "a" * 64, f"{n:04d}/chest-ct") for n in (1, 2, 3)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "batch.sqlite"


def states(ledger: BatchLedger) -> list[TaskState]:
    return [task.state for task in ledger.tasks()]


def test_the_same_tasks_are_taken_in_once_and_keep_what_became_of_them(path):
    ledger = BatchLedger(path)
    assert ledger.add(TASKS) == 3
    first = ledger.tasks()[0]
    ledger.started(first.id)
    ledger.done(first.id, 4, 1.5)
    assert ledger.add(TASKS) == 0
    done = ledger.tasks()[0]
    assert (done.state, done.findings, done.seconds, done.attempts) == (TaskState.DONE, 4, 1.5, 1)
    ledger.close()


def test_another_version_of_the_model_is_another_task(path):
    ledger = BatchLedger(path)
    ledger.add(TASKS[:1])
    assert ledger.add([NewTask("/cases/1", "chest-ct", "b" * 64, "0001/chest-ct")]) == 1
    ledger.close()


def test_what_a_killed_batch_was_running_waits_again_with_its_attempts(path):
    ledger = BatchLedger(path)
    ledger.add(TASKS)
    one, two, _ = ledger.tasks()
    ledger.started(one.id)
    ledger.done(one.id, 0, 1.0)
    ledger.started(two.id)
    ledger.close()
    again = BatchLedger(path)
    assert states(again) == [TaskState.DONE, TaskState.WAITING, TaskState.WAITING]
    assert again.tasks()[1].attempts == 1
    again.close()


def test_an_interruption_counts_unless_nothing_was_wrong_with_the_case(path):
    ledger = BatchLedger(path)
    ledger.add(TASKS[:1])
    (task,) = ledger.tasks()
    ledger.started(task.id)
    ledger.interrupted(task.id, "Its worker was lost.")
    assert (ledger.tasks()[0].attempts, ledger.tasks()[0].reason) == (1, "Its worker was lost.")
    ledger.started(task.id)
    ledger.interrupted(task.id, "", counts=False)
    assert ledger.tasks()[0].attempts == 1
    ledger.close()


def test_what_failed_waits_again_when_asked_and_the_refused_does_not(path):
    ledger = BatchLedger(path)
    ledger.add(TASKS[:2])
    one, two = ledger.tasks()
    ledger.failed(one.id, "No.")
    ledger.refused(two.id, "A radiograph.")
    assert ledger.retry_failed() == 1
    assert states(ledger) == [TaskState.WAITING, TaskState.REFUSED]
    ledger.close()


def test_two_batches_do_not_write_into_one_folder(path):
    ledger = BatchLedger(path)
    with pytest.raises(StorageError, match="another batch"):
        BatchLedger(path)
    ledger.close()

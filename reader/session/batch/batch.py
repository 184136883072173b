"""Working a batch off: tasks to workers, outcomes to the ledger, until nothing waits."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.model import ModelSpec
from reader.core.text import say
from reader.session.batch.worklist import result_folders
from reader.storage.batch_ledger import BatchLedger, BatchTask, NewTask, TaskState

MOST_ATTEMPTS: Final = 3
"""A case that has taken so many workers with it is left alone."""


class Ending(enum.Enum):
    """How a worker came back with a task."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    LOST = "lost"
    """The worker did not come back: killed, crashed, or it took too long."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task. `reason` is written for a person."""

    task_id: int
    ending: Ending
    reason: str = ""
    findings: int = 0
    seconds: float = 0.0


class Pool(Protocol):
    """Workers that each keep their models loaded. Used by one thread."""

    @property
    def free(self) -> int:
        """How many tasks can be given out now."""
        ...

    def give(self, task: BatchTask) -> None:
        """Start a task on a free worker."""
        ...

    def wait(self) -> tuple[Outcome, ...]:
        """Wait up to a second for outcomes; empty when there are none yet."""
        ...

    def close(self) -> None:
        """End every worker; what they were doing is lost."""
        ...


@dataclass(frozen=True, slots=True)
class Summary:
    """What a batch came to."""

    states: Mapping[TaskState, int]
    tasks: tuple[BatchTask, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every task ended, and none in failure."""
        return not any(self.states[s] for s in (TaskState.WAITING, TaskState.FAILED))


def plan(cases: Iterable[Path], specs: Iterable[ModelSpec]) -> tuple[NewTask, ...]:
    """Every model on every case; the cases of one study follow one another."""
    folders, models = result_folders(cases), tuple(specs)
    return tuple(
        NewTask(str(case), spec.identity.id, spec.identity.sha256, f"{folder}/{spec.identity.id}")
        for case, folder in folders.items()
        for spec in models
    )


def work_off(
    ledger: BatchLedger,
    pool: Pool,
    report: ReportProgress,
    cancel: CancelToken,
    on_end: Callable[[BatchTask], None] = lambda _task: None,
) -> Summary:
    """Run every waiting task. A case whose worker is lost is tried again, at most 3 times.

    Only when its results are on disk is a task marked done, so that a batch killed at any
    moment goes on where it was.

    Raises:
        Cancelled: what was running waits again.
        StorageError: the ledger cannot be written.
    """
    waiting = {task.id: task for task in ledger.tasks(TaskState.WAITING)}
    running: dict[int, BatchTask] = {}
    total = len(ledger.tasks())
    try:
        while waiting or running:
            cancel.check()
            while waiting and pool.free:
                task = waiting.pop(next(iter(waiting)))
                ledger.started(task.id)
                running[task.id] = task
                pool.give(task)
            for outcome in pool.wait():
                task = running.pop(outcome.task_id)
                if not _settle(ledger, outcome, task.attempts + 1):
                    again = {t.id: t for t in ledger.tasks(TaskState.WAITING)}
                    waiting[task.id] = again[task.id]
                    continue
                on_end(next(t for t in ledger.tasks() if t.id == task.id))
                left = len(waiting) + len(running)
                report(Progress(total - left, total, say("Working through the list")))
    finally:
        for task_id in running:
            ledger.interrupted(task_id, "", counts=False)
    return summary(ledger)


def _settle(ledger: BatchLedger, outcome: Outcome, attempts: int) -> bool:
    """Write an outcome down. Returns: whether the task has ended."""
    if outcome.ending is Ending.DONE:
        ledger.done(outcome.task_id, outcome.findings, outcome.seconds)
    elif outcome.ending is Ending.REFUSED:
        ledger.refused(outcome.task_id, outcome.reason)
    elif outcome.ending is Ending.LOST and attempts < MOST_ATTEMPTS:
        ledger.interrupted(outcome.task_id, outcome.reason)
        return False
    else:
        ledger.failed(outcome.task_id, outcome.reason)
    return True


def summary(ledger: BatchLedger) -> Summary:
    """How the ledger stands."""
    tasks = ledger.tasks()
    counted = Counter(task.state for task in tasks)
    return Summary({state: counted[state] for state in TaskState}, tasks)

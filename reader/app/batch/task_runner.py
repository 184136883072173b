"""What a worker of a batch does with a task. Its models stay loaded between tasks."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from reader.core.cancel import ignore_progress
from reader.core.errors import ReaderError
from reader.core.model import Device, Runner
from reader.session.batch.batch import Ending, Outcome
from reader.storage.batch_ledger import BatchTask

MakeRunner = Callable[[], Runner]


class TaskRunner:
    """Runs tasks one after another. Built in the worker, because runners do not travel."""

    def __init__(self, make_runner: MakeRunner, out: Path, device: Device, *, force: bool) -> None:
        self._runner = make_runner()
        self._out = out
        self._device = device
        self._force = force

    def run(self, task: BatchTask) -> Outcome:
        """Run one task to the end and write its results, or say why not. Raises nothing."""
        started = time.perf_counter()
        try:
            return self._run(task, started)
        except ReaderError as error:
            return Outcome(task.id, Ending.FAILED, f"{error.what_happened} {error.what_to_do}")
        except Exception as error:  # noqa: BLE001 - one bad case must not end the night
            return Outcome(task.id, Ending.FAILED, f"Unexpected: {type(error).__name__}")

    def _run(self, task: BatchTask, started: float) -> Outcome:
        from reader.app.commands.predict import Prediction, find_spec

        spec = find_spec(self._runner, task.model_id)
        folder = self._out / task.folder
        prediction = Prediction(self._runner, spec, folder, ignore_progress)
        written = prediction.run([Path(task.place)], None, self._device, force=self._force)
        if prediction.refused:
            return Outcome(task.id, Ending.REFUSED, _reason(written))
        findings = written["findings"]
        assert isinstance(findings, list)
        return Outcome(
            task.id, Ending.DONE, "", len(findings), round(time.perf_counter() - started, 3)
        )


def _reason(written: dict[str, object]) -> str:
    eligibility = written["eligibility"]
    assert isinstance(eligibility, dict)
    return "; ".join(str(reason) for reason in eligibility["reasons"])


class OneByOne:
    """A pool of one worker: this process. A crash in a native library ends the batch."""

    def __init__(self, tasks: TaskRunner) -> None:
        self._tasks = tasks
        self._given: list[BatchTask] = []

    @property
    def free(self) -> int:
        """See `Pool.free`."""
        return 1 - len(self._given)

    def give(self, task: BatchTask) -> None:
        """See `Pool.give`; it is run when it is waited for."""
        self._given.append(task)

    def wait(self) -> tuple[Outcome, ...]:
        """Run what was given."""
        given, self._given = self._given, []
        return tuple(self._tasks.run(task) for task in given)

    def close(self) -> None:
        """Nothing is held."""

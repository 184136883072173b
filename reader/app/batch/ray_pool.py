"""A pool of Ray actors: one for each device, on this machine or over a cluster."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reader.app.batch.task_runner import MakeRunner, TaskRunner
from reader.core.model import Device
from reader.session.batch.batch import Ending, Outcome
from reader.storage.batch_ledger import BatchTask

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOK_EVERY_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """How many actors with what. `timeout_s`: a task that takes longer loses its worker."""

    actors: int
    cpus_each: float
    gpus_each: float = 0.0
    timeout_s: float = 3600.0


@dataclass(slots=True)
class _Busy:
    actor: Any
    task: BatchTask
    since: float


class RayPool:
    """Gives tasks to actors, and replaces those that are lost.

    Ray's usage reports and its dashboard are off: nothing leaves the machines of the
    cluster. Threads of PyTorch are as many as the CPUs of its actor.
    """

    def __init__(
        self,
        make_runner: MakeRunner,
        out: Path,
        device: Device,
        plan: PoolPlan,
        *,
        force: bool = False,
        address: str | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        import ray

        self._ray: Any = ray  # typed only in part
        here: dict[str, Any] = {} if address else {"num_cpus": plan.actors * plan.cpus_each}
        self._ray.init(
            address=address,
            include_dashboard=None if address else False,
            configure_logging=False,
            log_to_driver=False,
            ignore_reinit_error=True,
            **here,
        )
        self._plan = plan
        self._now = now
        share = self._ray.remote(num_cpus=plan.cpus_each, num_gpus=plan.gpus_each)
        self._worker: Any = share(TaskRunner)
        self._arguments = (make_runner, out, device)
        self._force = force
        self._idle = [self._new_actor() for _ in range(plan.actors)]
        self._busy: dict[Any, _Busy] = {}

    @property
    def free(self) -> int:
        """See `Pool.free`."""
        return len(self._idle)

    def give(self, task: BatchTask) -> None:
        """See `Pool.give`."""
        actor = self._idle.pop()
        self._busy[actor.run.remote(task)] = _Busy(actor, task, self._now())

    def wait(self) -> tuple[Outcome, ...]:
        """See `Pool.wait`."""
        if not self._busy:
            return ()
        ended, _ = self._ray.wait(list(self._busy), num_returns=1, timeout=_LOOK_EVERY_S)
        outcomes = [self._outcome(reference, self._busy.pop(reference)) for reference in ended]
        overdue = [
            reference
            for reference, busy in self._busy.items()
            if self._now() - busy.since > self._plan.timeout_s
        ]
        for reference in overdue:
            busy = self._busy.pop(reference)
            self._ray.kill(busy.actor)
            outcomes.append(self._lost(busy, "It took too long."))
        return tuple(outcomes)

    def close(self) -> None:
        """See `Pool.close`."""
        self._idle.clear()
        self._busy.clear()
        self._ray.shutdown()

    def _outcome(self, reference: Any, busy: _Busy) -> Outcome:  # noqa: ANN401 - Ray's
        try:
            outcome: Outcome = self._ray.get(reference)
        except self._ray.exceptions.RayError:
            return self._lost(busy, "Its worker was lost.")
        self._idle.append(busy.actor)
        return outcome

    def _new_actor(self) -> Any:  # noqa: ANN401 - Ray's
        return self._worker.remote(*self._arguments, force=self._force)

    def _lost(self, busy: _Busy, reason: str) -> Outcome:
        self._idle.append(self._new_actor())
        return Outcome(busy.task.id, Ending.LOST, reason)

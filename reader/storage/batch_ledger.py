"""What an overnight batch has to do and has done: one row for each model on each case."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from reader.core.errors import StorageError
from reader.core.text import say
from reader.storage.database import Database, Row

LEDGER_NAME: Final = "batch.sqlite"

_SCHEMA: Final = (
    (
        """
        CREATE TABLE task (
            id INTEGER PRIMARY KEY,
            place TEXT NOT NULL,
            model_id TEXT NOT NULL,
            model_sha256 TEXT NOT NULL,
            folder TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'waiting',
            attempts INTEGER NOT NULL DEFAULT 0,
            reason TEXT NOT NULL DEFAULT '',
            findings INTEGER,
            seconds REAL,
            changed_at TEXT NOT NULL,
            UNIQUE (place, model_id, model_sha256)
        )
        """,
    ),
)
_COLUMNS: Final = (
    "id, place, model_id, model_sha256, folder, state, attempts, reason, findings, seconds"
)


class TaskState(enum.Enum):
    """How far a task is. The value is the word in the ledger and in summaries."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    """The model's card refuses the series: nothing was run, and that is final."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BatchTask:
    """One model on one case. `place` is the case's path, `folder` where its results go."""

    id: int
    place: str
    model_id: str
    model_sha256: str
    folder: str
    state: TaskState
    attempts: int
    reason: str = ""
    findings: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task as it is asked for."""

    place: str
    model_id: str
    model_sha256: str
    folder: str


class BatchLedger:
    """The tasks of one output folder, each change on disk when the method returns.

    One process at a time holds the file. What a killed one was running waits again.
    """

    def __init__(
        self, path: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Open or create it.

        Raises: StorageError: another batch holds it, or it cannot be opened.
        """
        try:
            self._database = Database(path, _SCHEMA, clock)
        except StorageError as error:
            raise StorageError(
                say("The ledger of this batch cannot be opened."),
                say("Is another batch writing into the same folder? Otherwise choose a new one."),
            ) from error
        self._clock = clock
        self._database.execute("UPDATE task SET state = 'waiting' WHERE state = 'running'")

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def add(self, tasks: Iterable[NewTask]) -> int:
        """Take in what is asked for; what is known already stays as it is.

        Returns: how many were new. Raises: StorageError.
        """
        before = len(self.tasks())
        with self._database.transaction():
            for task in tasks:
                self._database.execute(
                    "INSERT INTO task (place, model_id, model_sha256, folder, changed_at) "
                    "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (task.place, task.model_id, task.model_sha256, task.folder, self._now()),
                )
        return len(self.tasks()) - before

    def tasks(self, state: TaskState | None = None) -> tuple[BatchTask, ...]:
        """All tasks, or those in a state, in the order of the worklist."""
        if state is None:
            rows = self._database.execute(f"SELECT {_COLUMNS} FROM task ORDER BY id")
        else:
            rows = self._database.execute(
                f"SELECT {_COLUMNS} FROM task WHERE state = ? ORDER BY id", (state.value,)
            )
        return tuple(_task(row) for row in rows)

    def started(self, task_id: int) -> None:
        """It is given to a worker now."""
        self._database.execute(
            "UPDATE task SET state = 'running', attempts = attempts + 1, changed_at = ? "
            "WHERE id = ?",
            (self._now(), task_id),
        )

    def done(self, task_id: int, findings: int, seconds: float) -> None:
        """Its results are on disk."""
        self._end(task_id, TaskState.DONE, "", findings, seconds)

    def refused(self, task_id: int, reason: str) -> None:
        """The card refuses the series."""
        self._end(task_id, TaskState.REFUSED, reason, None, None)

    def failed(self, task_id: int, reason: str) -> None:
        """It will not be tried again by itself."""
        self._end(task_id, TaskState.FAILED, reason, None, None)

    def interrupted(self, task_id: int, reason: str, *, counts: bool = True) -> None:
        """Its worker is gone: it waits again. Without `counts` as if it was never started."""
        self._database.execute(
            "UPDATE task SET state = 'waiting', reason = ?, attempts = attempts - ?, "
            "changed_at = ? WHERE id = ?",
            (reason, int(not counts), self._now(), task_id),
        )

    def retry_failed(self) -> int:
        """Let every failed task wait again. Returns: how many."""
        failed = self.tasks(TaskState.FAILED)
        self._database.execute(
            "UPDATE task SET state = 'waiting', attempts = 0, reason = '' WHERE state = 'failed'"
        )
        return len(failed)

    def _end(
        self,
        task_id: int,
        state: TaskState,
        reason: str,
        findings: int | None,
        seconds: float | None,
    ) -> None:
        values: Sequence[object] = (state.value, reason, findings, seconds, self._now(), task_id)
        self._database.execute(
            "UPDATE task SET state = ?, reason = ?, findings = ?, seconds = ?, changed_at = ? "
            "WHERE id = ?",
            values,
        )

    def _now(self) -> str:
        return self._clock().isoformat()


def _task(row: Row) -> BatchTask:
    number, place, model_id, sha256, folder, state, attempts, reason, findings, seconds = row
    return BatchTask(
        number, place, model_id, sha256, folder, TaskState(state), attempts, reason,
        findings, seconds,
    )  # fmt: skip

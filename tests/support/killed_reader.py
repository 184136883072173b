"""A reader at work in a process of its own, to be killed at any moment.

What it does follows from a seed and from what is on disk, so another process can do the
same from a copy of the file and say what must be there.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from pydantic_core import to_jsonable_python

from reader.core.errors import NotAllowedError
from reader.core.finding import Finding
from reader.core.measurement import MeasurementKind
from reader.core.review import RejectReason
from reader.core.text import say
from reader.session.jobs import JobKind, JobQueue
from reader.session.reviewing.act_recorder import ActRecorder
from tests.support.main_loop import PumpedLoop
from tests.support.readings import PLACES, SERIES, Reading, small_result

DISTANCE = (20.0, 18.0, 13.0)
"""Acts happen within this far of the middle."""


def digest(reading: Reading) -> str:
    """Everything that must be there again, as one short word."""
    state = reading.state()
    heatmap = reading.studies.heatmap(SERIES)
    state["heatmap"] = int(np.rint(heatmap.scores.astype(float) * 255).sum()) if heatmap else 0
    text = json.dumps(to_jsonable_python(state), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def numbered(life: str) -> Callable[[], str]:
    count = iter(range(10**9))
    return lambda: f"{life}-{next(count)}"


class Work:
    """A life of random acts over one file."""

    def __init__(self, path: Path, life: int) -> None:
        self.life = life
        self._rng = np.random.default_rng(life)
        self.reading = Reading(path, new_id=numbered(f"life{life}"))
        self._loop = PumpedLoop()
        self._jobs = JobQueue(self.reading.events, self._loop.deliver)
        self._runs = 0
        self._waiting: str | None = None

    def close(self) -> None:
        self._jobs.close()
        self.reading.close()

    def acts(self) -> Iterator[str]:
        """Do one act after the other; gives its name once its method has returned."""
        yield from self._inference()
        while True:
            kind = str(self._rng.choice(KINDS))
            try:
                if kind == "inference":
                    yield from self._inference()
                else:
                    self._act(kind)
                    yield kind
            except NotAllowedError:
                yield "refused"

    def _act(self, kind: str) -> None:
        reading, rng = self.reading, self._rng
        found = reading.findings.findings
        if kind == "stroke":
            found = tuple(f for f in found if f.measurement is None)
        chosen = found[int(rng.integers(len(found)))].finding_id
        point = self._point()
        if kind == "stroke":
            reading.editor.begin(chosen)
            end = tuple(np.array(point) + rng.uniform(-5, 5, 3))
            reading.editor.stroke(
                [point, end],
                radius_mm=float(rng.uniform(1, 5)),
                erase=bool(rng.random() < 0.3),
                ball=True,
            )
        elif kind == "confirm":
            reading.desk.confirm(chosen)
        elif kind == "reject":
            reading.desk.reject(chosen)
        elif kind == "reason":
            reading.desk.give_reason(chosen, list(RejectReason)[int(rng.integers(6))])
        elif kind == "add":
            reading.desk.add(SERIES, point)
        elif kind == "measure":
            measure(reading, point)
        elif kind == "drag":
            reading.room.measuring.change(chosen, [point, self._point()])
        elif kind == "undo":
            reading.history.undo()
        else:
            reading.history.redo()

    def _inference(self) -> Iterator[str]:
        """A model works in its thread while the reader decides; then its result arrives."""
        self._runs += 1
        places = [PLACES[0] if self._rng.random() < 0.2 else self._point() for _ in range(2)]
        run_id = f"life{self.life}-run{self._runs}"
        job = self._jobs.submit(
            JobKind.INFERENCE,
            say("Model"),
            lambda _report, _cancel: self.reading.room.prepare(
                small_result(run_id, places, radius_mm=3.0)
            ),
            self.reading.room.apply,
        )
        if self.reading.findings.findings:
            self._act("stroke")
            yield "stroke during inference"
        if not self._loop.run_until(lambda: self._jobs.jobs[job.id].is_over, timeout_s=60):
            raise TimeoutError
        yield "result"

    def _point(self) -> tuple[float, float, float]:
        x, y, z = (float(v) for v in self._rng.uniform(-1, 1, 3) * DISTANCE)
        return x, y, z


KINDS = (
    "stroke", "stroke", "stroke", "confirm", "reject", "reason", "add", "measure", "measure",
    "drag", "undo", "redo", "inference",
)  # fmt: skip


def measure(reading: Reading, start: tuple[float, float, float]) -> Finding:
    """Keep a length that begins at a point."""
    end = (start[0] + 5.0, start[1], start[2])
    measuring = reading.room.measuring
    kind = MeasurementKind.LENGTH
    return measuring.add(SERIES, measuring.preview(SERIES, kind, [start, end], (0.0, 0.0, 1.0)))


def work_until_killed(path: Path, life: int, connection: Connection) -> None:
    """Entry of the process: one message per act that has returned."""
    with closing(Work(path, life)) as work:
        connection.send_bytes(json.dumps(["ready", digest(work.reading)]).encode())
        for name in work.acts():
            connection.send_bytes(json.dumps([name, digest(work.reading)]).encode())


# Killed at a chosen statement


def prepared(path: Path) -> None:
    """A reading in which every act of `ACTS` makes sense."""
    with closing(Reading(path, new_id=numbered("before"))) as reading:
        first, second, _ = reading.propose()
        reading.desk.reject(second)
        measure(reading, (0.0, 0.0, 0.0))
        reading.editor.begin(first)
        reading.editor.stroke([(-12.0, -2.0, -4.0)], radius_mm=3.0)
        reading.history.undo()


ACTS: dict[str, Callable[[Reading], object]] = {
    "confirm": lambda reading: reading.desk.confirm("run-1-f0"),
    "reason": lambda reading: reading.desk.give_reason("run-1-f1", RejectReason.SCAR),
    "stroke": lambda reading: (
        reading.editor.begin("run-1-f0"),
        reading.editor.stroke([(-6.0, -8.0, -4.0)], radius_mm=3.0),
    ),
    "add": lambda reading: reading.desk.add(SERIES, (-12.0, 12.0, 6.0)),
    "measure": lambda reading: measure(reading, (5.0, 5.0, 4.0)),
    "drag": lambda reading: reading.room.measuring.change(
        next(f.finding_id for f in reading.findings.findings if f.measurement is not None),
        [(0.0, 0.0, 0.0), (9.0, 0.0, 0.0)],
    ),
    "undo": lambda reading: reading.history.undo(),
    "redo": lambda reading: reading.history.redo(),
    "result": lambda reading: reading.propose("run-2", places=[(0.0, 0.0, 0.0)]),
}


class KillingConnection:
    """Stands before a database connection and kills the process before one statement."""

    def __init__(self, inner: object, statement: int) -> None:
        self._inner = inner
        self._left = statement

    def execute(self, sql: str, *values: object) -> object:
        if sql.startswith(("INSERT", "COMMIT", "BEGIN")):
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self._left -= 1
        return self._inner.execute(sql, *values)

    def close(self) -> None:
        self._inner.close()


def act_killed_at(
    path: Path, act: str, statement: int, in_two_parts: bool, connection: Connection
) -> None:
    """Entry of the process: do one act, dying before its n-th writing statement.

    `in_two_parts` breaks what is tested on purpose: voxels get a transaction of their own.
    """
    with closing(Reading(path, new_id=numbered("act"))) as reading:
        if in_two_parts:
            _break_in_two()
        database = reading.database
        database._connection = KillingConnection(database._connection, statement)
        ACTS[act](reading)
        connection.send_bytes(digest(reading).encode())


def _break_in_two() -> None:
    def record(self, row, revision=None, edit=None, new_segment=None) -> None:
        self._ledger.append(row)
        with self._database.transaction():
            if revision is not None:
                self._results.add_revision(row.study_uid, revision)
            if edit is not None:
                self._save(row, edit, new_segment)

    ActRecorder.record = record

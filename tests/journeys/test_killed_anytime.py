"""Killed at any moment, nothing that was acknowledged is lost, and nothing is half there.

Show 6 of the issue: SIGKILL during strokes, decisions and inference, 50 times.
"""

from __future__ import annotations

import json
import multiprocessing
import shutil
import sys
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

import numpy as np
import pytest

from tests.support.killed_reader import (
    ACTS,
    Work,
    act_killed_at,
    digest,
    prepared,
    work_until_killed,
)
from tests.support.readings import Reading

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="there is no SIGKILL on Windows; TerminateProcess differs"
)

KILLS = 50


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Starts processes from one that has imported everything, so that a start is quick."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.killed_reader"])
    return context


def reopened(path: Path) -> str:
    """What is there after a kill; the file itself must be whole."""
    with closing(Reading(path)) as reading:
        assert reading.database.notices == ()
        assert reading.database.execute("PRAGMA integrity_check") == [("ok",)]
        assert reading.database.execute("PRAGMA foreign_key_check") == []
        return digest(reading)


def heard(connection: Connection) -> list[str]:
    """The next thing the process says."""
    assert connection.poll(60)
    return json.loads(connection.recv_bytes())


def messages(connection: Connection) -> list[list[str]]:
    """Everything the process said before it died."""
    said = []
    try:
        while True:
            said.append(json.loads(connection.recv_bytes()))
    except EOFError:
        return said


def test_fifty_kills_lose_nothing_that_was_acknowledged(
    tmp_path: Path, processes: ForkServerContext
) -> None:
    path, copy = tmp_path / "readings.sqlite", tmp_path / "copy.sqlite"
    rng = np.random.default_rng(6)
    before = reopened(path)
    done: dict[str, int] = {}
    killed_in_act = 0
    for life in range(KILLS):
        shutil.copyfile(path, copy)
        listening, speaking = processes.Pipe(duplex=False)
        process = processes.Process(target=work_until_killed, args=(path, life, speaking))
        process.start()
        speaking.close()
        said = [heard(listening) for _ in range(rng.integers(0, 9))]
        process.join(timeout=float(rng.uniform(0, 0.05)))  # somewhere in the next act
        process.kill()
        process.join()
        said += messages(listening)
        listening.close()
        after = reopened(path)

        acknowledged = [word for _, word in said] or [before]
        states, names = expected_states(copy, life, len(acknowledged))
        assert acknowledged == states[: len(acknowledged)]
        possible = states[len(acknowledged) - 1 :]
        assert after in possible, f"life {life}: neither before nor after {names[-1]}"
        killed_in_act += after != possible[0]
        for name, _ in said[1:]:
            done[name] = done.get(name, 0) + 1
        before = after
    assert {"stroke", "confirm", "reject", "add", "undo", "result"} <= set(done)
    assert done["stroke during inference"] > 5
    assert killed_in_act > 0


def expected_states(copy: Path, life: int, acknowledged: int) -> tuple[list[str], list[str]]:
    """The states of the same life done in peace: at its start and after each act.

    One act more than was acknowledged: it may have reached the disk before the kill.
    """
    with closing(Work(copy, life)) as work:
        states, names = [digest(work.reading)], ["opening"]
        for name in work.acts():
            states.append(digest(work.reading))
            names.append(name)
            if len(states) > acknowledged:
                break
    return states, names


def killed_at(
    processes: ForkServerContext, path: Path, act: str, statement: int, in_two_parts: bool = False
) -> tuple[bool, str]:
    """Whether the act lived to its end, and what is there then."""
    listening, speaking = processes.Pipe(duplex=False)
    process = processes.Process(
        target=act_killed_at, args=(path, act, statement, in_two_parts, speaking)
    )
    process.start()
    speaking.close()
    process.join()
    try:
        return True, listening.recv_bytes().decode()
    except EOFError:
        return False, reopened(path)
    finally:
        listening.close()


@pytest.mark.parametrize("act", list(ACTS))
def test_killed_before_any_statement_of_an_act_nothing_of_it_is_there(
    tmp_path: Path, processes: ForkServerContext, act: str
) -> None:
    origin, path = tmp_path / "origin.sqlite", tmp_path / "readings.sqlite"
    prepared(origin)
    shutil.copyfile(origin, path)
    before = reopened(path)
    for statement in range(40):
        shutil.copyfile(origin, path)
        lived, found = killed_at(processes, path, act, statement)
        if lived:
            break
        assert found == before
    assert lived
    assert statement >= 3  # BEGIN, at least one row, COMMIT
    assert found != before
    assert reopened(path) == found


def test_an_act_written_in_two_transactions_would_be_noticed(
    tmp_path: Path, processes: ForkServerContext
) -> None:
    """The test above can fail: a stroke whose voxels follow its row is found half done."""
    origin, path = tmp_path / "origin.sqlite", tmp_path / "readings.sqlite"
    prepared(origin)
    shutil.copyfile(origin, path)
    before, halves = reopened(path), 0
    for statement in range(5):
        shutil.copyfile(origin, path)
        lived, found = killed_at(processes, path, "stroke", statement, in_two_parts=True)
        halves += not lived and found != before
    assert halves > 0

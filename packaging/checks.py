"""The test command: lint, format, types, floors, then all tests; every step, whatever failed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from console import duration, say
from environment import Environment
from pip_runner import clean_environment

WORKERS = 2
"""Processes that share the tests, a file at a time; more would need more memory than cores."""


@dataclass(frozen=True)
class Check:
    """One command that passes or fails."""

    name: str
    command: list[str]


@dataclass(frozen=True)
class Outcome:
    """What became of a check."""

    name: str
    passed: bool
    seconds: float


def run_checks(environment: Environment, quick: bool, pytest_arguments: Sequence[str]) -> int:
    """Run everything; 0 only if everything passed. Sizes are among the tests."""
    python = str(environment.python)
    checks = (
        Check("lint", [python, "-m", "ruff", "check", "."]),
        Check("format", [python, "-m", "ruff", "format", "--check", "."]),
        Check("types", [python, "-m", "mypy"]),
        Check("floors", [str(environment.script("lint-imports"))]),
    )
    outcomes = [run_quietly(check, environment.root) for check in checks]
    chosen = ["-m", "not slow"] if quick else []
    shared = ["-n", str(WORKERS), "--dist", "loadfile"]
    pytest = Check("tests", [python, "-m", "pytest", *shared, *chosen, *pytest_arguments])
    outcome, closing_line = run_aloud(pytest, environment.root)
    outcomes.append(outcome)
    say("")
    for each in outcomes:
        say(f"{'passed' if each.passed else 'FAILED':8}{each.name:10}{duration(each.seconds):>12}")
    say(closing_line)
    return 0 if all(each.passed for each in outcomes) else 1


def run_quietly(check: Check, root: Path) -> Outcome:
    """Run a check; show what it printed only if it failed."""
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=root,
        env=test_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    outcome = Outcome(check.name, done.returncode == 0, time.monotonic() - started)
    say(f"{check.name}: {'passed' if outcome.passed else 'FAILED'}, {duration(outcome.seconds)}")
    if not outcome.passed:
        say(done.stdout.rstrip())
    return outcome


def run_aloud(check: Check, root: Path) -> tuple[Outcome, str]:
    """Run a check, passing on what it prints as it prints it; also its last line."""
    started = time.monotonic()
    process = subprocess.Popen(
        check.command, cwd=root, env=test_environment(), stdout=subprocess.PIPE
    )
    end = b""
    with process:
        assert process.stdout is not None
        while piece := os.read(process.stdout.fileno(), 4096):
            sys.stdout.buffer.write(piece)
            sys.stdout.flush()
            end = (end + piece)[-4096:]
    lines = end.decode("utf-8", "replace").strip().splitlines()
    outcome = Outcome(check.name, process.returncode == 0, time.monotonic() - started)
    return outcome, lines[-1] if lines else "pytest printed nothing"


def test_environment() -> dict[str, str]:
    """Without a screen, and with Python's output unbuffered."""
    return clean_environment() | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1"}

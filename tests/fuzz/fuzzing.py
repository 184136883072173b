"""Runs cases in worker processes, each with a limit of time and of memory."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import random
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.mutate import mutate

PROJECT = Path(__file__).resolve().parents[2]
SECONDS = 20.0
"""For one case; a machine with much else to do takes its time."""
MEMORY = 1_500_000_000


@dataclass(frozen=True, slots=True)
class Case:
    """One file to break, in a way that follows from the seed; None opens it as it is.

    `in_series`: among the other files of its folder.
    """

    path: Path
    other: Path
    seed: int | None
    in_series: bool = False


@dataclass(slots=True)
class Figures:
    """What came of all cases."""

    outcomes: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    violations: list[tuple[Case, str, str]] = field(default_factory=list)
    slowest_s: float = 0.0
    largest_bytes: int = 0

    def __str__(self) -> str:
        total = sum(self.outcomes.values())
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self.outcomes.items()))
        return (
            f"{total} cases: {counts}; slowest {self.slowest_s:.1f} s, "
            f"largest {self.largest_bytes / 1e6:.0f} MB; "
            f"{len(self.kinds)} kinds of damage: {dict(self.kinds.most_common())}"
        )


def make_cases(files: list[Path], count: int, seed: int = 1, in_series: bool = False) -> list[Case]:
    """Every file as often as any other, in an order that follows from the seed."""
    rng = random.Random(seed)
    order: list[Path] = []
    while len(order) < count:
        order += rng.sample(files, len(files))
    return [Case(path, rng.choice(files), rng.getrandbits(48), in_series) for path in order[:count]]


def run_cases(cases: list[Case], workers: int, log: Path | None = None) -> Figures:
    """Run all cases; `log` gets a line for every violation as it happens."""
    waiting: queue.SimpleQueue[Case] = queue.SimpleQueue()
    for case in cases:
        waiting.put(case)
    figures, lock = Figures(), threading.Lock()

    def work() -> None:
        worker = Worker()
        try:
            while True:
                try:
                    case = waiting.get_nowait()
                except queue.Empty:
                    return
                began = time.monotonic()
                answer = worker.run(case)
                took = time.monotonic() - began
                with lock:
                    _note(figures, case, answer, took, log)
        finally:
            worker.stop()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return figures


def _note(figures: Figures, case: Case, answer: dict, took: float, log: Path | None) -> None:
    figures.outcomes[answer["outcome"]] += 1
    figures.kinds[answer["kind"]] += 1
    figures.slowest_s = max(figures.slowest_s, took)
    figures.largest_bytes = max(figures.largest_bytes, answer["peak"])
    if answer["outcome"] == "violation":
        figures.violations.append((case, answer["kind"], answer["problem"]))
        if log is not None:
            entry = [str(case.path), str(case.other), case.seed, answer["kind"], answer["problem"]]
            with log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")


class Worker:
    """One process that opens broken files; started again after it did what it should not."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, case: Case) -> dict:
        """The answer to one case; a crash, a hang and too much memory are answers, too."""
        process = self._process or self._start()
        job = {
            "path": str(case.path),
            "other": str(case.other),
            "seed": case.seed,
            "in_series": case.in_series,
        }
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(job).encode() + b"\n")
            process.stdin.flush()
            line = self._answer(process)
        except BrokenPipeError:
            line = b""
        if line is None:
            self.stop()
            return _violation(case, f"still busy after {SECONDS:g} seconds")
        if not line:
            code = process.wait()
            self.stop()
            return _violation(case, f"the process ended with {code}")
        answer = json.loads(line)
        if answer["peak"] > MEMORY:
            self.stop()
            return _violation(case, f"{answer['peak'] / 1e6:.0f} MB", answer["peak"])
        return answer

    def stop(self) -> None:
        """End the process and whatever it started."""
        if self._process is None:
            return
        process, self._process = self._process, None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.stdout.close()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = os.environ | {"PYTHONPATH": str(PROJECT), "PYTHONWARNINGS": "ignore"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.worker"],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self._process

    @staticmethod
    def _answer(process: subprocess.Popen[bytes]) -> bytes | None:
        """The next line; empty when the process ended, None when time is up."""
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not selector.select(SECONDS):
                return None
        return process.stdout.readline()


def _violation(case: Case, problem: str, peak: int = 0) -> dict:
    kind = "as it is"
    if case.seed is not None:
        kind = mutate(case.path, case.other, random.Random(case.seed)).kind
    return {"outcome": "violation", "problem": problem, "kind": kind, "peak": peak}

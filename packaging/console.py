"""How the bootstrap speaks: numbered, timed steps, one line of progress, plain failures."""

from __future__ import annotations

import enum
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

PROGRESS_INTERVAL_S = 10.0
"""Where nobody sees a line being rewritten (a log), progress is printed this often."""


class ExitCode(enum.IntEnum):
    """What the bootstrap ends with. Python's version is checked before this can be read: 10."""

    FAILED = 1
    USAGE = 2
    STOPPED = 3
    NO_VENV = 11
    NO_NETWORK = 12
    DISK_FULL = 13
    PIP_FAILED = 14
    LIBRARIES_MISSING = 15
    NO_DISPLAY = 16
    BUSY = 17


class Failure(Exception):  # noqa: N818 - it is caught once, by `main`
    """Something the person has to do something about."""

    def __init__(self, code: ExitCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class Steps:
    """Numbers steps, times them, and shows what goes on inside one."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._number = 0
        self._rewrites = sys.stdout.isatty()
        self._last_shown = 0.0
        self._shown = ""

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Announce a step, and how long it took unless it failed."""
        self._number += 1
        started = self._last_shown = time.monotonic()
        say(f"[{self._number}/{self._total}] {title}")
        try:
            yield
        finally:
            self._wipe()
        say(f"      done in {duration(time.monotonic() - started)}")

    def progress(self, text: str) -> None:
        """Show where a step is: rewritten in a terminal, now and then in a log."""
        if self._rewrites:
            self._wipe()
            self._shown = f"      {text}"[:78]
            sys.stdout.write(self._shown)
            sys.stdout.flush()
        elif time.monotonic() - self._last_shown >= PROGRESS_INTERVAL_S:
            self._last_shown = time.monotonic()
            say(f"      {text}")

    def note(self, text: str) -> None:
        """Something worth reading, inside a step."""
        self._wipe()
        for line in text.splitlines():
            say(f"      {line}")

    def _wipe(self) -> None:
        if self._shown:
            sys.stdout.write("\r" + " " * len(self._shown) + "\r")
            self._shown = ""


def say(text: str) -> None:
    """Print at once, so that it stands before what a child process prints."""
    print(text, flush=True)


def duration(seconds: float) -> str:
    """A time for people: 0.4 s, 12 s, 3 min 05 s."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"

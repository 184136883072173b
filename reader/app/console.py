"""How commands speak: progress on stderr, reports on stdout, errors without a traceback.

Exit codes: 0 done, 1 could not be done (the reason is on stderr), 2 wrong usage,
3 cancelled.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.cancel import Progress as JobProgress
from reader.core.errors import Cancelled, ReaderError, UnreadableError
from reader.core.study import ScanResult
from reader.core.text import say

errors = Console(stderr=True, highlight=False)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn the errors a person can act on into one message and an exit code."""
    try:
        yield
    except (ReaderError, Cancelled, KeyboardInterrupt) as error:
        raise typer.Exit(tell(error)) from None


def tell(error: ReaderError | Cancelled | KeyboardInterrupt) -> int:
    """Say on stderr why it could not be done. Returns: the exit code."""
    if isinstance(error, ReaderError):
        errors.print(str(error.what_happened), style="bold", markup=False)
        errors.print(str(error.what_to_do), markup=False)
        return 1
    errors.print("Stopped. Nothing half-written was left behind.")
    return 3


@contextmanager
def stopped_by_signals() -> Iterator[CancelToken]:
    """Give a token that Ctrl+C and a polite kill set, so that long work ends in good order."""
    cancel = CancelToken()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: cancel.cancel()) for number in numbers]
    try:
        yield cancel
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def progress_bar(quiet: bool = False) -> Iterator[ReportProgress]:
    """Give a `ReportProgress` that draws one bar on stderr, where stderr is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _progress: None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeRemainingColumn(), console=errors, transient=True) as bar:
        task = bar.add_task("", total=None)

        def report(progress: JobProgress) -> None:
            bar.update(
                task,
                description=str(progress.stage),
                completed=progress.done,
                total=progress.total or None,
            )

        yield report


def nothing_opened(scan: ScanResult) -> UnreadableError:
    """The error of a scan without a series; with the reason, where there is just one."""
    whats = {str(one.why): one.why for one in scan.unreadable}
    return UnreadableError(
        say("No images that can be opened were found."),
        next(iter(whats.values()))
        if len(whats) == 1
        else say("`reader info` lists what is there and why it was not opened."),
    )


def print_json(report: Mapping[str, object]) -> None:
    """Write a report to stdout as JSON, one value per line, Unicode as it is where it can be."""
    plain = not (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(json.dumps(report, indent=2, ensure_ascii=plain, default=str) + "\n")

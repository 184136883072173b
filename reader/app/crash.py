"""What was not foreseen: into the log with its code lines, to the person in plain words.

Three roads lead here: an exception nobody caught on the main thread (a Qt slot's too), one
on another thread, and the interpreter itself dying (faulthandler, whose file is read into
the log on the next start).
"""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from reader.app.log import scrubbed
from reader.core.errors import ReaderError
from reader.core.text import Text, say

log = logging.getLogger(__name__)

Show = Callable[[Text, Text], None]
"""Tells the person what happened and what to do. Called on the thread that failed."""

CRASH_FILE = "crash.txt"


class CrashHandler:
    """Catches what nobody caught, from `install` until `uninstall`.

    `show` may be replaced once there is a window to show it in.
    """

    def __init__(self, logs: Path, show: Show) -> None:
        self._file_path = logs / CRASH_FILE
        self.show = show
        self._file: IO[str] | None = None
        self._showing = threading.local()
        self._hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)

    def install(self) -> None:
        """Take over the interpreter's hooks; say in the log how the last run ended."""
        self._hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._on_main_thread
        threading.excepthook = self._on_other_thread
        sys.unraisablehook = self._on_unraisable
        self._report_last_run()
        try:
            self._file = self._file_path.open("w", encoding="utf-8")
        except OSError:
            return
        faulthandler.enable(self._file)

    def uninstall(self) -> None:
        """Give the hooks back. Only a run that ends this way leaves no crash file."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._hooks
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None
            self._file_path.unlink(missing_ok=True)

    def handle(self, error: BaseException, trace: TracebackType | None = None) -> None:
        """Log an exception and tell the person. Never raises."""
        trace = trace or error.__traceback__
        log.critical("Not foreseen", exc_info=(type(error), error, trace))
        if getattr(self._showing, "now", False):
            return  # telling the person failed too: once is enough
        self._showing.now = True
        try:
            self.show(*message_for(error))
        except Exception:
            log.exception("The message about it could not be shown")
        finally:
            self._showing.now = False

    def _on_main_thread(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.handle(error, trace)

    def _on_other_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            self.handle(args.exc_value, args.exc_traceback)

    def _on_unraisable(self, args: sys.UnraisableHookArgs) -> None:
        """A failing destructor helps nobody on screen; the log has it."""
        error = args.exc_value
        if error is not None:
            log.error("While tidying up", exc_info=(type(error), error, args.exc_traceback))

    def _report_last_run(self) -> None:
        try:
            lines = self._file_path.read_text("utf-8", errors="replace").splitlines()
        except OSError:
            return
        for line in filter(str.strip, lines[:60]):
            log.error("Last run: %s", scrubbed(line.replace('"', " ")))


def show_on_stderr(what_happened: Text, what_to_do: Text) -> None:
    """A `Show` for as long as there is no window."""
    sys.stderr.write(f"{what_happened}\n{what_to_do}\n")


def message_for(error: BaseException) -> tuple[Text, Text]:
    """What happened and what to do, for the person; no traceback, no names of code."""
    if isinstance(error, ReaderError):
        return error.what_happened, error.what_to_do
    if isinstance(error, MemoryError):
        return (
            say("There is not enough memory for this."),
            say("Close other studies or programs and try again. Your work is saved."),
        )
    return (
        say("Something went wrong that was not foreseen."),
        say("Your work is saved. Go on, or close and open again; the details are in the log."),
    )

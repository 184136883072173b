"""Compiled inner loops, made and loaded while nobody waits for them."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

import reader
from reader.imaging.kernels import COMPILED_TYPES, are_compiled, load_kernels

AFTER_MS: Final = 2500
"""From the window's opening on: what is needed sooner is imported by then."""
_NICENESS: Final = 15
_LONGEST_S: Final = 300

_log = logging.getLogger(__name__)


def compiler_command(folder: Path) -> list[str]:
    """What starts the compiling process. A frozen build, which has no -m, needs another.

    Without -P, modules would be imported from the current folder, which may be anybody's.
    """
    return [sys.executable, "-P", "-m", "reader.imaging.kernels", str(folder)]


class KernelLoader:
    """Compiles in a process of low priority where need be, then loads, in a thread.

    Until that is done, and where it cannot be, `sampling` is slower and right all the same.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_over = threading.Event()
        self._thread: threading.Thread | None = None
        self._compiler: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin. Returns at once."""
        self._thread = threading.Thread(target=self._work, name="kernels")
        self._thread.start()

    def stop(self) -> None:
        """End the compiler, and wait for what is being loaded."""
        self._is_over.set()
        compiler = self._compiler
        if compiler is not None:
            compiler.kill()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not are_compiled(self._folder):
                self._compile()
            if not are_compiled(self._folder):
                return
            for name in COMPILED_TYPES:
                if not self._is_over.is_set():
                    load_kernels(self._folder, (name,))
        except (ImportError, OSError, RuntimeError) as error:
            _log.warning("The compiled loops were not loaded: %s", type(error).__name__)

    def _compile(self) -> None:
        if self._is_over.is_set() or getattr(sys, "frozen", False):
            return
        self._compiler = subprocess.Popen(
            compiler_command(self._folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
            | getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        if os.name == "posix":
            import psutil

            with suppress(psutil.Error):
                psutil.Process(self._compiler.pid).nice(_NICENESS)
        if self._is_over.is_set():  # told between the question above and the start
            self._compiler.kill()
        try:
            self._compiler.wait(_LONGEST_S)
        except subprocess.TimeoutExpired:
            self._compiler.kill()
            self._compiler.wait()


def _environment() -> dict[str, str]:
    """The application's own, and where the package is."""
    root = str(Path(reader.__file__).parents[1])
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    return {**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "ignore"}

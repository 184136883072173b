"""A model's process as the application sees it: started, talked to, ended."""

from __future__ import annotations

import logging
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import reader
from reader.inference.runners.channel import Channel, PipeWire, SocketWire
from reader.inference.runners.messages import OUT_OF_MEMORY, Logged, WorkerLostError

_END_LIMIT_S: Final = 10.0
_LAST_MOMENTS_S: Final = 1.0

_log = logging.getLogger(__name__)


class WorkerProcess:
    """One process. `send` and `receive` are for one thread at a time; `end` for any.

    The process notices by itself when the application is gone: its channel ends.
    """

    def __init__(self, command: Sequence[str], *, by_pipes: bool = sys.platform == "win32") -> None:
        """Start it; returns before it is ready. Raises: OSError."""
        self._process, self._channel = _over_pipes(command) if by_pipes else _over_socket(command)
        self._told: queue.SimpleQueue[object | None] = queue.SimpleQueue()
        self._is_out_of_memory = False
        self._listener = threading.Thread(target=self._listen, name="model-process", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def send(self, message: object) -> None:
        """Say something. Raises: WorkerLostError. MemoryError: no room for its arrays."""
        try:
            self._channel.send(message)
        except (OSError, ValueError):
            raise self._lost() from None

    def receive(self, timeout_s: float) -> object | None:
        """What it says next, or None after so long. Raises: WorkerLostError."""
        try:
            message = self._told.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if message is None:
            raise self._lost()
        return message

    def _lost(self) -> WorkerLostError:
        """It is gone, or as good as gone."""
        with suppress(subprocess.TimeoutExpired):
            # Its end of the channel closes a moment before it is over.
            self._process.wait(_LAST_MOMENTS_S)
        code = OUT_OF_MEMORY if self._is_out_of_memory else self._process.poll()
        self.end()
        return WorkerLostError(code)

    def end(self) -> None:
        """Kill it and let go of it."""
        self._process.kill()
        self._channel.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_LIMIT_S)
        if threading.current_thread() is not self._listener:
            self._listener.join(_END_LIMIT_S)

    def _listen(self) -> None:
        """Take in what it says, so that it never waits for the application."""
        while True:
            try:
                message = self._channel.receive()
            except (EOFError, OSError):
                self._told.put(None)
                return
            except Exception as error:  # noqa: BLE001 - whatever it says, it is not understood
                self._is_out_of_memory = isinstance(error, MemoryError)
                _log.warning("The model's process was not understood: %s", type(error).__name__)
                self._process.kill()
                self._told.put(None)
                return
            if isinstance(message, Logged):
                logging.getLogger(message.name).log(message.level, "%s", message.message)
            else:
                self._told.put(message)


def _over_socket(command: Sequence[str]) -> tuple[subprocess.Popen[bytes], Channel]:
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                pass_fds=(theirs.fileno(),),
            )
        except OSError:
            ours.close()
            raise
    return process, Channel(SocketWire(ours))


def _over_pipes(command: Sequence[str]) -> tuple[subprocess.Popen[bytes], Channel]:
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    process = subprocess.Popen(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env=_environment(),
        creationflags=flags | getattr(subprocess, "IDLE_PRIORITY_CLASS", 0),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    return process, Channel(PipeWire(process.stdout, process.stdin))


def _environment() -> dict[str, str]:
    """The application's own, and where the package is. Threads that wait do not spin."""
    root = str(Path(reader.__file__).parents[1])
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    quiet = {"OMP_WAIT_POLICY": "PASSIVE", "PYTHONWARNINGS": "ignore"}
    return {**os.environ, **quiet, "PYTHONPATH": path}

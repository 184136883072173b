"""Codec processes: started when first needed, kept warm, replaced when they crash or hang.

Compressed frames are decoded here and nowhere else: on all cores, since codecs hold the
GIL, and where a codec that crashes costs one slice and not the application.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import IO, Final

import psutil

import reader
from reader.formats.codec_frame import CodecError, FrameFormat
from reader.formats.codec_process import DECODED, READY, REPLY, REQUEST

_MOST_WORKERS: Final = 8
_START_LIMIT_S: Final = 60.0
_GRACE_S: Final = 5.0
"""A worker ends itself when a frame takes too long; after so much more it is killed."""
_PIPE_BYTES: Final = 1 << 20
_SET_PIPE_SIZE: Final = 1031
"""F_SETPIPE_SZ, which Python names on Linux only: a slice goes through at one go."""


def worker_command() -> list[str]:
    """What starts a codec process. A frozen build, which has no -m, needs another."""
    return [sys.executable, "-m", "reader.formats.codec_process"]


class CodecPool:
    """Some codec processes and the frames that are in them. Thread-safe.

    Attributes:
        size: how many frames are decoded at a time, at most.
    """

    def __init__(
        self, size: int | None = None, command: Callable[[], Sequence[str]] = worker_command
    ) -> None:
        self.size = size or min(len(_usable_cores()), _MOST_WORKERS)
        self._command = command
        self._free = threading.Semaphore(self.size)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._closed = False

    def decode(self, frame: bytes | bytearray, wanted: FrameFormat, out: memoryview) -> None:
        """Decode a frame into `out`, bytes of `wanted.decoded_bytes`; waits for a free worker.

        Raises: CodecError: damaged, too slow, or the codec crashed. OSError: no process
            can be started.
        """
        with self._free:
            worker = self._take()
            try:
                worker.decode(frame, wanted, out)
            except _WorkerLostError as error:
                self._discard(worker)
                raise CodecError(str(error)) from None
            except BaseException:
                if worker.busy:
                    self._discard(worker)
                else:
                    self._give_back(worker)
                raise
            self._give_back(worker)

    def warm(self) -> None:
        """Start the workers now, without waiting for them."""
        with self._lock, suppress(OSError):
            while not self._closed and len(self._all) < self.size:
                self._idle.append(self._start())

    def process_ids(self) -> tuple[int, ...]:
        """The workers' process ids, for measuring."""
        with self._lock:
            return tuple(worker.process.pid for worker in self._all)

    def close(self) -> None:
        """End all workers; frames that are being decoded fail."""
        with self._lock:
            self._closed = True
            workers, self._idle = list(self._all), []
            self._all.clear()
        for worker in workers:
            worker.end()

    def _take(self) -> _Worker:
        """An idle worker that lives, or a new one."""
        with self._lock:
            if self._closed:
                raise CodecError("closed")
            while self._idle:
                worker = self._idle.pop()
                if worker.process.poll() is None:
                    return worker
                self._all.discard(worker)
                worker.end()
            return self._start()

    def _start(self) -> _Worker:
        worker = _Worker(self._command())
        self._all.add(worker)
        return worker

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(worker)

    def _discard(self, worker: _Worker) -> None:
        with self._lock:
            self._all.discard(worker)
        worker.end()


class _WorkerLostError(Exception):
    """The worker crashed or hung: it must be replaced."""


class _Worker:
    """One codec process. One thread at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self.busy = True
        self._ready = False
        for pipe in (self._requests, self._replies):
            _enlarge(pipe)

    @property
    def _requests(self) -> IO[bytes]:
        assert self.process.stdin is not None
        return self.process.stdin

    @property
    def _replies(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    def decode(self, frame: bytes | bytearray, wanted: FrameFormat, out: memoryview) -> None:
        """See `CodecPool.decode`; `busy` afterwards means that it cannot be used again.

        Raises: CodecError. _WorkerLostError.
        """
        self.busy = True
        try:
            if not self._ready:
                self._read(memoryview(bytearray(len(READY))), time.monotonic() + _START_LIMIT_S)
                self._ready = True
            deadline = time.monotonic() + wanted.limit_s + _GRACE_S
            head = REQUEST.pack(wanted.pack(), len(frame))
            self._write(memoryview(head), deadline)
            self._write(memoryview(frame), deadline)
            reply = bytearray(REPLY.size)
            self._read(memoryview(reply), deadline)
            status, length = REPLY.unpack(reply)
            if status == DECODED and length == len(out):
                self._read(out, deadline)
            elif length:
                raise _WorkerLostError("The codec process answered wrongly.")
        except (OSError, ValueError):
            # ValueError: the pipe was closed meanwhile.
            raise _WorkerLostError("The codec process crashed.") from None
        self.busy = False
        if status != DECODED:
            raise CodecError("The frame is damaged.")

    def end(self) -> None:
        """Kill the process and let go of it."""
        with suppress(OSError):
            self.process.kill()
        for pipe in (self._requests, self._replies):
            with suppress(OSError):
                pipe.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_GRACE_S)

    def _read(self, out: memoryview, deadline: float) -> None:
        while len(out):
            _wait_for(self._replies, deadline, writing=False)
            count = self._replies.readinto(out)  # type: ignore[attr-defined]
            if not count:
                raise _WorkerLostError("The codec process crashed.")
            out = out[count:]

    def _write(self, data: memoryview, deadline: float) -> None:
        while len(data):
            _wait_for(self._requests, deadline, writing=True)
            data = data[self._requests.write(data) or 0 :]


def _wait_for(pipe: IO[bytes], deadline: float, *, writing: bool) -> None:
    """Wait until bytes can go through.

    Raises: _WorkerLostError: not before the deadline. Only where the system can wait for a
        pipe: elsewhere the worker's own limit must do.
    """
    if sys.platform == "win32":
        return
    import select

    poll = select.poll()
    poll.register(pipe, select.POLLOUT if writing else select.POLLIN)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise _WorkerLostError("The codec process hung.")


def _enlarge(pipe: IO[bytes]) -> None:
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), _SET_PIPE_SIZE, _PIPE_BYTES)
    if sys.platform != "win32":
        os.set_blocking(pipe.fileno(), False)


def _environment() -> dict[str, str]:
    """The application's own; the package must be found and libraries start no threads."""
    root = str(Path(reader.__file__).parents[1])
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONPATH": path, "PYTHONWARNINGS": "ignore"}


def _usable_cores() -> list[int]:
    """The cores this process may use, where the system says so."""
    try:
        return list(psutil.Process().cpu_affinity())
    except (AttributeError, psutil.Error):
        return list(range(os.cpu_count() or 1))


@lru_cache(maxsize=1)
def shared_pool() -> CodecPool:
    """The application's pool; its processes end with the application."""
    pool = CodecPool()
    atexit.register(pool.close)
    return pool

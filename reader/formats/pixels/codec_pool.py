"""Codec processes: started when first needed, kept warm, replaced when they crash or hang.

Compressed frames are decoded here and nowhere else: on all cores, since codecs hold the
GIL, and where a codec that crashes costs one slice and not the application.
"""

from __future__ import annotations

import atexit
import mmap
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
from reader.formats.pixels.codec_frame import CodecError, FrameFormat
from reader.formats.pixels.codec_process import (
    DECODED,
    FRAME_BYTES,
    READY,
    REPLY,
    REQUEST,
    SLOT_BYTES,
    SLOTS,
    THROUGH_THE_PIPE,
)

_MOST_WORKERS: Final = 8
_MOST_TRIES: Final = 4
_START_LIMIT_S: Final = 60.0
_GRACE_S: Final = 5.0
"""A worker ends itself when a frame takes too long; after so much more it is killed."""
_PIPE_BYTES: Final = 1 << 20
_SET_PIPE_SIZE: Final = 1031
"""F_SETPIPE_SZ, which Python names on Linux only: a slice goes through at one go."""


def worker_command() -> list[str]:
    """What starts a codec process. A frozen build, which has no -m, needs another."""
    return [sys.executable, "-m", "reader.formats.pixels.codec_process"]


class CodecPool:
    """Some codec processes and the frames that are in them. Thread-safe.

    Attributes:
        size: how many frames are decoded at a time, at most.
        threads: how many callers keep all processes busy.
    """

    def __init__(
        self, size: int | None = None, command: Callable[[], Sequence[str]] = worker_command
    ) -> None:
        self.size = size or min(len(_usable_cores()), _MOST_WORKERS)
        self.threads = self.size * SLOTS
        self._command = command
        self._free = threading.Semaphore(self.threads)
        self._lock = threading.Lock()
        self._workers: dict[_Worker, int] = {}
        self._closed = False

    def decode(self, frame: bytes | bytearray, wanted: FrameFormat, out: memoryview) -> None:
        """Decode a frame into `out`, bytes of `wanted.decoded_bytes`; waits for a free worker.

        Raises: CodecError: damaged, too slow, or the codec crashed. OSError: no process
            can be started.
        """
        with self._free:
            for _ in range(_MOST_TRIES):
                worker = self._take()
                try:
                    worker.decode(frame, wanted, out)
                except _NotBegunError:
                    continue
                finally:
                    self._give_back(worker)
                return
        raise CodecError("The codec processes crash.")

    def warm(self) -> None:
        """Start the workers now, without waiting for them."""
        with self._lock, suppress(OSError):
            while not self._closed and len(self._workers) < self.size:
                self._workers[_Worker(self._command())] = 0

    def process_ids(self) -> tuple[int, ...]:
        """The workers' process ids, for measuring."""
        with self._lock:
            return tuple(worker.process.pid for worker in self._workers)

    def close(self) -> None:
        """End all workers; frames that are being decoded fail."""
        with self._lock:
            self._closed = True
            workers = list(self._workers)
            self._workers.clear()
        for worker in workers:
            worker.end()

    def _take(self) -> _Worker:
        """The live worker with the least to do, or a new one while there may be more."""
        with self._lock:
            if self._closed:
                raise CodecError("closed")
            for worker in [w for w in self._workers if w.lost or w.process.poll() is not None]:
                self._workers.pop(worker)
                worker.end()
            idlest = min(self._workers, key=self._workers.__getitem__, default=None)
            if idlest is None or (self._workers[idlest] and len(self._workers) < self.size):
                idlest = _Worker(self._command())
                self._workers[idlest] = 0
            self._workers[idlest] += 1
            return idlest

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            if worker in self._workers:
                self._workers[worker] -= 1
                if worker.lost:
                    self._workers.pop(worker)
        if worker.lost:
            worker.end()


class _NotBegunError(Exception):
    """The worker was lost to another frame before this one's turn came."""


class _Worker:
    """One codec process, with up to `SLOTS` frames on their way. Thread-safe.

    While one frame is decoded the next is already in the pipe, and the samples of the one
    before still are: the process never waits for the application.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._shared, descriptors = _shared_memory()
        self.process = subprocess.Popen(
            [*command, *map(str, descriptors)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            pass_fds=descriptors,
        )
        for descriptor in descriptors:
            os.close(descriptor)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._requests: IO[bytes] = self.process.stdin
        self._replies: IO[bytes] = self.process.stdout
        self._sending = threading.Lock()
        self._served = threading.Condition()
        self._sent = 0
        self._turn = 0
        self._ready = False
        self.lost = False
        for pipe in (self._requests, self._replies):
            _enlarge(pipe)

    def decode(self, frame: bytes | bytearray, wanted: FrameFormat, out: memoryview) -> None:
        """See `CodecPool.decode`.

        Raises: CodecError. _NotBegunError.
        """
        turn = self._send(frame, wanted)
        with self._served:
            self._served.wait_for(lambda: self._turn == turn or self.lost)
            if self.lost:
                raise _NotBegunError
        try:
            status = self._receive(wanted, out, self._place(len(frame), wanted, turn))
        except BaseException as error:
            # What is left in the pipe belongs to nobody.
            self.lost = True
            self.process.kill()
            if isinstance(error, (OSError, ValueError)):
                raise CodecError("The codec process crashed.") from None
            raise
        finally:
            with self._served:
                self._turn += 1
                self._served.notify_all()
        if status != DECODED:
            raise CodecError("The frame is damaged.")

    def _send(self, frame: bytes | bytearray, wanted: FrameFormat) -> int:
        """Send a request; its turn among the replies."""
        with self._sending:
            # The frames before this one may each take their time.
            deadline = time.monotonic() + _START_LIMIT_S + SLOTS * wanted.limit_s
            try:
                place = self._place(len(frame), wanted, self._sent)
                slot = self._sent % SLOTS if place is not None else THROUGH_THE_PIPE
                if place is not None:
                    place[: len(frame)] = frame
                head = REQUEST.pack(wanted.pack(), len(frame), slot)
                self._write(memoryview(head), deadline)
                if place is None:
                    self._write(memoryview(frame), deadline)
            except (OSError, ValueError, CodecError):
                # ValueError: the pipe was closed meanwhile.
                with self._served:
                    self.lost = True
                    self._served.notify_all()
                raise _NotBegunError from None
            self._sent += 1
            return self._sent - 1

    def _place(self, frame_bytes: int, wanted: FrameFormat, turn: int) -> memoryview | None:
        """The slot of shared memory for a turn, free since the turn before last is over."""
        large = frame_bytes > FRAME_BYTES or wanted.decoded_bytes > SLOT_BYTES - FRAME_BYTES
        if self._shared is None or large:
            return None
        return self._shared[turn % SLOTS * SLOT_BYTES :][:SLOT_BYTES]

    def _receive(self, wanted: FrameFormat, out: memoryview, place: memoryview | None) -> int:
        """Take the reply, and the samples into `out`. Raises: CodecError, OSError, ValueError."""
        if not self._ready:
            self._read(memoryview(bytearray(len(READY))), time.monotonic() + _START_LIMIT_S)
            self._ready = True
        deadline = time.monotonic() + wanted.limit_s + _GRACE_S
        reply = bytearray(REPLY.size)
        self._read(memoryview(reply), deadline)
        status, length = REPLY.unpack(reply)
        if length != (len(out) if status == DECODED else 0):
            raise CodecError("The codec process answered wrongly.")
        if place is None:
            self._read(out[:length], deadline)
        else:
            out[:length] = place[FRAME_BYTES:][:length]
        return int(status)

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
                raise CodecError("The codec process crashed.")
            out = out[count:]

    def _write(self, data: memoryview, deadline: float) -> None:
        while len(data):
            _wait_for(self._requests, deadline, writing=True)
            data = data[self._requests.write(data) or 0 :]


def _wait_for(pipe: IO[bytes], deadline: float, *, writing: bool) -> None:
    """Wait until bytes can go through.

    Raises: CodecError: not before the deadline. Only where the system can wait for a
        pipe: elsewhere the worker's own limit must do.
    """
    if sys.platform == "win32":
        return
    import select

    poll = select.poll()
    poll.register(pipe, select.POLLOUT if writing else select.POLLIN)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise CodecError("The codec process hung.")


def _enlarge(pipe: IO[bytes]) -> None:
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), _SET_PIPE_SIZE, _PIPE_BYTES)
    if sys.platform != "win32":
        os.set_blocking(pipe.fileno(), False)


def _shared_memory() -> tuple[memoryview | None, tuple[int, ...]]:
    """Memory for the samples of `SLOTS` frames, and the descriptors that lead a child to it.

    Twice as quick as the pipe, which does as well where there is none.
    """
    if sys.platform != "linux":
        return None, ()
    descriptor = os.memfd_create("codec")
    os.ftruncate(descriptor, SLOTS * SLOT_BYTES)
    return memoryview(mmap.mmap(descriptor, SLOTS * SLOT_BYTES)), (descriptor,)


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

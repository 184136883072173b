"""Codec processes: started when first needed, kept warm, replaced when they crash or hang.

Compressed frames are decoded here and nowhere else: on all cores, since codecs hold the
GIL, and where a codec that crashes costs one slice and not the application.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Final

import psutil

from reader.core.cancel import CancelToken
from reader.core.errors import UnreadableError
from reader.core.text import say
from reader.formats.pixels.codec_frame import CodecError, CodecStartError, FrameFormat
from reader.formats.pixels.codec_process import SLOTS
from reader.formats.pixels.codec_worker import CodecWorker, NotBegunError

_MOST_WORKERS: Final = 8
_MOST_TRIES: Final = 4
_START_AGAIN_S: Final = 10.0
"""For so long after processes did not start, none is tried: a series has many frames."""


def worker_command() -> list[str]:
    """What starts a codec process. A frozen build, which has no -m, needs another.

    Without -P, modules would be imported from the current folder, which may be anybody's.
    """
    return [sys.executable, "-P", "-m", "reader.formats.pixels.codec_process"]


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
        self._workers: dict[CodecWorker, int] = {}
        self._closed = False
        self._no_start_before = 0.0

    def decode(
        self,
        frame: bytes | bytearray,
        wanted: FrameFormat,
        out: memoryview,
        cancel: CancelToken | None = None,
    ) -> None:
        """Decode a frame into `out`, bytes of `wanted.decoded_bytes`; waits for a free worker.

        Raises: CodecError: damaged, too slow, or the codec crashed. CodecStartError: no
            process starts. Cancelled: soon after `cancel` was set, also amid a frame.
        """
        with self._free:
            for _ in range(_MOST_TRIES):
                if cancel is not None:
                    cancel.check()
                worker = self._take()
                try:
                    worker.decode(frame, wanted, out, cancel)
                except NotBegunError:
                    continue
                except CodecError:
                    if cancel is not None:
                        cancel.check()
                    raise
                finally:
                    self._give_back(worker)
                return
        if not worker.ready:
            self._no_start_before = time.monotonic() + _START_AGAIN_S
            raise CodecStartError("No codec process gets going.")
        raise CodecError("The codec processes crash.")

    def warm(self) -> None:
        """Start the workers now, without waiting for them."""
        with self._lock, suppress(CodecStartError):
            while not self._closed and len(self._workers) < self.size:
                self._start()

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

    def _take(self) -> CodecWorker:
        """The live worker with the least to do, or a new one while there may be more."""
        with self._lock:
            if self._closed:
                raise CodecError("closed")
            for worker in [w for w in self._workers if w.lost or w.process.poll() is not None]:
                self._workers.pop(worker)
                worker.end()
            idlest = min(self._workers, key=self._workers.__getitem__, default=None)
            if idlest is None:
                idlest = self._start()
            elif self._workers[idlest] and len(self._workers) < self.size:
                # Where there may be no more processes, fewer do the work.
                with suppress(CodecStartError):
                    idlest = self._start()
            self._workers[idlest] += 1
            return idlest

    def _start(self) -> CodecWorker:
        """One more worker. Raises: CodecStartError."""
        if time.monotonic() < self._no_start_before:
            raise CodecStartError("No codec process got going a moment ago.")
        try:
            started = CodecWorker(self._command())
        except OSError as error:
            self._no_start_before = time.monotonic() + _START_AGAIN_S
            raise CodecStartError("The system starts no codec process.") from error
        self._workers[started] = 0
        return started

    def _give_back(self, worker: CodecWorker) -> None:
        with self._lock:
            if worker in self._workers:
                self._workers[worker] -= 1
                if worker.lost:
                    self._workers.pop(worker)
        if worker.lost:
            worker.end()


def _usable_cores() -> list[int]:
    """The cores this process may use, where the system says so."""
    try:
        return list(psutil.Process().cpu_affinity())
    except (AttributeError, psutil.Error):
        return list(range(os.cpu_count() or 1))


def no_codec_process() -> UnreadableError:
    """What is said where frames cannot be decoded, whatever they are like."""
    return UnreadableError(
        say("The program that decodes compressed images does not start."),
        say("Start the application again. If that does not help, install it again."),
    )


@lru_cache(maxsize=1)
def shared_pool() -> CodecPool:
    """The application's pool; its processes end with the application."""
    pool = CodecPool()
    atexit.register(pool.close)
    if hasattr(os, "register_at_fork"):
        # A copy of this process must not take the answers meant for it.
        os.register_at_fork(after_in_child=shared_pool.cache_clear)
    return pool

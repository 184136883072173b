"""One codec process as the application sees it: frames on their way, and how long they may take."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import reader
from reader.core.cancel import CancelToken
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

_START_LIMIT_S: Final = 30.0
_GRACE_S: Final = 5.0
"""A worker ends itself when a frame takes too long; after so much more it is killed."""
_STEP_MS: Final = 100.0
_CANCELLED_GRACE_S: Final = 0.3
"""An ordinary frame is done sooner than another process would be started."""
_PIPE_BYTES: Final = 1 << 20
_SET_PIPE_SIZE: Final = 1031
"""F_SETPIPE_SZ, which Python names on Linux only: a slice goes through at one go."""


class NotBegunError(Exception):
    """The worker was lost to another frame before this one's turn came."""


class CodecWorker:
    """One codec process, with up to `SLOTS` frames on their way. Thread-safe.

    While one frame is decoded the next is already in the pipe, and the samples of the one
    before still are: the process never waits for the application.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._shared, descriptors = _shared_memory()
        try:
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
        finally:
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
        self.ready = False
        self.lost = False
        for pipe in (self._requests, self._replies):
            _enlarge(pipe)

    def decode(
        self,
        frame: bytes | bytearray,
        wanted: FrameFormat,
        out: memoryview,
        cancel: CancelToken | None,
    ) -> None:
        """See `CodecPool.decode`.

        Raises: CodecError. NotBegunError.
        """
        turn = self._send(frame, wanted)
        with self._served:
            self._served.wait_for(lambda: self._turn == turn or self.lost)
            if self.lost:
                raise NotBegunError
        try:
            self._wait_until_ready(cancel)
            status = self._receive(wanted, out, self._place(len(frame), wanted, turn), cancel)
        except BaseException as error:
            # What is left in the pipe belongs to nobody.
            self.lost = True
            self.process.kill()
            if not self.ready and isinstance(error, (CodecError, OSError, ValueError)):
                raise NotBegunError from None
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
                raise NotBegunError from None
            self._sent += 1
            return self._sent - 1

    def _place(self, frame_bytes: int, wanted: FrameFormat, turn: int) -> memoryview | None:
        """The slot of shared memory for a turn, free since the turn before last is over."""
        large = frame_bytes > FRAME_BYTES or wanted.decoded_bytes > SLOT_BYTES - FRAME_BYTES
        if self._shared is None or large:
            return None
        return self._shared[turn % SLOTS * SLOT_BYTES :][:SLOT_BYTES]

    def _wait_until_ready(self, cancel: CancelToken | None) -> None:
        """Raises: CodecError, OSError, ValueError."""
        if not self.ready:
            said = bytearray(len(READY))
            self._read(memoryview(said), time.monotonic() + _START_LIMIT_S, cancel)
            if said != READY:
                raise CodecError("The codec process is another program.")
            self.ready = True

    def _receive(
        self,
        wanted: FrameFormat,
        out: memoryview,
        place: memoryview | None,
        cancel: CancelToken | None,
    ) -> int:
        """Take the reply, and the samples into `out`. Raises: CodecError, OSError, ValueError."""
        deadline = time.monotonic() + wanted.limit_s + _GRACE_S
        reply = bytearray(REPLY.size)
        self._read(memoryview(reply), deadline, cancel)
        status, length = REPLY.unpack(reply)
        if length != (len(out) if status == DECODED else 0):
            raise CodecError("The codec process answered wrongly.")
        if place is None:
            self._read(out[:length], deadline, cancel)
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

    def _read(self, out: memoryview, deadline: float, cancel: CancelToken | None) -> None:
        while len(out):
            _wait_for(self._replies, deadline, writing=False, cancel=cancel)
            count = self._replies.readinto(out)  # type: ignore[attr-defined]
            if not count:
                raise CodecError("The codec process crashed.")
            out = out[count:]

    def _write(self, data: memoryview, deadline: float) -> None:
        while len(data):
            _wait_for(self._requests, deadline, writing=True)
            data = data[self._requests.write(data) or 0 :]


def _wait_for(
    pipe: IO[bytes], deadline: float, *, writing: bool, cancel: CancelToken | None = None
) -> None:
    """Wait until bytes can go through.

    Raises: CodecError: not before the deadline, nor soon after `cancel` was set. Only where
        the system can wait for a pipe: elsewhere the worker's own limit must do.
    """
    if sys.platform == "win32":
        return
    import select

    poll = select.poll()
    poll.register(pipe, select.POLLOUT if writing else select.POLLIN)
    is_cancelled = False
    while not poll.poll(min(_STEP_MS, max(0.0, deadline - time.monotonic()) * 1000)):
        now = time.monotonic()
        if now >= deadline:
            raise CodecError("The codec process hung.")
        if cancel is not None and cancel.is_cancelled and not is_cancelled:
            is_cancelled, deadline = True, min(deadline, now + _CANCELLED_GRACE_S)


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
    try:
        descriptor = os.memfd_create("codec")
    except OSError:
        return None, ()
    try:
        os.ftruncate(descriptor, SLOTS * SLOT_BYTES)
        return memoryview(mmap.mmap(descriptor, SLOTS * SLOT_BYTES)), (descriptor,)
    except OSError:
        os.close(descriptor)
        return None, ()


def _environment() -> dict[str, str]:
    """The application's own; the package must be found and libraries start no threads."""
    root = str(Path(reader.__file__).parents[1])
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONPATH": path, "PYTHONWARNINGS": "ignore"}

"""The program a codec process runs: frames come in through a pipe, samples go out.

`python -m reader.formats.pixels.codec_process`. A codec that crashes, hangs or eats memory takes
down this process and not the application. It imports no more than it needs: 0.1 s.
"""

from __future__ import annotations

import faulthandler
import mmap
import os
import signal
import struct
import sys
from contextlib import suppress
from typing import IO, Final

from reader.formats.pixels.codec_decode import decode_frame, listen
from reader.formats.pixels.codec_frame import PACKED_BYTES, CodecError, FrameFormat

REQUEST: Final = struct.Struct(f"<{PACKED_BYTES}sQi")
"""The frame's format, how many bytes it has, and the slot of shared memory where they are
and where the samples go (`THROUGH_THE_PIPE` = none: both follow in the pipes)."""
REPLY: Final = struct.Struct("<BQ")
"""Whether it was decoded, then how many bytes of samples: in the slot, or following."""
SLOTS: Final = 2
SLOT_BYTES: Final = 8 << 20
FRAME_BYTES: Final = 4 << 20
"""The first part of a slot is for the frame, the rest for its samples."""
THROUGH_THE_PIPE: Final = -1
READY: Final = b"R"
DECODED: Final = 0
REFUSED: Final = 1

_MEMORY_BASE: Final = 2 << 30
"""Address space, of which libraries reserve far more than they use."""
_MEMORY_PER_BYTE: Final = 24
"""OpenJPEG works in 32 bits a sample and keeps several copies."""


def main() -> None:
    """Decode until the pipe is closed. The argument: a file descriptor of shared memory."""
    shared: memoryview | None = None
    _leave_no_core()
    if len(sys.argv) > 1:
        shared = memoryview(mmap.mmap(int(sys.argv[1]), SLOTS * SLOT_BYTES))
    listen()
    # What a library prints must not get between the samples.
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    replies.write(READY)
    with suppress(BrokenPipeError, KeyboardInterrupt):
        while (head := _read(requests, REQUEST.size)) is not None:
            packed, length, slot = REQUEST.unpack(head)
            wanted = FrameFormat.unpack(packed)
            if slot == THROUGH_THE_PIPE or shared is None:
                frame = _read(requests, length)
                if frame is None:
                    return
                status, samples = _decoded(bytes(frame), wanted)
                replies.write(REPLY.pack(status, len(samples)))
                _write(replies, samples)
            else:
                place = shared[slot * SLOT_BYTES :][:SLOT_BYTES]
                status, samples = _decoded(bytes(place[:length]), wanted)
                place[FRAME_BYTES:][: len(samples)] = samples
                replies.write(REPLY.pack(status, len(samples)))


def _decoded(frame: bytes, wanted: FrameFormat) -> tuple[int, memoryview]:
    """The reply to one request."""
    _limit_memory(_MEMORY_BASE + _MEMORY_PER_BYTE * wanted.decoded_bytes)
    _limit_time(wanted.limit_s)
    try:
        samples = decode_frame(frame, wanted)
    except (CodecError, MemoryError):
        return REFUSED, memoryview(b"")
    finally:
        _limit_time(0)
    return DECODED, samples.reshape(-1).view("u1").data


def _leave_no_core() -> None:
    """A crash must not write what is in memory, a patient's image, to the disk."""
    if sys.platform != "win32":
        import resource

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(limit_s: float) -> None:
    """End this process after so long, whatever a codec is doing; 0 = not any more.

    The application would do it, but may no longer be there.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, limit_s)
    elif limit_s:
        faulthandler.dump_traceback_later(limit_s, exit=True, file=2)
    else:
        faulthandler.cancel_dump_traceback_later()


def _limit_memory(most: int) -> None:
    if sys.platform != "win32":
        import resource

        # More than the machine has would take the application down with it.
        machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        most = min(most, max(_MEMORY_BASE, machine))
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _read(pipe: IO[bytes], length: int) -> bytearray | None:
    """Exactly so many bytes; None when the pipe is closed."""
    found = bytearray(length)
    view = memoryview(found)
    filled = 0
    while filled < length:
        count = pipe.readinto(view[filled:])  # type: ignore[attr-defined]
        if not count:
            return None
        filled += count
    return found


def _write(pipe: IO[bytes], data: memoryview) -> None:
    while len(data):
        data = data[pipe.write(data) :]


if __name__ == "__main__":
    main()

"""The program a codec process runs: frames come in through a pipe, samples go out.

`python -m reader.formats.codec_process`. A codec that crashes, hangs or eats memory takes
down this process and not the application. It imports no more than it needs: 0.1 s.
"""

from __future__ import annotations

import faulthandler
import os
import struct
import sys
from contextlib import suppress
from typing import IO, Final

from reader.formats.codec_decode import decode_frame, listen
from reader.formats.codec_frame import PACKED_BYTES, CodecError, FrameFormat

REQUEST: Final = struct.Struct(f"<{PACKED_BYTES}sQ")
"""The frame's format, then how many bytes follow."""
REPLY: Final = struct.Struct("<BQ")
"""Whether it was decoded, then how many bytes follow: samples, or nothing."""
READY: Final = b"R"
DECODED: Final = 0
REFUSED: Final = 1

_MEMORY_BASE: Final = 2 << 30
"""Address space, of which libraries reserve far more than they use."""
_MEMORY_PER_BYTE: Final = 24
"""OpenJPEG works in 32 bits a sample and keeps several copies."""


def main() -> None:
    """Decode until the pipe is closed."""
    listen()
    # What a library prints must not get between the samples.
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    replies.write(READY)
    with suppress(BrokenPipeError, KeyboardInterrupt):
        while (head := _read(requests, REQUEST.size)) is not None:
            packed, length = REQUEST.unpack(head)
            frame = _read(requests, length)
            if frame is None:
                return
            _reply(replies, *_decoded(bytes(frame), FrameFormat.unpack(packed)))


def _decoded(frame: bytes, wanted: FrameFormat) -> tuple[int, memoryview]:
    """The reply to one request."""
    _limit_memory(_MEMORY_BASE + _MEMORY_PER_BYTE * wanted.decoded_bytes)
    # Ends this process when the application, which would do it, is no longer there.
    faulthandler.dump_traceback_later(wanted.limit_s, exit=True, file=2)
    try:
        samples = decode_frame(frame, wanted)
    except (CodecError, MemoryError):
        return REFUSED, memoryview(b"")
    finally:
        faulthandler.cancel_dump_traceback_later()
    return DECODED, samples.reshape(-1).view("u1").data


def _limit_memory(most: int) -> None:
    if sys.platform != "win32":
        import resource

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


def _reply(pipe: IO[bytes], status: int, body: memoryview) -> None:
    pipe.write(REPLY.pack(status, len(body)))
    while len(body):
        body = body[pipe.write(body) :]


if __name__ == "__main__":
    main()

"""The program a model's process runs: `python -m reader.inference.runners.worker [socket]`.

The first thing it does is to lower its priority, before anything is imported that starts
threads: on Linux each thread has its own, inherited from the one that started it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from reader.inference.runners.channel import Channel
    from reader.inference.runners.thread_runner import Open

_NICENESS: Final = 19
_FIRST_TO_GO: Final = 700
"""Of 1000: when memory runs out, Linux is to end this process and not the window."""


def main(opener: Callable[[], Open] | None = None) -> None:
    """Serve until the application goes away. `opener` gives tests models of their own."""
    lower_priority()
    _leave_no_core()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is meant for the application
    channel = _channel()

    from reader.inference.runners.serving import serve

    serve(channel, opener)


def lower_priority() -> None:
    """Give way to whatever is on the screen. For this thread and all that it starts."""
    if sys.platform == "win32":
        import psutil

        with suppress(psutil.Error):
            psutil.Process().nice(psutil.IDLE_PRIORITY_CLASS)
        return
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)
    if sys.platform == "linux":
        with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
            file.write(str(_FIRST_TO_GO))


def _leave_no_core() -> None:
    """A crash must not write what is in memory, a patient's image, to the disk."""
    if sys.platform != "win32":
        import resource

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _channel() -> Channel:
    """The way back to the application: the socket named, or else the standard pipes."""
    from reader.inference.runners.channel import Channel, PipeWire, SocketWire

    if sys.argv[-1].isdigit():
        import socket

        return Channel(SocketWire(socket.socket(fileno=int(sys.argv[-1]))))
    # What a library prints must not get between the messages.
    outgoing = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    incoming = os.fdopen(os.dup(0), "rb", buffering=0)
    return Channel(PipeWire(incoming, outgoing))


if __name__ == "__main__":
    main()

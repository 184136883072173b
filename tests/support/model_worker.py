"""A model's process whose one model does what the id of a run says: goes well, or wrong."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from pathlib import Path

from reader.core.text import say
from reader.inference.runners.worker import main

STAGES = (say("Near the beginning"), say("In the middle"), say("Near the end"))


def command() -> list[str]:
    """What starts such a process."""
    return [sys.executable, "-P", "-m", "tests.support.model_worker"]


def opener():
    """Gives the opening of a model that does what the id of each run says."""
    from reader.core.cancel import Progress
    from reader.inference.chest_ct.adapter import TaskPipeline
    from tests.support.chest import BallNetwork

    class Model:
        """One model for every kind of run."""

        def run(self, request, place, report, cancel, focus):
            kind, _, more = request.run_id.partition("=")
            report(Progress(0, 9, say("Begun"), ((0, 1),) * 3))
            if kind == "chatty":
                _talk(report)
            if kind == "pauses":
                for stage in STAGES:
                    report(Progress(0, 9, stage))
                    threading.Event().wait(0.3)
            while kind == "follows" and focus.place_lps_mm == request.focus_lps_mm:
                cancel.check()
                report(Progress(0, 9, say("Waiting"), ((0, 1),) * 3))
            act(kind, more)
            return TaskPipeline(BallNetwork()).run(request, place, report, cancel, focus)

        def explain(self, request, place, report, cancel):
            return TaskPipeline(BallNetwork()).explain(request, place, report, cancel)

    def _talk(report) -> None:
        """Report far more than anybody can look at."""
        import numpy as np

        labels = np.ones((64, 64, 64), np.uint16)
        for done in range(500):
            report(Progress(done, 4000, say("Talking"), ((0, 64),) * 3, labels))

    return lambda _spec: Model()


def act(kind: str, more: str) -> None:
    """What goes wrong."""
    match kind:
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "crashes":
            ctypes.string_at(0)
        case "raises":
            raise KeyError("a name that must not be told")
        case "eats memory":
            import resource

            most = 256 << 20
            with open("/proc/self/statm") as file:  # noqa: PTH123
                now = int(file.read().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (now + most, now + most))
            bytearray(4 * most)
        case "waits":
            Path(more).write_text(str(os.getpid()))
            signal.pause()


if __name__ == "__main__":
    main(opener)

"""The `Runner` of the application: models in a process of their own, at the lowest priority.

The window never imports PyTorch and never shares its interpreter with a model. A library
that crashes, or memory that runs out, ends that process and nothing else.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reader.core import errors
from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import Cancelled, InferenceError, ReaderError
from reader.core.explanation import ExplainRequest, Explanation
from reader.core.focus import Focus
from reader.core.geometry import Point
from reader.core.model import InferenceRequest, InferenceResult, ModelSpec
from reader.core.text import say
from reader.inference.runners.messages import (
    OUT_OF_MEMORY,
    Failed,
    Finished,
    Look,
    Ready,
    Reported,
    Run,
    Stop,
    WorkerLostError,
)

if TYPE_CHECKING:
    from reader.inference.runners.worker_process import WorkerProcess

_STEP_S: Final = 0.03
"""How soon a wish to stop, or another place looked at, is passed on."""
_STOP_LIMIT_S: Final = 3.0
"""A process that has not stopped so long after it was told to is ended."""
_START_LIMIT_S: Final = 120.0

Models = Path | Callable[[], tuple[ModelSpec, ...]]
"""A folder of packs, or what lists the models that can be run."""

_log = logging.getLogger(__name__)


def worker_command() -> list[str]:
    """What starts a model's process. A frozen build, which has no -m, needs another.

    Without -P, modules would be imported from the current folder, which may be anybody's.
    """
    return [sys.executable, "-P", "-m", "reader.inference.runners.worker"]


class ProcessRunner:
    """Runs the models that are listed, one at a time, in a process that keeps the last one warm.

    Thread-safe. `command` starts the process; see `worker_command`.
    """

    def __init__(
        self, models: Models, command: Callable[[], Sequence[str]] = worker_command
    ) -> None:
        self._models = models
        self._command = command
        self._running = threading.Lock()
        self._starting = threading.Lock()
        self._worker: WorkerProcess | None = None
        self._is_ready = False
        self._runs = 0

    @property
    def process_id(self) -> int | None:
        """The process that runs models, while there is one."""
        worker = self._worker
        return worker.pid if worker is not None and worker.is_alive else None

    def specs(self) -> tuple[ModelSpec, ...]:
        """The models that can be run."""
        # Cards are checked with pydantic, which the first window does without.
        from reader.inference.packs.registry import load_specs

        return load_specs(self._models) if isinstance(self._models, Path) else self._models()

    def warm(self) -> None:
        """See `core.model.Runner.warm`: the first run need not wait for PyTorch then."""
        with suppress(OSError):
            self._started()

    def close(self) -> None:
        """See `core.model.Runner.close`. A run that is under way fails."""
        with self._starting:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()

    def run(
        self,
        request: InferenceRequest,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus | None = None,
    ) -> InferenceResult:
        """See `core.model.Runner.run`."""
        result = self._asked(request, report, cancel, focus or Focus(request.focus_lps_mm))
        if not isinstance(result, InferenceResult):
            raise TypeError(type(result).__name__)
        return result

    def explain(
        self, request: ExplainRequest, report: ReportProgress, cancel: CancelToken
    ) -> Explanation:
        """See `core.model.Runner.explain`."""
        result = self._asked(request, report, cancel, Focus())
        if not isinstance(result, Explanation):
            raise TypeError(type(result).__name__)
        return result

    def _asked(
        self,
        request: InferenceRequest | ExplainRequest,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus,
    ) -> InferenceResult | Explanation:
        cancel.check()
        with self._running:
            cancel.check()
            report(Progress(0, 0, say("Loading the model")))
            try:
                return self._run(request, report, cancel, focus)
            except WorkerLostError as lost:
                _log.warning("The model's process ended with %s", lost.code)
                raise _lost(lost.code) from None
            except MemoryError:
                raise _lost(OUT_OF_MEMORY) from None

    def _run(
        self,
        request: InferenceRequest | ExplainRequest,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus,
    ) -> InferenceResult | Explanation:
        """Run it in the process, or in a fresh one if that had gone before it heard of it."""
        worker = self._ready(cancel)
        self._runs += 1
        message = Run(self._runs, request, focus.place_lps_mm)
        try:
            worker.send(message)
        except WorkerLostError:
            worker = self._ready(cancel)
            worker.send(message)
        try:
            return _Conversation(worker, message, report, cancel, focus).answer()
        except (Cancelled, ReaderError):
            if not worker.is_alive:
                self._abandon(worker)
                self.warm()
            raise
        except BaseException:
            self._abandon(worker)  # what it still says belongs to nobody
            raise

    def _started(self) -> WorkerProcess:
        """The process, started if there is none. Raises: OSError."""
        # The window opens without the means to talk to it.
        from reader.inference.runners.worker_process import WorkerProcess

        with self._starting:
            if self._worker is not None and not self._worker.is_alive:
                self._worker.end()
                self._worker = None
            if self._worker is None:
                self._worker, self._is_ready = WorkerProcess(self._command()), False
            return self._worker

    def _ready(self, cancel: CancelToken) -> WorkerProcess:
        """The process when it can run. Raises: Cancelled, InferenceError."""
        try:
            worker = self._started()
            until = time.monotonic() + _START_LIMIT_S
            while not self._is_ready:
                cancel.check()
                self._is_ready = isinstance(worker.receive(_STEP_S), Ready)
                if time.monotonic() > until:
                    raise WorkerLostError(None)
        except (OSError, WorkerLostError) as error:
            self.close()
            _log.warning("The model's process does not start: %s", error)
            raise InferenceError(
                say("The program that runs models does not start."),
                say("Start the application again. If that does not help, install it again."),
            ) from None
        return worker

    def _abandon(self, worker: WorkerProcess) -> None:
        with self._starting:
            if self._worker is worker:
                self._worker = None
        worker.end()


class _Conversation:
    """One run: what the process says about it, and what is said to it meanwhile."""

    def __init__(
        self,
        worker: WorkerProcess,
        message: Run,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus,
    ) -> None:
        self._worker = worker
        self._run = message.run
        self._looked_at: Point | None = message.focus_lps_mm
        self._report = report
        self._cancel = cancel
        self._focus = focus
        self._stop_by: float | None = None

    def answer(self) -> InferenceResult | Explanation:
        """Wait for the end. Raises: as `Runner.run`; WorkerLostError."""
        while True:
            message = self._worker.receive(_STEP_S)
            self._pass_on()
            if getattr(message, "run", None) != self._run:
                continue
            if isinstance(message, Finished):
                self._cancel.check()
                return message.result
            if isinstance(message, Failed):
                raise _error(message)
            if isinstance(message, Reported):
                for progress in message.reports:
                    if not self._cancel.is_cancelled:
                        self._report(progress)

    def _pass_on(self) -> None:
        """Tell the process to stop, or where the reader looks now."""
        if self._cancel.is_cancelled:
            now = time.monotonic()
            if self._stop_by is None:
                self._stop_by = now + _STOP_LIMIT_S
                self._worker.send(Stop(self._run))
            elif now > self._stop_by:
                self._worker.end()
                raise Cancelled
            return
        place = self._focus.place_lps_mm
        if place != self._looked_at:
            self._looked_at = place
            self._worker.send(Look(self._run, place))


def _error(failed: Failed) -> Exception:
    """The error that ended a run, as it was raised."""
    if failed.what_happened is None or failed.what_to_do is None:
        return Cancelled()
    kind = getattr(errors, failed.kind, InferenceError)
    error: ReaderError = kind(failed.what_happened, failed.what_to_do)
    return error


def _lost(code: int | None) -> InferenceError:
    """What is said when the process is gone."""
    killed = sys.platform != "win32" and code == -signal.SIGKILL
    if killed or code == OUT_OF_MEMORY:
        return InferenceError(
            say("The system stopped the model, most likely because memory ran out."),
            say("Close other programs and run it again. Nothing else was lost."),
        )
    return InferenceError(
        say("The model crashed ({code}).", code=_ending(code)),
        say("Nothing else was lost. Run it again; if it happens again, run `reader doctor`."),
    )


def _ending(code: int | None) -> str:
    """A signal by its name, or the number a process ended with."""
    if code is not None and code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return str(code)

"""A model that runs for as long as something beside it is measured."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QApplication

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import ModelUnavailableError
from reader.core.model import InferenceRequest, InferenceResult, Runner
from reader.core.study import Series
from reader.core.text import say
from reader.core.volume import Volume
from reader.session.jobs import JobKind
from reader.session.workspace import Workspace

PATIENCE_S: Final = 180.0


class BusyModel:
    """Runs the first model on a volume through the session's queue, again and again.

    Its progress reaches the viewports as in the application. Its results are dropped.
    """

    def __init__(
        self, workspace: Workspace, runner: Runner, series: Series, volume: Volume
    ) -> None:
        self._workspace = workspace
        self._runner = runner
        self._series = series
        self._volume = volume
        self._is_over = False
        self._windows = 0

    def start(self) -> None:
        """Start. Raises: ModelUnavailableError: there is none."""
        if not self._runner.specs():
            raise ModelUnavailableError(
                say("No model is installed to run beside the viewports."),
                say("The folder `models` lists what is there; its README says how to add one."),
            )
        self._submit()

    def wait_for_first_window(self, meanwhile: Callable[[], object]) -> None:
        """Go on with something until the model has computed its first window.

        What comes before, above all importing PyTorch, happens once and is not what a
        reader beside a running model feels. Raises: ModelUnavailableError.
        """
        until = time.monotonic() + PATIENCE_S
        while not self._windows:
            if not self.is_running or time.monotonic() > until:
                raise _stopped()
            meanwhile()

    @property
    def is_running(self) -> bool:
        """Whether it is at work."""
        return self._workspace.jobs.running(JobKind.INFERENCE) is not None

    def check(self) -> None:
        """Raises: ModelUnavailableError: it has stopped by itself."""
        if not self.is_running:
            raise _stopped()

    def stop(self) -> None:
        """Stop, and wait until it has."""
        self._is_over = True
        self._workspace.jobs.cancel_kind(JobKind.INFERENCE)
        while self.is_running:
            QApplication.processEvents()

    def _submit(self) -> None:
        shape = self._volume.geometry.shape_kji
        self._workspace.live.begin(self._series.key, shape, self._runner.specs()[0])
        self._workspace.jobs.submit(
            JobKind.INFERENCE,
            say("Benchmark"),
            self._work,
            lambda _result: None if self._is_over else self._submit(),
            self._progressed,
        )

    def _work(self, report: ReportProgress, cancel: CancelToken) -> InferenceResult:
        spec = self._runner.specs()[0]
        request = InferenceRequest(uuid.uuid4().hex, self._series.key, self._volume, spec)
        return self._runner.run(request, report, cancel)

    def _progressed(self, progress: Progress) -> None:
        """As a run in the application does it: what is seen so far grows over the images."""
        self._windows += 1
        self._workspace.live.take(self._series.key, progress)


def _stopped() -> ModelUnavailableError:
    return ModelUnavailableError(
        say("The model stopped while the frames were measured."), say("Run `reader doctor`.")
    )

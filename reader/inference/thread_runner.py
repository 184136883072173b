"""The `Runner` that runs PyTorch in a thread of this process.

PyTorch takes seconds to import, so that is left to the first run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import Cancelled, InferenceError, ReaderError
from reader.core.model import InferenceRequest, InferenceResult, ModelSpec
from reader.core.text import say
from reader.inference.own_thread import run_in_own_thread

if TYPE_CHECKING:
    from torch import nn

_log = logging.getLogger(__name__)

LoadNetwork = Callable[[ModelSpec], "nn.Module"]


class TorchRunner:
    """Runs the packs of one folder. Keeps the last network in memory for the next run.

    `beside_a_screen`: leave the user interface its cores, at the lowest priority.
    `load` replaces the loading of networks in tests.
    """

    def __init__(
        self,
        models_folder: Path,
        *,
        beside_a_screen: bool = True,
        load: LoadNetwork | None = None,
    ) -> None:
        self._folder = models_folder
        self._beside_a_screen = beside_a_screen
        self._load = load
        self._warm: tuple[str, nn.Module] | None = None

    def specs(self) -> tuple[ModelSpec, ...]:
        """The models of the folder, by id."""
        # Cards are checked with pydantic, which the first window does without.
        from reader.inference.registry import load_specs

        return load_specs(self._folder)

    def run(
        self, request: InferenceRequest, report: ReportProgress, cancel: CancelToken
    ) -> InferenceResult:
        """See `core.model.Runner.run`. Blocks; the work is done in a thread of its own."""
        return run_in_own_thread(
            lambda: self._run(request, report, cancel), low_priority=self._beside_a_screen
        )

    def _run(
        self, request: InferenceRequest, report: ReportProgress, cancel: CancelToken
    ) -> InferenceResult:
        try:
            cancel.check()
            report(Progress(0, 0, say("Loading the model")))
            from reader.inference.device import choose_device
            from reader.inference.loading import pipeline_of

            device = choose_device(request.device)
            network = self._network(request.spec)
            return pipeline_of(request.spec)(
                request,
                network,
                device,
                report,
                cancel,
                beside_a_screen=self._beside_a_screen,
            )
        except (Cancelled, ReaderError):
            raise
        except Exception as error:
            _log.exception("The model failed")
            raise InferenceError(
                say("The model stopped with an error ({kind}).", kind=type(error).__name__),
                say("Run it again; if it happens again, run `reader doctor`."),
            ) from error

    def _network(self, spec: ModelSpec) -> nn.Module:
        if self._warm is None or self._warm[0] != spec.identity.sha256:
            from reader.inference.loading import load_network

            self._warm = None
            self._warm = (spec.identity.sha256, (self._load or load_network)(spec))
        return self._warm[1]

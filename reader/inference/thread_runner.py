"""The `Runner` that runs PyTorch in a thread of this process."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import Cancelled, InferenceError, ModelUnavailableError, ReaderError
from reader.core.model import InferenceRequest, InferenceResult, ModelSpec
from reader.core.text import say
from reader.inference.device import choose_device, run_in_own_thread
from reader.inference.lungs_and_nodules import run_lungs_and_nodules
from reader.inference.networks import ARCHITECTURES
from reader.inference.registry import check_weights, load_specs

_log = logging.getLogger(__name__)

Pipeline = Callable[..., InferenceResult]

PIPELINES: Final[Mapping[str, Pipeline]] = {"lungs-and-nodules": run_lungs_and_nodules}
"""What can be done with a network, by the `task` of its card."""

LoadNetwork = Callable[[ModelSpec], nn.Module]


def load_network(spec: ModelSpec) -> nn.Module:
    """Build the architecture a card names and fill it with the checked weights.

    Raises: ModelUnavailableError: unknown architecture, or weights that are not the
        card's or do not fit.
    """
    check_weights(spec)
    build = ARCHITECTURES.get(spec.architecture)
    if build is None or spec.task not in PIPELINES:
        raise ModelUnavailableError(
            say("The model {name} needs a newer Reading Room.", name=spec.identity.name),
            say("Update Reading Room, or choose another model."),
        )
    network = build()
    try:
        network.load_state_dict(load_file(spec.weights))
    except (SafetensorError, RuntimeError, OSError) as error:
        raise ModelUnavailableError(
            say("The weights of the model {name} do not fit.", name=spec.identity.name),
            say("Restore the model's folder from where it came from."),
        ) from error
    network = network.float().eval()
    return network.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload,no-any-return]


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
        load: LoadNetwork = load_network,
    ) -> None:
        self._folder = models_folder
        self._beside_a_screen = beside_a_screen
        self._load = load
        self._warm: tuple[str, nn.Module] | None = None

    def specs(self) -> tuple[ModelSpec, ...]:
        """The models of the folder, by id."""
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
            device = choose_device(request.device)
            network = self._network(request.spec)
            return PIPELINES[request.spec.task](
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
            self._warm = None
            self._warm = (spec.identity.sha256, self._load(spec))
        return self._warm[1]

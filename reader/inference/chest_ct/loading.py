"""From a checked card to a network with its weights and the pipeline that uses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from reader.core.errors import ModelUnavailableError
from reader.core.explanation import Explanation
from reader.core.model import InferenceResult, ModelSpec
from reader.core.text import say
from reader.inference.chest_ct.lungs_and_nodules import run_lungs_and_nodules
from reader.inference.chest_ct.networks import ARCHITECTURES
from reader.inference.packs.registry import check_weights

Pipeline = Callable[..., InferenceResult]
Explainer = Callable[..., Explanation]

PIPELINES: Final[Mapping[str, Pipeline]] = {"lungs-and-nodules": run_lungs_and_nodules}
"""What can be done with a network, by the `task` of its card."""


def pipeline_of(spec: ModelSpec) -> Pipeline:
    """The pipeline for a card's task.

    Raises: ModelUnavailableError: this version knows no such task.
    """
    try:
        return PIPELINES[spec.task]
    except KeyError:
        raise _needs_newer(spec) from None


def explainer_of(spec: ModelSpec) -> Explainer:
    """What asks the network of a card's task why. Raises: ModelUnavailableError: as above."""
    from reader.inference.chest_ct.explaining import explain_nodule

    if spec.task not in PIPELINES:
        raise _needs_newer(spec)
    return explain_nodule


def load_network(spec: ModelSpec) -> nn.Module:
    """Build the architecture a card names and fill it with the checked weights.

    Raises: ModelUnavailableError: unknown architecture, or weights that are not the
        card's or do not fit.
    """
    check_weights(spec)
    build = ARCHITECTURES.get(spec.architecture)
    if build is None:
        raise _needs_newer(spec)
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


def _needs_newer(spec: ModelSpec) -> ModelUnavailableError:
    return ModelUnavailableError(
        say("The model {name} needs a newer Reading Room.", name=spec.identity.name),
        say("Update Reading Room, or choose another model."),
    )

"""Every network that a card may name for its weights. Nothing is imported by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import torch
from torch import nn

from reader.core.errors import ModelUnavailableError
from reader.core.text import say
from reader.inference.adapters.nnunet.networks import build_unet
from reader.inference.chest_ct.networks import ARCHITECTURES
from reader.inference.networks.monai_networks import (
    MOST_VALUES,
    PREFIX,
    build_network,
    is_network,
)

_NNUNET: Final = frozenset({"PlainConvUNet", "ResidualEncoderUNet", "ResidualUNet"})
_TABLES: Final = 1 << 24
_CHANNELS: Final = frozenset({"input_channels", "num_classes"})


def build(name: str, arguments: Mapping[str, Any], most_values: int = MOST_VALUES) -> nn.Module:
    """The network of a name, with weights that mean nothing yet.

    Names: our own half-resolution U-Nets (see `chest_ct.networks`), nnU-Net's
    `PlainConvUNet`, `ResidualEncoderUNet`, `ResidualUNet` with nnU-Net's `arch_kwargs` and
    `input_channels` and `num_classes`, and `monai.networks.nets.…` with MONAI's arguments.

    Raises: ModelUnavailableError: the name is not known, or its arguments are not allowed.
    """
    if name in ARCHITECTURES:
        return AtFullResolution(ARCHITECTURES[name]())
    if name.rpartition(".")[2] in _NNUNET and not name.startswith(PREFIX):
        return _nnunet(name, arguments)
    if is_network(name):
        return build_network(name, arguments, most_values)
    raise ModelUnavailableError(
        say("The network {name} is not one that Reading Room builds.", name=name[:80]),
        say("Nothing of the model was run. models/README.md lists the networks."),
    )


def room_for(tensors: Mapping[str, torch.Tensor]) -> int:
    """How many values the network of some weights may have: theirs, and tables it makes."""
    return min(MOST_VALUES, sum(one.numel() for one in tensors.values()) + _TABLES)


def fill(network: nn.Module, tensors: Mapping[str, torch.Tensor], name: str) -> nn.Module:
    """Put weights into a network, all of them and no others; ready to be asked.

    Raises: ModelUnavailableError: they do not fit.
    """
    inner = network.network if isinstance(network, AtFullResolution) else network
    try:
        on_meta = any(p.is_meta for p in inner.parameters())
        inner.load_state_dict({k: v.float() if v.is_floating_point() else v
                               for k, v in tensors.items()}, assign=on_meta)  # fmt: skip
    except (RuntimeError, KeyError, TypeError) as error:
        raise ModelUnavailableError(
            say("The weights of the model {name} do not fit.", name=name),
            say("Restore the model's folder from where it came from."),
        ) from error
    for parameter in network.parameters():
        parameter.requires_grad = False
    return network.float().eval()


class FirstOutput(nn.Module):
    """A network that may return several things, as one that returns the segmentation."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        """Logits."""
        return first_output(self.network(windows))


def first_output(said: Any) -> torch.Tensor:  # noqa: ANN401 - what networks return differs
    """The segmentation among what a network returns."""
    if isinstance(said, dict):
        said = next(iter(said.values()))
    found: torch.Tensor = said[0] if isinstance(said, list | tuple) else said
    return found


class AtFullResolution(nn.Module):
    """A network with an output at half resolution, interpolated to the size of its input."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        """Logits at the input's resolution."""
        return nn.functional.interpolate(
            self.network(windows), size=windows.shape[2:], mode="trilinear"
        )


def _nnunet(name: str, arguments: Mapping[str, Any]) -> nn.Module:
    counts = {key: arguments.get(key) for key in _CHANNELS}
    if not all(isinstance(n, int) and 1 <= n <= 1024 for n in counts.values()):
        raise ModelUnavailableError(
            say("The network {name} cannot be built ({why}).", name=name.rpartition(".")[2],
                why="input_channels and num_classes must be given"),
            say("Get the model again from where it came from."),
        )  # fmt: skip
    rest = {key: value for key, value in arguments.items() if key not in _CHANNELS}
    network = build_unet(name, rest, int(counts["input_channels"] or 1),
                         int(counts["num_classes"] or 1))  # fmt: skip
    return network.eval()

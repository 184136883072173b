"""The ways a network can be computed, fastest first, by what this machine has."""

from __future__ import annotations

import copy
import enum
import logging
import warnings
from collections.abc import Callable, Sequence
from typing import Final

import torch
from torch import nn

from reader.inference.engine import openvino_network
from reader.inference.engine.device import fast_numbers, number_format
from reader.inference.engine.sliding import Network

_log = logging.getLogger(__name__)


class Way(enum.Enum):
    """How windows are computed. The value is its name for people."""

    OPENVINO_BF16 = "OpenVINO, bfloat16"
    TORCH_FAST = "PyTorch, bfloat16"
    OPENVINO_FULL = "OpenVINO"
    TORCH_FULL = "PyTorch"

    @property
    def is_full(self) -> bool:
        """Whether it computes in full precision."""
        return self in (Way.OPENVINO_FULL, Way.TORCH_FULL)


def ways_on(device: torch.device, network: Network) -> tuple[Way, ...]:
    """The ways for a network on a device, fastest first; plain PyTorch is always the last.

    What is no module is a way of its own and taken as it is.
    """
    if not isinstance(network, nn.Module):
        return (Way.TORCH_FULL,)
    fast = fast_numbers(device)
    ways = []
    if device.type == "cpu" and openvino_network.is_installed():
        ways = [Way.OPENVINO_BF16, Way.TORCH_FAST, Way.OPENVINO_FULL] if fast else [
            Way.OPENVINO_FULL
        ]  # fmt: skip
    elif fast:
        ways = [Way.TORCH_FAST]
    return (*ways, Way.TORCH_FULL)


def prepared(
    network: Network, way: Way, shape: Sequence[int], device: torch.device, threads: int
) -> Network:
    """A network ready to be asked for windows of `shape` (n, channels, …) in a way.

    Raises: CannotCompileError: this way does not know an operation of the network.
    """
    if not isinstance(network, nn.Module):
        return network
    network.eval()
    make = _MAKERS[way]
    return make(network, shape, device, threads)


def _plain(
    network: nn.Module, _shape: Sequence[int], device: torch.device, _threads: int
) -> Network:
    return network if device.type == "cpu" else copy.deepcopy(network).to(device)


def _fast(network: nn.Module, shape: Sequence[int], device: torch.device, _threads: int) -> Network:
    """Mixed precision on weights that lie as the fast convolutions read them."""
    layout = torch.channels_last_3d if len(shape) == 5 else torch.channels_last
    ready = fused(network).to(device)
    ready = ready.to(memory_format=layout)  # type: ignore[call-overload]

    def run(windows: torch.Tensor) -> torch.Tensor:
        with number_format(device, fast=True):
            said: torch.Tensor = ready(windows.contiguous(memory_format=layout))
        return said

    return run


def _openvino(
    *, bfloat16: bool
) -> Callable[[nn.Module, Sequence[int], torch.device, int], Network]:
    def make(
        network: nn.Module, shape: Sequence[int], _device: torch.device, threads: int
    ) -> Network:
        return openvino_network.OpenVinoNetwork(network, shape, bfloat16=bfloat16, threads=threads)

    return make


_MAKERS: Final = {
    Way.TORCH_FULL: _plain,
    Way.TORCH_FAST: _fast,
    Way.OPENVINO_FULL: _openvino(bfloat16=False),
    Way.OPENVINO_BF16: _openvino(bfloat16=True),
}


def fused(network: nn.Module) -> nn.Module:
    """A copy with batch normalisation folded into the convolutions before it.

    Equal but for rounding (2e-6 of the logits). A network whose structure cannot be followed
    is copied as it is.
    """
    with warnings.catch_warnings():
        # Importing it imports something deprecated that is not used here.
        warnings.simplefilter("ignore", DeprecationWarning)
        from torch.fx.experimental.optimization import fuse
    try:
        folded: nn.Module = fuse(network, inplace=False)
    except Exception:  # noqa: BLE001 - torch.fx raises anything at what it cannot follow
        _log.debug("Batch normalisation was not folded")
        return copy.deepcopy(network)
    return folded

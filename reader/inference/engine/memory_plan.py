"""What a run will need, before it runs, against what is free."""

from __future__ import annotations

import copy
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import psutil
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from reader.inference.engine.backends import Way
from reader.inference.engine.sliding import HELD_BYTES, Network
from reader.inference.engine.windows import WindowSettings, plan_windows

WAY_FACTOR: Final = {
    Way.TORCH_FULL: 2.0,
    Way.TORCH_FAST: 1.6,
    Way.OPENVINO_FULL: 2.8,
    Way.OPENVINO_BF16: 2.3,
}
"""Measured peak of a pass over the float32 tensors alive at once: more because convolutions
take their input in another order of voxels, less where numbers are half as long."""

_UNKNOWN_LAYERS: Final = 64
"""Float32 values alive per voxel of a window, for a network that nobody can look into."""

_LARGEST_BATCH: Final = 8
_USABLE: Final = 0.9
"""The share of free memory that is planned with."""


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """The most bytes a run takes at once, by what for.

    `result` are the sums over windows, in memory; `held` what waits for its turn there;
    `window` is one pass of the network, on the device.
    """

    result: int
    held: int
    window: int

    @property
    def total(self) -> int:
        """All of it, for a run on the processor."""
        return self.result + self.held + self.window


def memory_need(
    network: Network,
    way: Way,
    shape: tuple[int, int, int],
    channels: int,
    classes: int,
    settings: WindowSettings,
    *,
    folds: int = 1,
    members: bool = False,
    held_bytes: int = HELD_BYTES,
) -> MemoryNeed:
    """What a run over an image of `shape` needs beyond the image and the weights.

    `held_bytes` is 0 for a run that nobody watches: in the plan's order nothing waits.
    """
    item = np.dtype(settings.accumulate).itemsize
    coarse = settings.stride**3
    voxels = int(np.prod([-(-n // settings.stride) for n in shape]))
    per_voxel = classes * (2 if members else 1)
    sums = voxels * item * (per_voxel * min(2, folds) + 1)
    size = int(np.prod(settings.size_kji))
    said = size // coarse * per_voxel * 4
    passes = activation_bytes(network, input_shape(settings, channels)) * WAY_FACTOR[way]
    # The network's answer, its sum over mirrorings and the product with the weights.
    window = int(passes) + 3 * said + size * channels * 4
    windows = len(plan_windows(shape, settings).windows)
    held = 0 if settings.rim or not held_bytes else min(held_bytes + said, windows * said)
    return MemoryNeed(sums, held, window)


def input_shape(settings: WindowSettings, channels: int, batch: int = 1) -> tuple[int, ...]:
    """The shape of what a network is given: without k when it is a 2-D one."""
    size = settings.size_kji[1:] if settings.is_2d else settings.size_kji
    return (batch, channels, *size)


def activation_bytes(network: Network, shape: Sequence[int]) -> int:
    """The most bytes of tensors alive during one pass, found without computing anything."""
    voxels = int(np.prod(shape[2:]))
    if not isinstance(network, nn.Module):
        return voxels * 4 * _UNKNOWN_LAYERS
    try:
        imagined = copy.deepcopy(network).to("meta")
        with torch.inference_mode(False), torch.no_grad(), _Peak() as peak:
            imagined(torch.zeros(*shape, device="meta"))
    except (RuntimeError, NotImplementedError):
        # An operation that only exists for real tensors.
        return voxels * 4 * _UNKNOWN_LAYERS
    return int(peak.most)


class _Peak(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Adds up the tensors that are alive, as each comes and goes."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._known: dict[int, int] = {}
        self._alive = 0
        self.most = 0

    def __torch_dispatch__(
        self,
        func: Any,  # noqa: ANN401 - as PyTorch declares it
        types: Any,  # noqa: ANN401
        args: Any = (),  # noqa: ANN401
        kwargs: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        result = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(result):
            if isinstance(tensor, torch.Tensor):
                self._note(tensor.untyped_storage())
        return result

    def _note(self, storage: torch.UntypedStorage) -> None:
        key = storage._cdata
        if key in self._known:
            return
        self._known[key] = storage.nbytes()
        self._alive += storage.nbytes()
        self.most = max(self.most, self._alive)
        weakref.finalize(storage, self._gone, key)

    def _gone(self, key: int) -> None:
        self._alive -= self._known.pop(key, 0)


def free_bytes(device: torch.device) -> int:
    """Memory that a run may take on a device now."""
    if device.type == "cuda":
        free, _total = torch.cuda.mem_get_info(device)
        return int(free * _USABLE)
    return int(psutil.virtual_memory().available * _USABLE)


def fitting_batch(window: int, device: torch.device) -> int:
    """How many windows at once: as many as fit on a graphics card, one on a processor."""
    if device.type != "cuda":
        return 1
    return max(1, min(_LARGEST_BATCH, free_bytes(device) // max(1, window)))


def held_within(need: MemoryNeed, free: int) -> int:
    """What may be held for the sake of order: a quarter of what the rest leaves free."""
    return max(0, min(HELD_BYTES, (free - need.result - need.window) // 4))

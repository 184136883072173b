"""Finding, in any network, the layers that a class activation map is made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class _Passed:
    module: nn.Module
    voxels: int


def encoder_stages(network: nn.Module, image: Tensor) -> tuple[nn.Module, ...]:
    """The last layer of the deepest stage, and that of the one before it if there is one.

    What is deepest is seen by running `image` (1, c, k, j, i) through: it is where the
    fewest voxels are left. A network that never gets coarser has its middle layer.
    """
    passed: list[_Passed] = []

    def note(module: nn.Module, _given: object, out: object) -> None:
        if isinstance(out, Tensor) and out.dim() == image.dim():
            passed.append(_Passed(module, out[0, 0].numel()))

    hooks = [module.register_forward_hook(note) for module in _leaves(network)]
    try:
        with torch.no_grad():
            network(image)
    finally:
        for hook in hooks:
            hook.remove()
    if not passed:
        return ()
    fewest = min(one.voxels for one in passed)
    if fewest == max(one.voxels for one in passed):
        return (passed[len(passed) // 2].module,)
    deepest = max(n for n, one in enumerate(passed) if one.voxels == fewest)
    first = min(n for n, one in enumerate(passed) if one.voxels == fewest)
    finer = _last_finer(passed[:first])
    return (passed[deepest].module,) if finer is None else (passed[deepest].module, finer)


def _leaves(network: nn.Module) -> Iterator[nn.Module]:
    for module in network.modules():
        if not any(module.children()):
            yield module


def _last_finer(before: list[_Passed]) -> nn.Module | None:
    """The last layer before the deepest stage that has weights or an activation of its own."""
    return before[-1].module if before else None

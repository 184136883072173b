"""Training that survives being killed: everything needed to go on, in one safetensors file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

CHECKPOINT_NAME: Final = "checkpoint.safetensors"


def save_checkpoint(
    folder: Path,
    step: int,
    network: nn.Module,
    average: nn.Module,
    optimizer: torch.optim.Optimizer,
    recipe: dict[str, Any],
) -> None:
    """Write to a temporary name, then rename, so that a checkpoint is whole or absent."""
    tensors: dict[str, Tensor] = {}
    for prefix, module in (("network", network), ("average", average)):
        for name, value in module.state_dict().items():
            tensors[f"{prefix}.{name}"] = value.detach().contiguous()
    for index, state in optimizer.state_dict()["state"].items():
        for name, value in state.items():
            tensors[f"optimizer.{index}.{name}"] = torch.as_tensor(value).contiguous()
    metadata = {"step": str(step), "recipe": json.dumps(recipe)}
    temporary = folder / (CHECKPOINT_NAME + ".part")
    save_file({k: v.clone() for k, v in tensors.items()}, temporary, metadata)
    temporary.replace(folder / CHECKPOINT_NAME)


def load_checkpoint(
    folder: Path, network: nn.Module, average: nn.Module, optimizer: torch.optim.Optimizer
) -> int:
    """Restore a run in place and return how many steps it has done."""
    parts: dict[str, dict[str, Tensor]] = {"network": {}, "average": {}, "optimizer": {}}
    with safe_open(folder / CHECKPOINT_NAME, "pt") as file:
        step = int(file.metadata()["step"])
        for key in file.keys():  # noqa: SIM118 - not a mapping
            prefix, name = key.split(".", 1)
            parts[prefix][name] = file.get_tensor(key)
    network.load_state_dict(parts["network"])
    average.load_state_dict(parts["average"])
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in parts["optimizer"].items():
        index, name = key.split(".")
        state.setdefault(int(index), {})[name] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    return step

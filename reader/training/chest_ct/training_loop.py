"""The optimisation: small enough for two CPU cores, resumable, seeded."""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.text import say
from reader.inference.chest_ct.networks import ARCHITECTURES, HEAT_CHANNEL, LUNG_CHANNEL
from reader.training.chest_ct.checkpoint import CHECKPOINT_NAME, load_checkpoint, save_checkpoint
from reader.training.chest_ct.hosts import Host
from reader.training.chest_ct.patches import Patch, make_patch

_HEAT_SCALE: Final = 0.1
_LUNG_SCALE: Final = 1.0
_GRADIENT_LIMIT: Final = 5.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the result, beside the hosts and the code."""

    architecture: str = "half-resolution-unet-16-32-64-96"
    seed: int = 20261121
    steps: int = 4500
    batch: int = 8
    learning_rate: float = 3e-3
    warm_up_share: float = 0.06
    weight_decay: float = 1e-4
    average_decay: float = 0.998
    checkpoint_every: int = 100
    threads: int = 2


@dataclass(frozen=True, slots=True)
class StepReport:
    """One line of the log."""

    step: int
    heat_loss: float
    lung_loss: float


def train(
    recipe: Recipe,
    hosts: Sequence[Host],
    shares: Sequence[float],
    folder: Path,
    report: ReportProgress,
    cancel: CancelToken,
    *,
    resume: bool = False,
    log: Callable[[StepReport], None] | None = None,
) -> nn.Module:
    """Train to the end and return the averaged network.

    Step n sees the same patches whenever it runs: its generator is seeded with
    (`seed`, n). Leaves a checkpoint in `folder` at intervals and when cancelled.

    Raises: Cancelled: between two steps, after a checkpoint was written.
    """
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(min(recipe.threads, os.cpu_count() or 1))
    network = _new_network(recipe)
    average = _new_network(recipe)
    average.load_state_dict(network.state_dict())
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    done = 0
    if resume and (folder / CHECKPOINT_NAME).exists():
        done = load_checkpoint(folder, network, average, optimizer)
    network.train()
    for step in range(done, recipe.steps):
        if cancel.is_cancelled:
            save_checkpoint(folder, step, network, average, optimizer, dataclasses.asdict(recipe))
            cancel.check()
        for group in optimizer.param_groups:
            group["lr"] = learning_rate_at(recipe, step)
        batch = make_batch(recipe, step, hosts, shares)
        heat_loss, lung_loss = _step(network, optimizer, batch)
        _follow(average, network, min(recipe.average_decay, (1 + step) / (10 + step)))
        report(Progress(step + 1, recipe.steps, say("Training")))
        if log is not None:
            log(StepReport(step + 1, heat_loss, lung_loss))
        if (step + 1) % recipe.checkpoint_every == 0 or step + 1 == recipe.steps:
            save_checkpoint(
                folder, step + 1, network, average, optimizer, dataclasses.asdict(recipe)
            )
    return average.eval()


def _new_network(recipe: Recipe) -> nn.Module:
    network = ARCHITECTURES[recipe.architecture]()
    return network.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload,no-any-return]


def learning_rate_at(recipe: Recipe, step: int) -> float:
    """Linear warm-up, then half a cosine down to a hundredth."""
    warm_up = max(1, round(recipe.steps * recipe.warm_up_share))
    if step < warm_up:
        return recipe.learning_rate * (step + 1) / warm_up
    share = (step - warm_up) / max(1, recipe.steps - warm_up)
    return recipe.learning_rate * max(0.01, 0.5 * (1 + math.cos(math.pi * share)))


Batch = tuple[Tensor, Tensor, Tensor, Tensor]


def make_batch(recipe: Recipe, step: int, hosts: Sequence[Host], shares: Sequence[float]) -> Batch:
    """Image, heat, weight and lung of step `step`; float32, batch first."""
    rng = np.random.default_rng((recipe.seed, step))
    patches = [make_patch(rng, hosts, shares) for _ in range(recipe.batch)]

    def stack(pick: Callable[[Patch], np.ndarray]) -> Tensor:
        return torch.from_numpy(np.stack([pick(p) for p in patches]).astype(np.float32))

    image = stack(lambda p: p.image).unsqueeze(1)
    image = image.contiguous(memory_format=torch.channels_last_3d)
    return image, stack(lambda p: p.heat), stack(lambda p: p.weight), stack(lambda p: p.lung)


def _step(
    network: nn.Module, optimizer: torch.optim.Optimizer, batch: Batch
) -> tuple[float, float]:
    image, heat, weight, lung = batch
    with torch.autocast("cpu", torch.bfloat16):
        logits = network(image)
    heat_loss = focal_loss(logits[:, HEAT_CHANNEL].float(), heat, weight)
    lung_loss = nn.functional.binary_cross_entropy_with_logits(
        logits[:, LUNG_CHANNEL].float(), lung
    )
    optimizer.zero_grad(set_to_none=True)
    (_HEAT_SCALE * heat_loss + _LUNG_SCALE * lung_loss).backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), _GRADIENT_LIMIT)
    optimizer.step()
    return float(heat_loss.detach()), float(lung_loss.detach())


def focal_loss(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Cross-entropy to a soft target, weighted by the squared error, summed per patch.

    Source: Li et al., Generalized Focal Loss, NeurIPS 2020 (quality focal loss, beta 2).
    """
    error = (torch.sigmoid(logits) - target).abs() ** 2
    entropy = nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    return (entropy * error * weight).sum() / logits.shape[0]


@torch.no_grad()
def _follow(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Move the averaged weights a little; batch statistics are averaged too."""
    current = network.state_dict()
    for name, value in average.state_dict().items():
        if value.is_floating_point():
            value.lerp_(current[name], 1 - decay)
        else:
            value.copy_(current[name])

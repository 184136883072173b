"""A trained folder with its networks in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from torch import nn

from reader.core.text import say
from reader.inference.adapters.nnunet.checkpoint import (
    Checkpoint,
    check_fits,
    fill,
    read_checkpoint,
)
from reader.inference.adapters.nnunet.folder import checkpoint_path, first_stage, fold_names
from reader.inference.adapters.nnunet.networks import build_unet, with_batch_norm
from reader.inference.adapters.nnunet.plans import Plans, damaged, read_plans, unsupported

_BATCH_NORM: Final = "nnUNetTrainerBN"
_OTHER_NETWORKS: Final = ("primus", "mednext", "umamba", "swin", "mamba")
"""Parts of the names of trainers that build a network of their own, in lower case."""

_NNUNET_TRAINER: Final = "nnUNetTrainer"
_OWN_VARIANTS: Final = (
    "", "BN", "NoMirroring", "_onlyMirror01", "NoDA", "DA5", "DAOrd0", "_DASegOrd0",
    "_DASegOrd0_NoMirroring", "_noDummy2DDA", "CELoss", "DiceLoss", "DiceCELoss_noSmooth",
    "TopkLoss", "DiceTopK10Loss", "DiceTopK10Loss_2000epochs", "NoDeepSupervision", "Adam",
    "Adan", "CosAnneal", "SkeletonRecall", "_probabilisticOversampling", "_warmup",
)  # fmt: skip
"""Trainers of nnU-Net and TotalSegmentator that keep the network of the plans."""


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """Plans, and one network per fold, in inference mode on the CPU.

    `first_stage` is that of a cascade, whose labels this one gets as channels.
    """

    plans: Plans
    networks: tuple[nn.Module, ...]
    mirror_axes: tuple[int, ...]
    trainer: str
    first_stage: Trained | None = None

    @property
    def known_trainer(self) -> bool:
        """Whether the trainer is one that leaves the network as the plans say."""
        plain = self.trainer.removeprefix(_NNUNET_TRAINER)
        length = plain.removeprefix("_").split("epochs")[0]
        return plain != self.trainer and (plain in _OWN_VARIANTS or length.isdigit())


def open_trained(folder: Path, folds: Sequence[str], *, filled: bool) -> Trained:
    """A trained folder; without `filled` only whether everything fits is looked at.

    Raises: ModelUnavailableError: damaged, refused, or not supported, and why.
    """
    if not folds:
        raise damaged("folds")
    checkpoints = [read_checkpoint(checkpoint_path(folder, fold)) for fold in folds]
    first = checkpoints[0]
    plans = read_plans(folder, first.configuration)
    if any(axis >= len(plans.patch) for axis in first.mirror_axes):
        raise damaged("inference_allowed_mirroring_axes")
    if first.trainer == _BATCH_NORM:
        plans = replace(plans, network_arguments=with_batch_norm(plans.network_arguments))
    _refuse_other_networks(first)
    stage = _first_stage(folder, plans, filled=filled)
    networks = []
    for checkpoint in checkpoints:
        network = build_unet(
            plans.network_class, plans.network_arguments, plans.inputs, plans.heads.count
        )
        check_fits(network, checkpoint.weights)
        if filled:
            networks.append(fill(network, checkpoint.weights))
    return Trained(plans, tuple(networks), first.mirror_axes, first.trainer, stage)


def _first_stage(folder: Path, plans: Plans, *, filled: bool) -> Trained | None:
    if not plans.previous:
        return None
    if plans.labels.kind != "spline" or plans.labels.order_apart:
        raise unsupported(say("This nnU-Net cascade resamples labels in its own way."))
    beside = first_stage(folder, plans.previous)
    folds = fold_names(beside)
    found = open_trained(beside, folds if filled else folds[:1], filled=filled)
    same = found.plans.channels == plans.channels and found.plans.heads == plans.heads
    if found.first_stage is not None or not same:
        raise damaged(plans.previous)
    return found


def _refuse_other_networks(checkpoint: Checkpoint) -> None:
    name = checkpoint.trainer.lower()
    if any(part in name for part in _OTHER_NETWORKS):
        raise unsupported(
            say(
                "The trainer {name} of this nnU-Net model builds a network of its own.",
                name=checkpoint.trainer,
            )
        )

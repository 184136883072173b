"""One question to one network: the map, checked."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import InferenceError
from reader.core.explanation import DeletionTest, ExplainMethod, WeightCheck
from reader.core.text import say
from reader.inference.explain.checks import LEVELS, check_deletion, check_weights_matter
from reader.inference.explain.maps import grad_cam, occlusion, target_of

_STEPS = LEVELS + 2


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked about. `image` float32 (c, k, j, i); `mask` on the network's output grid."""

    image: NDArray[np.float32]
    mask: NDArray[np.bool_]
    channel: int
    method: ExplainMethod
    is_checked: bool


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The map on the image's grid, 0 to 1, with what speaks for it."""

    scores: NDArray[np.float32]
    deletion: DeletionTest
    weights: WeightCheck | None


def ask(
    network: nn.Module,
    question: Question,
    device: torch.device,
    report: ReportProgress,
    cancel: CancelToken,
) -> Answer:
    """Map what the answer hung on. The network itself is left as it is.

    Raises: Cancelled: within one pass through the network. InferenceError: the finding is
        not in the image. ModelUnavailableError: captum is missing.
    """
    if not question.mask.any():
        raise InferenceError(
            say("The finding is too small for the model's grid."), say("Ask about another.")
        )
    own = _plain(network).to(device)
    image = torch.from_numpy(np.ascontiguousarray(question.image))[None].to(device)
    done = 0

    def map_of(asked: nn.Module) -> NDArray[np.float32]:
        nonlocal done
        report(Progress(done, _STEPS, say("Asking the model why")))
        done += 1
        target = target_of(asked, question.channel, question.mask, cancel)
        way = grad_cam if question.method is ExplainMethod.GRAD_CAM else occlusion
        return way(asked, image, target)

    scores = map_of(own)
    weights = None if question.is_checked else check_weights_matter(own, scores, map_of)
    target = target_of(own, question.channel, question.mask, cancel)
    return Answer(scores, check_deletion(image, scores, target), weights)


def _plain(network: nn.Module) -> nn.Module:
    """A copy in full precision whose layers leave their input alone, as hooks need it."""
    made = copy.deepcopy(network).float().eval()
    for module in made.modules():
        if getattr(module, "inplace", False):
            module.inplace = False  # type: ignore[assignment]
    for values in made.parameters():
        values.requires_grad_(True)
    return made

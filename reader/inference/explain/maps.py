"""Class activation maps and occlusion by captum, for what a segmentation network says.

Source: Selvaraju et al., Grad-CAM, ICCV 2017; Vinogradova et al., Towards Interpretable
Semantic Segmentation via Gradient-weighted Class Activation Mapping, AAAI 2020 (the target:
a class's logits over a mask); Draelos and Carin, HiResCAM, arXiv 2011.08891; Zeiler and
Fergus, ECCV 2014 (occlusion).
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from reader.core.cancel import CancelToken
from reader.core.errors import ModelUnavailableError
from reader.core.text import say
from reader.inference.explain.encoder_stages import encoder_stages

_WINDOWS: Final = 4
"""Occluded places along each axis: 64 in all, as many passes through the network."""

Target = Callable[[Tensor], Tensor]
"""From images (n, c, k, j, i) to one number each: the class's logits over the finding."""


def target_of(
    network: nn.Module, channel: int, mask: NDArray[np.bool_], cancel: CancelToken
) -> Target:
    """The mean logit of a channel over a mask on the network's output grid.

    Raises, when called: Cancelled.
    """
    chosen = torch.from_numpy(np.ascontiguousarray(mask))

    def said(image: Tensor) -> Tensor:
        cancel.check()
        logits: Tensor = network(image)[:, channel]
        return logits[:, chosen.to(logits.device)].mean(dim=1)

    return said


def grad_cam(network: nn.Module, image: Tensor, target: Target) -> NDArray[np.float32]:
    """Where features of the deepest encoder stage, and of the one before, spoke for it.

    Shape (k, j, i) of the image, 0 to 1; all 0 where nothing did. Gradients count where
    they are, as in HiResCAM. Averaged over the image first, as in Grad-CAM, they missed a
    15 mm nodule: covering the map's places then changed less than covering others. Each
    stage counts by what it adds to the logit.
    """
    attr = _captum()
    total = np.zeros(tuple(image.shape[2:]), np.float32)
    for layer in encoder_stages(network, image):
        found = attr.LayerGradientXActivation(target, layer).attribute(image)
        added = found.detach().float().sum(dim=1, keepdim=True).clamp(min=0)
        fine = nn.functional.interpolate(
            added, size=image.shape[2:], mode="trilinear", align_corners=False
        )
        total += fine[0, 0].cpu().numpy() * (added.numel() / total.size)
    return normalised(total)


def occlusion(network: nn.Module, image: Tensor, target: Target) -> NDArray[np.float32]:
    """How far the answer falls when a place is covered with what is common around it.

    Shape (k, j, i) of the image, 0 to 1, without steps between the places.
    """
    attr = _captum()
    sizes = [max(1, -(-n // _WINDOWS)) for n in image.shape[2:]]

    channels = image.shape[1]
    with torch.no_grad():
        found = attr.Occlusion(target).attribute(
            image,
            sliding_window_shapes=(channels, *sizes),
            strides=(channels, *sizes),
            baselines=common_value(image),
        )
    places = nn.functional.adaptive_avg_pool3d(found.mean(dim=1, keepdim=True), _WINDOWS)
    smooth = nn.functional.interpolate(
        places.clamp(min=0).float(), size=image.shape[2:], mode="trilinear", align_corners=False
    )
    return normalised(smooth[0, 0].cpu().numpy())


def common_value(image: Tensor) -> Tensor:
    """Each channel's median, which says nothing: what is covered becomes it."""
    middle = image.flatten(2).median(dim=2).values
    return middle[:, :, None, None, None].expand_as(image).contiguous()


def normalised(scores: NDArray[np.floating]) -> NDArray[np.float32]:
    """From 0 to 1, the largest being 1; what is not a number is 0."""
    kept = np.nan_to_num(np.maximum(scores, 0), nan=0.0, posinf=0.0).astype(np.float32)
    most = float(kept.max(initial=0.0))
    return np.asarray(kept / most if most > 0 else kept)


def _captum() -> ModuleType:
    try:
        import captum.attr
    except ImportError as error:
        raise ModelUnavailableError(
            say("Asking a model why needs the package captum."),
            say('Install it with: pip install "reading-room[explain]"'),
        ) from error
    module: ModuleType = captum.attr
    return module

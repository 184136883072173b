"""The network architectures a model card may name. Nothing is imported by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import torch
from torch import Tensor, nn

HEAT_CHANNEL: Final = 0
LUNG_CHANNEL: Final = 1
STRIDE: Final = 2
"""Input voxels per output voxel, along each axis."""

RARE_LOGIT: Final = -4.6
"""Where the nodule output starts: a probability of 0.01, so that training does not begin
by unlearning nodules everywhere. Source: Lin et al., Focal Loss, ICCV 2017, section 3.3."""


def _block(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv3d(inputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm3d(outputs),
        nn.ReLU(inplace=True),
        nn.Conv3d(outputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm3d(outputs),
        nn.ReLU(inplace=True),
    )


class HalfResolutionUNet(nn.Module):
    """A 3-D U-Net whose decoder stops at half resolution.

    Input (batch, 1, k, j, i) with sizes divisible by 8; output logits (batch, 2, k/2, j/2,
    i/2): nodule heat and lung. BatchNorm, so a bigger window gives the same answer.
    """

    def __init__(self, widths: tuple[int, int, int, int] = (16, 32, 64, 96)) -> None:
        super().__init__()
        full, half, quarter, eighth = widths
        self.down_full = _block(1, full)
        self.down_half = _block(full, half)
        self.down_quarter = _block(half, quarter)
        self.bottom = _block(quarter, eighth)
        self.up_quarter = _block(eighth + quarter, quarter)
        self.up_half = _block(quarter + half, half)
        self.head = nn.Conv3d(half, 2, 1)
        bias = torch.zeros(2)
        bias[HEAT_CHANNEL] = RARE_LOGIT
        self.head.bias = nn.Parameter(bias)

    def deepest(self, hu: Tensor) -> Tensor:
        """The features at the bottom, (batch, channels, k/8, j/8, i/8)."""
        return self._down(hu)[2]

    def _down(self, hu: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        half = self.down_half(nn.functional.max_pool3d(self.down_full(hu), 2))
        quarter = self.down_quarter(nn.functional.max_pool3d(half, 2))
        return half, quarter, self.bottom(nn.functional.max_pool3d(quarter, 2))

    def forward(self, hu: Tensor) -> Tensor:
        """Logits at half resolution."""
        half, quarter, bottom = self._down(hu)
        quarter = self.up_quarter(torch.cat((_twice(bottom), quarter), dim=1))
        half = self.up_half(torch.cat((_twice(quarter), half), dim=1))
        logits: Tensor = self.head(half)
        return logits


def _twice(features: Tensor) -> Tensor:
    return nn.functional.interpolate(features, scale_factor=2.0, mode="trilinear")


def _tiny() -> nn.Module:
    return HalfResolutionUNet((4, 4, 8, 8))


ARCHITECTURES: Final[Mapping[str, Callable[[], nn.Module]]] = {
    "half-resolution-unet-16-32-64-96": HalfResolutionUNet,
    "half-resolution-unet-4-4-8-8": _tiny,
}
"""Every architecture by the name a card gives it."""

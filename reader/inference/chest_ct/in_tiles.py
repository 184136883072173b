"""The chest network over a volume: in tiles, at half resolution, as probabilities."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from torch import nn

from reader.inference.chest_ct.networks import STRIDE
from reader.inference.engine.windowed_model import WindowedModel
from reader.inference.engine.windows import WindowSettings

CHANNELS: Final = 2

_TILES: Final = WindowSettings((64, 64, 64), rim=8, stride=STRIDE)
"""The rim is 12 mm of context on each side; beyond the image there is air (0)."""

_SMALLER: Final = ((48, 48, 48),)

NOTHING: Final = (-200.0, -200.0)
"""Logits where no tile lies: a probability of 0."""


def in_tiles(network: nn.Module) -> WindowedModel:
    """The network as the product runs it, kept warm."""
    return WindowedModel([network], _TILES, CHANNELS, overlapping=True, smaller=_SMALLER)


def probability(logits: NDArray[np.floating]) -> NDArray[np.float32]:
    """0 to 1; each channel is a question of its own."""
    from scipy.special import expit

    return np.asarray(expit(logits), np.float32)

"""The chest network's deepest features at a few places of the lungs: what images look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from reader.core.cancel import CancelToken
from reader.inference.chest_ct.networks import HalfResolutionUNet
from reader.inference.engine.familiarity import Familiar

CELL_VOXELS: Final = 48
"""Edge of a place, 72 mm."""
MOST_PLACES: Final = 6
_STEP: Final = 24
_LEAST_LUNG: Final = 0.35
_AT_ONCE: Final = 3
_RIM: Final = 1
"""Of the deepest voxels, those at the edge see what lies beyond it: nothing."""


def places_in(lung: NDArray[np.bool_], most: int = MOST_PLACES) -> list[tuple[int, int, int]]:
    """Corners of cells on a regular lattice that are a third lung or more; evenly chosen."""
    k, j, i = (range(0, max(1, n - CELL_VOXELS + 1), _STEP) for n in lung.shape)
    corners = [(a, b, c) for a in k for b in j for c in i if _share(lung, (a, b, c)) > _LEAST_LUNG]
    if len(corners) <= most:
        return corners
    chosen = np.linspace(0, len(corners) - 1, most).round().astype(int)
    return [corners[n] for n in chosen]


def _share(lung: NDArray[np.bool_], corner: tuple[int, int, int]) -> float:
    """How much of a cell is lung; every second voxel tells."""
    k, j, i = (slice(c, c + CELL_VOXELS, 2) for c in corner)
    return float(np.count_nonzero(lung[k, j, i])) / (CELL_VOXELS // 2) ** 3


def features_at(
    network: HalfResolutionUNet,
    image: NDArray[np.float32],
    corners: list[tuple[int, int, int]],
    cancel: CancelToken,
) -> NDArray[np.float32]:
    """Mean of the deepest features (n, features) at places of an image in 0..1.

    In full precision: what is compared must not depend on how the run was made.

    Raises: Cancelled: before the next few places.
    """
    points: list[NDArray[np.float32]] = []
    inner = (slice(None), slice(None), *(slice(_RIM, -_RIM),) * 3)
    device = next(network.parameters()).device
    for first in range(0, len(corners), _AT_ONCE):
        cancel.check()
        windows = np.stack([_window(image, corner) for corner in corners[first : first + _AT_ONCE]])
        tensor = torch.from_numpy(windows)[:, None].to(device)
        with torch.inference_mode():
            deepest = network.deepest(tensor.contiguous(memory_format=torch.channels_last_3d))
        points.append(deepest[inner].mean(dim=(2, 3, 4)).float().cpu().numpy())
    return np.concatenate(points) if points else np.zeros((0, 0), np.float32)


def _window(image: NDArray[np.float32], corner: tuple[int, int, int]) -> NDArray[np.float32]:
    """The cell at a corner; beyond the image there is air (0)."""
    window = np.zeros((CELL_VOXELS,) * 3, np.float32)
    part = image[tuple(slice(c, c + CELL_VOXELS) for c in corner)]
    window[tuple(slice(0, n) for n in part.shape)] = part
    return window


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """A network with what its training images look like to it."""

    network: HalfResolutionUNet
    familiar: Familiar

    def share_nearer(
        self, image: NDArray[np.float32], lung: NDArray[np.bool_], cancel: CancelToken
    ) -> float | None:
        """Which share of training places is nearer than this image's; None without lung.

        Half a second on two processor cores. Raises: Cancelled.
        """
        points = features_at(self.network, image, places_in(lung), cancel)
        return self.familiar.share_nearer(points) if len(points) else None


def likeness_of(network: nn.Module, familiar: Familiar | None) -> Likeness | None:
    """What compares images, where the pack knows of its training images."""
    if familiar is None or not isinstance(network, HalfResolutionUNet):
        return None
    return Likeness(network, familiar)

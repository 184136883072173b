"""A chest of ellipsoids on any grid, and a network that finds bright balls in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.volume import Volume
from reader.inference.chest_ct.networks import ARCHITECTURES
from reader.inference.packs.card import CardTraining
from reader.training.chest_ct.card import WEIGHTS_NAME, build_card, write_card

TINY = "half-resolution-unet-4-4-8-8"
NODULES_LPS_MM = ((-55.0, 12.0, 18.0), (60.0, -10.0, -25.0))
NODULE_RADIUS_MM = 7.0
AXIAL = VolumeGeometry.from_spacing((40, 66, 84), (4.0, 3.0, 3.3), (-137.0, -97.5, -78.0))


def chest_hu(geometry: VolumeGeometry, nodules=NODULES_LPS_MM) -> np.ndarray:
    """HU of a chest centred on the origin: body, two lungs, balls of soft tissue in them."""
    index = np.stack(np.indices(geometry.shape_kji), axis=-1)
    x, y, z = np.moveaxis(geometry.to_lps(index), -1, 0)
    hu = np.full(geometry.shape_kji, -1000.0)
    hu[(x / 130) ** 2 + (y / 90) ** 2 < 1] = 40
    for side in (-1, 1):
        lung = ((x - side * 58) / 42) ** 2 + (y / 62) ** 2 + (z / 72) ** 2 < 1
        hu[lung] = -850
    for center in nodules:
        distance = np.sqrt((x - center[0]) ** 2 + (y - center[1]) ** 2 + (z - center[2]) ** 2)
        share = np.clip(0.5 - (distance - NODULE_RADIUS_MM) / 3, 0, 1)
        hu += share * np.maximum(40 - hu, 0)
    return hu.astype(np.int16)


def chest_volume(geometry: VolumeGeometry = AXIAL, nodules=NODULES_LPS_MM) -> Volume:
    return Volume("1.2.3", chest_hu(geometry, nodules), geometry, IntensityUnit.HU)


class BallNetwork(nn.Module):
    """Answers like the U-Net would: heat where a ball of about 14 mm is brighter than around."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[int] = []

    def forward(self, image: Tensor) -> Tensor:
        self.windows.append(int(image.shape[-1]))
        half = nn.functional.avg_pool3d(image.float(), 2)
        inner = nn.functional.avg_pool3d(half, 3, stride=1, padding=1)
        outer = nn.functional.avg_pool3d(half, 7, stride=1, padding=3, count_include_pad=False)
        heat = 40 * (inner - outer - 0.36)
        lung = 40 * (0.4 - half)
        return torch.cat((heat, lung), dim=1)


def write_tiny_pack(folder: Path, seed: int = 0) -> Path:
    """A valid model pack with a tiny network of random weights."""
    folder.mkdir(parents=True)
    torch.manual_seed(seed)
    save_file(ARCHITECTURES[TINY]().state_dict(), folder / WEIGHTS_NAME)
    sha256 = hashlib.sha256((folder / WEIGHTS_NAME).read_bytes()).hexdigest()
    training = CardTraining(summary="none", command="none", seed=seed, commit="", steps=0)
    card = build_card(sha256, training, ()).model_copy(update={"architecture": TINY})
    write_card(folder, card)
    return folder

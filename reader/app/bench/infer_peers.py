"""MONAI's and nnU-Net's own predictors on the same network, window, overlap and threads."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from reader.inference.engine.windows import Shape

MONAI = "monai.inferers.SlidingWindowInferer"
NNUNET = "nnunetv2 nnUNetPredictor"


def is_installed(package: str) -> bool:
    """Whether a package is here. Imports nothing."""
    return importlib.util.find_spec(package) is not None


class MonaiPeer:
    """MONAI's inferer with its defaults but for what is compared: window, overlap, Gaussian."""

    def __init__(self, network: nn.Module, size: Shape) -> None:
        inferers: Any = importlib.import_module("monai.inferers")
        self._network = network
        self._inferer = inferers.SlidingWindowInferer(size, 1, overlap=0.5, mode="gaussian")

    def logits(self, image: NDArray[np.float32]) -> NDArray[np.float32]:
        """Of an image (channels, k, j, i)."""
        with torch.inference_mode():
            said = self._inferer(torch.from_numpy(image)[None], self._network)[0]
        return np.asarray(said.numpy(), np.float32)


class NnunetPeer:
    """nnU-Net's predictor, given a network by hand as its trainer does for validation."""

    def __init__(self, network: nn.Module, size: Shape, classes: int) -> None:
        # It greets whoever imports it, and comments on its arguments.
        with contextlib.redirect_stdout(io.StringIO()):
            nnunet: Any = importlib.import_module("nnunetv2.inference.predict_from_raw_data")
            predictor = nnunet.nnUNetPredictor(
                tile_step_size=0.5,
                use_gaussian=True,
                use_mirroring=False,
                perform_everything_on_device=False,
                device=torch.device("cpu"),
                allow_tqdm=False,
            )
        labels = SimpleNamespace(num_segmentation_heads=classes)
        predictor.manual_initialization(
            network,
            SimpleNamespace(get_label_manager=lambda _dataset: labels),
            SimpleNamespace(patch_size=size),
            [network.state_dict()],
            {},
            "",
            None,
        )
        self._predictor = predictor

    def logits(self, image: NDArray[np.float32]) -> NDArray[np.float32]:
        """Of an image (channels, k, j, i)."""
        said = self._predictor.predict_logits_from_preprocessed_data(torch.from_numpy(image))
        return np.asarray(said.numpy(), np.float32)

"""A network over an image: nnU-Net's and MONAI's result, in any order, stopped at any window."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
import torch
from torch import nn

from reader.core.cancel import CancelToken
from reader.core.errors import Cancelled
from reader.inference.engine.place import Place
from reader.inference.engine.sliding import Convention, WindowSettings, predict_logits

PLACE = Place(torch.device("cpu"), beside_a_screen=False)
CLASSES = 3


def small_network(dimensions: int = 3, channels: int = 1, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    conv = nn.Conv3d if dimensions == 3 else nn.Conv2d
    norm = nn.InstanceNorm3d if dimensions == 3 else nn.InstanceNorm2d
    return nn.Sequential(
        conv(channels, 4, 3, padding=1), norm(4), nn.LeakyReLU(), conv(4, CLASSES, 3, padding=1)
    ).eval()


def noise(*shape: int, seed: int = 1):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def run(networks, image, settings, **more):
    cancel = more.pop("cancel", CancelToken())
    return predict_logits(networks, image, settings, CLASSES, PLACE, cancel=cancel, **more)


@pytest.mark.parametrize("mode", ["gaussian", "constant"])
@pytest.mark.parametrize(("overlap", "size"), [(0.5, (8, 8, 12)), (0.25, (9, 16, 10))])
def test_monai_says_the_same(mode, overlap, size):
    inferers = pytest.importorskip("monai.inferers")
    network = small_network(channels=2)
    image = noise(2, 11, 21, 26)
    peer = inferers.SlidingWindowInferer(size, 1, overlap=overlap, mode=mode)
    with torch.inference_mode():
        theirs = peer(torch.from_numpy(image)[None], network)[0].numpy()
    settings = WindowSettings(
        size, 1 - overlap, gaussian=mode == "gaussian", convention=Convention.MONAI
    )
    ours = run([network], image, settings)
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-5


@pytest.mark.parametrize("accumulate", [np.float16, np.float32])
def test_the_result_is_the_same_wherever_the_reader_looks(accumulate):
    network = small_network()
    image = noise(1, 13, 22, 25)
    settings = WindowSettings((8, 8, 8), accumulate=accumulate)
    hashes = set()
    for focus in (None, (0, 0, 0), (12, 21, 24), (6, 11, 12), (0, 21, 3)):
        logits = run([network], image, settings, focus_kji=lambda focus=focus: focus)
        hashes.add(hashlib.sha256(logits.tobytes()).hexdigest())
    assert len(hashes) == 1

"""The inference benchmark: what it compares, and what it says when a peer is not there."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch import nn

from reader.app.bench.infer_case import FullResolution
from reader.app.bench.infer_peers import MonaiPeer, is_installed
from reader.app.bench.infer_report import FAST, LIMITS, InferReport, least_dice, same_every_time
from reader.app.bench.ratio import Ratio
from reader.core.cancel import CancelToken
from reader.inference.chest_ct.networks import HalfResolutionUNet
from reader.inference.engine.place import Place
from reader.inference.engine.sliding import Convention, WindowSettings, predict_logits


def logits_of(labels):
    return np.stack([labels == n for n in range(3)]).astype(np.float32)


def test_the_class_that_agrees_least_counts():
    ours = np.array([0, 1, 1, 1, 2, 2])
    theirs = np.array([0, 1, 1, 1, 2, 0])
    assert least_dice(logits_of(ours), logits_of(theirs)) == pytest.approx(2 / 3)
    assert least_dice(logits_of(ours), logits_of(ours)) == 1
    assert least_dice(logits_of(ours * 0), logits_of(ours * 0)) == 1


def test_a_promise_about_dice_counts_the_worst_round():
    worst = same_every_time("dice_min", [0.9999, 0.99, 0.9995])
    assert worst.value == 0.99
    assert not worst.is_met
    assert same_every_time("first_in_view_share", [0.1, 0.9, 0.1]).value == 0.1


def test_full_resolution_has_a_channel_for_nothing():
    network = FullResolution(HalfResolutionUNet((4, 4, 8, 8))).eval()
    with torch.inference_mode():
        said = network(torch.rand(1, 1, 16, 16, 24))
    assert said.shape == (1, 3, 16, 16, 24)
    assert not said[:, 0].any()


def test_a_peer_that_is_not_there_is_null_with_a_reason():
    ratios = {"monai_over_ours": Ratio.of([4.0, 6.0], [1.0, 1.0], LIMITS["monai_over_ours"])}
    report = InferReport(
        {FAST: [1.0, 1.0]}, ratios, {"nnunet_over_ours": "nnunetv2 is not installed"}, {}, ()
    )
    said = json.loads(json.dumps(report.as_json()))
    assert said["ratios"] == {"nnunet_over_ours": None, "monai_over_ours": 5.0}
    assert said["limits"]["monai_over_ours"] == {"at_least": 3.4, "met": True}
    assert said["reasons"] == {"nnunet_over_ours": "nnunetv2 is not installed"}


@pytest.mark.skipif(not is_installed("monai"), reason="monai is not installed")
def test_ours_and_the_peer_get_the_same_windows():
    torch.manual_seed(0)
    network = nn.Conv3d(1, 3, 3, padding=1).eval()
    image = np.random.default_rng(0).random((1, 9, 12, 10), np.float32)
    theirs = MonaiPeer(network, (8, 8, 8)).logits(image)
    settings = WindowSettings((8, 8, 8), convention=Convention.MONAI)
    place = Place(torch.device("cpu"))
    ours = predict_logits([network], image, settings, 3, place, cancel=CancelToken())
    assert np.abs(ours - theirs).max() < 1e-5

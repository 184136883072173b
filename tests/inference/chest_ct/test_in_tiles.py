"""The chest network in tiles: what one pass over everything would say, where it is wanted."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from reader.core.cancel import CancelToken
from reader.inference.chest_ct.in_tiles import NOTHING, in_tiles, probability
from reader.inference.engine.place import Place
from tests.support.chest import BallNetwork

PLACE = Place(torch.device("cpu"))


@pytest.fixture(autouse=True)
def _as_on_any_machine(monkeypatch):
    """Full precision: what is compared here is the tiling."""
    monkeypatch.setattr("reader.inference.engine.backends.fast_numbers", lambda _device: False)


def run(image, wanted):
    model = in_tiles(BallNetwork())
    said = model.predict(image[None], PLACE, cancel=CancelToken(), wanted=wanted, empty=NOTHING)
    return probability(said.logits)


def test_tiles_give_what_one_pass_over_everything_gives():
    """A network that sees less than the rim must not notice the tiling."""
    image = np.random.default_rng(2).random((64, 80, 96), np.float32)
    tiled = run(image, np.ones(image.shape, bool))
    whole = torch.sigmoid(BallNetwork()(torch.from_numpy(image)[None, None]))[0].numpy()
    inside = (slice(None), *(slice(4, -4) for _ in range(3)))
    assert tiled.dtype == np.float32
    assert np.allclose(tiled[inside], whole[inside], atol=1e-4)


def test_where_nothing_is_wanted_the_probability_is_0():
    image = np.random.default_rng(2).random((64, 64, 120), np.float32)
    wanted = np.zeros(image.shape, bool)
    wanted[:20, :20, 1:30] = True
    said = run(image, wanted)
    assert said.shape == (2, 32, 32, 60)
    assert said[:, :10, :10, :15].all()
    assert not said[..., 24:].any()

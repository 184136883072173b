"""Tiles: complete, disjoint, nearest first, and the same result in any order."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from reader.core.cancel import CancelToken
from reader.core.errors import Cancelled
from reader.inference.chest_ct.networks import ARCHITECTURES
from reader.inference.chest_ct.tiles import Engine, plan_tiles, run_tiles
from reader.inference.thread_choice import ThreadChoice
from tests.support.chest import TINY, BallNetwork


def engine_of(network, window=48) -> Engine:
    return Engine(network.eval(), torch.device("cpu"), False, window, ThreadChoice([1]))


def ignore(_done, _tile, _kept):
    pass


@pytest.mark.parametrize("window", [48, 64])
def test_tiles_cover_what_is_wanted_once(window):
    wanted = np.zeros((70, 51, 90), bool)
    wanted[11:60, 7:45, 13:88] = True
    wanted[40, 20, 40] = False
    count = np.zeros(wanted.shape, int)
    for tile in plan_tiles(wanted, window):
        count[tuple(slice(*bounds) for bounds in tile)] += 1
        assert all(low % 2 == 0 for low, _ in tile)
    assert count.max() == 1
    assert count[wanted].min() == 1


def test_nothing_wanted_gives_no_tiles():
    assert plan_tiles(np.zeros((20, 20, 20), bool), 48) == []


def test_tiles_of_air_are_left_out():
    wanted = np.zeros((96, 96, 96), bool)
    wanted[:10, :10, :10] = True
    wanted[-10:, -10:, -10:] = True
    assert len(plan_tiles(wanted, 48)) == 2


def test_the_tile_in_focus_comes_first():
    wanted = np.ones((96, 96, 96), bool)
    for focus in ((5.0, 90.0, 50.0), (95.0, 0.0, 0.0)):
        first = plan_tiles(wanted, 48, focus)[0]
        assert all(low <= f < high for f, (low, high) in zip(focus, first, strict=True))


def test_the_reader_moving_on_changes_what_comes_next():
    image = np.zeros((96, 96, 96), np.float32)
    places = [(0.0, 0.0, 0.0), (95.0, 95.0, 95.0), (0.0, 95.0, 0.0)]
    done = []
    tiles = plan_tiles(np.ones(image.shape, bool), 48)
    run_tiles(
        image,
        tiles,
        engine_of(BallNetwork()),
        CancelToken(),
        lambda _number, tile, _kept: done.append(tile),
        lambda: places[min(len(done), 2)],
    )
    assert sorted(done) == sorted(tiles)
    for place, tile in zip(places, done, strict=False):
        assert all(low <= p < high for p, (low, high) in zip(place, tile, strict=True))


def test_the_order_of_tiles_changes_nothing():
    torch.manual_seed(3)
    network = ARCHITECTURES[TINY]()
    image = np.random.default_rng(1).random((60, 70, 64), np.float32)
    tiles = plan_tiles(np.ones(image.shape, bool), 48)
    cancel = CancelToken()
    forward = run_tiles(image, tiles, engine_of(network), cancel, ignore)
    backward = run_tiles(image, tiles[::-1], engine_of(network), cancel, ignore)
    assert np.array_equal(forward, backward)
    assert forward.shape == (2, 30, 35, 32)


def test_tiles_give_what_one_pass_over_everything_gives():
    """A network that sees less than the rim must not notice the tiling."""
    image = np.random.default_rng(2).random((64, 80, 96), np.float32)
    tiles = plan_tiles(np.ones(image.shape, bool), 48)
    tiled = run_tiles(image, tiles, engine_of(BallNetwork()), CancelToken(), ignore)
    whole = torch.sigmoid(BallNetwork()(torch.from_numpy(image)[None, None]))[0].numpy()
    inside = (slice(None), *(slice(4, -4) for _ in range(3)))
    assert np.allclose(tiled[inside], whole[inside], atol=1e-5)


def test_cancel_ends_before_the_next_window():
    network = BallNetwork()
    cancel = CancelToken()
    tiles = plan_tiles(np.ones((96, 96, 96), bool), 48)
    with pytest.raises(Cancelled):
        run_tiles(
            np.zeros((96, 96, 96), np.float32),
            tiles,
            engine_of(network),
            cancel,
            lambda done, *_tile: cancel.cancel() if done == 2 else None,
        )
    assert len(network.windows) == 2


def test_threads_settle_on_what_is_fastest():
    for slow, expected in ((4, 1), (1, 4)):
        choice = ThreadChoice([4, 1])
        for _ in range(5):
            choice.record(1.0 if choice.threads == slow else 0.5)
        assert choice.threads == expected


def test_threads_stay_few_when_more_gain_little():
    choice = ThreadChoice([1, 2])
    for _ in range(5):
        choice.record(1.0 if choice.threads == 1 else 0.9)
    assert choice.threads == 1

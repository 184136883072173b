"""Places of the lungs and the network's deepest features there."""

import numpy as np
import pytest
import torch

from reader.core.cancel import CancelToken
from reader.core.errors import Cancelled
from reader.inference.chest_ct.likeness import (
    CELL_VOXELS,
    MOST_PLACES,
    features_at,
    likeness_of,
    places_in,
)
from reader.inference.chest_ct.networks import HalfResolutionUNet
from reader.inference.engine.familiarity import fit_familiar


@pytest.fixture
def network():
    torch.manual_seed(1)
    return HalfResolutionUNet((4, 4, 8, 8)).eval()


def image(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((48, 72, 72), np.float32)


def test_places_are_where_lung_is():
    lung = np.zeros((120, 120, 120), bool)
    assert places_in(lung) == []
    lung[:, :60] = True
    corners = places_in(lung)
    assert 0 < len(corners) <= MOST_PLACES
    assert all(corner[1] < 60 for corner in corners)
    assert places_in(lung) == corners


def test_features_are_of_the_place_and_not_of_what_is_elsewhere(network):
    one, other = image(), image()
    other[:, :, CELL_VOXELS:] = 0.0
    corner = [(0, 0, 0)]
    first = features_at(network, one, corner, CancelToken())
    assert first.shape == (1, 8)
    np.testing.assert_array_equal(first, features_at(network, other, corner, CancelToken()))
    assert not np.allclose(first, features_at(network, 1 - one, corner, CancelToken()))


def test_a_network_that_is_none_of_ours_compares_nothing(network):
    familiar = fit_familiar({"0": np.ones((4, 8), np.float32)})
    assert likeness_of(network, None) is None
    assert likeness_of(torch.nn.Identity(), familiar) is None


def test_an_image_is_compared_and_can_be_stopped(network):
    lung, token = np.ones((48, 72, 72), bool), CancelToken()
    seen = {str(n): features_at(network, image(n), places_in(lung), token) for n in range(1, 5)}
    likeness = likeness_of(network, fit_familiar(seen))
    assert likeness.share_nearer(image(), lung, token) < 1.0
    assert likeness.share_nearer(image(), ~lung, token) is None
    assert likeness.share_nearer(10 + 50 * image(), lung, token) == 1.0
    token.cancel()
    with pytest.raises(Cancelled):
        likeness.share_nearer(image(), lung, token)

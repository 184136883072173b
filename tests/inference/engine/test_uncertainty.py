"""Entropy: sure is 0, undecided is 1, borders say nothing."""

from __future__ import annotations

import numpy as np
import pytest

from reader.inference.engine.uncertainty import entropy, near_border


def test_sure_is_0_and_undecided_is_1():
    probability = np.zeros((2, 1, 4, 9))
    probability[0, ..., :5], probability[1, ..., :5] = 1, 0
    probability[..., 5:] = 0.5
    said = entropy(probability, np.zeros((1, 4, 9), np.uint8))
    assert said.dtype == np.float16
    assert said[..., :5].max() < 1e-3
    assert said[..., 5:].min() == pytest.approx(1, abs=1e-3)


def test_the_most_undecided_region_counts():
    probability = np.array([0.999, 0.5, 0.001]).reshape(3, 1, 1, 1)
    assert entropy(probability, np.zeros((1, 1, 1), int), regions=True).item() == pytest.approx(1)


def test_two_voxels_along_borders_say_nothing():
    labels = np.zeros((1, 1, 12), np.uint16)
    labels[..., 6:] = 3
    assert np.flatnonzero(near_border(labels)[0, 0]).tolist() == [4, 5, 6, 7]
    said = entropy(np.full((2, 1, 1, 12), 0.5), labels)
    assert np.flatnonzero(said[0, 0] == 0).tolist() == [4, 5, 6, 7]
    assert not near_border(np.ones((3, 4, 5), int)).any()

"""Arrays survive being packed."""

import zlib

import numpy as np
import pytest

from reader.core.label_change import LabelChange
from reader.storage.packing import (
    pack_change,
    pack_labels,
    pack_scores,
    unpack_change,
    unpack_labels,
    unpack_scores,
)


def blobs(shape: tuple[int, int, int], seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    labels = np.zeros(shape, dtype=np.uint16)
    for label in (1, 2, 300, 65535):
        low = [int(rng.integers(0, n)) for n in shape]
        labels[tuple(slice(lo, lo + int(rng.integers(1, 9))) for lo in low)] = label
    return labels


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 1, 4), (9, 20, 21)])
@pytest.mark.parametrize("seed", range(3))
def test_label_maps(shape: tuple[int, int, int], seed: int) -> None:
    labels = blobs(shape, seed)
    again = unpack_labels(pack_labels(labels), shape)
    assert again.dtype == np.uint16
    assert np.array_equal(again, labels)
    again[...] = 1  # the reader edits it


def test_views_that_are_not_contiguous_and_noise() -> None:
    noise = np.random.default_rng(0).integers(0, 65536, (6, 7, 8)).astype(np.uint16)
    assert np.array_equal(unpack_labels(pack_labels(noise), (6, 7, 8)), noise)
    turned = noise.T
    assert np.array_equal(unpack_labels(pack_labels(turned), (8, 7, 6)), turned)


def test_an_empty_ct_takes_next_to_nothing() -> None:
    assert len(pack_labels(np.zeros((100, 64, 64), dtype=np.uint16))) < 100


@pytest.mark.parametrize("seed", range(4))
def test_changes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before = rng.integers(0, 3, (3, 5, 7)).astype(np.uint16)
    after = np.where(rng.random((3, 5, 7)) < 0.3, 65535, before).astype(np.uint16)
    change = LabelChange.between(((10, 13), (0, 5), (2, 9)), before, after)
    assert change is not None
    again = unpack_change(pack_change(change), change.box)
    assert again.box == change.box
    for name in ("changed", "before", "after"):
        assert np.array_equal(getattr(again, name), getattr(change, name))


def test_scores_to_half_a_step() -> None:
    scores = np.random.default_rng(1).random((4, 5, 6)).astype(np.float16)
    again = unpack_scores(pack_scores(scores), (4, 5, 6))
    assert again.dtype == np.float16
    assert np.abs(again.astype(float) - scores).max() <= 0.5 / 255 + 1e-3
    assert unpack_scores(pack_scores(np.float32([[[0, 1]]])), (1, 1, 2)).tolist() == [[[0, 1]]]


def test_bytes_that_do_not_fit_are_refused() -> None:
    packed = pack_labels(np.zeros((2, 2, 2), dtype=np.uint16))
    with pytest.raises(ValueError, match="reshape"):
        unpack_labels(packed, (2, 2, 3))
    with pytest.raises(zlib.error):
        unpack_labels(packed[:-3], (2, 2, 2))
    with pytest.raises(ValueError, match="reshape"):
        unpack_scores(pack_scores(np.zeros((2, 2, 2))), (2, 2, 3))

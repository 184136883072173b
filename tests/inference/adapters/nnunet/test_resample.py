"""Resampling axis by axis gives what scipy gives at once, and labels what all logits give."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from reader.core.cancel import CancelToken
from reader.core.errors import Cancelled
from reader.inference.adapters.nnunet.export import decided, labels_of
from reader.inference.adapters.nnunet.plans import Heads, Resampling, read_plans
from reader.inference.adapters.nnunet.preprocess import Prepared
from reader.inference.adapters.nnunet.resample import new_shape, resampled, separate_axis
from tests.support.nnunet_cases import REGIONS, case
from tests.support.nnunet_folders import write_folder

SHAPES = [
    ((9, 20, 25), (17, 33, 21)),
    ((9, 20, 25), (4, 20, 50)),
    ((5, 31, 12), (5, 14, 13)),
    ((1, 12, 14), (1, 30, 10)),
]
EVEN = (1.0, 1.0, 1.0)
THICK = (5.0, 1.0, 1.0)


def at_once(channel, shape, order):
    """`skimage.transform.resize(mode="edge", anti_aliasing=False)` in one call of scipy."""
    factors = [1 / (n / wanted) for n, wanted in zip(channel.shape, shape, strict=True)]
    found = ndimage.zoom(channel, factors, order=order, mode="nearest", grid_mode=True)
    return np.clip(found, channel.min(), channel.max())


def slice_by_slice(channel, shape, order, apart):
    """nnU-Net's way with thick slices: planes by `order`, then the nearest plane."""
    inside = [n for axis, n in enumerate(shape) if axis != apart]
    planes = [at_once(plane, inside, order) for plane in np.moveaxis(channel, apart, 0)]
    across = np.stack(planes, axis=apart)
    count = shape[apart]
    at = (np.arange(count) + 0.5) * (channel.shape[apart] / count) - 0.5
    nearest = np.clip(np.floor(at + 0.5).astype(int), 0, channel.shape[apart] - 1)
    return np.take(across, nearest, axis=apart)


def noise(shape, seed=0, dtype=np.float32):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


@pytest.mark.parametrize(("shape", "wanted"), SHAPES)
@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_one_axis_after_the_other_is_all_at_once(shape, wanted, order):
    data = noise((2, *shape))
    found = resampled(data, wanted, Resampling(order=order, separate_axis=False), EVEN, EVEN)
    for channel, expected in zip(found, data, strict=True):
        right = at_once(expected.astype(np.float64), wanted, order)
        assert np.allclose(channel, right, rtol=0, atol=1e-6)


@pytest.mark.parametrize("apart", [0, 1, 2])
def test_thick_slices_are_resampled_by_themselves(apart):
    data = noise((1, 6, 18, 20))
    spacing = tuple(np.roll(THICK, apart))
    wanted = (11, 25, 13)
    found = resampled(data, wanted, Resampling(separate_axis=None), spacing, spacing)
    right = slice_by_slice(data[0].astype(np.float64), wanted, 3, apart)
    assert np.allclose(found[0], right, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("rule", "spacing", "target", "axis"),
    [
        (None, THICK, EVEN, 0),
        (None, EVEN, (1.0, 4.0, 1.0), 1),
        (None, (3.0, 1.0, 1.0), EVEN, None),
        (None, (0.2, 1.0, 1.0), EVEN, None),
        (False, THICK, THICK, None),
        (True, (1.1, 1.0, 1.0), EVEN, 0),
        (True, EVEN, THICK, None),
    ],
)
def test_which_axis_is_taken_by_itself(rule, spacing, target, axis):
    assert separate_axis(Resampling(separate_axis=rule), spacing, target) == axis


def test_shapes_are_rounded_as_python_rounds():
    assert new_shape((3, 5, 7), (1.5, 1.0, 1.0), (3.0, 2.0, 2.0)) == (2, 2, 4)


def test_nothing_is_copied_where_nothing_changes():
    data = noise((1, 4, 5, 6))
    assert resampled(data, (4, 5, 6), Resampling(), EVEN, EVEN) is data


def prepared_for(shape, spacing=EVEN):
    whole = tuple(n + 3 for n in shape)
    box = tuple((1, n + 1) for n in shape)
    return Prepared(np.zeros((1, 1, 1, 1), np.float32), whole, spacing, box, spacing)


def smooth_logits(classes, shape, sigma):
    fields = [ndimage.gaussian_filter(noise(shape, seed), sigma) for seed in range(classes)]
    return (np.stack(fields) * (4 / np.std(fields))).astype(np.float16)


@pytest.mark.parametrize(("shape", "wanted"), SHAPES)
@pytest.mark.parametrize("sigma", [0.0, 1.5])
@pytest.mark.parametrize("spacing", [EVEN, THICK], ids=["even", "thick"])
@pytest.mark.parametrize("regions", [False, True], ids=["labels", "regions"])
def test_only_what_is_open_is_computed_and_nothing_is_lost(
    shape, wanted, sigma, spacing, regions, tmp_path
):
    one = case("isotropic")
    plans = read_plans(write_folder(tmp_path, one), "3d_fullres")
    heads = (
        Heads(3, {1: "a", 2: "b", 3: "c"}, (1, 2, 3), True, (1, 2, 3)) if regions else plans.heads
    )
    logits = smooth_logits(heads.count, shape, sigma)
    apart = 0 if spacing is THICK else None
    full = [
        at_once(c, wanted, 1) if apart is None else slice_by_slice(c, wanted, 1, apart)
        for c in logits.astype(np.float64)
    ]
    expected = decided(iter(np.stack(full).astype(np.float16)), heads)
    changed = replace(plans, heads=heads)
    found = labels_of(logits, prepared_for(wanted, spacing), changed, lambda: None, workers=2)
    inside = found[tuple(slice(1, n + 1) for n in wanted)]
    assert np.array_equal(inside, expected)
    assert np.count_nonzero(found) == np.count_nonzero(expected)


def test_a_cubic_rule_for_logits_is_followed_too(tmp_path):
    plans = read_plans(write_folder(tmp_path, case("isotropic")), "3d_fullres")
    plans = replace(plans, logits=Resampling(order=3, separate_axis=False))
    logits = smooth_logits(4, (8, 9, 10), 1.0)
    wanted = (12, 14, 13)
    full = np.stack([at_once(c, wanted, 3) for c in logits.astype(np.float64)])
    found = labels_of(logits, prepared_for(wanted), plans, lambda: None)
    expected = full.astype(np.float16).argmax(axis=0)
    assert np.array_equal(found[1:13, 1:15, 1:14], expected)


def test_equal_logits_go_to_the_first_class(tmp_path):
    plans = read_plans(write_folder(tmp_path, case("isotropic")), "3d_fullres")
    logits = np.zeros((4, 6, 6, 6), np.float16)
    logits[1:] = 1.0
    found = labels_of(logits, prepared_for((9, 9, 9)), plans, lambda: None)
    assert np.array_equal(np.unique(found[1:10, 1:10, 1:10]), [1])


def test_a_logit_that_torch_rounds_to_one_half_is_no_region(tmp_path):
    plans = read_plans(write_folder(tmp_path, case("regions")), "3d_fullres")
    assert list(REGIONS)[1:] == list(plans.heads.names.values())
    for value, label in ((6e-8, 0), (1e-3, 3), (-1.0, 0)):
        logits = np.full((3, 4, 4, 4), value, np.float16)
        found = labels_of(logits, prepared_for((4, 4, 4)), plans, lambda: None)
        assert found[2, 2, 2] == label


def test_cancel_is_heard_between_slabs(tmp_path):
    plans = read_plans(write_folder(tmp_path, case("isotropic")), "3d_fullres")
    cancel, asked = CancelToken(), itertools.count()

    def check():
        if next(asked) == 3:
            cancel.cancel()
        cancel.check()

    with pytest.raises(Cancelled):
        labels_of(smooth_logits(4, (20, 6, 6), 1.0), prepared_for((40, 9, 9)), plans, check)

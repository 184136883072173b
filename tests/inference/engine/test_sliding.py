"""A network over an image: nnU-Net's and MONAI's result, in any order, stopped at any window."""

from __future__ import annotations

import hashlib
import itertools

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


def by_hand(networks, image, settings, spread):
    """nnU-Net's loop, window after window, in its number formats."""
    from scipy import ndimage

    flat = settings.is_2d
    size = settings.size_kji[1:] if flat else settings.size_kji
    point = np.zeros(size)
    point[tuple(n // 2 for n in size)] = 1
    spread_point = ndimage.gaussian_filter(point, [n / 8 for n in size], 0, mode="constant")
    gaussian = torch.from_numpy(spread_point / (spread_point.max() / 10)).half()
    gaussian[gaussian == 0] = gaussian[gaussian != 0].min()
    data = torch.from_numpy(image)
    result = 0
    for network in networks:
        total = torch.zeros((CLASSES, *image.shape[1:]), dtype=torch.half)
        count = torch.zeros(image.shape[1:], dtype=torch.half)
        for at in np.ndindex(*(len(starts) for starts in spread)):
            corner = [starts[n] for starts, n in zip(spread, at, strict=True)]
            box = [slice(a, a + n) for a, n in zip(corner[-len(size) :], size, strict=True)]
            box = [corner[0], *box] if flat else box
            window = data[(slice(None), *box)][None]
            said = network(window)
            axes = [axis + (1 if flat else 2) for axis in settings.mirror_axes]
            flips = [c for n in range(len(axes)) for c in itertools.combinations(axes, n + 1)]
            for flip in flips:
                said += torch.flip(network(torch.flip(window, flip)), flip)
            said /= len(flips) + 1
            total[(slice(None), *box)] += said[0] * gaussian
            count[tuple(box)] += gaussian
        result = total / count + result
    return (result / len(networks)).numpy()


@pytest.mark.parametrize("mirror_axes", [(), (2,), (0, 1, 2)])
@pytest.mark.parametrize("folds", [1, 3])
def test_it_is_what_nnunet_computes_to_the_last_bit(mirror_axes, folds):
    networks = [small_network(channels=2, seed=n) for n in range(folds)]
    image = noise(2, 13, 16, 21)
    settings = WindowSettings((8, 10, 8), 0.5, mirror_axes, accumulate=np.float16)
    with torch.inference_mode():
        theirs = by_hand(networks, image, settings, ((0, 2, 5), (0, 3, 6), (0, 3, 6, 10, 13)))
    ours = run(networks, image, settings, focus_kji=lambda: (6, 8, 10))
    assert ours.dtype == np.float16
    assert np.array_equal(ours, theirs)


def test_a_2d_network_sees_slice_after_slice():
    network = small_network(2)
    image = noise(1, 3, 16, 21)
    settings = WindowSettings((1, 10, 8), 0.5, (1, 2), accumulate=np.float16)
    with torch.inference_mode():
        theirs = by_hand([network], image, settings, ((0, 1, 2), (0, 3, 6), (0, 3, 6, 10, 13)))
    assert np.array_equal(run([network], image, settings, focus_kji=lambda: (2, 0, 0)), theirs)


def test_an_image_smaller_than_a_window_is_padded_on_both_sides():
    network = small_network()
    image = noise(1, 5, 9, 12)
    padded = np.pad(image, ((0, 0), (1, 2), (0, 0), (0, 0)), constant_values=-3)
    whole = run([network], padded, WindowSettings((8, 9, 12)))
    ours = run([network], image, WindowSettings((8, 9, 12), pad_value=-3))
    assert ours.shape == (CLASSES, 5, 9, 12)
    assert np.array_equal(ours, whole[:, 1:6])


class Counting(nn.Module):
    """Says its input three times, and notes how often it was asked."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def forward(self, x):
        self.asked.append(x.clone())
        return x.repeat(1, CLASSES, *[1] * (x.ndim - 2))


def test_windows_without_a_wanted_voxel_do_not_run():
    image = noise(1, 24, 24, 24)
    wanted = np.zeros(image.shape[1:], bool)
    wanted[20:22, 20:23, 1:3] = True
    network = Counting()
    logits = run([network], image, WindowSettings((8, 8, 8)), wanted=wanted)
    assert len(network.asked) == 1
    assert np.allclose(logits[0][wanted], image[0][wanted], atol=1e-6)
    assert logits[:, 0, 0, 0].tolist() == [0, -20, -20]
    custom = run([network], image, WindowSettings((8, 8, 8)), wanted=wanted, empty=(-1, -2, -3))
    assert custom[:, 0, 0, 0].tolist() == [-1, -2, -3]


def test_nothing_wanted_runs_nothing():
    network = Counting()
    wanted = np.zeros((9, 9, 9), bool)
    logits = run([network], noise(1, 9, 9, 9), WindowSettings((8, 8, 8)), wanted=wanted)
    assert not network.asked
    assert not logits.argmax(axis=0).any()


@pytest.mark.parametrize("mirror_axes", [(), (0, 1)])
def test_cancel_ends_before_the_next_pass(mirror_axes):
    network = Counting()
    cancel = CancelToken()
    passes = 2 ** len(mirror_axes)

    def on_window(done, _total, _box, _look):
        if done == 2:
            cancel.cancel()

    with pytest.raises(Cancelled):
        run(
            [network],
            noise(1, 24, 24, 24),
            WindowSettings((8, 8, 8), mirror_axes=mirror_axes),
            cancel=cancel,
            on_window=on_window,
        )
    assert len(network.asked) == 2 * passes


def test_what_is_nearest_to_the_focus_comes_first_also_after_a_jump():
    boxes = []
    looking_at = [(2.0, 2.0, 2.0)]

    def on_window(done, _total, box, _look):
        boxes.append(box)
        if done == 3:
            looking_at[0] = (22.0, 21.0, 3.0)

    run(
        [Counting()],
        noise(1, 24, 24, 24),
        WindowSettings((8, 8, 8)),
        focus_kji=lambda: looking_at[0],
        on_window=on_window,
    )
    assert boxes[0] == ((0, 8), (0, 8), (0, 8))
    assert boxes[3] == ((16, 24), (16, 24), (0, 8))


def test_without_memory_to_hold_anything_the_order_is_the_plans():
    starts = []
    run(
        [Counting()],
        noise(1, 8, 8, 24),
        WindowSettings((8, 8, 8)),
        focus_kji=lambda: (4, 4, 23),
        on_window=lambda _done, _total, box, _look: starts.append(box[2][0]),
        held_bytes=0,
    )
    # The farthest comes first and has to wait for its neighbour, so no more is held.
    assert starts == [16, 0, 4, 8, 12]


def test_a_look_shows_all_windows_that_overlap_here_so_far():
    """Even those that have not had their turn to be added."""
    seen = {}
    image = np.abs(noise(1, 8, 8, 16)) + 1

    class Sign(nn.Module):
        def forward(self, x):
            return torch.cat((torch.zeros_like(x), x, -x), dim=1)

    def on_window(_done, _total, box, look):
        seen[box] = look.labels()
        assert look.scores().shape == (CLASSES, 8, 8, 8)

    run(
        [Sign()],
        image,
        WindowSettings((8, 8, 8)),
        focus_kji=lambda: (4, 4, 15),
        on_window=on_window,
    )
    assert len(seen) == 3
    assert all((labels == 1).all() for labels in seen.values())


def test_tiles_keep_only_what_lies_inside_the_rim():
    network = Counting()
    image = noise(1, 11, 20, 17)
    settings = WindowSettings((8, 8, 8), rim=2, pad_value=5)
    logits = run([network], image, settings, focus_kji=lambda: (5, 10, 8))
    assert len(network.asked) == 3 * 5 * 5
    assert np.array_equal(logits[0], image[0])
    assert any((window == 5).any() for window in network.asked)


def test_tiles_may_have_a_coarser_output():
    class Half(nn.Module):
        def forward(self, x):
            return nn.functional.avg_pool3d(x, 2).repeat(1, CLASSES, 1, 1, 1)

    image = noise(1, 12, 21, 18)
    wanted = np.zeros(image.shape[1:], bool)
    wanted[3:11, 5:21, 2:15] = True
    settings = WindowSettings((8, 8, 8), rim=2, stride=2)
    logits = run([Half()], image, settings, wanted=wanted)
    whole = np.pad(image[0], ((0, 0), (0, 1), (0, 0))).reshape(6, 2, 11, 2, 9, 2)
    means = whole.mean(axis=(1, 3, 5))
    assert logits.shape == (CLASSES, 6, 11, 9)
    assert np.allclose(logits[0, 1:6, 2:11, 1:8], means[1:6, 2:11, 1:8], atol=1e-6)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_is_no_number_is_no_result(bad):
    with pytest.raises(FloatingPointError):
        run([lambda x: x.repeat(1, CLASSES, 1, 1, 1) * bad], noise(1, 8, 8, 8) + 9,
            WindowSettings((8, 8, 8)))  # fmt: skip


def test_half_precision_that_overflows_is_no_result():
    with pytest.raises(FloatingPointError):
        run(
            [lambda x: x.repeat(1, CLASSES, 1, 1, 1) * 0 + 30000],
            noise(1, 8, 8, 8),
            WindowSettings((8, 8, 8), accumulate=np.float16),
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"size_kji": (0, 8, 8)},
        {"size_kji": (8, 8, 8), "step": 0},
        {"size_kji": (1, 8, 8), "mirror_axes": (0,)},
        {"size_kji": (8, 8, 8), "mirror_axes": (1, 1)},
        {"size_kji": (8, 8, 8), "rim": 4},
        {"size_kji": (8, 8, 8), "stride": 2},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        WindowSettings(**wrong)


def test_batches_change_nothing():
    network = small_network()
    image = noise(1, 13, 16, 18)
    settings = WindowSettings((8, 8, 8))
    one = run([network], image, settings)
    four = run([network], image, settings, batch=4, focus_kji=lambda: (3, 3, 3))
    assert np.abs(one - four).max() < 1e-5

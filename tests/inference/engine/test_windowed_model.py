"""The fastest way that is right and fits: checked, given up with a reason, never mixed."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from reader.core.cancel import CancelToken
from reader.core.errors import Cancelled, InferenceError
from reader.inference.engine import backends, commit, sliding, uncertainty, windowed_model
from reader.inference.engine.backends import Way
from reader.inference.engine.openvino_network import CannotCompileError
from reader.inference.engine.place import Place
from reader.inference.engine.sliding import WindowSettings
from reader.inference.engine.windowed_model import WindowedModel

CPU = torch.device("cpu")
PLACE = Place(CPU)
SETTINGS = WindowSettings((8, 8, 8))
CLASSES = 3
OUT_OF_MEMORY = RuntimeError("DefaultCPUAllocator: can't allocate memory")


@pytest.fixture
def network():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv3d(1, 4, 3, padding=1), nn.BatchNorm3d(4), nn.ReLU(), nn.Conv3d(4, CLASSES, 1)
    ).eval()


@pytest.fixture
def image():
    return np.random.default_rng(1).standard_normal((1, 12, 12, 16)).astype(np.float32)


@pytest.fixture
def two_ways(monkeypatch):
    """A fast way and full precision, whatever this machine has."""
    monkeypatch.setattr(
        windowed_model, "ways_on", lambda _device, _network: (Way.TORCH_FAST, Way.TORCH_FULL)
    )
    monkeypatch.setitem(backends._MAKERS, Way.TORCH_FAST, lambda network, *_: network)


def predict(model, image, **more):
    return model.predict(image, PLACE, cancel=more.pop("cancel", CancelToken()), **more)


def full(network, image):
    return predict(WindowedModel([network], SETTINGS, CLASSES, exact=True), image).logits


@pytest.mark.usefixtures("two_ways")
def test_a_fast_way_that_says_the_same_is_taken(network, image):
    said = predict(WindowedModel([network], SETTINGS, CLASSES), image)
    assert said.way is Way.TORCH_FAST
    assert said.notes == ()
    assert np.array_equal(said.logits, full(network, image))


@pytest.mark.usefixtures("two_ways")
def test_a_fast_way_that_says_something_else_is_given_up_with_a_note(network, image, monkeypatch):
    def wrong(network, *_):
        return lambda windows: network(windows) + torch.tensor([0.2, 0, 0]).reshape(-1, 1, 1, 1)

    monkeypatch.setitem(backends._MAKERS, Way.TORCH_FAST, wrong)
    windows = []
    said = predict(
        WindowedModel([network], SETTINGS, CLASSES),
        image,
        on_window=lambda done, *_: windows.append(done),
    )
    assert said.way is Way.TORCH_FULL
    assert "differed from full precision" in str(said.notes[0])
    assert windows == [1, *range(1, len(windows))]
    assert np.array_equal(said.logits, full(network, image))


@pytest.mark.usefixtures("two_ways")
def test_a_fast_way_that_differs_in_a_label_or_two_is_good_enough(network, image, monkeypatch):
    def rounded(network, *_):
        return lambda windows: network(windows).bfloat16()

    monkeypatch.setitem(backends._MAKERS, Way.TORCH_FAST, rounded)
    sure = nn.Sequential(network, Scaled(40.0))
    assert predict(WindowedModel([sure], SETTINGS, CLASSES), image).way is Way.TORCH_FAST


class Scaled(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return torch.round(x * self.factor)


def failing_maker(error):
    def make(*_args):
        raise error

    return make


@pytest.mark.usefixtures("two_ways")
def test_a_way_that_cannot_run_the_network_is_left_out(network, image, monkeypatch):
    error = CannotCompileError("aten::strange")
    monkeypatch.setitem(backends._MAKERS, Way.TORCH_FAST, failing_maker(error))
    said = predict(WindowedModel([network], SETTINGS, CLASSES), image)
    assert said.way is Way.TORCH_FULL
    assert "cannot run this model" in str(said.notes[0])


@pytest.mark.usefixtures("two_ways")
def test_a_fast_way_that_overflows_is_left_out(network, image, monkeypatch):
    def overflowing(network, *_):
        return lambda windows: network(windows) * torch.inf

    monkeypatch.setitem(backends._MAKERS, Way.TORCH_FAST, overflowing)
    said = predict(WindowedModel([network], SETTINGS, CLASSES), image)
    assert said.way is Way.TORCH_FULL
    assert "number format" in str(said.notes[0])


@pytest.mark.usefixtures("two_ways")
def test_a_defect_is_not_taken_for_a_lack_of_memory(image):
    def broken(_windows):
        raise RuntimeError("a size that does not fit")

    with pytest.raises(RuntimeError, match="does not fit"):
        predict(WindowedModel([broken], SETTINGS, CLASSES), image)


def test_full_precision_that_is_no_number_is_an_error_for_people(image):
    with pytest.raises(InferenceError, match="not numbers"):
        predict(WindowedModel([lambda x: x.repeat(1, 3, 1, 1, 1) * torch.nan], SETTINGS, 3), image)


STAGES = {
    "compiling": (backends, "_MAKERS"),
    "planning": (windowed_model, "memory_need"),
    "sums": (sliding, "WindowSum"),
    "a window": (sliding, "window_data"),
    "adding": (commit.WindowSum, "add"),
    "holding": (commit.WindowSum, "_hold"),
    "checking": (windowed_model, "check_way"),
    "uncertainty": (uncertainty, "entropy"),
}


@pytest.mark.usefixtures("two_ways")
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("failures", [1, 1000])
@pytest.mark.parametrize("error", [MemoryError(), OUT_OF_MEMORY], ids=["system", "torch"])
def test_memory_that_runs_out_at_any_stage_ends_in_a_result_or_a_clear_message(
    network, image, monkeypatch, stage, failures, error
):
    right = full(network, image)
    left = [failures]
    if stage == "compiling":
        monkeypatch.setitem(backends._MAKERS, Way.TORCH_FAST, failing_maker(error))
        if failures > 1:
            monkeypatch.setitem(backends._MAKERS, Way.TORCH_FULL, failing_maker(error))
    else:
        where, name = STAGES[stage]
        real = getattr(where, name)

        def failing(*args, **kwargs):
            left[0] -= 1
            if left[0] >= 0:
                raise error
            return real(*args, **kwargs)

        monkeypatch.setattr(where, name, failing)
    model = WindowedModel([network], SETTINGS, CLASSES, smaller=[(8, 8, 8)])

    def run():
        return predict(model, image, focus_kji=lambda: (9, 9, 9), uncertainty=True)

    if failures == 1 or stage == "checking":  # full precision needs no check
        said = run()
        assert "Memory ran short" in str(said.notes[0])
        assert np.allclose(said.logits, right, atol=1e-5)
    else:
        with pytest.raises(InferenceError, match="Close other programs"):
            run()


@pytest.mark.usefixtures("two_ways")
def test_smaller_windows_come_before_another_way_when_the_card_allows_them(network, image):
    sizes = []

    class Hungry(nn.Module):
        def forward(self, x):
            sizes.append(x.shape[-1])
            if x.shape[-1] > 6:
                raise OUT_OF_MEMORY
            return network(x)

    model = WindowedModel([Hungry()], SETTINGS, CLASSES, smaller=[(7, 7, 7), (6, 6, 6)])
    said = predict(model, image)
    assert said.way is Way.TORCH_FAST
    assert list(dict.fromkeys(sizes)) == [8, 7, 6]
    assert len(said.notes) == 2


def test_a_run_that_cannot_fit_is_refused_before_it_starts(network, image, monkeypatch):
    monkeypatch.setattr(windowed_model, "free_bytes", lambda _device: 1000)
    with pytest.raises(InferenceError, match="not enough memory"):
        predict(WindowedModel([network], SETTINGS, CLASSES), image)


def test_a_run_is_cancelled_within_a_window(network, image):
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        predict(
            WindowedModel([network], SETTINGS, CLASSES),
            image,
            cancel=cancel,
            on_window=lambda *_: cancel.cancel(),
        )


def test_a_network_is_compiled_once(network, image, monkeypatch):
    made = []
    real = backends._MAKERS[Way.TORCH_FULL]
    monkeypatch.setitem(
        backends._MAKERS, Way.TORCH_FULL, lambda *args: made.append(1) or real(*args)
    )
    model = WindowedModel([network], SETTINGS, CLASSES, exact=True)
    predict(model, image)
    predict(model, image)
    assert len(made) == 1


@pytest.mark.parametrize("way", list(Way))
def test_every_way_on_this_machine_says_what_full_precision_says(network, image, way):
    if way not in backends.ways_on(CPU, network):
        pytest.skip(f"{way.value} is not available here")
    windows = torch.from_numpy(image[None, :, :8, :8, :8].copy())
    ready = backends.prepared(network, way, windows.shape, CPU, 1)
    with torch.inference_mode():
        error = (ready(windows).float() - network(windows)).abs().max()
    assert error < (1e-5 if way.is_full else 0.05)


def test_folding_normalisation_changes_the_rounding_only(network):
    network[1].running_mean.uniform_(-1, 1)
    network[1].running_var.uniform_(0.5, 2)
    folded = backends.fused(network)
    assert not any(isinstance(m, nn.BatchNorm3d) for m in folded.modules())
    x = torch.randn(1, 1, 6, 6, 6)
    with torch.inference_mode():
        assert torch.allclose(folded(x), network(x), atol=1e-5)


def test_uncertainty_is_where_the_members_disagree(image):
    def fold(sign):
        """All agree on the first half of each row; on the rest each says its own."""

        def run(windows):
            first = torch.arange(windows.shape[-1]) < 8
            own = torch.where(first, 8.0, 8.0 * sign).expand(windows.shape)
            return torch.cat((own, -own, torch.full_like(own, -20)), dim=1)

        return run

    settings = WindowSettings((12, 12, 16))
    model = WindowedModel([fold(1), fold(-1)], settings, CLASSES)
    entropy = predict(model, image, uncertainty=True).entropy
    assert entropy.shape == image.shape[1:]
    # What the band along the border takes away is not looked at here.
    assert entropy[..., :5].max() < 0.01
    assert entropy[..., 11:].min() == pytest.approx(np.log(2) / np.log(3), abs=0.01)


def test_uncertainty_leaves_the_logits_as_they_are(network, image):
    settings = WindowSettings((8, 8, 8), mirror_axes=(2,))
    model = WindowedModel([network, network], settings, CLASSES, exact=True)
    plain = predict(model, image)
    with_it = predict(model, image, uncertainty=True)
    assert plain.entropy is None
    assert np.array_equal(plain.logits, with_it.logits)
    assert 0 < with_it.entropy.max() <= 1


def test_regions_are_compared_one_by_one(network, image):
    model = WindowedModel([network], SETTINGS, CLASSES, overlapping=True)
    said = predict(model, image, uncertainty=True)
    assert np.isfinite(said.entropy).all()


@pytest.mark.usefixtures("two_ways")
@pytest.mark.parametrize("at", [(5, 6, 8), (-3, 0, 40)])
def test_a_glimpse_is_what_the_tile_around_a_place_says(network, image, at):
    settings = WindowSettings((8, 8, 8), rim=2)
    model = WindowedModel([network], settings, CLASSES)
    box, logits = model.glimpse(image, PLACE, at)
    assert all(
        low <= min(max(round(c), 0), n - 1) < high
        for (low, high), c, n in zip(box, at, image.shape[1:], strict=True)
    )
    with torch.inference_mode():
        whole = network(torch.from_numpy(image)[None])[0].numpy()
    right = whole[(slice(None), *(slice(*bounds) for bounds in box))]
    assert logits.shape == right.shape
    # The outermost voxels of the image have padding beside them, here of another width.
    assert np.allclose(logits[:, 1:-1, 1:-1, 1:-1], right[:, 1:-1, 1:-1, 1:-1], atol=1e-5)


@pytest.mark.usefixtures("two_ways")
def test_no_glimpse_is_no_failure(network, image, monkeypatch):
    monkeypatch.setitem(backends._MAKERS, Way.TORCH_FAST, failing_maker(MemoryError()))
    model = WindowedModel([network], WindowSettings((8, 8, 8), rim=2), CLASSES)
    assert model.glimpse(image, PLACE, (1, 1, 1)) is None

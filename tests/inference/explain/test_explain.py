"""Maps of what an answer hung on, on networks small enough to know the truth about."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import Cancelled, InferenceError
from reader.core.explanation import DeletionTest, ExplainMethod, WeightCheck
from reader.inference.explain.asking import Question, ask
from reader.inference.explain.checks import (
    alikeness,
    check_deletion,
    randomised,
    rank_correlation,
    structural_similarity,
)
from reader.inference.explain.encoder_stages import encoder_stages
from reader.inference.explain.maps import target_of

pytest.importorskip("captum")

CPU = torch.device("cpu")
SIDE, AT = 8, (2, 5, 4)


@pytest.fixture(autouse=True)
def one_thread():
    """Networks so small are only held up by more."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class BrightIsIt(nn.Module):
    """Says that what is bright is it, by weights that were set, two stages deep."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv3d(1, 6, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.deep = nn.Conv3d(6, 6, 3, padding=1)
        self.relu_deep = nn.ReLU(inplace=True)
        self.head = nn.Conv3d(12, 1, 1)
        self.runs = 0
        generator = torch.Generator().manual_seed(3)
        with torch.no_grad():
            for conv in (self.first, self.deep, self.head):
                conv.weight.copy_(0.02 * torch.randn(conv.weight.shape, generator=generator))
                conv.bias.zero_()
            self.first.weight[0, 0, 1, 1, 1] = 3.0
            self.first.bias[0] = -1.5
            self.deep.weight[0, 0, 1, 1, 1] = 3.0
            self.head.weight[0, 0] = 2.0
            self.head.weight[0, 6] = 2.0

    def forward(self, image):
        self.runs += 1
        fine = self.relu(self.first(image))
        deep = self.relu_deep(self.deep(nn.functional.max_pool3d(fine, 2)))
        up = nn.functional.interpolate(deep, scale_factor=2.0)
        return self.head(torch.cat((up, fine), dim=1))


class SaysTheSame(nn.Module):
    """Ignores its input: its answer is its bias."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv3d(1, 2, 3, padding=1)
        self.answer = nn.Parameter(torch.tensor(2.0))

    def forward(self, image):
        return 0 * self.conv(image)[:, :1] + self.answer


class SeesWithoutLearning(nn.Module):
    """Its answer is the input; what weights it has change nothing of that."""

    def __init__(self) -> None:
        super().__init__()
        self.same = nn.Identity()
        self.idle = nn.Conv3d(1, 1, 1)

    def forward(self, image):
        return self.same(image) + 0 * self.idle(image)


def image() -> np.ndarray:
    made = 0.1 * np.random.default_rng(1).random((1, SIDE, SIDE, SIDE)).astype(np.float32)
    k, j, i = AT
    made[0, k - 1 : k + 2, j - 1 : j + 2, i - 1 : i + 2] = 1.0
    return made


def mask() -> np.ndarray:
    made = np.zeros((SIDE,) * 3, bool)
    made[tuple(slice(a - 1, a + 2) for a in AT)] = True
    return made


def asked(network, method=ExplainMethod.GRAD_CAM, is_checked=False, where=None, cancel=None):
    question = Question(image(), mask() if where is None else where, 0, method, is_checked)
    return ask(network, question, CPU, ignore_progress, cancel or CancelToken())


@pytest.mark.parametrize("method", list(ExplainMethod))
def test_the_map_points_at_what_the_answer_hung_on(method):
    answer = asked(BrightIsIt(), method, is_checked=True)
    peak = np.unravel_index(answer.scores.argmax(), answer.scores.shape)
    assert np.abs(np.subtract(peak, AT)).max() <= 3
    assert (answer.scores.min(), answer.scores.max()) == (0.0, 1.0)
    assert answer.deletion.is_passed
    assert answer.weights is None


def test_a_network_that_ignores_its_input_has_its_map_disabled():
    for method in ExplainMethod:
        answer = asked(SaysTheSame(), method)
        assert not answer.scores.any()
        assert answer.weights == WeightCheck((1.0, 1.0, 1.0))
        assert not answer.weights.is_passed
        assert not answer.deletion.is_passed


def test_a_map_that_weights_do_not_change_is_disabled():
    answer = asked(SeesWithoutLearning(), ExplainMethod.OCCLUSION)
    assert answer.scores.any()
    assert min(answer.weights.alike) > 0.5
    assert not answer.weights.is_passed


def test_the_network_is_left_as_it_was():
    network = BrightIsIt()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    asked(network)
    assert all(torch.equal(before[n], v) for n, v in network.state_dict().items())
    assert network.relu.inplace
    assert not any(module._forward_hooks for module in network.modules())


def test_asking_stops_within_one_pass():
    cancel = CancelToken()
    question = Question(image(), mask(), 0, ExplainMethod.OCCLUSION, False)
    with pytest.raises(Cancelled):
        ask(BrightIsIt(), question, CPU, lambda _progress: cancel.cancel(), cancel)


def test_a_finding_that_is_not_in_the_image_is_refused():
    with pytest.raises(InferenceError):
        asked(BrightIsIt(), where=np.zeros((SIDE,) * 3, bool))


def test_the_deepest_stage_is_found_and_the_one_before():
    network = BrightIsIt()
    stages = encoder_stages(network, torch.from_numpy(image())[None])
    assert stages == (network.relu_deep, network.relu)


def test_a_network_that_never_gets_coarser_has_its_middle_layer():
    layers = nn.Sequential(nn.Conv3d(1, 2, 1), nn.ReLU(), nn.Conv3d(2, 1, 1))
    assert encoder_stages(layers, torch.zeros(1, 1, 4, 4, 4)) == (layers[1],)


def test_layers_are_shuffled_from_the_output_on():
    network = BrightIsIt()
    third = randomised(network, 1 / 3)
    assert torch.equal(third.first.weight, network.first.weight)
    assert torch.equal(third.deep.weight, network.deep.weight)
    assert not torch.equal(third.head.weight, network.head.weight)
    assert sorted(third.head.weight.flatten()) == sorted(network.head.weight.flatten())
    assert not torch.equal(randomised(network, 1.0).first.weight, network.first.weight)


def test_rank_correlation_by_hand():
    one = np.array([[[1, 2, 3, 4]]], np.float32)
    # ranks differ by 1, 1, 0, 0: 1 - 6 * 2 / (4 * 15)
    other = np.array([[[2, 1, 3, 4]]], np.float32)
    assert rank_correlation(one, other) == pytest.approx(0.8)
    assert rank_correlation(one, -one) == pytest.approx(-1)
    assert rank_correlation(one, np.ones_like(one)) == 0


def test_similarity_is_one_for_the_same_and_none_for_places_apart():
    one = np.zeros((16, 16, 16), np.float32)
    one[2:5, 2:5, 2:5] = 1
    assert structural_similarity(one, one) == pytest.approx(1, abs=1e-5)
    apart = np.roll(one, 9, axis=(0, 1, 2))
    assert structural_similarity(one, apart) < 0.1
    assert alikeness(one, one) == 1
    assert alikeness(one, apart) < 0.5
    assert alikeness(np.zeros_like(one), np.zeros_like(one)) == 1


def test_covering_the_maps_places_against_others_by_hand():
    network = SeesWithoutLearning()
    picture = torch.from_numpy(image())[None]
    target = target_of(network, 0, mask(), CancelToken())
    found = mask().astype(np.float32)
    test = check_deletion(picture, found, target)
    # What is covered becomes the median, so the mean of 27 voxels falls from 1 to that.
    assert test.at_map == pytest.approx(1 - float(picture.median()), abs=2e-4)
    assert test.others < 0.3
    assert not DeletionTest(0.1, 0.1).is_passed

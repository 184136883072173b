"""Whether a map says anything: without what was learned it must change, and it must matter."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from reader.core.explanation import DeletionTest, WeightCheck
from reader.inference.explain.maps import Target, common_value

LEVELS: Final = 3
_SEED: Final = 20261
_COVERED_SHARE: Final = 0.05
_MOVES: Final = 8
_SSIM_WINDOW: Final = 7
_C1, _C2 = 0.01**2, 0.03**2
"""Source: Wang et al., Image quality assessment, IEEE Trans Image Process 2004;13:600."""

Map = NDArray[np.float32]


def check_weights_matter(
    network: nn.Module, trained: Map, map_of: Callable[[nn.Module], Map]
) -> WeightCheck:
    """Take away what was learned, from the output towards the input, and map again.

    `map_of` makes the map of a network. A trained map that is empty says nothing whatever
    the weights are, so it is alike. Source: Adebayo et al., NeurIPS 2018 (cascading
    randomisation).
    """
    if not trained.any():
        return WeightCheck((1.0,) * LEVELS)
    return WeightCheck(
        tuple(
            alikeness(trained, map_of(randomised(network, level / LEVELS)))
            for level in range(1, LEVELS + 1)
        )
    )


def randomised(network: nn.Module, share: float) -> nn.Module:
    """A copy with the weights of the last `share` of its layers shuffled within each.

    So they keep their sizes, and the signal its strength, but nothing that was learned.
    """
    made = copy.deepcopy(network)
    layers = [m for m in made.modules() if any(True for _ in m.parameters(recurse=False))]
    generator = torch.Generator().manual_seed(_SEED)
    first = round(len(layers) * (1 - share))
    with torch.no_grad():
        for layer in layers[first:]:
            for values in layer.parameters(recurse=False):
                flat = values.detach().reshape(-1).clone()
                order = torch.randperm(flat.numel(), generator=generator)
                values.copy_(flat[order.to(flat.device)].reshape(values.shape))
    return made


def alikeness(one: Map, other: Map) -> float:
    """The larger of rank correlation and structural similarity, -1 to 1."""
    if not other.any():
        return 0.0 if one.any() else 1.0
    return round(max(rank_correlation(one, other), structural_similarity(one, other)), 4)


def rank_correlation(one: Map, other: Map) -> float:
    """Spearman's, over all voxels; of something constant 0."""
    from scipy.stats import rankdata

    ranks = [rankdata(each, axis=None) for each in (one, other)]
    spread = [float(np.std(each)) for each in ranks]
    if min(spread) == 0:
        return 0.0
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def structural_similarity(one: Map, other: Map) -> float:
    """The mean over the voxels where either map says anything; empty ground is no likeness."""
    from scipy.ndimage import uniform_filter

    def mean(values: Map) -> Map:
        return np.asarray(uniform_filter(values, _SSIM_WINDOW, mode="constant"))

    mean_one, mean_other = mean(one), mean(other)
    spread_one = mean(one * one) - mean_one**2
    spread_other = mean(other * other) - mean_other**2
    together = mean(one * other) - mean_one * mean_other
    likeness = (2 * mean_one * mean_other + _C1) * (2 * together + _C2)
    likeness /= (mean_one**2 + mean_other**2 + _C1) * (spread_one + spread_other + _C2)
    said = (one > 0) | (other > 0)
    return float(likeness[said].mean()) if said.any() else 1.0


def check_deletion(image: Tensor, found: Map, target: Target) -> DeletionTest:
    """Cover the places the map says most about, and the same shape moved about at random.

    Scattered voxels would be no fair comparison: noise harms a network wherever it is.
    Source: Petsiuk et al., RISE, BMVC 2018 (deletion).
    """
    count = max(1, round(_COVERED_SHARE * found.size))
    least = np.partition(found.ravel(), -count)[-count]
    places = found >= max(float(least), float(np.finfo(np.float32).tiny))
    rng = np.random.default_rng(_SEED)
    common = common_value(image)
    with torch.no_grad():
        before = float(target(image)[0])

        def fall(covered: NDArray[np.bool_]) -> float:
            mask = torch.from_numpy(np.ascontiguousarray(covered)).to(image.device)
            return before - float(target(torch.where(mask, common, image))[0])

        others = []
        for _ in range(_MOVES):
            steps = tuple(int(rng.integers(n)) for n in places.shape)
            others.append(fall(np.roll(places, steps, axis=(0, 1, 2))))
        return DeletionTest(round(fall(places), 4), round(float(np.mean(others)), 4))

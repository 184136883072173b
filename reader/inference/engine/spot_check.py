"""Whether a fast way says what full precision says, on a window or two with much in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from reader.core.cancel import CancelToken
from reader.inference.engine.sliding import Network
from reader.inference.engine.windows import WindowPlan

MOST_DIFFERENT: Final = 0.002
"""The share of labels that may differ."""

MANY_WINDOWS: Final = 200
"""From so many windows on two are compared, otherwise one: a check may not cost the gain."""

_SAMPLED: Final = 4
"""How much is in a window is judged by every fourth voxel along each axis."""

Decide = Callable[[torch.Tensor], torch.Tensor]
"""From logits (n, classes, …) to labels."""


class TooDifferentError(Exception):
    """A fast way says something else. `share` of the labels differ."""

    def __init__(self, share: float) -> None:
        super().__init__(f"{share:.2%} of the labels differ")
        self.share = share


def best_label(logits: torch.Tensor) -> torch.Tensor:
    """For classes of which one is right."""
    return logits.argmax(dim=1)


def regions(logits: torch.Tensor) -> torch.Tensor:
    """For regions that may overlap."""
    return logits > 0


def check_way(
    fast: Network,
    full: Network,
    windows: Sequence[torch.Tensor],
    decide: Decide,
    cancel: CancelToken,
) -> None:
    """Compare two ways on windows (n, channels, …).

    Raises:
        TooDifferentError: they disagree.
        Cancelled: before the next pass.
    """
    different, count = 0, 0
    with torch.inference_mode():
        for window in windows:
            cancel.check()
            said = decide(fast(window.clone()).float()).cpu().clone()
            cancel.check()
            right = decide(full(window.clone()).float()).cpu()
            different += int((said != right).sum())
            count += right.numel()
    if count and different / count > MOST_DIFFERENT:
        raise TooDifferentError(different / count)


def richest_windows(
    image: NDArray[np.float32], plan: WindowPlan, chosen: Sequence[int]
) -> list[int]:
    """The windows in which values differ most: not air, and the same ones in every run."""
    wanted = 2 if len(chosen) >= MANY_WINDOWS else 1

    def spread(number: int) -> float:
        box = tuple(slice(a, b, _SAMPLED) for a, b in plan.kept[number])
        return -float(image[(slice(None), *box)].std())

    return sorted(chosen, key=spread)[:wanted]

"""What a chest CT finding hung on: the network asked about the part of the scan around it."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.explanation import ExplainRequest, Explanation
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.imaging.resample import WorkingGrid, resized, to_source, to_working
from reader.inference.chest_ct.networks import HEAT_CHANNEL, STRIDE
from reader.inference.chest_ct.preprocess import LOWEST_HU, network_grid, normalise, resample_hu
from reader.inference.explain.asking import Question, ask

_SIDE: Final = 40
"""Voxels of 1.5 mm along each side of what is asked about: 60 mm around a nodule."""
_TOUCHED: Final = 0.05
"""A voxel of the network's output is of the finding from so large a part of it on."""


def explain_nodule(
    request: ExplainRequest,
    network: nn.Module,
    device: torch.device,
    report: ReportProgress,
    cancel: CancelToken,
) -> Explanation:
    """Ask about one finding. Raises as `Runner.explain` does."""
    grid = network_grid(request.volume.geometry)
    hu = resample_hu(request.volume.voxels, grid)
    share = to_working(request.mask.astype(np.float32), grid)
    box = _around(share)
    question = Question(
        image=normalise(_cut(hu, box, LOWEST_HU))[None],
        mask=_at_output(_cut(share, box, 0.0)),
        channel=HEAT_CHANNEL,
        method=request.method,
        is_checked=request.is_checked,
    )
    answer = ask(network, question, device, report, cancel)
    scores = _put_back(answer.scores, box, grid)
    heatmap = Heatmap(scores, request.volume.geometry, HeatmapKind.SALIENCY)
    return Explanation(heatmap, request.method, answer.deletion, answer.weights)


def _around(share: NDArray[np.float32]) -> tuple[int, int, int]:
    """The first voxel of the box around the finding; it may lie before the array."""
    places = np.argwhere(share > 0)
    middle = places.mean(axis=0) if len(places) else np.array(share.shape) / 2
    k, j, i = (round(float(c)) - _SIDE // 2 for c in middle)
    return k, j, i


def _cut(
    values: NDArray[np.float32], first: tuple[int, int, int], fill: float
) -> NDArray[np.float32]:
    """The box from an array, filled where it leads outside."""
    out = np.full((_SIDE,) * 3, fill, np.float32)
    inside, there = _both(values.shape, first)
    out[inside] = values[there]
    return out


def _put_back(
    scores: NDArray[np.float32], first: tuple[int, int, int], grid: WorkingGrid
) -> NDArray[np.float16]:
    whole = np.zeros(grid.geometry.shape_kji, np.float32)
    inside, there = _both(whole.shape, first)
    whole[there] = scores[inside]
    return np.asarray(np.clip(to_source(whole, grid, np.float16), 0, 1), np.float16)


def _both(
    shape: tuple[int, ...], first: tuple[int, int, int]
) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """The same voxels in the box and in the array."""
    low = [max(0, a) for a in first]
    high = [min(n, a + _SIDE) for n, a in zip(shape, first, strict=True)]
    there = tuple(slice(a, max(a, b)) for a, b in zip(low, high, strict=True))
    inside = tuple(
        slice(a - origin, max(a, b) - origin) for a, b, origin in zip(low, high, first, strict=True)
    )
    return inside, there


def _at_output(share: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The finding on the network's output, which is coarser; at least its densest voxel."""
    half = _SIDE // STRIDE
    coarse = resized(share, (half, half, half))
    least = min(_TOUCHED, float(coarse.max(initial=0.0)))
    return np.asarray((coarse >= least) & (coarse > 0))

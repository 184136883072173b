"""A volume through a network in tiles: the middle of each window is kept, its rim is context.

Tiles do not overlap, so a region is final the moment its window is done, the result does
not depend on the order, and nothing has to be blended. The rim costs what an overlap
would.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from reader.core.cancel import CancelToken
from reader.core.geometry import IndexBox
from reader.inference.chest_ct.networks import STRIDE
from reader.inference.engine.device import number_format
from reader.inference.thread_choice import ThreadChoice

RIM_VOXELS: Final = 8
"""Context on each side of a tile, 12 mm."""

WINDOW_SIZES: Final = (64, 48)
"""Window edges to try, in voxels; the next one when memory runs out."""

CUDA_WINDOW_SIZES: Final = (128, 64, 48)

Tile = IndexBox
LooksAt = Callable[[], Sequence[float] | None]
"""Where the reader looks now, in voxels."""


@dataclass(frozen=True, slots=True, eq=False)
class Engine:
    """A network ready to run: where, in which number format, in windows of which edge."""

    network: nn.Module
    device: torch.device
    fast: bool
    window: int
    threads: ThreadChoice


def plan_tiles(
    wanted: NDArray[np.bool_], window: int, focus: Sequence[float] | None = None
) -> list[Tile]:
    """Tiles that together cover every wanted voxel, nearest to `focus` first.

    `focus` is a position in voxels; without one the middle of what is wanted.
    """
    along = [wanted.any(axis=others) for others in ((1, 2), (0, 2), (0, 1))]
    if not along[0].any():
        return []
    # Even starts, so that a tile is whole output voxels.
    starts = [int(line.argmax()) // STRIDE * STRIDE for line in along]
    core = window - 2 * RIM_VOXELS
    tiles: list[Tile] = []
    shape = wanted.shape
    for k in range(starts[0], shape[0], core):
        for j in range(starts[1], shape[1], core):
            for i in range(starts[2], shape[2], core):
                tile = _clipped((k, j, i), core, (shape[0], shape[1], shape[2]))
                if wanted[tuple(slice(*bounds) for bounds in tile)].any():
                    tiles.append(tile)
    middle = np.argwhere(wanted).mean(axis=0) if focus is None else np.asarray(focus)

    def distance(tile: Tile) -> float:
        return float(sum((sum(b) / 2 - m) ** 2 for b, m in zip(tile, middle, strict=True)))

    return sorted(tiles, key=distance)


def _clipped(start: tuple[int, int, int], core: int, shape: tuple[int, int, int]) -> Tile:
    k, j, i = ((s, min(s + core, n)) for s, n in zip(start, shape, strict=True))
    return k, j, i


def run_tiles(
    image: NDArray[np.float32],
    tiles: Sequence[Tile],
    engine: Engine,
    cancel: CancelToken,
    on_tile: Callable[[int, Tile, NDArray[np.float32]], None],
    focus: LooksAt = lambda: None,
) -> NDArray[np.float32]:
    """Probabilities (2, k/2, j/2, i/2) of an image in 0..1; 0 where no tile lies.

    `on_tile(number of tiles done, the tile that is now final, its probabilities)` is called
    after each; the next is the nearest to `focus` then.

    Raises: Cancelled: before the next window.
    """
    shape = tuple(-(-n // STRIDE) for n in image.shape)
    out = np.zeros((2, *shape), np.float32)
    left = list(tiles)
    for done in range(1, len(tiles) + 1):
        cancel.check()
        tile = left.pop(nearest(left, focus()))
        torch.set_num_threads(engine.threads.threads)
        started = time.perf_counter()
        window = _window(image, tile, engine.window)
        kept = _kept(_run_window(window, engine), tile)
        engine.threads.record(time.perf_counter() - started)
        box = tuple(slice(a // STRIDE, a // STRIDE + n) for (a, _), n in _sizes(tile))
        out[(slice(None), *box)] = kept
        on_tile(done, tile, kept)
    return out


def nearest(tiles: Sequence[Tile], focus: Sequence[float] | None) -> int:
    """The place in the list of the tile nearest to a position; without one the first."""
    if focus is None:
        return 0
    centers = np.array([[sum(bounds) / 2 for bounds in tile] for tile in tiles])
    return int(np.argmin(np.sum((centers - np.asarray(focus)) ** 2, axis=1)))


def _sizes(tile: Tile) -> list[tuple[tuple[int, int], int]]:
    return [(bounds, -(-(bounds[1] - bounds[0]) // STRIDE)) for bounds in tile]


def _window(image: NDArray[np.float32], tile: Tile, size: int) -> NDArray[np.float32]:
    """The tile with its rim; beyond the image there is air (0)."""
    window = np.zeros((size,) * 3, np.float32)
    source, target = [], []
    for (start, _), n in zip(tile, image.shape, strict=True):
        low, high = max(0, start - RIM_VOXELS), min(n, start - RIM_VOXELS + size)
        source.append(slice(low, high))
        target.append(slice(low - start + RIM_VOXELS, high - start + RIM_VOXELS))
    window[tuple(target)] = image[tuple(source)]
    return window


def _run_window(window: NDArray[np.float32], engine: Engine) -> NDArray[np.float32]:
    tensor = torch.from_numpy(window)[None, None].to(engine.device)
    tensor = tensor.contiguous(memory_format=torch.channels_last_3d)
    with torch.inference_mode(), number_format(engine.device, engine.fast):
        logits = engine.network(tensor)
        probability = torch.sigmoid(logits.float())[0].cpu().numpy()
    if not np.isfinite(probability).all():
        raise FloatingPointError("The network returned values that are not numbers.")
    return np.asarray(probability, np.float32)


def _kept(probability: NDArray[np.float32], tile: Tile) -> NDArray[np.float32]:
    rim = RIM_VOXELS // STRIDE
    box = tuple(slice(rim, rim + n) for _, n in _sizes(tile))
    return probability[(slice(None), *box)]

"""Run the tiles; when memory runs out, with smaller windows, then on the processor."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from reader.core.cancel import CancelToken
from reader.core.errors import InferenceError
from reader.core.text import Text, say
from reader.inference.chest_ct.tiles import (
    CUDA_WINDOW_SIZES,
    WINDOW_SIZES,
    Engine,
    LooksAt,
    Tile,
    plan_tiles,
    run_tiles,
)
from reader.inference.engine.device import (
    beside_a_screen_threads,
    fast_numbers,
    is_out_of_memory,
    release_memory,
)
from reader.inference.thread_choice import ThreadChoice

OnTile = Callable[[int, int, Tile, NDArray[np.float32]], None]
"""Called with tiles done, tiles in all, the tile that became final, its probabilities."""


@dataclass(frozen=True, slots=True, eq=False)
class Probabilities:
    """What the network says at half resolution, (2, k/2, j/2, i/2), and how it was run."""

    values: NDArray[np.float32]
    device: torch.device
    notes: tuple[Text, ...]


def run_with_fallback(
    network: nn.Module,
    device: torch.device,
    image: NDArray[np.float32],
    wanted: NDArray[np.bool_],
    focus: LooksAt,
    cancel: CancelToken,
    on_tile: OnTile,
    *,
    beside_a_screen: bool,
) -> Probabilities:
    """Run every tile that touches a wanted voxel.

    A failed attempt is thrown away whole, so a result never mixes window sizes.

    Raises:
        Cancelled: before the next window.
        InferenceError: out of memory even with the smallest windows on the processor, or
            the network's output is not numbers.
    """
    notes: list[Text] = []
    threads = [1, beside_a_screen_threads() if beside_a_screen else os.cpu_count() or 1]
    for target, window, fast in _attempts(device):
        tiles = plan_tiles(wanted, window, focus())

        def done(
            number: int, tile: Tile, kept: NDArray[np.float32], total: int = len(tiles)
        ) -> None:
            on_tile(number, total, tile, kept)

        try:
            engine = Engine(network.to(target), target, fast, window, ThreadChoice(threads))
            return Probabilities(
                run_tiles(image, tiles, engine, cancel, done, focus), target, tuple(notes)
            )
        except FloatingPointError:
            if not fast:
                break
            notes.append(say("The fast number format failed; the run was repeated in full."))
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            notes.append(_memory_note(target))
        finally:
            network.to("cpu")
            release_memory(target)
    raise InferenceError(
        say("The model could not be run: memory or number format did not allow it."),
        say("Close other programs and run it again."),
    )


def _attempts(device: torch.device) -> Iterator[tuple[torch.device, int, bool]]:
    """Device, window and whether to use the fast number format, in the order to try."""
    if device.type == "cuda":
        for window in CUDA_WINDOW_SIZES:
            yield device, window, fast_numbers(device)
    cpu = torch.device("cpu")
    for window in WINDOW_SIZES:
        yield cpu, window, fast_numbers(cpu)
    yield cpu, WINDOW_SIZES[-1], False


def _memory_note(device: torch.device) -> Text:
    if device.type == "cuda":
        return say("The graphics card ran out of memory; the run went on with less.")
    return say("Memory ran short; the run was repeated in smaller pieces.")

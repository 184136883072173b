"""A network taken over an image in overlapping windows, nearest to the reader's eye first.

The result is nnU-Net's own to the last bit (or MONAI's to rounding, see `Convention`),
whatever the order in which windows were computed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from reader.core.cancel import CancelToken
from reader.core.geometry import IndexBox
from reader.inference.engine.commit import WindowSum
from reader.inference.engine.place import Place
from reader.inference.engine.windows import (
    Convention,
    WindowPlan,
    WindowSettings,
    plan_windows,
    window_weights,
)

__all__ = [
    "Convention",
    "LookHere",
    "Network",
    "OnWindow",
    "WindowSettings",
    "chosen_windows",
    "predict_logits",
]

Network = Callable[[torch.Tensor], torch.Tensor]
"""Windows (n, channels, k, j, i) to logits (n, classes, k, j, i); without k for a 2-D one."""

FocusKji = Callable[[], Sequence[float] | None]
"""Where the reader looks now, in voxels of the image; None where nobody has said."""

Activation = Callable[[torch.Tensor], torch.Tensor]
"""Logits (classes, …) to probabilities of the same shape."""

HELD_BYTES: Final = 1 << 29
"""What may be held for the sake of order unless a plan says otherwise."""

_ABSENT_LOGIT: Final = -20.0


@dataclass(frozen=True, slots=True, eq=False)
class LookHere:
    """What is known of a window's place so far, computed when asked for.

    To be asked during the callback that it came with; later it has changed.
    """

    _scores: Callable[[], torch.Tensor]

    def scores(self) -> NDArray[np.float32]:
        """Logits times a positive factor that differs by voxel, (classes, box)."""
        return np.asarray(self._scores().float().numpy(), np.float32)

    def labels(self) -> NDArray[np.uint16]:
        """The class with the highest logit, of the box's shape."""
        return np.asarray(self._scores().argmax(dim=0).numpy(), np.uint16)


OnWindow = Callable[[int, int, IndexBox, LookHere], None]
"""Windows done, windows in all, the box in the image that became known, and a look at it."""


def ignore_window(_done: int, _total: int, _box: IndexBox, _look: LookHere) -> None:
    """An `OnWindow` for callers that do not care."""


def predict_logits(
    networks: Sequence[Network],
    image: NDArray[np.float32],
    settings: WindowSettings,
    classes: int,
    place: Place,
    *,
    cancel: CancelToken,
    wanted: NDArray[np.bool_] | None = None,
    focus_kji: FocusKji = lambda: None,
    on_window: OnWindow = ignore_window,
    held_bytes: int = HELD_BYTES,
    empty: Sequence[float] | None = None,
    batch: int = 1,
    members: Activation | None = None,
) -> NDArray[np.float16] | NDArray[np.float32]:
    """Logits (classes, k, j, i) of an image (channels, k, j, i), in `settings.accumulate`.

    Several networks are folds: one after the other over the whole image, their logits
    averaged. `focus_kji` is asked before every window, and what is nearest to it comes next;
    without a focus, or when more than `held_bytes` wait for their turn, windows are taken
    in the order of the plan. A window none of whose voxels is `wanted` (k, j, i) is left
    out; where no window ran, the logits are `empty`: 0 for class 0 and -20 for the others
    unless said otherwise. `batch` windows at once pay on a graphics card only.

    With `members`, as many channels again follow: the probabilities by that activation,
    averaged over folds and mirrorings, from which `uncertainty.entropy` tells where these
    disagree.

    Raises:
        Cancelled: before the next pass of the network.
        FloatingPointError: a network said something that is no number.
    """
    if not networks:
        raise ValueError("There is no network to run.")
    with torch.inference_mode():
        run = _Run(image, settings, classes, place, wanted, members)
        told = _Told(cancel, focus_kji, on_window, held_bytes, max(1, batch))
        count = len(run.chosen)
        result = run.over_image(networks[0], told, 0, count * len(networks))
        for fold, network in enumerate(networks[1:], start=1):
            result += run.over_image(network, told, fold * count, count * len(networks))
        if len(networks) > 1:
            result /= len(networks)
        run.fill_empty(result, empty)
        logits: NDArray[np.float16] | NDArray[np.float32] = result.numpy()
        return logits


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """What the caller says and is told meanwhile."""

    cancel: CancelToken
    focus_kji: FocusKji
    on_window: OnWindow
    held_bytes: int
    batch: int


class _Run:
    """One image under one plan of windows; the folds share it."""

    def __init__(
        self,
        image: NDArray[np.float32],
        settings: WindowSettings,
        classes: int,
        place: Place,
        wanted: NDArray[np.bool_] | None,
        members: Activation | None,
    ) -> None:
        self._settings = settings
        self._classes = classes
        self._device = place.device
        self._members = members
        self._image = np.asarray(image, np.float32)
        shape = (image.shape[1], image.shape[2], image.shape[3])
        self._plan = plan_windows(shape, settings, wanted)
        self.chosen = chosen_windows(self._plan, wanted)
        self._gaussian = torch.from_numpy(window_weights(settings).copy())
        self._dtype = torch.float16 if settings.accumulate is np.float16 else torch.float32
        self._weights = self._summed_weights()

    def over_image(self, network: Network, told: _Told, done: int, every: int) -> torch.Tensor:
        """The mean over windows, (classes, k, j, i). `done` of `every` have been before."""
        channels = self._classes * (1 if self._members is None else 2)
        total = torch.zeros((channels, *self._weights.shape), dtype=self._dtype)
        summed = WindowSum({n: self._output_box(n) for n in self.chosen}, total)
        queue = _Queue(self._plan, self.chosen)
        while queue:
            focus = told.focus_kji() if summed.held_bytes <= told.held_bytes else None
            numbers = queue.next(focus, told.batch)
            for number, said in zip(numbers, self._windows(network, numbers, told), strict=True):
                inside = self._inside(number)
                summed.add(number, said[(slice(None), *inside)].mul_(self._gaussian[inside]))
                done += 1
                look = LookHere(partial(self._so_far, summed, number))
                told.on_window(done, every, self._plan.kept[number], look)
        torch.div(total, self._weights, out=total)
        if total.isinf().any():
            raise FloatingPointError("The sum of the windows left the range of its numbers.")
        return total

    def _so_far(self, summed: WindowSum, number: int) -> torch.Tensor:
        return summed.so_far(number)[: self._classes]

    def fill_empty(self, logits: torch.Tensor, empty: Sequence[float] | None) -> None:
        """Write the logits of places where no window ran."""
        nowhere = self._weights == 0
        if not nowhere.any():
            return
        values = (0.0, *(_ABSENT_LOGIT,) * (self._classes - 1)) if empty is None else empty
        filled = torch.tensor(values, dtype=torch.float32)
        if self._members is not None:
            filled = torch.cat((filled, self._members(filled)))
        for channel, value in zip(logits, filled, strict=True):
            channel[nowhere] = value.to(self._dtype)

    def _summed_weights(self) -> torch.Tensor:
        stride = self._settings.stride
        weights = torch.zeros([-(-n // stride) for n in self._plan.shape], dtype=self._dtype)
        for number in self.chosen:
            box = tuple(slice(*bounds) for bounds in self._output_box(number))
            weights[box] += self._gaussian[self._inside(number)]
        return weights

    def _output_box(self, number: int) -> IndexBox:
        """What a window says something about, in voxels of the output."""
        stride = self._settings.stride
        k, j, i = ((a // stride, -(-b // stride)) for a, b in self._plan.kept[number])
        return k, j, i

    def _inside(self, number: int) -> tuple[slice, slice, slice]:
        """Where that lies in the window's own output."""
        stride, window = self._settings.stride, self._plan.windows[number]
        k, j, i = (
            slice(a - start // stride, b - start // stride)
            for (a, b), (start, _) in zip(self._output_box(number), window, strict=True)
        )
        return k, j, i

    def _windows(self, network: Network, numbers: Sequence[int], told: _Told) -> torch.Tensor:
        """Logits in float32, (n, classes, window), means over mirrorings; free to write to."""
        flat = self._settings.is_2d
        boxes = [self._plan.windows[number] for number in numbers]
        data = torch.stack([window_data(self._image, box, self._settings) for box in boxes])
        # Always full batches: how results are rounded may depend on their number.
        data = data[[*range(len(numbers)), *[0] * (told.batch - len(numbers))]]
        data = (data[:, :, 0] if flat else data).to(self._device)
        mean: torch.Tensor | None = None
        probability: torch.Tensor | None = None
        flips = self._settings.flips
        for flip in flips:
            told.cancel.check()
            # In 2-D the missing slice axis moves the others down by one.
            axes = [axis + (1 if flat else 2) for axis in flip]
            # Also without axes a copy: a network may hand back what it was given.
            said = torch.flip(network(torch.flip(data, axes)), axes).float()
            if self._members is not None:
                share = torch.stack([self._members(one) for one in said])
                probability = share if probability is None else probability.add_(share)
            mean = said if mean is None else mean.add_(said)
        assert mean is not None
        if len(flips) > 1:
            mean /= len(flips)
        if probability is not None:
            mean = torch.cat((mean, probability / len(flips)), dim=1)
        out = mean[: len(numbers)].cpu()
        if not torch.isfinite(out).all():
            raise FloatingPointError("The network returned values that are not numbers.")
        return out[:, :, None] if flat else out


class _Queue:
    """The windows still to come."""

    def __init__(self, plan: WindowPlan, chosen: Sequence[int]) -> None:
        self._left = np.array(sorted(chosen), int)
        middles = [[sum(bounds) / 2 for bounds in plan.windows[n]] for n in self._left]
        self._middles = np.array(middles).reshape(-1, 3)

    def __bool__(self) -> bool:
        return bool(len(self._left))

    def next(self, focus: Sequence[float] | None, count: int) -> list[int]:
        """Take the windows nearest to a place, or the first ones of the plan."""
        at = np.arange(min(count, len(self._left)))
        if focus is not None:
            distances = ((self._middles - np.asarray(focus) - 0.5) ** 2).sum(axis=1)
            at = np.argsort(distances, kind="stable")[:count]
        numbers = [int(n) for n in self._left[at]]
        self._left = np.delete(self._left, at)
        self._middles = np.delete(self._middles, at, axis=0)
        return numbers


def chosen_windows(plan: WindowPlan, wanted: NDArray[np.bool_] | None) -> list[int]:
    """The numbers of the windows that say something about a wanted voxel."""
    if wanted is None:
        return list(range(len(plan.windows)))
    return [
        number
        for number, kept in enumerate(plan.kept)
        if wanted[tuple(slice(*bounds) for bounds in kept)].any()
    ]


def window_data(
    image: NDArray[np.float32], window: IndexBox, settings: WindowSettings
) -> torch.Tensor:
    """A window of an image, (channels, window), padded where it reaches beyond it; a copy."""
    size = tuple(stop - start for start, stop in window)
    data = np.full((len(image), *size), settings.pad_value, np.float32)
    source, target = [slice(None)], [slice(None)]
    for (start, stop), n in zip(window, image.shape[1:], strict=True):
        low, high = max(0, start), min(n, stop)
        source.append(slice(low, high))
        target.append(slice(low - start, high - start))
    data[tuple(target)] = image[tuple(source)]
    return torch.from_numpy(data)

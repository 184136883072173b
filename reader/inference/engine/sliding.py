"""A network taken over an image in overlapping windows, nearest to the reader's eye first.

The result is nnU-Net's own to the last bit (or MONAI's to rounding, see `Convention`),
whatever the order in which windows were computed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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

__all__ = ["Convention", "LookHere", "Network", "WindowSettings", "predict_logits"]

Network = Callable[[torch.Tensor], torch.Tensor]
"""Windows (n, channels, k, j, i) to logits (n, classes, k, j, i); without k for a 2-D one."""

FocusKji = Callable[[], Sequence[float] | None]
"""Where the reader looks now, in voxels of the image; None where nobody has said."""

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
        return np.asarray(self._scores().float().cpu().numpy(), np.float32)

    def labels(self) -> NDArray[np.uint16]:
        """The class with the highest logit, of the box's shape."""
        return np.asarray(self._scores().argmax(dim=0).cpu().numpy(), np.uint16)


OnWindow = Callable[[int, int, IndexBox, LookHere], None]
"""Windows done, windows in all, the box in the image that became known, and a look at it."""


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
    on_window: OnWindow = lambda _done, _total, _box, _look: None,
    held_bytes: int = HELD_BYTES,
    empty: Sequence[float] | None = None,
) -> NDArray[np.float16] | NDArray[np.float32]:
    """Logits (classes, k, j, i) of an image (channels, k, j, i), in `settings.accumulate`.

    Several networks are folds: one after the other over the whole image, their logits
    averaged. `focus_kji` is asked before every window, and what is nearest to it comes next;
    without a focus, or when more than `held_bytes` wait for their turn, windows are taken
    in the order of the plan. A window none of whose voxels is `wanted` (k, j, i) is left
    out; where no window ran, the logits are `empty`: 0 for class 0 and -20 for the others
    unless said otherwise.

    Raises:
        Cancelled: before the next pass of the network.
        FloatingPointError: a network said something that is no number.
    """
    if not networks:
        raise ValueError("There is no network to run.")
    with torch.inference_mode():
        run = _Run(image, settings, classes, place, wanted, len(networks))
        told = _Told(cancel, focus_kji, on_window, held_bytes)
        result = run.over_image(networks[0], told, 0)
        for fold, network in enumerate(networks[1:], start=1):
            result += run.over_image(network, told, fold)
        if len(networks) > 1:
            result /= len(networks)
        run.fill_empty(result, empty)
        return run.cropped(result)


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """What the caller says and is told meanwhile."""

    cancel: CancelToken
    focus_kji: FocusKji
    on_window: OnWindow
    held_bytes: int


class _Run:
    """One image under one plan of windows; the folds share it."""

    def __init__(
        self,
        image: NDArray[np.float32],
        settings: WindowSettings,
        classes: int,
        place: Place,
        wanted: NDArray[np.bool_] | None,
        folds: int,
    ) -> None:
        self._settings = settings
        self._classes = classes
        self._device = place.device
        self._folds = folds
        shape = (image.shape[1], image.shape[2], image.shape[3])
        self._plan = plan_windows(shape, settings)
        self._image = torch.from_numpy(_padded(image, self._plan, settings.pad_value))
        self._chosen = _chosen(self._plan, wanted)
        self._gaussian = torch.from_numpy(window_weights(settings).copy())
        self._dtype = torch.float16 if settings.accumulate is np.float16 else torch.float32
        self._weights = self._summed_weights()

    def over_image(self, network: Network, told: _Told, fold: int) -> torch.Tensor:
        """The mean over windows, (classes, padded image)."""
        total = torch.zeros((self._classes, *self._plan.padded), dtype=self._dtype)
        summed = WindowSum(self._plan, self._chosen, total)
        queue = _Queue(self._plan, self._chosen)
        done, every = fold * len(self._chosen), self._folds * len(self._chosen)
        while queue:
            focus = told.focus_kji() if summed.held_bytes <= told.held_bytes else None
            number = queue.next(focus)
            said = self._window(network, number, told.cancel)
            said *= self._gaussian
            summed.add(number, said)
            done += 1
            box = self._plan.unpadded(self._plan.windows[number])
            told.on_window(done, every, box, self._look(summed, number))
        torch.div(total, self._weights, out=total)
        if total.isinf().any():
            raise FloatingPointError("The sum of the windows left the range of its numbers.")
        return total

    def fill_empty(self, logits: torch.Tensor, empty: Sequence[float] | None) -> None:
        """Write the logits of places where no window ran."""
        if len(self._chosen) == len(self._plan.windows):
            return
        nowhere = self._weights == 0
        values = (0.0, *(_ABSENT_LOGIT,) * (self._classes - 1)) if empty is None else empty
        for channel, value in zip(logits, values, strict=True):
            channel[nowhere] = value

    def cropped(self, logits: torch.Tensor) -> NDArray[np.float16] | NDArray[np.float32]:
        """Without the padding."""
        box = (slice(b, b + n) for b, n in zip(self._plan.before, self._plan.shape, strict=True))
        array: NDArray[np.float16] | NDArray[np.float32] = logits[(slice(None), *box)].numpy()
        return array

    def _summed_weights(self) -> torch.Tensor:
        weights = torch.zeros(self._plan.padded, dtype=self._dtype)
        for number in self._chosen:
            weights[tuple(slice(*b) for b in self._plan.windows[number])] += self._gaussian
        return weights

    def _window(self, network: Network, number: int, cancel: CancelToken) -> torch.Tensor:
        """Logits of one window in float32, (classes, window), the mean over its mirrorings."""
        box = (slice(None), *(slice(*b) for b in self._plan.windows[number]))
        data = self._image[box][None].clone(memory_format=torch.contiguous_format)
        data = (data[:, :, 0] if self._settings.is_2d else data).to(self._device)
        mean: torch.Tensor | None = None
        for flip in self._settings.flips:
            cancel.check()
            # In 2-D the missing slice axis moves the others down by one.
            axes = [axis + (1 if self._settings.is_2d else 2) for axis in flip]
            # Also without axes a copy: a network may hand back what it was given.
            said = torch.flip(network(torch.flip(data, axes)), axes).float()
            mean = said if mean is None else mean.add_(said)
        assert mean is not None
        if len(self._settings.flips) > 1:
            mean /= len(self._settings.flips)
        out = mean[0].cpu()
        if not torch.isfinite(out).all():
            raise FloatingPointError("The network returned values that are not numbers.")
        return out[:, None] if self._settings.is_2d else out

    def _look(self, summed: WindowSum, number: int) -> LookHere:
        window = self._plan.windows[number]
        inside = self._plan.unpadded(window)
        crop = tuple(
            slice(a + off - start, b + off - start)
            for (a, b), off, (start, _) in zip(inside, self._plan.before, window, strict=True)
        )
        return LookHere(lambda: summed.so_far(number)[(slice(None), *crop)])


class _Queue:
    """The windows still to come."""

    def __init__(self, plan: WindowPlan, chosen: Sequence[int]) -> None:
        self._left = np.array(sorted(chosen), int)
        middles = [[sum(b) / 2 for b in plan.windows[n]] for n in self._left]
        self._middles = np.array(middles).reshape(-1, 3) - np.array(plan.before)

    def __bool__(self) -> bool:
        return bool(len(self._left))

    def next(self, focus: Sequence[float] | None) -> int:
        """Take the window nearest to a place, or the first one of the plan."""
        at = 0
        if focus is not None:
            at = int(((self._middles - np.asarray(focus) - 0.5) ** 2).sum(axis=1).argmin())
        number = int(self._left[at])
        self._left = np.delete(self._left, at)
        self._middles = np.delete(self._middles, at, axis=0)
        return number


def _padded(image: NDArray[np.float32], plan: WindowPlan, value: float) -> NDArray[np.float32]:
    if plan.padded == plan.shape:
        return np.ascontiguousarray(image, np.float32)
    widths = [(0, 0)] + [
        (before, whole - n - before)
        for before, whole, n in zip(plan.before, plan.padded, plan.shape, strict=True)
    ]
    return np.pad(np.asarray(image, np.float32), widths, constant_values=value)


def _chosen(plan: WindowPlan, wanted: NDArray[np.bool_] | None) -> list[int]:
    """The numbers of the windows that touch a wanted voxel."""
    if wanted is None:
        return list(range(len(plan.windows)))
    return [
        number
        for number, window in enumerate(plan.windows)
        if wanted[tuple(slice(*b) for b in plan.unpadded(window))].any()
    ]

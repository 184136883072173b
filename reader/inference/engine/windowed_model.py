"""A network kept warm and run over images in the fastest way that is right and fits.

What adapters use. `predict` plans the memory, takes the fastest way that this machine has,
compares it with full precision on a window or two, and goes on with less when memory or
numbers do not allow it. Whatever was given up is said in the notes.
"""

from __future__ import annotations

import dataclasses
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from reader.core.cancel import CancelToken
from reader.core.errors import InferenceError
from reader.core.geometry import IndexBox
from reader.core.text import Text, say
from reader.inference.engine import uncertainty
from reader.inference.engine.backends import Way, prepared, ways_on
from reader.inference.engine.device import (
    beside_a_screen_threads,
    is_out_of_memory,
    release_memory,
)
from reader.inference.engine.memory_plan import (
    fitting_batch,
    free_bytes,
    held_within,
    input_shape,
    memory_need,
)
from reader.inference.engine.openvino_network import CannotCompileError
from reader.inference.engine.place import Place
from reader.inference.engine.sliding import (
    HELD_BYTES,
    FocusKji,
    LookHere,
    Network,
    OnWindow,
    chosen_windows,
    ignore_window,
    predict_logits,
    window_data,
)
from reader.inference.engine.spot_check import (
    TooDifferentError,
    best_label,
    check_way,
    regions,
    richest_windows,
)
from reader.inference.engine.windows import Shape, WindowSettings, plan_windows, tile_around

_log = logging.getLogger(__name__)

_CPU: Final = torch.device("cpu")
_CURABLE: Final = (
    TooDifferentError,
    CannotCompileError,
    FloatingPointError,
    MemoryError,
    RuntimeError,  # as which PyTorch says that memory ran out
)


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """Logits (classes, k, j, i), and how they were computed.

    `entropy` (k, j, i) says where folds and mirrorings disagree, when it was asked for.
    """

    logits: NDArray[np.float16] | NDArray[np.float32]
    device: torch.device
    way: Way
    notes: tuple[Text, ...]
    entropy: NDArray[np.float16] | None = None


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One way on one device, with windows of one size."""

    device: torch.device
    way: Way
    settings: WindowSettings
    is_last_resort: bool = False

    def is_pointless_after(self, failed: _Attempt, error: Exception) -> bool:
        """Whether this would fail of the same."""
        if self.device != failed.device or self.is_last_resort:
            return False
        if is_out_of_memory(error):
            return self.settings is failed.settings
        return self.way is failed.way


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What one run was asked for."""

    image: NDArray[np.float32]
    place: Place
    cancel: CancelToken
    wanted: NDArray[np.bool_] | None
    focus_kji: FocusKji | None
    on_window: OnWindow
    empty: Sequence[float] | None
    uncertainty: bool


class WindowedModel:
    """Networks (folds) with the windows they are used in. Used by one thread at a time.

    `exact`: nothing but full precision in PyTorch, as the model's own framework computes
    it; `full_precision`: any way that computes in it. `overlapping`: the channels are regions
    of which several may be true. `smaller` are window sizes that the model's card allows when
    memory is short.
    """

    def __init__(
        self,
        networks: Sequence[Network],
        settings: WindowSettings,
        classes: int,
        *,
        exact: bool = False,
        full_precision: bool = False,
        overlapping: bool = False,
        smaller: Sequence[Shape] = (),
    ) -> None:
        self._networks = tuple(networks)
        self._settings = settings
        self._classes = classes
        self._exact = exact
        self._full = full_precision
        self._overlapping = overlapping
        self._smaller = tuple(smaller)
        self._warm: dict[tuple[object, ...], Network] = {}

    def predict(
        self,
        image: NDArray[np.float32],
        place: Place,
        *,
        cancel: CancelToken,
        wanted: NDArray[np.bool_] | None = None,
        focus_kji: FocusKji | None = None,
        on_window: OnWindow = ignore_window,
        empty: Sequence[float] | None = None,
        uncertainty: bool = False,
    ) -> Predicted:
        """Run over an image (channels, k, j, i); see `sliding.predict_logits`.

        A failed attempt is thrown away whole, so a result never mixes ways of computing;
        `on_window` then hears of all windows again.

        Raises:
            Cancelled: within one window.
            InferenceError: it does not fit into memory in any way, or the network does
                not return numbers.
        """
        asked = _Asked(
            image, place, cancel, wanted, focus_kji, on_window, empty, uncertainty
        )  # fmt: skip
        try:
            return self._first_that_works(asked)
        finally:
            # A card is shared with others; weights are back on it in no time.
            self._warm = {k: n for k, n in self._warm.items() if k[2] == _CPU}
            release_memory(place.device)

    def glimpse(
        self, image: NDArray[np.float32], place: Place, at_kji: Sequence[float]
    ) -> tuple[IndexBox, NDArray[np.float32]] | None:
        """What one tile around a place says, by itself and unchecked; to look at only.

        Its box in the image and its logits there (classes, box). Only for models that run in
        tiles. None where it cannot be had; `predict` then says why.
        """
        attempt = self._attempts(place.device)[0]
        settings = attempt.settings
        shape = (image.shape[1], image.shape[2], image.shape[3])
        window, kept, inside = tile_around(at_kji, shape, settings)
        threads = threads_beside(place)
        torch.set_num_threads(threads)
        try:
            network = self._prepared(0, attempt, len(image), 1, threads)
            with torch.inference_mode():
                said = network(window_data(image, window, settings)[None].to(attempt.device))
                logits = said[0].float().cpu().numpy()[(slice(None), *inside)].copy()
        except _CURABLE as error:
            _log.info("No glimpse: %s", type(error).__name__)
            return None
        return kept, logits

    def _first_that_works(self, asked: _Asked) -> Predicted:
        notes: list[Text] = []
        ran_out = False
        left = self._attempts(asked.place.device)
        while left:
            attempt = left.pop(0)
            asked.cancel.check()
            try:
                return self._run(attempt, asked, tuple(notes))
            except _CURABLE as error:
                notes.append(_why(error, attempt))
                ran_out = is_out_of_memory(error)
                _log.info("An attempt failed: %s", type(error).__name__)
                left = [a for a in left if not a.is_pointless_after(attempt, error)]
                self._warm = {k: n for k, n in self._warm.items() if k[1] is not attempt.way}
            release_memory(attempt.device)
        raise InferenceError(
            say("There is not enough memory to run this model.") if ran_out else notes[-1],
            say("Close other programs and run it again, or choose a smaller model."),
        )

    def _attempts(self, device: torch.device) -> list[_Attempt]:
        """What to try in turn: the ways, smaller windows, fewer at once, the processor."""
        sizes = [self._settings] + [
            dataclasses.replace(self._settings, size_kji=size) for size in self._smaller
        ]
        attempts = []
        for target in dict.fromkeys((device, _CPU)):
            ways = [w for w in ways_on(target, self._networks[0]) if self._may_be(w)]
            attempts += [_Attempt(target, way, size) for size in sizes for way in ways]
            attempts += [
                _Attempt(target, way, sizes[-1], is_last_resort=True)
                for way in ways_on(target, self._networks[0])
                if way in (Way.TORCH_FAST, Way.TORCH_FULL)
            ]
        return attempts

    def _may_be(self, way: Way) -> bool:
        return way is Way.TORCH_FULL if self._exact else way.is_full or not self._full

    def _run(self, attempt: _Attempt, asked: _Asked, notes: tuple[Text, ...]) -> Predicted:
        settings = attempt.settings
        threads = threads_beside(asked.place)
        torch.set_num_threads(threads)
        held, batch = self._planned(attempt, asked)
        networks = [
            self._prepared(fold, attempt, len(asked.image), batch, threads)
            for fold in range(len(self._networks))
        ]
        logits = predict_logits(
            networks,
            asked.image,
            settings,
            self._classes,
            Place(attempt.device, asked.place.beside_a_screen),
            cancel=asked.cancel,
            wanted=asked.wanted,
            focus_kji=asked.focus_kji or (lambda: None),
            on_window=self._checking(networks[0], attempt, asked, batch),
            held_bytes=held,
            empty=asked.empty,
            batch=batch,
            members=self._activation if asked.uncertainty else None,
        )
        entropy = None
        if asked.uncertainty:
            logits, probability = logits[: self._classes], logits[self._classes :]
            labels = (logits > 0).argmax(axis=0) if self._overlapping else logits.argmax(axis=0)
            entropy = uncertainty.entropy(probability, labels, regions=self._overlapping)
        return Predicted(logits, attempt.device, attempt.way, notes, entropy)

    def _planned(self, attempt: _Attempt, asked: _Asked) -> tuple[int, int]:
        """Bytes to hold at most, and windows at once. Raises: MemoryError: it will not fit."""
        shape = asked.image.shape[1:]
        need = memory_need(
            self._networks[0],
            attempt.way,
            (shape[0], shape[1], shape[2]),
            len(asked.image),
            self._classes,
            attempt.settings,
            folds=len(self._networks),
            members=asked.uncertainty,
            held_bytes=HELD_BYTES if asked.focus_kji else 0,
        )
        free = free_bytes(_CPU)
        on_cpu = attempt.device.type == "cpu"
        if need.result + (need.window if on_cpu else 0) > free:
            raise MemoryError
        if need.window > free_bytes(attempt.device):
            raise MemoryError
        batch = 1 if attempt.is_last_resort else fitting_batch(need.window, attempt.device)
        return held_within(need, free), batch

    def _prepared(
        self, fold: int, attempt: _Attempt, channels: int, batch: int, threads: int
    ) -> Network:
        shape = input_shape(attempt.settings, channels, batch)
        key = (fold, attempt.way, attempt.device, shape, threads)
        if key not in self._warm:
            # Only one way is kept warm: the others are there for when it fails.
            network = self._networks[fold]
            self._warm[key] = prepared(network, attempt.way, shape, attempt.device, threads)
        return self._warm[key]

    def _checking(self, fast: Network, attempt: _Attempt, asked: _Asked, batch: int) -> OnWindow:
        """The caller's `on_window`, with a spot check once it has seen the first window."""
        if attempt.way is Way.TORCH_FULL:
            return asked.on_window

        def heard(done: int, total: int, box: IndexBox, look: LookHere) -> None:
            asked.on_window(done, total, box, look)
            if done == 1:
                self._check(fast, attempt, asked, batch)

        return heard

    def _check(self, fast: Network, attempt: _Attempt, asked: _Asked, batch: int) -> None:
        settings, shape = attempt.settings, asked.image.shape[1:]
        plan = plan_windows((shape[0], shape[1], shape[2]), settings, asked.wanted)
        chosen = chosen_windows(plan, asked.wanted)
        windows = []
        for number in richest_windows(asked.image, plan, chosen):
            data = window_data(asked.image, plan.windows[number], settings)
            data = data[:, 0] if settings.is_2d else data
            windows.append(torch.stack([data] * batch).to(attempt.device))
        full = prepared(
            self._networks[0],
            Way.TORCH_FULL,
            input_shape(settings, len(asked.image), batch),
            attempt.device,
            threads_beside(asked.place),
        )
        check_way(fast, full, windows, regions if self._overlapping else best_label, asked.cancel)

    def _activation(self, logits: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(logits) if self._overlapping else uncertainty.softmax(logits)


def threads_beside(place: Place) -> int:
    """How many threads a run takes: always as many, because PyTorch rounds by their number."""
    return beside_a_screen_threads() if place.beside_a_screen else os.cpu_count() or 1


def _why(error: Exception, attempt: _Attempt) -> Text:
    """What an attempt failed of. Raises: RuntimeError: nothing that less would help."""
    if isinstance(error, TooDifferentError):
        return say(
            "With {way} {percent} % of the labels of a sample differed from full precision,"
            " so it was not used.",
            way=attempt.way.value,
            percent=f"{100 * error.share:.1f}",
        )
    if isinstance(error, FloatingPointError):
        if attempt.way is Way.TORCH_FULL:
            return say("The model returned values that are not numbers.")
        return say("The fast number format failed; the run was repeated in full.")
    if is_out_of_memory(error):
        if attempt.device.type == "cuda":
            return say("The graphics card ran out of memory; the run went on with less.")
        return say("Memory ran short; the run was repeated with less.")
    if isinstance(error, CannotCompileError):
        return say("{way} cannot run this model.", way=attempt.way.value)
    raise error

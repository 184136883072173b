"""`reader bench infer`: one network over one volume, by ours and by its own frameworks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from reader.app.bench.infer_case import CLASSES, InferCase, make_case
from reader.app.bench.infer_frames import BUSY, IDLE, frames_beside_a_model
from reader.app.bench.infer_peers import MONAI, NNUNET, MonaiPeer, NnunetPeer, is_installed
from reader.app.bench.infer_report import (
    FAST,
    FULL,
    LIMITS,
    NNUNET_FAST,
    TILES,
    InferReport,
    least_dice,
    same_every_time,
)
from reader.app.bench.ratio import Ratio
from reader.app.paths import Paths
from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.geometry import IndexBox
from reader.core.model import Runner
from reader.core.text import say
from reader.inference.engine.place import Place
from reader.inference.engine.sliding import Convention, LookHere, WindowSettings
from reader.inference.engine.windowed_model import Predicted, WindowedModel
from reader.inference.engine.windows import plan_windows

WINDOW: Final = (64, 64, 64)
FRAME_ROUNDS: Final = 3
FRAMES: Final = 100
_TILE: Final = (96, 96, 96)
_RIM: Final = 8
_CPU: Final = torch.device("cpu")

Logits = NDArray[np.floating]
Run = Callable[[NDArray[np.float32]], Logits]


class InferBench:
    """All ways in turn, round after round, so that the machine's load meets all alike.

    A window before fills caches and compiles; it does not count. Ours and the peers take the
    same windows, overlap and weights on the same number of threads, in fp32 but for what is
    called fast.
    """

    def __init__(
        self, paths: Paths, runner: Runner, rounds: int, data: Path | None, report: ReportProgress
    ) -> None:
        self._paths = paths
        self._runner = runner
        self._rounds = rounds
        self._report = report
        self._case: InferCase = make_case(paths.models, data, report)
        self._first_s: list[float] = []
        self._seconds: dict[str, list[float]] = {}
        self._said: dict[str, Logits] = {}
        self._predicted: dict[str, Predicted] = {}

    def run(self) -> InferReport:
        """Measure."""
        # First, so that what cannot be measured is known before the long part.
        frames = frames_beside_a_model(self._paths, self._runner, FRAME_ROUNDS, FRAMES)
        threads = os.cpu_count() or 1
        torch.set_num_threads(threads)
        ways = self._ways()
        whole, window = self._case.image, self._case.image[:, : _TILE[0], : _TILE[1], : _TILE[2]]
        for run in ways.values():
            run(window)
        for number in range(self._rounds):
            for at, (name, run) in enumerate(ways.items()):
                done = number * len(ways) + at
                self._report(Progress(done, self._rounds * len(ways), say("Measuring")))
                torch.set_num_threads(threads)
                started = time.perf_counter()
                self._said[name] = run(whole)
                self._seconds.setdefault(name, []).append(time.perf_counter() - started)
        self._seconds |= {
            name: [s for taken in rounds for s in taken] for name, rounds in frames.items()
        }
        return InferReport(
            self._seconds,
            self._ratios(frames),
            self._reasons(),
            self._facts(threads),
            self._notes(),
        )

    def _ways(self) -> dict[str, Run]:
        nnunet = WindowSettings(WINDOW, accumulate=np.float16)
        monai = WindowSettings(WINDOW, convention=Convention.MONAI)
        network = self._case.network
        ways: dict[str, Run] = {}
        if is_installed("monai"):
            ways[MONAI] = MonaiPeer(network, WINDOW).logits
        ways[FULL] = self._ours(FULL, monai, full=True)
        ways[FAST] = self._ours(FAST, monai)
        if is_installed("nnunetv2"):
            ways[NNUNET] = NnunetPeer(network, WINDOW, CLASSES).logits
            ways[NNUNET_FAST] = self._ours(NNUNET_FAST, nnunet)
        ways[TILES] = self._ours(TILES, replace(nnunet, size_kji=_TILE, rim=_RIM))
        return ways

    def _ours(self, name: str, settings: WindowSettings, *, full: bool = False) -> Run:
        network = self._case.network
        model = WindowedModel([network], settings, CLASSES, full_precision=full)
        place = Place(_CPU, beside_a_screen=False)

        def run(image: NDArray[np.float32]) -> Logits:
            started = time.perf_counter()
            first: list[float] = []

            def on_window(_done: int, _total: int, _box: IndexBox, look: LookHere) -> None:
                if not first:
                    look.labels()
                    first.append(time.perf_counter() - started)

            said = model.predict(
                image,
                place,
                cancel=CancelToken(),
                focus_kji=lambda: self._case.focus_kji,
                on_window=on_window,
            )
            self._predicted[name] = said
            if name == FAST:
                self._first_s += first
            return said.logits

        return run

    def _ratios(self, frames: Mapping[str, list[list[float]]]) -> dict[str, Ratio]:
        ratios = {
            name: Ratio.of(self._seconds[above], self._seconds[below], LIMITS.get(name))
            for name, (above, below) in {
                "monai_over_ours": (MONAI, FAST),
                "monai_over_ours_fp32": (MONAI, FULL),
                "nnunet_over_ours": (NNUNET, NNUNET_FAST),
                "monai_over_ours_in_tiles": (MONAI, TILES),
            }.items()
            if above in self._seconds
        }
        said = self._said
        pairs = {
            "dice_min": [(FAST, MONAI), (NNUNET_FAST, NNUNET)],
            "dice_min_fp32": [(FULL, MONAI)],
        }
        for name, both in pairs.items():
            dice = [least_dice(said[a], said[b]) for a, b in both if b in said]
            if dice:
                ratios[name] = same_every_time(name, dice)
        shares = [
            first / whole
            for first, whole in zip(self._first_s[1:], self._seconds[FAST], strict=True)
        ]
        ratios["busy_p99_over_idle_p99"] = Ratio.of_p99(
            frames[BUSY], frames[IDLE], LIMITS["busy_p99_over_idle_p99"]
        )
        ratios["first_in_view_share"] = same_every_time("first_in_view_share", shares)
        return ratios

    def _reasons(self) -> dict[str, str]:
        reasons = {}
        if MONAI not in self._seconds:
            for name in ("monai_over_ours", "monai_over_ours_fp32", "dice_min_fp32"):
                reasons[name] = "monai is not installed"
        if NNUNET not in self._seconds:
            reasons["nnunet_over_ours"] = "nnunetv2 is not installed"
        return reasons

    def _facts(self, threads: int) -> dict[str, float]:
        k, j, i = self._case.image.shape[1:]
        facts = {
            "slices": k,
            "rows": j,
            "columns": i,
            "windows": len(plan_windows((k, j, i), WindowSettings(WINDOW)).windows),
            "threads": threads,
        }
        if MONAI in self._said:
            facts["dice_in_tiles"] = round(least_dice(self._said[TILES], self._said[MONAI]), 5)
        return facts

    def _notes(self) -> tuple[str, ...]:
        notes = [f"{name}: {said.way.value}" for name, said in self._predicted.items()]
        notes += [str(note) for said in self._predicted.values() for note in said.notes]
        notes.append("Every run: windows of 64³, overlap 0.5, Gaussian weights, no mirroring.")
        notes.append(f"Tiles: {_TILE[0]}³ with a rim of {_RIM}; other windows, so no peer's equal.")
        return tuple(notes)

"""`reader bench start`: from nothing to a window that can be used, beside a bare one."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from reader.app.bench.napari_peer import is_installed
from reader.app.bench.ratio import Limit, Ratio, limits_as_json
from reader.app.bench.report import machine_text
from reader.app.bench.virtual_screen import VirtualScreen
from reader.app.paths import HOME_VARIABLE
from reader.core.cancel import Progress, ReportProgress
from reader.core.text import say

BARE: Final = "bare"
OURS: Final = "ours"
NAPARI: Final = "napari"
ROWS: Final = {
    BARE: "a bare PySide6 window",
    OURS: "ours, with an empty home",
    NAPARI: "napari, an empty viewer",
}
LIMITS: Final = {
    "window_over_bare_window": Limit(5, at_most=True),
    "napari_over_ours": Limit(4, at_most=False),
}
_PAIRS: Final = {"window_over_bare_window": (OURS, BARE), "napari_over_ours": (NAPARI, OURS)}
_MODULE: Final = "reader.app.bench.start_window"
_PATIENCE_S: Final = 120.0


class NeverUsableError(Exception):
    """A window did not come up; the message is the last line that its process wrote."""


@dataclass(frozen=True, slots=True)
class StartReport:
    """A whole run: the seconds of every round by kind of window."""

    seconds: Mapping[str, list[float]]
    screen: str
    reasons: Mapping[str, str]

    @property
    def ratios(self) -> dict[str, Ratio | None]:
        """Of the windows that were opened."""
        return {
            name: Ratio.of(self.seconds[above], self.seconds[below], LIMITS[name])
            if above in self.seconds
            else None
            for name, (above, below) in _PAIRS.items()
        }

    def as_json(self) -> dict[str, object]:
        """The shape that `--json` prints; stable. A ratio that was not measured is null."""
        ratios = self.ratios
        measured = {name: ratio for name, ratio in ratios.items() if ratio is not None}
        return {
            "name": "start",
            "machine": machine_text(self.screen),
            "rows": [
                {
                    "what": ROWS[kind],
                    "median_ms": round(median(seconds) * 1000, 1),
                    "min_ms": round(min(seconds) * 1000, 1),
                    "max_ms": round(max(seconds) * 1000, 1),
                    "n": len(seconds),
                }
                for kind, seconds in self.seconds.items()
            ],
            "ratios": {name: None if r is None else r.value for name, r in ratios.items()},
            "spread": {name: [ratio.low, ratio.high] for name, ratio in measured.items()},
            "limits": limits_as_json(measured),
            "reasons": dict(self.reasons),
        }


class StartBench:
    """Opens each window in a fresh process, in turn, so that the load meets all alike.

    The first round fills the caches of the system and of Python, and does not count.
    """

    def __init__(self, rounds: int, report: ReportProgress) -> None:
        self._rounds = rounds
        self._report = report

    def run(self) -> StartReport:
        """Measure. Raises: NeverUsableError: ours or the bare window did not come up."""
        kinds = [BARE, OURS, NAPARI] if is_installed() else [BARE, OURS]
        reasons = {} if is_installed() else {"napari_over_ours": "napari is not installed"}
        seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
        with VirtualScreen() as screen, tempfile.TemporaryDirectory("-bench") as name:
            for number in range(-1, self._rounds):
                self._report(Progress(number + 1, self._rounds + 1, say("Measuring")))
                for kind in tuple(seconds):
                    home = Path(name, f"{kind}{number}")
                    try:
                        taken = seconds_to_usable(kind, home, Path(name), screen.environment)
                    except NeverUsableError as error:
                        if kind != NAPARI:
                            raise
                        reasons["napari_over_ours"] = f"napari failed: {error}"
                        del seconds[kind]
                        continue
                    if number >= 0:
                        seconds[kind].append(taken)
        return StartReport(seconds, screen.name, reasons)


def seconds_to_usable(kind: str, home: Path, kept: Path, environment: Mapping[str, str]) -> float:
    """From the start of a process to its word that its window can be used.

    `home` is ours and empty; what Python compiles is kept in `kept`, as it is where a
    program was installed, whatever this process was told about that.

    Raises: NeverUsableError.
    """
    own = {HOME_VARIABLE: str(home), "PYTHONPYCACHEPREFIX": str(kept / "compiled")}
    everything = {**environment, **own}
    everything.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", _MODULE, kind],
            env=everything,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            assert process.stdout is not None
            word = process.stdout.readline().strip()
            taken = time.perf_counter() - began
            process.communicate(timeout=_PATIENCE_S)
        finally:
            process.kill()
            process.communicate()
        if word != "usable":
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace").strip().splitlines()
            raise NeverUsableError(said[-1] if said else word or "it ended without a word")
    return taken

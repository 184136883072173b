"""What `reader bench frames` reports, and what is promised of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from reader.app.bench import planes
from reader.app.bench.gestures import Gesture
from reader.app.bench.ratio import Limit, Ratio, limits_as_json
from reader.app.bench.report import Row

MEMCPY: Final = "limit: copying the same pixels"
NAPARI: Final = "napari, wheel"

LIMITS: Final = {
    "wheel_over_memcpy": Limit(20, at_most=True),
    "wheel_p99_over_memcpy": Limit(50, at_most=True),
    "stock_pyqtgraph_over_wheel": Limit(3, at_most=False),
    "stock_pyqtgraph_over_drag": Limit(1.8, at_most=False),
    "stock_pyqtgraph_over_window": Limit(1.8, at_most=False),
    "napari_over_wheel": Limit(4, at_most=False),
    "sagittal_over_axial": Limit(1.5, at_most=True),
    "sitk_over_oblique": Limit(1.5, at_most=False),
    "sitk_over_slab": Limit(2, at_most=False),
    "busy_p99_over_idle_p99": Limit(1.5, at_most=True),
    "rss_over_volume": Limit(2.5, at_most=True),
}

Rounds = Sequence[Sequence[float]]


def idle(gesture: Gesture) -> str:
    """The row of a gesture in ours."""
    return f"{gesture.value} to paint, idle"


def busy(gesture: Gesture) -> str:
    """The row of a gesture in ours beside a running model."""
    return f"{gesture.value} to paint, model running"


def stock(gesture: Gesture) -> str:
    """The row of a gesture in the peer."""
    return f"stock pyqtgraph image items, {gesture.value}"


_PAIRS: Final = {
    "wheel_over_memcpy": (idle(Gesture.WHEEL), MEMCPY),
    "stock_pyqtgraph_over_wheel": (stock(Gesture.WHEEL), idle(Gesture.WHEEL)),
    "stock_pyqtgraph_over_drag": (stock(Gesture.CROSSHAIR_DRAG), idle(Gesture.CROSSHAIR_DRAG)),
    "stock_pyqtgraph_over_window": (stock(Gesture.WINDOW_DRAG), idle(Gesture.WINDOW_DRAG)),
    "napari_over_wheel": (NAPARI, idle(Gesture.WHEEL)),
    "sagittal_over_axial": (idle(Gesture.SAGITTAL_WHEEL), idle(Gesture.WHEEL)),
    "sitk_over_oblique": (planes.ITK_PLANE, planes.OWN_PLANE),
    "sitk_over_slab": (planes.ITK_SLAB, planes.OWN_SLAB),
}


@dataclass(frozen=True, slots=True)
class FramesReport:
    """A whole run. `reasons` says why a promised ratio could not be measured."""

    machine: str
    rows: tuple[Row, ...]
    ratios: Mapping[str, Ratio | None]
    reasons: Mapping[str, str]
    facts: Mapping[str, float]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The shape that `--json` prints; stable. A ratio that was not measured is null."""
        measured = {name: ratio for name, ratio in self.ratios.items() if ratio is not None}
        return {
            "name": "frames",
            "machine": self.machine,
            "rows": [
                {"what": r.what, "median_ms": r.median_ms, "p99_ms": r.p99_ms, "n": r.n}
                for r in self.rows
            ],
            "ratios": {n: None if r is None else r.value for n, r in self.ratios.items()},
            "spread": {name: [ratio.low, ratio.high] for name, ratio in measured.items()},
            "limits": limits_as_json(measured),
            "reasons": dict(self.reasons),
            "facts": dict(self.facts),
            "notes": list(self.notes),
        }


def frames_report(
    machine: str,
    samples: Mapping[str, Rounds],
    reasons: Mapping[str, str],
    facts: Mapping[str, float],
    notes: tuple[str, ...] = (),
) -> FramesReport:
    """Rows and ratios of the seconds of every round.

    A ratio of medians is the median of the rounds' ratios, both ways of a round having met
    the same load. A 99th percentile needs all frames at once.
    """
    every = {name: np.concatenate([np.asarray(r) for r in rounds]) for name, rounds in
             samples.items() if any(len(r) for r in rounds)}  # fmt: skip
    ratios: dict[str, Ratio | None] = {}
    for name, (above, below) in _PAIRS.items():
        both = above in every and below in every
        ratios[name] = _of_medians(name, samples[above], samples[below]) if both else None
    limit = float(np.median(every[MEMCPY]))
    wheel, beside = idle(Gesture.WHEEL), busy(Gesture.WHEEL)
    ratios["wheel_p99_over_memcpy"] = Ratio.of_p99(
        samples[wheel], [[limit]] * len(samples[wheel]), LIMITS["wheel_p99_over_memcpy"]
    )
    ratios["busy_p99_over_idle_p99"] = Ratio.of_p99(
        samples[beside], samples[wheel], LIMITS["busy_p99_over_idle_p99"]
    )
    if "rss_over_volume" in facts:
        value = facts["rss_over_volume"]
        ratios["rss_over_volume"] = Ratio(value, value, value, LIMITS["rss_over_volume"])
    rows = tuple(Row.of(name, seconds.tolist()) for name, seconds in every.items())
    return FramesReport(machine, rows, ratios, reasons, facts, notes)


def _of_medians(name: str, above: Rounds, below: Rounds) -> Ratio:
    pairs = [(np.median(a), np.median(b)) for a, b in zip(above, below, strict=True)
             if len(a) and len(b)]  # fmt: skip
    ones, others = zip(*pairs, strict=True)
    return Ratio.of([float(a) for a in ones], [float(b) for b in others], LIMITS[name])

"""What `reader bench infer` reports, and what is promised of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.app.bench.ratio import Limit, Ratio, limits_as_json
from reader.app.bench.report import machine_text

FAST: Final = "ours, fastest way"
FULL: Final = "ours, full precision"
NNUNET_FAST: Final = "ours with nnU-Net's windows, fastest way"
TILES: Final = "ours in tiles that do not overlap, fastest way"

LIMITS: Final = {
    "monai_over_ours": Limit(3.4, at_most=False),
    "monai_over_ours_fp32": Limit(1.8, at_most=False),
    "nnunet_over_ours": Limit(3.4, at_most=False),
    "dice_min": Limit(0.998, at_most=False),
    "dice_min_fp32": Limit(0.999, at_most=False),
    "first_in_view_share": Limit(0.15, at_most=True),
    "busy_p99_over_idle_p99": Limit(1.5, at_most=True),
}


@dataclass(frozen=True, slots=True)
class InferReport:
    """A whole run: the seconds of every round by what was run, ratios, and why some lack."""

    seconds: Mapping[str, Sequence[float]]
    ratios: Mapping[str, Ratio]
    reasons: Mapping[str, str]
    facts: Mapping[str, float]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The shape that `--json` prints; stable. A ratio that was not measured is null."""
        values = {name: ratio.value for name, ratio in self.ratios.items()}
        return {
            "name": "infer",
            "machine": machine_text(),
            "rows": [
                {
                    "what": what,
                    "median_s": round(median(seconds), 3),
                    "min_s": round(min(seconds), 3),
                    "max_s": round(max(seconds), 3),
                    "n": len(seconds),
                }
                for what, seconds in self.seconds.items()
            ],
            "ratios": dict.fromkeys(self.reasons) | values,
            "spread": {name: [ratio.low, ratio.high] for name, ratio in self.ratios.items()},
            "limits": limits_as_json(self.ratios),
            "reasons": dict(self.reasons),
            "facts": dict(self.facts),
            "notes": list(self.notes),
        }


def same_every_time(name: str, values: Sequence[float]) -> Ratio:
    """A figure that is no ratio of times, over the rounds."""
    worst = min(values) if not LIMITS[name].at_most else median(values)
    return Ratio(round(worst, 5), round(min(values), 5), round(max(values), 5), LIMITS[name])


def least_dice(ours: NDArray[np.floating], theirs: NDArray[np.floating]) -> float:
    """The Dice of the class that agrees least, of labels from logits (classes, k, j, i)."""
    mine, other = ours.argmax(axis=0), theirs.argmax(axis=0)
    dice = []
    for label in range(1, len(ours)):
        a, b = mine == label, other == label
        if b.any() or a.any():
            dice.append(2 * float((a & b).sum()) / float(a.sum() + b.sum()))
    return min(dice, default=1.0)

"""What `reader bench load` reports: times, the ratios that count, and whether each is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from reader.app.bench.ratio import Ratio, limits_as_json
from reader.app.bench.report import machine_text


@dataclass(frozen=True, slots=True)
class LoadReport:
    """A whole run. `seconds` holds every round of every way, in the order they were made."""

    seconds: Mapping[str, Sequence[float]]
    ratios: Mapping[str, Ratio]
    facts: Mapping[str, float]

    def as_json(self) -> dict[str, object]:
        """The shape that `--json` prints; stable."""
        return {
            "name": "load",
            "machine": machine_text(),
            "rows": [
                {
                    "what": what,
                    "median_ms": round(median(seconds) * 1000, 2),
                    "min_ms": round(min(seconds) * 1000, 2),
                    "max_ms": round(max(seconds) * 1000, 2),
                    "n": len(seconds),
                }
                for what, seconds in self.seconds.items()
            ],
            "ratios": {name: ratio.value for name, ratio in self.ratios.items()},
            "spread": {name: [ratio.low, ratio.high] for name, ratio in self.ratios.items()},
            "limits": limits_as_json(self.ratios),
            "facts": dict(self.facts),
        }

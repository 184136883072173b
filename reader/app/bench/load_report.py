"""What `reader bench load` reports: times, the ratios that count, and whether each is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from reader.app.bench.report import machine_text


@dataclass(frozen=True, slots=True)
class Limit:
    """A ratio that is promised: at most, or at least, this much."""

    bound: float
    at_most: bool

    def holds(self, value: float) -> bool:
        """Whether a measured ratio keeps the promise."""
        return value <= self.bound if self.at_most else value >= self.bound

    def __str__(self) -> str:
        return f"{'at most' if self.at_most else 'at least'} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of a ratio over the rounds, and how far apart these were.

    Both ways of a round meet much the same load; a median of times over all rounds would
    compare one way in quiet rounds with the other in busy ones.
    """

    value: float
    low: float
    high: float
    limit: Limit | None

    @classmethod
    def of(cls, above: Sequence[float], below: Sequence[float], limit: Limit | None) -> Ratio:
        """From the seconds of the same rounds."""
        rounds = [a / b for a, b in zip(above, below, strict=True)]
        return cls(round(median(rounds), 3), round(min(rounds), 3), round(max(rounds), 3), limit)

    @property
    def is_met(self) -> bool:
        """Whether the promise, if there is one, is kept."""
        return self.limit is None or self.limit.holds(self.value)


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
            "limits": {
                name: {
                    "at_most" if ratio.limit.at_most else "at_least": ratio.limit.bound,
                    "met": ratio.is_met,
                }
                for name, ratio in self.ratios.items()
                if ratio.limit is not None
            },
            "facts": dict(self.facts),
        }

"""Ratios: what a benchmark promises, over the rounds of one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median


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

    @classmethod
    def of_p99(
        cls, above: Sequence[Sequence[float]], below: Sequence[Sequence[float]], limit: Limit | None
    ) -> Ratio:
        """Of the 99th percentiles over all rounds at once: one round has too few frames."""
        import numpy as np

        def p99(seconds: Sequence[float]) -> float:
            return float(np.percentile(seconds, 99))

        whole = p99([s for one in above for s in one]) / p99([s for one in below for s in one])
        rounds = [p99(a) / p99(b) for a, b in zip(above, below, strict=True)]
        return cls(round(whole, 3), round(min(rounds), 3), round(max(rounds), 3), limit)

    @property
    def is_met(self) -> bool:
        """Whether the promise, if there is one, is kept."""
        return self.limit is None or self.limit.holds(self.value)


def limits_as_json(ratios: Mapping[str, Ratio | None]) -> dict[str, dict[str, float | bool]]:
    """What was promised of each measured ratio, and whether it is kept."""
    return {
        name: {
            "at_most" if ratio.limit.at_most else "at_least": ratio.limit.bound,
            "met": ratio.is_met,
        }
        for name, ratio in ratios.items()
        if ratio is not None and ratio.limit is not None
    }

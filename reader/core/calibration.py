"""From a model's score to a probability, and what a threshold costs. Pure."""

from __future__ import annotations

import enum
import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reader.core.text import Text, say

_NEAREST_TO_SURE: Final = 1e-6
"""Scores of 0 and 1 have no logit; so near to them a score is taken to be."""


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What was measured at one threshold. `false_positives` are per scan, on average."""

    threshold: float
    false_positives: float
    sensitivity: float | None = None


class Bound(enum.Enum):
    """How a number stands to what was measured."""

    ABOUT = "about"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"


@dataclass(frozen=True, slots=True)
class ExpectedFalsePositives:
    """False positives per scan at a threshold; beyond the measured ones only a bound."""

    per_scan: float
    bound: Bound = Bound.ABOUT


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a card says about its scores, measured on `n` cases of `data`.

    `temperature` divides a score's logit; `platt` (a, b), a > 0, makes it a x logit + b.
    Both keep the order of scores. `points` in rising order of threshold, on the model's
    own scale.

    Source: Platt, Advances in Large Margin Classifiers (1999) 61; Guo et al., On
    Calibration of Modern Neural Networks, ICML 2017, section 4.
    """

    n: int
    data: str
    temperature: float | None = None
    platt: tuple[float, float] | None = None
    points: tuple[OperatingPoint, ...] = ()

    @property
    def maps_scores(self) -> bool:
        """Whether a score becomes another number."""
        return self.temperature is not None or self.platt is not None

    def probability(self, score: float) -> float:
        """What a score from 0 to 1 means as a probability; itself where nothing was fitted."""
        if self.platt is not None:
            slope, shift = self.platt
        elif self.temperature is not None:
            slope, shift = 1 / self.temperature, 0.0
        else:
            return score
        kept = min(1 - _NEAREST_TO_SURE, max(_NEAREST_TO_SURE, score))
        return _sigmoid(slope * math.log(kept / (1 - kept)) + shift)

    def false_positives(self, threshold: float) -> ExpectedFalsePositives | None:
        """What to expect at a threshold as it is shown, that is after `probability`.

        Between two measured thresholds by a straight line. None: nothing was measured.
        """
        points = [(self.probability(p.threshold), p.false_positives) for p in self.points]
        if not points:
            return None
        lowest, highest = points[0], points[-1]
        if threshold < lowest[0]:
            return ExpectedFalsePositives(lowest[1], Bound.AT_LEAST)
        if threshold > highest[0]:
            return ExpectedFalsePositives(highest[1], Bound.AT_MOST)
        for (low, more), (high, fewer) in itertools.pairwise(points):
            if low <= threshold <= high:
                share = (threshold - low) / (high - low) if high > low else 0.0
                return ExpectedFalsePositives(more + share * (fewer - more))
        return ExpectedFalsePositives(highest[1])


def calibration_of(card: Mapping[str, object]) -> Calibration | None:
    """What a card that was checked says about its scores; None if nothing."""
    said = card.get("calibration")
    if not isinstance(said, Mapping):
        return None
    points = sorted(
        (
            OperatingPoint(
                float(point["threshold"]),
                float(point["false_positives_per_scan"]),
                None if point.get("sensitivity") is None else float(point["sensitivity"]),
            )
            for point in said.get("operating_points", ())
        ),
        key=lambda point: point.threshold,
    )
    platt, temperature = said.get("platt"), said.get("temperature")
    return Calibration(
        n=int(said["n"]),
        data=str(said["data"]),
        temperature=None if temperature is None else float(temperature),
        platt=None if platt is None else (float(platt[0]), float(platt[1])),
        points=tuple(points),
    )


def false_positives_text(calibration: Calibration | None, threshold: float) -> Text:
    """`about 3 false positives per scan at this threshold`, or that nobody measured it."""
    expected = calibration.false_positives(threshold) if calibration is not None else None
    if expected is None:
        return say("false positives per scan: not measured")
    count = _count(expected.per_scan)
    if expected.bound is Bound.AT_LEAST:
        return say("{count} or more false positives per scan at this threshold", count=count)
    if expected.bound is Bound.AT_MOST:
        return say("{count} or fewer false positives per scan at this threshold", count=count)
    return say("about {count} false positives per scan at this threshold", count=count)


def measured_on_text(calibration: Calibration | None) -> Text | None:
    """How many cases of what data the numbers are from."""
    if calibration is None or not calibration.points:
        return None
    return say("n = {n}, {data}", n=calibration.n, data=calibration.data)


def _count(per_scan: float) -> str:
    """Two digits that mean something, and no more."""
    return f"{per_scan:.0f}" if per_scan >= 10 else f"{per_scan:.2g}"


def _sigmoid(logit: float) -> float:
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    grown = math.exp(logit)
    return grown / (1 + grown)

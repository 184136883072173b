"""Counting hits and false alarms of detectors against known places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEAST_REACH_MM: Final = 5.0
"""A mark this near to a nodule's centre counts as on it, however small it is."""

_Z_95: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Truth:
    """A nodule that is known to be there."""

    center_lps_mm: tuple[float, float, float]
    diameter_mm: float


@dataclass(frozen=True, slots=True)
class Mark:
    """What a detector said."""

    center_lps_mm: tuple[float, float, float]
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Many scans together: per nodule the best score on it, and all false marks' scores."""

    diameters_mm: NDArray[np.float64]
    best_scores: NDArray[np.float64]
    false_scores: NDArray[np.float64]
    scans: int

    def threshold_at(self, false_per_scan: float) -> float:
        """The lowest score with at most this many false marks per scan on average."""
        allowed = math.floor(false_per_scan * self.scans)
        ordered = np.sort(self.false_scores)[::-1]
        return float(np.nextafter(ordered[allowed], 2)) if len(ordered) > allowed else 0.0

    def sensitivity(
        self, threshold: float, low_mm: float = 0.0, high_mm: float = math.inf
    ) -> tuple[int, int]:
        """Nodules found, and nodules there, with diameters from `low_mm` up to `high_mm`."""
        chosen = (self.diameters_mm >= low_mm) & (self.diameters_mm < high_mm)
        found = np.count_nonzero(self.best_scores[chosen] >= max(threshold, 1e-9))
        return int(found), int(np.count_nonzero(chosen))


def score_scans(scans: Sequence[tuple[Sequence[Truth], Sequence[Mark]]]) -> Scored:
    """Match marks to nodules scan by scan.

    A mark is on a nodule within its radius of the centre, at least 5 mm. Further marks on
    a nodule already hit are neither hits nor false.
    Source: Setio et al., LUNA16, Med Image Anal 2017;42:1, section 4.1 (hit criterion).
    """
    diameters: list[float] = []
    best: list[float] = []
    false: list[float] = []
    for truths, marks in scans:
        on_any = np.zeros(len(marks), bool)
        centers = np.array([m.center_lps_mm for m in marks]).reshape(-1, 3)
        scores = np.array([m.score for m in marks])
        for truth in truths:
            reach = max(LEAST_REACH_MM, truth.diameter_mm / 2)
            near = np.linalg.norm(centers - truth.center_lps_mm, axis=1) <= reach
            diameters.append(truth.diameter_mm)
            best.append(float(scores[near].max(initial=0.0)))
            on_any |= near
        false += scores[~on_any].tolist()
    return Scored(np.array(diameters), np.array(best), np.array(false), len(scans))


def wilson_interval(found: int, total: int) -> tuple[float, float]:
    """95 % interval of a proportion. Source: Wilson, J Am Stat Assoc 1927;22:209."""
    if total == 0:
        return 0.0, 1.0
    share, z2 = found / total, _Z_95**2
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    spread = _Z_95 * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    spread /= 1 + z2 / total
    return max(0.0, middle - spread), min(1.0, middle + spread)


def dice(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Overlap of two masks, 0 to 1; 1 for two empty ones."""
    total = np.count_nonzero(one) + np.count_nonzero(other)
    return 2 * np.count_nonzero(one & other) / total if total else 1.0

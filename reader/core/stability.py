"""Whether the members of a model (folds, mirrorings) agree about one finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_UNCERTAIN: Final = 0.3
MOST_SPREAD: Final = 1.5
"""Largest over smallest volume. Both limits are our own, on the cautious side."""


@dataclass(frozen=True, slots=True)
class Stability:
    """What is known of how far members agree; None where that is not known.

    `uncertainty` is the mean over the finding without its border, 0 to 1; the volumes are
    the smallest and largest that a member gave it, 0 if one did not see it at all.
    """

    uncertainty: float | None = None
    least_volume_mm3: float | None = None
    most_volume_mm3: float | None = None

    @property
    def is_stable(self) -> bool | None:
        """Whether nothing speaks against it; None where nothing is known."""
        verdicts = []
        if self.uncertainty is not None:
            verdicts.append(self.uncertainty <= MOST_UNCERTAIN)
        if self.least_volume_mm3 is not None and self.most_volume_mm3 is not None:
            verdicts.append(self.most_volume_mm3 <= MOST_SPREAD * self.least_volume_mm3)
        return all(verdicts) if verdicts else None

"""Standardized uptake values: what one Bq/ml of a PET series is worth."""

from __future__ import annotations

from dataclasses import dataclass

from reader.core.intensity import IntensityUnit
from reader.core.text import Text


@dataclass(frozen=True, slots=True)
class SuvScale:
    """Factors from the series' stored values to SUV; None where one cannot be computed.

    `why_not` says why not all three are known, for the reader; None when they are.
    Source: QIBA SUV vendor-neutral pseudo-code; SUVlbm after Janmahasatian 2005; SUVbsa
    after Du Bois 1916.
    """

    body_weight: float | None = None
    lean_body_mass: float | None = None
    body_surface_area: float | None = None
    why_not: Text | None = None

    def factor(self, unit: IntensityUnit) -> float | None:
        """What to multiply a stored value by to have it in `unit`; None if unknown."""
        return {
            IntensityUnit.SUV_BW: self.body_weight,
            IntensityUnit.SUV_LBM: self.lean_body_mass,
            IntensityUnit.SUV_BSA: self.body_surface_area,
        }.get(unit)

"""In which unit a series' values are shown, and what a stored value is worth in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from reader.core.intensity import IntensityUnit, WindowFunction, WindowLevel
from reader.core.study import Series
from reader.core.text import Text
from reader.session.events import SessionEvents

_WORDS: Final[Mapping[IntensityUnit, str]] = {
    IntensityUnit.HU: "HU",
    IntensityUnit.SUV_BW: "SUVbw",
    IntensityUnit.SUV_LBM: "SUVlbm",
    IntensityUnit.SUV_BSA: "SUVbsa",
    IntensityUnit.BQ_PER_ML: "Bq/ml",
    IntensityUnit.ARBITRARY: "",
}
_SUV: Final = (IntensityUnit.SUV_BW, IntensityUnit.SUV_LBM, IntensityUnit.SUV_BSA)
_PET: Final = "PT"
_LEAST_WIDTH: Final = 1e-12


@dataclass(frozen=True, slots=True)
class ShownUnit:
    """A unit, its word on screen, and what to multiply a stored value by to have it."""

    unit: IntensityUnit = IntensityUnit.ARBITRARY
    factor: float = 1.0
    word: str = ""

    @property
    def is_suv(self) -> bool:
        """Whether values are standardized uptake, whatever by."""
        return self.unit in _SUV

    def shown(self, window: WindowLevel) -> WindowLevel:
        """A window of stored values in this unit."""
        return _scaled(window, self.factor)

    def stored(self, window: WindowLevel) -> WindowLevel:
        """A window in this unit as one of stored values."""
        return _scaled(window, 1 / self.factor)


def units_of(series: Series) -> tuple[ShownUnit, ...]:
    """Every unit a series can be shown in; the one it is first shown in comes first."""
    stored = ShownUnit(series.unit, 1.0, _WORDS[series.unit] or series.unit_name)
    if series.suv is None:
        return (stored,)
    factors = ((unit, series.suv.factor(unit)) for unit in _SUV if unit is not series.unit)
    known = (ShownUnit(unit, factor, _WORDS[unit]) for unit, factor in factors if factor)
    return (*known, stored)


def preset_factor(series: Series) -> float | None:
    """What a stored value is worth in the unit of presets; None where that is not known.

    Presets for PET are in SUV by body weight, all others in stored values.
    """
    if series.modality != _PET or series.unit is IntensityUnit.SUV_BW:
        return 1.0
    return series.suv.body_weight if series.suv is not None else None


def why_no_suv(series: Series) -> Text | None:
    """Why SUV is not shown for a PET series; None where it is, or makes no sense."""
    return series.suv.why_not if series.suv is not None else None


class UnitChoice:
    """The reader's choice of unit, kept for every series that can be shown in it."""

    def __init__(self, events: SessionEvents) -> None:
        self._events = events
        self._wanted: IntensityUnit | None = None

    def of(self, series: Series) -> ShownUnit:
        """The unit a series is shown in."""
        possible = units_of(series)
        return next((u for u in possible if u.unit is self._wanted), possible[0])

    def choose_next(self, series: Series) -> ShownUnit:
        """Show the next of the units a series can be shown in, going round."""
        possible = units_of(series)
        chosen = possible[(possible.index(self.of(series)) + 1) % len(possible)]
        self._wanted = chosen.unit
        self._events.viewports_changed.emit()
        return chosen


def _scaled(window: WindowLevel, factor: float) -> WindowLevel:
    if factor == 1.0:
        return window
    width = max(window.width * factor, _LEAST_WIDTH)
    exact = WindowFunction.LINEAR_EXACT
    linear = window.function is WindowFunction.LINEAR
    return replace(
        window,
        center=window.center * factor,
        width=width,
        function=exact if linear else window.function,
    )

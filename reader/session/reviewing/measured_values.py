"""What a drawing may measure on a series, and its values; or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass

from reader.core.errors import NotAllowedError
from reader.core.measurement import Measurement, MeasurementKind, Quantity
from reader.core.study import Series
from reader.core.text import say
from reader.core.volume import Volume
from reader.imaging.measurement.lines import line_quantities
from reader.session.viewing.units import ShownUnit

_ANGLES = (MeasurementKind.ANGLE, MeasurementKind.COBB)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What is measured on: a series, its voxels as far as they are in memory, the unit shown."""

    series: Series
    volume: Volume | None
    is_whole: bool
    is_measurable: bool
    unit: ShownUnit


def measured_values(drawn: Measurement, on: Measured) -> tuple[Quantity, ...]:
    """The numbers of a drawing. Raises: NotAllowedError: they cannot be known."""
    if drawn.kind.is_note:
        return ()
    if not on.series.measures_in_plane and drawn.kind not in _ANGLES:
        raise NotAllowedError(
            say("The distance between the pixels of these images is not known."),
            say("Measure lengths on a series with a known spacing."),
        )
    return line_quantities(drawn.kind, drawn.points_lps_mm)

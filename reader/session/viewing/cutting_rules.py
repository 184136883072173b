"""Whether a volume may be cut as one likes: only where the place of every voxel is known."""

from __future__ import annotations

from typing import Final

from reader.core.series_kind import SeriesKind
from reader.core.study import Series, WarningCode
from reader.core.text import Text, say
from reader.core.volume import Volume

_UNKNOWN_PLACE: Final = {
    WarningCode.NO_SPACING: say("The distance between its pixels or slices is unknown."),
    WarningCode.NO_POSITION: say("Where its slices lie is unknown."),
    WarningCode.MISSING_SLICES: say("Slices are missing in it."),
    WarningCode.UNEVEN_SPACING: say("Its slices are not evenly spaced."),
    WarningCode.OFF_LINE: say("Its slices do not lie in one line."),
    WarningCode.UNREADABLE_INSTANCES: say("Some of its slices could not be read."),
}
"""What makes everything between the stored slices a guess."""


def tilt_refusal(series: Series, volume: Volume) -> Text | None:
    """Why planes across the grid would show what is not there; None if they may be shown."""
    if series.kind is not SeriesKind.VOLUME:
        return say("These images are no volume: each stands for itself.")
    if min(volume.geometry.shape_kji) < 2:
        return say("A single slice has nothing above or below it.")
    for warning in (*series.warnings, *volume.warnings):
        if warning.code in _UNKNOWN_PLACE:
            return _UNKNOWN_PLACE[warning.code]
    return None


def slab_refusal(series: Series, volume: Volume) -> Text | None:
    """Why slices cannot be given a thickness; None if they can."""
    if volume.is_color:
        return say("Colours have no greatest or least value to show through a slab.")
    return tilt_refusal(series, volume)

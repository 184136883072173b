"""Which series of another study shows the same as one of this: for reading them side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reader.core.orientation import acquisition_plane
from reader.core.series_kind import ContrastPhase, SeriesClass, SeriesKind
from reader.core.study import Series

_FILMS: Final = frozenset({"CR", "DX", "RG"})
"""Modalities that are one to who reads them: a radiograph, however it was taken."""
_NO_PHASE: Final = (ContrastPhase.UNKNOWN, ContrastPhase.GIVEN)
_AS_THICK: Final = 1.5
"""Slices whose thicknesses differ by less than this factor look alike."""


def best_match(series: Series, candidates: Iterable[Series]) -> Series | None:
    """The one of some series that is most like another, or None if none is comparable.

    What is shown comes first (modality, sort of images, class, view), then how: plane, body
    part, kernel, contrast phase, thickness; then the words of the description.
    """
    comparable = [one for one in candidates if _is_comparable(series, one)]
    return max(comparable, key=lambda one: _likeness(series, one), default=None)


def _is_comparable(series: Series, other: Series) -> bool:
    """Whether it makes sense at all to show one beside the other."""
    if series.kind is not other.kind or series.is_color is not other.is_color:
        return False
    if (series.category is SeriesClass.LOCALIZER) is not (other.category is SeriesClass.LOCALIZER):
        return False
    if _modality(series) != _modality(other):
        return False
    if series.kind is SeriesKind.VOLUME:
        return True
    return _agree(series.tags.laterality, other.tags.laterality)


def _likeness(series: Series, other: Series) -> tuple[int, ...]:
    """Larger is more alike; what decides first stands first."""
    one, two = series.tags, other.tags
    phases = (series.contrast_phase, other.contrast_phase)
    thick = sorted((_thickness_mm(series), _thickness_mm(other)))
    return (
        int(not other.variant),
        int(series.category is other.category),
        int(one.view_position == two.view_position),
        int(_agree(one.body_part, two.body_part)),
        int(acquisition_plane(series.geometry) is acquisition_plane(other.geometry)),
        int(phases[0] is phases[1]) + int(not set(phases) - set(_NO_PHASE)),
        int(series.phase is None or other.phase is None or _same_phase(series, other)),
        int(thick[1] <= thick[0] * _AS_THICK),
        int(one.kernel == two.kernel),
        len(_words(series) & _words(other)),
        -abs(series.geometry.shape_kji[0] - other.geometry.shape_kji[0]),
    )


def _same_phase(series: Series, other: Series) -> bool:
    one, two = series.phase, other.phase
    return one is not None and two is not None and (one.axis, one.label) == (two.axis, two.label)


def _modality(series: Series) -> str:
    return "radiograph" if series.modality in _FILMS else series.modality


def _agree(one: str, other: str) -> bool:
    """Whether two header values do not contradict each other."""
    return not one or not other or one.casefold() == other.casefold()


def _thickness_mm(series: Series) -> float:
    return series.tags.slice_thickness_mm or series.geometry.spacing_kji_mm[0]


def _words(series: Series) -> set[str]:
    text = "".join(c if c.isalnum() else " " for c in series.description.casefold())
    return set(text.split())

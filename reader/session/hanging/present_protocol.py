"""What is on screen, written down as a hanging protocol.

A viewport's series becomes a rule that finds its like in another study: what it shows by
its header, and only where that leaves several to choose from, plane, contrast and words.
"""

from __future__ import annotations

from collections.abc import Sequence

from reader.core.intensity import WindowLevel, WindowPreset
from reader.core.orientation import acquisition_plane
from reader.core.series_kind import ContrastPhase, SeriesClass, SeriesKind
from reader.core.study import Series, Study
from reader.session.hanging.protocols import (
    AUTOMATIC_WINDOW,
    HEADER_WINDOW,
    ViewportPlan,
)
from reader.session.hanging.series_choice import (
    FIRST_PHASE,
    LAST_PHASE,
    SeriesRule,
    SeriesSelector,
)
from reader.session.viewing.study_kind import words_of
from reader.session.viewing.viewport_state import ViewportState

_SAY_LITTLE = frozenset({SeriesClass.UNKNOWN, SeriesClass.MR_OTHER, SeriesClass.CT_OTHER})
_FORMS = (SeriesKind.IMAGES, SeriesKind.CINE)


def plan_of(
    state: ViewportState, series: SeriesSelector, fused: SeriesSelector | None, window: str,
    inverted: bool,
) -> ViewportPlan:  # fmt: skip
    """What one viewport shows, as a plan."""
    return ViewportPlan(
        series=series,
        plane=state.plane,
        window=window,
        inverted=inverted,
        slab=state.slab,
        zoom=round(state.zoom, 2),
        kind=state.kind,
        fused=fused,
        opacity=state.fusion_opacity,
    )


def selector_for(series: Series, study: Study, prior: int = 0) -> SeriesSelector:
    """The rule that finds this series among those of its study, and its like elsewhere."""
    must = _must(series)
    alike = [one for one in study.series if must.fits(one) and one.key != series.key]
    return SeriesSelector((must,), (), _wishes(series, alike) if alike else (), prior)


def window_name(
    window: WindowLevel | None,
    suited: WindowLevel | None,
    presets: Sequence[WindowPreset],
    stated: Sequence[WindowLevel],
    automatic: WindowLevel | None,
) -> str:
    """How a plan names a window: nothing where it is what suits the series anyway.

    A window that is neither a preset's, the header's nor automatic is `width/center`.
    """
    if window is None or window == suited:
        return ""
    preset = next((one.id for one in presets if one.window == window), None)
    if preset is not None:
        return preset
    if stated and window == stated[0]:
        return HEADER_WINDOW
    if window == automatic:
        return AUTOMATIC_WINDOW
    return f"{window.width:g}/{window.center:g}"


def window_named(name: str) -> WindowLevel | None:
    """The window that `width/center` means; None for every other name."""
    width, _, center = name.partition("/")
    try:
        return WindowLevel(float(center), float(width))
    except ValueError:
        return None


def _must(series: Series) -> SeriesRule:
    if series.category is SeriesClass.MAMMOGRAM:
        return SeriesRule(
            classes=(series.category.value,),
            laterality=_stated(series.tags.laterality),
            view=_stated(series.tags.view_position),
        )
    kind = (series.kind.value,) if series.kind in _FORMS else ()
    if series.category not in _SAY_LITTLE:
        return SeriesRule(classes=(series.category.value,), kind=kind)
    telling = tuple(sorted(w for w in words_of(series.description) if not w.isdigit()))
    is_file = series.format != "dicom"
    return SeriesRule(modality=(series.modality,), words=telling if is_file else (), kind=kind)


def _wishes(series: Series, alike: Sequence[Series]) -> tuple[SeriesRule, ...]:
    """What tells a series from its like, the more telling the heavier."""
    wishes = []
    if series.kind is SeriesKind.VOLUME:
        plane = acquisition_plane(series.geometry).value
        wishes.append(SeriesRule(plane=(plane,), weight=4))
    if series.contrast_phase is not ContrastPhase.UNKNOWN:
        wishes.append(SeriesRule(contrast=(series.contrast_phase.value,), weight=3))
    if series.tags.view_position:
        wishes.append(SeriesRule(view=(series.tags.view_position,), weight=3))
    if series.phase is not None and series.phase.index in (0, series.phase.count - 1):
        end = FIRST_PHASE if series.phase.index == 0 else LAST_PHASE
        wishes.append(SeriesRule(phase=end, weight=2))
    common = frozenset[str]().union(*(words_of(one.description) for one in alike))
    own = words_of(series.description) - common
    words = tuple(sorted(w for w in own if not w.isdigit()))
    return (*wishes, SeriesRule(words=words, weight=2)) if words else tuple(wishes)


def _stated(value: str) -> tuple[str, ...]:
    return (value,) if value else ()

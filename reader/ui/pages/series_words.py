"""A series in words, for lists: what it is, how large, in how many phases."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from reader.core.series_kind import SeriesKind
from reader.core.study import Series
from reader.core.text import Text, say
from reader.session.viewing.straightening import STRAIGHT
from reader.ui.quantities import THIN, millimetres, number
from reader.ui.terms import class_word, contrast_word
from reader.ui.translate import tr

_PHASES_NAMED: Final = 4
_FINE_MM: Final = 1.0
_BETWEEN: Final = " · "


def series_name(phases: Sequence[Series]) -> str:
    """`3 · Thorax 1.0`: number and description; of several phases what theirs have in common."""
    series = phases[0]
    words = series.description.strip()
    if len(phases) > 1 and series.phase is not None:
        words = _in_common(phases) or words.removesuffix(series.phase.label).rstrip(_BETWEEN)
    words = words or tr(say("Series without a description"))
    first = f"{series.number} · " if series.number is not None else ""
    return f"{first}{words}{_variant(series)}"


def _variant(series: Series) -> str:
    """What a computed series is, after the name of the one it was computed from."""
    if series.variant == STRAIGHT:
        return f" · {tr(say('straightened'))}"
    if series.is_curved:
        return f" · {tr(say('along path {number}', number=series.variant.rpartition('-')[2]))}"
    return ""


def _in_common(phases: Sequence[Series]) -> str:
    parts = (one.description.strip().split(_BETWEEN) for one in phases)
    same = takewhile(lambda found: len(set(found)) == 1, zip(*parts, strict=False))
    return _BETWEEN.join(found[0] for found in same)


def series_class(series: Series) -> str:
    """`MG · Mammogram · L MLO`: modality, class, contrast, side and view."""
    view = " ".join(w for w in (series.tags.laterality, series.tags.view_position) if w)
    known = class_word(series) or (tr(say("Cine")) if series.kind is SeriesKind.CINE else "")
    parts = (series.modality, known, contrast_word(series), view)
    return " · ".join(part for part in parts if part)


def series_facts(series: Series) -> str:
    """`275 slices · 512 × 512 · 1.0 mm`: how many, how large, how far apart."""
    k, j, i = series.geometry.shape_kji
    parts = [tr(_count(series, k)), f"{i} × {j}"]
    spacing = series.geometry.spacing_kji_mm
    if series.kind is SeriesKind.VOLUME and series.measurable:
        parts.append(millimetres(spacing[0]))
    elif series.kind is not SeriesKind.VOLUME and series.measures_in_plane:
        places = 1 if spacing[1] >= _FINE_MM else 3
        parts.append(f"{number(spacing[1], places)}{THIN}mm")
    return " · ".join(parts)


def phases_words(phases: Sequence[Series]) -> str:
    """`4 phases: b 0, b 50, b 400, b 800`."""
    labels = [s.phase.label for s in phases if s.phase is not None and s.phase.label]
    named = ", ".join(labels[:_PHASES_NAMED])
    if len(labels) > _PHASES_NAMED:
        named += ", …"
    return tr(say("{count} phases: {labels}", count=len(phases), labels=named))


def _count(series: Series, count: int) -> Text:
    if series.kind is SeriesKind.VOLUME:
        return say("1 slice") if count == 1 else say("{count} slices", count=count)
    if series.kind is SeriesKind.CINE:
        return say("1 frame") if count == 1 else say("{count} frames", count=count)
    return say("1 image") if count == 1 else say("{count} images", count=count)

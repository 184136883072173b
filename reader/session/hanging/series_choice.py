"""Which series of a study a viewport is to show: rules that must hold, and wishes that weigh.

Pure. Of the series that fit, the one with the heaviest wishes is chosen; of equals the one
that would be shown first anyway (`hanging.worth`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from reader.core.orientation import acquisition_plane
from reader.core.series_kind import SeriesKind
from reader.core.study import Series, Study
from reader.session.viewing.hanging import is_named_as_labels, worth
from reader.session.viewing.study_kind import words_of

FIRST_PHASE: Final = "first"
LAST_PHASE: Final = "last"


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """Facts that all hold for a series, each stated as the values it may have.

    Empty = not asked. `words`: one of them is a word of the description. `phase`: `first`
    or `last` of the volumes of a 4-D acquisition, such as the highest b-value.
    """

    modality: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    contrast: tuple[str, ...] = ()
    plane: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    laterality: tuple[str, ...] = ()
    view: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    phase: str = ""
    weight: int = 1

    def fits(self, series: Series) -> bool:
        """Whether everything it asks for holds."""
        return all(holds(self, series) for holds in _FACTS)


@dataclass(frozen=True, slots=True)
class SeriesSelector:
    """How the series of a viewport is found.

    Attributes:
        any_of: at least one of these must hold; none = every series may be taken.
        never: what must not hold.
        prefer: what weighs, by `weight`.
        prior: 0 for the open study, 1 for the newest earlier one, 2 for the one before.
    """

    any_of: tuple[SeriesRule, ...] = ()
    never: tuple[SeriesRule, ...] = ()
    prefer: tuple[SeriesRule, ...] = ()
    prior: int = 0

    def choose(self, study: Study, priors: Sequence[Study]) -> Series | None:
        """The series it means, of the open study or of an earlier one; None if there is none."""
        if self.prior > len(priors):
            return None
        candidates = (study if self.prior == 0 else priors[self.prior - 1]).series
        fitting = [series for series in candidates if self._fits(series)]
        return max(fitting, key=lambda s: (self._weight(s), worth(s)), default=None)

    def _fits(self, series: Series) -> bool:
        if any(rule.fits(series) for rule in self.never):
            return False
        if not self.any_of:
            return True
        return not is_named_as_labels(series) and any(rule.fits(series) for rule in self.any_of)

    def _weight(self, series: Series) -> int:
        return sum(rule.weight for rule in self.prefer if rule.fits(series))


def _is_among(values: tuple[str, ...], value: str) -> bool:
    return not values or value in values


def _plane_fits(rule: SeriesRule, series: Series) -> bool:
    if not rule.plane:
        return True
    if series.kind is not SeriesKind.VOLUME:
        return False
    return acquisition_plane(series.geometry).value in rule.plane


def _phase_fits(rule: SeriesRule, series: Series) -> bool:
    if not rule.phase or series.phase is None:
        return not rule.phase
    wanted = 0 if rule.phase == FIRST_PHASE else series.phase.count - 1
    return series.phase.index == wanted


_FACTS: Final[tuple[Callable[[SeriesRule, Series], bool], ...]] = (
    lambda rule, s: _is_among(rule.modality, s.modality),
    lambda rule, s: _is_among(rule.classes, s.category.value),
    lambda rule, s: _is_among(rule.contrast, s.contrast_phase.value),
    lambda rule, s: _is_among(rule.laterality, s.tags.laterality),
    lambda rule, s: _is_among(rule.view, s.tags.view_position),
    lambda rule, s: _is_among(rule.kind, s.kind.value),
    lambda rule, s: not rule.words or not words_of(s.description).isdisjoint(rule.words),
    _plane_fits,
    _phase_fits,
)

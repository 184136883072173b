"""Hanging protocols: which of them fits a study best, and which series it puts where.

Pure. A protocol that states something which does not hold does not match at all. Of those
that match the best score wins, and of equals the first by `order`, then by name:

    the study's modality is one it names             10
    a body region it names                           20
    each group of series classes it needs             8
    the form of what is shown first (volume, cine)    4
    it is made for earlier studies, and they lie by  40
    of a study of function it names that modality    60
    each viewport that finds a series, up to eight    2
    it is the reader's own                            3
    it is for those who choose it                 -1000

So a PET/CT is read as one even beside a prior and with two kernels, and otherwise what is
made for a comparison comes before what is made for a body part, and that before
what is made for a modality. What a reader chose for good for a kind of study
(`StudyKind.key`) is tried before any score. How the files are written: `protocol_files`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from reader.core.orientation import Plane
from reader.core.study import Series, Study
from reader.imaging.cut import THIN, Slab
from reader.session.hanging.series_choice import SeriesSelector
from reader.session.viewing.layout import Layout
from reader.session.viewing.study_kind import StudyKind
from reader.session.viewing.viewport_state import PaneKind

FOR_MODALITY: Final = 10
FOR_REGION: Final = 20
FOR_CLASSES: Final = 8
FOR_FORM: Final = 4
FOR_PRIORS: Final = 40
FOR_FUNCTION: Final = 60
FOR_VIEWPORT: Final = 2
FOR_OWN: Final = 3
FOR_CHOICE: Final = -1000
MOST_COUNTED: Final = 8
_OF_FUNCTION: Final = frozenset({"PT", "NM"})
"""Modalities that come with a CT or MR and are what the study was made for."""

HEADER_WINDOW: Final = "dicom"
AUTOMATIC_WINDOW: Final = "auto"


@dataclass(frozen=True, slots=True)
class ViewportPlan:
    """What one viewport is to show.

    `plane` None is the plane that suits the series: as acquired where slices are thick.
    `window` is the id of a preset, `dicom` for the header's first, `auto` for what the
    values say, `width/center`, or empty for what suits the series. `inverted`: black and
    white swapped against how such a series is first shown.
    """

    series: SeriesSelector = field(default_factory=SeriesSelector)
    plane: Plane | None = None
    window: str = ""
    inverted: bool = False
    slab: Slab = THIN
    zoom: float = 1.0
    kind: PaneKind = PaneKind.SLICES
    fused: SeriesSelector | None = None
    opacity: float = 0.5


@dataclass(frozen=True, slots=True)
class Applies:
    """Which studies a protocol is for; what is empty is not asked.

    `needs` are groups of series classes: the study has one of each. `forms` are values of
    `SeriesKind` for the series shown first. `priors` and `series` are the least and the
    most there may be; `filled` how many viewports must find a series. `by_choice`: never
    hung by itself, only when a reader asks for it.
    """

    modality: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    forms: tuple[str, ...] = ()
    priors: tuple[int, int] = (0, 99)
    series: tuple[int, int] = (1, 9999)
    filled: int = 1
    by_choice: bool = False


@dataclass(frozen=True, slots=True)
class Protocol:
    """A hanging protocol. `layout` None keeps the layout the reader has.

    Then there is one plan, whose series is shown everywhere in the planes that suit it.
    `is_own`: the reader made it, so it can be changed and deleted.
    """

    id: str
    name: str
    layout: Layout | None
    viewports: tuple[ViewportPlan, ...]
    applies: Applies = Applies()
    order: int = 500
    is_own: bool = False

    @property
    def most_priors(self) -> int:
        """How many earlier studies it shows."""
        return max((plan.series.prior for plan in self.viewports), default=0)


@dataclass(frozen=True, slots=True)
class Hung:
    """A plan with the series it found; `fused` lies over it in colour."""

    plan: ViewportPlan
    series: Series | None
    fused: Series | None = None


def hung_by(protocol: Protocol, study: Study, priors: Sequence[Study]) -> tuple[Hung, ...]:
    """What a protocol puts where; viewports that find nothing stay empty."""
    found = []
    for plan in protocol.viewports:
        fused = plan.fused.choose(study, priors) if plan.fused is not None else None
        found.append(Hung(plan, plan.series.choose(study, priors), fused))
    return tuple(found)


def score(protocol: Protocol, kind: StudyKind, study: Study, priors: Sequence[Study]) -> int | None:
    """How well a protocol fits a study; None where it does not at all.

    Of earlier studies that are at hand but do not lie by yet, viewports are taken as filled.
    """
    applies = protocol.applies
    points = _stated(applies, kind)
    if points is None:
        return None
    filled = sum(
        hung.series is not None or len(priors) < hung.plan.series.prior <= kind.priors
        for hung in hung_by(protocol, study, priors)
    )
    if filled < applies.filled:
        return None
    points += FOR_VIEWPORT * min(filled, MOST_COUNTED)
    return points + (FOR_OWN if protocol.is_own else 0)


def ranked(
    protocols: Sequence[Protocol], kind: StudyKind, study: Study, priors: Sequence[Study]
) -> tuple[Protocol, ...]:
    """The protocols that fit a study, the best first."""
    scored = [(score(one, kind, study, priors), one) for one in protocols]
    fitting = [(points, one) for points, one in scored if points is not None]
    fitting.sort(key=lambda pair: (-pair[0], pair[1].order, pair[1].name))
    return tuple(one for _, one in fitting)


def turned(protocol: Protocol) -> Protocol:
    """The same with left and right exchanged, where a prior lies beside the present."""
    grid = protocol.layout.grid if protocol.layout is not None else None
    if grid is None or grid[1] != 2 or protocol.most_priors == 0:
        return protocol
    plans = protocol.viewports
    pairs = [plans[n : n + 2][::-1] for n in range(0, len(plans), 2)]
    return replace(protocol, viewports=tuple(plan for pair in pairs for plan in pair))


def _stated(applies: Applies, kind: StudyKind) -> int | None:
    """Points for what a protocol states of a study; None if any of it does not hold."""
    in_range = (
        applies.priors[0] <= kind.priors <= applies.priors[1]
        and applies.series[0] <= kind.series_count <= applies.series[1]
    )
    holds = (
        in_range,
        not applies.modality or not kind.modalities.isdisjoint(applies.modality),
        not applies.region or not kind.regions.isdisjoint(applies.region),
        not applies.forms or kind.leading.value in applies.forms,
        all(not kind.classes.isdisjoint(group) for group in applies.needs),
    )
    if not all(holds):
        return None
    points = FOR_MODALITY * bool(applies.modality) + FOR_REGION * bool(applies.region)
    points += FOR_FORM * bool(applies.forms) + FOR_CLASSES * len(applies.needs)
    points += FOR_FUNCTION * bool(_OF_FUNCTION & kind.modalities & set(applies.modality))
    return points + FOR_PRIORS * (applies.priors[0] > 0) + FOR_CHOICE * applies.by_choice

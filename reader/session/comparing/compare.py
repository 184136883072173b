"""Reading a study beside another: which is beside which, hanging them, flicker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reader.core.errors import NotAllowedError
from reader.core.orientation import Plane
from reader.core.series_kind import SeriesKind
from reader.core.study import Series, Study
from reader.core.text import say
from reader.session.comparing.companions import Companions, OtherStudy
from reader.session.comparing.matching import best_match
from reader.session.comparing.paired_views import PairedViews, Sides, extent_mm
from reader.session.comparing.ties import Ties
from reader.session.events import SessionEvents
from reader.session.jobs import Job
from reader.session.opening.load_jobs import Loading
from reader.session.study_store import StudyStore
from reader.session.viewing.hanging import choose_series, leading_plane
from reader.session.viewing.layout import Layout
from reader.session.viewing.viewport import ViewportStore
from reader.session.viewing.viewport_state import ViewportState


@dataclass(frozen=True, slots=True)
class _Panes:
    """What was on screen before comparing, to be there again after it."""

    layout: Layout
    states: tuple[ViewportState, ...]
    active_id: str
    maximized_id: str | None
    is_linked: bool
    pairs: tuple[Sides, ...]
    lead: int


class Compare:
    """The open study beside one companion. Main thread.

    While it is on, panes lie in pairs: the prior on one side, the open study on the other.
    """

    def __init__(
        self,
        events: SessionEvents,
        studies: StudyStore,
        viewports: ViewportStore,
        loading: Loading,
        prior_on_right: Callable[[], bool],
    ) -> None:
        self._events = events
        self._studies = studies
        self._viewports = viewports
        self._loading = loading
        self._prior_on_right = prior_on_right
        self._companions: Companions | None = None
        self._kept: _Panes | None = None
        self._flickered: dict[str, ViewportState] = {}
        self.ties = Ties(events, studies, viewports, self.current_series_for)
        self.views = PairedViews(events, studies, viewports)
        self.beside_uid: str | None = None
        """The companion that is beside the open study now."""
        events.study_opened.connect(self._study_opened)

    def use(self, companions: Companions) -> None:
        """Where other studies come from; once, when the session is built."""
        self._companions = companions

    # Other studies

    def available_priors(self) -> tuple[OtherStudy, ...]:
        """Older or undated studies of the same patient that are at hand, the newest first."""
        return self._companions.priors() if self._companions is not None else ()

    def others(self) -> tuple[OtherStudy, ...]:
        """Every study there is to compare with, those of the same patient first."""
        return self._companions.others() if self._companions is not None else ()

    @property
    def companions(self) -> tuple[Study, ...]:
        """The studies that lie beside the open one, the newest first."""
        return self._studies.companions

    @property
    def beside(self) -> Study | None:
        """The companion that is compared with now; else the newest that lies beside."""
        laid = self._studies.companions
        named = next((s for s in laid if s.study_uid == self.beside_uid), None)
        return named or (laid[0] if laid else None)

    def is_on_its_way(self, study_uid: str) -> bool:
        """Whether a study is being looked for to be laid beside the open one."""
        return self._companions is not None and self._companions.is_on_its_way(study_uid)

    def open_prior(self, study_uid: str) -> Job | None:
        """Lay a study beside the open one: at once, or by the job returned.

        Its series are read when they are shown. Raises: NotAllowedError: nothing is open.
        """
        self.beside_uid = study_uid
        job = self._companions.lay(study_uid) if self._companions is not None else None
        if any(study.study_uid == study_uid for study in self._studies.companions):
            self.laid(None)
        return job

    def open_paths(self, paths: Sequence[Path]) -> Job | None:
        """Lay a study of some files or folders beside the open one."""
        self.beside_uid = None
        return self._companions.lay_paths(paths) if self._companions is not None else None

    def close_prior(self, study_uid: str) -> None:
        """Put a companion away; panes that showed it show the open study's like again."""
        swapped = []
        for state in self._viewports.states:
            study = self._studies.study_of(state.series_key)
            if study is not None and study.study_uid == study_uid:
                own = self.current_series_for(state.series_key)
                swapped.append(replace(state, series_key=own.key if own is not None else None))
        self._studies.remove_companion(study_uid)
        self._end_flicker()
        if swapped:
            self._viewports.put(*swapped)

    def hang_again(self) -> None:
        """Hang the pairs anew, as when their sides are swapped."""
        if self.is_on:
            self._hang()

    def laid(self, study: Study | None) -> None:
        """A study lies beside the open one now: it is hung if that is what was waited for."""
        if study is not None:
            self.beside_uid = study.study_uid
        if self.is_on:
            self._hang()

    # Which series belong together

    def prior_series_for(
        self, series_key: str | None, study_uid: str | None = None
    ) -> Series | None:
        """The series of a companion that shows the same as one of the open study.

        `study_uid`: the companion; None is the one that is compared with.
        """
        laid = {study.study_uid: study for study in self._studies.companions}
        study = laid.get(study_uid) if study_uid is not None else self.beside
        if study is None or series_key is None or not self._studies.has_series(series_key):
            return None
        return best_match(self._studies.series(series_key), study.series)

    def current_series_for(self, series_key: str | None) -> Series | None:
        """The series of the open study that shows the same as one of a companion."""
        study = self._studies.study
        if study is None or series_key is None or not self._studies.has_series(series_key):
            return None
        return best_match(self._studies.series(series_key), study.series)

    def counterpart(self, series_key: str | None) -> Series | None:
        """What a series is compared with, whichever of the two studies it is of.

        A pair that is on screen stays one.
        """
        for state in self._viewports.states:
            partner_id = self.views.partner(state.id)
            if state.series_key == series_key and partner_id is not None and not self._flickered:
                shown = self._viewports.state(partner_id).series_key
                if shown is not None and shown != series_key and self._studies.has_series(shown):
                    return self._studies.series(shown)
        if self._studies.is_companion(series_key):
            return self.current_series_for(series_key)
        return self.prior_series_for(series_key)

    # The mode

    @property
    def is_on(self) -> bool:
        """Whether panes lie in pairs."""
        return self._kept is not None

    @property
    def has_two_rows(self) -> bool:
        """Whether two pairs lie one above the other, the one that is read uppermost."""
        is_square = self._viewports.layout is Layout.TWO_BY_TWO
        return self.is_on and is_square and self.beside is not None

    def enter(self) -> None:
        """Hang the open study beside its newest prior, which is laid beside it first."""
        viewports = self._viewports
        if self.is_on or self._studies.study is None:
            return
        self._kept = _Panes(
            viewports.layout, viewports.states, viewports.active_id, viewports.maximized_id,
            viewports.linking.is_on, self.views.pairs, self.views.lead,
        )  # fmt: skip
        viewports.linking.turn(True)
        if self.beside is not None:
            self._hang()
            return
        priors = self.available_priors() or tuple(o for o in self.others() if o.is_same_patient)
        if priors:
            alike = next((one for one in priors if one.is_alike), priors[0])
            self.open_prior(alike.study_uid)

    def leave(self) -> None:
        """Show what was shown before; what moved meanwhile has moved."""
        kept, self._kept = self._kept, None
        self._end_flicker()
        self.views.pair((), 0)
        if kept is None:
            return
        self._viewports.linking.turn(kept.is_linked)
        if self._studies.study is not None:
            here = self._studies.has_series
            states = tuple(
                s if here(s.series_key) else replace(s, series_key=None) for s in kept.states
            )
            self._viewports.restore(kept.layout, states, kept.active_id, kept.maximized_id)
            self.views.pair(kept.pairs, kept.lead)

    def flicker(self, viewport_id: str) -> None:
        """Show the other study in a pane, at the same zoom and place; and back.

        Raises: NotAllowedError: there is nothing to change to.
        """
        state = self._viewports.state(viewport_id)
        before = self._flickered.pop(viewport_id, None)
        self._viewports.may_repeat = frozenset(self._flickered)
        if before is not None:
            back = replace(state, series_key=before.series_key)
            self._viewports.put(self.views.aligned(state, back))
            return
        other = self.counterpart(state.series_key)
        if other is None:
            raise NotAllowedError(
                say("There is no other series to change to."),
                say("Choose a study to compare with first."),
            )
        self._loading.read(other)
        self._flickered[viewport_id] = state
        self._viewports.may_repeat = frozenset(self._flickered)
        turned = self.views.aligned(state, replace(state, series_key=other.key))
        self._viewports.put(replace(turned, fit_mm=self._fit_of(state)))

    def _end_flicker(self) -> None:
        self._flickered.clear()
        self._viewports.may_repeat = frozenset()

    def is_flickered(self, viewport_id: str) -> bool:
        """Whether a pane shows the other study than it did."""
        return viewport_id in self._flickered

    def link_panes(self, pairs: tuple[Sides, ...], lead: int = 1) -> None:
        """Tie panes that lie side by side in any layout, as hanging protocols with a prior do.

        `lead`: which of two has the zoom and place at first, 0 the left one.
        """
        fitted = []
        for sides in pairs:
            state = self._viewports.state(sides[lead])
            fit = self._fit_of(state)
            fitted += [replace(self._viewports.state(side), fit_mm=fit) for side in sides]
        self._viewports.put(*fitted)
        self._viewports.linking.turn(True)
        self.ties.tie_shown()
        self.views.pair(pairs, lead)

    # Hanging

    def show(self, series_key: str) -> None:
        """Show a series on its side of every pair; one of the open study brings its like along."""
        series, study = self._studies.series(series_key), self._studies.study_of(series_key)
        if study is None or not self._studies.is_companion(series_key):
            self._hang(series)
            return
        self.beside_uid = study.study_uid
        shown = (s.series_key for s in self._viewports.states)
        own = next((key for key in shown if key and not self._studies.is_companion(key)), None)
        self._hang(self._studies.series(own) if own is not None else None, series)

    def _hang(self, current: Series | None = None, prior: Series | None = None) -> None:
        """Pairs of panes, each with a series and its counterpart; both are read.

        Where none is given the series that was looked at, and what is most like it.
        """
        beside, current = self.beside, current or self._current()
        if beside is None or current is None:
            return
        prior = prior or best_match(current, beside.series) or choose_series(beside)
        if prior is None:
            return
        self._end_flicker()
        self.views.pair((), 0)
        self._loading.read(current)
        self._loading.read(prior)
        planes = _planes(current)
        layout = Layout.TWO_BY_TWO if len(planes) > 1 else Layout.ONE_BY_TWO
        sides = (current, prior) if self._prior_on_right() else (prior, current)
        states = tuple(
            ViewportState(
                f"v{2 * row + column}", plane, sides[column].key, fit_mm=_fit(current, plane)
            )
            for row, plane in enumerate(planes)
            for column in (0, 1)
        )
        lead = 0 if self._prior_on_right() else 1
        window = self._viewports.looks.window_of(current.key)
        if window is not None and self.views.share_units(states[0], states[1]):
            self._viewports.looks.set_window(prior.key, window)
        self._viewports.restore(layout, states, f"v{lead}", None)
        self.ties.tie_shown()
        pairs: tuple[Sides, ...] = tuple(
            (f"v{2 * row}", f"v{2 * row + 1}") for row in range(len(planes))
        )
        self.views.pair(pairs, lead)

    def _current(self) -> Series | None:
        """The open study's series to compare: the one looked at, or the first to show."""
        study = self._studies.study
        kept = self._kept
        shown = [s.series_key for s in kept.states] if kept is not None else []
        if kept is not None:
            shown.sort(key=lambda key: key != _active_key(kept))
        for series_key in shown:
            if self._studies.has_series(series_key) and not self._studies.is_companion(series_key):
                return self._studies.series(series_key or "")
        return choose_series(study) if study is not None else None

    def _fit_of(self, state: ViewportState) -> tuple[float, float] | None:
        if state.fit_mm is not None or state.series_key is None:
            return state.fit_mm
        return _fit(self._studies.series(state.series_key), state.plane)

    def _study_opened(self, _study: Study | None) -> None:
        self._kept, self.beside_uid = None, None
        self._end_flicker()
        self.views.pair((), 0)


def _active_key(panes: _Panes) -> str | None:
    return next((s.series_key for s in panes.states if s.id == panes.active_id), None)


def _planes(series: Series) -> tuple[Plane, ...]:
    """In which planes two series are compared: the one they are read in, and one across it."""
    if series.kind is not SeriesKind.VOLUME or series.geometry.shape_kji[0] == 1:
        return (Plane.AXIAL,)
    lead = leading_plane(series.geometry)
    across = Plane.AXIAL if lead is not Plane.AXIAL else Plane.CORONAL
    return (lead, across)


def _fit(series: Series, plane: Plane) -> tuple[float, float] | None:
    """What both panes of a pair fit in: the open study's slice. Films fit each for itself."""
    if series.kind is not SeriesKind.VOLUME:
        return None
    return extent_mm(series.geometry, plane)

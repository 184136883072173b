"""Going through the volumes of a 4-D acquisition, which lie on one grid."""

from __future__ import annotations

from reader.core.study import Series
from reader.session.opening.load_jobs import Loading
from reader.session.study_store import StudyStore
from reader.session.viewing.viewport import ViewportStore


class Phases:
    """Shows another phase wherever one of its group is shown; zoom, cursor and window stay."""

    def __init__(self, studies: StudyStore, viewports: ViewportStore, loading: Loading) -> None:
        self._studies = studies
        self._viewports = viewports
        self._loading = loading

    def of(self, series_key: str | None) -> tuple[Series, ...]:
        """All phases of the acquisition a series is one of, in order; empty if of none."""
        study = self._studies.study_of(series_key)
        if study is None:
            return ()
        phase = self._studies.series(series_key or "").phase
        if phase is None:
            return ()
        members = [s for s in study.series if s.phase is not None and s.phase.group == phase.group]
        return tuple(sorted(members, key=lambda s: s.phase.index if s.phase else 0))

    def place(self, series_key: str | None) -> int:
        """Which of `of` a series is, from 0; 0 if of none."""
        keys = [s.key for s in self.of(series_key)]
        return keys.index(series_key) if series_key in keys else 0

    def step(self, steps: int) -> None:
        """Show a later or earlier phase than the active viewport shows, stopping at the ends."""
        self.show(self.place(self._viewports.active.series_key) + steps)

    def show(self, place: int) -> None:
        """Show one phase of the active viewport's acquisition, read first if need be."""
        before = self._viewports.active.series_key
        members = self.of(before)
        if not members:
            return
        wanted = members[min(max(place, 0), len(members) - 1)]
        if wanted.key == before:
            return
        left = {s.key for s in members} - {wanted.key}
        self._viewports.exchange_series(left, wanted.key)
        self._loading.leave_unseen(self._viewports.shown_keys)
        self._loading.read(wanted)

"""Panes side by side that show the same part of two studies at the same scale."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowLevel
from reader.core.orientation import Plane, SpatialTransform, plane_axes, screen_directions
from reader.core.series_kind import SeriesKind
from reader.session.events import SessionEvents
from reader.session.study_store import StudyStore
from reader.session.viewing.viewport import ViewportStore
from reader.session.viewing.viewport_state import ViewportState

Sides = tuple[str, str]
"""Two viewports that lie side by side, by their ids, the left one first."""


@dataclass(frozen=True, slots=True)
class _View:
    series_key: str | None
    plane: Plane
    zoom: float
    pan_mm: tuple[float, float]
    window: WindowLevel | None
    transform: SpatialTransform


class PairedViews:
    """Carries zoom, place and, of CT, the window from one pane of a pair to the other.

    Both fit the same millimetres into a pane, so equal zoom is equal scale, and a point and
    its counterpart lie at the same place of their panes, flipped and turned alike. Films have
    no common place: zoom and pan are equal, each against its own film, and one that was
    exposed upside down is turned by itself. All of it only while linking is on.
    """

    def __init__(
        self, events: SessionEvents, studies: StudyStore, viewports: ViewportStore
    ) -> None:
        self._studies = studies
        self._viewports = viewports
        self.pairs: tuple[Sides, ...] = ()
        self.lead = 0
        """Which of two had the zoom and place at first."""
        self._seen: dict[str, _View] = {}
        self._is_busy = False
        events.viewports_changed.connect(self._follow)
        events.linking_changed.connect(self._tied_otherwise)

    def pair(self, pairs: tuple[Sides, ...], lead: int) -> None:
        """Tie these panes from now on; `lead` says which of two has the zoom and place at first.

        Panes that the layout lacks are tied when it has them again.
        """
        self.pairs, self.lead = pairs, lead
        self._seen = {}
        for sides in self._shown_pairs():
            self._carry(self._viewports.state(sides[lead]), sides[1 - lead])
        self._look()

    def partner(self, viewport_id: str) -> str | None:
        """The pane that a pane is tied to; None where the layout has no place for it now."""
        for left, right in self._shown_pairs():
            if viewport_id in (left, right):
                return right if viewport_id == left else left
        return None

    def aligned(self, lead: ViewportState, follower: ViewportState) -> ViewportState:
        """The follower with the zoom and place of the lead; volumes also turned as it is."""
        one, other = self._geometry(lead.series_key), self._geometry(follower.series_key)
        if one is None or other is None or lead.plane is not follower.plane:
            return replace(follower, zoom=lead.zoom, pan_mm=lead.pan_mm)
        follower = replace(follower, transform=lead.transform)
        middle = self._middle_of_pane(lead, one)
        frames = (
            self._viewports.frame_of(lead.series_key),
            self._viewports.frame_of(follower.series_key),
        )
        there = None
        if frames[0] is not None and frames[1] is not None:
            there = self._viewports.linking.counterpart(middle, frames[0], frames[1])
        if there is None:
            return replace(follower, zoom=lead.zoom, pan_mm=lead.pan_mm, fit_mm=lead.fit_mm)
        down, right = _directions(other, follower)
        away = other.center_lps_mm - np.array(there)
        pan = (float(away @ down), float(away @ right))
        return replace(follower, zoom=lead.zoom, pan_mm=pan, fit_mm=lead.fit_mm)

    def _follow(self) -> None:
        """Bring the partner of every pane along that was zoomed, moved or shows another series."""
        if not self._may_follow():
            return
        for left, right in self.pairs:
            one, other = self._viewports.state(left), self._viewports.state(right)
            if self._has_changed(one):
                self._carry(one, right)
            elif self._has_changed(other):
                self._carry(other, left)
            self._share_window(one, other)
            self._share_window(other, one)
        self._look()

    def _share_window(self, lead: ViewportState, follower: ViewportState) -> None:
        """Show the partner through a window that was just changed, where it means the same."""
        before, window = self._seen.get(lead.id), self._window(lead)
        if before is None or before.window in (None, window) or window is None:
            return
        if before.series_key == lead.series_key and self.share_units(lead, follower):
            self._is_busy = True
            try:
                key = follower.series_key or ""
                self._viewports.looks.set_window(key, window, follower.look)
            finally:
                self._is_busy = False

    def share_units(self, one: ViewportState, other: ViewportState) -> bool:
        """Whether two panes show different series of values that mean the same: HU."""
        keys = one.series_key, other.series_key
        if keys[0] == keys[1] or not all(self._studies.has_series(key) for key in keys):
            return False
        return all(self._studies.series(key or "").unit is IntensityUnit.HU for key in keys)

    def _window(self, state: ViewportState) -> WindowLevel | None:
        key = state.series_key
        return None if key is None else self._viewports.looks.window_of(key, state.look)

    def _tied_otherwise(self) -> None:
        """Lay counterparts at the same place of their panes again: what belongs together moved."""
        if self._may_follow():
            for sides in self.pairs:
                self._carry(self._viewports.state(sides[self.lead]), sides[1 - self.lead])
            self._look()

    def _may_follow(self) -> bool:
        if self._is_busy or not self.pairs or not self._viewports.linking.is_on:
            return False
        return self._shown_pairs() == self.pairs

    def _shown_pairs(self) -> tuple[Sides, ...]:
        """The pairs of which the present layout has both panes."""
        shown = {state.id for state in self._viewports.states}
        return tuple(sides for sides in self.pairs if shown.issuperset(sides))

    def _has_changed(self, state: ViewportState) -> bool:
        before = self._seen.get(state.id)
        if before is None:
            return False
        if before.transform != state.transform:  # its pan turned with it
            return self._geometry(state.series_key) is not None
        return (before.zoom, before.pan_mm) != (state.zoom, state.pan_mm)

    def _carry(self, lead: ViewportState, follower_id: str) -> None:
        follower = self._viewports.state(follower_id)
        wanted = self.aligned(lead, follower)
        if wanted != follower:
            self._is_busy = True
            try:
                self._viewports.put(wanted)
            finally:
                self._is_busy = False

    def _look(self) -> None:
        self._seen = {
            s.id: _View(s.series_key, s.plane, s.zoom, s.pan_mm, self._window(s), s.transform)
            for s in self._viewports.states
        }

    def _geometry(self, series_key: str | None) -> VolumeGeometry | None:
        """Where a volume is; None for what has no place to share."""
        if self._viewports.kind_of(series_key) is not SeriesKind.VOLUME:
            return None
        return self._studies.geometry(series_key)

    def _middle_of_pane(
        self, state: ViewportState, geometry: VolumeGeometry
    ) -> tuple[float, float, float]:
        down, right = _directions(geometry, state)
        at = geometry.center_lps_mm - state.pan_mm[0] * down - state.pan_mm[1] * right
        return float(at[0]), float(at[1]), float(at[2])


def _directions(geometry: VolumeGeometry, state: ViewportState) -> tuple[FloatArray, FloatArray]:
    axes = state.transform.axes(plane_axes(geometry, state.plane))
    return screen_directions(geometry, axes)


def extent_mm(geometry: VolumeGeometry, plane: Plane) -> tuple[float, float]:
    """How high and wide a slice of a volume is."""
    axes = plane_axes(geometry, plane)
    shape, spacing = geometry.shape_kji, geometry.spacing_kji_mm
    return (
        shape[axes.row_axis] * spacing[axes.row_axis],
        shape[axes.column_axis] * spacing[axes.column_axis],
    )

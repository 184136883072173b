"""Viewports that show a whole volume: from where, how, and what a click in them means."""

from __future__ import annotations

import enum
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import Point
from reader.core.intensity import IntensityUnit, WindowLevel
from reader.core.series_kind import SeriesKind
from reader.core.volume import Volume
from reader.imaging.colormap import to_bgrx
from reader.imaging.layers import OverlayLayers
from reader.imaging.overview.coarse import FINE, QUICK, CoarseGrid, coarse_labels, coarse_values
from reader.imaging.overview.picture import (
    Seen,
    maximum_picture,
    point_seen,
    reach_of,
    surface_picture,
)
from reader.imaging.overview.turn import FRONT, Turn
from reader.session.events import SessionEvents
from reader.session.jobs import Deliver
from reader.session.study_store import StudyStore
from reader.session.viewing.viewport import ViewportStore
from reader.session.viewing.viewport_state import PaneKind
from reader.session.viewing.worker_defects import raised_on_main

_BONE: Final = WindowLevel(400.0, 1200.0)
"""What stands out of a CT seen from outside: bones and contrast."""
_SEEN_FROM: Final = 0.1
"""Of the window's width: what is darker is taken for air around the body."""
_LEAST_ZOOM, _MOST_ZOOM = 0.5, 8.0


class OverviewMode(enum.Enum):
    """What of a volume is seen from outside."""

    MAXIMUM = "maximum"
    """The greatest value along each line of sight."""
    SURFACES = "surfaces"
    """The segments that are shown, lit."""


@dataclass(frozen=True, slots=True)
class OverviewState:
    """What the reader asked of one overview. `spins`: it goes round by itself."""

    turn: Turn = FRONT
    zoom: float = 1.0
    mode: OverviewMode = OverviewMode.MAXIMUM
    spins: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class OverviewRequest:
    """Everything one picture needs; `is_quick` while it is being turned."""

    viewport_id: str
    volume: Volume
    layers: OverlayLayers | None
    state: OverviewState
    side_px: int
    window: WindowLevel
    invert: bool
    is_quick: bool
    generation: int

    def is_same_picture(self, other: OverviewRequest) -> bool:
        """Whether nothing that is seen differs."""
        return (
            self.volume is other.volume
            and self.state == other.state
            and self.side_px == other.side_px
            and self.is_quick == other.is_quick
            and (self.window, self.invert) == (other.window, other.invert)
            and _labels_key(self.layers) == _labels_key(other.layers)
        )


@dataclass(frozen=True, slots=True, eq=False)
class OverviewImage:
    """`pixels` is (side, side, 4) BGRX; None where there is no segment to show."""

    request: OverviewRequest
    pixels: NDArray[np.uint8] | None
    seen: Seen
    grid: CoarseGrid


class Overviews:
    """Pictures of whole volumes, made on a worker: coarse while one turns, then fine."""

    def __init__(
        self,
        events: SessionEvents,
        deliver: Deliver,
        studies: StudyStore,
        viewports: ViewportStore,
        layers_for: Callable[[str], OverlayLayers | None],
        is_inverted: Callable[[str], bool],
    ) -> None:
        self._events = events
        self._deliver = deliver
        self._studies = studies
        self._viewports = viewports
        self._layers_for = layers_for
        self._is_inverted = is_inverted
        self._states: dict[str, OverviewState] = {}
        self._newest: dict[str, OverviewRequest] = {}
        self._shown: dict[str, OverviewImage] = {}
        self._grids = _Grids()
        self._worker: ThreadPoolExecutor | None = None
        self._generation = 0
        events.study_opened.connect(self._opened)

    # What is asked

    def can_show(self, series_key: str | None) -> bool:
        """Whether a series is a volume that is whole, grey and more than one slice."""
        volume = self._studies.volume(series_key)
        return (
            volume is not None
            and not volume.is_color
            and min(volume.geometry.shape_kji) > 1
            and self._viewports.kind_of(series_key) is SeriesKind.VOLUME
            and self._studies.is_whole(series_key)
        )

    def state(self, viewport_id: str) -> OverviewState:
        """From where and how a viewport shows its volume."""
        return self._states.get(viewport_id, OverviewState())

    def turn_by(self, viewport_id: str, azimuth_deg: float, elevation_deg: float) -> None:
        """Turn, coarsely for now; call `rest` when the hand rests."""
        state = self.state(viewport_id)
        turned = state.turn.turned(azimuth_deg, elevation_deg)
        self._change(viewport_id, replace(state, turn=turned), is_quick=True)

    def look_from(self, viewport_id: str, turn: Turn) -> None:
        """Look from another side."""
        self._change(viewport_id, replace(self.state(viewport_id), turn=turn))

    def zoom_by(self, viewport_id: str, factor: float) -> None:
        """Enlarge about the middle."""
        state = self.state(viewport_id)
        zoom = min(_MOST_ZOOM, max(_LEAST_ZOOM, state.zoom * factor))
        self._change(viewport_id, replace(state, zoom=zoom), is_quick=True)

    def next_mode(self, viewport_id: str) -> None:
        """Greatest values or surfaces."""
        modes = list(OverviewMode)
        state = self.state(viewport_id)
        mode = modes[(modes.index(state.mode) + 1) % len(modes)]
        self._change(viewport_id, replace(state, mode=mode))

    def toggle_spin(self, viewport_id: str) -> None:
        """Let it go round by itself, or stop. Whoever shows it calls `turn_by`."""
        state = self.state(viewport_id)
        self._change(viewport_id, replace(state, spins=not state.spins))

    def rest(self, viewport_id: str) -> None:
        """Show finely what is shown coarsely."""
        newest = self._newest.get(viewport_id)
        if newest is not None and newest.is_quick and not newest.state.spins:
            self._ask(replace(newest, is_quick=False))

    def show(self, viewport_id: str, side_px: int) -> None:
        """Bring a viewport's picture up to date with the session, if anything changed."""
        request = self._request(viewport_id, side_px)
        if request is None:
            self._newest.pop(viewport_id, None)
            self._shown.pop(viewport_id, None)
            return
        newest = self._newest.get(viewport_id)
        as_before = replace(request, is_quick=newest.is_quick) if newest is not None else request
        if newest is None or not newest.is_same_picture(as_before):
            self._ask(request)

    def go_to(self, viewport_id: str, x: float, y: float) -> Point | None:
        """Move the crosshair to what the pixel (x, y) of a picture shows; None if nothing."""
        image = self._shown.get(viewport_id)
        if image is None:
            return None
        is_labels = image.request.state.mode is OverviewMode.SURFACES
        point = point_seen(image.grid, image.seen, x, y, is_labels)
        if point is not None:
            self._viewports.set_cursor(point, self._viewports.state(viewport_id).series_key)
        return point

    def shown(self, viewport_id: str) -> OverviewImage | None:
        """The picture on screen."""
        return self._shown.get(viewport_id)

    def close(self) -> None:
        """Stop the worker and wait for it."""
        self._newest.clear()
        if self._worker is not None:
            self._worker.shutdown(wait=True, cancel_futures=True)

    # How it is made

    def _change(self, viewport_id: str, state: OverviewState, is_quick: bool = False) -> None:
        self._states[viewport_id] = state
        newest = self._newest.get(viewport_id)
        if newest is not None:
            self._ask(replace(newest, state=state, is_quick=is_quick))

    def _request(self, viewport_id: str, side_px: int) -> OverviewRequest | None:
        pane = self._viewports.state(viewport_id)
        volume = self._studies.volume(pane.series_key)
        if pane.series_key is None or volume is None or pane.kind is not PaneKind.OVERVIEW:
            return None
        if not self.can_show(pane.series_key) or side_px < 1:
            return None
        window = self._viewports.looks.window_of(pane.series_key)
        if volume.unit is IntensityUnit.HU or window is None:
            window = _BONE
        return OverviewRequest(
            viewport_id=viewport_id,
            volume=volume,
            layers=self._layers_for(pane.series_key),
            state=self.state(viewport_id),
            side_px=side_px,
            window=window,
            invert=self._is_inverted(pane.series_key),
            is_quick=False,
            generation=0,
        )

    def _ask(self, request: OverviewRequest) -> None:
        self._generation += 1
        asked = replace(request, generation=self._generation)
        self._newest[request.viewport_id] = asked
        if self._worker is None:
            self._worker = ThreadPoolExecutor(1, thread_name_prefix="overview")
        self._worker.submit(self._work, asked).add_done_callback(raised_on_main(self._deliver))

    def _work(self, request: OverviewRequest) -> None:
        """On the worker: skip what was overtaken while it waited."""
        if self._is_newest(request):
            image = _drawn(request, self._grids)
            self._deliver(lambda: self._show(image))

    def _show(self, image: OverviewImage) -> None:
        if image.request.viewport_id in self._newest:
            self._shown[image.request.viewport_id] = image
            self._events.overview_ready.emit(image)

    def _is_newest(self, request: OverviewRequest) -> bool:
        newest = self._newest.get(request.viewport_id)
        return newest is not None and newest.generation == request.generation

    def _opened(self, _study: object) -> None:
        self._states.clear()
        self._newest.clear()
        self._shown.clear()
        self._grids = _Grids()


class _Grids:
    """The reduced volumes and label maps of the last series asked for. For the worker."""

    def __init__(self) -> None:
        self._volume: Volume | None = None
        self._values: dict[int, CoarseGrid] = {}
        self._labels: dict[int, tuple[object, CoarseGrid]] = {}
        self._reach: tuple[CoarseGrid, float, float] | None = None

    def values(self, volume: Volume, longest: int) -> CoarseGrid:
        """The volume's values, made once."""
        self._use(volume)
        if longest not in self._values:
            self._values[longest] = coarse_values(volume.voxels, volume.geometry, longest)
        return self._values[longest]

    def labels(self, volume: Volume, layers: OverlayLayers, longest: int) -> CoarseGrid:
        """The labels that are shown, made once for each state of theirs."""
        self._use(volume)
        key = _labels_key(layers)
        kept = self._labels.get(longest)
        if kept is None or kept[0] != key:
            sheets = [(s.labels, [style.label for style in s.styles]) for s in layers.all_sheets]
            grid = coarse_labels(sheets, volume.geometry, longest)
            kept = self._labels[longest] = (key, grid)
        return kept[1]

    def reach(self, grid: CoarseGrid, above: float) -> float:
        """How far what is seen reaches; of the fine grid, so that resting changes no size."""
        if self._reach is None or self._reach[0] is not grid or self._reach[1] != above:
            self._reach = (grid, above, reach_of(grid, above))
        return self._reach[2]

    def _use(self, volume: Volume) -> None:
        if volume is not self._volume:
            self._volume = volume
            self._values.clear()
            self._labels.clear()


def _labels_key(layers: OverlayLayers | None) -> object:
    """What of the layers a picture of surfaces depends on."""
    if layers is None:
        return None
    sheets = tuple(
        (id(s.labels), tuple((style.label, style.color) for style in s.styles))
        for s in layers.all_sheets
    )
    return layers.revision, sheets


def _drawn(request: OverviewRequest, grids: _Grids) -> OverviewImage:
    longest = QUICK if request.is_quick else FINE
    state, layers = request.state, request.layers
    if state.mode is OverviewMode.SURFACES and layers is not None and layers.all_sheets:
        grid = grids.labels(request.volume, layers, longest)
        reach = grids.reach(grids.labels(request.volume, layers, FINE), 0)
        seen = Seen.whole(grid, state.turn, request.side_px, state.zoom, reach)
        colors = tuple(style.color for sheet in layers.all_sheets for style in sheet.styles)
        picture = surface_picture(grid, seen, colors)
        return OverviewImage(request, to_bgrx(picture), seen, grid)
    grid = grids.values(request.volume, longest)
    least = request.window.lower + _SEEN_FROM * request.window.width
    reach = grids.reach(grids.values(request.volume, FINE), least)
    seen = Seen.whole(grid, state.turn, request.side_px, state.zoom, reach)
    if state.mode is OverviewMode.SURFACES:
        return OverviewImage(request, None, seen, grid)
    smooth = not request.is_quick
    picture = maximum_picture(grid, seen, request.window, request.invert, smooth)
    return OverviewImage(request, to_bgrx(picture), seen, grid)

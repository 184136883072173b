"""What lies over the slices one is scrolling through, kept and made ahead.

Tracing and drawing the outlines of many segments takes longer than all the rest of a
picture. Both depend on the slice and the pane, not on the window, so they are kept while
the same layers are shown, and a worker of low priority makes those of the slices that
come next in the direction of scrolling while nothing else is going on.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

from reader.core.geometry import IndexBox
from reader.imaging.pane_overlay import Pane, PaneOverlay, draw_overlay
from reader.imaging.slice_blocks import SliceBlocks
from reader.imaging.slice_overlay import SliceOverlay, overlay_of
from reader.imaging.slice_request import SliceRequest
from reader.session.viewing.ready_pictures import ReadyPictures, may_cross

_BUDGET_BYTES: Final = 48 << 20
_LOW_PRIORITY: Final = 10
_QUIET_S: Final = 0.008
"""The worker starts when nothing was asked for so long: the picture comes first."""


@dataclass(slots=True)
class _Kept:
    """`request` keeps its layers alive, by which it is found."""

    request: SliceRequest
    overlay: SliceOverlay
    pane: Pane | None = None
    drawn: PaneOverlay | None = None

    @property
    def bytes(self) -> int:
        size = self.overlay.tint.pixels.nbytes if self.overlay.tint is not None else 0
        if self.drawn is not None:
            size += self.drawn.pixels.nbytes + self.drawn.through.nbytes
        return size


class OverlayMemory:
    """Overlays of slices and what they look like in a pane. For any thread."""

    def __init__(self, blocks: SliceBlocks, budget_bytes: int = _BUDGET_BYTES) -> None:
        self._blocks = blocks
        self._budget = budget_bytes
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._bytes = 0
        self._changes = 0
        self._lock = threading.Lock()

    def overlay(self, request: SliceRequest) -> SliceOverlay:
        """What lies over a slice."""
        kept = self._found(request)
        if kept is not None:
            return kept.overlay
        started_at = self._changes
        overlay = overlay_of(request, self._blocks.cut)
        self._keep(_Kept(request, overlay), started_at)
        return overlay

    def drawn(self, request: SliceRequest, overlay: SliceOverlay, pane: Pane) -> PaneOverlay | None:
        """The same as it looks in a pane; None where nothing of it is seen."""
        if overlay.is_empty:
            return None
        kept = self._found(request)
        if kept is not None and kept.overlay is overlay and kept.pane == pane:
            return kept.drawn
        started_at = self._changes
        drawn = draw_overlay(overlay, pane)
        self._keep(_Kept(request, overlay, pane, drawn), started_at)
        return drawn

    def voxels_changed(self, region: IndexBox) -> None:
        """Forget the slices that run through a box in which something changed in place."""
        with self._lock:
            self._changes += 1
            for key, kept in tuple(self._kept.items()):
                if may_cross(kept.request, region):
                    del self._kept[key]
                    self._bytes -= kept.bytes

    def clear(self) -> None:
        """Forget everything, because voxels or labels changed in place."""
        with self._lock:
            self._changes += 1
            self._kept.clear()
            self._bytes = 0

    def _found(self, request: SliceRequest) -> _Kept | None:
        key = _key(request)
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or not _lies_alike(kept.request, request):
                return None
            self._kept.move_to_end(key)
            return kept

    def _keep(self, made: _Kept, started_at: int) -> None:
        key = _key(made.request)
        with self._lock:
            if self._changes != started_at:
                return
            former = self._kept.pop(key, None)
            self._kept[key] = made
            self._bytes += made.bytes - (former.bytes if former is not None else 0)
            while len(self._kept) > 1 and self._bytes > self._budget:
                self._bytes -= self._kept.popitem(last=False)[1].bytes


@dataclass(frozen=True, slots=True)
class _Wish:
    """A slice, the step that leads to it or from it, and the pane it is drawn in."""

    request: SliceRequest
    step: int
    pane: Pane | None
    is_next: bool = False
    """Whether one goes from slice to slice and this one follows: it is finished altogether."""


class LookAhead:
    """Prepares the slices that come next. Late wishes are dropped. Main thread."""

    def __init__(self, blocks: SliceBlocks, memory: OverlayMemory, ready: ReadyPictures) -> None:
        self._blocks = blocks
        self._memory = memory
        self._ready = ready
        self._worker: ThreadPoolExecutor | None = None
        self._wishes: dict[str, _Wish] = {}
        self._is_working = False
        self._lock = threading.Lock()
        self._closing = threading.Event()

    def shown(self, before: SliceRequest, now: SliceRequest, pane: Pane | None) -> None:
        """A viewport shows another slice, and more may follow the same way; or the same anew."""
        step = now.index - before.index
        if before.volume is not now.volume or before.axes != now.axes or not now.is_stored:
            return
        if step == 0 and self._blocks.is_ready(now.volume.voxels, now.axes, now.index):
            return
        with self._lock:
            self._wishes[now.viewport_id] = _Wish(now, step, pane)
            if self._is_working or self._closing.is_set():
                return
            self._is_working = True
        if self._worker is None:
            self._worker = ThreadPoolExecutor(1, "look-ahead", _lower_priority)
        self._worker.submit(self._work)

    def close(self) -> None:
        """Wait for the worker and stop it."""
        self._closing.set()
        if self._worker is not None:
            self._worker.shutdown(wait=True, cancel_futures=True)

    def _work(self) -> None:
        while not self._closing.wait(_QUIET_S):
            with self._lock:
                wishes, self._wishes = self._wishes, {}
                if not wishes:
                    self._is_working = False
                    return
            for wish in _in_turn(wishes.values()):
                if self._closing.is_set():
                    return
                if wish.request.viewport_id not in self._wishes:
                    self._prepare(wish)

    def _prepare(self, wish: _Wish) -> None:
        coming = wish.request
        if wish.step == 0:
            self._blocks.load(coming.volume.voxels, coming.axes, coming.index)
            return
        self._load(coming)
        if wish.is_next and wish.pane is not None:
            self._ready.make(coming, wish.pane)
            return
        overlay = self._memory.overlay(coming)
        if wish.pane is not None:
            self._memory.drawn(coming, overlay, wish.pane)

    def _load(self, request: SliceRequest) -> None:
        axes, index = request.axes, request.index
        self._blocks.load(request.volume.voxels, axes, index)
        if request.layers is None:
            return
        for sheet in request.layers.all_sheets:
            self._blocks.load(sheet.labels, axes, index)
        if request.layers.heatmap is not None:
            self._blocks.load(request.layers.heatmap.scores, axes, index)


def _in_turn(wishes: Iterable[_Wish]) -> list[_Wish]:
    """The slices to be made, the likeliest of every viewport before the second of any."""
    rows = []
    for wish in wishes:
        request, step, pane = wish.request, wish.step, wish.pane
        count = request.volume.geometry.shape_kji[request.axes.slice_axis]
        places = (request.index + away for away in _likely(step))
        within = [index for index in places if 0 <= index < count]
        following = request.index + step if abs(step) == 1 else None
        rows.append(
            [
                _Wish(replace(request, index=index), step, pane, index == following)
                for index in within
            ]
        )
    return [wish for rank in zip_longest(*rows) for wish in rank if wish is not None]


def _likely(step: int) -> tuple[int, ...]:
    """How far away the next slices probably are after one such step, the likeliest first."""
    if step == 0:
        return (0,)
    way = 1 if step > 0 else -1
    if abs(step) == 1:
        return way, 2 * way, 3 * way
    return step, step + way, step - way, 2 * step, 2 * step + way


def _key(request: SliceRequest) -> Hashable:
    """By what an overlay is found quickly. Layers and volumes are compared by identity."""
    layers, volume, across = id(request.layers), id(request.volume), request.axes.slice_axis
    return request.viewport_id, layers, volume, across, request.index


def _lies_alike(one: SliceRequest, other: SliceRequest) -> bool:
    """Whether the same lies over two requests of one key."""
    return (
        one.axes == other.axes
        and one.shows_graphics == other.shows_graphics
        and one.slab == other.slab
        and one.oblique == other.oblique
    )


def _lower_priority() -> None:
    """The picture's own thread goes first. Only Linux has a priority per thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOW_PRIORITY)

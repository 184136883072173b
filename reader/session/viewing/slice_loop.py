"""From what a viewport should show to the picture of it; late pictures are dropped."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from reader.core.geometry import IndexBox
from reader.imaging.cutting import samples_of
from reader.imaging.pane_overlay import Pane, PaneOverlay
from reader.imaging.slice_blocks import SliceBlocks
from reader.imaging.slice_image import SliceImage, render_slice
from reader.imaging.slice_request import SliceRequest
from reader.imaging.view_picture import PanePicture
from reader.session.events import SessionEvents
from reader.session.jobs import Deliver
from reader.session.viewing.overlay_memory import LookAhead, OverlayMemory
from reader.session.viewing.ready_pictures import ReadyPictures, same_picture
from reader.session.viewing.resolve import ResolvedViewport
from reader.session.viewing.worker_defects import raised_on_main

INLINE_PIXELS = 1_500_000
"""Slices up to this size are rendered where they are asked for: that takes a few
milliseconds and never waits for a thread that competes with a running model. Larger ones
go to a worker."""

TURNING_S: Final = 0.012
"""So long a fine picture of a tilted plane waits for a newer one, which would drop it."""


class SliceLoop:
    """Asks for a new picture only where something in it changed."""

    def __init__(
        self,
        events: SessionEvents,
        deliver: Deliver,
        resolve: Callable[[str], ResolvedViewport | None],
    ) -> None:
        self._events = events
        self._deliver = deliver
        self._resolve = resolve
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="slices")
        self._newest: dict[str, SliceRequest] = {}
        self._blocks = SliceBlocks()
        self._overlays = OverlayMemory(self._blocks)
        self._ready = ReadyPictures(self._render, self._drawn)
        self._ahead = LookAhead(self._blocks, self._overlays, self._ready)
        self._panes: dict[str, Pane] = {}
        self._resolved: dict[str, ResolvedViewport | None] = {}
        self._generation = 0
        self._closed = False
        self._closing = threading.Event()

    def refresh(self, viewport_ids: tuple[str, ...], force: bool = False) -> None:
        """Bring the pictures of these viewports up to date. Main thread.

        `force` asks again even if the request is the same, because voxels changed in place.
        """
        for viewport_id in () if self._closed else viewport_ids:
            resolved = self._resolved[viewport_id] = self._resolve(viewport_id)
            if resolved is None:
                if self._newest.pop(viewport_id, None) is not None:
                    self._ready.forget(viewport_id)
                continue
            request = resolved.request(self._generation + 1)
            last = self._newest.get(viewport_id)
            if force or last is None or not same_picture(last, request):
                self._ask(request)
                if last is not None:
                    self._ahead.shown(last, request, self._panes.get(viewport_id))

    def latest(self, viewport_id: str) -> ResolvedViewport | None:
        """What a viewport showed when it was brought up to date last."""
        return self._resolved.get(viewport_id)

    def composed(self, picture: PanePicture, image: SliceImage, pane: Pane) -> PanePicture:
        """A slice and what lies over it in a pane's `picture`, or in one to show instead.

        What comes next is drawn ahead into whichever is not shown. Main thread.
        """
        self._panes[image.request.viewport_id] = pane
        return self._ready.composed(picture, image, pane)

    def voxels_changed(self, region: IndexBox | None) -> None:
        """Forget what was kept of voxels, labels or scores that changed in place."""
        if region is None:
            self._blocks.clear()
            self._overlays.clear()
            self._ready.clear()
        else:
            self._blocks.voxels_changed(region)
            self._overlays.voxels_changed(region)
            self._ready.voxels_changed(region)

    def close(self) -> None:
        """Wait for the worker and stop it."""
        self._closed = True
        self._closing.set()
        self._newest.clear()
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._ahead.close()
        self._blocks.clear()
        self._overlays.clear()
        self._ready.clear()

    def _ask(self, request: SliceRequest) -> None:
        self._generation = request.generation
        self._newest[request.viewport_id] = request
        ready = self._ready.image(request)
        if ready is not None:
            self._show(ready)
            return
        samples = samples_of(request)
        if samples <= INLINE_PIXELS:
            self._show(self._render(request))
            return
        if request.is_oblique:  # something to go by while it is being turned
            coarseness = math.ceil(math.sqrt(samples / max(INLINE_PIXELS, 1)))
            self._show(render_slice(replace(request, coarseness=coarseness)))
        self._worker.submit(self._work, request).add_done_callback(raised_on_main(self._deliver))

    def _work(self, request: SliceRequest) -> None:
        """On the worker: skip what was overtaken while it waited."""
        if request.is_oblique:  # while it is being turned the next is here before it is done
            self._closing.wait(TURNING_S)
        if self._is_newest(request) and not self._closing.is_set():
            image = self._render(request)
            self._deliver(lambda: self._show(image))

    def _render(self, request: SliceRequest) -> SliceImage:
        return render_slice(request, self._blocks.cut, self._overlays.overlay(request))

    def _drawn(self, image: SliceImage, pane: Pane) -> PaneOverlay | None:
        return self._overlays.drawn(image.request, image.overlay, pane)

    def _show(self, image: SliceImage) -> None:
        if self._is_newest(image.request):
            self._events.slice_ready.emit(image)

    def _is_newest(self, request: SliceRequest) -> bool:
        newest = self._newest.get(request.viewport_id)
        return newest is not None and newest.generation == request.generation

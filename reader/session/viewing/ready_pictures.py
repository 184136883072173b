"""The picture of the slice that probably comes next, finished before it is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from reader.core.geometry import IndexBox
from reader.imaging.layers import same_layers
from reader.imaging.pane_overlay import Pane, PaneOverlay
from reader.imaging.slice_image import SliceImage
from reader.imaging.slice_request import SliceRequest
from reader.imaging.view_picture import PanePicture

Render = Callable[[SliceRequest], SliceImage]
DrawOver = Callable[[SliceImage, Pane], PaneOverlay | None]


@dataclass(frozen=True, slots=True, eq=False)
class _Ready:
    image: SliceImage
    pane: Pane
    picture: PanePicture


class ReadyPictures:
    """One for each viewport: made on a worker, taken on the main thread.

    A pane has two pictures, as screens do: one is shown while the other is drawn.
    """

    def __init__(self, render: Render, draw_over: DrawOver) -> None:
        self._render = render
        self._draw_over = draw_over
        self._ready: dict[str, _Ready] = {}
        self._spare: dict[str, PanePicture] = {}
        self._changes = 0
        self._lock = threading.Lock()

    def make(self, request: SliceRequest, pane: Pane) -> None:
        """Finish a picture. One worker at a time; the GIL is free in the long parts."""
        viewport_id = request.viewport_id
        with self._lock:
            started_at, ready = self._changes, self._ready.get(viewport_id)
            if (
                ready is not None
                and ready.pane == pane
                and same_picture(ready.image.request, request)
            ):
                return
            former = self._ready.pop(viewport_id, None)
            picture = self._spare.pop(viewport_id, None)
        if picture is None:
            picture = former.picture if former is not None else PanePicture()
        image = self._render(request)
        self.lay(picture, image, pane)
        with self._lock:
            if self._changes == started_at:
                self._ready[viewport_id] = _Ready(image, pane, picture)

    def image(self, request: SliceRequest) -> SliceImage | None:
        """The slice that is asked for, if it was made ahead."""
        ready = self._ready.get(request.viewport_id)
        if ready is None or not same_picture(ready.image.request, request):
            return None
        return replace(ready.image, request=request)

    def composed(self, picture: PanePicture, image: SliceImage, pane: Pane) -> PanePicture:
        """A pane's picture of a slice: `picture`, drawn now, or the one made ahead instead of it.

        The other is drawn into next, so whoever shows it lets go of it.
        """
        viewport_id = image.request.viewport_id
        with self._lock:
            ready = self._ready.get(viewport_id)
            if ready is not None and ready.image.base is image.base and ready.pane == pane:
                del self._ready[viewport_id]
                self._spare[viewport_id] = picture
                return ready.picture
        self.lay(picture, image, pane)
        return picture

    def lay(self, picture: PanePicture, image: SliceImage, pane: Pane) -> None:
        """Draw a slice, and what lies over it, into a picture."""
        if picture.size != pane.size:
            picture.resize(*pane.size)
        picture.lay(image.base, pane.placement, self._draw_over(image, pane), pane.how)

    def forget(self, viewport_id: str) -> None:
        """A viewport shows nothing any more."""
        with self._lock:
            self._changes += 1
            self._ready.pop(viewport_id, None)
            self._spare.pop(viewport_id, None)

    def voxels_changed(self, region: IndexBox) -> None:
        """Forget the slices that run through a box in which something changed in place."""
        with self._lock:
            self._changes += 1
            for viewport_id, ready in tuple(self._ready.items()):
                if may_cross(ready.image.request, region):
                    self._spare[viewport_id] = self._ready.pop(viewport_id).picture

    def clear(self) -> None:
        """Forget everything, because voxels or labels changed in place."""
        with self._lock:
            self._changes += 1
            self._ready.clear()
            self._spare.clear()


def same_picture(a: SliceRequest, b: SliceRequest) -> bool:
    """Whether two requests give the same picture."""
    return (
        a.volume is b.volume
        and a.axes == b.axes
        and a.index == b.index
        and a.oblique == b.oblique
        and a.slab == b.slab
        and (a.fusion is b.fusion if a.fusion is None else a.fusion.same_as(b.fusion))
        and a.window == b.window
        and a.invert == b.invert
        and a.shows_graphics == b.shows_graphics
        and same_layers(a.layers, b.layers)
    )


def may_cross(request: SliceRequest, region: IndexBox) -> bool:
    """Whether a slice runs through a box; of turned and thick ones it is taken for granted."""
    low, high = region[request.axes.slice_axis]
    return not request.is_stored or low <= request.index < high

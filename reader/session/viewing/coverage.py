"""Which slices the reader has had on screen, per series and plane."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reader.core.orientation import Plane
from reader.imaging.plane_stack import ObliqueStack, PlaneStack
from reader.imaging.slice_image import SliceImage
from reader.session.events import SessionEvents
from reader.session.viewing.viewport import ViewportStore


class Coverage:
    """Fills as slices are shown. It guides and never blocks."""

    def __init__(self, events: SessionEvents, viewports: ViewportStore) -> None:
        self._viewports = viewports
        self._seen: dict[tuple[str, Plane], NDArray[np.bool_]] = {}
        self._tilted: dict[tuple[str, Plane], tuple[ObliqueStack, NDArray[np.bool_]]] = {}
        events.slice_ready.connect(self._shown)
        events.study_opened.connect(self._opened)

    def seen(self, series_key: str, plane: Plane) -> NDArray[np.bool_] | None:
        """One flag per slice in array order; None while nothing was shown. Do not change it."""
        return self._seen.get((series_key, plane))

    def seen_in(self, series_key: str, stack: PlaneStack) -> NDArray[np.bool_] | None:
        """The same for slices that may be tilted, in the order of their stack.

        A tilted plane is remembered until it is tilted otherwise.
        """
        if not isinstance(stack, ObliqueStack):
            return self.seen(series_key, stack.axes.plane)
        tilted, flags = self._tilted.get((series_key, stack.axes.plane), (None, None))
        return flags if tilted is not None and tilted.has_slices_of(stack) else None

    def _shown(self, image: SliceImage) -> None:
        request = image.request
        shown = {s.id: s.series_key for s in self._viewports.states}.get(request.viewport_id)
        if shown is None:
            return
        key = (shown, request.axes.plane)
        flags = self.seen_in(shown, request.stack)
        if flags is None:
            flags = np.zeros(request.stack.count, dtype=bool)
            if request.oblique is None:
                self._seen[key] = flags
            else:
                self._tilted[key] = request.oblique, flags
        flags[request.index] = True

    def _opened(self, _study: object) -> None:
        self._seen.clear()
        self._tilted.clear()

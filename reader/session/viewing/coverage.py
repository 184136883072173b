"""Which slices the reader has had on screen, per series and plane."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reader.core.orientation import Plane
from reader.imaging.slice_image import SliceImage
from reader.imaging.slicing import slice_count
from reader.session.events import SessionEvents
from reader.session.viewing.viewport import ViewportStore


class Coverage:
    """Fills as slices are shown. It guides and never blocks."""

    def __init__(self, events: SessionEvents, viewports: ViewportStore) -> None:
        self._viewports = viewports
        self._seen: dict[tuple[str, Plane], NDArray[np.bool_]] = {}
        events.slice_ready.connect(self._shown)
        events.study_opened.connect(self._opened)

    def seen(self, series_key: str, plane: Plane) -> NDArray[np.bool_] | None:
        """One flag per slice in array order; None while nothing was shown. Do not change it."""
        return self._seen.get((series_key, plane))

    def _shown(self, image: SliceImage) -> None:
        request = image.request
        shown = {s.id: s.series_key for s in self._viewports.states}.get(request.viewport_id)
        if shown is None:
            return
        key = (shown, request.axes.plane)
        if key not in self._seen:
            count = slice_count(request.volume.geometry, request.axes)
            self._seen[key] = np.zeros(count, dtype=bool)
        self._seen[key][request.index] = True

    def _opened(self, _study: object) -> None:
        self._seen.clear()

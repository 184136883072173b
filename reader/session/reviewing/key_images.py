"""Images a reader marks as the ones to remember."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reader.core.errors import NotAllowedError
from reader.core.finding import Finding
from reader.core.measurement import Measurement, MeasurementKind
from reader.core.review import ReviewStatus
from reader.core.series_kind import SeriesKind
from reader.core.study import Series
from reader.core.text import say
from reader.session.reviewing.review_room import ReviewRoom
from reader.session.viewing.resolve import ResolvedViewport
from reader.session.viewing.viewport import ViewportStore


class KeyImages:
    """The reader's own marks on images: findings that measure nothing, undone like any act.

    `resolved` is what a viewport shows, None while it shows nothing.
    """

    def __init__(
        self,
        review: ReviewRoom,
        viewports: ViewportStore,
        resolved: Callable[[str], ResolvedViewport | None],
    ) -> None:
        self._measuring = review.measuring
        self._findings = review.findings
        self._viewports = viewports
        self._resolved = resolved

    def of(self, series_key: str) -> dict[int, Finding]:
        """The images of a series that are marked now, by their index, ascending."""
        found = {
            finding.measurement.index: finding
            for finding in self._findings.all()
            if finding.series_key == series_key
            and finding.measurement is not None
            and finding.measurement.kind is MeasurementKind.KEY_IMAGE
            and finding.measurement.index is not None
            and self._findings.status_of(finding.finding_id) is not ReviewStatus.REJECTED
        }
        return dict(sorted(found.items()))

    def toggle(self, viewport_id: str) -> bool:
        """Mark the image a viewport shows, or take its mark away. Returns: whether it is marked.

        Raises: NotAllowedError: it is not an image as it was taken, or the reading is signed.
            StorageError: nothing was changed.
        """
        shown = self._resolved(viewport_id)
        if shown is None:
            return False
        _require_stored(shown)
        marked = self.of(shown.series.key).get(shown.index)
        if marked is not None:
            self._measuring.remove(marked.finding_id)
            return False
        self._measuring.add(shown.series.key, key_image(shown.series, shown.index))
        return True

    def step(self, viewport_id: str, step: int) -> None:
        """Go to the next marked image of the series, round and round."""
        shown = self._resolved(viewport_id)
        marked = list(self.of(shown.series.key)) if shown is not None else []
        if shown is None or not marked:
            return
        order = marked if not shown.stack.reads_backwards else marked[::-1]
        places = {index: place for place, index in enumerate(order)}
        if shown.index in places:
            wanted = order[(places[shown.index] + step) % len(order)]
        else:
            sign = -1 if shown.stack.reads_backwards else 1
            on = [i for i in order if (i - shown.index) * sign * step > 0]
            wanted = (on[0] if step > 0 else on[-1]) if on else order[0 if step > 0 else -1]
        self._viewports.set_index(viewport_id, wanted)


def key_image(series: Series, index: int) -> Measurement:
    """The mark on image `index` of a series, at its middle."""
    geometry = series.geometry
    _, rows, columns = geometry.shape_kji
    x, y, z = (float(v) for v in geometry.to_lps((index, (rows - 1) / 2, (columns - 1) / 2)))
    across = np.cross(geometry.directions[:, 2], geometry.directions[:, 1])
    a, b, c = (float(v) for v in across / np.linalg.norm(across))
    return Measurement(MeasurementKind.KEY_IMAGE, ((x, y, z),), (a, b, c), index=index)


def _require_stored(shown: ResolvedViewport) -> None:
    is_own_plane = shown.series.kind is not SeriesKind.VOLUME or shown.axes.slice_axis == 0
    if not shown.slab.is_thin:
        raise NotAllowedError(
            say("Only images as they were taken can be key images; this view shows a slab."),
            say("Make the slab thin, then mark the image."),
        )
    if shown.stack.is_oblique or not is_own_plane:
        raise NotAllowedError(
            say("Only images as they were taken can be key images; this plane is computed."),
            say("Go to the plane in which the slices were taken, then mark the image."),
        )

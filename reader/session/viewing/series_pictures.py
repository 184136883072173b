"""Series as small pictures for lists: the middle slice, as it would first be shown."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from reader.core.cancel import CancelToken, Progress
from reader.core.errors import Cancelled, ReaderError
from reader.core.intensity import WindowLevel, WindowPreset
from reader.core.orientation import Plane, acquisition_plane
from reader.core.study import Series
from reader.core.volume import Volume
from reader.imaging.colormap import to_bgrx
from reader.imaging.slice_image import slice_pixels
from reader.imaging.slicing import shown_axes, slice_count, slice_geometry
from reader.session.events import SessionEvents
from reader.session.jobs import Deliver
from reader.session.study_store import StudyStore
from reader.session.viewing.hanging import choose_window, is_inverted_at_first

Picture = NDArray[np.uint8]
"""(rows, columns, 4) BGRX; in lists square."""
SIDE_PX: Final = 128


class SeriesPictures:
    """Makes each picture once. Of a series not in memory only the first slice is read.

    `presets_of` gives the windows that suit a series. A series that cannot be read has no
    picture; why is said when it is opened.
    """

    changed = Signal()
    """One more picture is there."""

    def __init__(
        self,
        events: SessionEvents,
        deliver: Deliver,
        studies: StudyStore,
        presets_of: Callable[[Series], tuple[WindowPreset, ...]],
    ) -> None:
        self._deliver = deliver
        self._studies = studies
        self._presets_of = presets_of
        self._made: dict[str, Picture | None] = {}
        self._worker: ThreadPoolExecutor | None = None
        self._cancel = CancelToken()
        events.study_opened.connect(lambda _study: self.forget())

    def of(self, series: Series) -> Picture | None:
        """The picture of a series of the open study; None until `changed` says it is there."""
        if series.key in self._made:
            return self._made[series.key]
        self._made[series.key] = None
        volume, presets = self._studies.volume(series.key), self._presets_of(series)
        if volume is not None:
            self._made[series.key] = draw_series(series, volume, presets)
        elif not series.variant:
            if self._worker is None:
                self._worker = ThreadPoolExecutor(1, thread_name_prefix="series-pictures")
            self._worker.submit(self._read, series, presets, self._cancel)
        return self._made[series.key]

    def forget(self) -> None:
        """Stop reading, and forget all pictures: another study is open."""
        self._cancel.cancel()
        self._cancel = CancelToken()
        self._made = {}

    def close(self) -> None:
        """Stop the worker and wait for it."""
        self.forget()
        if self._worker is not None:
            self._worker.shutdown(wait=True, cancel_futures=True)

    def _read(self, series: Series, presets: tuple[WindowPreset, ...], cancel: CancelToken) -> None:
        """On the worker: read one slice, draw it, and read no further."""
        drawn: list[Picture] = []

        def on_first(volume: Volume) -> None:
            drawn.append(draw_series(series, volume, presets))
            raise Cancelled

        try:
            cancel.check()
            from reader.formats.series_reader import read_series

            read_series(series, tell_nobody, cancel, on_first=on_first)
        except (Cancelled, ReaderError, OSError):
            pass
        if drawn and not cancel.is_cancelled:
            self._deliver(lambda: self._take(series.key, drawn[0], cancel))

    def _take(self, series_key: str, picture: Picture, cancel: CancelToken) -> None:
        if not cancel.is_cancelled:
            self._made[series_key] = picture
            self.changed.emit()


def draw_series(series: Series, volume: Volume, presets: tuple[WindowPreset, ...]) -> Picture:
    """The middle stored slice at true aspect on black, in the window it is first shown with."""
    window = choose_window(series, volume, presets, is_whole=False)
    plane = acquisition_plane(volume.geometry)
    slice_, high_mm, wide_mm = middle_slice(series, volume, plane, window)
    scale = SIDE_PX / max(high_mm, wide_mm)
    width, height = (max(1, round(mm * scale)) for mm in (wide_mm, high_mm))
    small = cv2.resize(slice_, (width, height), interpolation=cv2.INTER_AREA)
    picture = np.zeros((SIDE_PX, SIDE_PX, 4), np.uint8)
    top, left = (SIDE_PX - height) // 2, (SIDE_PX - width) // 2
    picture[top : top + height, left : left + width] = small
    return picture


def middle_slice(
    series: Series, volume: Volume, plane: Plane, window: WindowLevel
) -> tuple[Picture, float, float]:
    """The middle slice of a plane, BGRX, as it is first shown; its height and width in mm.

    What is no volume has its own plane only.
    """
    axes = shown_axes(volume.geometry, series.kind, plane)
    middle = slice_count(volume.geometry, axes) // 2
    where = slice_geometry(volume.geometry, axes, middle)
    picture = to_bgrx(slice_pixels(volume, axes, middle, window, is_inverted_at_first(series)))
    rows, columns = where.shape
    return picture, rows * where.row_spacing_mm, columns * where.column_spacing_mm


def tell_nobody(_progress: Progress) -> None:
    """Pictures are made quietly."""

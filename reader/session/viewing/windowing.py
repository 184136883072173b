"""Windows taken from a part of the picture, and along another curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from reader.core.geometry import Point
from reader.core.intensity import WindowFunction, WindowLevel
from reader.imaging.window import robust_window
from reader.session.viewing.display import Display
from reader.session.viewing.resolve import ResolvedViewport
from reader.session.viewing.viewport import ViewportStore

_MOST_SAMPLES: Final = 512
"""Values along each side of a region; its percentiles need no more."""


def region_window(resolved: ResolvedViewport, corners_lps: Sequence[Point]) -> WindowLevel | None:
    """The robust window of the values under a rectangle on the slice that is shown.

    The nearest voxels count, those outside the image or in its padding do not. None where
    there are none. The curve stays a sigmoid if it is one.
    """
    pixels = np.array([resolved.geometry.to_pixel(corner) for corner in corners_lps])
    (top, left), (bottom, right) = pixels.min(axis=0), pixels.max(axis=0)
    rows, columns = _steps(top, bottom), _steps(left, right)
    geometry, volume = resolved.geometry, resolved.volume
    lps = (
        geometry.origin_lps_mm
        + rows[:, None, None] * geometry.down_lps_mm
        + columns[None, :, None] * geometry.right_lps_mm
    )
    kji = np.floor(volume.geometry.to_index(lps.reshape(-1, 3)) + 0.5).astype(np.intp)
    inside = np.all((kji >= 0) & (kji < volume.geometry.shape_kji), axis=1)
    if not inside.any():
        return None
    values = volume.voxels[tuple(kji[inside].T)]
    window = robust_window(values, volume.padding)
    if resolved.window.function is WindowFunction.SIGMOID:
        return replace(window, function=WindowFunction.SIGMOID)
    return window


def switch_curve(display: Display, viewports: ViewportStore) -> None:
    """Show the active series through a sigmoid of the same window, or straight again.

    Raises: NotAllowedError: it is in colour.
    """
    state = viewports.active
    display.require_values(state.series_key)
    window = viewports.looks.window_of(state.series_key, state.look) if state.series_key else None
    if window is None or state.series_key is None:
        return
    is_soft = window.function is WindowFunction.SIGMOID
    function = WindowFunction.LINEAR_EXACT if is_soft else WindowFunction.SIGMOID
    wanted = WindowLevel(window.center, max(window.width, 1e-9), function)
    viewports.looks.set_window(state.series_key, wanted, state.look)


def _steps(first: float, last: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Pixel centres from one side of a region to the other, thinned where there are many."""
    start, end = np.ceil(first - 0.5), np.floor(last + 0.5)
    count = int(min(max(end - start + 1, 1), _MOST_SAMPLES))
    return np.linspace(start, max(start, end), count)

"""A study as a small picture: the middle slice, cut to fill. Nothing is written on it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.core.intensity import WindowLevel
from reader.core.orientation import Plane
from reader.core.study import Series
from reader.core.volume import Volume
from reader.session.viewing.series_pictures import middle_slice

THUMBNAIL_PX: Final = (272, 208)
"""Width and height."""


def study_picture(series: Series, volume: Volume, window: WindowLevel) -> bytes:
    """PNG of the middle slice at true aspect: axial for a volume, else as it is stored."""
    picture, high_mm, wide_mm = middle_slice(series, volume, Plane.AXIAL, window)
    seen = picture[..., :3] if volume.is_color else picture[..., 0]
    return _cut_to_fill(seen, high_mm, wide_mm)


def _cut_to_fill(picture: NDArray[np.uint8], high_mm: float, wide_mm: float) -> bytes:
    """PNG of grey (j, i) or BGR (j, i, 3) of that size."""
    width, height = THUMBNAIL_PX
    scale = max(width / wide_mm, height / high_mm)
    size = (max(width, round(wide_mm * scale)), max(height, round(high_mm * scale)))
    enlarged = cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    cut = enlarged[top : top + height, left : left + width]
    return cv2.imencode(".png", cut)[1].tobytes()

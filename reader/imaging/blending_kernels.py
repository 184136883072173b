"""The loop that lays an overlay over grey, as it is compiled: see `kernels`.

Written for the compiler and never run as it is; `pane_overlay` has the plain form. Every
number is unsigned, so that several pixels are reckoned at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def blend(
    grey: NDArray[np.uint8],
    grey_step: int,
    over: NDArray[np.uint32],
    out: NDArray[np.uint32],
    out_step: int,
) -> None:
    """Grey seen through an overlay, with the overlay on it, rounded to the nearest level.

    `over` is (rows, columns) of BGRA premultiplied with its opacity, `out` BGRX. `grey` and
    `out` are the memory of parts of larger pictures from their first pixel to their last,
    with a step from one row to the next.
    """
    rows, columns = over.shape
    for y in range(rows):
        # Slices, because the compiler cannot tell that a product of indices is not negative.
        beneath = grey[y * grey_step : y * grey_step + columns]
        made = out[y * out_step : y * out_step + columns]
        above = over[y]
        for x in range(columns):
            through = np.uint32(255) - (above[x] >> np.uint32(24))
            product = np.uint32(beneath[x]) * through + np.uint32(128)
            # By 255, exactly rounded, without a division.
            dimmed = (product + (product >> np.uint32(8))) >> np.uint32(8)
            made[x] = (above[x] | np.uint32(0xFF000000)) + dimmed * np.uint32(0x010101)

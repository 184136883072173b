"""A detector that has learnt nothing, to compare with: bright balls by Laplacian of Gaussian."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_RADII_MM: Final = (2.5, 4.0, 6.0, 9.0, 13.0)
_CEILING_HU: Final = 100.0


def laplacian_response(
    hu: NDArray[np.generic], lung: NDArray[np.bool_], spacing_mm: float
) -> NDArray[np.float32]:
    """Scale-normalised response to bright balls of 5 to 26 mm inside the lungs, HU.

    Source: Lindeberg, Feature Detection with Automatic Scale Selection, IJCV 1998.
    """
    from scipy import ndimage

    clipped = np.clip(np.asarray(hu, np.float32), -1000.0, _CEILING_HU)
    # The wall would outshine everything: outside the lungs count as ordinary lung.
    clipped[~lung] = -850.0
    best = np.zeros(clipped.shape, np.float32)
    for radius in _RADII_MM:
        sigma = radius / np.sqrt(3.0) / spacing_mm
        response = -(sigma**2) * ndimage.gaussian_laplace(clipped, sigma)
        np.maximum(best, response, out=best)
    best[~lung] = 0.0
    return best

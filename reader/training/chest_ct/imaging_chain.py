"""What a scanner does to anatomy, applied to host and insertion together."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator

from reader.training.chest_ct.shapes import FloatVolume

NOISIEST_HU: Final = 90.0


def degrade(rng: Generator, hu: FloatVolume) -> FloatVolume:
    """Thicken slices, blur or sharpen, add correlated noise, shift the calibration a little."""
    from scipy import ndimage

    if rng.random() < 0.25:
        hu = ndimage.uniform_filter1d(hu, int(rng.integers(2, 4)), axis=0)
    kernel = rng.random()
    if kernel < 0.35:
        hu = ndimage.gaussian_filter(hu, rng.uniform(0.25, 0.7))
    elif kernel < 0.6:
        blurred = ndimage.gaussian_filter(hu, 0.8)
        hu = hu + rng.uniform(0.2, 0.8) * (hu - blurred)
    if rng.random() < 0.8:
        hu = hu + _noise(rng, hu.shape)
    return np.asarray(hu * rng.uniform(0.98, 1.02) + rng.uniform(-15, 15), np.float32)


def _noise(rng: Generator, shape: tuple[int, ...]) -> FloatVolume:
    """Noise of up to 90 HU, mostly far less, with a random grain."""
    from scipy import ndimage

    strength = NOISIEST_HU * rng.random() ** 2.5
    noise = rng.standard_normal(shape, dtype=np.float32)
    grain = rng.uniform(0.0, 0.9)
    if grain > 0.3:
        noise = ndimage.gaussian_filter(noise, grain)
        noise /= float(noise.std()) + 1e-6
    return np.asarray(noise * np.float32(strength), np.float32)

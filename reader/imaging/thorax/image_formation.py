"""From anatomy to a CT image: blur, slice profile and noise with the scanner's texture.

Source: the noise of filtered back-projection has a ramp-like spectrum cut off by the
kernel, and grows with the attenuation along each ray (Riederer, Pelc, Chesler, "The
noise power spectrum in computed X-ray tomography", Phys. Med. Biol. 23 (1978)). Rays
through both shoulders are the noisiest, which leaves streaks from side to side.
"""

from __future__ import annotations

import numpy as np

from reader.imaging.thorax.lattice import Lattice, Values
from reader.imaging.thorax.texture import generator

_BLUR_SIGMA_MM = 0.37
_SLICE_PROFILE = (0.17, 0.66, 0.17)
_WATER_PER_MM = 0.0192
_VIEWS = 16
_BANDS = 4
_COARSE = 128
_NOISE_HU = 2.25
"""Noise through air; attenuation multiplies it."""
_CUTOFF_PER_MM = 0.52
_DOSE_MODULATION = 0.85
"""1 = fixed tube current; scanners raise it where the patient is thick."""


def blur_in_plane(hu: Values, image: Lattice) -> Values:
    """The in-plane point spread of a standard kernel, on one slice."""
    import cv2

    sigma = _BLUR_SIGMA_MM / image.step_kji_mm[1]
    if sigma < 0.25:
        return hu
    return np.asarray(cv2.GaussianBlur(hu, (0, 0), sigma), dtype=np.float32)


def mix_neighbours(below: Values, here: Values, above: Values) -> Values:
    """The slice profile: a slice also sees a little of its neighbours."""
    a, b, c = (np.float32(w) for w in _SLICE_PROFILE)
    return np.asarray(a * below + b * here + c * above, dtype=np.float32)


class NoiseMaker:
    """Noise for the slices of one image, the same whatever the order they are asked in."""

    def __init__(self, image: Lattice, seed: int) -> None:
        self._seed = seed
        self._shape = image.shape_kji[1], image.shape_kji[2]
        self._filters = _band_filters(self._shape, image.step_kji_mm[1])
        self._coarse_mm = image.step_kji_mm[2] * self._shape[1] / _COARSE

    def slice_noise(self, hu: Values, k: int) -> Values:
        """Noise in HU for slice k, given its noise-free image."""
        from scipy.fft import irfft2, rfft2

        spectrum = rfft2(self._white(k) + np.float32(0.35) * self._white(k + 1))
        total = np.zeros(self._shape, dtype=np.float32)
        for band, strength in zip(self._filters, self._band_strengths(hu), strict=True):
            total += strength * irfft2(spectrum * band, s=self._shape)
        return total

    def _white(self, k: int) -> Values:
        rng = generator(self._seed, "noise", k + 1)
        return rng.standard_normal(self._shape, dtype=np.float32) * np.float32(0.943)

    def _band_strengths(self, hu: Values) -> list[Values]:
        """SD of each band's noise over the slice, from the attenuation of its rays."""
        import cv2

        coarse = cv2.resize(hu, (_COARSE, _COARSE), interpolation=cv2.INTER_AREA)
        density = np.clip((coarse + 1000) * np.float32(_WATER_PER_MM / 1000), 0, 0.045)
        middle = ((_COARSE - 1) / 2, (_COARSE - 1) / 2)
        variances = [np.zeros((_COARSE, _COARSE), dtype=np.float32) for _ in range(_BANDS)]
        per_band = _VIEWS // _BANDS
        for view in range(_VIEWS):
            degrees = 180.0 * view / _VIEWS
            turn = cv2.getRotationMatrix2D(middle, degrees, 1.0)
            turned = cv2.warpAffine(density, turn, (_COARSE, _COARSE))
            path = turned.sum(axis=1) * np.float32(self._coarse_mm)
            strip = np.repeat(np.exp(_DOSE_MODULATION * path)[:, None], _COARSE, axis=1)
            back = cv2.warpAffine(
                strip, turn, (_COARSE, _COARSE), flags=cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            )  # fmt: skip
            variances[((view + per_band // 2) // per_band) % _BANDS] += back / per_band
        size = (self._shape[1], self._shape[0])
        return [
            np.asarray(cv2.resize(_NOISE_HU * np.sqrt(v), size, interpolation=cv2.INTER_LINEAR))
            for v in variances
        ]


def _band_filters(shape: tuple[int, int], pixel_mm: float) -> list[Values]:
    """Amplitude of the noise by frequency, split by direction; together of variance 1."""
    v = np.fft.fftfreq(shape[0], pixel_mm)[:, None]
    u = np.fft.rfftfreq(shape[1], pixel_mm)[None, :]
    frequency = np.hypot(u, v)
    ramp = np.sqrt(frequency + 0.02) * np.exp(-((frequency / _CUTOFF_PER_MM) ** 4))
    # Rays at a view's angle leave noise that varies across them: view 0 runs along x.
    angle = np.degrees(np.arctan2(v, u)) - 90
    filters = []
    for band in range(_BANDS):
        center = 180.0 * band / _BANDS
        apart = np.abs((angle - center + 90) % 180 - 90)
        width = 180.0 / _BANDS
        weight = np.cos(np.clip(apart / width, 0, 1) * np.pi / 2)
        filters.append(ramp * weight)
    both = np.full(filters[0].shape[1], 2.0)
    both[0] = 1.0
    if shape[1] % 2 == 0:
        both[-1] = 1.0
    power = sum(float((f**2 * both).sum()) for f in filters) / (shape[0] * shape[1])
    return [(f / np.sqrt(power)).astype(np.float32) for f in filters]

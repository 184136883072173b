"""Random but repeatable textures: one generator per purpose, smooth noise, a fine tile."""

from __future__ import annotations

import zlib

import numpy as np

from reader.imaging.thorax.lattice import Field, Lattice, Values, on_lattice


def generator(seed: int, purpose: str, *numbers: int) -> np.random.Generator:
    """Random numbers that depend on the seed and on what they are for, and nothing else."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), *numbers])


def smooth_noise(seed: int, purpose: str, lattice: Lattice, scale_mm: float) -> Values:
    """Noise over `lattice` that varies over about `scale_mm`; mean about 0, SD 1."""
    low = np.array(lattice.origin_kji_mm)
    high = low + np.array(lattice.step_kji_mm) * (np.array(lattice.shape_kji) - 1)
    margin = 2 * scale_mm
    nodes = Lattice.nodes((low - margin)[::-1], (high + margin)[::-1], [scale_mm] * 3)
    values = generator(seed, purpose).standard_normal(nodes.shape_kji, dtype=np.float32)
    noise = on_lattice(Field(nodes, values), lattice)
    return np.asarray(noise / noise.std(), dtype=np.float32)


def band_noise(seed: int, purpose: str, shape: tuple[int, int, int], scale_px: Values) -> Values:
    """A periodic tile of Gaussian-filtered noise, SD 1; `scale_px` is the sigma along k, j, i."""
    from scipy.fft import irfftn, rfftn

    white = generator(seed, purpose).standard_normal(shape, dtype=np.float32)
    spectrum = rfftn(white)
    for axis, (n, sigma) in enumerate(zip(shape, scale_px, strict=True)):
        frequency = np.fft.rfftfreq(n) if axis == 2 else np.fft.fftfreq(n)
        gain = np.exp(-2 * (np.pi * sigma * frequency) ** 2).astype(np.float32)
        spectrum *= gain.reshape([-1 if a == axis else 1 for a in range(3)])
    tile = irfftn(spectrum, s=shape).astype(np.float32)
    return np.asarray((tile - tile.mean()) / tile.std(), dtype=np.float32)

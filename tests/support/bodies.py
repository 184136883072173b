"""Small bodies of Hounsfield values: enough of a head, a chest, a belly or a leg to tell."""

from __future__ import annotations

import numpy as np

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.volume import Volume

SPACING_MM = 4.0
SLICES = 20
_SIDE = 96
AIR, FAT, MUSCLE, LIVER, LUNG, BONE, BRAIN = -1000, -100, 50, 60, -850, 700, 35

Shape = np.ndarray[tuple[int, int], np.dtype[np.bool_]]


def ellipse(width_mm: float, depth_mm: float, left_mm: float = 0, back_mm: float = 0) -> Shape:
    """A filled ellipse in a slice; columns run to the patient's left, rows to the back."""
    middle = (_SIDE - 1) / 2
    j, i = np.mgrid[:_SIDE, :_SIDE]
    x, y = (i - middle) * SPACING_MM - left_mm, (j - middle) * SPACING_MM - back_mm
    return (2 * x / width_mm) ** 2 + (2 * y / depth_mm) ** 2 <= 1


def head() -> np.ndarray:
    plane = np.full((_SIDE, _SIDE), AIR, np.int16)
    plane[ellipse(160, 200)] = MUSCLE
    plane[ellipse(150, 190)] = BONE
    plane[ellipse(134, 174)] = BRAIN
    return plane


def neck() -> np.ndarray:
    plane = np.full((_SIDE, _SIDE), AIR, np.int16)
    plane[ellipse(130, 140)] = MUSCLE
    plane[ellipse(40, 40, back_mm=20)] = BONE
    plane[ellipse(22, 22, back_mm=-35)] = AIR
    return plane


def chest() -> np.ndarray:
    plane = np.full((_SIDE, _SIDE), AIR, np.int16)
    plane[ellipse(340, 230)] = FAT
    plane[ellipse(320, 210)] = MUSCLE
    for left in (-80, 80):
        plane[ellipse(110, 150, left)] = LUNG
    plane[ellipse(40, 40, back_mm=70)] = BONE
    return plane


def abdomen(liver_left: bool = False) -> np.ndarray:
    """Loose bowel in fat, and a liver on its side."""
    plane = np.full((_SIDE, _SIDE), AIR, np.int16)
    plane[ellipse(340, 230)] = MUSCLE
    plane[ellipse(310, 200)] = FAT
    plane[ellipse(120, 150, 75 if liver_left else -75)] = LIVER
    plane[ellipse(36, 36, back_mm=60)] = BONE
    return plane


def pelvis() -> np.ndarray:
    plane = np.full((_SIDE, _SIDE), AIR, np.int16)
    plane[ellipse(360, 220)] = MUSCLE
    for left in (-100, 100):
        plane[ellipse(50, 90, left)] = BONE
    return plane


def legs() -> np.ndarray:
    plane = np.full((_SIDE, _SIDE), AIR, np.int16)
    for left in (-80, 80):
        plane[ellipse(110, 110, left)] = MUSCLE
        plane[ellipse(30, 30, left)] = BONE
    return plane


def stack(*planes: np.ndarray, unit: IntensityUnit = IntensityUnit.HU) -> Volume:
    """The planes from the feet upwards, each `SLICES` slices of 4 mm thick."""
    voxels = np.ascontiguousarray(np.repeat(np.stack(planes), SLICES, axis=0))
    # Slices go up (to Superior), rows to Posterior, columns to Left: that is LPS for these.
    geometry = VolumeGeometry.from_spacing(voxels.shape, (SPACING_MM,) * 3)
    return Volume("1.2.3", voxels, geometry, unit)


def shown(shape: Shape, slices: int = SLICES, value: int = 400) -> Volume:
    """An MR of one bright thing, with a dark slice at either end."""
    voxels = np.zeros((slices + 2, _SIDE, _SIDE), np.int16)
    voxels[1:-1, shape] = value
    geometry = VolumeGeometry.from_spacing(voxels.shape, (SPACING_MM,) * 3)
    return Volume("1.2.4", voxels, geometry)

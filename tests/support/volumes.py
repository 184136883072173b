"""Small volumes for tests of what is shown."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowLevel
from reader.core.orientation import Plane, plane_axes
from reader.core.volume import Volume
from reader.imaging.layers import OverlayLayers
from reader.imaging.slice_request import SliceRequest

SPACING_LPS_MM = (0.7, 0.9, 2.5)
SIZE_LPS = (5, 4, 3)
ORIGIN_LPS_MM = (-11.0, 23.0, 7.0)

ALL_ORIENTATIONS = [
    (order, signs) for order in permutations(range(3)) for signs in product((1, -1), repeat=3)
]
"""Every way an array can lie in the patient: 6 orders of axes x 8 directions."""


def oriented_geometry(order: tuple[int, ...], signs: tuple[int, ...]) -> VolumeGeometry:
    """A grid over one and the same box: array axis a follows LPS axis order[a] by signs[a]."""
    affine = np.zeros((4, 4))
    affine[3, 3] = 1
    origin = list(ORIGIN_LPS_MM)
    for axis, (world, sign) in enumerate(zip(order, signs, strict=True)):
        affine[world, axis] = sign * SPACING_LPS_MM[world]
        if sign < 0:
            origin[world] += SPACING_LPS_MM[world] * (SIZE_LPS[world] - 1)
    affine[:3, 3] = origin
    shape = tuple(SIZE_LPS[world] for world in order)
    return VolumeGeometry(shape, affine)


def place_code(lps) -> int:
    """A number that only the voxel at this place of the box has."""
    steps = (np.asarray(lps) - ORIGIN_LPS_MM) / SPACING_LPS_MM
    x, y, z = np.rint(steps).astype(int)
    return int(x + 10 * y + 100 * z)


def coded_volume(geometry: VolumeGeometry) -> Volume:
    """Every voxel holds the code of its place."""
    index = np.stack(np.indices(geometry.shape_kji), axis=-1)
    places = geometry.to_lps(index).reshape(-1, 3)
    codes = np.array([place_code(p) for p in places], dtype=np.int16)
    return volume_of(codes.reshape(geometry.shape_kji), geometry)


def volume_of(voxels, geometry: VolumeGeometry | None = None, **more) -> Volume:
    """A volume of these voxels, 1 mm apart unless said otherwise."""
    grid = geometry or VolumeGeometry.from_spacing(voxels.shape, (1, 1, 1))
    more.setdefault("unit", IntensityUnit.HU)
    return Volume("1.2.3", np.ascontiguousarray(voxels), grid, **more)


def request_for(
    volume: Volume,
    plane: Plane = Plane.AXIAL,
    index: int = 0,
    window: WindowLevel | None = None,
    layers: OverlayLayers | None = None,
    invert: bool = False,
    generation: int = 1,
) -> SliceRequest:
    """A request for one slice of a volume."""
    return SliceRequest(
        viewport_id="v0",
        volume=volume,
        axes=plane_axes(volume.geometry, plane),
        index=index,
        window=window or WindowLevel(127.5, 255),
        invert=invert,
        layers=layers,
        generation=generation,
    )

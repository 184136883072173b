"""Lungs to put nodules into: CT scans at the network's spacing with what is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import VolumeGeometry
from reader.core.volume import Volume
from reader.imaging.lungs import find_lungs
from reader.imaging.resample import resized
from reader.inference.chest_ct.preprocess import network_grid, resample_hu

MARGIN_VOXELS: Final = 16
_VESSEL_HU: Final = -500
_WALL_VOXELS: Final = 2.5
_PLACES_KEPT: Final = 60_000


@dataclass(frozen=True, slots=True, eq=False)
class Host:
    """A lung to train in. Arrays on the 1.5 mm grid, axes to Superior, Posterior, Left.

    `ignored` marks voxels with something that may be a real nodule: nothing is learnt
    there. The `*_places` are (n, 3) voxel indices where a nodule may be put.
    """

    name: str
    hu: NDArray[np.int16]
    lung: NDArray[np.bool_]
    ignored: NDArray[np.bool_]
    open_places: NDArray[np.int32]
    wall_places: NDArray[np.int32]
    vessel_places: NDArray[np.int32]
    geometry: VolumeGeometry


@dataclass(frozen=True, slots=True)
class KnownLesion:
    """A ball of a host in which something that may be a nodule lies."""

    center_lps_mm: tuple[float, float, float]
    radius_mm: float


def make_host(name: str, volume: Volume, lesions: tuple[KnownLesion, ...] = ()) -> Host | None:
    """Prepare a CT; None when it shows less than 200 ml of lung."""
    field = find_lungs(volume)
    if field.volume_ml < 200:
        return None
    grid = network_grid(volume.geometry)
    hu = resample_hu(volume.voxels, grid)
    share = resized(field.labels > 0, (hu.shape[0], hu.shape[1], hu.shape[2]))
    return _cropped(name, hu, share >= 0.5, grid.geometry, lesions)


def _cropped(
    name: str,
    hu: NDArray[np.float32],
    lung: NDArray[np.bool_],
    geometry: VolumeGeometry,
    lesions: tuple[KnownLesion, ...],
) -> Host:
    """Keep the lungs with a margin and find the places for nodules."""
    cuts, first = [], []
    for axis in range(3):
        used = np.nonzero(lung.any(axis=tuple(a for a in range(3) if a != axis)))[0]
        start = max(0, int(used[0]) - MARGIN_VOXELS)
        cuts.append(slice(start, int(used[-1]) + MARGIN_VOXELS + 1))
        first.append(start)
    box = tuple(cuts)
    affine = geometry.affine_kji_to_lps.copy()
    affine[:3, 3] = geometry.to_lps(first)
    kept = np.clip(np.rint(hu[box]), -1024, 3000).astype(np.int16)
    cropped = VolumeGeometry((kept.shape[0], kept.shape[1], kept.shape[2]), affine)
    return host_from_arrays(name, kept, lung[box], cropped, lesions)


def host_from_arrays(
    name: str,
    hu: NDArray[np.int16],
    lung: NDArray[np.bool_],
    geometry: VolumeGeometry,
    lesions: tuple[KnownLesion, ...] = (),
) -> Host:
    """A host from arrays that are already on the network's grid."""
    from scipy import ndimage

    ignored = np.zeros(hu.shape, bool)
    for lesion in lesions:
        _mark_ball(ignored, geometry, lesion)
    depth = ndimage.distance_transform_edt(lung)
    smooth = ndimage.gaussian_filter(hu.astype(np.float32), 0.7)
    free = lung & ~ndimage.binary_dilation(ignored, iterations=3)
    vessel = free & (smooth > _VESSEL_HU) & (depth > 3)
    wall = free & (depth <= _WALL_VOXELS)
    return Host(
        name,
        hu,
        lung,
        ignored,
        _places(free & ~vessel & (depth > 2)),
        _places(wall),
        _places(vessel),
        geometry,
    )


def _places(mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Up to 60,000 voxels of a mask, evenly spaced in array order."""
    places = np.argwhere(mask).astype(np.int32)
    step = max(1, len(places) // _PLACES_KEPT)
    return places[::step]


def _mark_ball(mask: NDArray[np.bool_], geometry: VolumeGeometry, lesion: KnownLesion) -> None:
    center = geometry.to_index(lesion.center_lps_mm)
    spacing = np.array(geometry.spacing_kji_mm)
    grids = np.ogrid[tuple(slice(0, n) for n in mask.shape)]
    squared = sum(((g - c) * s) ** 2 for g, c, s in zip(grids, center, spacing, strict=True))
    mask |= squared <= lesion.radius_mm**2


def save_host(host: Host, path: Path) -> None:
    """Keep a prepared host as arrays (no pickle)."""
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            hu=host.hu,
            lung=host.lung,
            ignored=host.ignored,
            open_places=host.open_places,
            wall_places=host.wall_places,
            vessel_places=host.vessel_places,
            affine=host.geometry.affine_kji_to_lps,
        )


def load_host(path: Path) -> Host:
    """Read what `save_host` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        hu = arrays["hu"]
        return Host(
            path.stem,
            hu,
            arrays["lung"],
            arrays["ignored"],
            arrays["open_places"],
            arrays["wall_places"],
            arrays["vessel_places"],
            VolumeGeometry(hu.shape, arrays["affine"]),
        )

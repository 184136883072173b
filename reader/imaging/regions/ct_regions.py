"""Which parts of the body a CT shows, slice by slice, from Hounsfield values.

Works on a patient-aligned 4 mm grid with five shares of each slice: lung, bone, what bone
encloses, air pockets, and how large the cross-section is. Rules, not learning: it tells a
head from a chest from a leg, and says nothing where the slice is unclear. Lying arms and
casts are the usual reason for a wrong slice; the length found, not one slice, decides.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.volume import Volume
from reader.imaging.resample import to_working, working_grid

SPACING_MM: Final = 4.0

_TISSUE_HU: Final = -300.0
_LUNG_HU: Final = (-960.0, -500.0)
_OPEN_AIR_HU: Final = -940.0
_POCKET_HU: Final = -600.0
_BONE_HU: Final = 250.0

_LEAST_CM2: Final = 8.0
_HEAD_SHARE: Final = 0.35
_HEAD_CM2: Final = 420.0
_LUNG_SHARE: Final = 0.06
_TRUNK_CM2: Final = 260.0
_PELVIS_SHARE: Final = 0.06
_POCKET_CM2: Final = 0.6
_LIMB_BONE: Final = 0.03
_SMOOTHED_SLICES: Final = 5

Mask = NDArray[np.bool_]


class BodyRegion(enum.Enum):
    """A part of the body that a slice across it can be of."""

    HEAD = "head"
    NECK = "neck"
    CHEST = "chest"
    ABDOMEN = "abdomen"
    PELVIS = "pelvis"
    LIMB = "limb"


@dataclass(frozen=True, slots=True)
class SliceLook:
    """What a slice looks like: `area_cm2` of tissue and lung, and shares of that area."""

    area_cm2: float
    lung: float
    bone: float
    enclosed: float
    pocket_cm2: float


@dataclass(frozen=True, slots=True, eq=False)
class CtProfile:
    """A CT on the 4 mm grid, upwards, with what each of its slices is of."""

    hu: NDArray[np.float32]
    spacing_kji_mm: tuple[float, float, float]
    regions: tuple[BodyRegion | None, ...]

    @property
    def lengths_mm(self) -> Mapping[BodyRegion, float]:
        """How much of the body shows each region; unclear slices count for none."""
        counts = {region: self.regions.count(region) for region in BodyRegion}
        return {r: n * self.spacing_kji_mm[0] for r, n in counts.items() if n}


def profile_of(volume: Volume) -> CtProfile:
    """Look through a CT in HU. Tenths of a second on a whole one: for a worker."""
    grid = working_grid(volume.geometry, SPACING_MM)
    hu = to_working(volume.voxels, grid)
    spacing = grid.geometry.spacing_kji_mm
    seen = [region_of_slice(look_at(plane, spacing[1] * spacing[2] / 100)) for plane in hu]
    return CtProfile(hu, spacing, tuple(_in_order(_smoothed(seen))))


def look_at(hu: NDArray[np.floating], pixel_cm2: float) -> SliceLook:
    """The shares of one axial slice (rows, columns) of HU at about 4 mm."""
    from scipy import ndimage

    tissue = ndimage.binary_opening(hu > _TISSUE_HU)
    body = _body(hu, tissue)
    # Where tissue and air meet they blend into what looks like lung: it is one pixel thin.
    lung = ndimage.binary_opening((hu > _LUNG_HU[0]) & (hu < _LUNG_HU[1]) & body, iterations=2)
    area = float(np.count_nonzero(tissue | lung))
    if area * pixel_cm2 < _LEAST_CM2:
        return SliceLook(0.0, 0.0, 0.0, 0.0, 0.0)
    bone = hu > _BONE_HU
    ring = ndimage.binary_closing(np.pad(bone, 3), iterations=2)
    inside = ndimage.binary_fill_holes(ring)[3:-3, 3:-3] & ~bone & tissue
    pockets = body & (hu < _POCKET_HU)
    return SliceLook(
        area_cm2=area * pixel_cm2,
        lung=float(np.count_nonzero(lung)) / area,
        bone=float(np.count_nonzero(bone)) / area,
        enclosed=float(np.count_nonzero(inside)) / area,
        pocket_cm2=float(np.count_nonzero(pockets)) * pixel_cm2,
    )


def _body(hu: NDArray[np.floating], tissue: Mask) -> Mask:
    """Tissue and what it encloses; where a crop cuts the body, the crop's edge closes it."""
    from scipy import ndimage

    wall = np.pad(tissue, 1)
    cut = np.pad(hu > _OPEN_AIR_HU, 1, mode="edge")
    cut[1:-1, 1:-1] = False
    return np.asarray(ndimage.binary_fill_holes(wall | cut)[1:-1, 1:-1])


def region_of_slice(look: SliceLook) -> BodyRegion | None:
    """What a slice is of; None: nothing, or unclear."""
    if look.area_cm2 < _LEAST_CM2:
        return None
    if look.enclosed > _HEAD_SHARE and look.area_cm2 < _HEAD_CM2:
        return BodyRegion.HEAD
    if look.lung > _LUNG_SHARE:
        return BodyRegion.CHEST
    if look.area_cm2 >= _TRUNK_CM2:
        return BodyRegion.PELVIS if look.bone > _PELVIS_SHARE else BodyRegion.ABDOMEN
    if look.bone < _LIMB_BONE:
        return None
    return BodyRegion.NECK if look.pocket_cm2 > _POCKET_CM2 else BodyRegion.LIMB


def _smoothed(seen: list[BodyRegion | None]) -> list[BodyRegion | None]:
    """What most of the slices around say: a single odd slice is no region."""
    half = _SMOOTHED_SLICES // 2
    out: list[BodyRegion | None] = []
    for k, own in enumerate(seen):
        near = seen[max(0, k - half) : k + half + 1]
        most = max(near.count(region) for region in near)
        out.append(own if near.count(own) == most else max(near, key=near.count))
    return out


def _in_order(seen: list[BodyRegion | None]) -> list[BodyRegion | None]:
    """Shoulders look like a pelvis; what lies above lung is neither that nor an abdomen.

    Slices run upwards.
    """
    last = max((k for k, region in enumerate(seen) if region is BodyRegion.CHEST), default=None)
    below = (BodyRegion.PELVIS, BodyRegion.ABDOMEN)
    return [
        BodyRegion.CHEST if last is not None and k > last and region in below else region
        for k, region in enumerate(seen)
    ]

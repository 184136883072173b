"""Oblique planes and slabs beside SimpleITK's resampler: the same samples, values compared.

Both take the threads they take by default.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.orientation import Plane
from reader.core.volume import Volume
from reader.imaging.cut import Projection, Slab
from reader.imaging.kernels import load_kernels
from reader.imaging.sampling import sample_plane, sample_slab, slab_layers
from reader.imaging.slicing import SliceGeometry

_Untyped = Any
"""What SimpleITK gives: its stubs type few calls."""
SIDE_PX: Final = 512
SLAB: Final = Slab(20.0, Projection.MAXIMUM)
OUTSIDE_HU: Final = -2000
_TILT_DEGREES: Final = (30.0, 20.0)
_WARM_UP: Final = 3
OWN_PLANE: Final = "oblique plane"
ITK_PLANE: Final = "SimpleITK Resample, same plane"
OWN_SLAB: Final = "oblique MIP slab of 20 mm"
ITK_SLAB: Final = "SimpleITK Resample of the same layers, then maximum"


@dataclass(slots=True)
class PlaneTimes:
    """Seconds of every round by row, and how far the values are apart.

    `facts`: for plane and slab the greatest difference in HU where both lie inside the
    volume, and the share of pixels that differ by more than 1 HU or of which only one says
    that they lie inside.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    facts: dict[str, float] = field(default_factory=dict)
    threads: int = 0


class PlanesBench:
    """Cuts one tilted plane and one tilted slab out of a volume, in turn with SimpleITK."""

    def __init__(self, volume: Volume, kernels: Path) -> None:
        """`kernels` is the folder in which compiled loops are kept."""
        import SimpleITK

        self._itk: _Untyped = SimpleITK
        self._volume = volume
        self._kernels = kernels
        self._where = tilted_plane(volume.geometry)
        self._image = SimpleITK.GetImageFromArray(np.asarray(volume.voxels))
        _place(self._image, volume.geometry)
        self.times = PlaneTimes()
        self._ways: dict[str, Callable[[], NDArray[Any]]] = {
            OWN_PLANE: self._own_plane,
            ITK_PLANE: self._itk_plane,
            OWN_SLAB: self._own_slab,
            ITK_SLAB: self._itk_slab,
        }

    def prepare(self) -> None:
        """Compile and warm up, and compare the values."""
        load_kernels(self._kernels, (self._volume.voxels.dtype.name,))
        for _ in range(_WARM_UP):
            made = {name: way() for name, way in self._ways.items()}
        self.times.threads = int(self._itk.ProcessObject.GetGlobalDefaultNumberOfThreads())
        for what, ours, theirs in (
            ("oblique", OWN_PLANE, ITK_PLANE),
            ("slab", OWN_SLAB, ITK_SLAB),
        ):
            self.times.facts |= _apart(what, made[ours], made[theirs])

    def measure(self, turns: int) -> None:
        """One round: every way so often, one after the other; the median counts."""
        taken: dict[str, list[float]] = {name: [] for name in self._ways}
        for _ in range(turns):
            for name, way in self._ways.items():
                started = time.perf_counter()
                way()
                taken[name].append(time.perf_counter() - started)
        for name, seconds in taken.items():
            self.times.seconds.setdefault(name, []).append(float(np.median(seconds)))

    def _own_plane(self) -> NDArray[Any]:
        volume = self._volume
        return sample_plane(volume.voxels, volume.geometry, self._where, OUTSIDE_HU)

    def _own_slab(self) -> NDArray[Any]:
        volume = self._volume
        return sample_slab(volume.voxels, volume.geometry, self._where, SLAB, OUTSIDE_HU)

    def _itk_plane(self) -> NDArray[Any]:
        return np.asarray(self._itk_layers(np.zeros(1))[0])

    def _itk_slab(self) -> NDArray[Any]:
        spacing = np.array(self._volume.geometry.spacing_kji_mm[::-1])
        voxels_per_mm = float((np.abs(_normal(self._where)) / spacing).max())
        offsets, _weights = slab_layers(SLAB.thickness_mm, voxels_per_mm)
        return np.asarray(self._itk_layers(offsets).max(axis=0))

    def _itk_layers(self, offsets_mm: FloatArray) -> NDArray[Any]:
        """(layers, rows, columns) at even offsets along the plane's normal."""
        itk, where = self._itk, self._where
        right = where.right_lps_mm / where.column_spacing_mm
        down = where.down_lps_mm / where.row_spacing_mm
        normal = _normal(where)
        step = float(offsets_mm[1] - offsets_mm[0]) if len(offsets_mm) > 1 else 1.0
        origin = where.origin_lps_mm + offsets_mm[0] * normal
        layers = itk.Resample(
            self._image,
            [where.shape[1], where.shape[0], len(offsets_mm)],
            itk.Transform(),
            itk.sitkLinear,
            [float(mm) for mm in origin],
            [where.column_spacing_mm, where.row_spacing_mm, step],
            [float(v) for v in np.stack([right, down, normal], axis=1).ravel()],
            float(OUTSIDE_HU),
            itk.sitkInt16,
        )
        return np.asarray(itk.GetArrayFromImage(layers))


def _place(image: _Untyped, geometry: VolumeGeometry) -> None:
    affine = geometry.affine_kji_to_lps
    spacing = np.array(geometry.spacing_kji_mm)
    image.SetSpacing([float(mm) for mm in spacing[::-1]])
    image.SetOrigin([float(mm) for mm in affine[:3, 3]])
    directions = (affine[:3, :3] / spacing)[:, ::-1]
    image.SetDirection([float(v) for v in directions.ravel()])


def tilted_plane(geometry: VolumeGeometry) -> SliceGeometry:
    """A square through the middle of a volume, turned about two axes."""
    about_x, about_z = (math.radians(angle) for angle in _TILT_DEGREES)
    spacing = min(geometry.spacing_kji_mm)
    right = np.array([math.cos(about_z), math.sin(about_z), 0.0])
    across = np.array([-math.sin(about_z), math.cos(about_z), 0.0])
    down = math.cos(about_x) * across + math.sin(about_x) * np.array([0.0, 0.0, 1.0])
    middle = geometry.to_lps((np.array(geometry.shape_kji) - 1) / 2)
    half = (SIDE_PX - 1) / 2 * spacing
    return SliceGeometry(
        plane=Plane.AXIAL,
        index=geometry.shape_kji[0] // 2,
        shape=(SIDE_PX, SIDE_PX),
        origin_lps_mm=middle - half * (right + down),
        down_lps_mm=down * spacing,
        right_lps_mm=right * spacing,
        row_spacing_mm=spacing,
        column_spacing_mm=spacing,
    )


def _normal(where: SliceGeometry) -> FloatArray:
    """One millimetre through the plane, right-handed after right and down."""
    normal = np.cross(where.right_lps_mm, where.down_lps_mm)
    return np.asarray(normal / np.linalg.norm(normal))


def _apart(what: str, ours: NDArray[Any], theirs: NDArray[Any]) -> dict[str, float]:
    inside = (ours != OUTSIDE_HU) & (theirs != OUTSIDE_HU)
    difference = np.abs(ours.astype(np.int64) - theirs)
    most = float(difference[inside].max(initial=0))
    return {
        f"{what}_most_apart_hu": most,
        f"{what}_share_apart": round(float((difference > 1).mean()), 5),
    }

"""The slices of one plane through a volume, along its grid or tilted against it.

Everything that counts, finds or walks through slices asks here, so that it is right for
both. A tilted plane is sampled from the volume; one along the grid is an array slice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Final, Protocol

import numpy as np
from numpy.typing import ArrayLike

from reader.core.geometry import FloatArray, IndexBox, VolumeGeometry
from reader.core.orientation import AS_ACQUIRED, Plane, PlaneAxes, SpatialTransform
from reader.core.series_kind import SeriesKind
from reader.core.tilt import STRAIGHT, Tilt
from reader.imaging.slicing import (
    SliceGeometry,
    index_at,
    reads_backwards,
    shown_axes,
    slice_count,
    slice_geometry,
)

STRAIGHT_DEGREES: Final = 0.01
"""A plane turned by less than this is shown along the grid."""
_MOST_PIXELS: Final = 2048
"""A tilted plane has no more rows or columns than this; its pixels grow instead."""
_WHOLE: Final = 1e-6


class PlaneStack(Protocol):
    """Slices in the order of their index. `axes` are those of the untilted plane."""

    @property
    def axes(self) -> PlaneAxes:
        """How the untilted plane is cut and laid on the screen."""
        ...

    @property
    def is_oblique(self) -> bool:
        """Whether it lies across the grid, so that its pixels are interpolated."""
        ...

    @property
    def count(self) -> int:
        """How many slices there are."""
        ...

    @property
    def step_mm(self) -> float:
        """From one slice to the next: along the normal, or along the grid's own axis."""
        ...

    @property
    def normal_lps(self) -> FloatArray:
        """Unit vector at right angles to the plane, in the order of reading."""
        ...

    @property
    def reads_backwards(self) -> bool:
        """Whether the index runs against the order in which people read slices."""
        ...

    def index_at(self, position_lps_mm: ArrayLike) -> int:
        """The slice nearest to a position, clamped."""
        ...

    def geometry_of(self, index: int) -> SliceGeometry:
        """Where the pixels of a slice are. Raises: IndexError: there is no such slice."""
        ...

    def moved_to(self, position_lps_mm: ArrayLike, index: int) -> FloatArray:
        """The position brought into a slice, straight through the stack."""
        ...

    def crosses(self, box: IndexBox, index: int, thickness_mm: float) -> bool:
        """Whether a slice, or the slab around it, may show something of a box of voxels."""
        ...

    def reading_place(self, index: int) -> int:
        """The place, from 0, of a slice in reading order; and the other way round."""
        ...


@dataclass(frozen=True, slots=True)
class GridStack:
    """Slices of the array."""

    geometry: VolumeGeometry
    axes: PlaneAxes

    @property
    def is_oblique(self) -> bool:
        """Never: no pixel is interpolated."""
        return False

    @property
    def count(self) -> int:
        """The array's slices."""
        return slice_count(self.geometry, self.axes)

    @property
    def step_mm(self) -> float:
        """The spacing of the array."""
        return self.geometry.spacing_kji_mm[self.axes.slice_axis]

    @property
    def normal_lps(self) -> FloatArray:
        """At right angles to rows and columns."""
        return _reading_normal(self.geometry, self.axes)

    @property
    def reads_backwards(self) -> bool:
        """As the array has it."""
        return reads_backwards(self.geometry, self.axes)

    def index_at(self, position_lps_mm: ArrayLike) -> int:
        """The slice whose centre is nearest."""
        return index_at(self.geometry, self.axes, position_lps_mm)

    def geometry_of(self, index: int) -> SliceGeometry:
        """Pixels are voxels."""
        return slice_geometry(self.geometry, self.axes, index)

    def moved_to(self, position_lps_mm: ArrayLike, index: int) -> FloatArray:
        """Along the array's axis."""
        voxel = self.geometry.to_index(position_lps_mm)
        voxel[self.axes.slice_axis] = index
        return self.geometry.to_lps(voxel)

    def crosses(self, box: IndexBox, index: int, thickness_mm: float) -> bool:
        """By index alone."""
        reach = math.floor(thickness_mm / 2 / self.step_mm + 0.5)
        low, high = box[self.axes.slice_axis]
        return low <= index + reach and index - reach < high

    def reading_place(self, index: int) -> int:
        """Counted from the other end where the array runs backwards."""
        return self.count - 1 - index if self.reads_backwards else index


@dataclass(frozen=True, slots=True)
class ObliqueStack:
    """Parallel planes across the grid, counted along their normal in reading order.

    One of them goes through the tilt's pivot. Neighbours are one voxel apart along the axis
    on which they are furthest apart, so that no voxel is passed over. Pixels are square, as
    fine as the finest spacing, and cover all of the volume that the plane can show.
    """

    geometry: VolumeGeometry
    axes: PlaneAxes
    tilt: Tilt = field(compare=False)
    _place: tuple[float, ...] = field(init=False, repr=False)
    """Where its planes are, all that two equal ones share: a tilt that leaves a plane alone
    makes no other stack of it."""
    count: int = field(init=False, compare=False, repr=False)
    step_mm: float = field(init=False, compare=False, repr=False)
    normal_lps: FloatArray = field(init=False, compare=False, repr=False)
    _down: FloatArray = field(init=False, compare=False, repr=False)
    _right: FloatArray = field(init=False, compare=False, repr=False)
    _first_mm: float = field(init=False, compare=False, repr=False)
    _shape: tuple[int, int] = field(init=False, compare=False, repr=False)
    _pixel_mm: float = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        normal, down, right = _tilted_frame(self.geometry, self.axes, self.tilt)
        per_mm = np.abs(_voxels_along(self.geometry, normal)).max()
        step = 1 / float(per_mm)
        centers = _corners(self.geometry, 0.0) @ normal
        pivot = float(np.asarray(self.tilt.pivot_lps) @ normal)
        first = math.ceil((centers.min() - pivot) / step - _WHOLE)
        last = math.floor((centers.max() - pivot) / step + _WHOLE)
        outline = _corners(self.geometry, 0.5) - self.geometry.center_lps_mm
        height, width = (2 * float(np.abs(outline @ side).max()) for side in (down, right))
        pixel = max(min(self.geometry.spacing_kji_mm), max(height, width) / _MOST_PIXELS)
        values = {
            "normal_lps": normal,
            "_place": tuple(
                round(float(v), 6) + 0.0 for v in (*(normal * 1e3), pivot + first * step)
            ),
            "_down": down,
            "_right": right,
            "step_mm": step,
            "count": max(1, last - first + 1),
            "_first_mm": pivot + first * step,
            "_pixel_mm": pixel,
            "_shape": (math.ceil(height / pixel), math.ceil(width / pixel)),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def is_oblique(self) -> bool:
        """Always."""
        return True

    @property
    def reads_backwards(self) -> bool:
        """Never: the order is ours."""
        return False

    def has_slices_of(self, other: ObliqueStack) -> bool:
        """Whether both go through the same planes, however those are laid on the screen."""
        return self.geometry == other.geometry and self._place == other._place

    def index_at(self, position_lps_mm: ArrayLike) -> int:
        """The plane nearest to a position."""
        along = float(np.asarray(position_lps_mm, dtype=np.float64) @ self.normal_lps)
        index = math.floor((along - self._first_mm) / self.step_mm + 0.5)
        return min(max(index, 0), self.count - 1)

    def geometry_of(self, index: int) -> SliceGeometry:
        """Square pixels around the volume's middle, whatever the tilt."""
        if not 0 <= index < self.count:
            raise IndexError(f"Slice {index} of {self.count}.")
        rows, columns = self._shape
        down, right = self._down * self._pixel_mm, self._right * self._pixel_mm
        middle = self.moved_to(self.geometry.center_lps_mm, index)
        return SliceGeometry(
            plane=self.axes.plane,
            index=index,
            shape=self._shape,
            origin_lps_mm=middle - (rows - 1) / 2 * down - (columns - 1) / 2 * right,
            down_lps_mm=down,
            right_lps_mm=right,
            row_spacing_mm=self._pixel_mm,
            column_spacing_mm=self._pixel_mm,
            field_mm=_field_mm(self.geometry, self.axes),
        )

    def moved_to(self, position_lps_mm: ArrayLike, index: int) -> FloatArray:
        """Along the normal."""
        position = np.asarray(position_lps_mm, dtype=np.float64)
        wanted = self._first_mm + index * self.step_mm
        return position + (wanted - float(position @ self.normal_lps)) * self.normal_lps

    def crosses(self, box: IndexBox, index: int, thickness_mm: float) -> bool:
        """By the corners of the box, and a step for the interpolation on each side."""
        corners = np.array(list(product(*((low - 1, high) for low, high in box))))
        along = self.geometry.to_lps(corners) @ self.normal_lps
        here = self._first_mm + index * self.step_mm
        reach = thickness_mm / 2
        return bool(along.min() <= here + reach and here - reach <= along.max())

    def reading_place(self, index: int) -> int:
        """The index itself."""
        return index


@lru_cache(maxsize=64)
def plane_stack(
    geometry: VolumeGeometry,
    kind: SeriesKind,
    plane: Plane,
    tilt: Tilt = STRAIGHT,
    transform: SpatialTransform = AS_ACQUIRED,
) -> PlaneStack:
    """The slices of a plane; along the grid where the tilt leaves it there.

    `transform` turns the pictures on the screen, not the plane: the slices are the same.
    """
    axes = transform.axes(shown_axes(geometry, kind, plane))
    if axes.stored or tilt.is_straight or tilt_degrees(geometry, axes, tilt) < STRAIGHT_DEGREES:
        return GridStack(geometry, axes)
    return ObliqueStack(geometry, axes, tilt)


def tilt_degrees(geometry: VolumeGeometry, axes: PlaneAxes, tilt: Tilt) -> float:
    """How far a plane is turned away from the grid."""
    straight = _reading_normal(geometry, axes)
    turned = tilt.matrix @ straight
    return math.degrees(
        math.atan2(float(np.linalg.norm(np.cross(straight, turned))), float(straight @ turned))
    )


def plane_normal(geometry: VolumeGeometry, axes: PlaneAxes, tilt: Tilt) -> FloatArray:
    """A plane's unit normal in reading order, turned by the tilt."""
    return np.asarray(tilt.matrix @ _reading_normal(geometry, axes))


def _tilted_frame(
    geometry: VolumeGeometry, axes: PlaneAxes, tilt: Tilt
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Unit vectors along the normal, down and right of the screen.

    The sides follow the normal by the shortest turn, so that a picture does not spin on
    the screen when the two other planes are turned about its own normal.
    """
    straight = _reading_normal(geometry, axes)
    normal = tilt.matrix @ straight
    frame = _right_angled(geometry)
    sides = (
        frame[:, axes.row_axis] * (-1 if axes.flip_rows else 1),
        frame[:, axes.column_axis] * (-1 if axes.flip_columns else 1),
    )
    down, right = (_follow(straight, normal, side) for side in sides)
    return normal, down, right


def _follow(start: FloatArray, end: FloatArray, vector: FloatArray) -> FloatArray:
    """A vector turned by the shortest rotation that takes `start` to `end`."""
    cosine = float(start @ end)
    if cosine < -1 + 1e-9:  # turned over: any way round is as short
        return vector
    axis = np.cross(start, end)
    along = float(axis @ vector) / (1 + cosine)
    return np.asarray(cosine * vector + np.cross(axis, vector) + along * axis)


def _reading_normal(geometry: VolumeGeometry, axes: PlaneAxes) -> FloatArray:
    """The untilted plane's unit normal, in the direction in which its slices are read."""
    normal = _right_angled(geometry)[:, axes.slice_axis]
    return -normal if reads_backwards(geometry, axes) else normal


@lru_cache(maxsize=64)
def _right_angled(geometry: VolumeGeometry) -> FloatArray:
    """3 x 3: the grid's directions, at right angles where the grid is sheared.

    Rows keep theirs and stored slices their plane; k is put upright on it.
    """
    _, down, right = geometry.directions.T
    down = down - (down @ right) * right
    down /= np.linalg.norm(down)
    normal = np.cross(down, right)
    normal *= np.sign(normal @ geometry.directions[:, 0])
    return np.stack([normal, down, right], axis=1)


def _voxels_along(geometry: VolumeGeometry, direction: FloatArray) -> FloatArray:
    return geometry.to_index(direction) - geometry.to_index(np.zeros(3))


def _corners(geometry: VolumeGeometry, margin: float) -> FloatArray:
    """(8, 3): the grid's corners in LPS, `margin` voxels beyond the outermost centres."""
    ends = ((-margin, n - 1 + margin) for n in geometry.shape_kji)
    return geometry.to_lps(np.array(list(product(*ends))))


def _field_mm(geometry: VolumeGeometry, axes: PlaneAxes) -> tuple[float, float]:
    """(height, width) of the untilted plane."""
    spacing, shape = geometry.spacing_kji_mm, geometry.shape_kji
    height, width = (shape[axis] * spacing[axis] for axis in (axes.row_axis, axes.column_axis))
    return height, width

"""Anatomical planes, display orientation and edge letters for any voxel grid."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from reader.core.geometry import FloatArray, VolumeGeometry


class Plane(enum.Enum):
    """A plane of the patient. The value is the word used in files and on the command line."""

    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"

    @property
    def world_axis(self) -> int:
        """Index into LPS of the axis that slices of this plane are stacked along."""
        return {Plane.AXIAL: 2, Plane.CORONAL: 1, Plane.SAGITTAL: 0}[self]


_SCREEN_DIRECTIONS: Final = {
    # plane: (down the screen, right across the screen) in LPS. Radiological convention:
    # axial as seen from the feet, patient right on screen left; head up; face to the left.
    Plane.AXIAL: ((0, 1, 0), (1, 0, 0)),
    Plane.CORONAL: ((0, 0, -1), (1, 0, 0)),
    Plane.SAGITTAL: ((0, 0, -1), (0, 1, 0)),
}

OBLIQUE_DEGREES: Final = 3.0
"""A grid tilted by more than this is called oblique; below it is positioning noise."""


@dataclass(frozen=True, slots=True)
class PlaneAxes:
    """How one plane is cut from an array and laid on the screen.

    Slices are taken along array axis `slice_axis`; array axis `row_axis` runs down the
    screen, reversed if `flip_rows`; `column_axis` runs across, reversed if `flip_columns`.
    """

    plane: Plane
    slice_axis: int
    row_axis: int
    column_axis: int
    flip_rows: bool
    flip_columns: bool
    oblique: bool
    stored: bool = False
    """The images as they are stored, in their own order: nothing turned, k onwards."""


@dataclass(frozen=True, slots=True)
class SpatialTransform:
    """How a reader has turned a picture on the screen: quarters first, then mirrored.

    `quarter_turns` are clockwise, 0 to 3; `mirrored` swaps left and right afterwards.
    Source: DICOM PS3.3 C.10.6 (Spatial Transformation).
    """

    quarter_turns: int = 0
    mirrored: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.quarter_turns < 4:
            raise ValueError(f"{self.quarter_turns} quarter turns.")

    @property
    def swaps_sides(self) -> bool:
        """Whether what was high is wide now."""
        return self.quarter_turns % 2 == 1

    def turned(self, quarters: int) -> SpatialTransform:
        """The picture turned on, clockwise as it is on the screen now."""
        onwards = -quarters if self.mirrored else quarters
        return SpatialTransform((self.quarter_turns + onwards) % 4, self.mirrored)

    def flipped_across(self) -> SpatialTransform:
        """Left and right of the screen swapped."""
        return SpatialTransform(self.quarter_turns, not self.mirrored)

    def flipped_down(self) -> SpatialTransform:
        """Top and bottom of the screen swapped."""
        return self.turned(2).flipped_across()

    def vector(self, down: float, right: float) -> tuple[float, float]:
        """Where a step (down, right) over the untouched picture leads on the screen."""
        for _ in range(self.quarter_turns):
            down, right = right, -down
        # Adding zero takes the sign off it.
        return down + 0.0, (-right if self.mirrored else right) + 0.0

    def untouched(self, down: float, right: float) -> tuple[float, float]:
        """The step over the untouched picture that leads there: the inverse of `vector`."""
        right = -right if self.mirrored else right
        for _ in range(self.quarter_turns):
            down, right = -right, down
        return down + 0.0, right + 0.0

    def axes(self, axes: PlaneAxes) -> PlaneAxes:
        """The same slices, laid on the screen this way."""
        for _ in range(self.quarter_turns):
            axes = replace(
                axes,
                row_axis=axes.column_axis,
                column_axis=axes.row_axis,
                flip_rows=axes.flip_columns,
                flip_columns=not axes.flip_rows,
            )
        return replace(axes, flip_columns=axes.flip_columns != self.mirrored)


AS_ACQUIRED: Final = SpatialTransform()
"""Neither turned nor mirrored."""


def nearest_world_axes(geometry: VolumeGeometry) -> tuple[int, int, int]:
    """For each array axis k, j, i the LPS axis it follows most closely, each used once."""
    cosines = np.abs(geometry.directions)
    best = max(permutations(range(3)), key=lambda p: sum(cosines[p[a], a] for a in range(3)))
    return best[0], best[1], best[2]


@lru_cache(maxsize=256)
def plane_axes(geometry: VolumeGeometry, plane: Plane) -> PlaneAxes:
    """Which array axes show `plane` of this grid, with the flips the convention asks for."""
    world_of_array = nearest_world_axes(geometry)
    down, right = _SCREEN_DIRECTIONS[plane]
    directions = geometry.directions

    def array_axis(world: tuple[int, int, int]) -> int:
        return world_of_array.index(int(np.argmax(np.abs(world))))

    row_axis, column_axis = array_axis(down), array_axis(right)
    slice_axis = 3 - row_axis - column_axis
    cosine = abs(directions[plane.world_axis, slice_axis])
    return PlaneAxes(
        plane=plane,
        slice_axis=slice_axis,
        row_axis=row_axis,
        column_axis=column_axis,
        flip_rows=bool(directions[:, row_axis] @ np.array(down) < 0),
        flip_columns=bool(directions[:, column_axis] @ np.array(right) < 0),
        oblique=bool(np.degrees(np.arccos(min(1.0, cosine))) > OBLIQUE_DEGREES),
    )


@lru_cache(maxsize=256)
def stored_axes(geometry: VolumeGeometry) -> PlaneAxes:
    """The stored images themselves, for series that are no volume."""
    return PlaneAxes(acquisition_plane(geometry), 0, 1, 2, False, False, False, stored=True)


def acquisition_plane(geometry: VolumeGeometry) -> Plane:
    """The plane whose slices are stacked along the array's k axis."""
    world = nearest_world_axes(geometry)[0]
    return next(plane for plane in Plane if plane.world_axis == world)


_LETTERS: Final = (("R", "L"), ("A", "P"), ("F", "H"))


def direction_letters(direction_lps: ArrayLike) -> str:
    """Letters of an LPS direction, strongest first, such as "L" or "LP"; up to three.

    A letter is given for every component that leans at least 10 degrees its way.
    Source: DICOM PS3.3 C.7.6.1.1.1 (Patient Orientation).
    """
    vector: FloatArray = np.asarray(direction_lps, dtype=np.float64)
    vector = vector / np.linalg.norm(vector)
    order = np.argsort(-np.abs(vector))
    least = np.sin(np.radians(10.0))
    return "".join(
        _LETTERS[axis][1 if vector[axis] > 0 else 0] for axis in order if abs(vector[axis]) > least
    )


def screen_directions(geometry: VolumeGeometry, axes: PlaneAxes) -> tuple[FloatArray, FloatArray]:
    """Unit LPS vectors pointing down and right across the screen for this plane."""
    directions = geometry.directions
    down = directions[:, axes.row_axis] * (-1 if axes.flip_rows else 1)
    right = directions[:, axes.column_axis] * (-1 if axes.flip_columns else 1)
    return down, right

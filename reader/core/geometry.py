"""Where voxels are, said once for the whole product.

Arrays are indexed (k, j, i) = (slice, row, column). Affine columns are in that same
order. The world is LPS millimetres (x to the patient's Left, y to Posterior, z to
Superior), and integer indices are voxel centres. RAS exists only in
`formats/grids`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Point = tuple[float, float, float]
"""A place in the patient, LPS mm."""
IndexBox = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]
"""A half-open box of voxels: ((k0, k1), (j0, j1), (i0, i1))."""

SAME_GRID_TOLERANCE_MM: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class VolumeGeometry:
    """A voxel grid in the patient: its shape and where index (k, j, i) lies in LPS mm.

    `affine_kji_to_lps` is 4 x 4 and maps (k, j, i, 1) to (x, y, z, 1). It is copied and
    made read-only.
    """

    shape_kji: tuple[int, int, int]
    affine_kji_to_lps: FloatArray
    frame_of_reference_uid: str | None = None
    _lps_to_kji: FloatArray = field(init=False, repr=False)
    _spacing_kji_mm: tuple[float, float, float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        affine = np.array(self.affine_kji_to_lps, dtype=np.float64, copy=True)
        if affine.shape != (4, 4) or not np.isfinite(affine).all():
            raise ValueError("The affine must be 4 x 4 and finite.")
        if not np.allclose(affine[3], (0, 0, 0, 1)):
            raise ValueError("The affine's last row must be (0, 0, 0, 1).")
        if abs(np.linalg.det(affine[:3, :3])) < 1e-9:
            raise ValueError("The affine must be invertible.")
        shape = tuple(int(n) for n in self.shape_kji)
        if len(shape) != 3 or min(shape) < 1:
            raise ValueError("The shape must be three positive numbers.")
        affine.flags.writeable = False
        object.__setattr__(self, "affine_kji_to_lps", affine)
        object.__setattr__(self, "_lps_to_kji", np.linalg.inv(affine))
        spacing = np.linalg.norm(affine[:3, :3], axis=0)
        object.__setattr__(self, "_spacing_kji_mm", tuple(float(mm) for mm in spacing))
        object.__setattr__(self, "shape_kji", shape)

    @classmethod
    def from_spacing(
        cls,
        shape_kji: tuple[int, int, int],
        spacing_kji_mm: Sequence[float],
        origin_lps_mm: Sequence[float] = (0.0, 0.0, 0.0),
        frame_of_reference_uid: str | None = None,
    ) -> VolumeGeometry:
        """An axial grid aligned with the patient: k to Superior, j to Posterior, i to Left."""
        affine = np.zeros((4, 4))
        affine[2, 0], affine[1, 1], affine[0, 2] = spacing_kji_mm
        affine[:3, 3] = origin_lps_mm
        affine[3, 3] = 1
        return cls(shape_kji, affine, frame_of_reference_uid)

    @property
    def spacing_kji_mm(self) -> tuple[float, float, float]:
        """Distance between neighbouring voxel centres along k, j and i."""
        return self._spacing_kji_mm

    @property
    def directions(self) -> FloatArray:
        """3 x 3; columns are the unit vectors of k, j and i in LPS."""
        columns = self.affine_kji_to_lps[:3, :3]
        return np.asarray(columns / np.linalg.norm(columns, axis=0))

    @property
    def voxel_volume_mm3(self) -> float:
        """Volume of one voxel."""
        return float(abs(np.linalg.det(self.affine_kji_to_lps[:3, :3])))

    def to_lps(self, index_kji: ArrayLike) -> FloatArray:
        """Map indices, shape (..., 3) and possibly fractional, to LPS mm, shape (..., 3)."""
        index = np.asarray(index_kji, dtype=np.float64)
        affine = self.affine_kji_to_lps
        return np.asarray(index @ affine[:3, :3].T + affine[:3, 3])

    def to_index(self, position_lps_mm: ArrayLike) -> FloatArray:
        """Map LPS mm, shape (..., 3), to fractional (k, j, i); may lie outside the grid."""
        position = np.asarray(position_lps_mm, dtype=np.float64)
        inverse = self._lps_to_kji
        return np.asarray(position @ inverse[:3, :3].T + inverse[:3, 3])

    def nearest_voxel(self, position_lps_mm: ArrayLike) -> tuple[int, int, int]:
        """The voxel whose centre is nearest to one position, clamped into the grid."""
        index = np.rint(self.to_index(position_lps_mm)).astype(int)
        k, j, i = np.clip(index, 0, np.array(self.shape_kji) - 1)
        return int(k), int(j), int(i)

    def contains(self, position_lps_mm: ArrayLike) -> bool:
        """Whether one position lies within half a voxel of the grid."""
        index = self.to_index(position_lps_mm)
        return bool(np.all(index >= -0.5) and np.all(index <= np.array(self.shape_kji) - 0.5))

    @property
    def center_lps_mm(self) -> FloatArray:
        """The middle of the grid."""
        return self.to_lps((np.array(self.shape_kji) - 1) / 2)

    def same_grid(self, other: VolumeGeometry) -> bool:
        """Whether both grids put every voxel in the same place, to a micrometre."""
        return self.shape_kji == other.shape_kji and np.allclose(
            self.affine_kji_to_lps, other.affine_kji_to_lps, rtol=0, atol=SAME_GRID_TOLERANCE_MM
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, VolumeGeometry):
            return NotImplemented
        return (
            self.shape_kji == other.shape_kji
            and self.frame_of_reference_uid == other.frame_of_reference_uid
            and np.array_equal(self.affine_kji_to_lps, other.affine_kji_to_lps)
        )

    def __hash__(self) -> int:
        return hash((self.shape_kji, self.affine_kji_to_lps.tobytes()))

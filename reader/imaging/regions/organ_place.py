"""Whether an organ is whole in the image, and whether right is right."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.imaging.lungs import LungField
from reader.imaging.regions.ct_regions import BodyRegion, CtProfile

_CUT_CM2: Final = 6.0
_SOLID_HU: Final = (15.0, 170.0)
_THICK_MM: Final = 18.0
_LEAST_MM: Final = 30.0
_LEAST_ML: Final = 40.0
_TIMES: Final = 2.0

Mask = NDArray[np.bool_]


def cut_faces_cm2(mask: Mask, spacing_kji_mm: tuple[float, float, float]) -> tuple[float, ...]:
    """How much of a mask on a (Superior, Posterior, Left) grid lies in each face of the image.

    In cm2: below, above, in front, behind, right, left.
    """
    faces = []
    for axis in range(3):
        area = float(np.prod([s for a, s in enumerate(spacing_kji_mm) if a != axis])) / 100
        faces += [float(np.count_nonzero(mask.take(end, axis=axis))) * area for end in (0, -1)]
    return tuple(faces)


def is_cut(lungs: LungField) -> bool:
    """Whether the edges of the image cut off more of the lungs than a sliver."""
    spacing = lungs.grid.geometry.spacing_kji_mm
    return max(cut_faces_cm2(lungs.labels > 0, spacing)) > _CUT_CM2


def solid_sides_ml(profile: CtProfile) -> tuple[float, float] | None:
    """Thick solid tissue of the abdomen on the right and on the left, in ml.

    Below the lungs that is the liver, which lies on the right, and little else. None where
    too little of the abdomen is in the image.
    """
    from scipy import ndimage

    rows = [k for k, region in enumerate(profile.regions) if region is BodyRegion.ABDOMEN]
    if len(rows) * profile.spacing_kji_mm[0] < _LEAST_MM:
        return None
    hu = profile.hu[rows[0] : rows[-1] + 1]
    columns = np.nonzero((hu > _SOLID_HU[0]).any(axis=(0, 1)))[0]
    if not columns.size:
        return None
    solid = ndimage.binary_opening((hu > _SOLID_HU[0]) & (hu < _SOLID_HU[1]))
    # What the first and last slice cut goes on beyond them.
    depth = ndimage.distance_transform_edt(
        np.pad(solid, ((5, 5), (0, 0), (0, 0)), mode="edge"), sampling=profile.spacing_kji_mm
    )[5:-5]
    middle = round((columns[0] + columns[-1]) / 2)
    voxel_ml = float(np.prod(profile.spacing_kji_mm)) / 1000
    deep = (depth > _THICK_MM).sum(axis=(0, 1)) * voxel_ml
    return float(deep[:middle].sum()), float(deep[middle:].sum())


def looks_mirrored(profile: CtProfile) -> bool:
    """Whether the liver lies on the left: mirrored images, or organs that are mirrored."""
    sides = solid_sides_ml(profile)
    return sides is not None and sides[1] > _LEAST_ML and sides[1] > _TIMES * sides[0]

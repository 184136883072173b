"""What a reader points at: its extent, what to call it, and the finding made of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.codes import LESION, LUNG_NODULE, CodedConcept
from reader.core.errors import NotAllowedError
from reader.core.geometry import IndexBox, Point, VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.segmentation import Segmentation
from reader.core.text import say
from reader.core.volume import Volume
from reader.imaging.components import grown_box, region_of, shifted_box, tight_box
from reader.imaging.grow import grow_from_point
from reader.imaging.measure import Extent as Sizes
from reader.imaging.measure import measure_extent
from reader.session.reviewing.edits import finding_labels

Extent = tuple[IndexBox, NDArray[np.bool_]]

_LUNG_HU: Final = -500
_LUNG_SHARE: Final = 0.3
_SURROUNDINGS_MM: Final = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class MissedFinding:
    """What is at a point, as it was measured: its voxels, its name and code, its sizes."""

    extent: Extent
    name: str
    code: CodedConcept
    sizes: Sizes
    geometry: VolumeGeometry


def measure_missed(volume: Volume, segmentation: Segmentation | None, lps: Point) -> MissedFinding:
    """Grow and measure what is at a point. On any thread; tenths of a second, or seconds.

    Raises: NotAllowedError: the point lies in a finding already.
    """
    box, mask = extent = extent_at(volume, segmentation, lps)
    sizes = measure_extent(mask, box, volume.geometry, volume.voxels)
    return MissedFinding(extent, *kind_at(volume, extent), sizes, volume.geometry)


def extent_at(volume: Volume, segmentation: Segmentation | None, lps: Point) -> Extent:
    """The voxels of the lesion at a point that belong to no finding yet; never empty.

    Raises: NotAllowedError: the point lies in a finding already.
    """
    index = volume.geometry.nearest_voxel(lps)
    taken = finding_labels(segmentation) if segmentation else np.zeros(65536, dtype=bool)
    if segmentation is not None and taken[segmentation.labels[index]]:
        raise NotAllowedError(
            say("There is a finding here already."),
            say("Select it to confirm, edit or reject it."),
        )
    box, mask = grow_from_point(volume, lps)
    if segmentation is not None:
        mask = mask & ~taken[segmentation.labels[region_of(box)]]
    inner = tight_box(mask)
    if inner is None:  # all that was grown belongs to others, but not the voxel clicked
        k, j, i = index
        return ((k, k + 1), (j, j + 1), (i, i + 1)), np.ones((1, 1, 1), dtype=bool)
    return shifted_box(inner, box), mask[region_of(inner)]


def kind_at(volume: Volume, extent: Extent) -> tuple[str, CodedConcept]:
    """What to call it: a lung nodule where lung is around it on CT, else a lesion.

    Name and code are those of a finding; the name is data and written into files.
    """
    box, mask = extent
    if volume.unit is not IntensityUnit.HU:
        return "Lesion", LESION
    margin = round(_SURROUNDINGS_MM / min(volume.geometry.spacing_kji_mm))
    around = grown_box(box, margin, volume.geometry.shape_kji)
    outside = np.ones(tuple(hi - lo for lo, hi in around), dtype=bool)
    k, j, i = (lo - start for (lo, _), (start, _) in zip(box, around, strict=True))
    inner = outside[k : k + mask.shape[0], j : j + mask.shape[1], i : i + mask.shape[2]]
    inner[mask] = False
    values = volume.voxels[region_of(around)].astype(np.float32)
    airy = values[outside] < _LUNG_HU
    in_lung = airy.size > 0 and airy.mean() >= _LUNG_SHARE
    return ("Lung nodule", LUNG_NODULE) if in_lung else ("Lesion", LESION)


def tracking_uid_of(finding_id: str) -> str:
    """A UID that follows a finding through every file. Source: DICOM PS3.5 B.2."""
    return f"2.25.{uuid.uuid5(uuid.NAMESPACE_OID, finding_id).int}"

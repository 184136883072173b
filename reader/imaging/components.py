"""Connected pieces of masks, and where each label of a label map lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import IndexBox

Mask = NDArray[np.bool_]
Connectivity = Literal[6, 18, 26]
Region = tuple[slice, slice, slice]


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """One connected piece: its tight box, the mask inside that box, its voxel count."""

    box: IndexBox
    mask: Mask
    voxel_count: int


def connected_components(
    mask: Mask, connectivity: Connectivity = 26, minimum_voxels: int = 1
) -> tuple[Component, ...]:
    """The pieces of a 3-D mask, largest first, those below `minimum_voxels` left out.

    `connectivity` is 6 (faces), 18 (and edges) or 26 (and corners).
    """
    import cc3d

    labels, count = cc3d.connected_components(mask, connectivity=connectivity, return_N=True)
    if count == 0:
        return ()
    statistics = cc3d.statistics(labels, no_slice_conversion=False)
    sizes = statistics["voxel_counts"]
    components = []
    for label in sorted(range(1, count + 1), key=lambda n: -int(sizes[n])):
        if sizes[label] < minimum_voxels:
            break
        region = statistics["bounding_boxes"][label]
        box = box_of(region)
        components.append(Component(box, labels[region] == label, int(sizes[label])))
    return tuple(components)


def component_at(
    mask: Mask, index_kji: tuple[int, int, int], connectivity: Connectivity = 6
) -> Mask:
    """The connected piece that holds one voxel, as a mask of the same shape; empty outside it."""
    import cc3d

    if not mask[index_kji]:
        return np.zeros_like(mask)
    labels = cc3d.connected_components(mask, connectivity=connectivity)
    return np.asarray(labels == labels[index_kji])


def label_boxes(labels: NDArray[np.uint16]) -> dict[int, IndexBox]:
    """The tight box of every label above 0 that occurs in a label map.

    One pass over the array and no copy: about 0.1 s for a chest CT, so for a worker.
    """
    boxes: dict[int, IndexBox] = {}
    for k, plane in enumerate(labels):
        if not plane.any():
            continue
        for label in np.flatnonzero(np.bincount(plane.ravel())).tolist():
            if label == 0:
                continue
            rows = np.flatnonzero((plane == label).any(axis=1))
            columns = np.flatnonzero((plane == label).any(axis=0))
            found = (
                (k, k + 1),
                (int(rows[0]), int(rows[-1]) + 1),
                (int(columns[0]), int(columns[-1]) + 1),
            )
            boxes[label] = union_box(boxes[label], found) if label in boxes else found
    return boxes


def label_box(labels: NDArray[np.uint16], label: int) -> IndexBox | None:
    """The tight box of one label, None where it does not occur. One pass, no copy."""
    planes = [k for k, plane in enumerate(labels) if (plane == label).any()]
    if not planes:
        return None
    first, stop = planes[0], planes[-1] + 1
    inner = tight_box(labels[first:stop] == label)
    return shifted_box(inner, ((first, stop), (0, 0), (0, 0))) if inner else None


def tight_box(mask: Mask) -> IndexBox | None:
    """The smallest box around the true voxels of a mask; None if there are none."""
    if not mask.any():
        return None
    bounds = []
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        along = np.flatnonzero(mask.any(axis=others))
        bounds.append((int(along[0]), int(along[-1]) + 1))
    return bounds[0], bounds[1], bounds[2]


def union_box(one: IndexBox, other: IndexBox) -> IndexBox:
    """The smallest box that holds both."""
    k, j, i = ((min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(one, other, strict=True))
    return k, j, i


def common_box(one: IndexBox, other: IndexBox) -> IndexBox | None:
    """The voxels in both; None if there are none."""
    k, j, i = ((max(a[0], b[0]), min(a[1], b[1])) for a, b in zip(one, other, strict=True))
    return (k, j, i) if all(lo < hi for lo, hi in (k, j, i)) else None


def grown_box(box: IndexBox, margin: int, shape_kji: tuple[int, int, int]) -> IndexBox:
    """A box with `margin` voxels more on each side, cut at the grid's edge."""
    pairs = zip(box, shape_kji, strict=True)
    k, j, i = ((max(0, lo - margin), min(size, hi + margin)) for (lo, hi), size in pairs)
    return k, j, i


def shifted_box(box: IndexBox, origin: IndexBox) -> IndexBox:
    """A box given inside `origin`, in the coordinates that `origin` is given in."""
    k, j, i = ((lo + o[0], hi + o[0]) for (lo, hi), o in zip(box, origin, strict=True))
    return k, j, i


def box_within(box: IndexBox, origin: IndexBox) -> IndexBox:
    """The reverse of `shifted_box`."""
    k, j, i = ((lo - o[0], hi - o[0]) for (lo, hi), o in zip(box, origin, strict=True))
    return k, j, i


def region_of(box: IndexBox) -> Region:
    """A box as slices, to index an array with."""
    (k0, k1), (j0, j1), (i0, i1) = box
    return slice(k0, k1), slice(j0, j1), slice(i0, i1)


def box_of(region: Region) -> IndexBox:
    """Slices as a box."""
    k, j, i = region
    return (k.start, k.stop), (j.start, j.stop), (i.start, i.stop)

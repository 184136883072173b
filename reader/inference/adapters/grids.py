"""The grid a network was trained on: a volume onto it, what the network says back from it.

Two kinds. An aligned grid (`aligned_grid`) permutes, flips and rescales the source's own
axes, tilt kept, edges shared: exact, and averaged where it gets coarser. A free grid
(`free_grid`) lies anywhere, as FreeSurfer's conformed space does, and is sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from reader.core.errors import InferenceError
from reader.core.geometry import IndexBox, VolumeGeometry
from reader.core.orientation import nearest_world_axes
from reader.core.text import say
from reader.core.volume import Volume
from reader.imaging.resample import WorkingGrid, resized, to_source, to_working

_AXIS_OF_LETTER: Final = {
    "L": (0, 1), "R": (0, -1), "P": (1, 1), "A": (1, -1), "S": (2, 1), "I": (2, -1),
}  # fmt: skip
"""The LPS axis that a letter leads along, and which way."""
_SLAB_VOXELS: Final = 1 << 22
"""How many voxels are sampled at once: their coordinates are 24 bytes each."""


@dataclass(frozen=True, slots=True, eq=False)
class ModelGrid:
    """A network's grid (`geometry`) beside the source's; `aligned` where both share edges."""

    source: VolumeGeometry
    geometry: VolumeGeometry
    aligned: WorkingGrid | None = None

    def from_source(
        self, array_kji: NDArray[np.generic], outside: float = 0.0
    ) -> NDArray[np.float32]:
        """Values of a source array on this grid, float32; `outside` beyond the source."""
        if self.aligned is not None:
            return to_working(array_kji, self.aligned)
        return sampled(array_kji, self.source, self.geometry, outside=outside)

    def values_to_source(self, values: NDArray[np.generic]) -> NDArray[np.float32]:
        """Interpolated values on the source grid; 0 beyond this one."""
        if self.aligned is not None:
            return np.asarray(to_source(values, self.aligned))
        return sampled(values, self.geometry, self.source)

    def labels_to_source(self, labels: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """The nearest label of every source voxel; 0 beyond this grid. Never mixed."""
        return self._nearest(labels, ((0, 0), (0, 0), (0, 0)), self._whole())

    def argmax_to_source(
        self, logits: NDArray[np.floating], *, least: float | None = None
    ) -> NDArray[np.uint16]:
        """Labels on the source grid: logits (classes, k, j, i) are interpolated, then compared.

        So borders are smooth where the source is finer. Class 0 is the background, also
        beyond this grid, or with `least` everything below it, and then the first class
        is 1. Memory: two source grids, however many classes there are.
        """
        shape = self.source.shape_kji
        labels = np.zeros(shape, np.uint16)
        best = np.full(shape, -np.inf if least is None else least, np.float32)
        first = 0 if least is None else 1
        for number, one in enumerate(logits, start=first):
            values = self.values_to_source(one)
            higher = values > best
            np.copyto(best, values, where=higher)
            labels[higher] = number
        if self.aligned is None:
            labels[~self._covered()] = 0
        return labels

    def source_box(self, box: IndexBox) -> IndexBox:
        """The source voxels that a half-open box of this grid's voxels covers."""
        if self.aligned is not None:
            return self.aligned.source_box(box)
        corners = np.array(list(product(*((lo - 0.5, hi - 0.5) for lo, hi in box))))
        at = self.source.to_index(self.geometry.to_lps(corners))
        low = np.ceil(at.min(axis=0) - 1e-6).astype(int)
        high = np.floor(at.max(axis=0) + 1e-6).astype(int) + 1
        shape = self.source.shape_kji
        k, j, i = (
            (min(max(0, int(a)), n), min(max(int(a), int(b), 0), n))
            for a, b, n in zip(low, high, shape, strict=True)
        )
        return k, j, i

    def preview(
        self, labels: NDArray[np.uint16], box: IndexBox
    ) -> tuple[IndexBox, NDArray[np.uint16]]:
        """The source box of a box of this grid, and the labels (of the box) that lie there."""
        region = self.source_box(box)
        return region, self._nearest(labels, box, region)

    def place_of(self, place_lps_mm: Sequence[float] | None) -> tuple[float, float, float] | None:
        """A place in the patient as a fractional index of this grid."""
        if place_lps_mm is None:
            return None
        k, j, i = (float(x) for x in self.geometry.to_index(place_lps_mm))
        return k, j, i

    def _nearest(
        self, labels: NDArray[np.uint16], box: IndexBox, region: IndexBox
    ) -> NDArray[np.uint16]:
        """`labels` begin at the first corner of `box`."""
        step, origin = _between(self.source, self.geometry)
        origin = origin - [lo for lo, _ in box]
        first = np.array([lo for lo, _ in region], float)
        shape = tuple(hi - lo for lo, hi in region)
        return _affine(labels, step, origin + step @ first, shape, order=0, outside=0)

    def _whole(self) -> IndexBox:
        k, j, i = ((0, n) for n in self.source.shape_kji)
        return k, j, i

    def _covered(self) -> NDArray[np.bool_]:
        ones = np.ones(self.geometry.shape_kji, np.uint8)
        step, origin = _between(self.source, self.geometry)
        return np.asarray(_affine(ones, step, origin, self.source.shape_kji, 0, 0) > 0)


def aligned_grid(
    source: VolumeGeometry,
    axes: str = "SPL",
    spacing_mm: Sequence[float | None] | None = None,
    multiple: int = 1,
) -> ModelGrid:
    """A grid with the source's axes in another order, direction and spacing.

    Args:
        source: the series' grid.
        axes: where the three array axes lead, such as "SPL" (to Superior, Posterior, Left)
            or "RAS"; the source's nearest axes are taken.
        spacing_mm: per axis of the new grid; None keeps the source's. Met as nearly as
            whole voxels over the same edges allow.
        multiple: the shape is divisible by it.
    """
    wanted = [_AXIS_OF_LETTER[letter] for letter in axes.upper()]
    world_of_array = nearest_world_axes(source)
    affine, corner = np.eye(4), np.full(3, -0.5)
    shape, order, flipped = [], [], []
    for axis, (world, sign) in enumerate(wanted):
        source_axis = world_of_array.index(world)
        column = source.affine_kji_to_lps[:3, source_axis]
        n_source = source.shape_kji[source_axis]
        spacing = None if spacing_mm is None else spacing_mm[axis]
        n_new = n_source
        if spacing is not None or multiple > 1:
            step = spacing or source.spacing_kji_mm[source_axis]
            extent = n_source * source.spacing_kji_mm[source_axis]
            n_new = multiple * max(1, round(extent / (step * multiple)))
        backward = bool(column[world] * sign < 0)
        if backward:
            corner[source_axis] = n_source - 0.5
        affine[:3, axis] = column * (n_source / n_new) * (-1 if backward else 1)
        shape.append(n_new)
        order.append(source_axis)
        flipped.append(backward)
    affine[:3, 3] = source.to_lps(corner) + affine[:3, :3].sum(axis=1) / 2
    geometry = VolumeGeometry((shape[0], shape[1], shape[2]), affine, source.frame_of_reference_uid)
    working = WorkingGrid(
        source,
        geometry,
        (order[0], order[1], order[2]),
        (flipped[0], flipped[1], flipped[2]),
    )
    return ModelGrid(source, geometry, working)


def free_grid(
    source: VolumeGeometry, shape: Sequence[int], spacing_mm: float, axes: str
) -> ModelGrid:
    """A grid of fixed shape, upright in the patient, with its middle where the source's is.

    `axes` is as for `aligned_grid`. Tilt is taken out, and what does not fit is cut off.
    """
    affine = np.eye(4)
    affine[:3, :3] = 0
    for axis, letter in enumerate(axes.upper()):
        world, sign = _AXIS_OF_LETTER[letter]
        affine[world, axis] = sign * spacing_mm
    middle = (np.array(shape, float) - 1) / 2
    affine[:3, 3] = source.center_lps_mm - affine[:3, :3] @ middle
    k, j, i = (int(n) for n in shape)
    return ModelGrid(source, VolumeGeometry((k, j, i), affine, source.frame_of_reference_uid))


def channels_on(
    grid: ModelGrid, volume: Volume, more: Sequence[Volume] = (), outside: float = 0.0
) -> NDArray[np.float32]:
    """All channels of a model on its grid, shape (channels, k, j, i).

    Raises: InferenceError: a channel is a colour picture, or lies in another frame.
    """
    frame = volume.geometry.frame_of_reference_uid
    channels = []
    for one in (volume, *more):
        if one.is_color:
            raise InferenceError(
                say("This series is in colour, which the model cannot read."),
                say("Choose a grey-scale series."),
            )
        other = one.geometry.frame_of_reference_uid
        if frame and other and frame != other:
            raise InferenceError(
                say("The series for this model do not share a frame of reference."),
                say("Choose series of one examination, taken without moving the patient."),
            )
        if one.geometry.same_grid(volume.geometry):
            channels.append(grid.from_source(one.voxels, outside))
        else:
            channels.append(sampled(one.voxels, one.geometry, grid.geometry, outside=outside))
    return np.stack(channels)


def sampled(
    array_kji: NDArray[np.generic],
    of: VolumeGeometry,
    at: VolumeGeometry,
    *,
    outside: float = 0.0,
) -> NDArray[np.float32]:
    """Trilinear values of an array, which lies on the grid `of`, at every voxel of `at`.

    Where `at` is much coarser, the array is averaged to about its spacing first.
    """
    coarser = np.abs(np.linalg.inv(of.affine_kji_to_lps) @ at.affine_kji_to_lps)[:3, :3]
    factor = np.maximum(1.0, coarser.max(axis=1))
    if factor.max() >= 2.0:
        less = np.maximum(1, np.rint(np.array(of.shape_kji) / factor)).astype(int)
        array_kji = resized(array_kji, (int(less[0]), int(less[1]), int(less[2])))
        of = _rescaled(of, array_kji.shape)
    step, origin = _between(at, of)
    source = np.ascontiguousarray(array_kji, np.float32)
    return _affine(source, step, origin, at.shape_kji, order=1, outside=outside)


def _rescaled(geometry: VolumeGeometry, shape: Sequence[int]) -> VolumeGeometry:
    """The same edges in another number of voxels."""
    scale = np.array(geometry.shape_kji) / np.array(shape)
    affine = geometry.affine_kji_to_lps.copy()
    affine[:3, :3] = affine[:3, :3] * scale
    affine[:3, 3] = geometry.to_lps((scale - 1) / 2)
    return VolumeGeometry((shape[0], shape[1], shape[2]), affine, geometry.frame_of_reference_uid)


def _between(
    start: VolumeGeometry, end: VolumeGeometry
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """From indices of one grid to indices of another: index_end = step @ index_start + origin."""
    both = np.linalg.inv(end.affine_kji_to_lps) @ start.affine_kji_to_lps
    return both[:3, :3], both[:3, 3]


def _affine(
    array: NDArray[Any],
    step: NDArray[np.float64],
    origin: NDArray[np.float64],
    shape: Sequence[int],
    order: Literal[0, 1],
    outside: float,
) -> NDArray[Any]:
    """Sample in slabs of the output; the edge's value holds for half a voxel beyond it."""
    from scipy import ndimage

    out: NDArray[Any] = np.empty(shape, array.dtype)
    if min(shape) == 0:
        return out
    last_index = np.array(array.shape) - 1.0
    rows = max(1, _SLAB_VOXELS // (shape[1] * shape[2]))
    for first in range(0, shape[0], rows):
        slab = out[first : first + rows]
        begin = origin + step[:, 0] * first
        slab[...] = ndimage.affine_transform(
            array, step, begin, slab.shape, order=order, mode="nearest"
        )
        slab[~_inside(step, begin, slab.shape, last_index)] = outside
    return out


def _inside(
    step: NDArray[np.float64],
    origin: NDArray[np.float64],
    shape: Sequence[int],
    last_index: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Which voxels of a slab lie within half a voxel of the array they are sampled from."""
    k, j, i = (np.arange(n, dtype=np.float32) for n in shape)
    inside = np.ones(shape, np.bool_)
    for axis in range(3):
        a, b, c = (np.float32(x) for x in step[axis])
        at = (k * a)[:, None, None] + (j * b)[None, :, None] + (i * c)[None, None, :]
        low, high = -0.501 - origin[axis], last_index[axis] + 0.501 - origin[axis]
        inside &= (at >= np.float32(low)) & (at <= np.float32(high))
    return inside

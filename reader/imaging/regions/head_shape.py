"""Whether an MR shows a head: by size and outline, whatever the contrast.

A head, or a brain without its skull, is one compact thing of a known size with air around
it. A trunk or a limb reaches the edges of the field of view, or is too large or too thin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.volume import Volume
from reader.imaging.resample import to_working, working_grid

SPACING_MM: Final = 4.0

_BRIGHT_SHARE: Final = 0.12
_WIDTH_MM: Final = (100.0, 200.0)
_DEPTH_MM: Final = (125.0, 250.0)
_HEIGHT_MM: Final = 330.0
_FULL_OUTLINE: Final = 0.60
_CUT_SHARE: Final = 0.25
_LEAST_SLICES: Final = 3

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Outline:
    """The thing in the middle of an MR: its size, how full its frame, whether edges cut it.

    `fullness` is the area of its largest axial slice over that of the rectangle around it
    (an ellipse: 0.79). `cut_sides`: it reaches both sides, or the front and the back.
    """

    width_mm: float
    depth_mm: float
    height_mm: float
    fullness: float
    cut_sides: bool
    cut_top: bool

    @property
    def is_head(self) -> bool:
        """Whether it can be a head or a brain."""
        return (
            _WIDTH_MM[0] <= self.width_mm <= _WIDTH_MM[1]
            and _DEPTH_MM[0] <= self.depth_mm <= _DEPTH_MM[1]
            and self.height_mm <= _HEIGHT_MM
            and self.fullness >= _FULL_OUTLINE
            and not self.cut_sides
        )


def outline_of(volume: Volume) -> Outline | None:
    """The outline of what an MR shows; None where there is too little to tell.

    Tenths of a second: for a worker.
    """
    grid = working_grid(volume.geometry, SPACING_MM)
    values = to_working(volume.voxels, grid)
    spacing = grid.geometry.spacing_kji_mm
    thing = _foreground(values)
    areas = thing.sum(axis=(1, 2))
    if np.count_nonzero(areas) < _LEAST_SLICES:
        return None
    k = int(areas.argmax())
    rows, columns = (np.nonzero(thing[k].any(axis=axis))[0] for axis in (1, 0))
    depth, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    return Outline(
        width_mm=float(width * spacing[2]),
        depth_mm=float(depth * spacing[1]),
        height_mm=float((np.ptp(np.nonzero(areas)[0]) + 1) * spacing[0]),
        fullness=float(areas[k] / (depth * width)),
        cut_sides=_touches_both(thing, 2) or _touches_both(thing, 1),
        cut_top=bool(areas[-1] > _CUT_SHARE * areas.max()),
    )


def _foreground(values: NDArray[np.float32]) -> Mask:
    """The largest bright thing, closed and filled slice by slice."""
    import cc3d
    from scipy import ndimage

    top = float(np.percentile(values, 99))
    bright = ndimage.binary_closing(np.pad(values > _BRIGHT_SHARE * top, 3), iterations=2)
    filled = np.stack([ndimage.binary_fill_holes(plane) for plane in bright])[3:-3, 3:-3, 3:-3]
    pieces = cc3d.connected_components(ndimage.binary_opening(filled), connectivity=6)
    sizes = np.bincount(pieces.ravel())
    if len(sizes) < 2 or top <= 0:
        return np.zeros(values.shape, bool)
    sizes[0] = 0
    return np.asarray(pieces == sizes.argmax())


def _touches_both(thing: Mask, axis: int) -> bool:
    """Whether the thing lies along both ends of an axis, in a quarter of the slices it is in.

    An eighth of an end counts: a head that just touches it does so with less.
    """
    slices = int(np.count_nonzero(thing.any(axis=(1, 2))))
    touched = []
    for end in (0, -1):
        face = np.asarray(thing.take(end, axis=axis))
        along = np.count_nonzero(face, axis=1)
        touched.append(int(np.count_nonzero(along > thing.shape[3 - axis] // 8)))
    return min(touched) > _CUT_SHARE * slices

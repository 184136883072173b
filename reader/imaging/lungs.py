"""The lungs of a chest CT from its Hounsfield values alone: fast, no model.

Works on a patient-aligned 3 mm grid: smoothed air below -400 HU inside the body, without
windpipe and bowel gas, split into left and right, closed over vessels and nodules.
Fails where lung is filled (consolidation, effusion) and on severe emphysema cut off by a
tight field of view.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import IndexBox
from reader.core.volume import Volume
from reader.imaging.resample import WorkingGrid, to_source, to_working, working_grid

LEFT_LUNG_LABEL: Final = 1
RIGHT_LUNG_LABEL: Final = 2
WORKING_SPACING_MM: Final = 3.0

_AIRY_HU: Final = -400.0
_OPEN_AIR_HU: Final = -940.0
_CLOSING_MM: Final = 8.0
_SMALLEST_LUNG_ML: Final = 10.0
_WINDPIPE_RADIUS_MM: Final = 12.0
_CENTRAL_MM: Final = 40.0
_AIRWAY_HU: Final = -900.0
_GAS_HU: Final = -935.0
_GAS_LIMIT_ML: Final = 800.0
_FULL_SHARE: Final = 200

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class LungField:
    """Left and right lung as a uint8 label map on `grid.geometry`, and the body there."""

    labels: NDArray[np.uint8]
    grid: WorkingGrid
    body: Mask

    @property
    def volume_ml(self) -> float:
        """Both lungs together."""
        return float(np.count_nonzero(self.labels)) * self.grid.geometry.voxel_volume_mm3 / 1000

    def on_source(self) -> NDArray[np.uint8]:
        """The label map on the volume's own grid, with smooth edges."""
        return labels_on_source(self.labels, self.grid)


def find_lungs(volume: Volume) -> LungField:
    """Find the lungs of a CT in HU; the label map is empty when there are none."""
    grid = working_grid(volume.geometry, WORKING_SPACING_MM)
    labels, body = _lung_labels(to_working(volume.voxels, grid), grid)
    return LungField(labels, grid, body)


def _lung_labels(hu: NDArray[np.float32], grid: WorkingGrid) -> tuple[NDArray[np.uint8], Mask]:
    """The steps on a working grid of about 3 mm: labels and body."""
    from scipy import ndimage

    smooth = ndimage.gaussian_filter(np.clip(hu, -1024, 600), 0.7)
    body = _body_mask(smooth)
    air = (smooth < _AIRY_HU) & body
    voxel_ml = grid.geometry.voxel_volume_mm3 / 1000
    midline = middle_column(body)
    air &= ~_windpipe(air, smooth, midline, grid)
    labels = split_left_right(_lung_pieces(air, smooth, voxel_ml), midline)
    return _closed(labels, body, grid), body


def labels_on_source(labels: NDArray[np.uint8], grid: WorkingGrid) -> NDArray[np.uint8]:
    """Bring a lung label map to the source grid; edges are interpolated, not blocky."""
    full = np.uint8(_FULL_SHARE)
    both = to_source((labels > 0) * full, grid, np.uint8)
    left = to_source((labels == LEFT_LUNG_LABEL) * full, grid, np.uint8)
    # Slice by slice: one pass over a whole CT would hold the interpreter for a frame or two.
    for plane, left_plane in zip(both, left, strict=True):
        sides = np.where(left_plane > plane // 2, LEFT_LUNG_LABEL, RIGHT_LUNG_LABEL)
        plane[:] = np.where(plane < _FULL_SHARE // 2, 0, sides)
    return np.asarray(both, np.uint8)


def _body_mask(smooth: NDArray[np.float32]) -> Mask:
    """Tissue and what it encloses slice by slice; where a crop cuts the body, its edge too."""
    import cc3d
    from scipy import ndimage

    tissue = ndimage.binary_opening(smooth > _AIRY_HU, iterations=2)
    pieces = cc3d.connected_components(tissue, connectivity=6)
    sizes = np.bincount(pieces.ravel())
    if len(sizes) < 2:
        return np.zeros(smooth.shape, bool)
    # In a crop the mediastinum and the chest wall may not touch: keep every large piece.
    sizes[0] = 0
    keep = sizes > 0.1 * sizes.max()
    tissue = keep[pieces]
    body = np.zeros(smooth.shape, bool)
    for k in range(smooth.shape[0]):
        open_air = ndimage.binary_dilation(smooth[k] < _OPEN_AIR_HU, iterations=3)
        # A second ring of air lets the flood reach the edge wherever it is open.
        cut = np.pad(~np.pad(open_air, 1, mode="edge"), 1)
        cut[2:-2, 2:-2] = tissue[k]
        body[k] = ndimage.binary_fill_holes(cut)[2:-2, 2:-2]
    return body


def _windpipe(air: Mask, smooth: NDArray[np.float32], midline: float, grid: WorkingGrid) -> Mask:
    """Dark air near the middle that no 12 mm ball fits into or near: windpipe, main bronchi."""
    import cc3d
    from scipy import ndimage

    spacing = grid.geometry.spacing_kji_mm
    depth = ndimage.distance_transform_edt(np.pad(air, 4, mode="edge"), sampling=spacing)
    wide = depth[4:-4, 4:-4, 4:-4] > _WINDPIPE_RADIUS_MM
    if not wide.any():
        return np.zeros(air.shape, bool)
    far = ndimage.distance_transform_edt(~wide, sampling=spacing) > 1.5 * _WINDPIPE_RADIUS_MM
    columns = np.arange(air.shape[2])
    central = np.abs(columns - midline) * spacing[2] < _CENTRAL_MM
    pieces = cc3d.connected_components(air & far & central, connectivity=6)
    darkest = ndimage.minimum(smooth, pieces, np.arange(pieces.max() + 1))
    is_airway = np.asarray(darkest) < _AIRWAY_HU
    is_airway[0] = False
    return np.asarray(is_airway[pieces], bool)


def _lung_pieces(air: Mask, smooth: NDArray[np.float32], voxel_ml: float) -> Mask:
    """The large airy pieces that are lung: gas of the bowel and small pockets left out."""
    import cc3d
    from scipy import ndimage

    core = ndimage.binary_erosion(air, iterations=1, border_value=1)
    pieces = cc3d.connected_components(core, connectivity=6)
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    keep = np.zeros(len(sizes), bool)
    for label in np.argsort(-sizes)[:8]:
        volume_ml = sizes[label] * voxel_ml
        darkest = np.percentile(smooth[pieces == label], 10) if volume_ml else 0.0
        is_gas = darkest < _GAS_HU and volume_ml < _GAS_LIMIT_ML
        keep[label] = volume_ml > _SMALLEST_LUNG_ML and not is_gas
    grown = ndimage.binary_dilation(keep[pieces], iterations=2)
    return np.asarray(grown & air, bool)


def middle_column(body: Mask) -> float:
    """Where along the last axis the middle of the body lies."""
    columns = np.nonzero(body.any(axis=(0, 1)))[0]
    return float(columns.mean()) if columns.size else body.shape[2] / 2


def split_left_right(lungs: Mask, midline: float) -> NDArray[np.uint8]:
    """Tell the lungs apart, also where they touch in front of the heart.

    The working grid's last axis runs to the patient's left.
    """
    import cc3d
    from scipy import ndimage

    labels = np.zeros(lungs.shape, np.uint8)
    if not lungs.any():
        return labels
    depth = ndimage.distance_transform_edt(lungs)
    for level in range(7):
        pieces = cc3d.connected_components(depth > level, connectivity=6)
        seeds = _sided_seeds(pieces, midline)
        if seeds is not None:
            break
    else:
        seeds = np.zeros(lungs.shape, np.uint8)
        middle = round(midline)
        seeds[..., :middle][lungs[..., :middle]] = RIGHT_LUNG_LABEL
        seeds[..., middle:][lungs[..., middle:]] = LEFT_LUNG_LABEL
    nearest = ndimage.distance_transform_edt(
        seeds == 0, return_distances=False, return_indices=True
    )
    labels[lungs] = seeds[tuple(nearest)][lungs]
    return labels


def _sided_seeds(pieces: NDArray[np.integer], midline: float) -> NDArray[np.uint8] | None:
    """Label every sizeable piece by its side; None while one of them lies across the middle."""
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    if not sizes.any():
        return None
    seeds = np.zeros(pieces.shape, np.uint8)
    for label in np.nonzero(sizes > 0.03 * sizes.max())[0]:
        piece = pieces == label
        to_left = np.nonzero(piece)[2] > midline
        share_left = float(to_left.mean())
        if 0.2 < share_left < 0.8:
            return None
        seeds[piece] = LEFT_LUNG_LABEL if share_left > 0.5 else RIGHT_LUNG_LABEL
    return seeds


def _closed(labels: NDArray[np.uint8], body: Mask, grid: WorkingGrid) -> NDArray[np.uint8]:
    """Close each lung over vessels and nodules up to the closing radius."""
    from scipy import ndimage

    spacing = grid.geometry.spacing_kji_mm
    out = np.zeros_like(labels)
    for label in (LEFT_LUNG_LABEL, RIGHT_LUNG_LABEL):
        lung = labels == label
        if not lung.any():
            continue
        box = _padded_box(lung, 4)
        # Beyond the edge of the scan counts as lung-free when growing, as lung when shrinking.
        grown = ndimage.distance_transform_edt(~lung[box], sampling=spacing) <= _CLOSING_MM
        closed = (
            ndimage.distance_transform_edt(np.pad(grown, 4, mode="edge"), sampling=spacing)[
                4:-4, 4:-4, 4:-4
            ]
            > _CLOSING_MM
        )
        closed = (closed | lung[box]) & body[box]
        for plane in closed:
            plane[:] = ndimage.binary_fill_holes(plane)
        target = out[box]
        target[closed & (target == 0) & ((labels[box] == 0) | lung[box])] = label
    return out


def _padded_box(mask: Mask, margin: int) -> tuple[slice, slice, slice]:
    """Slices around a mask, clipped to the array."""
    ranges: list[slice] = []
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        used = np.nonzero(mask.any(axis=others))[0]
        ranges.append(slice(max(0, int(used[0]) - margin), int(used[-1]) + margin + 1))
    return ranges[0], ranges[1], ranges[2]


def box_of(mask: Mask, margin: int = 0) -> IndexBox:
    """The half-open box around a mask that is not empty, `margin` voxels wider."""
    k, j, i = _padded_box(mask, margin)
    shape = mask.shape
    return (
        (k.start, min(k.stop, shape[0])),
        (j.start, min(j.stop, shape[1])),
        (i.start, min(i.stop, shape[2])),
    )

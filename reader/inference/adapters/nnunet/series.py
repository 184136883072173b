"""A request's series as the arrays nnU-Net's image readers would have made of them.

SimpleITK's and nibabel's arrays are (z, y, x) as the images lie in their files, which is how
volumes lie here too: DICOM slices along the normal, files as stored. Readers that reorient
turn them to (to Superior, to Anterior, to Right).

Source: nnunetv2 2.8.1, imageio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.errors import InferenceError
from reader.core.geometry import IndexBox, VolumeGeometry
from reader.core.model import InferenceRequest
from reader.core.text import Text, say
from reader.core.volume import Volume
from reader.imaging.resample import WorkingGrid
from reader.inference.adapters.grids import aligned_grid, sampled

_TURNED: Final = "SAR"
_FLAT_SPACING: Final = 999.0
"""Times the larger pixel spacing: what nnU-Net takes as the slice spacing of a flat image."""

Spacing = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class ReaderArray:
    """The channels (c, z, y, x), their spacing in the same order and their grid."""

    channels: NDArray[np.float32]
    spacing: Spacing
    geometry: VolumeGeometry
    turned: WorkingGrid | None

    def to_source(self, labels: NDArray[Any]) -> NDArray[Any]:
        """An array (z, y, x) with the axes of the source."""
        if self.turned is None:
            return labels
        flips = tuple(slice(None, None, -1 if f else 1) for f in self.turned.flipped)
        back = np.argsort(self.turned.source_axis)
        return np.ascontiguousarray(np.transpose(labels[flips], back))


def read_series(request: InferenceRequest, reader: str, *, turned: bool) -> ReaderArray:
    """The request's channels; `turned` as a reader that reorients does, whatever `reader`.

    Raises: InferenceError: channels are missing, in colour, or not of one place.
    """
    volumes = (request.volume, *request.more_channels)
    _check(request, volumes)
    geometry = request.volume.geometry
    channels = np.stack([_on_grid(volume, geometry) for volume in volumes])
    grid = None
    if turned or reader.endswith("WithReorient"):
        model_grid = aligned_grid(geometry, _TURNED)
        grid, geometry = model_grid.aligned, model_grid.geometry
    if grid is not None:
        channels = channels.transpose(0, *(axis + 1 for axis in grid.source_axis))
        flips = tuple(slice(None, None, -1 if f else 1) for f in grid.flipped)
        channels = np.ascontiguousarray(channels[(slice(None), *flips)])
    return ReaderArray(channels, _spacing(geometry), geometry, grid)


def resampled_note(request: InferenceRequest) -> tuple[Text, ...]:
    """What to say where a channel was not on the first one's grid."""
    first = request.volume.geometry
    if all(volume.geometry.same_grid(first) for volume in request.more_channels):
        return ()
    return (say("Series on other grids were resampled to the first one's."),)


def _check(request: InferenceRequest, volumes: Sequence[Volume]) -> None:
    wanted = len(request.spec.channels)
    if len(volumes) != wanted:
        raise InferenceError(
            say("This model needs {count} series: {names}.", count=wanted,
                names=", ".join(request.spec.channels)),
            say("Choose a series for each of them."),
        )  # fmt: skip
    if any(volume.is_color for volume in volumes):
        raise InferenceError(
            say("This series is in colour, which the model cannot read."),
            say("Choose a grey-scale series."),
        )
    frames = {volume.geometry.frame_of_reference_uid for volume in volumes} - {None}
    if len(frames) > 1:
        raise InferenceError(
            say("The series for this model do not share a frame of reference."),
            say("Choose series of one examination, taken without moving the patient."),
        )


def _on_grid(volume: Volume, geometry: VolumeGeometry) -> NDArray[np.float32]:
    if volume.geometry.same_grid(geometry):
        return np.asarray(volume.voxels, np.float32)
    return sampled(volume.voxels, volume.geometry, geometry)


def _spacing(geometry: VolumeGeometry) -> Spacing:
    # The norm of a tilted column differs from what the header said in the last digits.
    k, j, i = (round(mm, 9) for mm in geometry.spacing_kji_mm)
    return (max(j, i) * _FLAT_SPACING, j, i) if geometry.shape_kji[0] == 1 else (k, j, i)


def rescaled(geometry: VolumeGeometry, shape: Sequence[int], *, corners: bool) -> VolumeGeometry:
    """The same place in another number of voxels: outer edges kept, or corner voxels' middles."""
    affine = geometry.affine_kji_to_lps.copy()
    old = np.array(geometry.shape_kji, float)
    new = np.array(shape, float)
    scale = (old - 1).clip(min=1e-3) / (new - 1).clip(min=1) if corners else old / new
    shift = np.zeros(3) if corners else (scale - 1) / 2
    affine[:3, 3] = geometry.to_lps(shift)
    affine[:3, :3] *= scale
    return VolumeGeometry(
        (int(shape[0]), int(shape[1]), int(shape[2])), affine, geometry.frame_of_reference_uid
    )


def turned_and_cut(
    geometry: VolumeGeometry, transpose: Sequence[int], box: IndexBox
) -> VolumeGeometry:
    """The grid of a box, given in the exchanged axes, of a grid whose axes were exchanged."""
    affine = geometry.affine_kji_to_lps.copy()
    affine[:3, :3] = geometry.affine_kji_to_lps[:3, list(transpose)]
    first = np.array([low for low, _ in box], float)
    affine[:3, 3] = affine[:3, :3] @ first + affine[:3, 3]
    k, j, i = (high - low for low, high in box)
    return VolumeGeometry((k, j, i), affine, geometry.frame_of_reference_uid)

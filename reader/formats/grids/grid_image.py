"""What the header of a NIfTI, NRRD or MetaImage file says, and the series that makes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import UnreadableError
from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.series_kind import PhaseAxis, PhasePlace, SeriesKind, SpacingSource
from reader.core.study import GeometryWarning, InstanceRef, Series, WarningCode
from reader.core.text import say
from reader.core.volume import Volume
from reader.formats.content_uid import content_uid, derived_uid
from reader.formats.grids.stored_voxels import (
    Meaning,
    StoredVoxels,
    check_present,
    read_stored,
    sample_start,
    sample_throughout,
)

MOST_VOLUMES: Final = 4096
"""Of one file; the longest functional studies have about half as many."""
FARTHEST_MM: Final = 1e9
"""No grid reaches farther; beyond, squares and products lose their meaning."""
_SHEAR: Final = 1e-3
"""Cosine between grid axes above which a grid counts as sheared."""
_PEEK_BYTES: Final = (1 << 20, 8 << 20)
_AIR_HU: Final = (-1100, -850)
_ABOVE_CT_HU: Final = 33_000


@dataclass(frozen=True, slots=True)
class GridImage:
    """One file's volumes, all on one grid: where they are and where their voxels lie.

    `stored` is the first volume; `volume` gives the others. `labels` set them apart ("t 3").
    """

    format: str
    path: Path
    geometry: VolumeGeometry
    stored: StoredVoxels
    warnings: tuple[GeometryWarning, ...] = ()
    measurable: bool = True
    count: int = 1
    axis: PhaseAxis = PhaseAxis.OTHER
    labels: tuple[str, ...] = ()
    flat: bool = False
    """One picture without a place in space: no volume."""

    def volume(self, index: int) -> StoredVoxels:
        """Where the voxels of one volume lie."""
        if self.stored.pick is not None:
            return replace(self.stored, pick=(self.stored.pick[0], index))
        size = self.stored.end - self.stored.offset
        return replace(self.stored, offset=self.stored.offset + index * size)

    @property
    def data_path(self) -> Path:
        """The file that holds the voxels: the same, or one beside it."""
        return self.stored.path


def series_of(image: GridImage) -> tuple[Series, ...]:
    """The series a file makes: one, or one for each of its volumes.

    These formats do not state a modality. A file whose values can only be CT numbers (air
    near -1000, and soft tissue) is called CT with HU as its unit, anything else OT.

    Raises: UnreadableError: the voxels are not all there. OSError.
    """
    check_present(image.stored, image.volume(image.count - 1).end)
    is_ct = image.stored.meaning is Meaning.NUMBER and _is_ct(image.stored)
    uid = _uid(image)
    warnings = image.warnings
    if image.stored.meaning is Meaning.COMPLEX:
        warnings = (*warnings, _magnitude())
    first = Series(
        series_uid=uid,
        modality="CT" if is_ct else "OT",
        description=stem(image.path),
        number=None,
        geometry=image.geometry,
        instances=(InstanceRef(image.path, "", uid),),
        unit=IntensityUnit.HU if is_ct else IntensityUnit.ARBITRARY,
        warnings=warnings,
        measurable=image.measurable and not image.flat,
        format=image.format,
        kind=SeriesKind.IMAGES if image.flat else SeriesKind.VOLUME,
        is_color=image.stored.meaning is Meaning.COLOR,
        spacing_source=_spacing_source(image),
    )
    if image.count == 1:
        return (first,)
    return tuple(
        replace(
            first,
            part=index,
            instances=(InstanceRef(image.path, "", uid, frame=index),),
            phase=PhasePlace(uid, index, image.count, image.axis, image.labels[index]),
        )
        for index in range(image.count)
    )


def read_image(
    series: Series,
    image: GridImage,
    report: ReportProgress,
    cancel: CancelToken,
    *,
    first_k: int | None = None,
    on_first: Callable[[Volume], None] | None = None,
) -> Volume:
    """Read the voxels of one of `series_of(image)`; see `series_reader.read_series`.

    Raises: UnreadableError: damaged, or no longer the file it was. Cancelled. OSError.
    """
    index = series.instances[0].frame
    if image.geometry != series.geometry or index >= image.count:
        raise UnreadableError(
            say("The file has changed since the folder was looked through."),
            say("Open the folder again."),
        )
    stored = image.volume(index)
    check_present(stored, stored.end)
    return read_stored(series, stored, report, cancel, first_k=first_k, on_first=on_first)


def grid_warnings(columns: FloatArray) -> tuple[list[GeometryWarning], bool]:
    """What is odd about a grid with these three axes as columns, and whether it measures."""
    with np.errstate(all="ignore"):
        unit = columns / np.linalg.norm(columns, axis=0)
    if not np.abs(unit.T @ unit - np.eye(3)).max() <= _SHEAR:
        text = say("The grid's axes are not at right angles. Measuring is off.")
        return [GeometryWarning(WarningCode.SHEARED, text)], False
    return [], True


def no_spacing() -> GeometryWarning:
    """What is said where voxel sizes are not stated."""
    text = say("The header does not say how large a voxel is. Measuring is off.")
    return GeometryWarning(WarningCode.NO_SPACING, text)


def no_orientation() -> GeometryWarning:
    """What is said where nothing ties the grid to the patient."""
    text = say("The header does not say how the patient lies: left and right may be swapped.")
    return GeometryWarning(WarningCode.NO_POSITION, text)


def single_slice() -> GeometryWarning:
    """What is said of a file that holds one picture."""
    text = say("The file holds a single image: it is no volume.")
    return GeometryWarning(WarningCode.SINGLE_SLICE, text)


def stem(path: Path) -> str:
    """The file's name without its ending."""
    name = path.name
    for ending in (".nii.gz", ".seg.nrrd", ".seg.nhdr"):
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return path.stem


def file_beside(header: Path, name: str) -> Path | None:
    """The file of that name in the header's own folder or below; None if it is elsewhere.

    Links that lead out of the folder count as elsewhere.
    """
    if not name or "\0" in name or len(name) > 1024:
        return None
    folder = header.parent.resolve()
    found = (folder / name.replace("\\", "/")).resolve()
    return found if found.is_relative_to(folder) and found != folder else None


def shape_and_affine(
    sizes: tuple[int, ...], columns: FloatArray, origin: FloatArray
) -> VolumeGeometry:
    """The grid of (i, j, k) sizes, the axes' steps as columns (i, j, k) and an origin, in LPS mm.

    Raises: ValueError: no such grid can exist.
    """
    affine = np.eye(4)
    affine[:3, :3] = columns[:, ::-1]
    affine[:3, 3] = origin
    if not (np.abs(affine) < FARTHEST_MM).all():
        raise ValueError("The axes and the origin must be finite.")
    return VolumeGeometry((sizes[2], sizes[1], sizes[0]), affine)


def check_size(counts: tuple[int, ...]) -> bool:
    """Whether sizes are ones that an array can have at all, so that products stay exact."""
    return all(count > 0 for count in counts) and math.prod(counts) < 1 << 48


def _spacing_source(image: GridImage) -> SpacingSource:
    stated = all(warning.code is not WarningCode.NO_SPACING for warning in image.warnings)
    return SpacingSource.PATIENT if stated else SpacingSource.NONE


def _uid(image: GridImage) -> str:
    """A UID that follows from the content, of both files where there are two."""
    uid = content_uid(image.format, image.path)
    if image.data_path == image.path:
        return uid
    return derived_uid(uid, content_uid(image.format, image.data_path))


def _magnitude() -> GeometryWarning:
    text = say("The file holds complex numbers; their magnitude is shown.")
    return GeometryWarning(WarningCode.COMPLEX, text)


def _is_ct(stored: StoredVoxels) -> bool:
    if stored.dtype.kind == "u" and stored.slope > 0 and stored.intercept > _AIR_HU[1]:
        return False
    # Most CTs show what they are at once; only what may begin with padding is read further.
    for most_bytes in _PEEK_BYTES:
        values = sample_start(stored, most_bytes)
        if _looks_like_ct(values):
            return True
    # The first slices of a coronal or sagittal CT hold nothing but the air before the patient.
    return _holds_air(values) and _looks_like_ct(sample_throughout(stored))


def _looks_like_ct(values: NDArray[np.float64]) -> bool:
    """Whether values can only be CT numbers: much air near -1000, and soft tissue.

    Below air a CT holds one padding value at most; a phase or difference image holds many.
    """
    values = values[np.isfinite(values)]
    if not _holds_air(values) or values.max() >= _ABOVE_CT_HU:
        return False
    too_low = np.mean((values < _AIR_HU[0]) & (values > values.min()))
    tissue = np.mean((values > -150) & (values < 150))
    return bool(tissue > 0.02 and too_low < 0.02)


def _holds_air(values: NDArray[np.float64]) -> bool:
    """Whether more than a few values are CT numbers of air."""
    return bool(values.size) and bool(np.mean((values > _AIR_HU[0]) & (values < _AIR_HU[1])) > 0.01)

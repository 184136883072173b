"""NIfTI images in (.nii, .nii.gz, .hdr with .img) and out. Their RAS ends in the header.

Compressed files are opened here, by content: a reader that goes by name has been seen
to return `v.nii` when asked for `v.nii.gz`.
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import UnreadableError
from reader.core.geometry import VolumeGeometry
from reader.core.series_kind import PhaseAxis
from reader.core.study import Series
from reader.core.text import Text, say
from reader.core.volume import Volume
from reader.formats.grids.byte_stream import GZIP_MAGIC, ByteStream, PackedDataError, Packing
from reader.formats.grids.grid_image import MOST_VOLUMES, GridImage, read_image, series_of
from reader.formats.grids.nifti_header import (
    LONGEST_HEADER,
    NiftiHeader,
    compose_header,
    nifti_byte_order,
    parse_header,
)
from reader.formats.grids.stored_voxels import STEP_BYTES, Meaning, StoredVoxels, cut_short

_GZIP_LEVEL: Final = 1
"""Label maps and heatmaps shrink almost as much as at level 9, in a tenth of the time."""


def is_nifti(path: Path, head: bytes) -> bool:
    """Whether a file that starts with `head` is a NIfTI image, whatever its name."""
    if nifti_byte_order(head) is not None:
        return True
    if not head.startswith(GZIP_MAGIC):
        return path.name.lower().endswith((".nii", ".nii.gz")) and bool(head)
    try:
        with ByteStream(path) as stream:
            unpacked = stream.read(LONGEST_HEADER)
    except PackedDataError:
        unpacked = b""
    return nifti_byte_order(unpacked) is not None or path.name.lower().endswith(".nii.gz")


def open_nifti(path: Path) -> GridImage:
    """What a NIfTI file's header says; of a pair, the .hdr file.

    Raises: UnreadableError: damaged, or of a kind that is not supported. OSError.
    """
    try:
        with ByteStream(path) as stream:
            header = parse_header(stream.read(LONGEST_HEADER))
            packing = Packing.GZIP if stream.compressed else Packing.NONE
    except PackedDataError:
        raise cut_short() from None
    data = path
    if header.is_pair:
        data = _second_file(path)
        with ByteStream(data) as stream:
            packing = Packing.GZIP if stream.compressed else Packing.NONE
    k, j, i = header.geometry.shape_kji
    is_color = header.meaning is Meaning.COLOR
    stored = StoredVoxels(
        path=data,
        dtype=header.dtype,
        slices=k,
        slice_shape=(j, i, header.samples) if is_color else (j, i),
        offset=header.data_offset,
        packing=packing,
        slope=header.slope,
        intercept=header.intercept,
        meaning=header.meaning,
    )
    count = math.prod(header.more_sizes)
    if count > MOST_VOLUMES:
        raise _damaged(say("The file holds too many volumes ({count}).", count=count))
    return GridImage(
        format="nifti",
        path=path,
        geometry=header.geometry,
        stored=stored,
        warnings=header.warnings,
        measurable=header.measurable,
        count=count,
        axis=PhaseAxis.TIME if len(header.more_sizes) == 1 else PhaseAxis.OTHER,
        labels=_labels(header),
    )


def scan_nifti(path: Path) -> Series:
    """The series of a NIfTI file's first volume; see `grid_image.series_of`."""
    return series_of(open_nifti(path))[0]


def read_nifti(
    series: Series,
    report: ReportProgress,
    cancel: CancelToken,
    *,
    first_k: int | None = None,
    on_first: Callable[[Volume], None] | None = None,
) -> Volume:
    """Read the voxels of a NIfTI series; see `series_reader.read_series`."""
    image = open_nifti(series.instances[0].path)
    return read_image(series, image, report, cancel, first_k=first_k, on_first=on_first)


def _labels(header: NiftiHeader) -> tuple[str, ...]:
    """What sets the volumes apart: a number, or one for each further axis."""
    sizes = header.more_sizes
    if len(sizes) <= 1:
        return tuple(f"t {index + 1}" for index in range(math.prod(sizes)))
    places = itertools.product(*(range(1, size + 1) for size in reversed(sizes)))
    return tuple(" / ".join(str(number) for number in reversed(place)) for place in places)


def _second_file(header: Path) -> Path:
    """The .img file of a pair, or its compressed form."""
    endings = {".img", ".img.gz"}
    name = header.name[: -len(".hdr")] if header.name.lower().endswith(".hdr") else ""
    found = [
        path
        for path in sorted(header.parent.iterdir())
        if name and path.name.startswith(name) and path.name[len(name) :].lower() in endings
    ]
    if not found:
        raise UnreadableError(
            say("The .img file with the voxels is missing."),
            say("Put both files, .hdr and .img, into one folder."),
        )
    return found[0]


def _damaged(why: Text) -> UnreadableError:
    return UnreadableError(why, say("Copy or convert the file again."))


def write_nifti(path: Path, array: NDArray[Any], geometry: VolumeGeometry) -> None:
    """Write (k, j, i) voxels with their grid to exactly `path`; gzip when it ends in .gz.

    Booleans become uint8 and float16 float32; everything else keeps its type, so label
    maps stay uint8 or uint16. Both qform and sform are set (a sheared grid has no qform).
    The same input gives the same bytes.
    """
    if array.shape != geometry.shape_kji:
        raise ValueError("Voxels and geometry differ in shape.")
    if array.dtype == np.bool_:
        array = array.astype(np.uint8)
    elif array.dtype == np.float16:
        array = array.astype(np.float32)
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    data = little.reshape(-1).view(np.uint8).data
    header = compose_header(geometry, little.dtype)
    with path.open("wb") as file:
        if path.name.lower().endswith(".gz"):
            pack = zlib.compressobj(level=_GZIP_LEVEL, wbits=31)
            file.write(pack.compress(header))
            for start in range(0, len(data), STEP_BYTES):
                file.write(pack.compress(data[start : start + STEP_BYTES]))
            file.write(pack.flush())
        else:
            file.write(header)
            file.write(data)

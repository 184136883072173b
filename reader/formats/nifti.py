"""NIfTI images in (.nii, .nii.gz) and out. The only module family that knows RAS.

Compressed files are opened here, by content: a reader that goes by name has been seen
to return `v.nii` when asked for `v.nii.gz`.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import UnreadableError
from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.study import InstanceRef, Series
from reader.core.text import Text, say
from reader.core.volume import Volume
from reader.formats.byte_stream import GZIP_MAGIC, ByteStream, gzip_size
from reader.formats.content_uid import content_uid
from reader.formats.nifti_header import (
    LONGEST_HEADER,
    NiftiHeader,
    compose_header,
    nifti_byte_order,
    parse_header,
)

_PEEK_BYTES: Final = 8 << 20
_SAMPLE_VOXELS: Final = 200_000
_STEP_BYTES: Final = 4 << 20
_GZIP_LEVEL: Final = 1
"""Label maps and heatmaps shrink almost as much as at level 9, in a tenth of the time."""
_AIR_HU: Final = (-1100, -850)
_ABOVE_CT_HU: Final = 33_000
_INT16: Final = (-32768, 32767)
_INT32: Final = (-(2**31), 2**31 - 1)


def is_nifti(path: Path, head: bytes) -> bool:
    """Whether a file that starts with `head` is a NIfTI image, whatever its name."""
    if nifti_byte_order(head) is not None:
        return True
    if not head.startswith(GZIP_MAGIC):
        return path.name.lower().endswith((".nii", ".nii.gz")) and bool(head)
    try:
        with ByteStream(path) as stream:
            unpacked = stream.read(LONGEST_HEADER)
    except (zlib.error, EOFError):
        unpacked = b""
    return nifti_byte_order(unpacked) is not None or path.name.lower().endswith(".nii.gz")


def scan_nifti(path: Path) -> Series:
    """The series a NIfTI file holds, from its header and a look at some voxels.

    NIfTI does not state a modality. A file whose values can only be CT numbers (air
    near -1000, and soft tissue) is called CT with HU as its unit, anything else OT.

    Raises: UnreadableError: damaged, or of a kind that is not supported. OSError.
    """
    header, sample = _open(path, _PEEK_BYTES)
    is_ct = _looks_like_ct(sample * header.slope + header.intercept)
    if not is_ct and _holds_air(sample * header.slope + header.intercept):
        sample = _sample_throughout(path, header)
        is_ct = _looks_like_ct(sample * header.slope + header.intercept)
    uid = content_uid("nifti", path)
    return Series(
        series_uid=uid,
        modality="CT" if is_ct else "OT",
        description=_stem(path),
        number=None,
        geometry=header.geometry,
        instances=(InstanceRef(path, "", uid),),
        unit=IntensityUnit.HU if is_ct else IntensityUnit.ARBITRARY,
        warnings=header.warnings,
        measurable=header.measurable,
        format="nifti",
    )


def read_nifti(
    series: Series,
    report: ReportProgress,
    cancel: CancelToken,
    *,
    first_k: int | None = None,
    on_first: Callable[[Volume], None] | None = None,
) -> Volume:
    """Read the voxels of a NIfTI series; see `series_reader.read_series`.

    A compressed file can only be read from its start, so `on_first` is called when slice
    `first_k` is reached. NaN is stored as 0.
    """
    path = series.instances[0].path
    header, _ = _open(path, peek=0)
    if header.geometry != series.geometry:
        raise _damaged(say("The file has changed since the folder was looked through."))
    shape = header.geometry.shape_kji
    target = np.zeros(shape, _voxel_dtype(header))
    volume = Volume(
        series_uid=series.series_uid,
        voxels=target,
        geometry=header.geometry,
        unit=series.unit,
        windows=series.windows,
        warnings=series.warnings,
        measurable=series.measurable,
    )
    first = min(shape[0] // 2 if first_k is None else max(first_k, 0), shape[0] - 1)
    slab = max(1, _STEP_BYTES // (shape[1] * shape[2] * header.dtype.itemsize))
    told = on_first is None
    stage = say("Reading {name}", name=series.description)
    done = 0
    with ByteStream(path) as stream:
        for k0, k1 in _reading_order(shape[0], slab, None if stream.compressed else first):
            cancel.check()
            _read_slab(stream, header, target, k0, k1, skip_header=done == 0)
            done += k1 - k0
            if not told and on_first is not None and k0 <= first < k1:
                told = True
                on_first(volume)
            region = ((k0, k1), (0, shape[1]), (0, shape[2]))
            report(Progress(done, shape[0], stage, region))
    return volume


def _reading_order(count: int, slab: int, first: int | None) -> list[tuple[int, int]]:
    """Slabs of slices (k0, k1): from the start, or `first` alone and then the others."""
    if first is None:
        return [(k, min(k + slab, count)) for k in range(0, count, slab)]
    above = [(k, min(k + slab, count)) for k in range(first + 1, count, slab)]
    below = [(max(k - slab, 0), k) for k in range(first, 0, -slab)]
    return [(first, first + 1), *above, *below]


def _read_slab(
    stream: ByteStream,
    header: NiftiHeader,
    target: NDArray[np.generic],
    k0: int,
    k1: int,
    skip_header: bool,
) -> None:
    """Read slices k0 to k1 into `target`, scaled."""
    slice_bytes = target[0].size * header.dtype.itemsize
    if not stream.compressed:
        stream.seek(header.data_offset + k0 * slice_bytes)
    elif skip_header:
        stream.read(header.data_offset)
    stored = np.empty((k1 - k0, *target.shape[1:]), header.dtype)
    raw = stored.reshape(-1).view(np.uint8).data
    try:
        filled = stream.read_into(raw)
    except zlib.error:
        filled = 0
    if filled < len(raw):
        raise _cut_short()
    part = target[k0:k1]
    if header.scaled:
        np.copyto(part, stored * header.slope + header.intercept, casting="unsafe")
    else:
        _check_range(stored)
        np.copyto(part, stored, casting="unsafe")
    if np.issubdtype(part.dtype, np.floating):
        np.nan_to_num(part, copy=False, nan=0.0)


def _check_range(stored: NDArray[Any]) -> None:
    """Refuse integers that 32 signed bits, the widest a volume has, cannot hold."""
    if stored.dtype.kind in "iu" and stored.dtype.itemsize >= 4:
        low, high = int(stored.min()), int(stored.max())
        if low < _INT32[0] or high > _INT32[1]:
            raise _damaged(say("The file's values do not fit in 32 bits."))


def _voxel_dtype(header: NiftiHeader) -> np.dtype[np.generic]:
    """The smallest type a volume may have that holds the header's values exactly."""
    kind = header.dtype.newbyteorder("=")
    if np.issubdtype(kind, np.floating):
        return np.dtype(np.float32)
    limits = np.iinfo(str(kind))
    low, high = int(limits.min), int(limits.max)
    if header.scaled:
        if not (header.slope.is_integer() and header.intercept.is_integer()):
            return np.dtype(np.float32)
        ends = (low * header.slope + header.intercept, high * header.slope + header.intercept)
        low, high = int(min(ends)), int(max(ends))
        if kind.itemsize > 4 or low < _INT32[0] or high > _INT32[1]:
            return np.dtype(np.float32)
    if _INT16[0] <= low and high <= _INT16[1]:
        return np.dtype(np.int16)
    if low >= 0 and high <= 65535:
        return np.dtype(np.uint16)
    return np.dtype(np.int32)


def _open(path: Path, peek: int) -> tuple[NiftiHeader, NDArray[np.float64]]:
    """The header, and a sample of the stored values among the first `peek` bytes of voxels.

    Raises: UnreadableError: also when the file is too short for what its header says.
    """
    try:
        with ByteStream(path) as stream:
            head = stream.read(LONGEST_HEADER)
            header = parse_header(head)
            size = header.dtype.itemsize
            voxel_bytes = math.prod(header.geometry.shape_kji) * size
            data = head + stream.read(
                max(0, header.data_offset + min(peek, voxel_bytes) - len(head))
            )
            compressed = stream.compressed
    except zlib.error:
        raise _cut_short() from None
    needed = header.data_offset + voxel_bytes
    present = gzip_size(path, needed) if compressed else path.stat().st_size
    if present < needed:
        raise _cut_short()
    data = data[header.data_offset :]
    values = np.frombuffer(data, header.dtype, len(data) // size)
    return header, values[:: max(1, len(values) // _SAMPLE_VOXELS)].astype(np.float64)


def _sample_throughout(path: Path, header: NiftiHeader) -> NDArray[np.float64]:
    """Stored values from the first slice to the last, read piece by piece.

    The first slices of a coronal or sagittal CT hold nothing but the air before the patient.
    """
    count = math.prod(header.geometry.shape_kji)
    stride = max(1, count // _SAMPLE_VOXELS)
    left = count * header.dtype.itemsize
    parts = []
    try:
        with ByteStream(path) as stream:
            stream.read(header.data_offset)
            while left and (data := stream.read(min(_STEP_BYTES, left))):
                left -= len(data)
                values = np.frombuffer(data, header.dtype, len(data) // header.dtype.itemsize)
                parts.append(values[::stride].astype(np.float64))
    except zlib.error:
        raise _cut_short() from None
    return np.concatenate(parts)


def _cut_short() -> UnreadableError:
    return _damaged(say("The NIfTI file is damaged or cut short."))


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


def _stem(path: Path) -> str:
    """The file's name without its ending."""
    name = path.name
    for ending in (".nii.gz", ".nii"):
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name


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
            for start in range(0, len(data), _STEP_BYTES):
                file.write(pack.compress(data[start : start + _STEP_BYTES]))
            file.write(pack.flush())
        else:
            file.write(header)
            file.write(data)

"""Voxels that lie in a file one after the other, as NIfTI, NRRD and MetaImage keep them."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import psutil
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import UnreadableError
from reader.core.study import Series
from reader.core.text import Text, say
from reader.core.volume import Volume
from reader.formats.grids.byte_stream import ByteStream, PackedDataError, Packing, holds_bytes

_T = TypeVar("_T")

STEP_BYTES: Final = 4 << 20
_SAMPLE_VOXELS: Final = 200_000
_INT16: Final = (-32768, 32767)
_INT32: Final = (-(2**31), 2**31 - 1)


class Meaning(enum.Enum):
    """What one stored value is."""

    NUMBER = "number"
    COMPLEX = "complex"
    """Shown as its magnitude."""
    COLOR = "color"
    """Three or four bytes: red, green, blue and an opacity that is not used."""


@dataclass(frozen=True, slots=True)
class StoredVoxels:
    """Where one volume's voxels lie in a file, and how.

    `slice_shape` is the shape of what is stored for one k: (j, i), with one more axis
    for samples of a colour (last), or for volumes that are interleaved: then `pick` is
    this volume's (axis, index) in it.
    """

    path: Path
    dtype: np.dtype[Any]
    slices: int
    slice_shape: tuple[int, ...]
    offset: int = 0
    """Of the first voxel, in the unpacked bytes."""
    packing: Packing = Packing.NONE
    start: int = 0
    """Byte of the file where the (compressed) bytes begin."""
    slope: float = 1.0
    intercept: float = 0.0
    meaning: Meaning = Meaning.NUMBER
    pick: tuple[int, int] | None = None

    @property
    def slice_bytes(self) -> int:
        """How many bytes are stored for one k."""
        return math.prod(self.slice_shape) * self.dtype.itemsize

    @property
    def end(self) -> int:
        """One byte after the last, in the unpacked bytes."""
        return self.offset + self.slices * self.slice_bytes

    @property
    def scaled(self) -> bool:
        """Whether stored values must be scaled to get the real ones."""
        return (self.slope, self.intercept) != (1.0, 0.0)

    def open(self) -> ByteStream:
        """The bytes these voxels lie in."""
        return ByteStream(self.path, self.packing, self.start)


def check_present(stored: StoredVoxels, end: int) -> None:
    """Refuse, before anything is allocated, a file without the `end` bytes its header claims.

    Raises: UnreadableError: too short, or too large for this computer's memory. OSError.
    """
    if not holds_bytes(stored.path, stored.packing, stored.start, end):
        raise cut_short()
    memory = psutil.virtual_memory().total
    if stored.slices * stored.slice_bytes > memory:
        raise _too_large()


def read_stored(
    series: Series,
    stored: StoredVoxels,
    report: ReportProgress,
    cancel: CancelToken,
    *,
    first_k: int | None = None,
    on_first: Callable[[Volume], None] | None = None,
) -> Volume:
    """Read a series' voxels; see `series_reader.read_series`.

    Compressed bytes can only be read from their start, so `on_first` is called when slice
    `first_k` is reached. NaN and infinities are stored as 0.

    Raises: UnreadableError, Cancelled, OSError.
    """
    shape = series.geometry.shape_kji
    whole = (*shape, 3) if stored.meaning is Meaning.COLOR else shape
    target = _guarded(lambda: np.zeros(whole, _voxel_dtype(stored)))
    volume = Volume(
        series_uid=series.series_uid,
        voxels=target,
        geometry=series.geometry,
        unit=series.unit,
        windows=series.windows,
        warnings=series.warnings,
        measurable=series.measurable,
    )
    first = min(shape[0] // 2 if first_k is None else max(first_k, 0), shape[0] - 1)
    slab = max(1, STEP_BYTES // stored.slice_bytes)
    told = on_first is None
    stage = say("Reading {name}", name=series.description)
    done = 0
    with stored.open() as stream:
        if stream.compressed:
            _guarded(lambda: stream.skip(stored.offset))
        for k0, k1 in _reading_order(shape[0], slab, None if stream.compressed else first):
            cancel.check()
            if not stream.compressed:
                stream.seek(stored.offset + k0 * stored.slice_bytes)
            if _is_as_stored(stored, target):
                _fill(stream, target[k0:k1])
            else:
                _convert(_read_slab(stream, stored, k1 - k0), stored, target[k0:k1])
            done += k1 - k0
            if not told and on_first is not None and k0 <= first < k1:
                told = True
                on_first(volume)
            report(Progress(done, shape[0], stage, ((k0, k1), (0, shape[1]), (0, shape[2]))))
    return volume


def sample_start(stored: StoredVoxels, most_bytes: int) -> NDArray[np.float64]:
    """Some of the values among the first `most_bytes`. Raises: UnreadableError, OSError."""
    count = max(1, min(most_bytes, stored.end - stored.offset) // stored.dtype.itemsize)
    with stored.open() as stream:
        _guarded(lambda: stream.skip(stored.offset))
        data = _guarded(lambda: stream.read(count * stored.dtype.itemsize))
    values = np.frombuffer(data, stored.dtype, len(data) // stored.dtype.itemsize)
    return _real(values[:: max(1, len(values) // _SAMPLE_VOXELS)], stored)


def sample_throughout(stored: StoredVoxels) -> NDArray[np.float64]:
    """Some of the values from the first slice to the last, read piece by piece."""
    size = stored.dtype.itemsize
    whole = stored.end - stored.offset
    stride = max(1, whole // size // _SAMPLE_VOXELS)
    parts = []
    with stored.open() as stream:
        _guarded(lambda: stream.skip(stored.offset))
        for start in range(0, whole, STEP_BYTES):
            data = _guarded(partial(stream.read, min(STEP_BYTES, whole - start)))
            values = np.frombuffer(data, stored.dtype, len(data) // size)
            parts.append(_real(values[::stride], stored))
    return np.concatenate(parts) if parts else np.empty(0)


def cut_short() -> UnreadableError:
    """What is said of a file that holds less than its header claims."""
    return _damaged(say("The file is damaged or cut short."))


def _real(values: NDArray[Any], stored: StoredVoxels) -> NDArray[np.float64]:
    return values.astype(np.float64) * stored.slope + stored.intercept


def _guarded(act: Callable[[], _T]) -> _T:
    try:
        return act()
    except PackedDataError:
        raise cut_short() from None
    except MemoryError:
        raise _too_large() from None


def _too_large() -> UnreadableError:
    return _damaged(say("The image is larger than this computer's memory."))


def _reading_order(count: int, slab: int, first: int | None) -> Iterator[tuple[int, int]]:
    """Slabs of slices (k0, k1): from the start, or `first` alone and then the others."""
    if first is None:
        yield from ((k, min(k + slab, count)) for k in range(0, count, slab))
        return
    yield first, first + 1
    yield from ((k, min(k + slab, count)) for k in range(first + 1, count, slab))
    yield from ((max(k - slab, 0), k) for k in range(first, 0, -slab))


def _is_as_stored(stored: StoredVoxels, target: NDArray[Any]) -> bool:
    """Whether bytes can be read to where they belong: whole numbers that nothing is done to."""
    return (
        stored.meaning is Meaning.NUMBER
        and stored.dtype == target.dtype
        and target.dtype.kind in "iu"
        and not stored.scaled
        and stored.pick is None
    )


def _fill(stream: ByteStream, part: NDArray[Any]) -> None:
    """Fill an array with the next bytes. Raises: UnreadableError: there are not enough."""
    raw = part.reshape(-1).view(np.uint8).data
    if _guarded(lambda: stream.read_into(raw)) < len(raw):
        raise cut_short()


def _read_slab(stream: ByteStream, stored: StoredVoxels, slices: int) -> NDArray[Any]:
    """The stored values of the next slices, of this volume alone."""
    values = _guarded(lambda: np.empty((slices, *stored.slice_shape), stored.dtype))
    _fill(stream, values)
    if stored.pick is None:
        return values
    axis, index = stored.pick
    return np.asarray(np.take(values, index, axis=axis + 1))


def _convert(values: NDArray[Any], stored: StoredVoxels, part: NDArray[Any]) -> None:
    """Put stored values into their part of the volume."""
    if stored.meaning is Meaning.COLOR:
        part[...] = values[..., :3]
        return
    if stored.meaning is Meaning.COMPLEX:
        values = np.abs(values)
    if stored.scaled:
        with np.errstate(all="ignore"):
            np.copyto(part, values * stored.slope + stored.intercept, casting="unsafe")
    else:
        _check_range(values)
        with np.errstate(over="ignore", invalid="ignore"):
            np.copyto(part, values, casting="unsafe")
    if np.issubdtype(part.dtype, np.floating):
        np.nan_to_num(part, copy=False, nan=0.0, posinf=0.0, neginf=0.0)


def _check_range(stored: NDArray[Any]) -> None:
    """Refuse integers that 32 signed bits, the widest a volume has, cannot hold."""
    if stored.dtype.kind in "iu" and stored.dtype.itemsize >= 4:
        low, high = int(stored.min()), int(stored.max())
        if low < _INT32[0] or high > _INT32[1]:
            raise _damaged(say("The file's values do not fit in 32 bits."))


def _voxel_dtype(stored: StoredVoxels) -> np.dtype[np.generic]:
    """The smallest type a volume may have that holds the stored values exactly."""
    if stored.meaning is Meaning.COLOR:
        return np.dtype(np.uint8)
    kind = stored.dtype.newbyteorder("=")
    if kind.kind not in "iu":
        return np.dtype(np.float32)
    limits = np.iinfo(str(kind))
    low, high = int(limits.min), int(limits.max)
    if stored.scaled:
        if not (stored.slope.is_integer() and stored.intercept.is_integer()):
            return np.dtype(np.float32)
        ends = (low * stored.slope + stored.intercept, high * stored.slope + stored.intercept)
        low, high = int(min(ends)), int(max(ends))
        if kind.itemsize > 4 or low < _INT32[0] or high > _INT32[1]:
            return np.dtype(np.float32)
    if _INT16[0] <= low and high <= _INT16[1]:
        return np.dtype(np.int16)
    if low >= 0 and high <= 65535:
        return np.dtype(np.uint16)
    return np.dtype(np.int32)


def _damaged(why: Text) -> UnreadableError:
    return UnreadableError(why, say("Copy or convert the file again."))


def refused(why: Text) -> UnreadableError:
    """What is said of a file that is understood and not supported."""
    return UnreadableError(why, say("Convert the file again with another program."))

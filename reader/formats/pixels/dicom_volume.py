"""Reads the slices of a DICOM series into one array, from one slice outwards."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import psutil
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import ReaderError, UnreadableError
from reader.core.geometry import IndexBox
from reader.core.intensity import IntensityUnit
from reader.core.study import GeometryWarning, InstanceRef, Series, WarningCode
from reader.core.text import say
from reader.core.volume import Volume
from reader.formats.headers.dicom_image import is_multi_frame, read_slice
from reader.formats.headers.dicom_multiframe import read_frames
from reader.formats.headers.dicom_parse import read_header
from reader.formats.headers.dicom_slice import DicomSlice
from reader.formats.headers.dicom_unusual import forget_unusual
from reader.formats.pixels.codec_headers import DECODED_SYNTAXES, Codestream
from reader.formats.pixels.codec_pool import shared_pool
from reader.formats.pixels.dicom_padding import padding_values
from reader.formats.pixels.dicom_pixels import check_first_slice, read_slice_values, stored_limits
from reader.formats.series.dicom_sign import sign_warnings

_THREADS: Final = 3
"""For uncompressed slices: reading one overlaps with rescaling another. One more than that
needs, for what holds the GIL or waits for the disk: a fifth quicker than two, on two cores."""
_STEP_BYTES: Final = 6 << 20
_MOST_PER_STEP: Final = 64
_COMPRESSED_PER_STEP: Final = 1
_AHEAD: Final = 2
"""Steps that wait for a thread, so that none waits for the loop."""
_AIR_HU: Final = -1000
_MOST_NAMED: Final = 8
_COLOR_BITS: Final = 8


@dataclass(frozen=True, slots=True)
class _Target:
    """What the slices are read into; `air` stands where nothing has been read."""

    voxels: NDArray[Any]
    graphics: NDArray[np.uint8] | None
    air: int
    stream: Codestream | None
    """What the first slice's codestream says of itself; None = it is not compressed."""


def read_dicom(
    series: Series,
    report: ReportProgress,
    cancel: CancelToken,
    *,
    first_k: int | None = None,
    on_first: Callable[[Volume], None] | None = None,
) -> Volume:
    """Read the voxels of a DICOM series; see `series_reader.read_series`."""
    slices = [_as_slice(ref) for ref in series.instances]
    count = len(slices)
    first = min(count // 2 if first_k is None else max(first_k, 0), count - 1)
    target = _allocate(series, slices, first)
    failed: dict[int, ReaderError] = {}
    done = 0
    volume: Volume | None = None
    stage = say("Reading {name}", name=series.description or series.modality)
    try:
        with closing(_read_outwards(slices, target, first, cancel)) as steps:
            for k0, k1, failures in steps:
                failed |= failures
                done += k1 - k0
                if volume is None:
                    volume = _volume(series, slices, target, first)
                    if on_first is not None:
                        _fill_around(target, first)
                        on_first(volume)
                report(Progress(done, count, stage, _box(series, k0, k1)))
    finally:
        forget_unusual()
    if volume is None or len(failed) == count:
        raise next(iter(failed.values()))
    return _with_failures(volume, sorted(failed)) if failed else volume


def _as_slice(ref: InstanceRef) -> DicomSlice:
    """The slice behind a reference; read again where the scan's own is not at hand."""
    if isinstance(ref, DicomSlice):
        return ref
    header = read_header(ref.path)
    found = read_frames(header) if is_multi_frame(header) else [read_slice(header)]
    for slice_ in found:
        if (slice_.sop_instance_uid, slice_.frame) == (ref.sop_instance_uid, ref.frame):
            return slice_
    raise UnreadableError(
        say("A file of the series has been replaced by another."), say("Open the folder again.")
    )


def _volume(series: Series, slices: Sequence[DicomSlice], target: _Target, first: int) -> Volume:
    """The volume on the target's memory, of which slice `first` has been read."""
    values = target.voxels[first]
    padding = padding_values(slices, series.unit, values)
    odd = sign_warnings(slices[first], target.stream, series.unit, values, padding)
    return Volume(
        series_uid=series.series_uid,
        voxels=target.voxels,
        geometry=series.geometry,
        unit=series.unit,
        windows=series.windows,
        padding=padding,
        graphics=target.graphics,
        warnings=(*series.warnings, *_color_warnings(slices), *odd),
        measurable=series.measurable,
    )


def _color_warnings(slices: Sequence[DicomSlice]) -> tuple[GeometryWarning, ...]:
    bits = max((s.pixels.bits_stored for s in slices if s.pixels.samples > 1), default=0)
    if bits <= _COLOR_BITS:
        return ()
    text = say("Colours are stored in {bits} bits and shown in 8.", bits=bits)
    return (GeometryWarning(WarningCode.REDUCED_COLOR, text),)


def _allocate(series: Series, slices: Sequence[DicomSlice], first: int) -> _Target:
    """The whole array, not filled yet, in the smallest type that holds every value.

    Raises: UnreadableError: it does not fit into this machine's memory, or the first
        slice's bytes cannot be what its header claims. OSError.
    """
    color = any(s.pixels.is_color for s in slices)
    dtype = np.dtype(np.uint8) if color else voxel_dtype(slices, series.unit)
    shape = series.geometry.shape_kji
    drawn = any(s.overlays for s in slices)
    needed = math.prod(shape) * (3 if color else dtype.itemsize + drawn)
    if needed > psutil.virtual_memory().available:
        raise UnreadableError(
            say("The series needs {needed:.1f} GB of memory.", needed=needed / 1e9),
            say("Close other studies or programs and open it again."),
        )
    stream = check_first_slice(slices[first])
    if _is_compressed(slices[first]):
        shared_pool().warm()
    voxels = np.zeros((*shape, 3) if color else shape, dtype)
    graphics = np.zeros(shape, np.uint8) if drawn else None
    return _Target(voxels, graphics, _air(series.unit, dtype), stream)


def _is_compressed(slice_: DicomSlice) -> bool:
    return slice_.encapsulated or slice_.pixels.transfer_syntax_uid in DECODED_SYNTAXES


def _air(unit: IntensityUnit, dtype: np.dtype[Any]) -> int:
    """What stands where nothing has been read."""
    return _AIR_HU if unit is IntensityUnit.HU and dtype.kind != "u" else 0


def _fill_around(target: _Target, first: int) -> None:
    """Air in all slices but the first, which has been read."""
    if not target.air:
        return  # allocated as zeros
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="series-reader") as pool:
        # The first touch of so much memory is what takes time.
        list(pool.map(lambda part: part.fill(target.air), _around(target.voxels, first)))


def _around(voxels: NDArray[Any], first: int) -> tuple[NDArray[Any], NDArray[Any]]:
    return voxels[:first], voxels[first + 1 :]


def voxel_dtype(slices: Sequence[DicomSlice], unit: IntensityUnit) -> np.dtype[Any]:
    """The smallest of int16, uint16, int32 and float32 that holds every possible value.

    CT stored in 16 signed bits with a negative intercept could in theory reach below
    -32768 HU, where nothing is; it stays int16 and such values are set to -32768.
    """
    whole = all(s.table is not None or (s.slope == 1 and s.intercept.is_integer()) for s in slices)
    if not whole or any(s.pixels.real for s in slices):
        return np.dtype(np.float32)
    limits = {stored_limits(s) for s in slices}
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    if unit is IntensityUnit.HU:
        low = max(low, -32768.0)
    for dtype in (np.int16, np.uint16, np.int32):
        if np.iinfo(dtype).min <= low and high <= np.iinfo(dtype).max:
            return np.dtype(dtype)
    return np.dtype(np.float32)


def _box(series: Series, k0: int, k1: int) -> IndexBox:
    _, rows, columns = series.geometry.shape_kji
    return (k0, k1), (0, rows), (0, columns)


def _read_step(
    slices: Sequence[DicomSlice], target: _Target, step: tuple[int, int], cancel: CancelToken
) -> dict[int, ReaderError]:
    """Read some slices; those that failed are air, with the reason."""
    failures: dict[int, ReaderError] = {}
    for k in range(*step):
        cancel.check()
        graphics = None if target.graphics is None else target.graphics[k]
        try:
            read_slice_values(slices[k], target.voxels[k], graphics, cancel)
        except ReaderError as error:
            failures[k] = error
        except OSError:
            failures[k] = _unreadable_file()
        except MemoryError:
            failures[k] = _no_memory()
        if k in failures:
            target.voxels[k] = target.air
    return failures


def _read_outwards(
    slices: Sequence[DicomSlice], target: _Target, first: int, cancel: CancelToken
) -> Generator[tuple[int, int, dict[int, ReaderError]]]:
    """Read `first` alone, then steps above and below in turn; each as it is complete.

    Yields (k0, k1, slices of these that failed). Only a few steps are under way at once,
    so that leaving the loop, or cancelling, stops the reading.
    """
    yield first, first + 1, _read_step(slices, target, (first, first + 1), cancel)
    compressed = _is_compressed(slices[first])
    threads = shared_pool().threads if compressed else _THREADS
    per_step = _COMPRESSED_PER_STEP
    if not compressed:
        per_step = min(max(_STEP_BYTES // max(target.voxels[first].nbytes, 1), 1), _MOST_PER_STEP)
    steps = outward_steps(len(slices), first, per_step)
    with ThreadPoolExecutor(threads, thread_name_prefix="series-reader") as pool:
        under_way: deque[tuple[tuple[int, int], Future[dict[int, ReaderError]]]] = deque()
        try:
            for step in steps:
                under_way.append((step, pool.submit(_read_step, slices, target, step, cancel)))
                if len(under_way) > threads + _AHEAD:
                    (k0, k1), future = under_way.popleft()
                    yield k0, k1, future.result()
            for (k0, k1), future in under_way:
                yield k0, k1, future.result()
        finally:
            for _, future in under_way:
                future.cancel()


def outward_steps(count: int, first: int, per_step: int) -> list[tuple[int, int]]:
    """Ranges of slices that cover all but `first`, nearest first, above and below in turn."""
    above = [(k, min(k + per_step, count)) for k in range(first + 1, count, per_step)]
    below = [(max(k - per_step, 0), k) for k in range(first, 0, -per_step)]
    return sorted(above + below, key=lambda step: max(step[0] - first, first - step[1]))


def _unreadable_file() -> UnreadableError:
    return UnreadableError(
        say("A file of the series could not be read."), say("Check the disk or the connection.")
    )


def _no_memory() -> UnreadableError:
    return UnreadableError(
        say("There was not enough memory to read an image."),
        say("Close other studies or programs and open it again."),
    )


def _with_failures(volume: Volume, failed: Sequence[int]) -> Volume:
    """The same voxels, with a warning about slices that stayed empty.

    A gap of unknown content makes lengths and volumes across it wrong.
    """
    places = ", ".join(str(k + 1) for k in failed[:_MOST_NAMED])
    text = say(
        "Slices that could not be read: {count} ({places}). They are empty; measuring is off.",
        count=len(failed),
        places=places + (" …" if len(failed) > _MOST_NAMED else ""),
    )
    warning = GeometryWarning(WarningCode.UNREADABLE_INSTANCES, text)
    return replace(volume, warnings=(*volume.warnings, warning), measurable=False)

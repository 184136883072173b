"""Reads the slices of a DICOM series into one array, from one slice outwards."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
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
from reader.formats.dicom_image import is_multi_frame, read_slice
from reader.formats.dicom_multiframe import read_frames
from reader.formats.dicom_parse import read_header
from reader.formats.dicom_pixels import read_slice_values, stored_limits
from reader.formats.dicom_slice import DicomSlice

_THREADS: Final = 2
"""Reading and rescaling overlap with decoding; the codecs themselves hold the GIL."""
_SLICES_PER_STEP: Final = 4
_AIR_HU: Final = -1000
_MOST_NAMED: Final = 8


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
    target = _allocate(series, slices)
    air = _air(series.unit, target.dtype)
    if on_first is not None:
        target.fill(air)
    volume = Volume(
        series_uid=series.series_uid,
        voxels=target,
        geometry=series.geometry,
        unit=series.unit,
        windows=series.windows,
        padding=_padding(slices),
        warnings=series.warnings,
        measurable=series.measurable,
    )
    count = len(slices)
    first = min(count // 2 if first_k is None else max(first_k, 0), count - 1)
    failed: dict[int, ReaderError] = {}
    done = 0
    stage = say("Reading {name}", name=series.description or series.modality)
    with closing(_read_outwards(slices, target, air, first, cancel)) as steps:
        for k0, k1, failures in steps:
            failed |= failures
            done += k1 - k0
            if k0 == first and on_first is not None:
                on_first(volume)
            report(Progress(done, count, stage, _box(series, k0, k1)))
    if len(failed) == count:
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


def _allocate(series: Series, slices: Sequence[DicomSlice]) -> NDArray[Any]:
    """The whole array, not filled yet, in the smallest type that holds every value.

    Raises: UnreadableError: it does not fit into this machine's memory.
    """
    dtype = voxel_dtype(slices, series.unit)
    shape = series.geometry.shape_kji
    needed = math.prod(shape) * dtype.itemsize
    if needed > psutil.virtual_memory().available:
        raise UnreadableError(
            say("The series needs {needed:.1f} GB of memory.", needed=needed / 1e9),
            say("Close other studies or programs and open it again."),
        )
    return np.empty(shape, dtype)


def _air(unit: IntensityUnit, dtype: np.dtype[Any]) -> int:
    """What stands where nothing has been read."""
    return _AIR_HU if unit is IntensityUnit.HU and dtype.kind != "u" else 0


def voxel_dtype(slices: Sequence[DicomSlice], unit: IntensityUnit) -> np.dtype[Any]:
    """The smallest of int16, uint16, int32 and float32 that holds every possible value.

    CT stored in 16 signed bits with a negative intercept could in theory reach below
    -32768 HU, where nothing is; it stays int16 and such values are set to -32768.
    """
    if not all(s.slope == 1 and s.intercept.is_integer() for s in slices):
        return np.dtype(np.float32)
    limits = [stored_limits(s) for s in slices]
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    if unit is IntensityUnit.HU:
        low = max(low, -32768.0)
    for dtype in (np.int16, np.uint16, np.int32):
        if np.iinfo(dtype).min <= low and high <= np.iinfo(dtype).max:
            return np.dtype(dtype)
    return np.dtype(np.float32)


def _padding(slices: Sequence[DicomSlice]) -> tuple[float, float] | None:
    """The modality values that mark pixels outside the image, where they are stated."""
    first = slices[0]
    if first.padding is None:
        return None
    low, high = sorted(end * first.slope + first.intercept for end in first.padding)
    return low, high


def _box(series: Series, k0: int, k1: int) -> IndexBox:
    _, rows, columns = series.geometry.shape_kji
    return (k0, k1), (0, rows), (0, columns)


def _read_outwards(
    slices: Sequence[DicomSlice], target: NDArray[Any], air: int, first: int, cancel: CancelToken
) -> Generator[tuple[int, int, dict[int, ReaderError]]]:
    """Read `first` alone, then steps above and below in turn; each as it is complete.

    Yields (k0, k1, slices of these that failed). Only a few steps are under way at once,
    so that leaving the loop, or cancelling, stops the reading.
    """

    def read(step: tuple[int, int]) -> dict[int, ReaderError]:
        failures: dict[int, ReaderError] = {}
        for k in range(*step):
            cancel.check()
            try:
                read_slice_values(slices[k], target[k])
            except ReaderError as error:
                failures[k] = error
            except OSError:
                failures[k] = _unreadable_file()
            if k in failures:
                target[k] = air
        return failures

    yield first, first + 1, read((first, first + 1))
    steps = iter(outward_steps(len(slices), first))
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="series-reader") as pool:
        under_way: list[tuple[tuple[int, int], Future[dict[int, ReaderError]]]] = []
        try:
            for step in steps:
                under_way.append((step, pool.submit(read, step)))
                if len(under_way) > _THREADS:
                    (k0, k1), future = under_way.pop(0)
                    yield k0, k1, future.result()
            for (k0, k1), future in under_way:
                yield k0, k1, future.result()
        finally:
            for _, future in under_way:
                future.cancel()


def outward_steps(count: int, first: int) -> list[tuple[int, int]]:
    """Ranges of slices that cover all but `first`, nearest first, above and below in turn."""
    above = [
        (k, min(k + _SLICES_PER_STEP, count)) for k in range(first + 1, count, _SLICES_PER_STEP)
    ]
    below = [(max(k - _SLICES_PER_STEP, 0), k) for k in range(first, 0, -_SLICES_PER_STEP)]
    return sorted(above + below, key=lambda step: max(step[0] - first, first - step[1]))


def _unreadable_file() -> UnreadableError:
    return UnreadableError(
        say("A file of the series could not be read."), say("Check the disk or the connection.")
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

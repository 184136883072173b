"""The one door from a series to its voxels, whatever format it is in."""

from __future__ import annotations

from collections.abc import Callable

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import UnreadableError
from reader.core.study import Series
from reader.core.text import say
from reader.core.volume import Volume
from reader.formats.grids.grid_files import read_grid_series
from reader.formats.pixels.dicom_volume import read_dicom


def read_series(
    series: Series,
    report: ReportProgress,
    cancel: CancelToken,
    *,
    first_k: int | None = None,
    on_first: Callable[[Volume], None] | None = None,
) -> Volume:
    """Read a series into one array of modality values.

    Slice `first_k` (the middle one by default) is read first, then `on_first` is called
    once, on this thread, with a volume whose other voxels are still air (0 where the unit
    is not HU) and fill in place from there outwards. Progress counts slices;
    `region_kji` is the box that has just become final.

    Returns: that same volume. Where some instances could not be decoded, a volume on the
        same voxels that carries a warning naming the slices, which stay empty, and is not
        measurable.

    Raises: UnreadableError: nothing of the series could be read. Cancelled.
    """
    read = read_dicom if series.format == "dicom" else read_grid_series
    try:
        return read(series, report, cancel, first_k=first_k, on_first=on_first)
    except OSError as error:
        raise UnreadableError(
            say("A file of the series could not be read."),
            say("Check the disk or the connection."),
        ) from error

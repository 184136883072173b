"""A file or folder opened as the application opens it, and described in words."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import ReaderError
from reader.core.series_kind import SeriesClass, SeriesKind
from reader.core.study import ScanResult, Series
from reader.core.volume import Volume
from reader.formats.dicom_scan import scan_paths
from reader.formats.series_reader import read_series


@dataclass(frozen=True, slots=True, eq=False)
class OpenedSeries:
    """A series with its voxels, or with why it has none."""

    series: Series
    volume: Volume | None
    why_not: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """Everything a scan found."""

    scan: ScanResult
    series: tuple[OpenedSeries, ...]

    @property
    def made(self) -> str:
        """What Reading Room made of it, in words."""
        parts = [_series_words(one) for one in self.series]
        parts += [
            f"object ({item.kind.value})" for study in self.scan.studies for item in study.objects
        ]
        parts += [f"not opened: {one.why}" for one in self.scan.unreadable]
        return "; ".join(dict.fromkeys(parts)) or "nothing found, nothing said"


@contextmanager
def scanned(path: Path) -> Iterator[ScanResult]:
    """Scan a file or folder; archives are unpacked meanwhile."""
    with tempfile.TemporaryDirectory(prefix="reading-room-") as unpacked:
        yield scan_paths([path], ignore_progress, CancelToken(), unpacked=Path(unpacked))


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Scan and read everything of a file or folder."""
    with scanned(path) as found:
        every = [series for study in found.studies for series in study.series]
        yield Opened(found, tuple(_read(series) for series in every))


def _read(series: Series) -> OpenedSeries:
    try:
        return OpenedSeries(series, read_series(series, ignore_progress, CancelToken()))
    except ReaderError as error:
        return OpenedSeries(series, None, str(error.what_happened))


def corners(volume: Volume) -> NDArray[np.float64]:
    """LPS mm of each slice's first pixel and of the ends of its first row and column."""
    geometry = volume.geometry
    slices, rows, columns = geometry.shape_kji
    places = [
        [(k, 0, 0), (k, 0, columns - 1), (k, rows - 1, 0)] for k in range(slices)
    ]  # fmt: skip
    return np.asarray(geometry.to_lps(np.array(places, float).reshape(-1, 3))).reshape(-1, 3, 3)


def frames_of(volume: Volume) -> NDArray[Any]:
    """The voxels as (k, rows, columns) or (k, rows, columns, 3)."""
    return np.asarray(volume.voxels)


def _series_words(one: OpenedSeries) -> str:
    series = one.series
    size = " × ".join(str(n) for n in series.geometry.shape_kji)
    kind = series.kind.value if series.kind is not SeriesKind.VOLUME else "volume"
    category = "" if series.category is SeriesClass.UNKNOWN else f", {series.category.value}"
    what = f"{kind} {size}{', colour' if series.is_color else ''}{category}"
    if one.volume is None:
        return f"{what}; not read: {one.why_not}"
    codes = sorted({warning.code.value for warning in one.volume.warnings})
    return f"{what}{' [' + ', '.join(codes) + ']' if codes else ''}"

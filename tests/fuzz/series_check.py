"""A series with one broken file: the others keep their values, their order and their place."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import ReaderError
from reader.core.series_kind import SeriesKind
from reader.core.study import ScanResult, Series
from reader.core.volume import Volume
from reader.formats.dicom_scan import scan_paths
from reader.formats.series_reader import read_series

TOLERANCE_MM = 0.05
Place = tuple[SeriesKind, Volume | None, int]
"""Where a slice is shown; no volume where its series is refused."""
IRREGULAR = {"uneven-spacing", "missing-slices", "duplicate-position", "gantry-tilt"}


class WrongImageError(AssertionError):
    """The product showed something else than the file holds, without a word."""


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """One whole slice as its file alone is opened."""

    digest: str
    origin_lps: NDArray[np.float64]


def check_series(folder: Path, broken: Path) -> None:
    """Open a folder in which one file is broken.

    Raises: WrongImageError: one of the other slices is gone, changed or displaced without
        a word. Anything else but a `ReaderError` is what should not happen, too.
    """
    found = _scan(folder)
    if "duplicate-position" in _codes(found):
        # Says that of several images at one place one is shown.
        return
    shown = _shown(found)
    told = {one.path for one in found.unreadable} | _copies(folder)
    for path in sorted(folder.iterdir()):
        if path == broken or path in told:
            continue
        alone = _alone(path.read_bytes(), path.name)
        if alone is None:
            continue
        places = shown.get(path, [])
        if not places:
            raise WrongImageError(f"{path.name} is neither shown nor listed")
        for kind, volume, k in places:
            if volume is not None:
                _compare(path.name, alone, kind, volume, k)
    _ask_for_every_file(folder, found, shown, told)


def _codes(found: ScanResult) -> set[str]:
    every = [series for study in found.studies for series in study.series]
    return {warning.code.value for series in every for warning in series.warnings}


def _copies(folder: Path) -> set[Path]:
    """Files with the very bytes of another; one of them is enough."""
    count = Counter(path.read_bytes() for path in folder.iterdir())
    return {path for path in folder.iterdir() if count[path.read_bytes()] > 1}


def _compare(name: str, alone: Slice, kind: SeriesKind, volume: Volume, k: int) -> None:
    codes = {warning.code.value for warning in volume.warnings}
    if _digest(volume.voxels[k]) != alone.digest and "unreadable-instances" not in codes:
        raise WrongImageError(f"{name} has other values at k = {k}; {codes}")
    if kind is SeriesKind.VOLUME and volume.measurable and not codes & IRREGULAR:
        apart = np.linalg.norm(np.asarray(volume.geometry.to_lps((k, 0, 0))) - alone.origin_lps)
        if apart > TOLERANCE_MM:
            raise WrongImageError(f"{name} lies {apart:.3g} mm off at k = {k}; {codes}")


def _ask_for_every_file(
    folder: Path, found: ScanResult, shown: dict[Path, list[Place]], told: set[Path]
) -> None:
    objects = {item.path for study in found.studies for item in study.objects}
    for path in folder.iterdir():
        if path not in shown and path not in told and path not in objects:
            raise WrongImageError(f"{path.name} is lost without a word")


def _shown(found: ScanResult) -> dict[Path, list[Place]]:
    """Where the slices of each file are shown; a series that is refused is told."""
    places: dict[Path, list[Place]] = {}
    for study in found.studies:
        for series in study.series:
            volume = _read(series)
            for k, instance in enumerate(series.instances):
                held = places.setdefault(instance.path, [])
                held.append((series.kind, volume, k))
    return places


def _read(series: Series) -> Volume | None:
    try:
        return read_series(series, ignore_progress, CancelToken())
    except ReaderError:
        return None


def _scan(path: Path) -> ScanResult:
    return scan_paths([path], ignore_progress, CancelToken())


@lru_cache(maxsize=256)
def _alone(data: bytes, name: str) -> Slice | None:
    """What a whole file holds, opened by itself; None if it does not open as a slice."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="alone-") as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        found = _scan(path)
        if not found.studies or not found.studies[0].series:
            return None
        volume = read_series(found.studies[0].series[0], ignore_progress, CancelToken())
        return Slice(_digest(volume.voxels[0]), np.asarray(volume.geometry.to_lps((0, 0, 0))))


def _digest(plane: NDArray[np.generic]) -> str:
    values = np.ascontiguousarray(plane.astype(np.float64))
    return hashlib.sha256(values.data).hexdigest()

"""The ways of loading that `reader bench load` compares: ours, the limit and the peers."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import Cancelled
from reader.core.intensity import WindowLevel
from reader.core.study import ScanResult
from reader.core.volume import Volume
from reader.formats.dicom_scan import scan_paths
from reader.formats.series_reader import read_series

LUNG_WINDOW: Final = WindowLevel(-600, 1500)


class NotEqualError(Exception):
    """A way of loading gave other values than were written: a time without meaning."""


def check_equal(what: str, values: NDArray[Any], truth: NDArray[Any]) -> None:
    """Raises: NotEqualError."""
    if values.shape != truth.shape or not np.array_equal(values, truth):
        raise NotEqualError(f"{what}: not the values that were written")


def read_bytes(
    files: Sequence[Path], offsets: Sequence[int], shape: tuple[int, int, int]
) -> NDArray[np.uint16]:
    """The limit: the pixel bytes of every file into one array, and nothing else."""
    whole = np.empty(shape, np.uint16)
    target = whole.reshape(-1).view(np.uint8).data
    step = len(target) // len(files)
    for k, (path, offset) in enumerate(zip(files, offsets, strict=True)):
        handle = os.open(path, os.O_RDONLY)
        try:
            filled = 0
            while filled < step:
                part = target[k * step + filled : (k + 1) * step]
                filled += _read_at(handle, part, offset + filled)
        finally:
            os.close(handle)
    return whole


def _read_at(handle: int, part: memoryview, offset: int) -> int:
    if hasattr(os, "preadv"):
        return os.preadv(handle, [part], offset)
    os.lseek(handle, offset, os.SEEK_SET)
    data = os.read(handle, len(part))
    part[: len(data)] = data
    return len(data)


def load_whole(path: Path) -> Volume:
    """Ours: look through the folder or file, with every check, and read the whole series."""
    series = scan(path).studies[0].series[0]
    return read_series(series, ignore_progress, CancelToken())


def scan(path: Path) -> ScanResult:
    """Ours: look through a folder."""
    return scan_paths([path], ignore_progress, CancelToken())


class _FirstPictureDrawn(Exception):  # noqa: N818 - not an error: the end of what is timed
    """Stops a reading that has shown its first slice."""


def draw_first_slice(path: Path) -> NDArray[np.uint8]:
    """Ours: look through the folder, read the middle slice first and make its grey picture."""
    # Pictures need OpenCV, which the process whose memory is measured has no use for.
    from reader.imaging.window import apply_window

    series = scan(path).studies[0].series[0]
    k = series.geometry.shape_kji[0] // 2
    drawn: list[NDArray[np.uint8]] = []
    cancel = CancelToken()

    def draw(volume: Volume) -> None:
        drawn.append(apply_window(volume.voxels[k], LUNG_WINDOW))
        cancel.cancel()
        raise _FirstPictureDrawn

    with suppress(Cancelled, _FirstPictureDrawn):
        read_series(series, ignore_progress, cancel, first_k=k, on_first=draw)
    return drawn[0]


def simpleitk_series(folder: Path) -> NDArray[Any]:
    """SimpleITK's series reader with GDCM's sorting of names."""
    import SimpleITK

    make_reader: Any = SimpleITK.ImageSeriesReader  # its stubs type no call
    reader = make_reader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder)))
    return np.asarray(SimpleITK.GetArrayFromImage(reader.Execute()))


def simpleitk_file(path: Path) -> NDArray[Any]:
    """SimpleITK's reader of one file."""
    import SimpleITK

    return np.asarray(SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path))))


def write_nifti(path: Path, volume: Volume) -> None:
    """The volume as `.nii.gz`, by SimpleITK."""
    import SimpleITK

    image: Any = SimpleITK.GetImageFromArray(volume.voxels)
    image.SetSpacing([float(mm) for mm in reversed(volume.geometry.spacing_kji_mm)])
    image.SetOrigin([float(mm) for mm in volume.geometry.affine_kji_to_lps[:3, 3]])
    SimpleITK.WriteImage(image, str(path), useCompression=True, compressionLevel=1)


_FRESH: Final = """
import json, sys
from pathlib import Path
from reader.app.bench.load_ways import load_whole, peak_memory
before = peak_memory()
volume = load_whole(Path(sys.argv[1]))
print(json.dumps([volume.voxels.nbytes, before, peak_memory()]))
"""


def memory_of_fresh_process(folder: Path) -> tuple[int, int, int]:
    """Volume bytes, and the peak memory of a new process before and after it loads them."""
    done = subprocess.run(
        [sys.executable, "-c", _FRESH, str(folder)], capture_output=True, check=True, timeout=120
    )
    volume, before, after = json.loads(done.stdout)
    return int(volume), int(before), int(after)


def peak_memory() -> int:
    """Most bytes this process has held in memory so far."""
    system = platform.system()
    if system == "Windows":
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    if system == "Linux":
        # What getrusage says there starts with the parent's peak.
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def bytes_read_so_far() -> int | None:
    """What this process has read through the system; None where nothing counts it."""
    counted = Path("/proc/self/io")
    try:
        lines = counted.read_text("ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("rchar")), None)

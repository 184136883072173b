"""Reading a NIfTI file back before anybody is told that it was saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import ExportError, UnreadableError
from reader.core.geometry import VolumeGeometry
from reader.core.text import say
from reader.formats.grids.nifti import read_nifti, scan_nifti


def check_nifti(path: Path, array: NDArray[Any], geometry: VolumeGeometry) -> None:
    """Compare a written file with what was to be written.

    Raises: ExportError: it cannot be read, lies elsewhere or holds other values.
    """
    try:
        series = scan_nifti(path)
        volume = read_nifti(series, ignore_progress, CancelToken())
    except UnreadableError as error:
        raise _differs() from error
    same_place = np.allclose(
        series.geometry.affine_kji_to_lps, geometry.affine_kji_to_lps, rtol=0, atol=1e-3
    )
    if not same_place or volume.voxels.shape != array.shape:
        raise _differs()
    if not all(np.array_equal(a, b) for a, b in zip(volume.voxels, array, strict=True)):
        raise _differs()


def _differs() -> ExportError:
    return ExportError(
        say("Not saved: the NIfTI file did not read back as it was written."),
        say("Check the disk and export again."),
    )

"""What the loading benchmark reads: a chest-like CT in files, and many small studies."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.app.bench.case import SPACING_KJI_MM
from reader.core.cancel import CancelToken, ReportProgress, ignore_progress
from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.study import Patient
from reader.core.volume import Volume
from reader.formats.content_uid import derived_uid
from reader.formats.export.dicom_ct_writer import write_ct_series

SHAPE_KJI: Final = (400, 512, 512)
STUDY_UID: Final = "2.25.7701"
STORED_ZERO_HU: Final = -1024
_BODY: Final = ((0.5, 0.5), (0.36, 0.46))
_LUNGS: Final = (((0.5, 0.31), (0.26, 0.14)), ((0.5, 0.69), (0.26, 0.14)))
_VESSELS: Final = 160
_NOISE_HU: Final = 22.0
_GRAIN_PX: Final = 0.7
"""Noise of a reconstructed CT is not white: a soft kernel leaves grains of about this size."""


@dataclass(frozen=True, slots=True)
class WrittenCt:
    """One CT in files of one slice each, in slice order."""

    folder: Path
    files: tuple[Path, ...]


def chest_with_texture(shape: tuple[int, int, int] = SHAPE_KJI, seed: int = 7) -> Volume:
    """Body, lungs, vessels and grain: compresses about as a real CT does.

    int16 HU within the range of 12 stored bits; always the same for a seed.
    """
    import cv2

    rng = np.random.default_rng(seed)
    voxels = np.empty(shape, np.int16)
    body = _ellipse(shape, *_BODY)
    lungs = _ellipse(shape, *_LUNGS[0]) | _ellipse(shape, *_LUNGS[1])
    middles = rng.uniform((0.3, 0.2), (0.7, 0.8), (_VESSELS, 2))
    drift = rng.normal(0, 0.05, (_VESSELS, 2))
    radii = rng.uniform(0.8, 5.0, _VESSELS) * shape[1] / 512
    for k in range(shape[0]):
        plane = np.where(body, np.float32(40), np.float32(-1000))
        plane[lungs] = -860
        along = k / shape[0]
        for (row, column), (down, right), radius in zip(middles, drift, radii, strict=True):
            at = (int((column + right * along) * shape[2]), int((row + down * along) * shape[1]))
            cv2.circle(plane, at, round(radius), 60.0, -1)
        plane = np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.8))
        grain = cv2.GaussianBlur(
            rng.standard_normal(shape[1:], dtype=np.float32), (0, 0), _GRAIN_PX
        )
        plane += np.asarray(grain) * np.float32(_NOISE_HU / max(float(np.std(grain)), 1e-6))
        voxels[k] = np.clip(np.rint(plane), STORED_ZERO_HU, 3000)
    geometry = VolumeGeometry.from_spacing(shape, SPACING_KJI_MM, (-179.0, -179.0, -250.0))
    return Volume("2.25.7702", voxels, geometry, IntensityUnit.HU)


def write_ct(
    folder: Path, volume: Volume, syntax: str, report: ReportProgress, cancel: CancelToken
) -> WrittenCt:
    """Write the volume as a CT series; `syntax` is one of `TRANSFER_SYNTAXES`."""
    files = write_ct_series(
        folder,
        volume,
        study_uid=STUDY_UID,
        series_uid=f"{volume.series_uid}.{len(syntax)}",
        patient=Patient("Bench^Mark", "BENCH"),
        description=syntax,
        transfer_syntax=syntax,
        report=report,
        cancel=cancel,
    )
    return WrittenCt(folder, tuple(files))


def write_many_studies(folder: Path, files: int, studies: int) -> int:
    """Write small headers with 512 x 512 pixels that take no room on disk (holes).

    Returns: the bytes of all files, as a program that reads them whole would count them.
    """
    study_uid, series_uid, height = "2.25.10000001", "2.25.20000001", -1234.5
    tiny = Volume(
        "2.25.7703",
        np.zeros((1, 512, 512), np.int16),
        VolumeGeometry.from_spacing((1, 512, 512), SPACING_KJI_MM, (0.0, 0.0, height)),
        IntensityUnit.HU,
    )
    written = write_ct_series(
        folder,
        tiny,
        study_uid=study_uid,
        series_uid=series_uid,
        patient=Patient("Bench^Mark", "BENCH"),
        description="many",
        report=ignore_progress,
        cancel=CancelToken(),
    )[0]
    whole = written.read_bytes()
    header = whole[: -tiny.voxels.nbytes]
    written.unlink()
    image_uid = derived_uid("slice", series_uid, "0").encode()
    each = files // studies
    for study in range(studies):
        place = folder / f"{study:03d}"
        place.mkdir()
        of_study = header.replace(study_uid.encode(), f"2.25.1{study:07d}".encode())
        of_study = of_study.replace(series_uid.encode(), f"2.25.2{study:07d}".encode())
        for k in range(each):
            own = of_study.replace(image_uid, image_uid[:-9] + f"{study:04d}{k:05d}".encode())
            own = own.replace(str(height).encode(), f"{-1000 - k:.1f}".encode())
            path = place / f"{k:05d}.dcm"
            path.write_bytes(own)
            os.truncate(path, len(whole))
    return each * studies * len(whole)


def _ellipse(
    shape: tuple[int, int, int], middle: tuple[float, float], radii: tuple[float, float]
) -> NDArray[np.bool_]:
    """Pixels of one plane within an ellipse given in parts of the plane's edges."""
    rows, columns = np.ogrid[: shape[1], : shape[2]]
    down = (rows / shape[1] - middle[0]) / radii[0]
    right = (columns / shape[2] - middle[1]) / radii[1]
    return np.asarray(down**2 + right**2 <= 1)

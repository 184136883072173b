"""Series of every kind made by hand, shown by a session as if they had been read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.series_kind import PhaseAxis, PhasePlace, SeriesClass, SeriesKind, SpacingSource
from reader.core.study import (
    GeometryWarning,
    InstanceRef,
    Patient,
    ScanResult,
    Series,
    SeriesTags,
    Study,
    WarningCode,
)
from reader.core.suv import SuvScale
from reader.core.text import say
from reader.core.volume import Volume
from reader.formats import series_reader
from reader.session.viewing import series_pictures
from tests.support.sessions import Session

SeriesAndVolume = tuple[Series, Volume]


def made(
    uid: str,
    voxels: np.ndarray,
    geometry: VolumeGeometry | None = None,
    **about: object,
) -> SeriesAndVolume:
    """A series of these voxels; `about` are fields of `Series`."""
    shape = voxels.shape[:3]
    grid = geometry or VolumeGeometry.from_spacing(shape, (2.0, 1.0, 1.0), (0, 0, 0), "1.9")
    instances = tuple(InstanceRef(Path(f"{uid}.{k}"), "1", f"{uid}.{k}") for k in range(shape[0]))
    fields: dict[str, object] = {
        "modality": "MR", "description": uid, "number": 1, "geometry": grid,
        "instances": instances, "is_color": voxels.ndim == 4,
    }  # fmt: skip
    series = Series(series_uid=uid, **{**fields, **about})
    windows, measurable = series.windows, series.measurable
    volume = Volume(uid, voxels, grid, series.unit, windows, measurable=measurable)
    return series, volume


def ramp(shape: tuple[int, ...], dtype: type = np.int16) -> np.ndarray:
    """Every voxel another value, as far as the type goes."""
    return np.arange(np.prod(shape)).reshape(shape).astype(dtype)


def film(uid: str = "film", **about: object) -> SeriesAndVolume:
    """A radiograph whose low values are white."""
    fields: dict[str, object] = {
        "modality": "DX", "kind": SeriesKind.IMAGES, "category": SeriesClass.RADIOGRAPH,
        "spacing_source": SpacingSource.DETECTOR, "measurable": False,
        "tags": SeriesTags(low_is_white=True, patient_orientation=("L", "F")),
    }  # fmt: skip
    return made(uid, ramp((1, 30, 20)), **{**fields, **about})


def cine(uid: str = "cine", frames: int = 5, frame_ms: float | None = 40.0) -> SeriesAndVolume:
    """An ultrasound cine in colour."""
    voxels = np.zeros((frames, 12, 16, 3), np.uint8)
    voxels[..., 0] = np.arange(frames)[:, None, None]
    tags = SeriesTags(frame_time_ms=frame_ms)
    return made(
        uid, voxels, modality="US", kind=SeriesKind.CINE, measurable=False,
        category=SeriesClass.ULTRASOUND, tags=tags,
    )  # fmt: skip


def phases(count: int = 3) -> list[SeriesAndVolume]:
    """Volumes of one grid with growing b-values."""
    group = []
    for index in range(count):
        phase = PhasePlace("dwi", index, count, PhaseAxis.B_VALUE, f"b {400 * index}")
        voxels = ramp((6, 8, 10)) + 1000 * index
        group.append(made(f"b{index}", voxels.astype(np.int16), phase=phase))
    return group


def pet(suv: SuvScale | None) -> SeriesAndVolume:
    """Uptake in Bq/ml."""
    unit = IntensityUnit.BQ_PER_ML
    return made("pet", ramp((4, 8, 8), np.float32), modality="PT", unit=unit, suv=suv)


def tilted() -> SeriesAndVolume:
    """A CT whose slices are shifted by one pixel each."""
    affine = np.array([[0, 0, 1, 0], [1, 1, 0, 0], [4, 0, 0, 0], [0, 0, 0, 1]], float)
    grid = VolumeGeometry((5, 12, 10), affine, "1.9")
    warning = GeometryWarning(WarningCode.GANTRY_TILT, say("Tilted."))
    series, volume = made(
        "tilted", ramp((5, 12, 10)), grid, modality="CT", unit=IntensityUnit.HU,
        warnings=(warning,), measurable=False,
    )  # fmt: skip
    return series, replace(volume, warnings=(warning,))


def serve(monkeypatch: pytest.MonkeyPatch, pairs: list[SeriesAndVolume]) -> list[str]:
    """Let "reading" give these volumes; the keys of series are noted as they are read."""
    volumes, read = {series.key: volume for series, volume in pairs}, []

    def read_series(
        series: Series, report: object, _cancel: object, on_first: Callable[[Volume], None]
    ) -> Volume:
        if report is not series_pictures.tell_nobody:
            read.append(series.key)
        on_first(volumes[series.key])
        return volumes[series.key]

    monkeypatch.setattr(series_reader, "read_series", read_series)
    return read


def study_of(pairs: list[SeriesAndVolume]) -> Study:
    """One study of hand-made series."""
    return Study("1.2.3", "Odd", Patient(), "20000101", tuple(series for series, _ in pairs))


def show(session: Session, pairs: list[SeriesAndVolume]) -> None:
    """Open a study of hand-made series in a session for which `serve` was called."""
    study = study_of(pairs)
    session.workspace.loading.show_study(study, ScanResult((study,)), ())
    session.settle()

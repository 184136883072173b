"""DICOM series made to order: a CT by the product's own writer, then bent as a test asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowLevel
from reader.core.study import Patient, ScanResult, Series
from reader.core.volume import Volume
from reader.formats.dicom_scan import scan_paths
from reader.formats.export.dicom_ct_writer import write_ct_series

STUDY_UID = "1.2.826.0.1.3680043.9.9999.1"
SERIES_UID = "1.2.826.0.1.3680043.9.9999.1.1"
PATIENT = Patient(name="Phantom^Test", patient_id="T-1", sex="O")

AXIAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
CORONAL = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))
SAGITTAL = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0))

Edit = Callable[[Dataset, int], None]


def grid(
    shape_kji: tuple[int, int, int] = (7, 40, 36),
    spacing_kji_mm: tuple[float, float, float] = (2.5, 0.7, 0.8),
    cosines: tuple[Sequence[float], Sequence[float]] = AXIAL,
    origin: Sequence[float] = (-31.5, -20.25, 101.0),
) -> VolumeGeometry:
    """A grid by its row and column cosines, k along their cross product."""
    along, down = np.array(cosines[0]), np.array(cosines[1])
    affine = np.eye(4)
    axes = (np.cross(along, down), down, along)
    affine[:3, :3] = np.stack(axes, axis=1) * spacing_kji_mm
    affine[:3, 3] = origin
    return VolumeGeometry(shape_kji, affine, "1.2.826.0.1.3680043.9.9999.7")


def ct_volume(geometry: VolumeGeometry | None = None, seed: int = 0) -> Volume:
    """HU noise from air to bone, different in every voxel and slice."""
    geometry = geometry or grid()
    rng = np.random.default_rng(seed)
    voxels = rng.integers(-1024, 3000, geometry.shape_kji).astype(np.int16)
    windows = (WindowLevel(-600, 1500), WindowLevel(40, 400))
    return Volume(SERIES_UID, voxels, geometry, IntensityUnit.HU, windows)


def write_ct(
    folder: Path,
    volume: Volume | None = None,
    *,
    edit: Edit | None = None,
    keep: Callable[[int], bool] = lambda _k: True,
    transfer_syntax: str = "explicit",
    series_uid: str = SERIES_UID,
    study_uid: str = STUDY_UID,
    file_name: Callable[[int], str] | None = None,
) -> list[Path]:
    """Write a CT series under names that lie about the order; `edit` changes each header.

    Only slices with `keep(k)` stay. Returns the paths in k order.
    """
    volume = volume or ct_volume()
    count = volume.geometry.shape_kji[0]
    order = np.random.default_rng(5).permutation(count)
    paths = write_ct_series(
        folder,
        volume,
        study_uid=study_uid,
        series_uid=series_uid,
        patient=PATIENT,
        description="Phantom",
        study_description="Test study",
        date="20240102",
        time="030405",
        transfer_syntax=transfer_syntax,
        file_name=file_name or (lambda k: f"IM{order[k]:04d}"),
        report=ignore_progress,
        cancel=CancelToken(),
    )
    for k, path in enumerate(paths):
        if not keep(k):
            path.unlink()
        elif edit is not None:
            edit_file(path, lambda ds, k=k: edit(ds, k))
    return [path for k, path in enumerate(paths) if keep(k)]


def edit_file(path: Path, edit: Callable[[Dataset], None]) -> None:
    """Change a DICOM file in place."""
    ds = pydicom.dcmread(path)
    edit(ds)
    ds.save_as(path)


def set_stored(ds: Dataset, stored: NDArray[np.generic]) -> None:
    """Give an uncompressed data set other samples, with the description they need."""
    bits = stored.dtype.itemsize * 8
    ds.Rows, ds.Columns = stored.shape
    ds.BitsAllocated = ds.BitsStored = bits
    ds.HighBit = bits - 1
    ds.PixelRepresentation = int(stored.dtype.kind == "i")
    ds.PixelData = stored.tobytes()


def scan(*paths: Path) -> ScanResult:
    """What the product finds in `paths`."""
    return scan_paths(list(paths), ignore_progress, CancelToken())


def only_series(*paths: Path) -> Series:
    """The one series in `paths`, all of which must open."""
    found = scan(*paths)
    assert not found.unreadable, [str(u.why) for u in found.unreadable]
    (study,) = found.studies
    (series,) = study.series
    return series


def codes(series: Series | Volume) -> list[str]:
    """The warnings' codes."""
    return [warning.code.value for warning in series.warnings]


def reasons(found: ScanResult) -> dict[str, str]:
    """Why files were not opened, by their names."""
    return {one.path.name: str(one.why) for one in found.unreadable}


def write_bare_object(path: Path, sop_class: str, modality: str) -> None:
    """A small DICOM object without an image."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    ds.SOPClassUID = sop_class
    ds.SOPInstanceUID = "1.2.3.4"
    ds.Modality = modality
    ds.StudyInstanceUID = STUDY_UID
    ds.SeriesInstanceUID = "1.2.3"
    ds.save_as(path, enforce_file_format=True)

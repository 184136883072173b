"""Writes a volume as a CT Image Storage series: the demo study, and every test's DICOM.

Source: DICOM PS3.3 A.3 (CT Image IOD).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reader import __version__
from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.intensity import IntensityUnit
from reader.core.study import Patient
from reader.core.text import say
from reader.core.volume import Volume
from reader.formats.content_uid import derived_uid
from reader.formats.export.dicom_encode import TRANSFER_SYNTAXES, set_pixels
from reader.formats.headers.dicom_support import CT_IMAGE

if TYPE_CHECKING:
    from pydicom import Dataset

IMPLEMENTATION_CLASS_UID: Final = derived_uid("Reading Room", "implementation class")
_STORED_ZERO_HU: Final = 1024
"""CT is stored unsigned from -1024 HU up, as scanners do, unless there is something below."""
_PART: Final = ".part"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """How HU become stored values: stored = HU - intercept, in `bits` unsigned bits."""

    intercept: int
    bits: int


def write_ct_series(
    folder: Path,
    volume: Volume,
    *,
    study_uid: str,
    series_uid: str,
    patient: Patient,
    description: str,
    report: ReportProgress,
    cancel: CancelToken,
    study_description: str = "",
    date: str = "",
    time: str = "",
    series_number: int = 1,
    body_part: str = "CHEST",
    kernel: str = "",
    manufacturer: str = "Reading Room",
    slice_thickness_mm: float | None = None,
    image_type: tuple[str, ...] = ("ORIGINAL", "PRIMARY", "AXIAL"),
    transfer_syntax: str = "explicit",
    file_name: Callable[[int], str] | None = None,
) -> list[Path]:
    """Write one file per slice of a volume in HU into `folder`; returns them in k order.

    `transfer_syntax` is a key of `TRANSFER_SYNTAXES`, all lossless. `file_name` gives the
    name for slice k (k + 1 with five digits by default). Every other UID follows from
    `series_uid` and k, so the same call writes the same bytes. Files get their names only
    when all are written; on an error or a cancel nothing is left.

    Raises: ValueError: the volume is not in HU, or needs more than 16 bits. Cancelled. OSError.
    """
    if volume.unit is not IntensityUnit.HU:
        raise ValueError("A CT series holds HU.")
    name_of = file_name or (lambda k: f"{k + 1:05d}.dcm")
    stored = _choose_storage(volume.voxels)
    common = _common_attributes(volume, patient)
    common.StudyInstanceUID = study_uid
    common.SeriesInstanceUID = series_uid
    common.StudyDescription = study_description
    common.StudyDate = common.SeriesDate = common.AcquisitionDate = common.ContentDate = date
    common.StudyTime = common.SeriesTime = common.AcquisitionTime = common.ContentTime = time
    common.SeriesDescription = description
    common.SeriesNumber = series_number
    common.BodyPartExamined = body_part
    common.ConvolutionKernel = kernel
    common.Manufacturer = manufacturer
    common.ImageType = list(image_type)
    thickness = slice_thickness_mm or volume.geometry.spacing_kji_mm[0]
    common.SliceThickness = _decimal(thickness)
    common.RescaleIntercept = stored.intercept
    common.BitsStored = stored.bits
    common.HighBit = stored.bits - 1
    folder.mkdir(parents=True, exist_ok=True)
    stage = say("Writing {name}", name=description)
    count = volume.geometry.shape_kji[0]
    written: list[Path] = []
    paths = [folder / name_of(k) for k in range(count)]
    try:
        for k, path in enumerate(paths):
            cancel.check()
            written.append(_part_of(path))
            _write_slice(written[-1], common, volume, k, stored, transfer_syntax)
            report(Progress(k + 1, count, stage))
        for part, path in zip(written, paths, strict=True):
            part.replace(path)
    finally:
        for part in written:
            part.unlink(missing_ok=True)
    return paths


def _part_of(path: Path) -> Path:
    """The hidden name a file has until the series is complete."""
    return path.with_name(f".{path.name}{_PART}")


def _choose_storage(voxels: NDArray[Any]) -> _Stored:
    """The fewest bits CT may have (12 or 16) that hold the volume.

    Raises: ValueError.
    """
    low, high = int(np.floor(voxels.min())), int(np.ceil(voxels.max()))
    intercept = min(-_STORED_ZERO_HU, low)
    if high - intercept >= 1 << 16:
        raise ValueError("The values span more than 16 bits.")
    return _Stored(intercept=intercept, bits=12 if high - intercept < 1 << 12 else 16)


def _common_attributes(volume: Volume, patient: Patient) -> Dataset:
    """What all slices share, but for the caller's own words."""
    from pydicom import Dataset

    geometry = volume.geometry
    directions = geometry.directions
    _, between_rows, between_columns = geometry.spacing_kji_mm
    _, rows, columns = geometry.shape_kji
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID = CT_IMAGE
    ds.AccessionNumber = ""
    ds.Modality = "CT"
    ds.ReferringPhysicianName = ""
    ds.PatientName = patient.name
    ds.PatientID = patient.patient_id
    ds.PatientBirthDate = patient.birth_date
    ds.PatientSex = patient.sex
    if patient.age:
        ds.PatientAge = patient.age
    ds.KVP = "120"
    ds.ManufacturerModelName = "Reading Room"
    ds.SoftwareVersions = __version__
    ds.PatientPosition = "HFS"
    ds.StudyID = "1"
    ds.AcquisitionNumber = "1"
    frame = geometry.frame_of_reference_uid
    ds.FrameOfReferenceUID = frame or derived_uid("frame of reference", volume.series_uid)
    ds.PositionReferenceIndicator = ""
    ds.ImageOrientationPatient = [_decimal(c) for c in (*directions[:, 2], *directions[:, 1])]
    ds.PixelSpacing = [_decimal(between_rows), _decimal(between_columns)]
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.Rows, ds.Columns = rows, columns
    ds.BitsAllocated = 16
    ds.PixelRepresentation = 0
    ds.RescaleSlope = 1
    ds.RescaleType = "HU"
    if volume.windows:
        ds.WindowCenter = [_decimal(w.center) for w in volume.windows]
        ds.WindowWidth = [_decimal(w.width) for w in volume.windows]
    return ds


def _write_slice(
    path: Path, common: Dataset, volume: Volume, k: int, stored: _Stored, transfer_syntax: str
) -> None:
    from pydicom import Dataset
    from pydicom.dataset import FileMetaDataset
    from pydicom.filewriter import dcmwrite
    from pydicom.uid import UID

    ds = Dataset(common)
    position = volume.geometry.to_lps((k, 0, 0))
    ds.SOPInstanceUID = derived_uid("slice", common.SeriesInstanceUID, str(k))
    ds.InstanceNumber = k + 1
    ds.ImagePositionPatient = [_decimal(x) for x in position]
    ds.SliceLocation = _decimal(position @ np.cross(*volume.geometry.directions.T[[2, 1]]))
    ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = UID(CT_IMAGE)
    ds.file_meta.MediaStorageSOPInstanceUID = UID(ds.SOPInstanceUID)
    ds.file_meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    ds.file_meta.ImplementationVersionName = "READING_ROOM"
    values = np.rint(volume.voxels[k]).astype(np.int32) - stored.intercept
    set_pixels(ds, values.astype("<u2"), TRANSFER_SYNTAXES[transfer_syntax])
    dcmwrite(path, ds, enforce_file_format=True)


def _decimal(value: float) -> str:
    """A number as the at most 16 characters of a decimal string, as exact as they allow."""
    from pydicom.valuerep import format_number_as_ds

    return str(format_number_as_ds(float(value)))

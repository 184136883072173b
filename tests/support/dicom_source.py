"""Small DICOM series on disk, as a `Study` and `Series`, for tests of what is written about them.

The headers are made here without the product's intake, so that a mistake there cannot hide
one in the writers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path

import numpy as np
from pydicom import config, dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    ComputedRadiographyImageStorage,
    CTImageStorage,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    NuclearMedicineImageStorage,
    PositronEmissionTomographyImageStorage,
    generate_uid,
)

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.study import InstanceRef, Patient, Series, SeriesTags, Study

SOP_CLASS_OF = {
    "CT": CTImageStorage,
    "MR": MRImageStorage,
    "PT": PositronEmissionTomographyImageStorage,
    "NM": NuclearMedicineImageStorage,
    "CR": ComputedRadiographyImageStorage,
}
UNIT_OF = {"CT": IntensityUnit.HU, "PT": IntensityUnit.SUV_BW}

Edit = Callable[[Dataset], None]


def axial(shape_kji=(5, 14, 11), spacing_kji_mm=(2.5, 0.7, 0.9)) -> VolumeGeometry:
    """Head first, supine, slices from the feet up; nothing about it is symmetric."""
    return VolumeGeometry.from_spacing(shape_kji, spacing_kji_mm, (-31.5, 12.25, -100.0))


def oriented(k: Sequence[float], j: Sequence[float], i: Sequence[float]) -> VolumeGeometry:
    """A grid whose axes run along the given LPS vectors (mm per index)."""
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1], affine[:3, 2] = k, j, i
    affine[:3, 3] = (10.5, -20.25, 30.125)
    return VolumeGeometry((4, 9, 13), affine)


def oblique() -> VolumeGeometry:
    """Turned about two axes, with slices further apart than their pixels."""
    a, b = np.radians(20), np.radians(35)
    turn_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    turn_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    x, y, z = (turn_z @ turn_x).T
    return oriented(4.0 * z, 0.8 * y, 0.6 * x)


@config.disable_value_validation()
def source_series(
    folder: Path,
    geometry: VolumeGeometry | None = None,
    *,
    modality: str = "CT",
    edit: Edit | None = None,
    body_part: str = "CHEST",
    unit: IntensityUnit | None = None,
) -> tuple[Study, Series]:
    """Write one file per slice, names in another order than slices; `edit` changes each header."""
    geometry = geometry or axial()
    folder.mkdir(parents=True, exist_ok=True)
    base = _header(modality, geometry)
    instances = []
    for k in range(geometry.shape_kji[0]):
        header = deepcopy(base)
        header.SOPInstanceUID = generate_uid()
        header.InstanceNumber = k + 1
        header.ImagePositionPatient = _decimals(geometry.to_lps((k, 0, 0)))
        if edit is not None:
            edit(header)
        path = folder / f"{(k * 7) % 101:03d}.dcm"
        _save(header, path)
        instances.append(InstanceRef(path, header.SOPClassUID, header.SOPInstanceUID))
    return _as_study(base, geometry, tuple(instances), modality, body_part, unit)


def enhanced_series(folder: Path, geometry: VolumeGeometry | None = None) -> tuple[Study, Series]:
    """One multi-frame file that holds the slices in reverse and one frame of something else."""
    geometry = geometry or axial()
    folder.mkdir(parents=True, exist_ok=True)
    header = _header("CT", geometry)
    header.SOPClassUID = EnhancedCTImageStorage
    header.SOPInstanceUID = generate_uid()
    count = geometry.shape_kji[0]
    header.NumberOfFrames = count + 1
    orientation, measures = Dataset(), Dataset()
    orientation.ImageOrientationPatient = header.ImageOrientationPatient
    measures.PixelSpacing, measures.SliceThickness = header.PixelSpacing, header.SliceThickness
    shared = Dataset()
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [orientation], [measures]
    header.SharedFunctionalGroupsSequence = [shared]
    frames = []
    for k in [99, *reversed(range(count))]:
        position, groups = Dataset(), Dataset()
        position.ImagePositionPatient = _decimals(geometry.to_lps((k, 0, 0)))
        groups.PlanePositionSequence = [position]
        frames.append(groups)
    header.PerFrameFunctionalGroupsSequence = frames
    for keyword in ("ImageOrientationPatient", "PixelSpacing", "SliceThickness"):
        delattr(header, keyword)
    path = folder / "enhanced.dcm"
    _save(header, path)
    instances = tuple(
        InstanceRef(path, header.SOPClassUID, header.SOPInstanceUID, count - k)
        for k in range(count)
    )
    return _as_study(header, geometry, instances, "CT", "CHEST", None)


def series_in(folder: Path) -> tuple[Study, Series]:
    """A folder of one real, regular series, put in order by position along its normal."""
    headers = [
        (path, dcmread(path, stop_before_pixels=True))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    first = headers[0][1]
    i, j = np.array(first.ImageOrientationPatient, float).reshape(2, 3)
    normal = np.cross(i, j)
    headers.sort(key=lambda pair: float(normal @ np.array(pair[1].ImagePositionPatient, float)))
    start, end = (np.array(headers[n][1].ImagePositionPatient, float) for n in (0, -1))
    affine = np.eye(4)
    affine[:3, 0] = (end - start) / max(1, len(headers) - 1) if len(headers) > 1 else normal
    affine[:3, 1] = j * float(first.PixelSpacing[0])
    affine[:3, 2] = i * float(first.PixelSpacing[1])
    affine[:3, 3] = start
    shape = (len(headers), int(first.Rows), int(first.Columns))
    instances = tuple(InstanceRef(p, h.SOPClassUID, h.SOPInstanceUID) for p, h in headers)
    geometry = VolumeGeometry(shape, affine, first.get("FrameOfReferenceUID"))
    body_part = first.get("BodyPartExamined", "")
    return _as_study(first, geometry, instances, first.Modality, body_part, None)


def _header(modality: str, geometry: VolumeGeometry) -> Dataset:
    _, rows, columns = geometry.shape_kji
    spacing_k, spacing_j, spacing_i = geometry.spacing_kji_mm
    header = Dataset()
    header.SpecificCharacterSet = "ISO_IR 100"
    header.SOPClassUID = SOP_CLASS_OF[modality]
    header.Modality = modality
    header.PatientName, header.PatientID = "Doe^Jane", "P-1"
    header.PatientBirthDate, header.PatientSex = "19510203", "F"
    header.StudyInstanceUID, header.SeriesInstanceUID = generate_uid(), generate_uid()
    header.StudyDate, header.StudyTime, header.StudyID = "20250102", "101112", "S1"
    header.AccessionNumber, header.ReferringPhysicianName = "A1", ""
    header.StudyDescription, header.SeriesDescription = "Chest", "thin"
    header.FrameOfReferenceUID, header.PositionReferenceIndicator = generate_uid(), ""
    header.Manufacturer = "Scanners"
    header.Rows, header.Columns = rows, columns
    header.ImageOrientationPatient = _decimals(geometry.directions.T[[2, 1]].ravel())
    header.PixelSpacing = _decimals([spacing_j, spacing_i])
    header.SliceThickness = _decimals([spacing_k])[0]
    header.SamplesPerPixel, header.PhotometricInterpretation = 1, "MONOCHROME2"
    header.BitsAllocated, header.BitsStored, header.HighBit = 16, 16, 15
    header.PixelRepresentation = 0
    return header


def _decimals(values) -> list[str]:
    return [f"{value:.10g}" for value in values]


def _save(header: Dataset, path: Path) -> None:
    header.file_meta = FileMetaDataset()
    header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    header.file_meta.MediaStorageSOPClassUID = header.SOPClassUID
    header.file_meta.MediaStorageSOPInstanceUID = header.SOPInstanceUID
    frames = int(header.get("NumberOfFrames", 1))
    header.PixelData = bytes(2 * frames * header.Rows * header.Columns)
    header.save_as(path, enforce_file_format=True)


def _as_study(
    header: Dataset,
    geometry: VolumeGeometry,
    instances: tuple[InstanceRef, ...],
    modality: str,
    body_part: str,
    unit: IntensityUnit | None,
) -> tuple[Study, Series]:
    series = Series(
        series_uid=header.SeriesInstanceUID,
        modality=modality,
        description=header.get("SeriesDescription", ""),
        number=3,
        geometry=geometry,
        instances=instances,
        unit=unit or UNIT_OF.get(modality, IntensityUnit.ARBITRARY),
        tags=SeriesTags(body_part=body_part),
    )
    study = Study(header.StudyInstanceUID, "", Patient(), "", (series,))
    return study, series

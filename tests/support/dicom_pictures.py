"""DICOM objects that are no slices of a CT: radiographs, cines, captures, tomographs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pydicom
from pydicom import Dataset, Sequence
from pydicom.dataset import FileMetaDataset

from tests.support.dicom_writer import SERIES_UID, STUDY_UID

_ROOT: Final = "1.2.840.10008.5.1.4.1.1."
CR_IMAGE: Final = _ROOT + "1"
MAMMOGRAM: Final = _ROOT + "1.2"
US_MULTI_FRAME: Final = _ROOT + "3.1"
MR_IMAGE: Final = _ROOT + "4"
US_VOLUME: Final = _ROOT + "6.2"
CAPTURE: Final = _ROOT + "7"
CAPTURE_FRAMES: Final = _ROOT + "7.3"
X_RAY_ANGIOGRAPHY: Final = _ROOT + "12.1"
NUCLEAR: Final = _ROOT + "20"
PARAMETRIC_MAP: Final = _ROOT + "30"


def write_picture(
    path: Path,
    sop_class: str,
    modality: str,
    frames: int = 1,
    shape: tuple[int, int] = (12, 10),
    **values: object,
) -> np.ndarray:
    """Write an object of 16-bit grey frames of noise; returns the stored samples."""
    rows, columns = shape
    stored = np.random.default_rng(frames).integers(0, 4096, (frames, rows, columns))
    stored = stored.astype(np.uint16)
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    ds.SOPClassUID = sop_class
    ds.SOPInstanceUID = f"1.2.3.{abs(hash(path.name)) % 10**9}"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = STUDY_UID, SERIES_UID
    ds.FrameOfReferenceUID = "1.2.826.0.1.3680043.9.9999.7"
    ds.Modality = modality
    ds.SeriesDescription = "Picture"
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows, ds.Columns = shape
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
    if frames > 1:
        ds.NumberOfFrames = frames
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    ds.PixelData = stored.tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    ds.save_as(path, enforce_file_format=True)
    return stored


def item(**values: object) -> Sequence:
    """A sequence of one item."""
    ds = Dataset()
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return Sequence([ds])

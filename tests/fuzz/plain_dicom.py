"""DICOM files written with pydicom alone: single objects and stacks of slices.

So that a mistake of the product's writers cannot hide one of its readers.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import Dataset, Sequence
from pydicom.dataset import FileMetaDataset

ROOT: Final = "1.2.826.0.1.3680043.9.9999.40"
_STORAGE: Final = "1.2.840.10008.5.1.4.1.1."
SOP_CLASSES: Final = {
    "CT": _STORAGE + "2",
    "MR": _STORAGE + "4",
    "PT": _STORAGE + "128",
    "DX": _STORAGE + "1.1",
    "CR": _STORAGE + "1",
    "MG": _STORAGE + "1.2",
    "US": _STORAGE + "3.1",
    "SC": _STORAGE + "7",
    "XA": _STORAGE + "12.1",
    "MR enhanced": _STORAGE + "4.1",
    "CT enhanced": _STORAGE + "2.1",
}
AXIAL: Final = (1, 0, 0, 0, 1, 0)
CORONAL: Final = (1, 0, 0, 0, 0, -1)
SAGITTAL: Final = (0, 1, 0, 0, 0, -1)


def item(**values: object) -> Sequence:
    """A sequence of one item."""
    ds = Dataset()
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return Sequence([ds])


def write_object(path: Path, kind: str, stored: NDArray[np.generic], **values: object) -> None:
    """One DICOM object of `stored`: (rows, cols), (frames, rows, cols), or with three colours.

    `values` are keywords of its header and win over what is set here.
    """
    is_color = stored.shape[-1] == 3 and stored.ndim >= 3
    plane = stored.shape[-3:-1] if is_color else stored.shape[-2:]
    frames = int(np.prod(stored.shape)) // (int(np.prod(plane)) * (3 if is_color else 1))
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    ds.SOPClassUID = SOP_CLASSES[kind]
    ds.Modality = kind.split()[0] if kind != "SC" else "OT"
    ds.PatientName, ds.PatientID, ds.PatientBirthDate = "Phantom^Odd", "ODD-1", "19500101"
    ds.StudyDate, ds.StudyTime, ds.AccessionNumber = "20240301", "101112", ""
    ds.Rows, ds.Columns = plane
    ds.SamplesPerPixel = 3 if is_color else 1
    ds.PhotometricInterpretation = "RGB" if is_color else "MONOCHROME2"
    if is_color:
        ds.PlanarConfiguration = 0
    bits = stored.dtype.itemsize * 8
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = bits, bits, bits - 1
    ds.PixelRepresentation = int(stored.dtype.kind == "i")
    if frames > 1:
        ds.NumberOfFrames = frames
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    ds.PixelData = stored.tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    ds.save_as(path, enforce_file_format=True)


def write_stack(
    folder: Path,
    kind: str,
    study: str,
    number: int,
    shape: tuple[int, int, int] = (12, 40, 48),
    spacing: tuple[float, float, float] = (4.0, 2.0, 2.0),
    orientation: tuple[float, ...] = AXIAL,
    places: list[float] | None = None,
    frame: str | None = ROOT + ".9",
    seed: int = 0,
    each: Callable[[int], dict[str, object]] = lambda _k: {},
    **values: object,
) -> None:
    """A stack of slices; `places` along the normal in mm, `each` adds to a slice's header."""
    count, rows, columns = shape
    places = places if places is not None else [k * spacing[0] for k in range(count)]
    normal = np.cross(orientation[:3], orientation[3:])
    voxels = blobs((len(places), rows, columns), seed)
    if kind == "CT":
        voxels = voxels - 1024
        values = {"RescaleIntercept": "0", "RescaleSlope": "1", **values}
    series = f"{ROOT}.{study}.{number}"
    for k, place in enumerate(places):
        header: dict[str, object] = {
            "StudyInstanceUID": f"{ROOT}.{study}",
            "SeriesInstanceUID": series,
            "SOPInstanceUID": f"{series}.{k + 1}",
            "SeriesNumber": number,
            "InstanceNumber": k + 1,
            "PixelSpacing": [str(spacing[1]), str(spacing[2])],
            "SliceThickness": str(spacing[0]),
            "ImageOrientationPatient": [f"{value:g}" for value in orientation],
            "ImagePositionPatient": [f"{v:.6g}" for v in normal * place - np.array((40, 40, 20))],
        }
        if frame is not None:
            header["FrameOfReferenceUID"] = frame
        write_object(
            folder / f"{series}.{k + 1}.dcm", kind, voxels[k], **{**header, **values, **each(k)}
        )


def blobs(shape: tuple[int, ...], seed: int = 0) -> NDArray[np.int16]:
    """A body with air around it, an organ and noise, 0 to 2000."""
    rng = np.random.default_rng(seed)
    grids = np.meshgrid(
        *[np.linspace(-1, 1, n) if n > 1 else np.zeros(1) for n in shape], indexing="ij"
    )
    far = np.sqrt(sum(g**2 for g in grids[-2:]))
    voxels = np.where(far < 0.85, 1050, 20) + 300 * (np.abs(far - 0.3) < 0.2)
    return (voxels + rng.integers(0, 60, shape)).astype(np.int16)

"""The files that are mutated: real odd ones where they are at hand, and small ones made here."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from reader.formats.export.dicom_encode import TRANSFER_SYNTAXES
from tests.support.dicom_writer import ct_volume, grid, write_ct

PROJECT = Path(__file__).resolve().parents[2]
LARGEST_IN_A_NORMAL_RUN = 700_000


def made_files(folder: Path) -> list[Path]:
    """Small files of every container and of every transfer syntax that can be written."""
    volume = ct_volume(grid((3, 40, 36)))
    files = []
    for name in TRANSFER_SYNTAXES:
        files.append(write_ct(folder / name, volume, transfer_syntax=name, edit=_with_text)[1])
    image = SimpleITK.GetImageFromArray(np.asarray(volume.voxels))
    image.SetSpacing((0.8, 0.7, 2.5))
    for name in ("v.nii", "v.nii.gz", "v.nrrd", "v.mha"):
        SimpleITK.WriteImage(image, str(folder / name), useCompression=name != "v.nii")
        files.append(folder / name)
    slices = sorted((folder / "explicit").iterdir())
    with zipfile.ZipFile(folder / "slices.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in slices:
            archive.write(path, f"inside/{path.name}")
    (folder / "slice.dcm.gz").write_bytes(gzip.compress(slices[0].read_bytes()))
    without_preamble = io.BytesIO(slices[0].read_bytes()[132:])
    (folder / "bare.dcm").write_bytes(without_preamble.getvalue())
    return [*files, folder / "slices.zip", folder / "slice.dcm.gz", folder / "bare.dcm"]


def packed_files(folder: Path) -> list[Path]:
    """Archives in archives, and colour and many frames, compressed in several ways."""
    slices = write_ct(folder / "ct", ct_volume(grid((2, 24, 20))))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(slices[0], "deep/one.dcm")
        archive.writestr("deep/one.dcm.gz", gzip.compress(slices[1].read_bytes()))
    with zipfile.ZipFile(folder / "nested.zip", "w") as archive:
        archive.writestr("inner.zip", held.getvalue())
        archive.write(slices[1], "two.dcm")
    rng = np.random.default_rng(4)
    found = [folder / "nested.zip"]
    for uid in (pydicom.uid.RLELossless, pydicom.uid.JPEGLSLossless, pydicom.uid.JPEG2000Lossless):
        for samples in (1, 3):
            shape = (4, 72, 66, 3)[: 4 if samples == 3 else 3]
            found.append(folder / f"{uid.keyword}{samples}.dcm")
            _write_frames(found[-1], rng.integers(0, 255, shape, np.uint8), uid)
    return found


def _write_frames(path: Path, frames: np.ndarray, uid: pydicom.uid.UID) -> None:
    """A multi-frame secondary capture."""
    is_color = frames.ndim == 4
    made = Dataset()
    made.file_meta = pydicom.dataset.FileMetaDataset()
    made.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    made.SOPClassUID = f"1.2.840.10008.5.1.4.1.1.7.{4 if is_color else 2}"
    made.SOPInstanceUID, made.SeriesInstanceUID = "2.25.1", "2.25.2"
    made.StudyInstanceUID, made.Modality, made.InstanceNumber = "2.25.3", "OT", 1
    made.NumberOfFrames, made.Rows, made.Columns = frames.shape[:3]
    made.SamplesPerPixel = 3 if is_color else 1
    made.PhotometricInterpretation = "RGB" if is_color else "MONOCHROME2"
    if is_color:
        made.PlanarConfiguration = 0
    made.BitsAllocated = made.BitsStored = 8
    made.HighBit, made.PixelRepresentation = 7, 0
    made.compress(uid, frames, generate_instance_uid=False)
    made.save_as(path, enforce_file_format=True)


def series_files(folder: Path) -> list[Path]:
    """The files of series in five files each, in four transfer syntaxes."""
    volume = ct_volume(grid((5, 40, 36)))
    files = []
    for name in ("explicit", "implicit", "rle", "jpegls"):
        files += write_ct(folder / name, volume, transfer_syntax=name, edit=_with_text)
    return files


def _with_text(ds: Dataset, _k: int) -> None:
    """Things that may hold anything without changing the image."""
    ds.InstitutionName = "A hospital with a rather long name"
    ds.PatientComments = "x" * 200
    block = ds.private_block(0x0099, "READING ROOM TEST", create=True)
    block.add_new(0x01, "LO", "a private value")
    block.add_new(0x02, "OB", bytes(range(64)))
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "1", "99X", "nothing"
    ds.ProcedureCodeSequence = Sequence([item])
    ds.AnatomicRegionSequence = Sequence([item])


def real_files(whole: bool) -> list[Path]:
    """Every file of the zoo, or those that are quick to mutate; none where it is absent.

    `READER_FUZZ_FILES` names a folder to take instead.
    """
    others = os.environ.get("READER_FUZZ_FILES")
    if others:
        return [p for p in sorted(Path(others).rglob("*")) if p.is_file() and p.stat().st_size]
    named = os.environ.get("READER_TEST_DATA")
    folder = Path(named) if named else PROJECT.parent / "shared" / "data"
    zoo = folder / "dicom_zoo"
    found = [p for p in sorted(zoo.rglob("*")) if p.is_file() and p.suffix not in (".tsv", ".txt")]
    return [p for p in found if whole or p.stat().st_size <= LARGEST_IN_A_NORMAL_RUN]


def is_dicom(path: Path) -> bool:
    """Whether pydicom finds a data set with an image in the file."""
    try:
        return "Rows" in pydicom.dcmread(path, force=True, stop_before_pixels=True)
    except Exception:  # noqa: BLE001 - the zoo holds what nobody can read
        return False

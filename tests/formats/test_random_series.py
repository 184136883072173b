"""Series made at random: every image is shown once, where its header says, with its values."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    generate_uid,
)

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.series_kind import SeriesKind
from reader.core.study import Series
from reader.formats.series_reader import read_series
from tests.support.dicom_writer import codes, scan

MR, ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.4.1"
SYNTAXES = (
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
)
TOLD = {"missing-slices", "uneven-spacing", "gantry-tilt", "slices-off-line"}
MARKS = {
    # what may tell the volumes of one series apart, and the values it takes
    "EchoTime": (2.5, 5.0, 7.5),
    "DiffusionBValue": (0.0, 800.0, 1200.0),
    "TemporalPositionIdentifier": (1, 2, 3),
    "AcquisitionTime": ("101500.25", "101503.5", "101510"),
    "InversionTime": (90.0, 900.0, 2500.0),
    "": (0, 1, 2),
}
GROUPS = {
    "EchoTime": ("MREchoSequence", "EffectiveEchoTime"),
    "DiffusionBValue": ("MRDiffusionSequence", "DiffusionBValue"),
    "TemporalPositionIdentifier": ("FrameContentSequence", "TemporalPositionIndex"),
    "": ("FrameContentSequence", "Ignored"),
}


@dataclass
class Image:
    """The truth about one slice."""

    values: NDArray[np.float64]
    origin: NDArray[np.float64]
    volume: int
    place: int
    stored: NDArray[np.generic] = field(default_factory=lambda: np.zeros(0))
    slope: float = 1.0
    intercept: float = 0.0


@dataclass
class Truth:
    """The truth about a series: `axes` are unit vectors along a row, down a column, across."""

    axes: NDArray[np.float64]
    spacing: tuple[float, float, float]
    images: list[Image]
    mark: str
    whole: bool
    tilted: bool

    def corner(self, image: Image) -> NDArray[np.float64]:
        """The centre of the last pixel."""
        rows, columns = image.values.shape
        along, down = self.axes[0] * self.spacing[0], self.axes[1] * self.spacing[1]
        return image.origin + along * (columns - 1) + down * (rows - 1)


def axes(rng: np.random.Generator) -> NDArray[np.float64]:
    """Three unit vectors, right-handed: along the patient's axes in any order, or oblique."""
    if rng.random() < 0.5:
        matrix = np.eye(3)[rng.permutation(3)] * rng.choice([-1, 1], 3)[:, None]
    else:
        matrix = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    matrix[2] = np.cross(matrix[0], matrix[1])
    return matrix


def truth(rng: np.random.Generator) -> Truth:
    mark = str(rng.choice(list(MARKS)))
    volumes = int(rng.integers(1, 4))
    count = int(rng.integers(1, 9)) if volumes == 1 else int(rng.integers(2, 8))
    spacing = tuple(np.round(rng.uniform(0.4, 6.0, 3), 3).tolist())
    frame = axes(rng)
    shape = tuple(rng.integers(3, 9, 2))
    origin = np.round(rng.uniform(-300, 300, 3), 3)
    tilted = count > 2 and rng.random() < 0.2
    step = frame[2] * spacing[2] + (frame[1] * spacing[2] * 0.3 if tilted else 0)
    gone = set(rng.permutation(np.arange(1, max(count - 1, 1)))[: rng.integers(0, 2)].tolist())
    gone = gone if count > 4 and rng.random() < 0.3 else set()
    dtype = rng.choice(["<u2", "<i2", "u1"])
    each = rng.random() < 0.4
    slope, intercept = 1.0, 0.0
    images = []
    for volume in range(volumes):
        for place in range(count):
            if place in gone:
                continue
            if each or not images:
                slope = float(np.round(rng.uniform(0.01, 3), 4))
                intercept = float(np.round(rng.uniform(-1000, 100), 2))
            low, high = (-2000, 2000) if dtype == "<i2" else (0, 255 if dtype == "u1" else 4095)
            stored = rng.integers(low, high, shape).astype(dtype)
            jitter = rng.uniform(-5e-4, 5e-4, 3)
            images.append(
                Image(
                    stored * slope + intercept,
                    np.round(origin + step * place + jitter, 6),
                    volume,
                    place,
                    stored,
                    slope,
                    intercept,
                )
            )
    return Truth(frame, spacing, images, mark, not gone, tilted)


def header(about: Truth, image: Image, sop_class: str, syntax: str) -> Dataset:
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = sop_class
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    ds.Modality = "MR"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.3", "1.2.3.4"
    ds.FrameOfReferenceUID, ds.SeriesNumber = "1.2.3.5", 1
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows, ds.Columns = image.stored.shape
    ds.BitsAllocated = ds.BitsStored = image.stored.dtype.itemsize * 8
    ds.HighBit = ds.BitsStored - 1
    ds.PixelRepresentation = int(image.stored.dtype.kind == "i")
    return ds


def text(values: NDArray[np.float64]) -> list[str]:
    return [f"{value:.10f}"[:16] for value in values]


def pixels(ds: Dataset, stored: NDArray[np.generic]) -> None:
    order = ">" if ds.file_meta.TransferSyntaxUID == ExplicitVRBigEndian else "<"
    data = stored.astype(stored.dtype.newbyteorder(order)).tobytes()
    ds.add_new("PixelData", "OW" if ds.BitsAllocated > 8 else "OB", data + bytes(len(data) % 2))


def write_files(folder: Path, about: Truth, rng: np.random.Generator) -> list[str]:
    """One file per image, names and numbers in any order; returns the UIDs."""
    syntax = str(rng.choice(SYNTAXES))
    numbers = rng.permutation(len(about.images))
    in_order = about.mark == ""
    names = rng.permutation(len(about.images))
    uids = []
    for n, image in enumerate(about.images):
        ds = header(about, image, MR, syntax)
        # Where nothing tells the volumes apart their numbers must.
        ds.InstanceNumber = str(n + 1 if in_order else int(numbers[n]) + 1)
        ds.ImagePositionPatient = text(image.origin)
        ds.ImageOrientationPatient = text(about.axes[:2].ravel())
        ds.PixelSpacing = [about.spacing[1], about.spacing[0]]
        ds.SliceThickness = about.spacing[2]
        ds.RescaleSlope, ds.RescaleIntercept = image.slope, image.intercept
        if about.mark:
            setattr(ds, about.mark, MARKS[about.mark][image.volume])
        pixels(ds, image.stored)
        ds.save_as(folder / f"{names[n]:03d}", enforce_file_format=True)
        uids.append(ds.SOPInstanceUID)
    return uids


def write_frames(folder: Path, about: Truth, rng: np.random.Generator) -> list[int]:
    """One enhanced file with its frames in any order; returns each image's frame."""
    order = rng.permutation(len(about.images)) if about.mark else np.arange(len(about.images))
    ds = header(about, about.images[0], ENHANCED_MR, str(rng.choice(SYNTAXES)))
    ds.NumberOfFrames = len(about.images)
    shared = Dataset()
    shared.PlaneOrientationSequence = [Dataset()]
    shared.PlaneOrientationSequence[0].ImageOrientationPatient = text(about.axes[:2].ravel())
    shared.PixelMeasuresSequence = [Dataset()]
    shared.PixelMeasuresSequence[0].PixelSpacing = [about.spacing[1], about.spacing[0]]
    shared.PixelMeasuresSequence[0].SliceThickness = about.spacing[2]
    ds.SharedFunctionalGroupsSequence = [shared]
    groups = []
    sequence, attribute = GROUPS[about.mark]
    for n in order:
        image = about.images[n]
        own, content, plane, scaling = Dataset(), Dataset(), Dataset(), Dataset()
        content.DimensionIndexValues = [image.volume + 1, image.place + 1]
        plane.ImagePositionPatient = text(image.origin)
        scaling.RescaleSlope, scaling.RescaleIntercept = image.slope, image.intercept
        scaling.RescaleType = "US"
        own.FrameContentSequence, own.PlanePositionSequence = [content], [plane]
        own.PixelValueTransformationSequence = [scaling]
        if about.mark:
            if sequence not in own:
                setattr(own, sequence, [Dataset()])
            setattr(getattr(own, sequence)[0], attribute, MARKS[about.mark][image.volume])
        groups.append(own)
    ds.PerFrameFunctionalGroupsSequence = groups
    pixels(ds, np.stack([about.images[n].stored for n in order]))
    ds.save_as(folder / "frames", enforce_file_format=True)
    return np.argsort(order).tolist()


def check(about: Truth, found: list[Series], image_of: dict[object, Image]) -> None:
    shown: list[int] = []
    volumes = {image.volume for image in about.images}
    assert len(found) == len(volumes)
    for series in found:
        assert series.kind is SeriesKind.VOLUME
        told = set(codes(series))
        assert about.tilted == ("gantry-tilt" in told)
        assert about.whole == ("missing-slices" not in told)
        assert series.measurable == (about.whole and not about.tilted)
        images = [image_of[ref.sop_instance_uid, ref.frame] for ref in series.instances]
        assert len({image.volume for image in images}) == 1
        assert [image.place for image in images] == sorted(image.place for image in images)
        voxels = read_series(series, ignore_progress, CancelToken()).voxels
        rows, columns = images[0].values.shape
        for k, image in enumerate(images):
            shown.append(id(image))
            np.testing.assert_allclose(voxels[k], image.values, rtol=1e-5, atol=2e-3)
            if about.whole:
                origin = series.geometry.to_lps((k, 0, 0))
                corner = series.geometry.to_lps((k, rows - 1, columns - 1))
                assert np.abs(origin - image.origin).max() < 3e-3
                assert np.abs(corner - about.corner(image)).max() < 3e-3
    assert sorted(shown) == sorted(id(image) for image in about.images)


@pytest.mark.parametrize("seed", range(24))
def test_files_in_any_order(tmp_path: Path, seed: int):
    rng = np.random.default_rng(seed)
    about = truth(rng)
    uids = write_files(tmp_path, about, rng)
    result = scan(tmp_path)
    assert not result.unreadable
    image_of = {(uid, 0): image for uid, image in zip(uids, about.images, strict=True)}
    check(about, list(result.studies[0].series), image_of)


@pytest.mark.parametrize("seed", range(24))
def test_frames_in_any_order(tmp_path: Path, seed: int):
    rng = np.random.default_rng(seed + 1000)
    about = truth(rng)
    while about.mark not in GROUPS:
        about = truth(rng)
    frames = write_frames(tmp_path, about, rng)
    result = scan(tmp_path)
    assert not result.unreadable
    (uid,) = {ref.sop_instance_uid for s in result.studies[0].series for ref in s.instances}
    image_of = {(uid, frame): image for frame, image in zip(frames, about.images, strict=True)}
    check(about, list(result.studies[0].series), image_of)

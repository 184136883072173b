"""Images for the readers of NIfTI, NRRD and MetaImage, with SimpleITK as the judge."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import SimpleITK

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.geometry import VolumeGeometry
from reader.core.study import Series
from reader.core.volume import Volume
from reader.formats.series_reader import read_series
from tests.support.dicom_writer import CORONAL, SAGITTAL, grid

SHAPE = (5, 9, 8)


def turned() -> VolumeGeometry:
    """An oblique right-handed grid; its rows and columns are no one's axes."""
    matrix = np.reshape(SimpleITK.Euler3DTransform((0, 0, 0), 0.4, -0.3, 0.9).GetMatrix(), (3, 3))
    return grid(SHAPE, cosines=(matrix[:, 0], matrix[:, 1]))


def mirrored() -> VolumeGeometry:
    """A left-handed grid, slices running towards the feet."""
    affine = grid(SHAPE).affine_kji_to_lps.copy()
    affine[:, 0] *= -1
    return VolumeGeometry(SHAPE, affine)


GRIDS = {
    "axial": grid(SHAPE),
    "coronal": grid(SHAPE, cosines=CORONAL),
    "sagittal": grid(SHAPE, cosines=SAGITTAL),
    "oblique": turned(),
    "mirrored": mirrored(),
}
DTYPES = {
    "u1": "i2", "i1": "i2", "i2": "i2", "u2": "u2", "i4": "i4", "u4": "i4", "i8": "i4", "u8": "i4",
    "f4": "f4", "f8": "f4",
}  # fmt: skip
"""What a volume's voxels are, for each type in a file."""


def itk_image(voxels: np.ndarray, geometry: VolumeGeometry) -> SimpleITK.Image:
    """The same image as SimpleITK has it; one more axis of `voxels` is colour."""
    image = SimpleITK.GetImageFromArray(voxels, isVector=voxels.ndim == 4)
    image.SetSpacing(geometry.spacing_kji_mm[::-1])
    image.SetOrigin(geometry.to_lps((0, 0, 0)).tolist())
    image.SetDirection(geometry.directions[:, ::-1].ravel().tolist())
    return image


def itk_affine(image: SimpleITK.Image) -> np.ndarray:
    """Columns k, j, i, origin."""
    affine = np.eye(4)
    columns = np.reshape(image.GetDirection(), (3, 3)) * image.GetSpacing()
    affine[:3, :3] = columns[:, ::-1]
    affine[:3, 3] = image.GetOrigin()
    return affine


def noise(dtype: str, shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    """Values over the whole range of a type, as far as 32 signed bits go."""
    rng = np.random.default_rng(1)
    if dtype.startswith("f"):
        return rng.normal(0, 100, shape).astype(dtype)
    limits = np.iinfo(dtype)
    low, high = max(limits.min, -(2**31)), min(limits.max, 2**31 - 1)
    return rng.integers(low, high, shape, endpoint=True).astype(dtype)


def patched(path: Path, at: int, layout: str, *values: float) -> Path:
    """The same little-endian file with other values at one place."""
    data = bytearray(path.read_bytes())
    struct.pack_into("<" + layout, data, at, *values)
    path.write_bytes(data)
    return path


def read(series: Series) -> Volume:
    """All of a series."""
    return read_series(series, ignore_progress, CancelToken())

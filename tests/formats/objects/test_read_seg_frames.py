"""Frames of segmentations, whatever they are stored as."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest

from reader.formats.objects.read_seg_frames import SegFrames

FindCase = Callable[[str], Path]
ZOO = "dicom_zoo/seg"
ODD_LIVERS = [
    "pydicom_liver_nonbyte_aligned.dcm", "pydicom_liver_nonbyte_aligned_deflate.dcm",
    "pydicom_liver_nonbyte_aligned_j2k.dcm", "pydicom_liver_nonbyte_aligned_rle.dcm",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD_LIVERS)
def test_frames_that_share_bytes_are_told_apart(real_data: FindCase, name: str):
    path = real_data(f"{ZOO}/{name}")
    truth = pydicom.dcmread(real_data(f"{ZOO}/pydicom_liver_nonbyte_aligned.dcm")).pixel_array
    with SegFrames(path) as frames:
        assert np.array_equal([frames.frame(n) for n in range(frames.format.count)], truth)

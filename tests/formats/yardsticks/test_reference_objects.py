"""The yardsticks of `reader conformance` for objects, checked by hand calculation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

from reader.formats.yardsticks.reference_objects import measurement_groups, segments, structures


def save(ds: Dataset, path: Path) -> Path:
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.3", "1.2.3.4"
    ds.save_as(path, enforce_file_format=True)
    return path


def item(**values: object) -> Dataset:
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def test_the_centre_of_a_structure_weighs_its_contours_by_their_area(tmp_path: Path):
    large = [0, 0, 0, 4, 0, 0, 4, 4, 0, 0, 4, 0]
    small = [0, 0, 3, 2, 0, 3, 2, 2, 3, 0, 2, 3]
    contours = [
        item(ContourGeometricType="CLOSED_PLANAR", ContourData=points) for points in (large, small)
    ]
    contours.append(item(ContourGeometricType="POINT", ContourData=[90, 90, 90]))
    roi = item(ReferencedROINumber=7, ContourSequence=Sequence(contours))
    (part,) = structures(save(item(ROIContourSequence=Sequence([roi])), tmp_path / "rt.dcm"))
    assert part.number == 7
    # 16 mm2 about (2, 2, 0) and 4 mm2 about (1, 1, 3).
    assert part.center_lps_mm == pytest.approx((1.8, 1.8, 0.6))
    assert part.voxel_mm == 3


def test_the_centre_of_a_segment_is_that_of_its_pixels(tmp_path: Path):
    frames = np.zeros((2, 4, 8), np.uint8)
    frames[0, 1, 2] = 1
    frames[1, 3, 4] = 1
    ds = item(
        Rows=4, Columns=8, NumberOfFrames=2, SamplesPerPixel=1, BitsAllocated=1, BitsStored=1,
        HighBit=0, PixelRepresentation=0, PhotometricInterpretation="MONOCHROME2",
        SegmentationType="BINARY",
        SegmentSequence=Sequence([item(SegmentNumber=n) for n in (1, 2)]),
        PixelData=np.packbits(frames, bitorder="little").tobytes(),
    )  # fmt: skip
    ds["PixelData"].VR = "OB"
    shared = item(
        PlaneOrientationSequence=Sequence([item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])]),
        PixelMeasuresSequence=Sequence([item(PixelSpacing=[2, 0.5], SliceThickness=3)]),
        SegmentIdentificationSequence=Sequence([item(ReferencedSegmentNumber=1)]),
    )
    ds.SharedFunctionalGroupsSequence = Sequence([shared])
    ds.PerFrameFunctionalGroupsSequence = Sequence(
        [
            item(PlanePositionSequence=Sequence([item(ImagePositionPatient=[10, 20, z])]))
            for z in (0, 3)
        ]
    )
    one, two = segments(save(ds, tmp_path / "seg.dcm"))
    assert (one.number, two.number) == (1, 2)
    assert one.center_lps_mm == pytest.approx((10 + 3 * 0.5, 20 + 2 * 2, 1.5))
    assert one.voxel_mm == 3
    assert two.center_lps_mm is None

    # A label map: 0 may be described, and is no segment.
    ds.SegmentationType = "LABELMAP"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelData = 8, 8, 7, frames.tobytes()
    ds.SegmentSequence = Sequence([item(SegmentNumber=n) for n in (0, 1)])
    (only,) = segments(save(ds, tmp_path / "map.dcm"))
    assert (only.number, only.center_lps_mm) == (1, one.center_lps_mm)


def test_measurement_groups_are_counted_however_deep(tmp_path: Path):
    def container(code: str, *children: Dataset) -> Dataset:
        return item(
            ConceptNameCodeSequence=Sequence([item(CodeValue=code)]),
            ContentSequence=Sequence(children),
        )

    root = container("126000", container("126010", container("125007"), container("125007")))
    assert measurement_groups(save(root, tmp_path / "sr.dcm")) == 2

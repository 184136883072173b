"""Segmentations by others: every voxel where an independent reading has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import UnreadableError
from reader.core.geometry import VolumeGeometry
from reader.core.imported import ImportedSegmentation
from reader.core.study import InstanceRef, Series
from reader.formats.objects.read_object import OpenImages
from reader.formats.objects.read_seg import read_segmentation
from tests.support.dicom_writer import scan

FindCase = Callable[[str], Path]
ZOO = "dicom_zoo/seg"
LIVERS = [
    "liver.dcm", "pydicom_liver.dcm", "pydicom_liver_expb.dcm", "pydicom_liver_deflate.dcm",
    "pydicom_liver_rle.dcm", "pydicom_liver_j2k.dcm",
]  # fmt: skip


def read(path: Path, *series: Series) -> ImportedSegmentation:
    return read_segmentation(path, OpenImages(series), ignore_progress, CancelToken())


def series_in(*paths: Path) -> list[Series]:
    return [series for study in scan(*paths).studies for series in study.series]


def mask_of(drawn: ImportedSegmentation, number: int) -> np.ndarray:
    one = next(s for s in drawn.segments if s.number == number)
    return drawn.sheets[one.sheet] == one.segment.label


def frames_by_hand(path: Path) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """(segment, LPS of every pixel set) of each frame, by pydicom alone."""
    ds = pydicom.dcmread(path)
    pixels = np.reshape(ds.pixel_array, (-1, ds.Rows, ds.Columns))
    shared = ds.SharedFunctionalGroupsSequence[0]
    found = []
    for frame, groups in zip(pixels, ds.PerFrameFunctionalGroupsSequence, strict=True):

        def get(keyword: str, groups=groups):
            return (groups.get(keyword) or shared.get(keyword))[0]

        position = np.array(get("PlanePositionSequence").ImagePositionPatient, float)
        cosines = np.array(get("PlaneOrientationSequence").ImageOrientationPatient, float)
        down, along = map(float, get("PixelMeasuresSequence").PixelSpacing)
        rows, columns = np.nonzero(frame)
        lps = position + columns[:, None] * along * cosines[:3] + rows[:, None] * down * cosines[3:]
        number = get("SegmentIdentificationSequence").ReferencedSegmentNumber
        found.append((int(number), lps, frame))
    return found


def own_series(path: Path) -> Series:
    """A series with exactly the slices a SEG was drawn on, for one without its images."""
    ds = pydicom.dcmread(path, stop_before_pixels=True)
    shared = ds.SharedFunctionalGroupsSequence[0]
    cosines = np.array(shared.PlaneOrientationSequence[0].ImageOrientationPatient, float).reshape(
        2, 3
    )
    measures = shared.PixelMeasuresSequence[0]
    normal = np.cross(*cosines)
    positions = {
        tuple(float(mm) for mm in f.PlanePositionSequence[0].ImagePositionPatient)
        for f in ds.PerFrameFunctionalGroupsSequence
    }
    ordered = sorted(positions, key=lambda p: float(np.dot(p, normal)))
    step = float(measures.get("SpacingBetweenSlices") or measures.SliceThickness)
    count = round(float(np.dot(np.subtract(ordered[-1], ordered[0]), normal)) / step) + 1
    affine = np.eye(4)
    affine[:3, 0] = normal * step
    affine[:3, 1] = cosines[1] * float(measures.PixelSpacing[0])
    affine[:3, 2] = cosines[0] * float(measures.PixelSpacing[1])
    affine[:3, 3] = ordered[0]
    shape = (count, int(ds.Rows), int(ds.Columns))
    geometry = VolumeGeometry(shape, affine, ds.FrameOfReferenceUID)
    instances = tuple(InstanceRef(path, "", f"1.2.{k}") for k in range(count))
    return Series("1.2", "CT", "", 1, geometry, instances)


# What other programs wrote


def test_the_pet_segmentation_lies_where_it_was_drawn(real_data: FindCase):
    folder = real_data("pet_headneck_qin0024")
    path = folder / "seg_3dslicer" / "tumor_User1_Manual_Trial1.dcm"
    (series,) = series_in(folder / "pet")
    drawn = read(path, series)
    by_hand = frames_by_hand(path)
    assert {s.segment.name for s in drawn.segments} == {
        "Neoplasm, Primary", "Neoplasm, Secondary"
    }  # fmt: skip
    assert drawn.series_key == series.key
    assert not drawn.warnings
    for one in drawn.segments:
        points = np.concatenate([lps for number, lps, _ in by_hand if number == one.number])
        assert one.voxel_count == len(points) > 0
        assert one.center_lps_mm == pytest.approx(points.mean(axis=0), abs=1e-3)
        voxels = np.rint(series.geometry.to_index(points)).astype(int)
        assert mask_of(drawn, one.number)[tuple(voxels.T)].all()


@pytest.mark.parametrize("name", LIVERS)
def test_one_liver_is_the_same_however_it_is_compressed(real_data: FindCase, name: str):
    (series,) = series_in(real_data(ZOO) / "ct-3slice")
    drawn = read(real_data(ZOO) / name, series)
    truth = np.stack([frame for _, _, frame in frames_by_hand(real_data(ZOO) / "liver.dcm")])
    mask = mask_of(drawn, 1)
    assert mask.sum() == truth.sum() == 107098
    points = np.concatenate([p for _, p, _ in frames_by_hand(real_data(ZOO) / "liver.dcm")])
    assert drawn.segments[0].center_lps_mm == pytest.approx(points.mean(axis=0), abs=1e-3)
    assert drawn.segments[0].segment.color == "#DD8265"


def test_segments_that_overlap_are_all_whole(real_data: FindCase):
    (series,) = series_in(real_data(ZOO) / "ct-3slice")
    path = real_data(f"{ZOO}/partial_overlaps.dcm")
    drawn = read(path, series)
    assert len(drawn.sheets) > 1
    for number in range(1, 6):
        points = np.concatenate([p for n, p, _ in frames_by_hand(path) if n == number])
        wanted = np.zeros(series.geometry.shape_kji, bool)
        wanted[tuple(np.rint(series.geometry.to_index(points)).astype(int).T)] = True
        assert np.array_equal(mask_of(drawn, number), wanted)


def test_highdicom_reads_the_same_out_of_it(real_data: FindCase):
    import highdicom

    (series,) = series_in(real_data(ZOO) / "ct-3slice")
    path = real_data(f"{ZOO}/partial_overlaps.dcm")
    drawn = read(path, series)
    slow = highdicom.seg.segread(path).get_pixels_by_source_instance(
        [instance.sop_instance_uid for instance in series.instances],
        ignore_spatial_locations=True,
        assert_missing_frames_are_empty=True,
    )
    for one in drawn.segments:
        assert np.array_equal(mask_of(drawn, one.number), slow[..., one.number - 1] != 0)


@pytest.mark.parametrize("images", ["image", "multiframe"])
def test_single_frames_and_a_converted_multi_frame_get_the_same(real_data: FindCase, images: str):
    """The multi-frame file has other UIDs: its frame of reference ties it."""
    folder = real_data(f"{ZOO}/23x38x3")
    (series,) = series_in(folder / images)
    path = folder / "seg" / "label.seg"
    drawn = read(path, series)
    points = np.concatenate([lps for _, lps, _ in frames_by_hand(path)])
    assert drawn.segments[0].voxel_count == len(points)
    assert drawn.segments[0].center_lps_mm == pytest.approx(points.mean(axis=0), abs=1e-3)


@pytest.mark.parametrize(
    "name",
    [
        f"{ZOO}/seg_image_ct_binary.dcm",
        f"{ZOO}/seg_image_ct_binary_overlap.dcm",
        f"{ZOO}/seg_image_ct_binary_single_frame.dcm",
        "dicom_zoo/sr/dcmqi_seg.dcm",
    ],
)
def test_segmentations_without_their_images_by_frame_of_reference(real_data: FindCase, name: str):
    path = real_data(name)
    series = own_series(path)
    drawn = read(path, series)
    for one in drawn.segments:
        points = [lps for number, lps, _ in frames_by_hand(path) if number == one.number]
        together = np.unique(np.concatenate(points).round(4), axis=0)
        assert one.voxel_count == len(together)
        assert one.center_lps_mm == pytest.approx(together.mean(axis=0), abs=1e-3)


@pytest.mark.parametrize("name", ["seg_image_ct_binary_fractional", "seg_image_ct_true_fractional"])
def test_fractions_are_outlined_at_a_half_and_kept_as_scores(real_data: FindCase, name: str):
    path = real_data(f"{ZOO}/{name}.dcm")
    series = own_series(path)
    drawn = read(path, series)
    ds = pydicom.dcmread(path)
    assert drawn.heatmap is not None
    wanted = np.zeros(series.geometry.shape_kji)
    for frame, groups in zip(ds.pixel_array, ds.PerFrameFunctionalGroupsSequence, strict=True):
        at = series.geometry.to_index(groups.PlanePositionSequence[0].ImagePositionPatient)
        wanted[round(at[0])] = frame / ds.MaximumFractionalValue
    assert np.abs(drawn.heatmap.scores - wanted).max() < 1e-3
    assert np.array_equal(mask_of(drawn, 1), wanted >= 0.5)


@pytest.mark.parametrize("name", ["sparse-labelmap-noppv.dcm", "sparse-labelmap-ppv5.dcm"])
def test_label_maps_leave_their_padding_out(real_data: FindCase, name: str):
    path = real_data(f"{ZOO}/{name}")
    series = own_series(path)
    drawn = read(path, series)
    ds = pydicom.dcmread(path)
    wanted = np.zeros(series.geometry.shape_kji, int)
    for frame, groups in zip(ds.pixel_array, ds.PerFrameFunctionalGroupsSequence, strict=True):
        at = series.geometry.to_index(groups.PlanePositionSequence[0].ImagePositionPatient)
        wanted[round(at[0])] = np.where(frame == ds.get("PixelPaddingValue", 0), 0, frame)
    assert np.array_equal(drawn.sheets[0], wanted)
    assert 0 not in {one.number for one in drawn.segments}


@pytest.mark.parametrize(
    "name",
    ["control", "control_labelmap", "control_labelmap_palette_color", "dots", "dots_tiled_full",
     "numbers"],
)  # fmt: skip
def test_slides_are_refused_by_name(real_data: FindCase, name: str):
    with pytest.raises(UnreadableError, match="Whole Slide"):
        read(real_data(f"{ZOO}/seg_image_sm_{name}.dcm"))


def test_a_film_is_segmented_by_the_image_it_names(real_data: FindCase):
    path = real_data(f"{ZOO}/seg_image_cr_binary.dcm")
    ds = pydicom.dcmread(path)
    uid = (
        ds.PerFrameFunctionalGroupsSequence[0]
        .DerivationImageSequence[0]
        .SourceImageSequence[0]
        .ReferencedSOPInstanceUID
    )
    geometry = VolumeGeometry.from_spacing((2, ds.Rows, ds.Columns), (1, 1, 1))
    from reader.core.series_kind import SeriesKind

    instances = (InstanceRef(path, "", "1.2.3"), InstanceRef(path, "", str(uid)))
    film = Series("1.2", "CR", "", 1, geometry, instances, kind=SeriesKind.IMAGES)
    drawn = read(path, film)
    assert np.array_equal(drawn.sheets[0][1] != 0, ds.pixel_array != 0)
    assert not drawn.sheets[0][0].any()

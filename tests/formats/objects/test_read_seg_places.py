"""Segmentations that highdicom writes, whatever way round, come back where they were drawn."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
import SimpleITK

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import Cancelled, UnreadableError
from reader.core.geometry import VolumeGeometry
from reader.core.imported import ImportedSegmentation
from reader.core.study import Series
from reader.formats.objects.read_object import OpenImages
from reader.formats.objects.read_seg import read_segmentation
from tests.support.dicom_writer import AXIAL, CORONAL, SAGITTAL, ct_volume, grid, scan, write_ct
from tests.support.object_writer import headers, write_seg


def read(path: Path, *series: Series) -> ImportedSegmentation:
    return read_segmentation(path, OpenImages(series), ignore_progress, CancelToken())


def series_in(*paths: Path) -> list[Series]:
    return [series for study in scan(*paths).studies for series in study.series]


def mask_of(drawn: ImportedSegmentation, number: int) -> np.ndarray:
    one = next(s for s in drawn.segments if s.number == number)
    return drawn.sheets[one.sheet] == one.segment.label


# What highdicom writes, whatever way round


def truth(shape: tuple[int, int, int], parts: int = 2) -> np.ndarray:
    """Parts of no symmetry, in some slices only."""
    made = np.zeros((*shape, parts), bool)
    made[1:4, 5:20, 3:9, 0] = True
    made[3, 7:12, 20:31, 0] = True
    if parts > 1:
        made[4:6, 15:33, 12:18, 1] = True
    return made


@pytest.mark.parametrize("cosines", [AXIAL, CORONAL, SAGITTAL, ((0.8, 0.6, 0), (-0.6, 0.8, 0))])
@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP", "FRACTIONAL"])
def test_any_orientation_in_any_kind(tmp_path: Path, cosines, kind: str):
    volume = ct_volume(grid(cosines=cosines))
    write_ct(tmp_path / "ct", volume)
    (series,) = series_in(tmp_path / "ct")
    images = headers(series)
    masks = truth(series.geometry.shape_kji)
    options = {"omit_empty_frames": True}
    if kind == "FRACTIONAL":
        options["fractional_type"] = "PROBABILITY"
    pixels = masks.astype(float) if kind == "FRACTIONAL" else masks.astype(np.uint8)
    path = write_seg(tmp_path / "seg.dcm", images[::-1], pixels[::-1], kind, **options)
    drawn = read(path, series)
    for number in (1, 2):
        assert np.array_equal(mask_of(drawn, number), masks[..., number - 1])
    assert drawn.origin.maker == "Drawing program"


def test_another_grid_gets_the_nearest_pixels_as_simpleitk_does(tmp_path: Path):
    """The SEG lies on a finer, turned grid; two series could be meant, one is named."""
    fine = ct_volume(grid((9, 50, 44), (1.5, 0.9, 1.1), ((0.96, 0.28, 0), (-0.28, 0.96, 0))))
    coarse = ct_volume(grid((6, 30, 32), (2.5, 1.3, 1.2)))
    write_ct(tmp_path / "fine", fine)
    write_ct(tmp_path / "coarse", coarse)
    (drawn_on,) = series_in(tmp_path / "fine")
    (shown,) = series_in(tmp_path / "coarse")
    masks = np.zeros((*drawn_on.geometry.shape_kji, 1), np.uint8)
    masks[2:8, 10:35, 8:30] = 1
    path = write_seg(tmp_path / "seg.dcm", headers(drawn_on), masks)
    drawn = read(path, shown)
    assert "another grid" in str(drawn.warnings[0])
    resampled = SimpleITK.GetArrayFromImage(
        SimpleITK.Resample(
            itk_image(masks[..., 0], drawn_on.geometry),
            itk_image(np.zeros(shown.geometry.shape_kji, np.uint8), shown.geometry),
            SimpleITK.Transform(),
            SimpleITK.sitkNearestNeighbor,
        )
    )
    assert (mask_of(drawn, 1) != (resampled != 0)).mean() < 1e-4
    assert mask_of(drawn, 1).sum() > 500


def itk_image(array: np.ndarray, geometry: VolumeGeometry) -> SimpleITK.Image:
    image = SimpleITK.GetImageFromArray(array)
    image.SetSpacing(geometry.spacing_kji_mm[::-1])
    image.SetOrigin([float(mm) for mm in geometry.affine_kji_to_lps[:3, 3]])
    image.SetDirection(geometry.directions[:, ::-1].ravel().tolist())
    return image


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP"])
def test_frames_stay_with_their_images_where_slices_are_missing(tmp_path: Path, kind: str):
    """The even grid has the last slices up to two places from where they lie."""
    write_ct(tmp_path / "ct", ct_volume(grid((12, 30, 26))), keep=lambda k: k not in (5, 7, 9, 11))
    (series,) = series_in(tmp_path / "ct")
    masks = np.zeros((8, 30, 26, 1), np.uint8)
    for k in range(1, 8):
        masks[k, k : k + 4, 2 * k : 2 * k + 5] = 1
    path = write_seg(tmp_path / "seg.dcm", headers(series), masks, kind)
    for shown in (series, without_uids(series)):
        drawn = read(path, shown)
        assert np.array_equal(mask_of(drawn, 1), masks[..., 0] != 0)
        assert not drawn.warnings


@pytest.mark.parametrize("flips", [(False, False), (True, False), (False, True), (True, True)])
@pytest.mark.parametrize("axes", [(0, 1, 2), (1, 0, 2), (2, 1, 0), (0, 2, 1)])
def test_a_turned_grid_of_the_same_voxels_gives_the_same_voxels(tmp_path: Path, axes, flips):
    """Drawn on a reformat: rows, columns and slices exchanged and reversed, oblique."""
    turned = np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))[0]
    shape = (7, 30, 26)
    whole = grid(shape, (2.0, 2.0, 2.0), (turned[0], turned[1]))
    masks = np.zeros(shape, bool)
    masks[1:4, 5:20, 3:9] = masks[3, 7:12, 20:25] = masks[5, 2, 2] = True
    affine = np.eye(4)
    affine[:3, :3] = whole.affine_kji_to_lps[:3, list(axes)]
    affine[:3, 3] = whole.affine_kji_to_lps[:3, 3]
    pixels = masks.transpose(axes)
    for axis in range(3):
        left = (
            axis == 0
            and np.linalg.det(affine[:3, :3])
            * np.linalg.det(whole.affine_kji_to_lps[:3, :3])
            * (-1) ** sum(flips)
            < 0
        )
        if left or (axis and flips[axis - 1]):
            affine[:3, 3] += affine[:3, axis] * (pixels.shape[axis] - 1)
            affine[:3, axis] *= -1
            pixels = np.flip(pixels, axis)
    other = VolumeGeometry(pixels.shape, affine, whole.frame_of_reference_uid)
    write_ct(tmp_path / "shown", ct_volume(whole))
    write_ct(tmp_path / "reformat", ct_volume(other), series_uid="1.2.9")
    (shown,), (drawn_on,) = series_in(tmp_path / "shown"), series_in(tmp_path / "reformat")
    path = write_seg(tmp_path / "seg.dcm", headers(drawn_on), pixels[..., None].astype(np.uint8))
    assert np.array_equal(mask_of(read(path, shown), 1), masks)


def test_hundreds_of_segments_and_empty_ones_are_listed(tmp_path: Path):
    write_ct(tmp_path / "ct", ct_volume())
    (series,) = series_in(tmp_path / "ct")
    masks = np.zeros((*series.geometry.shape_kji, 300), np.uint8)
    for n in range(299):  # the last is empty
        masks[n % 7, (n * 5) % 40, n % 36, n] = 1
    path = write_seg(tmp_path / "seg.dcm", headers(series), masks)
    drawn = read(path, series)
    assert [s.voxel_count for s in drawn.segments] == [1] * 299 + [0]
    assert drawn.segments[-1].center_lps_mm is None


def test_of_two_series_the_one_that_is_named_is_taken(tmp_path: Path):
    for name, seed in (("one", 0), ("two", 1)):
        write_ct(tmp_path / name, ct_volume(seed=seed), series_uid=f"1.2.3.{seed}")
    series = [s for name in ("one", "two") for s in series_in(tmp_path / name)]
    masks = truth(series[1].geometry.shape_kji).astype(np.uint8)
    path = write_seg(tmp_path / "seg.dcm", headers(series[1]), masks)
    assert read(path, *series).series_key == series[1].key


# What is refused


def test_images_elsewhere_are_no_place_for_it(tmp_path: Path):
    write_ct(tmp_path / "ct", ct_volume())
    write_ct(tmp_path / "far", ct_volume(grid(origin=(900.0, 900.0, 900.0))))
    (near,) = series_in(tmp_path / "ct")
    (far,) = series_in(tmp_path / "far")
    masks = truth(near.geometry.shape_kji).astype(np.uint8)
    path = write_seg(tmp_path / "seg.dcm", headers(near), masks)
    with pytest.raises(UnreadableError, match="lies elsewhere"):
        read(path, without_uids(far))
    with pytest.raises(UnreadableError, match="not open"):
        read(path)


def without_uids(series: Series) -> Series:
    """The same grid and frame of reference, with images nobody names."""
    from dataclasses import replace

    return replace(
        series,
        series_uid="9.9",
        instances=tuple(
            replace(one, sop_instance_uid=f"9.9.{k}") for k, one in enumerate(series.instances)
        ),
    )


def test_cancel_stops_between_frames(tmp_path: Path):
    write_ct(tmp_path / "ct", ct_volume())
    (series,) = series_in(tmp_path / "ct")
    masks = truth(series.geometry.shape_kji).astype(np.uint8)
    path = write_seg(tmp_path / "seg.dcm", headers(series), masks)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        read_segmentation(path, OpenImages([series]), ignore_progress, cancel)


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP"])
def test_damage_anywhere_is_refused_or_read_never_a_crash(tmp_path: Path, kind: str):
    write_ct(tmp_path / "ct", ct_volume())
    (series,) = series_in(tmp_path / "ct")
    masks = truth(series.geometry.shape_kji).astype(np.uint8)
    good = write_seg(tmp_path / "seg.dcm", headers(series), masks, kind).read_bytes()
    path = tmp_path / "bad.dcm"
    rng = np.random.default_rng(5)
    for n in range(120):
        bad = bytearray(good)
        if n % 3 == 0:
            del bad[int(rng.integers(130, len(bad))) :]
        else:
            for _ in range(4):
                bad[int(rng.integers(130, len(bad)))] = int(rng.integers(256))
        path.write_bytes(bytes(bad))
        with contextlib.suppress(UnreadableError):
            read(path, series)

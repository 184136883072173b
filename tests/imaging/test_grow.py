"""The lesion under a click: solid, attached, faint, tiny, and nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.volume import Volume
from reader.imaging.grow import FALLBACK_DIAMETER_MM, grow_from_point
from reader.imaging.measure import measure_extent
from tests.support.lesions import lesion

NODULE_LPS = np.array((-57.4, 131.2, -520.4))
NODULE_SLICE = 159


@pytest.mark.parametrize(
    ("case", "least_overlap"),
    [
        ({"radius_mm": 2.0}, 0.75),
        ({"radius_mm": 3.0}, 0.8),
        ({"radius_mm": 5.0}, 0.9),
        ({"radius_mm": 12.0}, 0.95),
        ({"radius_mm": 5.0, "spacing": (5.0, 0.8, 0.8)}, 0.85),
        ({"radius_mm": 6.0, "stretch": 1.6}, 0.9),
        ({"radius_mm": 5.0, "inside": -560}, 0.88),
        ({"radius_mm": 9.0, "inside": -560, "core_share": 0.45}, 0.9),
        ({"radius_mm": 4.0, "vessel_radius_mm": 1.5}, 0.8),
        ({"radius_mm": 5.0, "vessel_radius_mm": 2.5}, 0.8),
        ({"radius_mm": 5.0, "wall_at": 0.8}, 0.8),
        ({"radius_mm": 5.0, "wall_at": 0.3}, 0.75),
        ({"radius_mm": 8.0, "inside": 70, "outside": 110, "noise": 15}, 0.9),
        ({"radius_mm": 4.0, "inside": 65, "outside": 110, "noise": 15}, 0.75),
    ],
    ids=str,
)
def test_a_click_anywhere_in_the_lesion_finds_it(case: dict, least_overlap: float) -> None:
    made = lesion(**case)
    rng = np.random.default_rng(7)
    for share in (0.0, 0.4):
        direction = rng.normal(size=3)
        click = made.center_lps + share * case["radius_mm"] * direction / np.linalg.norm(direction)
        assert made.overlap(grow_from_point(made.volume, click)) >= least_overlap


def test_a_large_lesion_is_found_whole() -> None:
    made = lesion(radius_mm=27.0, inside=70, outside=110, noise=15, spacing=(5, 2, 2), size_mm=90)
    assert made.overlap(grow_from_point(made.volume, made.center_lps + 5)) > 0.9


def test_it_never_runs_along_a_wall_into_the_body() -> None:
    made = lesion(radius_mm=6.0, wall_at=0.0)
    assert 0.6 < made.volume_ratio(grow_from_point(made.volume, made.center_lps)) < 2.5


def test_clicks_beside_the_middle_give_the_same_lesion() -> None:
    made = lesion(radius_mm=7.0)
    rng = np.random.default_rng(3)
    volumes = []
    for _ in range(6):
        direction = rng.normal(size=3)
        click = made.center_lps + 4.0 * direction / np.linalg.norm(direction)
        volumes.append(grow_from_point(made.volume, click)[1].sum())
    assert max(volumes) / min(volumes) < 1.05


def flat(value: float = 40.0, noise: float = 0.0) -> Volume:
    geometry = VolumeGeometry.from_spacing((24, 60, 60), (2.0, 0.8, 0.8))
    voxels = np.random.default_rng(0).normal(value, noise, geometry.shape_kji)
    return Volume("1.2.3", np.round(voxels).astype(np.int16), geometry)


@pytest.mark.parametrize("index", [(12, 30, 30), (0, 0, 0), (23, 59, 59)])
def test_where_nothing_stands_out_a_small_ball_is_given(index) -> None:
    volume = flat()
    click = volume.geometry.to_lps(index)
    box, mask = grow_from_point(volume, click)
    extent = measure_extent(mask, box, volume.geometry)
    assert 0 < extent.long_axis_mm <= FALLBACK_DIAMETER_MM + 0.8
    assert mask[tuple(n - lo for n, (lo, _) in zip(index, box, strict=True))]


def test_noise_alone_and_clicks_outside_stay_small_and_inside_the_grid() -> None:
    volume = flat(noise=20.0)
    for index in ((12, 30, 30), (0, 0, 0), (-5, 30, 30), (50, 90, 90)):
        box, mask = grow_from_point(volume, volume.geometry.to_lps(index))
        assert mask.any()
        assert mask.shape == tuple(hi - lo for lo, hi in box)
        assert all(0 <= lo < hi <= n for (lo, hi), n in zip(box, (24, 60, 60), strict=True))
        assert mask.sum() * volume.geometry.voxel_volume_mm3 < 4 / 3 * np.pi * 42**3


@pytest.mark.parametrize("shape", [(1, 50, 50), (3, 4, 5), (1, 1, 1), (2, 2, 40)])
def test_thin_and_tiny_volumes_work(shape) -> None:
    geometry = VolumeGeometry.from_spacing(shape, (5.0, 1.0, 1.0))
    volume = Volume("1.2.3", np.zeros(shape, dtype=np.float32), geometry)
    assert grow_from_point(volume, geometry.center_lps_mm)[1].any()


def test_a_lesion_in_one_slice_only_is_found() -> None:
    row, column = np.mgrid[0:60, 0:60]
    voxels = np.where((row - 30) ** 2 + (column - 28) ** 2 <= 36, 500, 100).astype(np.int16)[None]
    geometry = VolumeGeometry.from_spacing((1, 60, 60), (6.0, 1.0, 1.0))
    box, mask = grow_from_point(Volume("1.2.3", voxels, geometry), geometry.to_lps((0, 30, 28)))
    assert measure_extent(mask, box, geometry).long_axis_mm == pytest.approx(12, abs=1.5)


def part_of_series(folder: Path, middle: int, reach: int) -> Volume:
    """Some slices of a real series, read by SimpleITK."""
    import SimpleITK

    names = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder))
    image = SimpleITK.ReadImage(names[max(0, middle - reach) : middle + reach + 1])
    affine = np.eye(4)
    direction = np.array(image.GetDirection()).reshape(3, 3)
    affine[:3, :3] = (direction * image.GetSpacing())[:, ::-1]
    affine[:3, 3] = image.GetOrigin()
    voxels = SimpleITK.GetArrayFromImage(image).astype(np.int16)
    return Volume("1.2.3", voxels, VolumeGeometry(voxels.shape, affine))


@pytest.fixture(scope="module")
def nodule(real_data: Callable[[str], Path]) -> Volume:
    """The slices of the real chest CT around its nodule."""
    return part_of_series(real_data("ct_chest_lidc0314") / "ct", middle=NODULE_SLICE, reach=25)


@pytest.mark.parametrize("beside", [(0, 0, 0), (3.5, 0, 0), (-3, 3, 0), (0, -4, 2), (1, 1, -4)])
def test_the_real_nodule_measures_what_radiologists_measured(nodule: Volume, beside) -> None:
    """LIDC-IDRI-0314: 15.5 mm mean diameter by four radiologists (LUNA16 annotation)."""
    box, mask = grow_from_point(nodule, NODULE_LPS + beside)
    extent = measure_extent(mask, box, nodule.geometry, nodule.voxels)
    assert 14.0 < np.cbrt(extent.volume_mm3 * 6 / np.pi) < 16.5
    assert 15.0 < extent.long_axis_mm < 19.0
    assert np.linalg.norm(np.array(extent.center_lps_mm) - NODULE_LPS) < 2.0


@pytest.mark.parametrize("index", [(301, 111), (303, 113), (300, 110)])
def test_a_small_dark_spot_in_a_real_liver_is_measured(
    real_data: Callable[[str], Path], index: tuple[int, int]
) -> None:
    """CRLM-CT-1004: 10 HU below the liver around it in slices 5 mm thick."""
    volume = part_of_series(real_data("ct_liver_crlm1004") / "ct", middle=21, reach=9)
    click = volume.geometry.to_lps((9, *index))
    box, mask = grow_from_point(volume, click)
    extent = measure_extent(mask, box, volume.geometry, volume.voxels)
    assert 4.0 < extent.long_axis_mm < 9.0
    assert extent.mean_value < 105


def test_lung_between_vessels_is_no_lesion() -> None:
    """A click into airy lung inside the chest wall must not take the lung for a lesion."""
    geometry = VolumeGeometry.from_spacing((48, 48, 48), (1.0, 1.0, 1.0), (-24, -24, -24))
    distance = np.linalg.norm(np.indices((48, 48, 48)) - 24.0, axis=0)
    noise = np.random.default_rng(3).normal(0, 20, distance.shape)
    voxels = (np.where(distance < 14, -850, 30) + noise).astype(np.int16)
    grey = Volume("1.2.3", voxels, geometry)
    hounsfield = Volume("1.2.3", voxels, geometry, IntensityUnit.HU)

    def diameter(volume: Volume) -> float:
        _, mask = grow_from_point(volume, (0.0, 0.0, 0.0))
        return float(np.cbrt(mask.sum() * 6 / np.pi))

    assert diameter(grey) > 25, "where values mean nothing, a dark ball may be a lesion"
    assert diameter(hounsfield) <= FALLBACK_DIAMETER_MM + 1

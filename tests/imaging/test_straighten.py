"""A tilted stack becomes a straight one: every voxel where it was, none invented."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK

from reader.core.cancel import CancelToken, Progress, ignore_progress
from reader.core.errors import Cancelled, ReaderError
from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.study import GeometryWarning, WarningCode
from reader.core.text import say
from reader.core.volume import Volume
from reader.imaging.straighten import straighten

TILT = GeometryWarning(WarningCode.GANTRY_TILT, say("tilted"))


def tilted_grid(
    shape: tuple[int, int, int] = (9, 40, 30),
    drift_mm: tuple[float, float] = (0.83, 0.0),
    spacing: tuple[float, float, float] = (3.0, 0.7, 0.9),
) -> VolumeGeometry:
    """Slices turned about an oblique axis, each `drift_mm` (down, along) beside the last."""
    turn = np.reshape(SimpleITK.Euler3DTransform((0, 0, 0), 0.3, -0.2, 0.1).GetMatrix(), (3, 3))
    along, down = turn[:, 0], turn[:, 1]
    normal = np.cross(along, down)
    affine = np.eye(4)
    affine[:3, 0] = normal * spacing[0] + down * drift_mm[0] + along * drift_mm[1]
    affine[:3, 1] = down * spacing[1]
    affine[:3, 2] = along * spacing[2]
    affine[:3, 3] = (-20, 30, -400)
    return VolumeGeometry(shape, affine, "1.2.3")


def plane_phantom(geometry: VolumeGeometry, dtype: str = "float32") -> np.ndarray:
    """Values linear in the patient: any right linear interpolation is exact."""
    index = np.stack(np.meshgrid(*map(np.arange, geometry.shape_kji), indexing="ij"), axis=-1)
    return (geometry.to_lps(index) @ np.array((1.5, -2.0, 0.75))).astype(dtype)


def make(geometry: VolumeGeometry, voxels: np.ndarray, **values: object) -> Volume:
    return Volume(
        "1.2", np.ascontiguousarray(voxels), geometry, warnings=(TILT,), measurable=False, **values
    )


def run(volume: Volume) -> Volume:
    return straighten(volume, ignore_progress, CancelToken())


@pytest.mark.parametrize("drift", [(0.83, 0.0), (-1.9, 0.0), (0.4, -1.3), (0.0, 0.9)])
def test_values_stay_at_their_places_in_the_patient(drift: tuple[float, float]):
    geometry = tilted_grid(drift_mm=drift)
    straight = run(make(geometry, plane_phantom(geometry), padding=(-9999.0, -9999.0)))
    directions = straight.geometry.directions
    assert directions.T @ directions == pytest.approx(np.eye(3), abs=1e-9)
    assert straight.geometry.spacing_kji_mm == pytest.approx((3.0, 0.7, 0.9))
    inside = ~straight.is_padding(straight.voxels)
    # All but what half a pixel of edge rounds off is there.
    assert inside.sum() >= 0.9 * geometry.shape_kji[0] * 40 * 30
    expected = plane_phantom(straight.geometry)
    back = np.stack(np.nonzero(inside), axis=-1)
    source = geometry.to_index(straight.geometry.to_lps(back))
    within = np.all((source >= -1e-6) & (source <= np.array(geometry.shape_kji) - 1 + 1e-6), axis=1)
    assert within.mean() > 0.9
    found = straight.voxels[inside][within]
    assert found == pytest.approx(expected[inside][within], abs=2e-3)


def test_it_is_what_simple_itk_resamples():
    geometry = tilted_grid(drift_mm=(1.1, 0.0))
    voxels = np.random.default_rng(3).integers(-1000, 2000, geometry.shape_kji).astype(np.int16)
    straight = run(make(geometry, voxels, unit=IntensityUnit.HU))
    target = straight.geometry
    # ITK cannot hold a sheared grid, so each slice is resampled as an image of its own.
    differing = 0
    for k in range(geometry.shape_kji[0]):
        expected = itk_slice(geometry, voxels, target, k)
        difference = np.abs(straight.voxels[k].astype(float) - expected)
        assert (difference > 0.51).mean() < 0.002
        differing += int((difference > 0.51).sum())
    assert differing == 0
    assert straight.padding == (-3024, -3024)


def itk_slice(
    source: VolumeGeometry, voxels: np.ndarray, target: VolumeGeometry, k: int
) -> np.ndarray:
    """Slice k of a straight grid, resampled by SimpleITK from slice k of the tilted one."""
    image = SimpleITK.GetImageFromArray(voxels[k : k + 1].astype(np.float64))
    directions = target.directions
    for one, grid in ((image, source),):
        one.SetOrigin(tuple(grid.to_lps((k, 0, 0))))
        one.SetSpacing((grid.spacing_kji_mm[2], grid.spacing_kji_mm[1], 1.0))
        one.SetDirection(directions[:, ::-1].ravel())
    resample = SimpleITK.ResampleImageFilter()
    resample.SetSize((target.shape_kji[2], target.shape_kji[1], 1))
    resample.SetOutputSpacing((target.spacing_kji_mm[2], target.spacing_kji_mm[1], 1.0))
    resample.SetOutputOrigin(tuple(target.to_lps((k, 0, 0))))
    resample.SetOutputDirection(directions[:, ::-1].ravel())
    resample.SetInterpolator(SimpleITK.sitkLinear)
    resample.SetDefaultPixelValue(-3024)
    return SimpleITK.GetArrayFromImage(resample.Execute(image))[0]


def test_shifts_by_whole_pixels_are_exact_and_lose_nothing():
    geometry = tilted_grid(drift_mm=(1.4, 0.0))
    voxels = np.random.default_rng(1).integers(0, 4000, geometry.shape_kji).astype(np.uint16)
    straight = run(make(geometry, voxels))
    assert straight.voxels.shape == (9, 40 + 16, 30)
    for k in range(9):
        assert np.array_equal(straight.voxels[k, 2 * k : 2 * k + 40], voxels[k])
        assert not straight.voxels[k, : 2 * k].any()
    assert straight.voxels.dtype == np.uint16


def test_it_is_marked_and_measurable_unless_something_else_is_wrong():
    geometry = tilted_grid()
    volume = make(geometry, plane_phantom(geometry))
    straight = run(volume)
    assert [w.code for w in straight.warnings] == [WarningCode.RESAMPLED]
    assert straight.measurable
    gap = GeometryWarning(WarningCode.MISSING_SLICES, say("gap"))
    gappy = run(replace(volume, warnings=(TILT, gap)))
    assert [w.code for w in gappy.warnings] == [WarningCode.RESAMPLED, WarningCode.MISSING_SLICES]
    assert not gappy.measurable
    assert straight.geometry.frame_of_reference_uid == "1.2.3"


def test_padding_is_not_mixed_into_the_image():
    geometry = tilted_grid(drift_mm=(0.35, 0.0))
    voxels = np.full(geometry.shape_kji, 100, np.int16)
    voxels[:, :12] = -2000
    straight = run(make(geometry, voxels, unit=IntensityUnit.HU, padding=(-2000.0, -2000.0)))
    assert set(np.unique(straight.voxels)) == {-2000, 100}


def test_colours_and_graphics_move_along():
    geometry = tilted_grid(drift_mm=(0.7, 0.0))
    rng = np.random.default_rng(4)
    colours = rng.integers(0, 255, (*geometry.shape_kji, 3)).astype(np.uint8)
    marks = (rng.random(geometry.shape_kji) > 0.9).astype(np.uint8)
    straight = run(make(geometry, colours, graphics=marks))
    assert straight.graphics is not None
    for k in range(9):
        assert np.array_equal(straight.voxels[k, k : k + 40], colours[k])
        assert np.array_equal(straight.graphics[k, k : k + 40], marks[k])


def test_it_reports_every_slice_and_can_be_cancelled():
    geometry = tilted_grid()
    volume = make(geometry, plane_phantom(geometry))
    seen: list[Progress] = []
    straighten(volume, seen.append, CancelToken())
    assert [p.done for p in seen] == list(range(1, 10))
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        straighten(volume, ignore_progress, token)


def test_an_absurd_tilt_is_refused_before_memory_is_taken():
    geometry = tilted_grid(drift_mm=(2000.0, 0.0))
    with pytest.raises(ReaderError, match="would not fit"):
        run(make(geometry, plane_phantom(geometry)))


def test_slices_that_are_skewed_themselves_are_refused():
    affine = tilted_grid().affine_kji_to_lps.copy()
    affine[:3, 1] += 0.2 * affine[:3, 2]
    geometry = VolumeGeometry((9, 40, 30), affine)
    with pytest.raises(ReaderError, match="not at right angles"):
        run(make(geometry, np.zeros(geometry.shape_kji, np.int16)))

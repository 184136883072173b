"""A second volume in colour over a slice: where it lies, how strong, what is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import WindowLevel
from reader.core.orientation import AS_ACQUIRED, Plane, SpatialTransform, plane_axes
from reader.core.volume import Volume
from reader.imaging.cut import THIN, Projection, Slab
from reader.imaging.fusion import (
    FULL_FROM,
    Fusion,
    fused,
    fused_levels,
    fused_samples,
    hot_iron,
    plane_along_grid,
    share_a_place,
)
from reader.imaging.sampling import sample_plane
from reader.imaging.slicing import slice_geometry

CT = VolumeGeometry.from_spacing((20, 64, 64), (3.0, 1.0, 1.0))
PET = VolumeGeometry.from_spacing((20, 20, 20), (4.0, 4.0, 4.0), (-6.0, -6.0, -5.0))
WINDOW = WindowLevel(2.5, 5.0)


def ramp(geometry: VolumeGeometry, dtype: type = np.float32) -> Volume:
    """Values that are x + 2 y + 3 z in mm, which interpolation must give everywhere."""
    at = geometry.to_lps(np.moveaxis(np.indices(geometry.shape_kji), 0, -1))
    return Volume("1", (at @ np.array((1.0, 2.0, 3.0))).astype(dtype), geometry)


def hot_spot(lps: tuple[float, float, float]) -> Volume:
    voxels = np.zeros(PET.shape_kji, np.float32)
    voxels[PET.nearest_voxel(lps)] = 5.0
    return Volume("1", voxels, PET)


@pytest.mark.parametrize("plane", list(Plane))
@pytest.mark.parametrize("dtype", [np.float32, np.int16])
@pytest.mark.parametrize(
    "transform", [AS_ACQUIRED, SpatialTransform(1), SpatialTransform(2, mirrored=True)]
)
def test_along_the_grid_is_what_sampling_gives(plane, dtype, transform):
    volume = ramp(PET, dtype)
    for index in (0, 7, 19):
        where = slice_geometry(CT, transform.axes(plane_axes(CT, plane)), index)
        quick = plane_along_grid(volume.voxels, PET, where, -7)
        exact = sample_plane(volume.voxels, PET, where, -7)
        assert quick is not None
        # A 32nd of a voxel of 4 mm across a ramp of 3 a mm, and rounding of whole numbers.
        assert np.abs(quick.astype(float) - exact).max() <= 4 * 3 / 32 + (dtype is np.int16)


def test_beyond_the_grid_there_is_nothing():
    where = slice_geometry(CT, plane_axes(CT, Plane.AXIAL), 5)
    small = VolumeGeometry.from_spacing((4, 4, 4), (4.0, 4.0, 4.0), (20.0, 24.0, 10.0))
    levels = fused_levels(
        Fusion(Volume("1", np.full((4, 4, 4), 9.0, np.float32), small), WINDOW, 1.0),
        where, THIN,
    )  # fmt: skip
    rows, columns = np.nonzero(levels)
    assert (columns.min(), columns.max()) == (18, 34)
    assert (rows.min(), rows.max()) == (22, 38)
    far = Fusion(Volume("1", np.full((4, 4, 4), 9.0, np.float32), small), WINDOW, 1.0, (0, 0, 500))
    assert not fused_levels(far, where, THIN).any()


def test_a_plane_across_the_grid_is_sampled():
    turned = np.array(PET.affine_kji_to_lps)
    angle = np.radians(20)
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    turned[:3, :3] = turn @ turned[:3, :3]
    geometry = VolumeGeometry(PET.shape_kji, turned)
    where = slice_geometry(CT, plane_axes(CT, Plane.AXIAL), 8)
    assert plane_along_grid(ramp(geometry).voxels, geometry, where, 0) is None
    fusion = Fusion(ramp(geometry), WindowLevel(50, 200), 1.0)
    assert fused_levels(fusion, where, THIN).any()


def test_the_hot_spot_lies_where_it_is_in_the_patient():
    spot = (30.0, 22.0, 15.0)
    where = slice_geometry(CT, plane_axes(CT, Plane.AXIAL), 5)
    levels = fused_levels(Fusion(hot_spot(spot), WINDOW, 1.0), where, THIN)
    row, column = np.unravel_index(levels.argmax(), levels.shape)
    assert np.linalg.norm(where.to_lps(row, column) - spot) <= 1.5


def test_a_shift_moves_what_is_laid_over():
    where = slice_geometry(CT, plane_axes(CT, Plane.AXIAL), 5)
    here = fused_levels(Fusion(hot_spot((30, 22, 15)), WINDOW, 1.0), where, THIN)
    moved = fused_levels(Fusion(hot_spot((30, 22, 15)), WINDOW, 1.0, (8.0, 0.0, 0.0)), where, THIN)
    assert here.argmax() % 64 - moved.argmax() % 64 == 8


def test_a_slab_shows_what_lies_in_it():
    where = slice_geometry(CT, plane_axes(CT, Plane.AXIAL), 1)
    fusion = Fusion(hot_spot((30, 22, 15)), WINDOW, 1.0)
    assert not fused_levels(fusion, where, THIN).any()
    assert fused_levels(fusion, where, Slab(30.0, Projection.MAXIMUM)).any()


def test_where_nothing_is_taken_up_the_anatomy_stays_as_it_is():
    where = slice_geometry(CT, plane_axes(CT, Plane.AXIAL), 5)
    base = np.random.default_rng(0).integers(0, 255, where.shape, np.uint8)
    volume = hot_spot((30, 22, 15))
    colored = fused(base, Fusion(volume, WINDOW, 0.6), where, THIN)
    untouched = fused_levels(Fusion(volume, WINDOW, 0.6), where, THIN) == 0
    assert untouched.mean() > 0.5
    assert (colored[untouched] == base[untouched][:, None]).all()


def test_the_stronger_the_more_of_the_colour_is_seen():
    volume = Volume("1", np.full(PET.shape_kji, 5.0, np.float32), PET)
    where = slice_geometry(CT, plane_axes(CT, Plane.AXIAL), 5)
    base = np.zeros(where.shape, np.uint8)
    none, half, all_of_it = (
        fused(base, Fusion(volume, WINDOW, opacity), where, THIN)[30, 30] for opacity in (0, 0.5, 1)
    )
    assert none.tolist() == [0, 0, 0]
    assert half == pytest.approx([128, 128, 128], abs=1)
    assert all_of_it.tolist() == [255, 255, 255]


def test_a_base_in_colour_is_fused_too():
    where = slice_geometry(CT, plane_axes(CT, Plane.AXIAL), 5)
    base = np.full((*where.shape, 3), (10, 20, 30), np.uint8)
    colored = fused(base, Fusion(hot_spot((30, 22, 15)), WINDOW, 1.0), where, THIN)
    assert colored[0, 0].tolist() == [10, 20, 30]
    assert colored.max() > 200


def test_hot_iron_grows_lighter_all_the_way():
    lightness = hot_iron() @ np.array((0.2126, 0.7152, 0.0722))
    assert (np.diff(lightness) >= 0).all()
    assert hot_iron()[0].tolist() == [0, 0, 0]
    assert hot_iron()[255].tolist() == [255, 255, 255]
    assert 0 < FULL_FROM <= 1


def test_only_one_frame_of_reference_is_one_place():
    named = VolumeGeometry.from_spacing((2, 2, 2), (1, 1, 1), (0, 0, 0), "1.2")
    other = VolumeGeometry.from_spacing((2, 2, 2), (1, 1, 1), (0, 0, 0), "1.3")
    assert share_a_place(named, named)
    assert not share_a_place(named, other)
    assert not share_a_place(CT, CT)


def test_what_cannot_be_laid_over_is_a_defect_to_ask_for():
    color = Volume("1", np.zeros((20, 20, 20, 3), np.uint8), PET)
    with pytest.raises(ValueError, match="colour"):
        Fusion(color, WINDOW, 0.5)
    with pytest.raises(ValueError, match="Opacity"):
        Fusion(hot_spot((30, 22, 15)), WINDOW, 1.5)


def test_a_coarse_picture_shows_the_same_in_larger_steps():
    where = slice_geometry(CT, plane_axes(CT, Plane.AXIAL), 5)
    base = np.zeros(where.shape, np.uint8)
    fusion = Fusion(ramp(PET), WindowLevel(100, 300), 1.0)
    fine, coarse = (fused(base, fusion, where, THIN, times) for times in (1, 3))
    assert coarse.shape == fine.shape
    assert np.abs(coarse.astype(int) - fine).max() <= 20
    assert (coarse[0:3, 0:3] == coarse[0, 0]).all()


def test_what_has_to_be_sampled_costs_more_than_what_runs_along_the_grid():
    straight = slice_geometry(CT, plane_axes(CT, Plane.AXIAL), 5)
    fusion = Fusion(hot_spot((30, 22, 15)), WINDOW, 1.0)
    quick = fused_samples(fusion, straight, THIN)
    assert quick == straight.shape[0] * straight.shape[1]
    assert fused_samples(fusion, straight, Slab(20.0, Projection.MEAN)) >= 5 * quick

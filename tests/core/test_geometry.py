"""The one place where index and patient meet."""

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry


def tilted() -> VolumeGeometry:
    angle = np.radians(20)
    affine = np.eye(4)
    affine[:3, 0] = 2.5 * np.array([0, -np.sin(angle), np.cos(angle)])
    affine[:3, 1] = 0.8 * np.array([0, np.cos(angle), np.sin(angle)])
    affine[:3, 2] = 0.7 * np.array([1, 0, 0])
    affine[:3, 3] = (-120, -90, -500)
    return VolumeGeometry((10, 20, 30), affine)


def test_index_and_position_are_inverse():
    geometry = tilted()
    indices = np.array([[0, 0, 0], [9, 19, 29], [4.5, 3.25, 11]])
    assert np.allclose(geometry.to_index(geometry.to_lps(indices)), indices)


def test_spacing_is_read_from_the_columns_in_array_order():
    assert tilted().spacing_kji_mm == pytest.approx((2.5, 0.8, 0.7))


def test_voxel_volume_of_a_sheared_grid_is_not_the_product_of_spacings():
    affine = np.eye(4)
    affine[:3, 0] = (1, 1, 0)
    assert VolumeGeometry((2, 2, 2), affine).voxel_volume_mm3 == pytest.approx(1.0)


def test_the_affine_is_copied_and_cannot_be_changed():
    affine = np.eye(4)
    geometry = VolumeGeometry((1, 1, 1), affine)
    affine[0, 0] = 7
    assert geometry.affine_kji_to_lps[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        geometry.affine_kji_to_lps[0, 0] = 3


@pytest.mark.parametrize(
    "affine",
    [np.eye(3), np.zeros((4, 4)), np.diag([1, 1, 1, 2]), np.diag([1, np.nan, 1, 1])],
    ids=["3x3", "singular", "last row", "not finite"],
)
def test_illegal_affines_are_refused(affine):
    with pytest.raises(ValueError, match="affine"):
        VolumeGeometry((1, 1, 1), affine)


@pytest.mark.parametrize("shape", [(0, 1, 1), (1, 1)])
def test_illegal_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="shape"):
        VolumeGeometry(shape, np.eye(4))


def test_nearest_voxel_is_clamped_into_the_grid():
    geometry = VolumeGeometry.from_spacing((4, 5, 6), (2, 1, 1))
    assert geometry.nearest_voxel((100, -3, 2.9)) == (1, 0, 5)


def test_a_point_half_a_voxel_outside_is_still_inside():
    geometry = VolumeGeometry.from_spacing((4, 5, 6), (2, 1, 1))
    assert geometry.contains((-0.5, 0, 7))
    assert not geometry.contains((-0.51, 0, 0))


def test_same_grid_ignores_the_frame_of_reference_and_a_micrometre():
    geometry = tilted()
    moved = geometry.affine_kji_to_lps.copy()
    moved[0, 3] += 5e-4
    assert geometry.same_grid(VolumeGeometry(geometry.shape_kji, moved, "1.2.3"))
    moved[0, 3] += 0.1
    assert not geometry.same_grid(VolumeGeometry(geometry.shape_kji, moved))


def test_equal_geometries_hash_alike_and_differ_from_other_things():
    assert hash(tilted()) == hash(tilted())
    assert tilted() == tilted()
    assert tilted() != "geometry"

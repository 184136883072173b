"""Values between voxels, against fields whose every value is known by a formula."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.orientation import Plane, plane_axes
from reader.imaging.cut import Projection, Slab
from reader.imaging.kernels import compiled
from reader.imaging.sampling import (
    is_compiled,
    sample_plane,
    sample_points,
    sample_slab,
    slab_layers,
)
from reader.imaging.slicing import SliceGeometry, extract_slice, slice_geometry
from tests.support.phantoms import GRIDS, grid, places, turned

SLOPE = np.array([3.0, -2.0, 5.0])
SHEARED = grid((30, 40, 44), (2.0, 1.0, 1.2), turned(10, 2), tilt_degrees=25)
EVERY_GRID = {**GRIDS, "sheared and turned": SHEARED}
OUTSIDE = -777.0


def ramp(geometry: VolumeGeometry) -> np.ndarray:
    """A field that trilinear interpolation reproduces exactly, whatever the plane."""
    return (places(geometry) @ SLOPE + 40).astype(np.float32)


def cut(
    geometry: VolumeGeometry, turn: np.ndarray, pixels: tuple[int, int], mm: float = 0.7
) -> SliceGeometry:
    """A plane through the middle of a grid, as one pleases."""
    down, right = turn[:, 1] * mm, turn[:, 0] * mm
    middle = geometry.center_lps_mm + 0.31 * turn[:, 2]
    origin = middle - (pixels[0] - 1) / 2 * down - (pixels[1] - 1) / 2 * right
    return SliceGeometry(Plane.AXIAL, 0, pixels, origin, down, right, mm, mm)


def pixel_places(where: SliceGeometry) -> np.ndarray:
    rows, columns = np.indices(where.shape)
    down, right = rows[..., None] * where.down_lps_mm, columns[..., None] * where.right_lps_mm
    return where.origin_lps_mm + down + right


def inside(geometry: VolumeGeometry, points: np.ndarray, margin: float) -> np.ndarray:
    """Which points are so many voxels within the outermost centres."""
    index = geometry.to_index(points)
    last = np.array(geometry.shape_kji) - 1
    return ((index >= margin) & (index <= last - margin)).all(axis=-1)


TURNS = {"double oblique": turned(31, 0) @ turned(-22, 1) @ turned(13, 2), "straight": np.eye(3)}


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS)
@pytest.mark.parametrize("geometry", EVERY_GRID.values(), ids=EVERY_GRID)
def test_a_linear_field_is_reproduced_on_any_plane_through_any_grid(form, geometry, turn):
    where = cut(geometry, turn, (90, 110))
    values = sample_plane(ramp(geometry), geometry, where, OUTSIDE)
    points = pixel_places(where)
    within, beyond = inside(geometry, points, 1e-6), ~inside(geometry, points, -0.5 - 1e-6)
    assert within.sum() > 1000
    assert beyond.sum() > 100
    np.testing.assert_allclose(values[within], points[within] @ SLOPE + 40, rtol=0, atol=2e-3)
    assert (values[beyond] == OUTSIDE).all()


@pytest.mark.parametrize("plane", Plane)
@pytest.mark.parametrize("geometry", EVERY_GRID.values(), ids=EVERY_GRID)
def test_a_plane_along_the_grid_is_the_slice_itself(form, geometry, plane):
    rng = np.random.default_rng(1)
    array = rng.integers(-1000, 3000, geometry.shape_kji).astype(np.int16)
    axes = plane_axes(geometry, plane)
    for index in (0, 7, geometry.shape_kji[axes.slice_axis] - 1):
        where = slice_geometry(geometry, axes, index)
        expected = extract_slice(array, axes, index)
        assert np.array_equal(sample_plane(array, geometry, where, OUTSIDE), expected)
        labels = array.astype(np.uint16)
        nearest = sample_plane(labels, geometry, where, 0, nearest=True)
        assert np.array_equal(nearest, extract_slice(labels, axes, index))


def test_both_forms_agree_on_every_layout_of_the_array(compiled_kernels, monkeypatch):
    geometry = SHEARED
    rng = np.random.default_rng(2)
    values = rng.integers(-1000, 1000, geometry.shape_kji).astype(np.int16)
    where = cut(geometry, TURNS["double oblique"], (70, 80))
    layouts = (values, np.asfortranarray(values), values[::-1].copy()[::-1])
    loaded = "reader.imaging.kernels._LOADED.by_type"
    for array in layouts:
        monkeypatch.setattr(loaded, {})
        plain = sample_plane(array, geometry, where, -1)
        monkeypatch.setattr(loaded, compiled_kernels)
        assert is_compiled(array)
        assert np.array_equal(sample_plane(array, geometry, where, -1), plain)


def test_whole_numbers_are_rounded_and_not_cut(form):
    array = np.zeros((2, 2, 2), np.int16)
    array[:, :, 1] = 3
    points = np.array([[0.5, 0.5, 0.9], [0.5, 0.5, 0.1], [0.5, 0.5, 0.5 / 3 + 0.01]])
    assert sample_points(array, points, 0).tolist() == [3, 0, 1]


def test_the_outermost_values_hold_for_half_a_voxel(form):
    array = np.arange(8, dtype=np.float32).reshape(2, 2, 2)
    points = np.array([[-0.5, 0, 0], [-0.51, 0, 0], [1.5, 1.5, 1.5], [1, 1, 1.51]])
    assert sample_points(array, points, -9).tolist() == [0, -9, 7, -9]


def test_labels_are_never_mixed(form):
    rng = np.random.default_rng(3)
    geometry = GRIDS["anisotropic"]
    labels = rng.choice([0, 3, 70], geometry.shape_kji).astype(np.uint16)
    where = cut(geometry, TURNS["double oblique"], (80, 80))
    seen = sample_plane(labels, geometry, where, 0, nearest=True)
    assert set(np.unique(seen)) == {0, 3, 70}
    points = pixel_places(where)
    for row, column in ((40, 40), (35, 52)):
        voxel = geometry.nearest_voxel(points[row, column])
        assert seen[row, column] == labels[voxel]


def test_colours_are_sampled_channel_by_channel():
    geometry = VolumeGeometry.from_spacing((6, 8, 9), (1, 1, 1))
    colors = np.zeros((6, 8, 9, 3), np.uint8)
    colors[..., 1] = 200
    where = cut(geometry, TURNS["double oblique"], (5, 5), 0.5)
    assert (sample_plane(colors, geometry, where, 0) == (0, 200, 0)).all()


@pytest.mark.parametrize("projection", Projection)
@pytest.mark.parametrize("geometry", EVERY_GRID.values(), ids=EVERY_GRID)
def test_a_slab_through_a_ramp_has_its_values_at_the_faces_and_in_the_middle(
    form, geometry, projection
):
    turn = TURNS["double oblique"]
    where = cut(geometry, turn, (21, 21), 0.5)
    slab = sample_slab(ramp(geometry), geometry, where, Slab(8.0, projection), OUTSIDE)
    middle = pixel_places(where) @ SLOPE + 40
    reach = 4.0 * abs(float(SLOPE @ turn[:, 2]))
    expected = {
        Projection.MAXIMUM: middle + reach,
        Projection.MINIMUM: middle - reach,
        Projection.MEAN: middle,
    }[projection]
    np.testing.assert_allclose(slab, expected, rtol=0, atol=5e-3)


def test_a_maximum_through_a_sphere_is_as_wide_as_the_sphere(form):
    geometry = GRIDS["oblique"]
    away = np.linalg.norm(places(geometry) - geometry.center_lps_mm, axis=-1)
    ball = np.where(away <= 12.0, 1000, -1000).astype(np.int16)
    where = cut(geometry, TURNS["double oblique"], (161, 161), 0.25)
    seen = sample_slab(ball, geometry, where, Slab(20.0), -1000) > 0
    expected = np.pi * 12.0**2
    assert seen.sum() * 0.25**2 == pytest.approx(expected, rel=0.03)
    thin = sample_plane(ball, geometry, where, -1000) > 0
    rows = thin.any(axis=1).sum() * 0.25
    assert rows == pytest.approx(24.0, abs=0.75)


def test_what_lies_beyond_the_grid_counts_in_no_slab(form):
    geometry = VolumeGeometry.from_spacing((10, 20, 20), (1, 1, 1))
    array = np.full((10, 20, 20), 50, np.int16)
    where = slice_geometry(geometry, plane_axes(geometry, Plane.AXIAL), 9)
    for projection in Projection:
        assert (sample_slab(array, geometry, where, Slab(30, projection), -500) == 50).all()


def test_a_slab_passes_over_no_voxel_and_weighs_its_faces_half():
    offsets, weights = slab_layers(10.0, 0.8)
    assert offsets[0] == -5
    assert offsets[-1] == 5
    assert (np.diff(offsets) <= 1 / 0.8 + 1e-9).all()
    assert weights.sum() == pytest.approx(1)
    assert weights[0] == pytest.approx(weights[1] / 2)


def test_nothing_is_compiled_unless_it_was_loaded():
    assert compiled(np.dtype("int64")) is None

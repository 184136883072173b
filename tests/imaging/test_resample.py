"""The working grid: same edges, patient-aligned, there and back to the voxel."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.imaging.resample import box_on_source, resized, to_source, to_working, working_grid
from tests.support.volumes import ALL_ORIENTATIONS


def geometry_of(order, signs) -> VolumeGeometry:
    """An anisotropic box of 40 x 50 x 60 mm on any order and direction of axes."""
    size_mm, spacing = (40.0, 50.0, 60.0), (0.8, 1.0, 2.5)
    affine = np.zeros((4, 4))
    affine[3, 3] = 1
    shape = []
    for axis, (world, sign) in enumerate(zip(order, signs, strict=True)):
        count = round(size_mm[world] / spacing[world])
        affine[world, axis] = sign * spacing[world]
        affine[world, 3] = -sign * spacing[world] * (count - 1) / 2
        shape.append(count)
    return VolumeGeometry(tuple(shape), affine)


def ball(geometry: VolumeGeometry, center) -> np.ndarray:
    index = np.stack(np.indices(geometry.shape_kji), axis=-1)
    distance = np.linalg.norm(geometry.to_lps(index) - center, axis=-1)
    return np.clip(6 - distance, 0, 4).astype(np.float32)


def center_of(weights: np.ndarray, geometry: VolumeGeometry) -> np.ndarray:
    index = np.stack(np.indices(weights.shape), axis=-1)
    return (geometry.to_lps(index) * weights[..., None]).sum(axis=(0, 1, 2)) / weights.sum()


@pytest.mark.parametrize(("order", "signs"), ALL_ORIENTATIONS)
def test_a_ball_keeps_its_place_there_and_back(order, signs):
    source = geometry_of(order, signs)
    place = np.array([6.0, -9.0, 11.0])
    values = ball(source, place)
    grid = working_grid(source, 1.5)
    assert (np.diag(grid.geometry.affine_kji_to_lps[[2, 1, 0]][:, :3]) > 0).all()
    there = to_working(values, grid)
    assert there.shape == grid.geometry.shape_kji
    assert np.abs(center_of(there, grid.geometry) - place).max() < 0.3
    back = to_source(there, grid)
    assert back.shape == source.shape_kji
    assert np.abs(center_of(back, source) - place).max() < 0.3


@pytest.mark.parametrize(("order", "signs"), ALL_ORIENTATIONS[::7])
def test_boxes_name_the_same_voxels_on_both_grids(order, signs):
    source = geometry_of(order, signs)
    grid = working_grid(source, 3.0)
    box = ((2, 9), (4, 11), (1, 8))
    marked = np.zeros(grid.geometry.shape_kji, bool)
    marked[tuple(slice(*b) for b in box)] = True
    region = grid.source_box(box)
    index = np.stack(np.indices(source.shape_kji), axis=-1)
    nearest = np.rint(grid.geometry.to_index(source.to_lps(index)) + 1e-9).astype(int)
    nearest = np.clip(nearest, 0, np.array(marked.shape) - 1)
    expected = marked[tuple(np.moveaxis(nearest, -1, 0))]
    given = np.zeros(source.shape_kji, bool)
    given[tuple(slice(*b) for b in region)] = True
    assert np.count_nonzero(given ^ expected) <= 0.02 * given.size
    assert given.any()


@pytest.mark.parametrize(("order", "signs"), ALL_ORIENTATIONS)
def test_labels_of_a_box_lie_where_they_do_in_the_patient(order, signs):
    source = geometry_of(order, signs)
    grid = working_grid(source, 1.5, multiple=2)
    half = tuple(n // 2 for n in grid.geometry.shape_kji)
    box = tuple((2 * (n // 4), 2 * (3 * n // 4)) for n in half)
    places = np.stack(np.indices(tuple((b - a) // 2 for a, b in box)), axis=-1)
    at = np.array([a for a, _ in box]) + 2 * places + 0.5
    left = (grid.geometry.to_lps(at)[..., 0] > 5).astype(np.uint16)
    region = grid.source_box(box)
    given = box_on_source(left, grid, region)
    assert given.shape == tuple(b - a for a, b in region)
    index = np.stack(np.indices(given.shape), axis=-1) + np.array([a for a, _ in region])
    x = source.to_lps(index)[..., 0]
    clear = np.abs(x - 5) > 2.5
    assert given.any()
    assert np.array_equal(given[clear], (x > 5)[clear])


def test_boxes_side_by_side_share_no_voxel():
    grid = working_grid(geometry_of((2, 1, 0), (-1, 1, 1)), 1.5)
    whole = grid.geometry.shape_kji
    first = grid.source_box(((0, 10), (0, whole[1]), (0, whole[2])))
    second = grid.source_box(((10, whole[0]), (0, whole[1]), (0, whole[2])))
    assert sorted((*first[0], *second[0]))[1:3] == [second[0][1]] * 2
    assert {first[0], second[0]} == {(0, second[0][1]), (second[0][1], grid.source.shape_kji[0])}


def test_a_multiple_keeps_the_edges_of_coarser_grids():
    source = VolumeGeometry.from_spacing((37, 41, 43), (1.1, 0.9, 0.7))
    grid = working_grid(source, 1.5, multiple=2)
    assert all(n % 2 == 0 for n in grid.geometry.shape_kji)
    extent = np.array(source.shape_kji) * source.spacing_kji_mm
    fine = np.array(grid.geometry.shape_kji) * grid.geometry.spacing_kji_mm
    assert np.allclose(extent, fine)


def test_coarser_is_the_mean_and_integers_stay_integers():
    values = np.arange(64, dtype=np.float32).reshape(4, 4, 4)
    blocks = values.reshape(2, 2, 2, 2, 2, 2).mean(axis=(1, 3, 5))
    assert np.allclose(resized(values, (2, 2, 2)), blocks)
    mask = (values > 30).astype(np.uint8) * np.uint8(200)
    assert resized(mask, (8, 8, 8), np.uint8).dtype == np.uint8
    assert resized(values > 30, (2, 2, 2)).max() == pytest.approx(1.0)

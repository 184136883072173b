"""Volumes onto a model's grid and labels back, whatever way either of them lies."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.errors import InferenceError
from reader.core.geometry import VolumeGeometry
from reader.core.orientation import nearest_world_axes
from reader.core.volume import Volume
from reader.inference.adapters.grids import aligned_grid, channels_on, free_grid, sampled
from tests.support.volumes import ALL_ORIENTATIONS, oriented_geometry

WHERE = {"L": (0, 1), "R": (0, -1), "P": (1, 1), "A": (1, -1), "S": (2, 1), "I": (2, -1)}


def smooth(geometry):
    """A value that follows from the place alone, linear in it."""
    index = np.stack(np.indices(geometry.shape_kji), axis=-1)
    return (geometry.to_lps(index) @ np.array([1.0, -2.0, 0.5])).astype(np.float32)


@pytest.mark.parametrize("axes", ["SPL", "RAS", "LIA", "IAR"])
@pytest.mark.parametrize(("order", "signs"), ALL_ORIENTATIONS[::7])
def test_an_aligned_grid_has_its_axes_where_it_was_told(axes, order, signs):
    source = oriented_geometry(order, signs)
    grid = aligned_grid(source, axes)
    for axis, letter in enumerate(axes):
        world, sign = WHERE[letter]
        assert nearest_world_axes(grid.geometry)[axis] == world
        assert grid.geometry.affine_kji_to_lps[world, axis] * sign > 0
    np.testing.assert_allclose(grid.from_source(smooth(source)), smooth(grid.geometry), atol=1e-4)


@pytest.mark.parametrize(("order", "signs"), ALL_ORIENTATIONS[::5])
def test_labels_go_there_and_back_unchanged_where_nothing_is_resampled(order, signs):
    source = oriented_geometry(order, signs)
    labels = np.arange(np.prod(source.shape_kji), dtype=np.uint16).reshape(source.shape_kji)
    grid = aligned_grid(source, "RAS")
    there = np.rint(grid.from_source(labels)).astype(np.uint16)
    np.testing.assert_array_equal(grid.labels_to_source(there), labels)


def test_a_free_grid_puts_values_where_they_are_in_the_patient():
    tilted = np.array([[0, 0.1, 1.0, 4], [0.1, 0.9, 0, -3], [2.0, 0, -0.1, 8], [0, 0, 0, 1]])
    source = VolumeGeometry((20, 36, 30), tilted)
    grid = free_grid(source, (24, 24, 24), 1.0, "LIA")
    np.testing.assert_allclose(grid.geometry.center_lps_mm, source.center_lps_mm)
    np.testing.assert_allclose(grid.geometry.spacing_kji_mm, 1.0)
    inside = sampled(np.ones(source.shape_kji), source, grid.geometry) == 1
    assert inside.mean() > 0.5
    there = grid.from_source(smooth(source), outside=-1e6)
    np.testing.assert_allclose(there[inside], smooth(grid.geometry)[inside], atol=1e-2)


def test_beyond_a_free_grid_there_is_no_label():
    source = VolumeGeometry.from_spacing((10, 40, 10), (1, 1, 1))
    grid = free_grid(source, (10, 10, 10), 1.0, "SPL")
    back = grid.labels_to_source(np.ones((10, 10, 10), np.uint16))
    assert back[:, 15:25].all()
    assert not back[:, :14].any()
    assert not back[:, 26:].any()


@pytest.mark.parametrize("make", [
    lambda g: aligned_grid(g, "RAS", (2.0, 1.5, None)),
    lambda g: free_grid(g, (20, 22, 24), 1.1, "LIA"),
], ids=["aligned", "free"])  # fmt: skip
def test_a_preview_is_the_part_of_the_whole_that_lies_there(make):
    source = VolumeGeometry.from_spacing((14, 15, 21), (1.3, 1, 0.8), (3, 4, 5))
    grid = make(source)
    labels = np.random.default_rng(1).integers(0, 9, grid.geometry.shape_kji).astype(np.uint16)
    whole = grid.labels_to_source(labels)
    box = ((3, 8), (2, 7), (4, 11))
    region, part = grid.preview(labels[3:8, 2:7, 4:11], box)
    inside = tuple(slice(*pair) for pair in region)
    agree = part == whole[inside]
    assert part.shape == whole[inside].shape
    assert agree[1:-1, 1:-1, 1:-1].all()


def test_the_highest_score_wins_after_interpolation_and_nothing_is_invented_outside():
    source = VolumeGeometry.from_spacing((12, 12, 12), (1, 1, 1))
    grid = aligned_grid(source, "SPL", (2, 2, 2))
    scores = np.zeros((3, *grid.geometry.shape_kji), np.float32)
    scores[0] = 0.4
    scores[2, 2:5] = 0.9
    labels = grid.argmax_to_source(scores)
    assert set(np.unique(labels)) == {0, 2}
    assert (labels[4:10] == 2).all()
    assert not labels[:3].any()
    assert not grid.argmax_to_source(scores[1:], least=0.5)[:3].any()
    assert (grid.argmax_to_source(scores[1:], least=0.5)[4:10] == 2).all()


def test_channels_of_other_grids_are_brought_onto_one():
    source = VolumeGeometry.from_spacing((10, 12, 14), (2, 1, 1), (0, 0, 0), "1.9")
    coarse = VolumeGeometry.from_spacing((12, 9, 10), (2, 2, 2), (-2, -2, -3), "1.9")
    one, other = (Volume("1", smooth(g), g) for g in (source, coarse))
    both = channels_on(aligned_grid(source), one, (other,))
    inner = (slice(1, -1),) * 3
    np.testing.assert_allclose(both[1][inner], both[0][inner], atol=1e-3)


def test_channels_of_another_frame_of_reference_are_refused():
    frames = [
        VolumeGeometry.from_spacing((3, 3, 3), (1, 1, 1), (0, 0, 0), f"1.{n}") for n in (1, 2)
    ]
    one, other = (Volume("1", np.zeros((3, 3, 3), np.int16), g) for g in frames)
    with pytest.raises(InferenceError, match="frame of reference"):
        channels_on(aligned_grid(frames[0]), one, (other,))

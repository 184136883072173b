"""Slices out of a block are the array's own, also after it has changed in place."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from reader.core.orientation import Plane
from reader.core.series_kind import SeriesKind
from reader.imaging.slice_blocks import SliceBlocks
from reader.imaging.slicing import extract_slice, shown_axes
from tests.support.volumes import ALL_ORIENTATIONS, oriented_geometry, volume_of

SHAPE = (260, 256, 40)
"""Slices across the last axis have more than 64 k pixels: worth a block."""


def numbered(dtype) -> np.ndarray:
    return (np.arange(np.prod(SHAPE)) % 241).reshape(SHAPE).astype(dtype)


def sagittal():
    volume = volume_of(numbered(np.int16))
    axes = shown_axes(volume.geometry, SeriesKind.VOLUME, Plane.SAGITTAL)
    assert axes.slice_axis == 2
    return axes


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.float16, np.float32])
def test_a_slice_out_of_a_block_is_that_of_the_array(dtype):
    array, axes, blocks = numbered(dtype), sagittal(), SliceBlocks()
    for index in (0, 15, 16, 31, 32, 39):
        blocks.load(array, axes, index)
        cut = blocks.cut(array, axes, index)
        np.testing.assert_array_equal(cut, extract_slice(array, axes, index))
        assert not np.shares_memory(cut, array), "it comes out of the block"


@pytest.mark.parametrize(("order", "signs"), ALL_ORIENTATIONS)
@pytest.mark.parametrize("plane", list(Plane))
def test_every_plane_of_every_orientation_is_right(order, signs, plane):
    geometry = oriented_geometry(order, signs)
    axes = shown_axes(geometry, SeriesKind.VOLUME, plane)
    array, blocks = numbered(np.int16), SliceBlocks()
    blocks.load(array, axes, 7)
    cut = blocks.cut(array, axes, 7)
    np.testing.assert_array_equal(cut, extract_slice(array, axes, 7))


def test_neighbours_come_with_it_and_others_do_not():
    array, axes, blocks = numbered(np.int16), sagittal(), SliceBlocks()
    blocks.load(array, axes, 3)
    assert blocks.is_ready(array, axes, 31)
    assert not blocks.is_ready(array, axes, 32)
    blocks.load(array, axes, 32)
    assert blocks.is_ready(array, axes, 32)


def test_a_slice_across_the_memory_is_gathered_once():
    array, axes, blocks = numbered(np.int16), sagittal(), SliceBlocks()
    cut = blocks.cut(array, axes, 5)
    np.testing.assert_array_equal(cut, extract_slice(array, axes, 5))
    assert not np.shares_memory(cut, array), "it is in one piece"
    assert np.shares_memory(blocks.cut(array, axes, 5), cut)
    array[:, :, 5] += 1
    blocks.voxels_changed(((0, 260), (0, 256), (5, 6)))
    np.testing.assert_array_equal(blocks.cut(array, axes, 5), extract_slice(array, axes, 5))


def test_only_the_slices_cut_last_are_kept():
    array, axes, blocks = numbered(np.int16), sagittal(), SliceBlocks()
    first = blocks.cut(array, axes, 0)
    for index in range(1, 20):
        blocks.cut(array, axes, index)
    assert not np.shares_memory(blocks.cut(array, axes, 0), first)


def test_another_array_in_the_place_of_one_that_is_gone_is_cut_itself():
    axes, blocks = sagittal(), SliceBlocks()
    for number in range(20):
        array = np.full(SHAPE, number, np.int16)
        assert (blocks.cut(array, axes, 3) == number).all()
        del array


def test_what_changed_in_place_is_seen_at_once():
    array, axes, blocks = numbered(np.uint16), sagittal(), SliceBlocks()
    blocks.load(array, axes, 3)
    array[10:20, 30:50, 2:9] = 999
    blocks.voxels_changed(((10, 20), (30, 50), (2, 9)))
    for index in range(1, 11):
        np.testing.assert_array_equal(
            blocks.cut(array, axes, index), extract_slice(array, axes, index)
        )


def test_memory_has_a_limit_and_goes_with_its_array():
    array, axes = numbered(np.int16), sagittal()
    one_block = SHAPE[0] * SHAPE[1] * 32 * 2
    blocks = SliceBlocks(budget_bytes=one_block)
    blocks.load(array, axes, 0)
    blocks.load(array, axes, 33)
    assert blocks.is_ready(array, axes, 33)
    assert not blocks.is_ready(array, axes, 0), "the one used longest ago went"
    other = numbered(np.int16)
    del array
    gc.collect()
    assert not blocks.is_ready(other, axes, 33), "an array at the same place is another"


def test_small_slices_and_other_planes_are_cut_at_once():
    array, blocks = numbered(np.int16), SliceBlocks()
    axial = shown_axes(volume_of(array).geometry, SeriesKind.VOLUME, Plane.AXIAL)
    blocks.load(array, axial, 3)
    assert np.shares_memory(blocks.cut(array, axial, 3), array)
    small = np.zeros((20, 20, 20), np.int16)
    blocks.load(small, sagittal(), 3)
    assert np.shares_memory(blocks.cut(small, sagittal(), 3), small)

"""Pieces of masks and boxes of labels."""

import numpy as np

from reader.imaging.components import (
    box_within,
    common_box,
    component_at,
    connected_components,
    grown_box,
    label_box,
    label_boxes,
    region_of,
    shifted_box,
    tight_box,
    union_box,
)


def mask_of(*voxels: tuple[int, int, int]) -> np.ndarray:
    mask = np.zeros((6, 7, 8), dtype=bool)
    for voxel in voxels:
        mask[voxel] = True
    return mask


def test_pieces_come_largest_first_with_their_boxes() -> None:
    mask = mask_of((1, 1, 1), (4, 4, 4), (4, 4, 5), (4, 5, 5))
    large, small = connected_components(mask)
    assert (large.voxel_count, large.box) == (3, ((4, 5), (4, 6), (4, 6)))
    assert large.mask.tolist() == [[[True, True], [False, True]]]
    assert (small.voxel_count, small.box) == (1, ((1, 2), (1, 2), (1, 2)))


def test_small_pieces_can_be_left_out_and_nothing_gives_nothing() -> None:
    mask = mask_of((1, 1, 1), (4, 4, 4), (4, 4, 5))
    assert [c.voxel_count for c in connected_components(mask, minimum_voxels=2)] == [2]
    assert connected_components(mask_of()) == ()


def test_corners_connect_only_when_asked() -> None:
    mask = mask_of((1, 1, 1), (2, 2, 2))
    assert len(connected_components(mask, connectivity=26)) == 1
    assert len(connected_components(mask, connectivity=6)) == 2
    assert component_at(mask, (1, 1, 1)).sum() == 1
    assert component_at(mask, (1, 1, 1), connectivity=26).sum() == 2
    assert component_at(mask, (0, 0, 0)).sum() == 0


def test_label_boxes_are_those_of_argwhere() -> None:
    rng = np.random.default_rng(4)
    labels = np.zeros((9, 10, 11), dtype=np.uint16)
    for label in (1, 2, 700, 65535):
        low = rng.integers(0, 6, 3)
        labels[tuple(slice(lo, lo + rng.integers(1, 4)) for lo in low)] = label
    expected = {}
    for label in np.unique(labels)[1:]:
        found = np.argwhere(labels == label)
        pairs = zip(found.min(axis=0), found.max(axis=0) + 1, strict=True)
        expected[int(label)] = tuple((int(lo), int(hi)) for lo, hi in pairs)
    assert label_boxes(labels) == expected
    assert {label: label_box(labels, label) for label in expected} == expected
    assert label_box(labels, 9) is None


def test_boxes_add_grow_and_move() -> None:
    mask = mask_of((1, 2, 3), (4, 2, 5))
    box = tight_box(mask)
    assert box == ((1, 5), (2, 3), (3, 6))
    assert mask[region_of(box)].sum() == 2
    assert tight_box(mask_of()) is None
    assert union_box(box, ((0, 2), (2, 6), (4, 5))) == ((0, 5), (2, 6), (3, 6))
    assert grown_box(box, 2, mask.shape) == ((0, 6), (0, 5), (1, 8))
    assert shifted_box(((0, 1), (1, 2), (0, 2)), box) == ((1, 2), (3, 4), (3, 5))
    assert box_within(((1, 2), (3, 4), (3, 5)), box) == ((0, 1), (1, 2), (0, 2))
    assert common_box(box, ((0, 2), (2, 6), (4, 9))) == ((1, 2), (2, 3), (4, 6))
    assert common_box(box, ((5, 6), (2, 3), (3, 6))) is None

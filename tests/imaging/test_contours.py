"""Outlines run exactly along the borders of a label's pixels."""

from __future__ import annotations

import numpy as np
import pytest

from reader.imaging.contours import label_outlines, mask_outlines


def signed_area(line) -> float:
    """Positive with the inside on the left as seen on a screen, whose rows go down."""
    x, y = line[:, 0].astype(float), line[:, 1].astype(float)
    return -0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def covered(lines, shape):
    """Pixels whose centre an odd number of vertical edges lie to the right of."""
    inside = np.zeros(shape, dtype=bool)
    for line in lines:
        ends = np.roll(line, -1, axis=0)
        for (x0, y0), (x1, y1) in zip(line, ends, strict=True):
            if x0 == x1:
                top, bottom = sorted((y0, y1))
                rows = (np.arange(shape[0]) > top) & (np.arange(shape[0]) < bottom)
                inside ^= rows[:, None] & (np.arange(shape[1]) < x0)[None, :]
    return inside


@pytest.mark.parametrize("seed", range(60))
def test_an_outline_encloses_exactly_its_mask(seed):
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 14, 2))
    mask = (rng.random(shape) < rng.random()).astype(np.uint8)
    closed = mask_outlines(mask)
    lines = closed.lines
    np.testing.assert_array_equal(covered(lines, shape), mask.astype(bool))
    assert sum(signed_area(line) for line in lines) == pytest.approx(mask.sum())
    for line in lines:
        step = np.roll(line, -1, axis=0) - line
        assert (np.count_nonzero(step, axis=1) == 1).all()
        assert np.allclose(line % 1, 0.5)
    rolled = [np.roll(line, 1, axis=0) for line in lines]
    expected = np.concatenate(rolled) if rolled else closed.points
    np.testing.assert_array_equal(closed.points[closed.previous], expected)


def test_a_hole_has_its_own_line_the_other_way_round():
    mask = np.ones((5, 5), np.uint8)
    mask[2, 2] = 0
    assert sorted(signed_area(line) for line in mask_outlines(mask).lines) == [-1, 25]


def test_an_empty_mask_has_no_outline():
    assert mask_outlines(np.zeros((4, 4), np.uint8)).lines == []


def test_only_wanted_labels_that_occur_are_outlined():
    labels = np.zeros((6, 6), np.uint16)
    labels[1:3, 1:3], labels[4, 4], labels[0, 5] = 3, 7, 60_000
    outlines = label_outlines(labels, [7, 3, 9])
    assert list(outlines) == [7, 3]
    assert signed_area(outlines[3].lines[0]) == 4
    assert label_outlines(labels, [60_000]).keys() == {60_000}
    assert label_outlines(labels, []) == {}

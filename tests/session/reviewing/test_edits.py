"""The one door to voxels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.session.reviewing.edits import (
    empty_segmentation,
    finding_labels,
    merged,
    painted,
    put_change,
    segment_for,
    set_labels,
    set_segments,
    taken_back,
)
from tests.support.readings import small_result

GRID = VolumeGeometry.from_spacing((4, 6, 8), (1, 1, 1))
BOX = ((1, 3), (1, 5), (2, 6))
WHOLE = ((0, 4), (0, 6), (0, 8))


def test_every_way_in_raises_the_revision() -> None:
    segmentation = empty_segmentation("s", "series", GRID)
    change = painted(segmentation, BOX, np.ones((2, 4, 4), dtype=bool), 7)
    assert change is not None
    assert not segmentation.labels.any()
    put_change(segmentation, change)
    assert (segmentation.labels == 7).sum() == 32
    set_labels(segmentation, np.full(GRID.shape_kji, 3, dtype=np.uint16))
    assert (segmentation.labels == 3).all()
    set_segments(segmentation, small_result().segments)
    assert segmentation.revision == 3


def test_painting_what_is_there_already_is_no_change() -> None:
    segmentation = empty_segmentation("s", "series", GRID)
    assert painted(segmentation, BOX, np.ones((2, 4, 4), dtype=bool), 0) is None
    assert painted(segmentation, BOX, np.zeros((2, 4, 4), dtype=bool), 5) is None


def test_many_dabs_are_one_change() -> None:
    rng = np.random.default_rng(2)
    segmentation = empty_segmentation("s", "series", GRID)
    segmentation.labels[...] = rng.integers(0, 3, GRID.shape_kji)
    before, dabs = segmentation.labels.copy(), []
    for _ in range(12):
        low = rng.integers(0, 3, 3)
        box = tuple((int(lo), int(lo) + int(rng.integers(1, 4))) for lo in low)
        box = tuple((lo, min(hi, n)) for (lo, hi), n in zip(box, GRID.shape_kji, strict=True))
        shape = tuple(hi - lo for lo, hi in box)
        dab = painted(segmentation, box, rng.random(shape) < 0.6, int(rng.integers(0, 4)))
        if dab is not None:
            put_change(segmentation, dab)
            dabs.append(dab)
    whole = merged(segmentation, dabs)
    assert whole is not None
    after = segmentation.labels.copy()
    put_change(segmentation, whole.reverse)
    assert np.array_equal(segmentation.labels, before)
    put_change(segmentation, whole)
    assert np.array_equal(segmentation.labels, after)
    assert merged(segmentation, []) is None
    assert merged(segmentation, [whole.reverse, whole]) is None


def test_taking_back_spares_what_has_changed_since() -> None:
    segmentation = empty_segmentation("s", "series", GRID)
    change = painted(segmentation, WHOLE, np.ones(GRID.shape_kji, dtype=bool), 5)
    put_change(segmentation, change)
    set_segments(segmentation, (replace(small_result().segments[-1], label=9),))
    segmentation.labels[0] = 9
    back = taken_back(segmentation, change)
    assert back is not None
    put_change(segmentation, back)
    assert (segmentation.labels[0] == 9).all()
    assert not segmentation.labels[1:].any()
    assert taken_back(segmentation, change) is None


def test_a_finding_comes_back_over_structures_that_came_since() -> None:
    segmentation = empty_segmentation("s", "series", GRID)
    set_segments(segmentation, small_result().segments)
    segmentation.labels[...] = 3
    erased = painted(segmentation, WHOLE, np.ones(GRID.shape_kji, dtype=bool), 0)
    put_change(segmentation, erased)
    segmentation.labels[...] = 1
    put_change(segmentation, taken_back(segmentation, erased))
    assert (segmentation.labels == 3).all()


def test_segments_of_findings_are_told_from_structures() -> None:
    segmentation = empty_segmentation("s", "series", GRID)
    set_segments(segmentation, small_result().segments)
    assert np.flatnonzero(finding_labels(segmentation)).tolist() == [3, 4, 5]
    assert np.flatnonzero(finding_labels(segmentation, own=4)).tolist() == [3, 5]


def test_a_segment_needs_a_label() -> None:
    finding = small_result().findings[0]
    segment = segment_for(finding)
    assert (segment.label, segment.finding_id, segment.code) == (3, "run-1-f0", finding.code)
    with pytest.raises(ValueError, match="label"):
        segment_for(replace(finding, label=None))

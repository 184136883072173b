"""A change of a label map: tight, reversible, exact."""

import numpy as np
import pytest

from reader.core.label_change import LabelChange


def test_a_change_is_tight_and_goes_both_ways() -> None:
    labels = np.zeros((6, 7, 8), dtype=np.uint16)
    labels[2, 3, 4] = 5
    box = ((1, 5), (1, 6), (2, 8))
    after = labels[1:5, 1:6, 2:8].copy()
    after[1, 2, 2], after[1, 2, 4], after[2, 2, 2] = 9, 9, 9
    change = LabelChange.between(box, labels[1:5, 1:6, 2:8], after)
    assert change is not None
    assert change.box == ((2, 4), (3, 4), (4, 7))
    original = labels.copy()
    change.put_into(labels)
    assert np.array_equal(labels[1:5, 1:6, 2:8], after)
    assert labels.sum() == 27
    change.reverse.put_into(labels)
    assert np.array_equal(labels, original)


def test_nothing_changed_is_no_change() -> None:
    same = np.ones((2, 2, 2), dtype=np.uint16)
    assert LabelChange.between(((0, 2), (0, 2), (0, 2)), same, same.copy()) is None


def test_parts_that_do_not_fit_are_refused() -> None:
    one = np.ones(1, dtype=np.uint16)
    box = ((0, 1), (0, 1), (0, 2))
    with pytest.raises(ValueError, match="box"):
        LabelChange(box, np.ones((1, 1, 1), dtype=bool), one, one)
    with pytest.raises(ValueError, match="before"):
        LabelChange(box, np.ones((1, 1, 2), dtype=bool), one, one)

"""The same labels as nnU-Net, whose own answers were kept: for machines without nnunetv2.

`golden/make.py` wrote them. Convolutions differ between processors in the last bit, which
can turn a tie of two classes: hence two voxels.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.nnunet_cases import CASCADE, CASES
from tests.support.nnunet_folders import run_case, write_cascade, write_folder

GOLDEN = Path(__file__).with_name("golden")
MOST_TIES = 2


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_labels_are_those_of_nnunet(one, tmp_path):
    expected = np.load(GOLDEN / f"{one.name}.npz")["labels"]
    found = run_case(write_folder(tmp_path, one), one).labels
    assert found.shape == expected.shape
    assert np.count_nonzero(found != expected) <= MOST_TIES


def test_labels_of_a_cascade_are_those_of_nnunet(tmp_path):
    expected = np.load(GOLDEN / f"{CASCADE.name}.npz")["labels"]
    told = []
    found = run_case(write_cascade(tmp_path)[1].parent, CASCADE, report=told.append).labels
    assert np.count_nonzero(found != expected) <= MOST_TIES
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions)


def test_the_kept_answers_hold_something():
    """Labels of one kind only would prove nothing."""
    for one in CASES:
        counts = np.bincount(np.load(GOLDEN / f"{one.name}.npz")["labels"].ravel())
        assert np.count_nonzero(counts > 20) >= 3, one.name

"""A head is known by its size and outline, whatever the contrast."""

import numpy as np
import pytest

from reader.imaging.regions.head_shape import outline_of
from tests.support import bodies

EVERYTHING = np.ones((96, 96), bool)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (bodies.ellipse(150, 195), True),
        (bodies.ellipse(125, 165), True),
        (bodies.ellipse(340, 230), False),
        (bodies.ellipse(90, 90), False),
        (EVERYTHING, False),
    ],
)
def test_a_head_is_told_from_a_trunk_and_a_limb(shape, expected):
    assert outline_of(bodies.shown(shape)).is_head is expected


def test_brightness_does_not_matter():
    bright = outline_of(bodies.shown(bodies.ellipse(150, 195), value=30000))
    assert bright == outline_of(bodies.shown(bodies.ellipse(150, 195), value=40))


def test_a_head_without_its_top_is_cut():
    whole = bodies.shown(bodies.ellipse(150, 195))
    assert not outline_of(whole).cut_top
    top = np.ascontiguousarray(whole.voxels[:-1])
    geometry = type(whole.geometry).from_spacing(top.shape, (bodies.SPACING_MM,) * 3)
    assert outline_of(type(whole)("1", top, geometry)).cut_top


def test_too_little_says_nothing():
    assert outline_of(bodies.shown(bodies.ellipse(150, 195), slices=1)) is None
    assert outline_of(bodies.shown(np.zeros((96, 96), bool))) is None

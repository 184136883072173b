"""Agreement of members about a finding, counted by hand."""

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.stability import Stability
from reader.imaging.components import connected_components
from reader.inference.adapters.stability import stability_of

GEOMETRY = VolumeGeometry.from_spacing((12, 12, 12), (2.0, 1.0, 1.0))


def ball(size: int) -> np.ndarray:
    labels = np.zeros((12, 12, 12), np.uint16)
    labels[2 : 2 + size, 2 : 2 + size, 2 : 2 + size] = 1
    return labels


def of(labels, uncertainty=None, members=()):
    (component,) = connected_components(labels == 1)
    return stability_of(component, 1, GEOMETRY, labels, uncertainty, members)


def test_volumes_are_those_of_the_smallest_and_largest_member():
    said = of(ball(4), members=(ball(4), ball(3), ball(2)))
    assert (said.least_volume_mm3, said.most_volume_mm3) == (16.0, 128.0)
    assert said.is_stable is False


def test_members_that_agree_are_stable():
    assert of(ball(4), members=(ball(4), ball(4))).is_stable is True


def test_a_member_that_sees_nothing_is_a_reason_to_check():
    assert of(ball(4), members=(ball(4), np.zeros_like(ball(4)))).is_stable is False


def test_uncertainty_is_the_mean_away_from_the_border():
    labels = ball(7)
    uncertainty = np.zeros(labels.shape, np.float16)
    uncertainty[labels == 1] = 1.0
    uncertainty[4:7, 4:7, 4:7] = 0.25  # what is left of 7 when 2 are taken at each side
    assert of(labels, uncertainty).uncertainty == pytest.approx(0.25)
    assert of(labels, uncertainty).is_stable is True
    uncertainty[4:7, 4:7, 4:7] = 0.5
    assert of(labels, uncertainty).is_stable is False


def test_a_finding_that_is_all_border_says_nothing():
    assert of(ball(4), np.zeros((12, 12, 12), np.float16)) is None
    assert Stability().is_stable is None

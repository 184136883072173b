"""Where a calliper's end meets the edge of what is marked."""

from __future__ import annotations

import numpy as np
import pytest

from reader.imaging.measurement.edges import edge_offset_mm
from tests.support.phantoms import GRIDS, places


def marked(geometry, center, radius_mm: float, label: int = 3) -> np.ndarray:
    inside = np.linalg.norm(places(geometry) - center, axis=-1) <= radius_mm
    return (label * inside).astype(np.uint16)


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("start", [7.0, 10.0, 13.0])
def test_the_edge_of_a_ball_is_found_from_inside_and_outside(name: str, start: float) -> None:
    geometry = GRIDS[name]
    center = geometry.to_lps(np.array(geometry.shape_kji) // 2)
    labels = marked(geometry, center, 10)
    direction = geometry.directions[:, 2]
    offset = edge_offset_mm(labels, geometry, center + start * direction, direction, 5.0)
    assert offset is not None
    assert start + offset == pytest.approx(10, abs=0.5 * geometry.spacing_kji_mm[2] + 0.05)


def test_nothing_is_found_beyond_reach_or_for_another_label() -> None:
    geometry = GRIDS["isotropic"]
    center = geometry.to_lps((30, 30, 30))
    labels = marked(geometry, center, 10)
    right = geometry.directions[:, 2]
    assert edge_offset_mm(labels, geometry, center, right, 5.0) is None
    at = center + 9 * right
    assert edge_offset_mm(labels, geometry, at, right, 5.0, label=4) is None
    assert edge_offset_mm(labels, geometry, at, right, 5.0, label=3) is not None


def test_the_nearer_of_two_edges_is_taken_backwards_too() -> None:
    geometry = GRIDS["isotropic"]
    center = geometry.to_lps((30, 30, 30))
    labels = marked(geometry, center, 3)
    right = geometry.directions[:, 2]
    offset = edge_offset_mm(labels, geometry, center - 1 * right, right, 8.0)
    assert offset is not None
    assert offset < 0


def test_beyond_the_image_there_is_no_edge() -> None:
    geometry = GRIDS["isotropic"]
    labels = marked(geometry, geometry.center_lps_mm, 10)
    far = geometry.to_lps((30, 30, 200))
    assert edge_offset_mm(labels, geometry, far, geometry.directions[:, 2], 5.0) is None

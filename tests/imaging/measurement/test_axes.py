"""The axes of a mask: their ends lie where the lengths say."""

from __future__ import annotations

import numpy as np
import pytest

from reader.imaging.measurement.axes import longest_axes
from tests.support.phantoms import GRIDS, places, plane_of, turned


def ellipsoid(geometry, center, semi_axes, turn) -> np.ndarray:
    offset = (places(geometry) - center) @ turn
    return ((offset / np.array(semi_axes)) ** 2).sum(axis=-1) <= 1


@pytest.mark.parametrize("name", GRIDS)
def test_an_ellipsoid_lying_in_a_slice_has_its_axes_to_half_a_voxel(name: str) -> None:
    geometry = GRIDS[name]
    down, across, normal = plane_of(geometry, 0)
    turn = np.column_stack([down, across, normal]) @ turned(28, 2)
    index = np.array(geometry.shape_kji) // 2
    mask = ellipsoid(geometry, geometry.to_lps(index), (13, 8, 7), turn)
    axes = longest_axes(mask, geometry)
    pixel = max(geometry.spacing_kji_mm[1:])
    assert axes.long_mm == pytest.approx(26, abs=pixel / 2)
    assert axes.short_mm == pytest.approx(16, abs=pixel / 2)
    long_ends, short_ends = (
        geometry.to_lps(axes.long_ends_kji),
        geometry.to_lps(axes.short_ends_kji),
    )
    assert np.linalg.norm(np.diff(long_ends, axis=0)) == pytest.approx(axes.long_mm, abs=1e-4)
    assert np.linalg.norm(np.diff(short_ends, axis=0)) == pytest.approx(axes.short_mm, abs=1e-4)
    assert (long_ends[1] - long_ends[0]) @ (short_ends[1] - short_ends[0]) == pytest.approx(
        0, abs=1e-2
    )
    assert set(axes.long_ends_kji[:, 0]) == set(axes.short_ends_kji[:, 0]) == {float(index[0])}
    along = (long_ends[1] - long_ends[0]) / axes.long_mm
    assert abs(along @ turn[:, 0]) == pytest.approx(1, abs=0.02)


def test_the_slice_with_the_longest_diameter_is_measured() -> None:
    geometry = GRIDS["isotropic"]
    mask = np.zeros(geometry.shape_kji, dtype=bool)
    mask[10, 20:30, 20:24] = True
    mask[11, 20:42, 20:23] = True
    mask[12, 20:25, 20:40] = True
    axes = longest_axes(mask, geometry)
    assert axes.long_ends_kji[0, 0] == 11
    assert axes.long_mm == pytest.approx(22, abs=1)


def test_the_short_axis_crosses_what_is_marked_and_not_its_hull() -> None:
    geometry = GRIDS["isotropic"]
    mask = np.zeros(geometry.shape_kji, dtype=bool)
    mask[5, 10:14, 10:50] = True
    mask[5, 14:30, 10:14] = True
    axes = longest_axes(mask, geometry)
    ends = axes.short_ends_kji.mean(axis=0).round().astype(int)
    assert mask[tuple(ends)]


def test_one_voxel_has_axes_and_no_error() -> None:
    geometry = GRIDS["anisotropic"]
    mask = np.zeros(geometry.shape_kji, dtype=bool)
    mask[3, 4, 5] = True
    axes = longest_axes(mask, geometry)
    assert 0 < axes.short_mm <= axes.long_mm <= 0.9
    assert axes.short_ends_kji.mean(axis=0) == pytest.approx((3, 4, 5), abs=0.5)

"""Windows taken from a part of a picture, and along another curve."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.intensity import WindowFunction, WindowLevel
from reader.session.viewing.windowing import region_window, switch_curve
from tests.support.sessions import Session, write_study


@pytest.fixture
def session(tmp_path):
    made = Session(tmp_path / "home")
    made.open(write_study(tmp_path / "ct"))
    yield made
    made.close()


def corners(resolved, top, left, bottom, right):
    where = resolved.geometry
    return [where.to_lps(row, column) for row, column in
            ((top, left), (top, right), (bottom, right), (bottom, left))]  # fmt: skip


def values_under(resolved, top, left, bottom, right):
    geometry = resolved.volume.geometry
    return np.array([
        resolved.volume.voxels[geometry.nearest_voxel(resolved.geometry.to_lps(row, column))]
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    ])  # fmt: skip


@pytest.mark.parametrize("viewport_id", ["v0", "v1", "v2"])
def test_the_window_holds_the_values_of_the_region_in_every_plane(session, viewport_id):
    resolved = session.workspace.display.resolved(viewport_id)
    box = (2, 5, 8, 30)
    window = region_window(resolved, corners(resolved, *box))
    low, high = np.percentile(values_under(resolved, *box), (0.1, 99.9))
    assert window.lower == pytest.approx(low)
    assert window.upper == pytest.approx(high)


def test_it_does_not_matter_from_which_corner_the_region_was_drawn(session):
    resolved = session.workspace.display.resolved("v0")
    places = corners(resolved, 5, 6, 20, 25)
    one = region_window(resolved, places)
    assert region_window(resolved, [places[2], places[3], places[0], places[1]]) == one


def test_what_lies_beside_the_image_does_not_count(session):
    resolved = session.workspace.display.resolved("v0")
    assert region_window(resolved, corners(resolved, -30, -30, 10, 10)) == region_window(
        resolved, corners(resolved, 0, 0, 10, 10)
    )
    assert region_window(resolved, corners(resolved, -30, -30, -10, -10)) is None


def test_a_region_of_one_value_has_a_window_still(session):
    resolved = session.workspace.display.resolved("v0")
    assert region_window(resolved, corners(resolved, 1, 5, 2, 8)).width > 0


def test_the_curve_is_switched_and_switched_back(session):
    workspace = session.workspace
    looks, key = workspace.viewports.looks, workspace.viewports.active.series_key
    looks.set_window(key, WindowLevel(-600.0, 1500.0))
    switch_curve(workspace.display, workspace.viewports)
    assert looks.window_of(key) == WindowLevel(-600.0, 1500.0, WindowFunction.SIGMOID)
    resolved = workspace.display.resolved("v0")
    soft = region_window(resolved, corners(resolved, 5, 6, 20, 25))
    assert soft.function is WindowFunction.SIGMOID, "a region keeps the curve"
    switch_curve(workspace.display, workspace.viewports)
    assert looks.window_of(key) == WindowLevel(-600.0, 1500.0)

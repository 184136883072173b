"""What a requested slice shows: array slices, tilted planes and slabs of both."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.heatmap import Heatmap
from reader.core.intensity import WindowLevel
from reader.core.orientation import Plane, plane_axes
from reader.core.series_kind import SeriesKind
from reader.core.tilt import STRAIGHT
from reader.imaging.cut import Projection, Slab
from reader.imaging.cutting import (
    base_of,
    fused_seen_at,
    grid_slab,
    labels_of,
    outside_value,
    scores_of,
    seen_at,
)
from reader.imaging.fusion import Fusion, fused_levels
from reader.imaging.plane_stack import GridStack, ObliqueStack, plane_stack
from reader.imaging.slice_image import render_slice
from reader.imaging.slice_request import SliceRequest
from reader.imaging.slicing import extract_slice
from tests.support.volumes import ALL_ORIENTATIONS, coded_volume, oriented_geometry, volume_of

GRID = VolumeGeometry.from_spacing((21, 30, 34), (2.0, 1.0, 1.0))


def request_of(volume, plane=Plane.CORONAL, index=None, tilt=STRAIGHT, **more) -> SliceRequest:
    stack = plane_stack(volume.geometry, SeriesKind.VOLUME, plane, tilt)
    oblique = stack if isinstance(stack, ObliqueStack) else None
    shown = stack.count // 2 if index is None else index
    window = WindowLevel(0.0, 100.0)
    return SliceRequest(
        "v0", volume, stack.axes, shown, window, False, None, 1, oblique=oblique, **more
    )


def tilted():
    middle = tuple(float(v) for v in GRID.center_lps_mm)
    return STRAIGHT.turned((0, 0, 1), 25, middle).turned((1, 0, 0), 10, middle)


@pytest.mark.parametrize("plane", Plane)
@pytest.mark.parametrize(("order", "signs"), ALL_ORIENTATIONS[::5])
def test_a_slab_of_the_array_is_what_numpy_says_of_its_slices(order, signs, plane):
    geometry = oriented_geometry(order, signs)
    voxels = coded_volume(geometry).voxels
    axes = plane_axes(geometry, plane)
    stack = GridStack(geometry, axes)
    slices = np.stack([extract_slice(voxels, axes, n) for n in range(stack.count)])
    slab = Slab(2.0 * stack.step_mm, Projection.MAXIMUM)
    assert np.array_equal(grid_slab(voxels, stack, 1, slab), slices[0:3].max(axis=0))
    least = replace(slab, projection=Projection.MINIMUM)
    assert np.array_equal(grid_slab(voxels, stack, 0, least), slices[0:2].min(axis=0))
    mean = replace(slab, projection=Projection.MEAN)
    expected = np.rint(np.average(slices[0:3].astype(float), axis=0, weights=(0.5, 1, 0.5)))
    assert np.array_equal(grid_slab(voxels, stack, 1, mean), expected)


def test_a_slab_thinner_than_a_slice_is_that_slice():
    voxels = np.random.default_rng(4).integers(0, 99, GRID.shape_kji).astype(np.int16)
    stack = GridStack(GRID, plane_axes(GRID, Plane.AXIAL))
    for projection in Projection:
        seen = grid_slab(voxels, stack, 5, Slab(0.5, projection))
        assert np.array_equal(seen, extract_slice(voxels, stack.axes, 5))


def test_a_tilted_slice_has_the_values_of_the_field_and_darkness_around():
    index = np.stack(np.indices(GRID.shape_kji), axis=-1)
    field = (GRID.to_lps(index) @ (10, 20, -30)).astype(np.float32)
    request = request_of(volume_of(field, GRID), tilt=tilted())
    assert request.is_oblique
    values, where = base_of(request), request.geometry
    assert values.shape == where.shape
    middle = GRID.center_lps_mm + 2.3 * where.right_lps_mm + 1.7 * where.down_lps_mm
    row, column = (round(v) for v in where.to_pixel(middle))
    assert values[row, column] == pytest.approx(where.to_lps(row, column) @ (10, 20, -30), abs=0.01)
    assert values[0, 0] == np.float32(outside_value(request.volume))
    assert render_slice(request).base[0, 0] == 0


def test_a_coarse_picture_has_the_same_size_and_nearly_the_same_values():
    index = np.stack(np.indices(GRID.shape_kji), axis=-1)
    field = (GRID.to_lps(index) @ (1, 2, -3)).astype(np.float32)
    fine = request_of(volume_of(field, GRID), tilt=tilted())
    values, coarse = base_of(fine), base_of(replace(fine, coarseness=3))
    assert coarse.shape == values.shape
    both = (values > -1e6) & (coarse > -1e6)
    assert both.sum() > 300
    assert np.abs(values - coarse)[both].max() < 3 * np.abs((1, 2, -3)).sum()
    assert abs(float((values - coarse)[both].mean())) < 0.5, "it is not shifted"


def test_labels_and_scores_of_a_slab_are_those_of_its_middle_plane():
    labels = np.zeros(GRID.shape_kji, np.uint16)
    labels[:, 15] = 4
    labels[:, 16] = 9
    request = request_of(volume_of(labels.astype(np.int16), GRID), index=15, slab=Slab(6.0))
    assert set(np.unique(labels_of(labels, request))) == {4}
    scores = labels.astype(np.float16) / 16
    assert set(np.unique(scores_of(scores, request))) == {0.25}


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_scores_are_shown_on_tilted_planes(dtype):
    scores = np.full(GRID.shape_kji, 0.75, dtype)
    request = request_of(volume_of(scores.astype(np.int16), GRID), tilt=tilted())
    seen = scores_of(Heatmap(scores, GRID).scores, request)
    assert seen.dtype == dtype
    assert set(np.unique(seen)) == {0, 0.75}


def test_padding_is_what_lies_outside_where_the_header_names_it():
    volume = volume_of(np.zeros(GRID.shape_kji, np.int16), GRID, padding=(-2000.0, -2000.0))
    assert outside_value(volume) == -2000
    assert base_of(request_of(volume, tilt=tilted()))[0, 0] == -2000


def test_marks_of_the_scanner_are_on_stored_slices_only():
    graphics = np.ones(GRID.shape_kji, np.uint8)
    volume = volume_of(np.zeros(GRID.shape_kji, np.int16), GRID, graphics=graphics)
    assert render_slice(request_of(volume)).overlay.marks is not None
    assert render_slice(request_of(volume, slab=Slab(5.0))).overlay.marks is None
    assert render_slice(request_of(volume, tilt=tilted())).overlay.marks is None


@pytest.mark.parametrize("tilt", [STRAIGHT, tilted()])
@pytest.mark.parametrize("slab", [Slab(), Slab(7.0), Slab(7.0, Projection.MEAN)])
def test_the_value_under_the_pointer_is_the_one_in_the_picture(tilt, slab):
    voxels = np.random.default_rng(5).integers(-500, 500, GRID.shape_kji).astype(np.int16)
    request = request_of(volume_of(voxels, GRID), tilt=tilt, slab=slab)
    values, where = base_of(request), request.geometry
    rows, columns = where.shape
    for row, column in ((rows // 2, columns // 2), (rows // 2 + 4, columns // 2 - 5)):
        assert seen_at(request, where.to_lps(row, column)) == values[row, column]
    assert seen_at(request, (1e4, 0, 0)) is None


@pytest.mark.parametrize("tilt", [STRAIGHT, STRAIGHT.turned((1, 0, 0), 20, (17.0, 15.0, 20.0))])
def test_what_lies_over_a_slab_is_told_as_it_is_seen_through_it(tilt) -> None:
    rng = np.random.default_rng(4)
    over = volume_of(rng.integers(0, 256, (14, 12, 13)).astype(np.int16),
                     VolumeGeometry.from_spacing((14, 12, 13), (3.0, 2.5, 2.5)))  # fmt: skip
    fusion = Fusion(over, WindowLevel(128.0, 256.0), 1.0, (0.5, -1.0, 0.25))
    base = volume_of(np.zeros(GRID.shape_kji, np.int16), GRID)
    request = request_of(base, tilt=tilt, slab=Slab(12.0), fusion=fusion)
    levels = fused_levels(fusion, request.geometry, request.slab)
    rows, columns = levels.shape
    for row, column in ((rows // 2, columns // 2), (rows // 3, columns // 3)):
        seen = fused_seen_at(request, request.geometry.to_lps(row + 0.3, column - 0.4))
        assert seen == pytest.approx(levels[row, column], abs=1.5)
    assert fused_seen_at(request, request.geometry.to_lps(-900, 0)) is None
    assert fused_seen_at(replace(request, fusion=None), GRID.center_lps_mm) is None


@pytest.mark.parametrize("hidden", [0, 1, 2])
@pytest.mark.parametrize("projection", [Projection.MAXIMUM, Projection.MINIMUM])
@pytest.mark.parametrize("is_tilted", [False, True])
def test_what_is_no_number_is_neither_the_greatest_nor_the_least(
    hidden: int, projection: Projection, is_tilted: bool
) -> None:
    grid = VolumeGeometry.from_spacing((9, 9, 9), (1.0, 1.0, 1.0))
    voxels = np.full(grid.shape_kji, 3.0, np.float32)
    voxels[3 + hidden] = np.nan
    tilt = STRAIGHT.turned((1, 0, 0), 0.02, (4.0, 4.0, 4.0)) if is_tilted else STRAIGHT
    request = request_of(
        volume_of(voxels, grid), Plane.AXIAL, tilt=tilt, slab=Slab(4.0, projection)
    )
    assert seen_at(request, (4.0, 4.0, 4.0)) == 3

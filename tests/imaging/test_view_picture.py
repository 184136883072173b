"""What a pane shows: true aspect, black around, labels never smoothed."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.imaging.interpolation import Interpolation
from reader.imaging.layers import LabelStyle, OutlineStyle, OverlayLayers
from reader.imaging.placement import fitting_px_per_mm, pan_keeping, place_slice
from reader.imaging.slice_image import render_slice
from reader.imaging.view_picture import PanePicture
from tests.support.volumes import request_for, volume_of

FILL = LabelStyle(1, "#FFFFFF", 1.0, OutlineStyle.NONE, "#FFFFFF")


def noise_image(rows=21, columns=31, spacing=(1, 1, 1), labelled=False):
    # With odd numbers no middle of a pane pixel falls on the border of two slice pixels.
    rng = np.random.default_rng(8)
    voxels = rng.integers(0, 256, (1, rows, columns)).astype(np.int16)
    volume = volume_of(voxels, VolumeGeometry.from_spacing(voxels.shape, spacing))
    layers = None
    if labelled:
        labels = (rng.random(voxels.shape) < 0.5).astype(np.uint16)
        layers = OverlayLayers(labels, (FILL,), None, 0.08, 0.45, 0)
    return render_slice(request_for(volume, layers=layers))


def pane_of(image, size, zoom=1.0, pan_mm=(0.0, 0.0), smooth=False):
    pane = PanePicture()
    pane.resize(*size)
    pane.pixels[:] = 77
    placement = place_slice(image.geometry, size, zoom, pan_mm)
    pane.draw(image, placement, Interpolation.LINEAR if smooth else Interpolation.NEAREST)
    return pane.pixels, placement


def nearest(array, placement, size):
    """The pane by definition: each pixel shows the slice pixel under its middle."""
    shown = np.zeros((size[1], size[0], *array.shape[2:]), array.dtype)
    for y in range(size[1]):
        for x in range(size[0]):
            row, column = placement.to_slice(x + 0.5, y + 0.5)
            r, c = int(np.floor(row + 0.5)), int(np.floor(column + 0.5))
            if 0 <= r < array.shape[0] and 0 <= c < array.shape[1]:
                shown[y, x] = array[r, c]
    return shown


@pytest.mark.parametrize("zoom", [1.0, 1.7, 9.0])
@pytest.mark.parametrize("pan_mm", [(0.0, 0.0), (3.2, -4.1)])
def test_unsmoothed_shows_the_pixel_under_each_point(zoom, pan_mm):
    image = noise_image()
    pixels, placement = pane_of(image, (90, 70), zoom, pan_mm)
    np.testing.assert_array_equal(pixels[..., 0], nearest(image.base, placement, (90, 70)))


@pytest.mark.parametrize("zoom", [1.0, 8.0])
def test_labels_are_never_smoothed(zoom):
    image = noise_image(labelled=True)
    pixels, placement = pane_of(image, (93, 71), zoom, smooth=True)
    white = nearest(image.tint, placement, (93, 71))[..., 3] == 255
    assert white.any()
    np.testing.assert_array_equal((pixels[..., :3] == 255).all(axis=-1) | ~white, True)
    smoothed, _ = pane_of(noise_image(), (93, 71), zoom, smooth=True)
    np.testing.assert_array_equal(pixels[~white], smoothed[~white])


@pytest.mark.parametrize("zoom", [1.0, 8.0])
def test_smoothing_is_linear_between_pixel_centres(zoom):
    volume = volume_of(np.tile(np.arange(0, 200, 10, dtype=np.int16), (20, 1))[None])
    image = render_slice(request_for(volume))
    pixels, placement = pane_of(image, (200, 200), zoom, smooth=True)
    _, column = placement.to_slice(120.5, 100)
    assert pixels[100, 120, 0] == pytest.approx(10 * column, abs=1)


def test_a_shrunk_slice_keeps_a_trace_of_a_single_bright_pixel():
    voxels = np.zeros((1, 200, 200), np.int16)
    voxels[0, 101, 101] = 255
    pixels, _ = pane_of(render_slice(request_for(volume_of(voxels))), (50, 50))
    assert pixels[..., 0].sum() == pytest.approx(255 / 16, abs=2)


@pytest.mark.parametrize("spacing", [(1, 0.5, 0.5), (1, 2.0, 0.7), (1, 0.4, 3.0)])
def test_a_slice_fits_its_pane_at_true_aspect(spacing):
    image = noise_image(40, 30, spacing)
    placement = place_slice(image.geometry, (300, 200))
    assert placement.width <= 300
    assert placement.height <= 200
    assert placement.width == 300 or placement.height == 200
    in_mm = (40 * spacing[1]) / (30 * spacing[2])
    assert placement.height / placement.width == pytest.approx(in_mm, rel=0.02)
    assert placement.left == pytest.approx((300 - placement.width) / 2, abs=1)


@pytest.mark.parametrize("zoom", [1.0, 2.5])
def test_a_slice_that_leans_keeps_to_the_edge_of_its_pane(zoom):
    geometry = noise_image(40, 30).geometry
    left = place_slice(geometry, (300, 200), 1.0, lean=-1)
    right = place_slice(geometry, (300, 200), 1.0, lean=1)
    assert left.left == pytest.approx(0, abs=1)
    assert right.left + right.width == pytest.approx(300, abs=1)
    size, pointer = (300, 200), (280.0, 40.0)
    fit = fitting_px_per_mm(geometry, size)
    pan = pan_keeping((pointer[0] - 150, pointer[1] - 100), (0, 0), fit, fit * zoom)
    after = place_slice(geometry, size, zoom, pan, lean=1)
    assert after.to_slice(*pointer) == pytest.approx(right.to_slice(*pointer), abs=0.5)


def test_places_in_pane_and_slice_are_inverse():
    placement = place_slice(noise_image().geometry, (333, 222), 2.3, (4, -7))
    assert placement.to_slice(*placement.to_pane(3.2, 17.9)) == pytest.approx((3.2, 17.9))
    line = np.array([[17.9, 3.2]], np.float32)
    assert placement.line_to_pane(line)[0] == pytest.approx(placement.to_pane(3.2, 17.9), abs=1e-4)


def test_zooming_about_the_pointer_keeps_what_is_under_it():
    geometry = noise_image(400, 300).geometry
    size, pointer = (500, 420), (123.0, 301.0)
    fit = fitting_px_per_mm(geometry, size)
    before = place_slice(geometry, size, 1.5, (20, -12))
    from_middle = (pointer[0] - 250, pointer[1] - 210)
    pan = pan_keeping(from_middle, (20, -12), fit * 1.5, fit * 4)
    after = place_slice(geometry, size, 4.0, pan)
    assert after.to_slice(*pointer) == pytest.approx(before.to_slice(*pointer), abs=1.0)


def test_a_slice_moved_out_of_sight_leaves_black():
    pixels, _ = pane_of(noise_image(), (50, 50), pan_mm=(500, 0))
    assert not pixels.any()


def test_the_pane_is_drawn_into_the_same_memory():
    image = noise_image(labelled=True)
    pane = PanePicture()
    pane.resize(60, 60)
    kept = pane.pixels
    pane.resize(60, 60)
    pane.draw(image, place_slice(image.geometry, (60, 60)))
    assert pane.pixels is kept


@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize("zoom", [0.3, 1.0, 6.0])
def test_colour_lies_where_grey_would(smooth, zoom):
    grey = noise_image()
    rgb = np.ascontiguousarray(np.repeat(grey.base[None, ..., None], 3, axis=-1))
    volume = volume_of(rgb, VolumeGeometry.from_spacing(rgb.shape[:3], (1, 1, 1)))
    shown, _ = pane_of(render_slice(request_for(volume)), (90, 70), zoom, smooth=smooth)
    wanted, _ = pane_of(grey, (90, 70), zoom, smooth=smooth)
    np.testing.assert_array_equal(shown[..., :3], wanted[..., :3])


@pytest.mark.parametrize("zoom", [0.1, 0.37, 1.0, 5.0])
def test_a_thin_line_of_the_scanner_stays_whole_at_any_zoom(zoom):
    graphics = np.zeros((1, 200, 200), np.uint8)
    graphics[0, 101] = 1
    volume = volume_of(np.zeros((1, 200, 200), np.int16), graphics=graphics)
    shown, placement = pane_of(render_slice(request_for(volume)), (90, 70), zoom)
    left, right = max(0, placement.left), min(90, placement.left + placement.width)
    drawn = (shown[:, left:right, 0] == 0xED).any(axis=0)
    assert drawn.all()

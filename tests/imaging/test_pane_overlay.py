"""What lies over a slice is the same drawn ahead and drawn at once, and only where it is seen."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.heatmap import Heatmap
from reader.imaging import kernels
from reader.imaging.interpolation import Interpolation
from reader.imaging.layers import LabelStyle, OutlineStyle, OverlayLayers
from reader.imaging.pane_overlay import Pane, PaneOverlay, draw_overlay
from reader.imaging.placement import place_slice
from reader.imaging.slice_image import render_slice
from reader.imaging.view_picture import PanePicture
from tests.support.volumes import request_for, volume_of

STYLES = (
    LabelStyle(1, "#D02828", 0.4, OutlineStyle.SOLID, "#D02828"),
    LabelStyle(2, "#A98BFF", 0.0, OutlineStyle.DASHED, "#A98BFF", finding_id="f"),
)
SIZE = (200, 160)


def labelled(low=5, high=20):
    rng = np.random.default_rng(3)
    volume = volume_of(rng.integers(0, 255, (1, 40, 50)).astype(np.int16))
    labels = np.zeros(volume.voxels.shape, np.uint16)
    labels[0, low:high, 8:30] = 1
    labels[0, low + 3 : low + 6, 12:15] = 2
    scores = np.zeros(volume.voxels.shape, np.float16)
    scores[0, high - 4 : high + 6, 20:40] = 0.7
    layers = OverlayLayers(labels, STYLES, Heatmap(scores, volume.geometry), 0.08, 0.45, 0)
    return render_slice(request_for(volume, layers=layers))


@pytest.mark.parametrize("zoom", [0.5, 1.0, 4.0])
@pytest.mark.parametrize("pan_mm", [(0.0, 0.0), (13.0, -9.0)])
def test_only_its_box_differs_from_the_bare_slice(zoom, pan_mm):
    image = labelled()
    place = place_slice(image.geometry, SIZE, zoom, pan_mm)
    bare, dressed = PanePicture(), PanePicture()
    for pane in (bare, dressed):
        pane.resize(*SIZE)
    over = draw_overlay(image.overlay, Pane(SIZE, place))
    bare.lay(image.base, place, None, Interpolation.NEAREST)
    dressed.lay(image.base, place, over, Interpolation.NEAREST)
    differs = (bare.pixels[..., :3] != dressed.pixels[..., :3]).any(axis=-1)
    assert over is not None
    assert differs.any()
    left, top, right, bottom = over.box
    differs[top:bottom, left:right] = False
    assert not differs.any()


def test_where_nothing_of_it_is_seen_nothing_is_drawn():
    image = labelled()
    far = place_slice(image.geometry, SIZE, 1.0, (500.0, 0.0))
    assert draw_overlay(image.overlay, Pane(SIZE, far)) is None


def test_a_former_slices_outline_beside_the_slice_is_taken_away():
    reaching = labelled(low=0, high=15)
    place = place_slice(reaching.geometry, SIZE, 0.6)
    pane = PanePicture()
    pane.resize(*SIZE)
    pane.draw(reaching, place)
    assert pane.pixels[: place.top, :, :3].any(), "the outline lies just outside its label"
    pane.draw(labelled(low=10, high=25), place)
    assert not pane.pixels[: place.top, :, :3].any()


def test_cubic_is_sharper_than_linear_and_both_keep_flat_parts_flat():
    voxels = np.zeros((1, 20, 20), np.int16)
    voxels[0, :, 10:] = 200
    image = render_slice(request_for(volume_of(voxels)))
    place = place_slice(image.geometry, (200, 200))
    rows = {}
    for how in Interpolation:
        pane = PanePicture()
        pane.resize(200, 200)
        pane.draw(image, place, how)
        rows[how] = pane.pixels[100, :, 0].astype(int)
    steepest = {how: np.abs(np.diff(row)).max() for how, row in rows.items()}
    assert steepest[Interpolation.NEAREST] > steepest[Interpolation.CUBIC]
    assert steepest[Interpolation.CUBIC] > steepest[Interpolation.LINEAR]
    for row in rows.values():
        assert row[40] == 0
        assert row[160] == 200


@pytest.mark.parametrize("zoom", [0.5, 1.0, 4.0])
@pytest.mark.parametrize("pan_mm", [(0.0, 0.0), (13.0, -9.0), (-40.0, 30.0)])
def test_compiled_and_plain_blending_give_the_same_bytes(compiled_blend, monkeypatch, zoom, pan_mm):
    image = labelled(0, 40)  # from edge to edge, so that outlines reach beyond the slice
    place = place_slice(image.geometry, SIZE, zoom, pan_mm)
    panes = []
    for loop in (None, compiled_blend):
        monkeypatch.setattr(kernels._LOADED, "blend", loop)
        pane = PanePicture()
        pane.resize(*SIZE)
        pane.draw(image, place)
        panes.append(pane.pixels)
    np.testing.assert_array_equal(*panes)


def test_every_level_is_seen_through_every_opacity_rounded_to_the_nearest(
    compiled_blend, monkeypatch
):
    levels = np.arange(256, dtype=np.uint8)
    grey = np.repeat(levels[:, None], 256, axis=1)
    pixels = np.repeat(np.tile(levels, (256, 1))[..., None], 4, axis=-1)
    over = PaneOverlay((0, 0, 256, 256), pixels, 255 - pixels[..., 3])
    expected = pixels[..., 0] + np.rint(grey * (255.0 - pixels[..., 3]) / 255)
    for loop in (None, compiled_blend):
        monkeypatch.setattr(kernels._LOADED, "blend", loop)
        out = np.zeros((256, 256, 4), np.uint8)
        over.blend(grey, out)
        for channel in range(3):
            np.testing.assert_array_equal(out[..., channel], expected)
        assert (out[..., 3] == 255).all()

"""Grey, tint and outlines of one slice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.core.intensity import WindowLevel
from reader.core.orientation import Plane, SpatialTransform, stored_axes
from reader.imaging.colormap import heat_colors, heat_tint, inferno, lay_over
from reader.imaging.label_edges import draw_edges
from reader.imaging.layers import LabelSheet, LabelStyle, OutlineStyle, OverlayLayers
from reader.imaging.placement import Placement
from reader.imaging.slice_image import render_slice
from reader.imaging.slicing import reading_place
from tests.support.volumes import (
    ALL_ORIENTATIONS,
    coded_volume,
    oriented_geometry,
    request_for,
    volume_of,
)

RED = LabelStyle(1, "#D02828", 0.4, OutlineStyle.NONE, "#D02828")
DASHED = LabelStyle(2, "#A98BFF", 0.0, OutlineStyle.DASHED, "#A98BFF", finding_id="f")


def layers(labels=None, styles=(), heatmap=None, threshold=0.08, opacity=0.45) -> OverlayLayers:
    return OverlayLayers(labels, tuple(styles), heatmap, threshold, opacity, revision=0)


def grey_volume(value=100, shape=(3, 6, 8)):
    return volume_of(np.full(shape, value, dtype=np.int16))


def labels_like(volume):
    labels = np.zeros(volume.voxels.shape, np.uint16)
    labels[1, 2:4, 3:6] = 1
    labels[1, 5, 5] = 2
    return labels


def test_without_layers_the_picture_is_the_windowed_slice():
    volume = volume_of(np.arange(3 * 6 * 8, dtype=np.int16).reshape(3, 6, 8))
    image = render_slice(request_for(volume, index=1))
    np.testing.assert_array_equal(image.base, volume.voxels[1].astype(np.uint8))
    assert image.tint is None
    assert image.outlines == ()
    np.testing.assert_array_equal(image.pixels[..., :3], np.stack([image.base] * 3, axis=-1))


def test_a_fill_is_blended_by_its_opacity_only_where_its_label_is():
    volume = grey_volume()
    labels = labels_like(volume)
    image = render_slice(request_for(volume, index=1, layers=layers(labels, [RED])))
    pixels = image.pixels[..., 2::-1].astype(int)
    expected = np.rint(np.array([0xD0, 0x28, 0x28]) * 0.4 + 100 * 0.6)
    assert np.abs(pixels[2:4, 3:6] - expected).max() <= 1
    assert (pixels[labels[1] != 1] == 100).all()


def test_a_structures_edge_does_not_run_over_the_findings_in_it():
    volume = grey_volume(shape=(3, 20, 20))
    labels = np.zeros(volume.voxels.shape, np.uint16)
    labels[1, 3:17, 3:17] = 1
    labels[1, 5:8, 5:8] = 2
    labels[1, 12, 12] = 0
    lung = replace(RED, fill_opacity=0.0, outline=OutlineStyle.SOLID)
    request = request_for(volume, index=1, layers=layers(labels, [lung, DASHED]))
    image = render_slice(request)
    assert [o.style.label for o in image.outlines] == [2]
    pixels = np.zeros((20, 20, 4), np.uint8)
    for edges in image.overlay.edges:
        draw_edges(pixels, edges, Placement(20, 20, 0, 0, 20, 20, 1.0), 1.0)
    drawn = pixels[..., 3] > 0
    assert drawn[2, 3:17].all(), "its outer edge"
    assert drawn[12, 12], "its own hole"
    assert not drawn[5:8, 5:8].any(), "the finding stays free"
    assert not drawn[labels[1] == 1].any()


def test_a_label_without_a_style_is_not_shown():
    volume = grey_volume()
    image = render_slice(request_for(volume, index=1, layers=layers(labels_like(volume), [DASHED])))
    assert image.tint is None
    assert [o.style.label for o in image.outlines] == [2]


def test_a_rejected_outline_shows_only_while_selected():
    volume = grey_volume()
    dotted = replace(DASHED, outline=OutlineStyle.DOTTED)
    for selected in (False, True):
        style = replace(dotted, selected=selected)
        request = request_for(volume, index=1, layers=layers(labels_like(volume), [style]))
        assert bool(render_slice(request).outlines) is selected


def test_heat_shows_from_the_threshold_and_never_covers_more_than_the_limit():
    volume = grey_volume()
    scores = np.zeros(volume.voxels.shape, np.float16)
    scores[1, 0, :4] = (0.05, 0.3, 0.7, 1.0)
    heat = Heatmap(scores, volume.geometry)
    request = request_for(volume, index=1, layers=layers(heatmap=heat, threshold=0.5, opacity=1))
    image = render_slice(request)
    opacity = image.tint[0, :5, 3]
    assert opacity.tolist() == [0, 0, round(0.45 * 255), round(0.45 * 255), 0]
    brightest = np.rint(inferno()[255] * 0.45 + 100 * 0.55)
    assert np.abs(image.pixels[0, 3, 2::-1] - brightest).max() <= 1


def test_float32_heat_equals_float16_heat():
    volume = grey_volume()
    rng = np.random.default_rng(5)
    scores = rng.random(volume.voxels.shape).astype(np.float16)
    tints = [
        render_slice(request_for(volume, layers=layers(heatmap=Heatmap(s, volume.geometry)))).tint
        for s in (scores, scores.astype(np.float32))
    ]
    np.testing.assert_array_equal(*tints)


def test_a_slice_with_nothing_on_it_has_no_tint():
    volume = grey_volume()
    heat = Heatmap(np.zeros(volume.voxels.shape, np.float16), volume.geometry)
    request = request_for(volume, index=0, layers=layers(labels_like(volume), [RED], heat))
    assert render_slice(request).tint is None


def test_one_tint_over_another_is_over_not_beside():
    below = np.full((1, 1, 4), (90, 60, 30, 120), np.uint8)
    above = np.full((1, 1, 4), (10, 20, 30, 51), np.uint8)
    through = 1 - 51 / 255
    expected = [round(a + b * through) for a, b in zip(above[0, 0], below[0, 0], strict=True)]
    assert lay_over(below, above)[0, 0].tolist() == pytest.approx(expected, abs=1)
    assert lay_over(None, above) is above
    assert lay_over(below, None) is below


def test_layers_of_another_grid_are_refused():
    volume = grey_volume()
    with pytest.raises(ValueError, match="shape"):
        request_for(volume, layers=layers(np.zeros((2, 2, 2), np.uint16), [RED]))
    other = VolumeGeometry.from_spacing((2, 2, 2), (1, 1, 1))
    with pytest.raises(ValueError, match="shape"):
        request_for(volume, layers=layers(heatmap=Heatmap(np.zeros((2, 2, 2), np.float16), other)))


def test_every_plane_and_inversion_reach_the_renderer():
    volume = volume_of(np.arange(3 * 6 * 8, dtype=np.int16).reshape(3, 6, 8))
    coronal = render_slice(request_for(volume, Plane.CORONAL, index=4, invert=True))
    np.testing.assert_array_equal(coronal.base, 255 - volume.voxels[::-1, 4].astype(np.uint8))
    assert coronal.geometry.plane is Plane.CORONAL


def test_inferno_runs_from_black_to_pale_yellow_and_only_gets_lighter():
    colors = inferno().astype(float)
    assert colors[0].tolist() == [0, 0, 4]
    assert colors[255].tolist() == [252, 255, 164]
    lightness = colors @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(lightness) > -0.5).all()


def test_windows_are_not_mixed_up():
    volume = grey_volume(0)
    assert render_slice(request_for(volume, window=WindowLevel(100, 100))).base.max() == 0
    assert render_slice(request_for(volume, window=WindowLevel(-100, 100))).base.min() == 255


def test_colour_is_shown_as_it_is_whatever_the_window():
    rgb = np.random.default_rng(1).integers(0, 256, (3, 5, 6, 3), dtype=np.uint8)
    volume = volume_of(rgb, VolumeGeometry.from_spacing((3, 5, 6), (1, 1, 1)))
    image = render_slice(request_for(volume, index=1, window=WindowLevel(0, 1), invert=True))
    np.testing.assert_array_equal(image.base, rgb[1])
    np.testing.assert_array_equal(image.pixels[..., 2::-1], rgb[1])


@pytest.mark.parametrize(("order", "signs"), ALL_ORIENTATIONS)
def test_single_images_are_neither_turned_nor_reordered(order, signs):
    volume = coded_volume(oriented_geometry(order, signs))
    axes = stored_axes(volume.geometry)
    request = replace(request_for(volume, window=WindowLevel(127.5, 255)), axes=axes, index=1)
    values = np.clip(volume.voxels[1], 0, 255)
    np.testing.assert_array_equal(render_slice(request).base, values)
    assert reading_place(volume.geometry, axes, 1) == 1


def test_the_scanners_marks_lie_over_the_image_and_can_be_taken_away():
    graphics = np.zeros((2, 4, 4), np.uint8)
    graphics[0, 1, 2] = 1
    volume = volume_of(np.zeros((2, 4, 4), np.int16), graphics=graphics)
    request = request_for(volume, index=0)
    shown = render_slice(request).pixels[..., :3]
    assert (shown[1, 2] == 0xED).all()
    assert shown.sum() == 3 * 0xED
    assert render_slice(replace(request, shows_graphics=False)).overlay.marks is None
    assert render_slice(request_for(volume, index=1)).overlay.marks is None


def filled(color: str) -> LabelStyle:
    return LabelStyle(1, color, 1.0, OutlineStyle.SOLID, color)


def test_sheets_lie_over_one_another_each_with_its_own_labels():
    volume = volume_of(np.zeros((1, 6, 6), np.int16))
    below, above = (np.zeros((1, 6, 6), np.uint16) for _ in range(2))
    below[0, 1:4, 1:4] = 1
    above[0, 2:5, 2:5] = 1
    sheets = (
        LabelSheet(below, (filled("#FF0000"),)),
        LabelSheet(above, (filled("#0000FF"),)),
    )
    layers = OverlayLayers(None, (), None, 0.0, 0.0, 0, sheets)
    image = render_slice(request_for(volume, layers=layers))
    red, blue = image.pixels[1, 1, :3].tolist(), image.pixels[2, 2, :3].tolist()
    assert (red, blue) == ([0, 0, 255], [255, 0, 0])
    assert [edges.sheet for edges in image.overlay.edges] == [0, 1]


def test_a_sheet_of_another_shape_is_refused():
    sheet = LabelSheet(np.zeros((1, 2, 2), np.uint16), ())
    layers = OverlayLayers(None, (), None, 0.0, 0.0, 0, (sheet,))
    with pytest.raises(ValueError, match="differ in shape"):
        request_for(volume_of(np.zeros((1, 6, 6), np.int16)), layers=layers)


@pytest.mark.parametrize("dtype", [np.int16, np.float32, np.uint8])
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_turned_picture_has_everything_that_lies_over_it(dtype, quarters, mirrored):
    """Grey or colour, fills, heat, the scanner's marks."""
    rng = np.random.default_rng(3)
    shape = (3, 14, 19)
    voxels = rng.integers(0, 255, (*shape, 3) if dtype is np.uint8 else shape).astype(dtype)
    graphics = np.zeros(shape, np.uint8)
    graphics[1, 1:3, 4:9] = 1
    volume = volume_of(voxels, VolumeGeometry.from_spacing(shape, (1, 1, 1)), graphics=graphics)
    labels = np.zeros(shape, np.uint16)
    labels[1, 4:9, 2:6], labels[1, 8:12, 10:17] = 1, 2
    heat = Heatmap(rng.random(shape).astype(np.float16), volume.geometry)
    over = layers(labels, [filled("#FF0000"), DASHED], heat, 0.5)
    request = request_for(volume, index=1, layers=over)
    turned = replace(request, axes=SpatialTransform(quarters, mirrored).axes(request.axes))
    expected = np.rot90(render_slice(request).pixels, -quarters)
    image = render_slice(turned)
    assert np.array_equal(image.pixels, expected[:, ::-1] if mirrored else expected)
    (outline,) = (o for o in image.outlines if o.style.label == 2)
    columns, rows = np.vstack(outline.polylines).T
    where = image.geometry
    corners = [where.to_pixel(volume.geometry.to_lps((1, j, i))) for j, i in ((8, 10), (11, 16))]
    (top, bottom), (left, right) = (sorted(ends) for ends in zip(*corners, strict=True))
    assert (rows.min(), rows.max()) == (top - 0.5, bottom + 0.5)
    assert (columns.min(), columns.max()) == (left - 0.5, right + 0.5)


def test_each_kind_of_map_has_colours_of_its_own():
    tints = {
        kind: heat_tint(np.full((2, 2), 0.7, np.float16), 0.1, 0.45, kind).tobytes()
        for kind in (HeatmapKind.PROBABILITY, HeatmapKind.UNCERTAINTY, HeatmapKind.SALIENCY)
    }
    assert len(set(tints.values())) == 3
    for kind in tints:
        lightness = heat_colors(kind).astype(float) @ (0.2126, 0.7152, 0.0722)
        assert (np.diff(lightness) >= -1).all(), f"{kind} is not read from dark to light"

"""Edges of many labels at once: rings around each, one line between two, findings left free."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from reader.imaging.colormap import rgb_of
from reader.imaging.contours import mask_outlines
from reader.imaging.label_edges import draw_edges, draw_thin_edges, label_edges, ring_brightness
from reader.imaging.layers import LabelStyle, OutlineStyle
from reader.imaging.outline_drawing import draw_outlines
from reader.imaging.placement import Placement
from reader.imaging.slice_overlay import Outline

COLORS = ("#D02828", "#28D060", "#2860D0", "#D0C028")


def style_of(label: int, finding_id: str | None = None) -> LabelStyle:
    color = COLORS[label % len(COLORS)]
    return LabelStyle(label, color, 0.3, OutlineStyle.SOLID, color, finding_id=finding_id)


STRUCTURES = tuple(style_of(n) for n in (1, 2, 3))
WITH_FINDING = (*STRUCTURES[:2], style_of(3, finding_id="f"))


def placed(shape, scale: float) -> Placement:
    rows, columns = shape
    return Placement(rows, columns, 0, 0, round(columns * scale), round(rows * scale), 1.0)


def drawn(labels, styles, scale=1.0, ratio=1.0):
    """BGRX of an empty pane with the edges of labels, and the labels under its pixels."""
    edges = label_edges(labels, tuple(styles), 0, (0, 0))
    assert edges is not None
    place = placed(labels.shape, scale)
    pixels = np.zeros((place.height, place.width, 4), np.uint8)
    draw_edges(pixels, edges, place, ratio)
    down = ((np.arange(place.height) + 0.5) / place.row_px).astype(int)
    across = ((np.arange(place.width) + 0.5) / place.column_px).astype(int)
    return pixels, labels[down][:, across]


def patches(seed: int, size: int = 40) -> np.ndarray:
    """Labels 0 to 3 in blobs that touch."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 4, (size // 5, size // 5)).astype(np.uint16)
    return np.kron(coarse, np.ones((5, 5), np.uint16))


def away(mask: np.ndarray) -> np.ndarray:
    """How many pixels it is to a mask, diagonally as far as straight."""
    found = np.full(mask.shape, 99)
    grown = mask.astype(np.uint8)
    for distance in range(20):
        found = np.where((grown > 0) & (found == 99), distance, found)
        grown = cv2.dilate(grown, np.ones((3, 3), np.uint8))
    return found


@pytest.mark.parametrize("scale", [1.0, 1.37, 3.0])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("styles", [STRUCTURES, WITH_FINDING])
def test_every_pixel_shows_the_ring_of_the_last_label_that_reaches_it(scale, ratio, styles):
    pixels, labels = drawn(patches(5), styles, scale, ratio)
    rings = ring_brightness(ratio)
    expected = np.zeros_like(pixels)
    for style in styles:
        if style.finding_id is not None:
            expected[labels == style.label] = 0
            continue
        distance = away(labels == style.label)
        for ring, brightness in enumerate(rings, start=1):
            color = [round(c * brightness) for c in rgb_of(style.outline_color)[::-1]]
            expected[distance == ring] = (*color, 255)
        expected[distance == 0] = 0
    np.testing.assert_array_equal(pixels, expected)


@pytest.mark.parametrize("scale", [1.0, 1.37, 2.9])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_structure_by_itself_looks_as_a_finding_decided_on(scale, ratio):
    rows, columns = np.mgrid[:60, :70]
    labels = (((rows - 30) / 14) ** 2 + ((columns - 34) / 19) ** 2 <= 1).astype(np.uint16)
    pixels, _ = drawn(labels, STRUCTURES, scale, ratio)
    traced = np.zeros_like(pixels)
    outline = Outline(STRUCTURES[0], mask_outlines(labels.astype(np.uint8)))
    draw_outlines(traced, [outline], placed(labels.shape, scale), ratio)
    np.testing.assert_array_equal(pixels, traced)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_drawn_over_findings(seed):
    pixels, labels = drawn(patches(seed), WITH_FINDING, 2.3)
    assert (labels == 3).any()
    assert not pixels[labels == 3].any()


def test_hundreds_of_labels_have_each_their_own_color():
    labels = np.zeros((200, 200), np.uint16)
    styles = []
    for n in range(400):
        row, column = divmod(n, 20)
        labels[row * 10 + 4, column * 10 + 4] = 1000 + n
        color = f"#{n % 250 + 5:02X}{n // 250 + 5:02X}FF"
        styles.append(replace(style_of(1000 + n), outline_color=color))
    pixels, _ = drawn(labels, styles)
    beside = pixels[4::10, 2::10][:20, :20].reshape(-1, 4)
    assert [tuple(p[2::-1]) for p in beside.tolist()] == [rgb_of(s.outline_color) for s in styles]


def test_a_label_smaller_than_a_pixel_of_the_screen_still_shows():
    labels = np.zeros((400, 400), np.uint16)
    labels[201, 207] = 1
    for scale in (0.1, 0.26, 0.5, 0.9):
        pixels, _ = drawn(labels, STRUCTURES, scale)
        assert (pixels[..., 2::-1] == rgb_of(STRUCTURES[0].outline_color)).all(axis=2).any()


def test_a_part_of_a_slice_lies_where_it_was_cut():
    labels = np.zeros((40, 50), np.uint16)
    labels[10:20, 30:38] = 2
    whole, _ = drawn(labels, STRUCTURES, 2.0)
    part = label_edges(np.ascontiguousarray(labels[9:25, 28:45]), STRUCTURES, 0, (28, 9))
    assert part is not None
    pixels = np.zeros_like(whole)
    draw_edges(pixels, part, placed(labels.shape, 2.0), 1.0)
    np.testing.assert_array_equal(pixels, whole)
    thin = np.zeros((40, 50, 4), np.uint8)
    draw_thin_edges(thin, part)
    assert np.argwhere(thin[..., 3]).min(axis=0).tolist() == [9, 29]
    assert np.argwhere(thin[..., 3]).max(axis=0).tolist() == [20, 38]
    assert np.count_nonzero(thin[..., 3]) == 12 * 10 - 10 * 8


def test_what_lies_beyond_the_pane_is_cut():
    labels = np.ones((20, 20), np.uint16)
    edges = label_edges(labels, STRUCTURES, 0, (0, 0))
    assert edges is not None
    pixels = np.zeros((30, 30, 4), np.uint8)
    draw_edges(pixels, edges, Placement(20, 20, -4000, -4100, 8192, 8192, 1.0), 1.0)
    draw_edges(pixels, edges, Placement(20, 20, 500, 40, 20, 20, 1.0), 1.0)
    assert not pixels.any()


def test_without_a_plain_edge_there_are_none():
    labels = np.full((4, 4), 3, np.uint16)
    hidden = replace(style_of(3), outline=OutlineStyle.NONE)
    for styles in ((), (hidden,), (style_of(3, "f"),), WITH_FINDING, STRUCTURES[:2]):
        found = label_edges(labels, styles, 0, (0, 0))
        assert found is None or not (found.ranks <= len(found.styles)).all()

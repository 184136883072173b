"""Outlines are rings of whole pixels just outside their label."""

from __future__ import annotations

import numpy as np
import pytest

from reader.imaging.contours import mask_outlines
from reader.imaging.layers import LabelStyle, OutlineStyle
from reader.imaging.outline_drawing import DASHES_PX, border_in_pane, draw_outlines, ring_offsets
from reader.imaging.placement import Placement
from reader.imaging.slice_overlay import Outline

GREY, VIOLET = 90, (0xA9, 0x8B, 0xFF)
HALF = tuple(round(c * 0.5) for c in VIOLET)


def outline_of(mask, style=OutlineStyle.SOLID) -> Outline:
    label = LabelStyle(1, "#A98BFF", 0.0, style, "#A98BFF", finding_id="f")
    return Outline(label, mask_outlines(mask.astype(np.uint8)))


def drawn(mask, scale=1.0, style=OutlineStyle.SOLID, ratio=1.0):
    """RGB of a grey pane with an outline, and which pixels of it the label covers."""
    rows, columns = mask.shape
    width, height = round(columns * scale), round(rows * scale)
    pane = np.full((height, width, 4), GREY, np.uint8)
    placement = Placement(rows, columns, 0, 0, width, height, 1.0)
    draw_outlines(pane, [outline_of(mask, style)], placement, ratio)
    down = ((np.arange(height) + 0.5) * rows / height).astype(int)
    across = ((np.arange(width) + 0.5) * columns / width).astype(int)
    return pane[..., 2::-1], mask[down][:, across]


def blob(seed: int, size: int = 40) -> np.ndarray:
    rng = np.random.default_rng(seed)
    noise = rng.random((size, size))
    for _ in range(3):
        noise = (noise + np.roll(noise, 1, 0) + np.roll(noise, 1, 1)) / 3
    mask = noise > np.median(noise) + 0.02
    mask[:8], mask[-8:], mask[:, :8], mask[:, -8:] = False, False, False, False
    return mask


@pytest.mark.parametrize("scale", [1.0, 1.37, 2.0, 3.7])
def test_a_square_has_black_line_half_line_black_around_it(scale):
    mask = np.zeros((30, 30), bool)
    mask[10:20, 12:18] = True
    pixels, label = drawn(mask, scale)
    row = pixels.shape[0] // 2
    right = int(np.flatnonzero(label[row])[-1])
    rings = [tuple(int(v) for v in pixels[row, right + n]) for n in range(6)]
    assert rings == [(GREY,) * 3, (0, 0, 0), VIOLET, HALF, (0, 0, 0), (GREY,) * 3]
    left = int(np.flatnonzero(label[row])[0])
    assert [tuple(int(v) for v in pixels[row, left - n]) for n in range(6)] == rings


@pytest.mark.parametrize("style", [OutlineStyle.SOLID, OutlineStyle.DASHED, OutlineStyle.DOTTED])
@pytest.mark.parametrize("seed", range(6))
def test_a_convex_labels_pixels_stay_free(seed, style):
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:60, :60]
    a, b = rng.uniform(5, 18, 2)
    mask = ((rows - 30) / a) ** 2 + ((columns - 30) / b) ** 2 <= 1
    pixels, label = drawn(mask, 2.3, style)
    assert (pixels[label] == GREY).all()
    assert (pixels == VIOLET).all(axis=2).sum() > 20


@pytest.mark.parametrize("seed", range(6))
def test_every_pixel_beside_a_label_is_drawn_on(seed):
    mask = blob(seed)
    pixels, label = drawn(mask, 1.0)
    grown = np.zeros_like(label)
    for axis in (0, 1):
        for step in (-1, 1):
            grown |= np.roll(label, step, axis)
    beside = grown & ~label
    assert (pixels[beside] != GREY).any(axis=1).all()


def test_the_rings_of_a_dense_screen_are_as_many_times_wider():
    assert ring_offsets(1.0) == [(0, 0.0), (1, 1.0), (2, 0.5), (3, 0.0)]
    brightness = [b for _, b in ring_offsets(2.0)]
    assert brightness == [0, 0, 1, 1, 1, 0, 0]


@pytest.mark.parametrize("style", [OutlineStyle.DASHED, OutlineStyle.DOTTED])
def test_dashes_cover_their_share_of_the_line(style):
    mask = np.zeros((140, 140), bool)
    mask[20:120, 20:120] = True
    solid, _ = drawn(mask)
    broken, _ = drawn(mask, style=style)
    on, off = DASHES_PX[style]
    shares = (broken == VIOLET).all(axis=2).sum() / (solid == VIOLET).all(axis=2).sum()
    assert shares == pytest.approx(on / (on + off), abs=0.2)
    assert ((solid == 0).all(axis=2) == (broken == 0).all(axis=2)).all(), "the halo is whole"


@pytest.mark.parametrize("scale", [1.0, 1.31, 2.9])
def test_the_border_runs_exactly_around_the_pixels_that_a_fill_covers(scale):
    mask = blob(3)
    rows, columns = mask.shape
    width, height = round(columns * scale), round(rows * scale)
    placement = Placement(rows, columns, 0, 0, width, height, 1.0)
    outline = outline_of(mask)
    border, previous = border_in_pane(outline.closed, placement), outline.closed.previous
    inside = np.zeros((height, width), bool)
    for here, before in zip(border, border[previous], strict=True):
        if here[0] == before[0]:
            low, high = sorted((int(here[1]), int(before[1])))
            inside[low:high, : int(here[0])] ^= True
    down = ((np.arange(height) + 0.5) * rows / height).astype(int)
    across = ((np.arange(width) + 0.5) * columns / width).astype(int)
    np.testing.assert_array_equal(inside, mask[down][:, across])


def test_a_label_smaller_than_a_pixel_of_the_screen_still_shows():
    mask = np.zeros((400, 400), bool)
    mask[201, 201] = True
    pixels, _ = drawn(mask, 0.1)
    assert (pixels == VIOLET).all(axis=2).any()


def test_lines_beyond_the_pane_are_cut():
    mask = np.zeros((20, 20), bool)
    mask[5:15, 5:15] = True
    pane = np.full((30, 30, 4), GREY, np.uint8)
    placement = Placement(20, 20, -4000, -4100, 8192, 8192, 1.0)
    draw_outlines(pane, [outline_of(mask, OutlineStyle.DASHED)], placement, 1.0)
    assert (pane[..., :3] == GREY).all()

"""Overlays are made once, ahead of scrolling, and never shown after they are out of date."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reader.core.orientation import Plane
from reader.imaging.cut import Slab
from reader.imaging.layers import LabelStyle, OutlineStyle, OverlayLayers
from reader.imaging.pane_overlay import Pane
from reader.imaging.placement import place_slice
from reader.imaging.slice_blocks import SliceBlocks
from reader.imaging.slice_image import render_slice
from reader.session.viewing import overlay_memory
from reader.session.viewing.overlay_memory import LookAhead, OverlayMemory
from reader.session.viewing.ready_pictures import ReadyPictures
from tests.support.volumes import request_for, volume_of

STYLE = LabelStyle(1, "#D02828", 0.4, OutlineStyle.SOLID, "#D02828")
SIZE = (80, 60)


@pytest.fixture
def request_at():
    volume = volume_of(np.zeros((30, 20, 24), np.int16))
    labels = np.zeros(volume.voxels.shape, np.uint16)
    labels[:, 5:12, 6:15] = 1
    layers = OverlayLayers(labels, (STYLE,), None, 0.08, 0.45, 0)

    def make(index, **more):
        return replace(request_for(volume, Plane.AXIAL, index=index, layers=layers), **more)

    return make


@pytest.fixture
def made(monkeypatch):
    """Which slices' overlays were made."""
    indices = []
    usual = overlay_memory.overlay_of

    def noted(request, cut):
        indices.append(request.index)
        return usual(request, cut)

    monkeypatch.setattr(overlay_memory, "overlay_of", noted)
    return indices


def look_ahead(memory, blocks=None):
    blocks = blocks or SliceBlocks()
    ready = ReadyPictures(
        lambda request: render_slice(request, blocks.cut, memory.overlay(request)),
        lambda image, pane: memory.drawn(image.request, image.overlay, pane),
    )
    return LookAhead(blocks, memory, ready)


def pane_for(request):
    return Pane(SIZE, place_slice(request.geometry, SIZE))


def test_another_window_needs_no_other_overlay(request_at, made):
    memory = OverlayMemory(SliceBlocks())
    request = request_at(3)
    first = memory.overlay(request)
    drawn = memory.drawn(request, first, pane_for(request))
    brighter = request_at(3, window=replace(request.window, center=9.0), generation=7)
    assert memory.overlay(brighter) is first
    assert memory.drawn(brighter, first, pane_for(request)) is drawn
    assert made == [3]


def test_other_layers_another_place_and_changed_voxels_are_drawn_anew(request_at, made):
    memory = OverlayMemory(SliceBlocks())
    request = request_at(3)
    first = memory.overlay(request)
    drawn = memory.drawn(request, first, pane_for(request))
    moved = replace(pane_for(request), size=(70, 60))
    assert memory.drawn(request, first, moved) is not drawn
    memory.overlay(request_at(3, layers=replace(request.layers, revision=1)))
    memory.clear()
    memory.overlay(request)
    assert made == [3, 3, 3]


def test_only_so_much_is_kept(request_at, made):
    memory = OverlayMemory(SliceBlocks(), budget_bytes=1)
    for index in (3, 4, 3):
        memory.overlay(request_at(index))
    assert made == [3, 4, 3]


@pytest.mark.parametrize(("before", "now", "ahead"), [(3, 4, [5, 6, 7]), (9, 8, [7, 6, 5])])
def test_the_next_slices_in_the_direction_of_scrolling_are_made_ahead(
    request_at, made, before, now, ahead
):
    memory = OverlayMemory(SliceBlocks())
    look = look_ahead(memory)
    look.shown(request_at(before), request_at(now), pane_for(request_at(now)))
    while len(made) < len(ahead):
        assert not look._closing.wait(0.001)
    look.close()
    assert made[: len(ahead)] == ahead


def test_nothing_is_made_beyond_the_last_slice_nor_after_the_end(request_at, made):
    memory = OverlayMemory(SliceBlocks())
    look = look_ahead(memory)
    look.shown(request_at(28), request_at(29), None)
    look.close()
    look.shown(request_at(3), request_at(4), None)
    assert made == []


def test_the_likeliest_slice_of_every_viewport_comes_before_the_second_of_any(
    request_at, made, monkeypatch
):
    monkeypatch.setattr(overlay_memory, "_QUIET_S", 0.05)
    blocks = SliceBlocks()
    ahead = look_ahead(OverlayMemory(blocks), blocks)
    for viewport_id, index in (("a", 3), ("b", 13)):
        before, now = request_at(index), request_at(index + 2)
        ahead.shown(
            replace(before, viewport_id=viewport_id), replace(now, viewport_id=viewport_id), None
        )
    ahead._worker.shutdown(wait=True)
    assert made[:4] == [7, 17, 8, 18]


def test_a_change_in_a_box_costs_only_the_slices_that_run_through_it(request_at, made):
    memory = OverlayMemory(SliceBlocks())
    for index in (3, 4, 5):
        memory.overlay(request_at(index))
    thick = replace(request_at(9), slab=Slab(20.0))
    memory.overlay(thick)
    made.clear()
    memory.voxels_changed(((4, 5), (0, 20), (0, 24)))
    for index in (3, 4, 5):
        memory.overlay(request_at(index))
    memory.overlay(thick)
    assert made == [4, 9], "and of a thick slice it is not known what it runs through"

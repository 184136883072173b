"""A picture made ahead is shown only where it is the one that is asked for, and is as drawn now."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reader.core.orientation import Plane
from reader.imaging.interpolation import Interpolation
from reader.imaging.layers import LabelStyle, OutlineStyle, OverlayLayers
from reader.imaging.pane_overlay import Pane, draw_overlay
from reader.imaging.placement import place_slice
from reader.imaging.slice_image import render_slice
from reader.imaging.view_picture import PanePicture
from reader.session.viewing.ready_pictures import ReadyPictures
from tests.support.volumes import request_for, volume_of

STYLE = LabelStyle(1, "#D02828", 0.4, OutlineStyle.SOLID, "#D02828")
SIZE = (80, 60)


@pytest.fixture
def request_at():
    values = np.random.default_rng(3).integers(-900, 900, (30, 20, 24))
    volume = volume_of(values.astype(np.int16))
    labels = np.zeros(volume.voxels.shape, np.uint16)
    labels[:, 5:12, 6:15] = 1
    layers = OverlayLayers(labels, (STYLE,), None, 0.08, 0.45, 0)

    def make(index, **more):
        return replace(request_for(volume, Plane.AXIAL, index=index, layers=layers), **more)

    return make


@pytest.fixture
def ready():
    return ReadyPictures(render_slice, lambda image, pane: draw_overlay(image.overlay, pane))


def pane_for(request, size=SIZE, **more):
    return replace(Pane(size, place_slice(request.geometry, size)), **more)


def drawn_now(request, pane):
    picture = PanePicture()
    picture.resize(*pane.size)
    image = render_slice(request)
    picture.lay(image.base, pane.placement, draw_overlay(image.overlay, pane), pane.how)
    return picture.pixels


def asked(ready, request, pane, shown):
    """The picture a pane shows next, and whether it was there already."""
    image = ready.image(request)
    was_made = image is not None
    return ready.composed(shown, image or render_slice(request), pane), was_made


def test_what_was_made_ahead_is_shown_instead_and_the_other_is_drawn_next(ready, request_at):
    front, pane = PanePicture(), pane_for(request_at(4))
    pictures = [front]
    for index in (4, 5, 6, 7):
        ready.make(request_at(index), pane)
        shown, was_made = asked(ready, request_at(index, generation=index), pane, pictures[-1])
        assert was_made
        assert shown is not pictures[-1]
        np.testing.assert_array_equal(shown.pixels, drawn_now(request_at(index), pane))
        pictures.append(shown)
    assert len({id(picture) for picture in pictures}) == 2


def test_the_slice_bears_the_request_that_asked_for_it(ready, request_at):
    ready.make(request_at(4), pane_for(request_at(4)))
    assert ready.image(request_at(4, generation=9)).request.generation == 9


@pytest.mark.parametrize(
    "change",
    [
        lambda request: replace(request, index=5),
        lambda request: replace(request, invert=True),
        lambda request: replace(request, window=replace(request.window, center=9.0)),
        lambda request: replace(request, layers=replace(request.layers, revision=1)),
        lambda request: replace(request, viewport_id="another"),
    ],
)
def test_another_slice_window_overlay_or_viewport_is_drawn_now(ready, request_at, change):
    other, pane = change(request_at(4)), pane_for(request_at(4))
    ready.make(request_at(4), pane)
    front = PanePicture()
    shown, was_made = asked(ready, other, pane, front)
    assert not was_made
    assert shown is front
    np.testing.assert_array_equal(shown.pixels, drawn_now(other, pane))


@pytest.mark.parametrize(
    "more", [{"size": (70, 60)}, {"how": Interpolation.NEAREST}, {"ratio": 2.0}]
)
def test_in_another_pane_it_is_drawn_now(ready, request_at, more):
    request = request_at(4)
    ready.make(request, pane_for(request))
    front, other = PanePicture(), pane_for(request, **more)
    shown, _ = asked(ready, request, other, front)
    assert shown is front
    np.testing.assert_array_equal(shown.pixels, drawn_now(request, other))


def test_what_changes_while_a_picture_is_made_leaves_it_out(request_at):
    def changed_meanwhile(request):
        image = render_slice(request)
        ready.clear()
        return image

    ready = ReadyPictures(changed_meanwhile, lambda image, pane: None)
    ready.make(request_at(4), pane_for(request_at(4)))
    assert ready.image(request_at(4)) is None


@pytest.mark.parametrize(("region", "stays"), [(((3, 5),), False), (((5, 9),), True)])
def test_only_what_changed_is_made_again(ready, request_at, region, stays):
    ready.make(request_at(4), pane_for(request_at(4)))
    ready.voxels_changed((*region, (0, 20), (0, 24)))
    assert (ready.image(request_at(4)) is not None) is stays


def test_a_viewport_that_shows_nothing_keeps_nothing(ready, request_at):
    ready.make(request_at(4), pane_for(request_at(4)))
    ready.forget(request_at(4).viewport_id)
    assert ready.image(request_at(4)) is None

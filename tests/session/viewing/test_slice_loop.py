"""Pictures are made when something changed, and only the newest is shown."""

from dataclasses import replace

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import WindowLevel
from reader.core.orientation import Plane
from reader.core.study import InstanceRef, Series
from reader.core.volume import Volume
from reader.imaging.pane_overlay import Pane
from reader.imaging.placement import place_slice
from reader.imaging.view_picture import PanePicture
from reader.session.events import SessionEvents
from reader.session.viewing import slice_loop
from reader.session.viewing.resolve import Shown, resolve_viewport
from reader.session.viewing.slice_loop import SliceLoop
from reader.session.viewing.viewport_state import ViewportState
from tests.support.main_loop import PumpedLoop

GRID = VolumeGeometry.from_spacing((6, 8, 10), (2, 1, 1))


def shown(cursor=(5.0, 4.0, 4.0)) -> Shown:
    voxels = np.arange(GRID.shape_kji[0] * 80, dtype=np.int16).reshape(GRID.shape_kji)
    instances = tuple[InstanceRef, ...]()
    series = Series("1.2", "CT", "Chest", 1, GRID, instances)
    return Shown(series, Volume("1.2", voxels, GRID), cursor, WindowLevel(50, 100), False, (), None)


class Desk:
    """A slice loop over one viewport whose wishes the test changes."""

    def __init__(self):
        self.images, self.main = [], PumpedLoop()
        self.wish: Shown | None = shown()
        events = SessionEvents()
        events.slice_ready.connect(self.images.append)
        self.loop = SliceLoop(events, self.main.deliver, self.resolve)

    def resolve(self, viewport_id):
        if self.wish is None:
            return None
        return resolve_viewport(ViewportState(viewport_id, Plane.AXIAL, "1.2"), self.wish)


@pytest.fixture
def desk():
    desk = Desk()
    yield desk
    desk.loop.close()


def test_the_same_wish_is_rendered_once(desk):
    desk.loop.refresh(("v0",))
    desk.loop.refresh(("v0",))
    assert [i.request.index for i in desk.images] == [2]


def test_moving_within_a_slice_needs_no_new_picture(desk):
    desk.loop.refresh(("v0",))
    desk.wish = replace(desk.wish, cursor_lps=(1.0, 1.0, 4.2))
    desk.loop.refresh(("v0",))
    assert len(desk.images) == 1


@pytest.mark.parametrize(
    "change",
    [{"cursor_lps": (5.0, 4.0, 8.0)}, {"window": WindowLevel(1, 2)}, {"invert": True}],
    ids=["slice", "window", "invert"],
)
def test_what_changes_the_picture_is_rendered(desk, change):
    desk.loop.refresh(("v0",))
    desk.wish = replace(desk.wish, **change)
    desk.loop.refresh(("v0",))
    assert len(desk.images) == 2


def pane_of(image):
    return Pane((60, 40), place_slice(image.geometry, (60, 40)))


def finished_next(desk, z_mm):
    """Go to the slice at `z_mm` and wait until the picture of the one after it is there."""
    desk.wish = replace(desk.wish, cursor_lps=(5.0, 4.0, z_mm))
    desk.loop.refresh(("v0",))
    image = desk.images[-1]
    front = desk.loop.composed(PanePicture(), image, pane_of(image))
    coming = replace(image.request, index=image.request.index + 1)
    while desk.loop._ready.image(coming) is None:
        assert not desk.loop._closing.wait(0.001)
    return front


def test_the_slice_after_the_one_scrolled_to_is_finished_ahead(desk):
    desk.loop.refresh(("v0",))
    desk.loop.composed(PanePicture(), desk.images[-1], pane_of(desk.images[-1]))
    front = finished_next(desk, 6.0)
    desk.wish = replace(desk.wish, cursor_lps=(5.0, 4.0, 8.0))
    desk.loop.refresh(("v0",))
    shown_next = desk.loop.composed(front, desk.images[-1], pane_of(desk.images[-1]))
    drawn_now = PanePicture()
    drawn_now.resize(60, 40)
    drawn_now.draw(desk.images[-1], pane_of(desk.images[-1]).placement)
    assert desk.images[-1].request.index == 4
    assert shown_next is not front
    np.testing.assert_array_equal(shown_next.pixels, drawn_now.pixels)


@pytest.mark.parametrize("region", [None, ((4, 5), (0, 8), (0, 10))])
def test_a_picture_made_before_voxels_changed_is_not_shown(desk, region):
    desk.loop.refresh(("v0",))
    desk.loop.composed(PanePicture(), desk.images[-1], pane_of(desk.images[-1]))
    front = finished_next(desk, 6.0)
    owner = desk.wish.volume.voxels.base  # whoever reads the series goes on writing
    owner.reshape(GRID.shape_kji)[4] = 99
    desk.loop.voxels_changed(region)
    desk.wish = replace(desk.wish, cursor_lps=(5.0, 4.0, 8.0))
    desk.loop.refresh(("v0",))
    assert (desk.images[-1].base == desk.images[-1].base[0, 0]).all()
    assert desk.loop.composed(front, desk.images[-1], pane_of(desk.images[-1])) is front


def test_voxels_that_changed_in_place_are_rendered_when_forced(desk):
    desk.loop.refresh(("v0",))
    desk.loop.refresh(("v0",), force=True)
    assert len(desk.images) == 2


def test_a_large_slice_goes_to_the_worker_and_late_ones_are_dropped(desk, monkeypatch):
    monkeypatch.setattr(slice_loop, "INLINE_PIXELS", 0)
    desk.loop.refresh(("v0",))
    desk.wish = replace(desk.wish, cursor_lps=(5.0, 4.0, 8.0))
    desk.loop.refresh(("v0",))
    assert desk.images == []
    assert desk.main.run_until(lambda: bool(desk.images), 5)
    desk.main.run_until(lambda: False, 0.05)
    assert [i.request.index for i in desk.images] == [4]


def test_a_picture_that_cannot_be_made_on_the_worker_is_no_secret(desk, monkeypatch):
    monkeypatch.setattr(slice_loop, "INLINE_PIXELS", 0)

    def broken(*_given):
        raise MemoryError

    monkeypatch.setattr(slice_loop, "render_slice", broken)
    desk.loop.refresh(("v0",))
    with pytest.raises(MemoryError):
        desk.main.run_until(lambda: False, 5)


def test_after_the_end_no_picture_is_asked_for(desk, monkeypatch):
    monkeypatch.setattr(slice_loop, "INLINE_PIXELS", 0)
    desk.loop.close()
    desk.loop.refresh(("v0",), force=True)
    desk.main.run_until(lambda: False, 0.05)
    assert desk.images == []


def test_a_viewport_with_nothing_to_show_is_left_alone(desk):
    desk.wish = None
    desk.loop.refresh(("v0",))
    assert desk.images == []


def test_the_cursor_is_clamped_to_the_nearest_slice():
    state = ViewportState("v0", Plane.AXIAL, "1.2")
    resolved = resolve_viewport(state, shown(cursor=(5.0, 4.0, 99.0)))
    assert (resolved.index, resolved.count) == (5, 6)

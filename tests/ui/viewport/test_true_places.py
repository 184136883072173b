"""On grids of every shape what is seen, measured and pointed at is the voxel that is there.

Values are noise, so that half a pixel beside the truth is seen at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowFunction, WindowLevel
from reader.core.measurement import QuantityKind
from reader.core.orientation import AS_ACQUIRED
from reader.core.series_kind import SeriesClass, SeriesKind, SpacingSource
from reader.ui.tools.tool import ToolId
from tests.support.drawing_hands import by, only, take
from tests.support.odd_series import made, serve, show
from tests.support.viewers import NO_KEYS, Viewer

SEEDS = range(8)
TYPES = (np.int16, np.uint16, np.int32, np.float32, np.int8)
WINDOW = WindowLevel(60.0, 120.0, function=WindowFunction.LINEAR_EXACT)
WINDOW_GREY = 255 / WINDOW.width
LEAST_PX = 12
MARGIN_PX = 45
"""The slice track takes the pointer at the right edge."""


def odd_grid(rng: np.random.Generator) -> VolumeGeometry:
    """Any order and direction of axes, turned and sheared, pixels that are not square."""
    shape = (int(rng.integers(2, 9)), int(rng.integers(2, 30)), int(rng.integers(3, 40)))
    steps = np.diag((rng.uniform(0.5, 9), rng.uniform(0.4, 2), rng.uniform(0.4, 2)))
    axes = np.eye(3)[rng.permutation(3)] * rng.choice([-1, 1], 3)
    turn, _ = np.linalg.qr(np.eye(3) + rng.normal(size=(3, 3)) * 0.1)
    affine = np.eye(4)
    affine[:3, :3] = turn @ axes @ steps
    affine[:3, 0] += affine[:3, 1] * rng.choice([0.0, 0.4])
    affine[:3, 3] = rng.uniform(-200, 200, 3)
    return VolumeGeometry(shape, affine, "1.9")


class Seen:
    """A series of noise on such a grid, zoomed, moved, flipped and turned in every pane."""

    def __init__(self, viewer: Viewer, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rng = np.random.default_rng(seed)
        self.grid = odd_grid(self.rng)
        voxels = self.rng.integers(0, 120, self.grid.shape_kji)
        self.voxels = voxels.astype(TYPES[seed % len(TYPES)])
        self.are_images = seed % 4 == 3
        single = {
            "kind": SeriesKind.IMAGES, "measurable": False,
            "category": SeriesClass.RADIOGRAPH, "spacing_source": SpacingSource.DETECTOR,
        }  # fmt: skip
        about = single if self.are_images else {}
        pair = made("odd", self.voxels, self.grid, unit=IntensityUnit.HU, **about)
        serve(monkeypatch, [pair])
        viewer.workspace.change_settings(
            snap_to_segments=False, keep_measuring_tool=False, image_interpolation="nearest"
        )
        show(viewer.session, [pair])
        viewer.workspace.viewports.looks.set_window("odd", WINDOW)
        self.viewer = viewer
        for state in viewer.workspace.viewports.states:
            self._place(state.id)
        viewer.paint()

    def _place(self, viewport_id: str) -> None:
        viewports, change = self.viewer.workspace.viewports, AS_ACQUIRED
        if self.rng.random() < 0.6:
            change = change.turned(int(self.rng.integers(4)))
        if self.rng.random() < 0.5:
            change = change.flipped_across()
        viewports.set_transform(viewport_id, change)
        pan = self.rng.uniform(-4, 4, 2)
        viewports.set_view(viewport_id, float(self.rng.uniform(0.7, 3)), (pan[0], pan[1]))
        viewports.scroll(viewport_id, int(self.rng.integers(-4, 5)))

    def panes(self) -> Iterator[tuple[int, tuple[float, float, float, float]]]:
        """Panes with room on their slice, and its left, right, top and bottom edges."""
        for number, state in enumerate(self.viewer.workspace.viewports.states):
            if self.viewer.workspace.display.resolved(state.id) is None:
                continue
            view = self.viewer.view(number)
            place = view.placement
            left, right = (
                max(2, place.left),
                min(view.width() - MARGIN_PX, place.left + place.width),
            )
            top, bottom = max(2, place.top), min(view.height() - 2, place.top + place.height)
            if right - left > LEAST_PX and bottom - top > LEAST_PX:
                yield number, (left, right, top, bottom)

    def point(self, edges: tuple[float, float, float, float]) -> QPointF:
        """The middle of some pixel of the screen."""
        left, right, top, bottom = edges
        x, y = self.rng.uniform(left + 1, right - 1), self.rng.uniform(top + 1, bottom - 1)
        return QPointF(math.floor(x) + 0.5, math.floor(y) + 0.5)

    def lps(self, at: QPointF, number: int) -> np.ndarray:
        return np.array(self.viewer.view(number)._pointer_at(at, NO_KEYS).lps_mm)

    def voxel(self, lps: np.ndarray, number: int) -> tuple[int, int, int]:
        """By the affine alone; of single images the one that is shown."""
        k, j, i = np.floor(self.grid.to_index(lps) + 0.5).astype(int)
        return (self.viewer.resolved(number).index if self.are_images else k), j, i


@pytest.fixture(params=SEEDS)
def seen(empty_viewer: Viewer, request, monkeypatch: pytest.MonkeyPatch) -> Seen:
    return Seen(empty_viewer, request.param, monkeypatch)


def test_the_pixel_under_the_pointer_is_that_of_its_voxel(seen: Seen) -> None:
    wrong, looked = 0, 0
    for number, edges in seen.panes():
        pixels = seen.viewer.pixels(number)
        for _ in range(40):
            at = seen.point(edges)
            value = float(seen.voxels[seen.voxel(seen.lps(at, number), number)])
            grey = WINDOW_GREY * value
            looked += 1
            wrong += abs(int(pixels[int(at.y()), int(at.x()), 0]) - grey) > 2
    assert looked
    assert wrong < 0.2 * looked, "letters and the crosshair cover a few"


def test_a_line_is_as_long_as_its_ends_are_apart(seen: Seen) -> None:
    for number, edges in seen.panes():
        start, end = seen.point(edges), seen.point(edges)
        if math.dist((start.x(), start.y()), (end.x(), end.y())) < LEAST_PX:
            continue
        ends = seen.lps(start, number), seen.lps(end, number)
        take(seen.viewer, ToolId.LENGTH)
        seen.viewer.drag(start, by(start, end), Qt.MouseButton.LeftButton, number=number)
        drawn = only(seen.viewer)
        np.testing.assert_allclose(drawn.points_lps_mm, ends, atol=1e-6)
        length = drawn.quantity(QuantityKind.LENGTH).value
        assert length == pytest.approx(float(np.linalg.norm(ends[1] - ends[0])))
        seen.viewer.workspace.history.undo()


def test_a_region_has_the_values_of_the_voxels_in_it(seen: Seen) -> None:
    for number, edges in seen.panes():
        start, end = seen.point(edges), seen.point(edges)
        across, down = by(start, end)
        if min(abs(across), abs(down)) < LEAST_PX:
            continue
        take(seen.viewer, ToolId.ELLIPSE)
        seen.viewer.drag(start, (across, down), number=number)
        drawn, resolved = only(seen.viewer), seen.viewer.resolved(number)
        a, b, c, d = np.array(drawn.points_lps_mm)
        index = np.stack(np.indices(seen.grid.shape_kji), axis=-1)
        index = index.take([resolved.index], axis=resolved.axes.slice_axis).reshape(-1, 3)
        away = seen.grid.to_lps(index) - (a + b) / 2
        halves = np.stack([(b - a) / 2, (d - c) / 2])
        inside = (((away @ halves.T) / (halves**2).sum(axis=1)) ** 2).sum(axis=1) <= 1
        values = seen.voxels[tuple(index[inside].T)].astype(float)
        if len(values):
            assert drawn.quantity(QuantityKind.MEAN).value == pytest.approx(values.mean())
            assert drawn.quantity(QuantityKind.SD).value == pytest.approx(values.std())
        seen.viewer.workspace.history.undo()

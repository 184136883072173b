"""A path becomes a series of its own, and its crosshair is one with the volume's."""

from dataclasses import replace

import numpy as np
import pytest

from reader.core.errors import NotAllowedError
from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowLevel
from reader.core.series_kind import SeriesKind
from reader.core.study import Patient, ScanResult, Series, Study
from reader.core.volume import Volume
from reader.imaging.curved import TURNS
from reader.session.events import SessionEvents
from reader.session.jobs import JobQueue
from reader.session.study_store import StudyStore
from reader.session.viewing.curved_paths import CurvedPaths, outside_of
from reader.session.viewing.viewport import ViewportStore
from tests.support.main_loop import PumpedLoop

GRID = VolumeGeometry.from_spacing((40, 40, 40), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), "1.5")
WINDOW = WindowLevel(40, 400)


class Room:
    """A study with one series, its window and its crosshair."""

    def __init__(self, measurable=True):
        self.events, self.main = SessionEvents(), PumpedLoop()
        self.jobs = JobQueue(self.events, self.main.deliver)
        series = Series("1.2", "CT", "Chest", 1, GRID, (), IntensityUnit.HU, measurable=measurable)
        self.studies = StudyStore(self.events, 1 << 30)
        study = Study("9", "", Patient(), "", (series,))
        self.studies.open_study(study, ScanResult((study,)), ())
        voxels = np.arange(40**3, dtype=np.int32).reshape(GRID.shape_kji).astype(np.float32)
        self.studies.add_volume("1.2", Volume("1.2", voxels, GRID, IntensityUnit.HU))
        self.viewports = ViewportStore(self.events, self.studies)
        self.viewports.show_series("1.2")
        self.viewports.looks.set_window("1.2", WINDOW)
        self.viewports.set_cursor((20, 20, 20), "1.2")
        self.paths = CurvedPaths(self.events, self.jobs, self.studies, self.viewports)

    def draw(self):
        for point in ((20, 10, 20), (20, 20, 20), (20, 30, 20)):
            self.paths.add_point("1.2", point)
        job = self.paths.finish()
        assert self.main.run_until(lambda: self.jobs.jobs[job.id].is_over, 20)
        assert self.jobs.jobs[job.id].error is None
        return "1.2~curved-1"


@pytest.fixture
def room():
    room = Room()
    yield room
    room.jobs.close()


def test_a_path_becomes_a_series_in_the_active_viewport(room):
    key = room.draw()
    series = room.studies.series(key)
    assert series.kind is SeriesKind.IMAGES
    assert not series.measurable
    assert series.geometry.shape_kji[:2] == (TURNS, 21)
    assert [s.series_key for s in room.viewports.states] == [key, "1.2", "1.2"]
    assert room.viewports.looks.window_of(key) == WINDOW
    assert room.paths.points == ()


def test_its_middle_column_holds_the_values_along_the_path(room):
    key = room.draw()
    pictures, source = room.studies.volume(key).voxels, room.studies.volume("1.2").voxels
    middle = pictures.shape[2] // 2
    for turn in (0, 17):
        np.testing.assert_allclose(pictures[turn, :, middle], source[20, 10:31, 20], rtol=1e-6)


def test_its_crosshair_takes_the_volume_s_along(room):
    key = room.draw()
    geometry = room.studies.series(key).geometry
    middle = geometry.shape_kji[2] // 2
    room.viewports.activate("v0")
    room.viewports.set_cursor(tuple(geometry.to_lps((0, 4, middle))), key)
    assert room.viewports.cursor_of("1.2") == pytest.approx((20, 14, 20))
    room.viewports.set_cursor(tuple(geometry.to_lps((0, 4, middle + 6))), key)
    assert np.linalg.norm(np.subtract(room.viewports.cursor_of("1.2"), (20, 14, 20))) == (
        pytest.approx(6)
    )


def test_the_volume_s_crosshair_moves_freely_afterwards(room):
    room.draw()
    room.viewports.activate("v1")
    room.viewports.set_cursor((5, 6, 7), "1.2")
    assert room.viewports.cursor_of("1.2") == (5, 6, 7)


def test_points_can_be_taken_back(room):
    room.paths.add_point("1.2", (1, 2, 3))
    room.paths.add_point("1.2", (4, 5, 6))
    room.paths.remove_last()
    assert room.paths.points == ((1, 2, 3),)
    with pytest.raises(NotAllowedError, match="two points"):
        room.paths.finish()


def test_without_known_distances_no_path_is_drawn():
    room = Room(measurable=False)
    with pytest.raises(NotAllowedError, match="laid out"):
        room.paths.add_point("1.2", (1, 2, 3))
    room.jobs.close()


def test_another_study_forgets_the_path(room):
    key = room.draw()
    room.paths.add_point("1.2", (1, 2, 3))
    room.studies.close_study()
    assert room.paths.laid(key) is None
    assert room.paths.points == ()


@pytest.mark.parametrize("dtype", [np.int16, np.uint16, np.int32, np.float32, np.int8])
def test_what_lies_beyond_the_volume_is_no_part_of_the_picture(dtype):
    voxels = np.zeros(GRID.shape_kji, dtype)
    value, padding = outside_of(Volume("1.2", voxels, GRID, IntensityUnit.HU))
    laid = replace(Volume("1.2", voxels, GRID, IntensityUnit.HU), padding=padding)
    beyond = np.full(3, value, dtype)
    assert (laid.is_padding(beyond) | ~np.isfinite(beyond)).all()
    assert not laid.is_padding(voxels).any()

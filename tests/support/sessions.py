"""A whole session without a window: a workspace over its own folders, and studies to open."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.model import Runner
from reader.core.model_library import ModelLibrary
from reader.core.volume import Volume
from reader.formats.grids.nifti import write_nifti
from reader.session.jobs import Job
from reader.session.parts import Folders
from reader.session.workspace import Workspace
from tests.support.dicom_writer import grid, write_ct
from tests.support.fake_runner import FakeRunner, middle_places
from tests.support.main_loop import PumpedLoop
from tests.support.readings import Clock

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
GRID = grid((12, 40, 48), (3.0, 1.5, 1.5))
FIRST, SECOND = "1.2.826.0.1.3680043.9.9999.11", "1.2.826.0.1.3680043.9.9999.12"
PATIENCE_S = 20.0


class Gate:
    """Holds a worker at its `at`th passage until `open`; for acting in the middle of a job."""

    def __init__(self, at: int = 0) -> None:
        self._at = at
        self._passages = 0
        self._reached = threading.Event()
        self._open = threading.Event()

    def __call__(self, *_what: object) -> None:
        """Pass; called on the worker."""
        self._passages += 1
        if self._passages == self._at + 1:
            self._reached.set()
            assert self._open.wait(PATIENCE_S), "a gate was never opened"

    def wait_until_reached(self) -> None:
        assert self._reached.wait(PATIENCE_S), "nobody came to the gate"

    def open(self) -> None:
        self._open.set()


class Session:
    """One start of the application, without its window, on the folders of a person.

    `home` is laid out like `$READER_HOME`, so that the command line finds the same work.
    """

    def __init__(
        self,
        home: Path,
        runner: Runner | None = None,
        make_library: Callable[[], ModelLibrary] | None = None,
    ) -> None:
        self.main = PumpedLoop()
        self.runner = runner or FakeRunner()
        folders = Folders(
            resources=RESOURCES,
            database=home / "data" / "reading-room.sqlite",
            settings=home / "config" / "settings.json",
            demo=home / "cache" / "demo-study",
            unpacked=home / "cache" / "unpacked",
        )
        self.workspace = Workspace(
            folders, self.runner, self.main.deliver, Clock(), make_library=make_library
        )
        self._is_over = False

    # What happens to it

    def wait_for(self, done: Callable[[], bool]) -> None:
        """Be the main thread until something has come about."""
        assert self.main.run_until(done, PATIENCE_S), "it never came about"

    def settle(self) -> None:
        """Be the main thread until no job is left and nothing is to be delivered."""
        self.wait_for(lambda: all(j.is_over for j in self.workspace.jobs.jobs.values()))
        assert self.workspace.jobs.wait_idle(PATIENCE_S)
        self.deliver()

    def deliver(self) -> None:
        """Do what workers have delivered so far."""
        marks: list[bool] = []
        self.main.deliver(lambda: marks.append(True))
        self.wait_for(lambda: bool(marks))

    def open(self, *paths: Path) -> Job:
        """Open paths and wait until everything is read; the scan's job."""
        job = self.workspace.open_paths(list(paths))
        self.settle()
        return self.workspace.jobs.jobs[job.id]

    def run_model(self, **options: object) -> None:
        """Run the model on what is on screen, to the end."""
        assert self.workspace.inference.run(**options) is not None, self.said
        self.settle()

    def kill(self) -> None:
        """What the system does to a killed process: threads and files go, nothing is saved."""
        if not self._is_over:
            self._is_over = True
            self.workspace.jobs.close()
            self.workspace.slices.close()
            self.workspace.pictures.close()
            self.workspace.review.database.close()

    def close(self) -> None:
        """End it as closing the window does."""
        if not self._is_over:
            self._is_over = True
            self.workspace.close()

    # What it says

    @property
    def said(self) -> list[str]:
        """All notices, what happened and what to do."""
        notices = self.workspace.notices.posted
        return [f"{n.what_happened} {n.what_to_do or ''}".strip() for n in notices]

    @property
    def series_keys(self) -> set[str | None]:
        """The series on screen."""
        return {state.series_key for state in self.workspace.viewports.states}

    @property
    def finding_ids(self) -> list[str]:
        return [finding.finding_id for finding in self.workspace.findings.findings]


def study_volume(seed: int = 0, geometry: VolumeGeometry = GRID) -> Volume:
    """Lung with noise, and a ball of soft tissue at each place the fake runner points at."""
    rng = np.random.default_rng(seed)
    voxels = rng.integers(-900, -780, geometry.shape_kji).astype(np.int16)
    voxels[:, :4] = -1000
    volume = Volume("1.2", voxels, geometry, IntensityUnit.HU)
    points = geometry.to_lps(np.moveaxis(np.indices(geometry.shape_kji), 0, -1))
    for place in middle_places(volume):
        voxels[np.linalg.norm(points - np.array(place), axis=-1) <= 5.0] = 40
    return volume


def write_study(
    folder: Path,
    series_uids: tuple[str, ...] = (FIRST,),
    study_uid: str = "1.2.826.0.1.3680043.9.9999.1",
    geometry: VolumeGeometry = GRID,
) -> Path:
    """A chest CT study, each series in a folder of its own; returns `folder`."""
    for number, uid in enumerate(series_uids):
        volume = study_volume(number, geometry)
        write_ct(folder / f"series {number}", volume, series_uid=uid, study_uid=study_uid)
    return folder


def write_nifti_study(folder: Path) -> Path:
    """The same chest as one NIfTI file; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "chest ct.nii.gz"
    write_nifti(path, study_volume().voxels, GRID)
    return path

"""A batch on real worker processes: killed ones are replaced and nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from reader.app.batch.ray_pool import PoolPlan, RayPool
from reader.core.cancel import CancelToken, ignore_progress
from reader.core.geometry import VolumeGeometry
from reader.core.model import Device
from reader.formats.grids.nifti import write_nifti
from reader.session.batch.batch import plan, work_off
from reader.session.batch.worklist import read_worklist
from reader.storage.batch_ledger import LEDGER_NAME, BatchLedger, TaskState
from tests.support.fake_runner import FakeRunner, fake_spec

pytest.importorskip("ray", reason='needs Ray: pip install "reading-room[batch]"')

COUNT = 40
DEADLY = (7, 23)


class DeadlyRunner(FakeRunner):
    """Kills its own process, as a crashing library would, once on each of two cases."""

    def __init__(self, scars: Path) -> None:
        super().__init__(spec=fake_spec())
        self._scars = scars

    def run(self, request, report, cancel, focus=None):
        number = int(request.volume.voxels[0, 0, 0])
        scar = self._scars / f"{number}"
        if number in DEADLY and not scar.exists():
            scar.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().run(request, report, cancel, focus)


@pytest.fixture
def cases(tmp_path):
    """Forty small scans, each with its number in its first voxel."""
    folder = tmp_path / "cases"
    folder.mkdir()
    geometry = VolumeGeometry((12, 24, 24), np.diag([2.0, 2.0, 2.0, 1.0])[[2, 1, 0, 3]])
    for number in range(COUNT):
        voxels = np.full((12, 24, 24), -1000, np.int16)
        voxels[0, 0, 0] = number
        write_nifti(folder / f"{number:02d}.nii.gz", voxels, geometry)
    return folder


def test_forty_studies_are_done_although_two_workers_are_killed(cases, tmp_path):
    out, scars = tmp_path / "out", tmp_path / "scars"
    out.mkdir()
    scars.mkdir()
    ledger = BatchLedger(out / LEDGER_NAME)
    ledger.add(plan(read_worklist(cases), [fake_spec()]))
    pool = RayPool(
        partial(DeadlyRunner, scars), out, Device.CPU, PoolPlan(actors=2, cpus_each=1), force=True
    )
    try:
        summary = work_off(ledger, pool, ignore_progress, CancelToken())
    finally:
        pool.close()
        ledger.close()
    assert sorted(int(scar.name) for scar in scars.iterdir()) == list(DEADLY)
    assert summary.states[TaskState.DONE] == COUNT
    # A killed worker may have held a task of its own only, so no other was tried twice.
    assert [t.attempts for t in summary.tasks] == [2 if n in DEADLY else 1 for n in range(COUNT)]
    for number, task in enumerate(summary.tasks):
        written = json.loads((out / task.folder / "result.json").read_text("utf-8"))
        assert Path(task.place).name == f"{number:02d}.nii.gz"
        assert len(written["findings"]) == task.findings == 3
        assert (out / task.folder / "segmentation.nii.gz").is_file()

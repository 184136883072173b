"""`reader batch`: what it leaves behind, its exit codes, and going on after a stop."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from reader.app.batch.task_runner import OneByOne, TaskRunner
from reader.app.cli import app
from reader.app.commands import batch as command
from reader.core.errors import InferenceError
from reader.core.geometry import VolumeGeometry
from reader.core.text import say
from reader.formats.grids.nifti import write_nifti
from tests.support.fake_runner import FakeRunner


class FussyRunner(FakeRunner):
    """Fails on the case that holds a 3, until told otherwise."""

    fails = True

    def run(self, request, report, cancel, focus=None):
        if self.fails and request.volume.voxels[0, 0, 0] == 3:
            raise InferenceError(say("The model stopped."), say("Run it again."))
        return super().run(request, report, cancel, focus)


@pytest.fixture
def cases(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("READER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(command, "runner_of_this_machine", lambda: FussyRunner)
    monkeypatch.setattr(command, "_plan", lambda *_: None)
    monkeypatch.setattr(
        command,
        "open_pool",
        lambda make, out, device, plan, *, force, address: OneByOne(
            TaskRunner(make, out, device, force=force)
        ),
    )
    folder = tmp_path / "cases"
    folder.mkdir()
    geometry = VolumeGeometry((12, 24, 24), np.diag([2.0, 2.0, 2.0, 1.0])[[2, 1, 0, 3]])
    for number in range(1, 5):
        voxels = np.full((12, 24, 24), -1000, np.int16)
        voxels[0, 0, 0] = number
        write_nifti(folder / f"{number}.nii.gz", voxels, geometry)
    return folder


def model_id() -> str:
    return FakeRunner().specs()[0].identity.id


def test_results_ledger_and_summary_are_left_and_a_failure_shows(cases, tmp_path, monkeypatch):
    monkeypatch.setattr(FussyRunner, "fails", True)
    out = tmp_path / "out"
    words = ["batch", str(cases), "--model", model_id(), "--out", str(out), "--force", "--json"]
    first = CliRunner().invoke(app, words)
    assert first.exit_code == 1, first.output
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["states"] == {
        "waiting": 0, "running": 0, "done": 3, "refused": 0, "failed": 1
    }  # fmt: skip
    (failed,) = [t for t in summary["tasks"] if t["state"] == "failed"]
    assert failed["case"] == "0003-3.nii.gz"
    assert failed["reason"] == "The model stopped. Run it again."
    written = out / summary["tasks"][0]["results"] / "result.json"
    assert len(json.loads(written.read_text("utf-8"))["findings"]) == 3
    stamp = written.stat().st_mtime_ns

    monkeypatch.setattr(FussyRunner, "fails", False)
    assert CliRunner().invoke(app, words).exit_code == 1
    second = CliRunner().invoke(app, [*words, "--retry-failed"])
    assert second.exit_code == 0, second.output
    assert json.loads((out / "summary.json").read_text("utf-8"))["states"]["done"] == 4
    assert written.stat().st_mtime_ns == stamp


def test_an_unknown_model_or_worklist_is_said_before_anything_is_made(cases, tmp_path):
    words = ["batch", str(cases), "--model", "nothing", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 1
    assert "There is no model nothing here." in result.output
    words = ["batch", str(cases / "gone"), "--model", model_id(), "--out", str(tmp_path / "out")]
    assert "no worklist" in CliRunner().invoke(app, words).output
    assert not (tmp_path / "out").exists()

"""The tour of the demo study, on a small chest: the real window, all four decisions, files."""

from __future__ import annotations

import json
from pathlib import Path

import pydicom
import pytest
from PySide6.QtGui import QImage
from typer.testing import CliRunner

from reader.app import demo_tour, models
from reader.app.cli import app
from reader.app.paths import find_paths
from reader.session.opening import demo_study
from tests.support.fake_runner import FakeRunner, middle_places
from tests.support.sessions import study_volume, write_study

STEPS = (
    "welcome", "opened", "ai-running", "ai-findings", "heatmap", "confirmed", "editing", "edited",
    "rejected", "added", "report", "chinese",
)  # fmt: skip


@pytest.fixture
def small_demo(monkeypatch, qapp):
    """The demo study is a small chest; the model marks its three nodules and a vessel."""
    nodules = middle_places(study_volume())
    x, y, z = nodules[1]
    vessel, missed = (x, y - 18.0, z), (x, y + 18.0, z)

    def made(folder: Path, _report, _cancel) -> Path:
        study = write_study(folder / "thorax-small")
        truth = {"nodules": [{"center_lps_mm": place} for place in (*nodules, missed)]}
        demo_study.truth_file(study).write_text(json.dumps(truth), encoding="utf-8")
        return study

    runner = FakeRunner((*nodules, vessel))
    monkeypatch.setattr(demo_study, "ensure_demo_study", made)
    monkeypatch.setattr(models, "build_runner", lambda _models: runner)
    return runner


def tour(out: Path):
    return CliRunner().invoke(app, ["demo", "--headless", "--out", str(out)])


def test_the_tour_leaves_every_decision_and_a_picture_of_each_step(small_demo, tmp_path):
    out = tmp_path / "tour [1]"
    told = tour(out)
    assert told.exit_code == 0, told.output
    findings = json.loads((out / "findings.json").read_text())["findings"]
    statuses = [finding["status"] for finding in findings]
    assert set(statuses) == {"confirmed", "edited", "rejected", "added"}
    assert len(statuses) == 5

    pictures = sorted(path.name for path in out.glob("*.png"))
    assert [name.split("-", 1)[1] for name in pictures] == [f"{step}.png" for step in STEPS]
    for name in pictures:
        picture = QImage(str(out / name))
        assert (picture.width(), picture.height()) == (1920, 1080)
    assert pydicom.dcmread(out / "segmentation.dcm").Modality == "SEG"
    assert pydicom.dcmread(out / "report.dcm").Modality == "SR"
    assert not find_paths().database.exists(), "it reads and decides in folders of its own"
    assert not find_paths().settings_file.exists()


def test_a_tour_in_which_too_little_is_found_says_so(small_demo, tmp_path):
    small_demo._places = small_demo._places[:2]
    told = tour(tmp_path / "out")
    assert told.exit_code == 1
    assert "marked fewer than 3 places" in " ".join(told.output.split())


def test_a_step_that_never_ends_is_given_up(small_demo, tmp_path, monkeypatch):
    monkeypatch.setattr(demo_tour, "LONGEST_STEP_S", 0.0)
    told = tour(tmp_path / "out")
    assert told.exit_code == 1
    assert "A step took more than 0 seconds." in " ".join(told.output.split())

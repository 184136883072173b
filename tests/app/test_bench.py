"""`reader bench`: what it reports, and that it measures real paints."""

from __future__ import annotations

import json
import threading

import pytest
from typer.testing import CliRunner

from reader.app.bench import frames, wheel
from reader.app.bench.report import BenchReport, Row
from reader.app.cli import app
from reader.app.paths import find_paths
from reader.core.cancel import ignore_progress
from reader.core.errors import ModelUnavailableError
from tests.support.fake_runner import FakeRunner

RATIOS = {
    "wheel_over_memcpy",
    "wheel_p99_over_memcpy",
    "busy_p99_over_idle_p99",
    "stock_pyqtgraph_over_wheel",
}


def test_a_row_has_median_and_99th_percentile_in_milliseconds():
    row = Row.of("x", [0.001] * 98 + [0.010, 0.020])
    assert (row.what, row.median_ms, row.n) == ("x", 1.0, 100)
    assert row.p99_ms == pytest.approx(10.1, abs=0.2)


def test_ratios_are_paired_within_the_run():
    report = frames.frames_report(
        idle=[0.004] * 100, busy=[0.006] * 100, memcpy=[0.0002] * 200, peer=[0.012] * 100,
        screen="Qt offscreen",
    )  # fmt: skip
    assert report.ratios == {
        "wheel_over_memcpy": 20.0,
        "wheel_p99_over_memcpy": 20.0,
        "busy_p99_over_idle_p99": 1.5,
        "stock_pyqtgraph_over_wheel": 3.0,
    }
    assert "Qt offscreen" in report.machine


class EndlessRunner(FakeRunner):
    """Runs until it is cancelled, with windows no faster than a model's."""

    def __init__(self) -> None:
        never = threading.Event()
        super().__init__(before_window=lambda _window: never.wait(0.01))

    def run(self, request, report, cancel):
        while True:
            super().run(request, report, cancel)


@pytest.fixture
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small panes and no pauses; the figures mean nothing then."""
    monkeypatch.setattr(wheel, "HERTZ", 1000)
    monkeypatch.setattr(frames.case, "SHAPE_KJI", (40, 64, 64))


@pytest.mark.usefixtures("qapp", "_hurried")
def test_real_viewports_are_measured_idle_and_beside_a_model(tmp_path):
    runner = EndlessRunner()
    report = frames.FramesBench(find_paths(), runner, None, 6, ignore_progress).run()
    assert set(report.ratios) == RATIOS
    assert [row.n for row in report.rows] == [6, 6, 12, 6]
    assert all(row.median_ms > 0 for row in report.rows)
    assert runner.requests, "the model never ran"


@pytest.mark.usefixtures("qapp", "_hurried")
def test_a_model_that_stops_is_not_passed_off_as_running():
    runner = FakeRunner(error=ValueError("broken"))
    with pytest.raises(ModelUnavailableError):
        frames.FramesBench(find_paths(), runner, None, 6, ignore_progress).run()


def test_the_command_prints_json_or_a_table(monkeypatch: pytest.MonkeyPatch):
    made = BenchReport("frames", "a machine", (Row("wheel", 1.0, 2.0, 300),), {"a_over_b": 3.5})

    class Instant:
        def __init__(self, *_args: object) -> None: ...

        def run(self) -> BenchReport:
            return made

    monkeypatch.setattr(frames, "FramesBench", Instant)
    printed = CliRunner().invoke(app, ["bench", "frames", "--json"])
    assert printed.exit_code == 0
    assert json.loads(printed.stdout) == {
        "name": "frames",
        "machine": "a machine",
        "rows": [{"what": "wheel", "median_ms": 1.0, "p99_ms": 2.0, "n": 300}],
        "ratios": {"a_over_b": 3.5},
    }
    table = CliRunner().invoke(app, ["bench", "frames"])
    assert "a_over_b" in table.stdout
    assert "3.50" in table.stdout


def test_an_unknown_benchmark_is_wrong_usage():
    assert CliRunner().invoke(app, ["bench", "nonsense"]).exit_code == 2

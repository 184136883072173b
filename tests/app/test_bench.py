"""`reader bench frames`: what it reports, and that it measures real paints."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from itertools import pairwise

import numpy as np
import pytest
from typer.testing import CliRunner

from reader.app.bench import case, frames, frames_report, gestures, napari_peer, planes
from reader.app.bench.frames_report import FramesReport
from reader.app.bench.gestures import Gesture, drag_path
from reader.app.bench.peer_case import PeerCase
from reader.app.bench.ratio import Limit, Ratio
from reader.app.bench.report import Row
from reader.app.cli import app
from reader.app.paths import Paths, find_paths
from reader.core.cancel import ignore_progress
from reader.core.errors import ModelUnavailableError
from tests.support.fake_runner import FakeRunner

RATIOS = {
    "wheel_over_memcpy",
    "wheel_p99_over_memcpy",
    "stock_pyqtgraph_over_wheel",
    "stock_pyqtgraph_over_drag",
    "stock_pyqtgraph_over_window",
    "napari_over_wheel",
    "sagittal_over_axial",
    "sitk_over_oblique",
    "sitk_over_slab",
    "busy_p99_over_idle_p99",
}


def test_a_row_has_median_and_99th_percentile_in_milliseconds():
    row = Row.of("x", [0.001] * 98 + [0.010, 0.020])
    assert (row.what, row.median_ms, row.n) == ("x", 1.0, 100)
    assert row.p99_ms == pytest.approx(10.1, abs=0.2)


def samples(**changed: list[list[float]]) -> dict[str, list[list[float]]]:
    """Two rounds of every row; the machine was twice as slow in the second."""
    seconds = {
        frames_report.MEMCPY: 0.0002,
        frames_report.NAPARI: 0.040,
        planes.OWN_PLANE: 0.002,
        planes.ITK_PLANE: 0.003,
        planes.OWN_SLAB: 0.010,
        planes.ITK_SLAB: 0.030,
    }
    seconds |= {frames_report.idle(gesture): 0.004 for gesture in Gesture}
    seconds |= {frames_report.busy(gesture): 0.006 for gesture in Gesture}
    seconds |= {frames_report.stock(gesture): 0.012 for gesture in Gesture}
    made = {name: [[each] * 50, [2 * each] * 50] for name, each in seconds.items()}
    return made | changed


def test_ratios_are_paired_within_the_rounds():
    report = frames_report.frames_report("a machine", samples(), {}, {})
    values = {name: ratio.value for name, ratio in report.ratios.items()}
    assert set(values) == RATIOS
    assert values["wheel_over_memcpy"] == 20.0
    assert values["stock_pyqtgraph_over_wheel"] == 3.0
    assert values["busy_p99_over_idle_p99"] == 1.5
    assert values["napari_over_wheel"] == 10.0
    assert values["sitk_over_slab"] == 3.0
    assert all(ratio.is_met for ratio in report.ratios.values())


def test_a_ratio_that_could_not_be_measured_is_null_with_its_reason():
    without = samples(**{frames_report.NAPARI: [[], []]})
    report = frames_report.frames_report("a machine", without, {"napari_over_wheel": "absent"}, {})
    shown = report.as_json()
    assert shown["ratios"]["napari_over_wheel"] is None
    assert shown["reasons"] == {"napari_over_wheel": "absent"}
    assert set(shown["limits"]) == RATIOS - {"napari_over_wheel"}
    assert frames_report.NAPARI not in {row["what"] for row in shown["rows"]}


def test_the_memory_of_the_big_case_is_held_to_its_limit():
    report = frames_report.frames_report("a machine", samples(), {}, {"rss_over_volume": 2.6})
    assert not report.ratios["rss_over_volume"].is_met


def test_a_drag_moves_across_and_down_with_every_step_and_stays_near():
    path = [drag_path(step) for step in range(400)]
    steps = [(b.x() - a.x(), b.y() - a.y()) for a, b in pairwise(path)]
    assert {(abs(x), abs(y)) for x, y in steps} == {(4.0, 4.0)}
    assert all(abs(at.x() - 450) < 100 and abs(at.y() - 450) < 100 for at in path)


class EndlessRunner(FakeRunner):
    """Runs until it is cancelled, with windows no faster than a model's."""

    def __init__(self) -> None:
        never = threading.Event()
        super().__init__(before_window=lambda _window: never.wait(0.01))

    def run(self, request, report, cancel, focus=None):
        while True:
            super().run(request, report, cancel, focus)


@pytest.fixture
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small volume and no pauses; the figures mean nothing then."""
    monkeypatch.setattr(gestures, "HERTZ", 1000)
    monkeypatch.setattr(case, "SHAPE_KJI", (40, 64, 64))
    # Compiling takes a minute, and the plain loops give the same values.
    monkeypatch.setattr(planes, "load_kernels", lambda *_args: None)
    monkeypatch.setattr(planes, "SIDE_PX", 64)
    # What the tests themselves have loaded stays where garbage is looked for.
    monkeypatch.setattr(frames, "settle", lambda: None)
    monkeypatch.setattr(napari_peer, "is_installed", lambda: False)


@pytest.fixture
def paths(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setenv("READER_HOME", str(tmp_path))
    return find_paths().created()


@pytest.mark.usefixtures("qapp", "_hurried")
def test_real_viewports_are_measured_idle_and_beside_a_model(paths: Paths):
    runner = EndlessRunner()
    report = frames.FramesBench(paths, runner, None, 6, ignore_progress, rounds=2).run()
    assert set(report.ratios) == RATIOS
    assert report.ratios["napari_over_wheel"] is None
    assert report.reasons == {"napari_over_wheel": "napari is not installed"}
    counts = {row.what: row.n for row in report.rows}
    assert counts[frames_report.idle(Gesture.CROSSHAIR_DRAG)] == 6
    assert counts[frames_report.busy(Gesture.WINDOW_DRAG)] == 6
    assert counts[frames_report.stock(Gesture.SAGITTAL_WHEEL)] == 2
    assert counts[frames_report.MEMCPY] == 24
    assert all(row.median_ms > 0 for row in report.rows)
    assert runner.requests, "the model never ran"


@pytest.mark.usefixtures("qapp", "_hurried")
def test_the_same_samples_are_taken_as_by_simpleitk(paths: Paths):
    bench = planes.PlanesBench(case.synthetic_case().volume, paths.user_cache)
    bench.prepare()
    assert bench.times.facts["oblique_most_apart_hu"] <= 1
    assert bench.times.facts["slab_most_apart_hu"] <= 1
    assert bench.times.facts["oblique_share_apart"] < 0.01
    assert bench.times.facts["slab_share_apart"] < 0.01


@pytest.mark.usefixtures("qapp", "_hurried")
def test_a_model_that_stops_is_not_passed_off_as_running(paths: Paths):
    runner = FakeRunner(error=ValueError("broken"))
    with pytest.raises(ModelUnavailableError):
        frames.FramesBench(paths, runner, None, 6, ignore_progress).run()


@pytest.mark.usefixtures("_hurried")
def test_peers_get_the_scores_and_labels_that_ours_shows():
    shown = case.synthetic_case()
    plain = PeerCase.of(shown)
    assert np.array_equal(plain.labels, shown.segmentation.labels)
    assert plain.heat is not None
    assert np.abs(plain.heat / 255 - shown.heatmap.scores).max() < 1 / 255


def test_the_big_case_has_a_hundred_segments_one_of_them_a_finding(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(case, "BIG_SHAPE_KJI", (100, 128, 128))
    big = case.big_case()
    assert len(np.unique(big.segmentation.labels)) == 101
    assert len(big.structures) == 99
    assert big.finding.label == 100


@pytest.mark.usefixtures("_hurried")
def test_a_peer_that_ends_is_a_reason_and_not_a_crash(monkeypatch: pytest.MonkeyPatch):
    def breaks(_command, **options):
        program = "import sys; sys.exit('RuntimeError: no OpenGL')"
        return subprocess.Popen([sys.executable, "-c", program], **options)

    monkeypatch.setattr(napari_peer, "is_installed", lambda: True)
    monkeypatch.setattr(napari_peer, "start_process", breaks)
    with napari_peer.NapariPeer(PeerCase.of(case.synthetic_case())) as peer:
        assert peer.wheel(5) == []
        assert peer.reason == "napari failed: RuntimeError: no OpenGL"


def test_the_command_prints_json_or_a_table(monkeypatch: pytest.MonkeyPatch):
    ratio = Ratio(3.5, 3.0, 4.0, Limit(4, at_most=False))
    made = FramesReport(
        "a machine",
        (Row("wheel", 1.0, 2.0, 300),),
        {"a_over_b": ratio, "napari_over_wheel": None},
        {"napari_over_wheel": "napari is not installed"},
        {"volume_mb": 1.5},
    )

    class Instant:
        def __init__(self, *_args: object) -> None: ...

        def run(self) -> FramesReport:
            return made

    monkeypatch.setattr(frames, "FramesBench", Instant)
    printed = CliRunner().invoke(app, ["bench", "frames", "--json"])
    assert printed.exit_code == 0
    assert json.loads(printed.stdout) == {
        "name": "frames",
        "machine": "a machine",
        "rows": [{"what": "wheel", "median_ms": 1.0, "p99_ms": 2.0, "n": 300}],
        "ratios": {"a_over_b": 3.5, "napari_over_wheel": None},
        "spread": {"a_over_b": [3.0, 4.0]},
        "limits": {"a_over_b": {"at_least": 4, "met": False}},
        "reasons": {"napari_over_wheel": "napari is not installed"},
        "facts": {"volume_mb": 1.5},
        "notes": [],
    }
    table = CliRunner().invoke(app, ["bench", "frames"])
    assert "a_over_b" in table.stdout
    assert "3.50" in table.stdout
    assert "MISSED" in table.stdout
    assert "not measured: napari is not installed" in table.stdout


def test_an_unknown_benchmark_is_wrong_usage():
    assert CliRunner().invoke(app, ["bench", "nonsense"]).exit_code == 2

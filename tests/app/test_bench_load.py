"""`reader bench load`: what it reports, and that it compares values and not only times."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from reader.app.bench import load, load_case, load_ways
from reader.app.bench.load_report import LoadReport
from reader.app.bench.ratio import Limit, Ratio
from reader.app.cli import app
from reader.core.cancel import CancelToken, ignore_progress
from reader.formats.yardsticks.reference_decoders import JpegLsDecoders, single_frame

PROMISED = {
    "raw_over_read",
    "sitk_over_raw",
    "jls_over_decoder",
    "sitk_over_jls",
    "first_slice_over_header_scan",
    "rss_over_volume",
    "niigz_over_sitk",
}


def test_a_ratio_is_the_median_of_the_rounds_and_not_of_times():
    # The last two rounds were busy for both.
    ratio = Ratio.of([3.0, 30.0, 33.0], [1.0, 10.0, 10.0], Limit(2.5, at_most=True))
    assert (ratio.value, ratio.low, ratio.high, ratio.is_met) == (3.0, 3.0, 3.3, False)


def test_the_least_of_some_turns_counts_and_every_turn_is_looked_at():
    clock = iter([0.0, 5.0, 10.0, 12.0, 20.0, 29.0])
    looked_at: list[str] = []
    way = load.Way("one", lambda: "made", looked_at.append, turns=3)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(load.time, "perf_counter", lambda: next(clock))
        assert way.seconds() == 2.0
    assert looked_at == ["made"] * 3


def test_some_limits_hold_at_most_and_others_at_least():
    assert Ratio.of([6.0], [1.0], Limit(6, at_most=False)).is_met
    assert not Ratio.of([5.9], [1.0], Limit(6, at_most=False)).is_met


def test_a_small_run_measures_every_promise_with_its_peer(monkeypatch: pytest.MonkeyPatch):
    # A fresh process would be Python itself, next to so small a volume.
    monkeypatch.setattr(load_ways, "memory_of_fresh_process", lambda _folder: (10, 5, 12))
    report = load.LoadBench(2, 40, ignore_progress, (6, 64, 64)).run()
    assert set(report.ratios) == PROMISED
    assert report.ratios["rss_over_volume"].value == 1.2
    shown = report.as_json()
    assert set(shown["limits"]) == PROMISED
    assert {row["what"]: row["n"] for row in shown["rows"]} == {
        "limit: reading the bytes": 2,
        "ours, whole": 2,
        "SimpleITK series": 1,
        "ours, first slice drawn": 2,
        "pydicom, headers only": 2,
        "limit: CharLS alone, all cores": 1,
        "ours, JPEG-LS": 1,
        "SimpleITK JPEG-LS": 1,
        "ours, .nii.gz": 1,
        "SimpleITK .nii.gz": 1,
        "ours, scan of many files": 1,
    }
    assert report.facts["many_files"] == 40


def test_a_wrong_value_ends_the_run(monkeypatch: pytest.MonkeyPatch):
    true_reading = load_ways.load_whole

    def one_voxel_off(path):
        volume = true_reading(path)
        voxels = np.array(volume.voxels)
        voxels[0, 0, 0] += 1
        return replace(volume, voxels=voxels)

    monkeypatch.setattr(load_ways, "load_whole", one_voxel_off)
    with pytest.raises(load_ways.NotEqualError, match="ours, whole"):
        load.LoadBench(1, 0, ignore_progress, (3, 64, 64)).run()


def test_the_memory_of_a_new_process_is_its_own(tmp_path):
    volume = load_case.chest_with_texture((3, 64, 64))
    written = load_case.write_ct(
        tmp_path / "ct", volume, "explicit", ignore_progress, CancelToken()
    )
    held = bytearray(400_000_000)
    assert load_ways.peak_memory() > len(held)
    size, before, after = load_ways.memory_of_fresh_process(written.folder)
    assert size == volume.voxels.nbytes
    assert 0 < before <= after < len(held)


def test_the_decoders_alone_give_the_stored_values(tmp_path):
    volume = load_case.chest_with_texture((5, 64, 64))
    written = load_case.write_ct(tmp_path / "ct", volume, "jpegls", ignore_progress, CancelToken())
    frames = [single_frame(path) for path in written.files]
    with JpegLsDecoders(frames, (64, 64), 2) as decoders:
        decoders.decode()
        assert np.array_equal(decoders.values(), volume.voxels - load_case.STORED_ZERO_HU)


def test_the_command_prints_json_or_a_table_with_the_limits(monkeypatch: pytest.MonkeyPatch):
    ratio = Ratio(3.0, 2.8, 3.3, Limit(2.5, at_most=True))
    made = LoadReport({"ours": [0.002, 0.001]}, {"a_over_b": ratio}, {"volume_mb": 209.7})
    monkeypatch.setattr(load.LoadBench, "run", lambda _self: made)
    printed = json.loads(CliRunner().invoke(app, ["bench", "load", "--json"]).stdout)
    assert printed["rows"] == [
        {"what": "ours", "median_ms": 1.5, "min_ms": 1.0, "max_ms": 2.0, "n": 2}
    ]
    assert printed["ratios"] == {"a_over_b": 3.0}
    assert printed["limits"] == {"a_over_b": {"at_most": 2.5, "met": False}}
    table = CliRunner().invoke(app, ["bench", "load"]).stdout
    assert "MISSED" in table
    assert "at most 2.5" in table

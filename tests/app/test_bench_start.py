"""`reader bench start`: what it reports, and that it waits for real windows."""

from __future__ import annotations

import json
import os

import pytest
from typer.testing import CliRunner

from reader.app.bench import window_start
from reader.app.bench.window_start import NeverUsableError, StartBench, StartReport
from reader.app.cli import app
from reader.core.cancel import ignore_progress

OFFSCREEN = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}


def test_ratios_are_paired_within_the_rounds_and_held_to_their_limits():
    seconds = {"bare": [0.1, 0.2], "ours": [0.4, 0.9], "napari": [2.0, 4.0]}
    shown = StartReport(seconds, "Xvfb", {}).as_json()
    assert shown["ratios"] == {"window_over_bare_window": 4.25, "napari_over_ours": 4.722}
    assert shown["limits"]["window_over_bare_window"] == {"at_most": 5, "met": True}
    assert shown["limits"]["napari_over_ours"] == {"at_least": 4, "met": True}


def test_without_napari_its_ratio_is_null_and_the_reason_is_given(monkeypatch):
    monkeypatch.setattr(window_start, "is_installed", lambda: False)
    monkeypatch.setattr(window_start, "seconds_to_usable", lambda kind, *_: len(kind))
    report = StartBench(3, ignore_progress).run()
    shown = report.as_json()
    assert shown["ratios"] == {"window_over_bare_window": 1.0, "napari_over_ours": None}
    assert shown["reasons"] == {"napari_over_ours": "napari is not installed"}
    assert {row["n"] for row in shown["rows"]} == {3}


def test_a_napari_that_fails_is_a_reason_and_not_a_crash(monkeypatch):
    def open_or_fail(kind: str, *_more: object) -> float:
        if kind == "napari":
            raise NeverUsableError("RuntimeError: no OpenGL")
        return 1.0

    monkeypatch.setattr(window_start, "is_installed", lambda: True)
    monkeypatch.setattr(window_start, "seconds_to_usable", open_or_fail)
    report = StartBench(2, ignore_progress).run()
    assert report.reasons == {"napari_over_ours": "napari failed: RuntimeError: no OpenGL"}
    assert set(report.seconds) == {"bare", "ours"}


@pytest.mark.parametrize("kind", ["bare", "ours"])
def test_a_fresh_process_says_when_its_window_can_be_used(kind: str, tmp_path):
    assert window_start.seconds_to_usable(kind, tmp_path / "home", tmp_path, OFFSCREEN) > 0
    assert (tmp_path / "home").exists() is (kind == "ours")


def test_a_process_that_ends_without_a_window_is_no_time(tmp_path):
    broken = {**OFFSCREEN, "QT_QPA_PLATFORM": "no-such-platform"}
    with pytest.raises(NeverUsableError):
        window_start.seconds_to_usable("bare", tmp_path / "home", tmp_path, broken)


def test_the_command_prints_json_or_a_table(monkeypatch):
    made = StartReport({"bare": [0.1], "ours": [0.4]}, "Xvfb", {"napari_over_ours": "absent"})
    monkeypatch.setattr(StartBench, "run", lambda _self: made)
    printed = CliRunner().invoke(app, ["bench", "start", "--json"])
    assert json.loads(printed.stdout)["ratios"]["window_over_bare_window"] == 4.0
    table = CliRunner().invoke(app, ["bench", "start"]).stdout
    assert "ours, with an empty home" in table
    assert "napari_over_ours was not measured: absent" in table

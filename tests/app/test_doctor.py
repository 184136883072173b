"""`reader doctor`: each thing that can be broken is seen, named, and comes with advice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reader.app import health
from reader.app.cli import app
from reader.app.commands import doctor
from reader.app.health import Health, HealthRow, check_health
from reader.app.paths import Paths, find_paths
from reader.core.text import say


@pytest.fixture
def paths() -> Paths:
    return find_paths()


def rows_of(check, paths: Paths) -> dict[str, HealthRow]:
    return {str(row.what): row for row in check(paths)}


def test_this_installation_is_healthy(paths: Paths):
    rows = {str(row.what): row for row in check_health(paths)}
    broken = [f"{name}: {row.detail}" for name, row in rows.items() if row.health is Health.BROKEN]
    assert broken == []
    for name in ("Qt", "Codec RLE", "Codec JPEG lossless", "Processor", "Fonts", "Memory", "Disk"):
        assert name in rows
    assert all(row.advice for row in rows.values() if row.health is not Health.WORKS)


def test_the_report_is_json_and_the_exit_code_says_whether_all_is_well(monkeypatch):
    row = HealthRow(say("Qt"), Health.WORKS, say("starts"))
    monkeypatch.setattr(health, "check_health", lambda _paths: iter([row]))
    done = CliRunner().invoke(app, ["doctor", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "ok": True,
        "rows": [{"what": "Qt", "health": "works", "detail": "starts", "advice": None}],
    }
    broken = HealthRow(say("Qt"), Health.BROKEN, say("[does] not start"), say("Install it."))
    monkeypatch.setattr(health, "check_health", lambda _paths: iter([row, broken]))
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 1
    assert "[does] not start" in done.stdout
    assert "Install it." in done.stdout


def test_every_state_has_a_colour():
    assert set(doctor.COLORS) == {state.value for state in Health}


def test_qt_that_cannot_start_is_broken_and_takes_nothing_with_it(paths: Paths, monkeypatch):
    monkeypatch.setattr(health.sys, "executable", "/" + "nowhere/python")
    rows = rows_of(health._qt, paths)
    assert rows["Qt"].health is Health.BROKEN
    assert "bootstrap.py install" in str(rows["Qt"].advice)


def test_a_platform_plugin_that_fails_is_seen(paths: Paths):
    fonts = paths.resources / "fonts"
    assert health._probe_qt(fonts, {"QT_QPA_PLATFORM": "no-such-platform"}) is None


def test_without_a_display_the_way_without_one_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    row = health._window_row(Path(), say("advice"))
    assert row.health is Health.WARNING
    assert "--headless" in str(row.advice)


@pytest.mark.parametrize(
    ("shipped", "chinese", "expected"),
    [(0, ["Noto"], Health.WARNING), (3, [], Health.WARNING), (3, ["Noto"], Health.WORKS)],
)
def test_fonts_that_are_missing_are_seen(shipped: int, chinese: list[str], expected: Health):
    assert health._fonts_row({"shipped": shipped, "chinese": chinese}).health is expected


@pytest.mark.parametrize(
    ("free_gb", "expected"), [(50, Health.WORKS), (1, Health.WARNING), (0.1, Health.BROKEN)]
)
def test_a_full_disk_is_seen(paths: Paths, monkeypatch, free_gb: float, expected: Health):
    usage = type("Usage", (), {"free": free_gb * 1e9})
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _path: usage)
    assert rows_of(health._folders, paths)["Disk"].health is expected


def test_a_model_without_a_readable_card_is_broken(paths: Paths, tmp_path: Path):
    from dataclasses import replace

    folder = tmp_path / "models" / "mine"
    folder.mkdir(parents=True)
    elsewhere = replace(paths, models=folder.parent)
    assert rows_of(health._models, elsewhere)["Models"].health is Health.WARNING
    (folder / "model.json").write_text("{}")
    row = rows_of(health._models, elsewhere)["Model mine"]
    assert row.health is Health.BROKEN
    assert row.advice is not None


def test_an_added_model_that_is_broken_is_a_warning_only(paths: Paths):
    folder = paths.own_models / "mine"
    folder.mkdir(parents=True)
    (folder / "model.json").write_text("{}")
    rows = rows_of(health._models, paths)
    assert rows["Model mine"].health is Health.WARNING
    assert rows["Model chest-ct"].health is Health.WORKS


def test_a_check_that_fails_is_a_row_and_the_others_go_on(paths: Paths, monkeypatch):
    def fails(_paths: Paths):
        raise ZeroDivisionError

    monkeypatch.setattr(health, "_codecs", fails)
    rows = {str(row.what): row for row in check_health(paths)}
    assert rows["Codecs"].health is Health.BROKEN
    assert "ZeroDivisionError" in str(rows["Codecs"].detail)
    assert "Processor" in rows

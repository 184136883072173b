"""The command line: which word is a command, which a path, and what reaches the application."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from reader import __version__
from reader.app import main as application
from reader.app.cli import app, command_names, main, meant
from reader.app.commands import demo as demo_command


@pytest.fixture
def ran(monkeypatch):
    """What `run` was called with, instead of opening a window."""
    calls: list[tuple[list[Path], bool]] = []

    def run(to_open=(), demo=False):
        calls.append((list(to_open), demo))
        return 0

    monkeypatch.setattr(application, "run", run)
    return calls


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ([], ["open"]),
        (["/data/a b"], ["open", "/data/a b"]),
        (["a", "b"], ["open", "a", "b"]),
        (["info", "a"], ["info", "a"]),
        (["./info"], ["open", "./info"]),
        (["open", "info"], ["open", "info"]),
        (["--help"], ["--help"]),
        (["-h"], ["-h"]),
        (["--version"], ["version"]),
    ],
)
def test_a_first_word_that_is_no_command_is_a_path(words, command):
    assert meant(words) == command


def test_every_command_of_the_product_is_there():
    assert command_names() >= {
        "open", "demo", "info", "predict", "render", "bench", "export", "doctor", "train", "version"
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(command_names()))
def test_every_command_explains_itself(name):
    told = CliRunner().invoke(app, [name, "--help"])
    assert told.exit_code == 0
    assert "Usage" in told.output


def test_the_version_is_the_packages():
    assert CliRunner().invoke(app, ["version"]).output.strip() == __version__


def test_paths_reach_the_application_whole_and_absolute(ran, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["reader", "a folder with spaces", "/x/y.nii.gz", "./info"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    paths = [tmp_path / "a folder with spaces", Path("/x/y.nii.gz"), tmp_path / "info"]
    assert ran == [(paths, False)]


def test_without_paths_the_application_decides_what_to_open(ran):
    assert CliRunner().invoke(app, ["open"]).exit_code == 0
    assert ran == [([], False)]


def test_the_applications_exit_code_is_the_commands(monkeypatch):
    monkeypatch.setattr(application, "run", lambda *_: 7)
    assert CliRunner().invoke(app, ["open"]).exit_code == 7


def test_an_option_that_does_not_exist_is_wrong_usage(ran):
    told = CliRunner().invoke(app, meant(["--fullscreen"]))
    assert told.exit_code == 2
    assert ran == []


def test_the_demo_opens_the_application(ran):
    assert CliRunner().invoke(app, ["demo"]).exit_code == 0
    assert ran == [([], True)]


def test_a_headless_demo_must_be_told_where_to(ran):
    told = CliRunner().invoke(app, ["demo", "--headless"])
    assert told.exit_code == 2
    assert "--out" in told.output
    assert ran == []


def test_a_headless_demo_tours_into_an_absolute_folder(ran, monkeypatch, tmp_path):
    toured = []
    monkeypatch.setattr(demo_command, "_tour", toured.append)
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["demo", "--headless", "--out", "my results"]).exit_code == 0
    assert toured == [tmp_path / "my results"]
    assert ran == []

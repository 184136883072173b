"""Starting and ending the application: what it opens, and that it always tidies up."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from reader.app import main as application
from reader.app import models
from reader.app.paths import find_paths
from reader.core.errors import NotAllowedError, StorageError
from reader.session.workspace import Workspace
from tests.support.fake_runner import FakeRunner
from tests.support.sessions import Session, write_study

UID = "1.2.826.0.1.3680043.9.9999.1"


@pytest.fixture
def opened(monkeypatch, qapp):
    """Which use case of the session opened something; the window closes at once."""
    calls: list[tuple] = []
    monkeypatch.setattr(models, "build_runner", lambda _models: FakeRunner())
    monkeypatch.setattr(Workspace, "open_paths", lambda _self, *what: calls.append(what))
    monkeypatch.setattr(Workspace, "open_demo", lambda _self: calls.append(("demo",)))
    monkeypatch.setattr(QApplication, "exec", lambda *_: 0)
    return calls


def home() -> Session:
    return Session(Path(os.environ["READER_HOME"]))


def test_paths_are_opened(opened):
    assert application.run([Path("/a b"), Path("/c")]) == 0
    assert opened == [([Path("/a b"), Path("/c")],)]


def test_the_demo_is_opened(opened):
    assert application.run(demo=True) == 0
    assert opened == [("demo",)]


def test_a_first_start_opens_nothing(opened):
    assert application.run() == 0
    assert opened == []


@pytest.fixture
def interrupted(tmp_path):
    """A study that was open when the application was killed."""
    study = write_study(tmp_path / "study")
    session = home()
    session.workspace.loading.open_paths([study])
    session.settle()
    session.kill()
    return study


def test_what_was_interrupted_comes_back(interrupted, opened):
    application.run()
    assert opened == [([interrupted], UID)]


def test_unless_something_else_is_asked_for(interrupted, opened):
    application.run([Path("/other")])
    assert opened == [([Path("/other")],)]


def test_a_start_that_fails_leaves_the_interpreter_as_it_was(opened):
    hooks = (sys.excepthook, sys.unraisablehook)
    with closing(home()), pytest.raises(StorageError, match="open in another window"):
        application.run()
    assert (sys.excepthook, sys.unraisablehook) == hooks
    assert not list(find_paths().logs.glob("crash*"))


@pytest.mark.parametrize("screen", [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}])
def test_a_linux_machine_without_a_screen_is_told_so(screen):
    application.check_screen("linux", screen)
    application.check_screen("darwin", {})
    with pytest.raises(NotAllowedError, match="no screen"):
        application.check_screen("linux", {"DISPLAY": ""})

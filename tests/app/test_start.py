"""The way in: what is opened, how failures are told, and what is imported afterwards."""

from __future__ import annotations

import gc
import sys
import threading
from pathlib import Path

import pytest

from reader.app import main as application
from reader.app import start, warm_up
from reader.core.errors import NotAllowedError
from reader.core.text import say


@pytest.fixture
def collecting():
    """Garbage is looked for again afterwards, whatever a test turned off."""
    yield
    gc.enable()


def begin(monkeypatch: pytest.MonkeyPatch, *words: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["reader", *words])
    with pytest.raises(SystemExit) as ended:
        start.main()
    return ended.value.code


@pytest.mark.usefixtures("collecting")
@pytest.mark.parametrize(
    ("words", "paths"),
    [((), []), (("/a b", "/c"), ["/a b", "/c"]), (("open", "/info"), ["/info"])],
)
def test_paths_are_opened_without_the_command_line(monkeypatch, words, paths):
    opened: list[list[Path]] = []
    monkeypatch.setattr(application, "run", lambda given: opened.append(given) or 0)
    assert begin(monkeypatch, *words) == 0
    assert opened == [[Path(path).absolute() for path in paths]]
    assert gc.isenabled()


@pytest.mark.usefixtures("collecting")
def test_what_goes_wrong_is_said_in_words(monkeypatch, capfd):
    def refuse(_paths):
        raise NotAllowedError(say("There is no screen."), say("Start it on a desktop."))

    monkeypatch.setattr(application, "run", refuse)
    assert begin(monkeypatch) == 1
    assert capfd.readouterr().err.split() == [
        "There",
        "is",
        "no",
        "screen.",
        "Start",
        "it",
        "on",
        "a",
        "desktop.",
    ]


def test_another_command_goes_to_the_command_line(monkeypatch, capsys):
    assert begin(monkeypatch, "--version") == 0
    assert capsys.readouterr().out.strip()


@pytest.fixture
def _unsettled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tests themselves have loaded stays where garbage is looked for."""
    monkeypatch.setattr(warm_up, "settle", lambda: None)


@pytest.mark.usefixtures("_unsettled")
def test_modules_are_imported_while_somebody_looks_at_the_window(monkeypatch):
    imported, all_done = [], threading.Event()

    def note(name: str) -> None:
        imported.append((name, threading.current_thread().name))
        if name == "b":
            all_done.set()

    monkeypatch.setattr(warm_up.importlib, "import_module", note)
    warming = warm_up.WarmUp(("a", "b"))
    warming.start()
    assert all_done.wait(10)
    warming.stop()
    assert imported == [("a", "warm-up"), ("b", "warm-up")]


@pytest.mark.usefixtures("_unsettled")
def test_a_module_that_is_missing_does_not_keep_the_others(monkeypatch, caplog):
    imported = []

    def first_fails(name: str) -> None:
        if name == "a":
            raise ImportError(name)
        imported.append(name)

    monkeypatch.setattr(warm_up.importlib, "import_module", first_fails)
    warming = warm_up.WarmUp(("a", "b"))
    warming._import()
    assert imported == ["b"]
    assert "a was not imported: ImportError" in caplog.text


@pytest.mark.usefixtures("_unsettled")
def test_closing_leaves_what_was_not_begun(monkeypatch):
    imported, holds = [], threading.Event()

    def wait(name: str) -> None:
        imported.append(name)
        holds.wait(10)

    monkeypatch.setattr(warm_up.importlib, "import_module", wait)
    warming = warm_up.WarmUp(("a", "b"))
    warming.start()
    warming._is_over.set()
    holds.set()
    warming.stop()
    assert imported == ["a"]

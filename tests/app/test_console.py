"""How commands speak: words and an exit code instead of a traceback, JSON that is JSON."""

from __future__ import annotations

import io
import json

import pytest
import typer
from rich.console import Console

from reader.app import console
from reader.app.console import plain_errors, print_json, progress_bar
from reader.core.cancel import Progress
from reader.core.errors import Cancelled, ReaderError
from reader.core.text import say


def code_of(error: BaseException) -> int:
    with pytest.raises(typer.Exit) as ended, plain_errors():
        raise error
    return ended.value.exit_code


@pytest.mark.parametrize("error", [Cancelled(), KeyboardInterrupt()])
def test_stopping_has_its_own_exit_code(error, capsys):
    assert code_of(error) == 3
    assert "Stopped." in capsys.readouterr().err


def test_an_error_is_two_sentences_whatever_is_in_them(capsys):
    error = ReaderError(say("{name} is broken.", name="[bold]a[/b].dcm [x]"), say("Mend [it]."))
    assert code_of(error) == 1
    said = capsys.readouterr()
    assert said.err.split() == ["[bold]a[/b].dcm", "[x]", "is", "broken.", "Mend", "[it]."]
    assert said.out == ""


def test_what_was_not_foreseen_is_not_hidden():
    with pytest.raises(ZeroDivisionError), plain_errors():
        raise ZeroDivisionError


def test_json_is_json_in_any_language(capsys):
    print_json({"a": "胸部 CT", "b": [1, None]})
    said = capsys.readouterr().out
    assert "胸部" in said
    assert json.loads(said) == {"a": "胸部 CT", "b": [1, None]}


def test_json_goes_to_a_terminal_without_unicode(monkeypatch):
    stdout = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr("sys.stdout", stdout)
    print_json({"a": "胸部 CT"})
    stdout.flush()
    assert json.loads(stdout.buffer.getvalue()) == {"a": "胸部 CT"}


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_takes_any_description(monkeypatch, is_terminal):
    stderr = io.StringIO()
    stderr.isatty = lambda: is_terminal
    monkeypatch.setattr("sys.stderr", stderr)
    monkeypatch.setattr(console, "errors", Console(file=stderr, force_terminal=is_terminal))
    with progress_bar() as report:
        report(Progress(0, 0, say("Reading {name}", name="[/no] such [markup]")))
        report(Progress(1, 2, say("Reading")))
    assert bool(stderr.getvalue()) is is_terminal

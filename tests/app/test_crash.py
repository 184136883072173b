"""What nobody caught reaches the log and the person, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.app.crash import CRASH_FILE, CrashHandler, message_for
from reader.app.log import LOG_FILE, start_logging, stop_logging
from reader.core.errors import ExportError
from reader.core.text import Text, say

Shown = list[tuple[Text, Text]]


@pytest.fixture
def shown() -> Shown:
    return []


@pytest.fixture
def handler(tmp_path: Path, shown: Shown) -> Iterator[CrashHandler]:
    log = start_logging(tmp_path)
    handler = CrashHandler(tmp_path, lambda happened, to_do: shown.append((happened, to_do)))
    handler.install()
    yield handler
    handler.uninstall()
    stop_logging(log)


def raise_uncaught(error: BaseException) -> None:
    """Do what the interpreter does with an exception nobody caught."""
    try:
        raise error
    except BaseException as caught:  # noqa: BLE001 - it stands in for the interpreter
        sys.excepthook(type(caught), caught, caught.__traceback__)


def test_an_unforeseen_error_is_logged_and_said_plainly(
    handler: CrashHandler, shown: Shown, tmp_path: Path
):
    raise_uncaught(ZeroDivisionError("in the depths"))
    text = (tmp_path / LOG_FILE).read_text("utf-8")
    assert "ZeroDivisionError: in the depths" in text
    assert "test_crash.py" in text
    [(happened, to_do)] = shown
    assert "ZeroDivision" not in f"{happened} {to_do}"
    assert "Your work is saved" in str(to_do)


def test_an_error_with_words_of_its_own_keeps_them(handler: CrashHandler, shown: Shown):
    raise_uncaught(ExportError(say("The disk is full."), say("Free some space.")))
    assert [(str(a), str(b)) for a, b in shown] == [("The disk is full.", "Free some space.")]


def test_an_error_on_another_thread_arrives_too(
    handler: CrashHandler, shown: Shown, tmp_path: Path
):
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    assert len(shown) == 1
    assert "ZeroDivisionError" in (tmp_path / LOG_FILE).read_text("utf-8")


def test_a_failure_while_telling_is_logged_and_ends_there(tmp_path: Path):
    log = start_logging(tmp_path)

    def fail(_happened: Text, _to_do: Text) -> None:
        raise RuntimeError("no window")

    CrashHandler(tmp_path, fail).handle(ValueError("first"))
    stop_logging(log)
    text = (tmp_path / LOG_FILE).read_text("utf-8")
    assert text.index("ValueError: first") < text.index("RuntimeError: no window")


def test_too_little_memory_is_called_that():
    assert "memory" in str(message_for(MemoryError())[0])


def test_ctrl_c_is_not_a_crash(handler: CrashHandler, shown: Shown, capsys):
    raise_uncaught(KeyboardInterrupt())
    assert shown == []
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_uninstalling_gives_the_hooks_back_and_leaves_no_file(tmp_path: Path):
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    handler = CrashHandler(tmp_path, lambda _happened, _to_do: None)
    handler.install()
    assert sys.excepthook != before[0]
    handler.uninstall()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
    assert not (tmp_path / CRASH_FILE).exists()


CRASHING_RUN = """
import faulthandler, sys
from pathlib import Path
from reader.app.crash import CrashHandler
CrashHandler(Path(sys.argv[1]), print).install()
def deep_inside(): faulthandler._sigabrt()
deep_inside()
"""


def test_a_run_that_died_is_reported_by_the_next(project_root: Path, tmp_path: Path):
    died = subprocess.run(
        [sys.executable, "-c", CRASHING_RUN, str(tmp_path)],
        cwd=project_root,
        capture_output=True,
        check=False,
    )
    assert died.returncode != 0
    log = start_logging(tmp_path)
    handler = CrashHandler(tmp_path, lambda _happened, _to_do: None)
    handler.install()
    handler.uninstall()
    stop_logging(log)
    text = (tmp_path / LOG_FILE).read_text("utf-8")
    assert "Last run" in text
    assert "deep_inside" in text

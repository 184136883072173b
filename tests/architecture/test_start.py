"""What a start brings along: the window opens without what it does not need yet."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reader.app.cli import command_names
from reader.app.start import COMMANDS, opens_window
from reader.app.warm_up import MODULES

LATER = (
    "torch", "monai", "scipy", "numba", "llvmlite", "SimpleITK", "pydicom", "highdicom",
    "pyqtgraph", "pydantic", "typer", "rich", "psutil", "cc3d", "matplotlib", "pandas", "OpenGL",
    "reader.formats.dicom_scan", "reader.formats.objects.object_reader",
    "reader.ui.pages.settings_dialog", "reader.ui.pages.command_sheet",
    "reader.ui.pages.keys_sheet", "reader.ui.hanging.hanging_sheet",
)  # fmt: skip
OPEN = """
import json, sys
from PySide6.QtWidgets import QApplication
from reader.app import start

watched = json.loads(sys.argv.pop(1))

def in_place_of_the_loop():
    window = next(w for w in QApplication.topLevelWidgets() if w.isVisible())
    window.grab()
    print(json.dumps([name for name in watched if name in sys.modules]))
    return 0

QApplication.exec = staticmethod(in_place_of_the_loop)
start.main()
"""


def loaded_when_open(project_root: Path, home: Path, watched: tuple[str, ...]) -> list[str]:
    """Which modules a fresh process has loaded when its window is painted."""
    done = subprocess.run(
        [sys.executable, "-c", OPEN, json.dumps(watched)],
        cwd=project_root,
        env={
            **os.environ,
            "PYTHONPATH": str(project_root),
            "READER_HOME": str(home),
            "QT_QPA_PLATFORM": "offscreen",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_first_window_is_painted_without_what_comes_later(project_root: Path, tmp_path: Path):
    assert loaded_when_open(project_root, tmp_path, LATER) == []


def test_the_test_of_the_first_window_can_fail(project_root: Path, tmp_path: Path):
    watched = ("numpy", "reader.ui.main_window")
    assert loaded_when_open(project_root, tmp_path, watched) == list(watched)


def test_the_session_is_imported_before_qt(project_root: Path, tmp_path: Path):
    """Qt's binding looks into the source of whatever is imported after it."""
    code = """
import sys
from reader.app import main
main.run_loop = lambda _qt: 0
main.run()
order = list(sys.modules)
print(order.index("reader.session.workspace") < order.index("PySide6.QtWidgets"))
"""
    environment = {"READER_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project_root,
        env={**os.environ, "PYTHONPATH": str(project_root), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "True"


def test_no_source_is_read_when_the_window_opens(project_root: Path, tmp_path: Path):
    """Qt's binding would read that of every module; the pages' own are imported after it."""
    code = """
import inspect
read = []
found = inspect.getsource
inspect.getsource = lambda module: read.append(module.__name__) or found(module)
from reader.app import main
main.run_loop = lambda _qt: 0
main.run()
print([name for name in read if name.startswith("reader.ui")])
"""
    environment = {"READER_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project_root,
        env={**os.environ, "PYTHONPATH": str(project_root), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_the_way_in_brings_nothing_along(project_root: Path):
    heavy = ("PySide6", "numpy", "typer", "rich", "pydantic", "reader.core")
    code = f"import sys, reader.app.start; print([n for n in {heavy!r} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project_root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_way_in_knows_every_command():
    assert command_names() == COMMANDS


@pytest.mark.parametrize(
    ("words", "is_window"),
    [
        ([], True),
        (["/a/folder", "another"], True),
        (["open"], True),
        (["open", "info"], True),
        (["info", "a"], False),
        (["./info"], True),
        (["--help"], False),
        (["a", "--help"], False),
        (["--version"], False),
    ],
)
def test_what_has_to_be_parsed_goes_to_the_command_line(words: list[str], is_window: bool):
    assert opens_window(words) is is_window


@pytest.mark.parametrize("name", MODULES)
def test_what_is_warmed_up_is_there(name: str):
    assert importlib.util.find_spec(name) is not None

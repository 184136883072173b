"""The house stands: each floor imports only what lies below it, and light things load lightly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# Imports every module of the packages named and prints which heavy packages came along.
LOAD = """
import importlib, json, pkgutil, sys
packages, heavy = json.loads(sys.argv[1])
for name in packages:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(getattr(package, "__path__", []), name + "."):
        importlib.import_module(module.name)
print(json.dumps([h for h in heavy if h in sys.modules]))
"""


def heavy_packages_loaded_by(
    project_root: Path, packages: list[str], heavy: list[str]
) -> list[str]:
    """Which of `heavy` a clean interpreter has loaded after importing all of `packages`."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD, json.dumps([packages, heavy])],
        cwd=project_root,
        env={**os.environ, "PYTHONPATH": str(project_root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_contracts_in_pyproject_are_kept(project_root: Path):
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [program, "--no-cache"], cwd=project_root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("packages", "heavy"),
    [
        (["reader.session"], ["PySide6", "pyqtgraph", "torch"]),
        (["reader.ui"], ["torch", "scipy", "highdicom"]),
        (["reader.core"], ["PySide6", "torch", "scipy", "pydicom", "SimpleITK", "cv2"]),
        (["reader.app.cli"], ["PySide6", "torch", "scipy", "pydicom", "SimpleITK", "cv2"]),
    ],
    ids=lambda value: value[0],
)
def test_a_clean_interpreter_stays_light(project_root: Path, packages: list, heavy: list):
    assert heavy_packages_loaded_by(project_root, packages, heavy) == []


def test_the_light_test_can_fail(project_root: Path):
    assert heavy_packages_loaded_by(project_root, ["reader.core"], ["numpy"]) == ["numpy"]

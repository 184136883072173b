"""The programs of other people that judge our DICOM files: dciodvfy and dsrdump."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def dciodvfy_errors(path: Path) -> list[str]:
    """The errors David Clunie's dciodvfy finds in a file; skips where it is not installed."""
    return [line for line in _run("dciodvfy", "dicom3tools", path) if line.startswith("Error")]


def dsrdump(path: Path) -> str:
    """A report as dcmtk prints it; fails if it will not."""
    return "\n".join(_run("dsrdump", "dcmtk", path, must_succeed=True))


def _run(program: str, package: str, path: Path, must_succeed: bool = False) -> list[str]:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed (Debian package {package})")
    done = subprocess.run([program, str(path)], capture_output=True, timeout=60, check=False)
    output = (done.stdout + done.stderr).decode("utf-8", "replace")
    if must_succeed and done.returncode != 0:
        pytest.fail(f"{program} refuses the file: {output}")
    return output.splitlines()

"""The virtual environment of a checkout: made, filled, and known to be complete or not.

`.venv/bootstrap.json` says what is in it. It is written "installing" before anything
changes and "ready" only at the end, so an interrupted run is seen and made again.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from console import ExitCode, Failure, Steps, say
from pip_runner import Pip, clean_environment

NEEDED_GB = 3.0
NEEDED_WITH_CUDA_GB = 9.0
GIGABYTE = 1e9
INSTALLING = "installing"
READY = "ready"


class Environment:
    """`.venv` in the checkout at `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.constraints = root / "packaging" / "constraints.txt"
        self._state_file = self.folder / "bootstrap.json"
        self._log = self.folder / "install.log"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.script("python")

    def script(self, name: str) -> Path:
        """A program installed in it."""
        if os.name == "nt":
            return self.folder / "Scripts" / f"{name}.exe"
        return self.folder / "bin" / name

    def is_ready(self, with_tools: bool) -> bool:
        """Whether all that is wanted now is installed. `with_tools`: the developer's too."""
        state = self._read_state()
        if state.get("state") != READY or not self.python.exists():
            return False
        has_tools = state.get("with_tools") is True
        return state.get("wanted") == self.wanted() and (has_tools or not with_tools)

    def wanted(self) -> str:
        """A fingerprint of what should be installed where, by which Python."""
        project = tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))
        installs = [project["build-system"], project["project"], project["tool"].get("hatch")]
        parts = [
            json.dumps(installs, sort_keys=True),
            self.constraints.read_text("utf-8"),
            sys.version,
            str(self.root),
        ]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def install(self, with_tools: bool, steps: Steps) -> None:
        """Fill the environment, four steps; make it anew where it cannot be trusted.

        Raises:
            Failure: no space, no venv module, or pip failed.
        """
        self._check_disk(steps)
        with steps.step(f"Making {self.folder.name} with Python {sys.version.split()[0]}"):
            self._make(steps)
        self._write_state(INSTALLING, with_tools)
        self._log.unlink(missing_ok=True)
        temporary = self.folder / "tmp"
        pip = Pip(self.python, self.constraints, self._log, temporary)
        pins = pinned_versions(self.constraints)
        with steps.step(f"pip {pins['pip']}"):
            pip.install([f"pip=={pins['pip']}"], steps, shows_progress=False)
        # First and by itself: what comes later finds it there and cannot bring another.
        with steps.step(f"PyTorch {pins['torch']}, the largest part"):
            pip.install([f"torch=={pins['torch']}"], steps)
        what = "Reading Room, its libraries and the developer's tools"
        with steps.step(what if with_tools else "Reading Room and its libraries"):
            extra = "[dev]" if with_tools else ""
            pip.install(["--editable", f"{self.root}{extra}"], steps)
        shutil.rmtree(temporary, ignore_errors=True)

    def mark_ready(self, with_tools: bool) -> None:
        """Nothing is missing: later runs start at once."""
        self._write_state(READY, with_tools)

    def _make(self, steps: Steps) -> None:
        reason = self._why_make_anew()
        if not reason:
            return
        check_venv_module()
        if self.folder.exists():
            steps.note(f"The one that is there {reason}: making it anew.")
        remove_folder(self.folder)
        command = [sys.executable, "-m", "venv", str(self.folder)]
        done = subprocess.run(
            command, capture_output=True, text=True, env=clean_environment(), check=False
        )
        if done.returncode:
            raise Failure(
                ExitCode.NO_VENV,
                f"Python could not make a virtual environment:\n{done.stdout}{done.stderr}",
            )

    def _why_make_anew(self) -> str:
        """Empty when the environment can be kept and added to."""
        if not self.folder.exists():
            return "is missing"
        state = self._read_state()
        if state.get("state") == INSTALLING:
            return "was left half-made"
        if state and state.get("root") != str(self.root):
            return "was made for another folder"
        return self._why_interpreter_unfit()

    def _why_interpreter_unfit(self) -> str:
        question = "import sys, pip; print(sys.version)"
        try:
            done = subprocess.run(
                [self.python, "-c", question],
                capture_output=True,
                text=True,
                env=clean_environment(),
                check=False,
            )
        except OSError:
            return "is broken"
        if done.returncode:
            return "is broken"
        return "" if done.stdout.strip() == sys.version else "belongs to another Python"

    def _check_disk(self, steps: Steps) -> None:
        free_gb = shutil.disk_usage(self.root).free / GIGABYTE
        if not self.folder.exists() and free_gb < NEEDED_GB:
            raise Failure(
                ExitCode.DISK_FULL,
                f"Setting up needs about {NEEDED_GB:.0f} GB; there are {free_gb:.1f} GB free in\n"
                f"    {self.root}\nFree some space and run this again.",
            )
        if sys.platform == "linux" and free_gb < NEEDED_WITH_CUDA_GB:
            steps.note(
                f"{free_gb:.1f} GB free. That is enough for PyTorch without CUDA; if pip finds the"
                f"\nCUDA build, about {NEEDED_WITH_CUDA_GB:.0f} GB are needed."
            )

    def _read_state(self) -> dict[str, object]:
        try:
            state = json.loads(self._state_file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def _write_state(self, state: str, with_tools: bool) -> None:
        content = {"state": state, "root": str(self.root)}
        written = content | {"wanted": self.wanted(), "with_tools": with_tools}
        unfinished = self._state_file.with_suffix(".new")
        unfinished.write_text(json.dumps(written, indent=2), "utf-8")
        unfinished.replace(self._state_file)


def remove_folder(folder: Path) -> None:
    """Delete a virtual environment, however broken, and what an interrupted deletion left.

    It is renamed first: half a folder under the old name could pass for a whole one.

    Raises:
        Failure: something in it is in use.
    """
    doomed = folder.with_name(f"{folder.name}-old")
    try:
        if doomed.exists():
            shutil.rmtree(doomed)
        if folder.exists():
            folder.rename(doomed)
            shutil.rmtree(doomed)
    except OSError as error:
        raise Failure(
            ExitCode.FAILED, f"{folder} could not be removed ({error}). Delete it by hand."
        ) from error


def check_venv_module() -> None:
    """Raise a `Failure` where the system's Python comes without `venv`, as Debian's does."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    message = "This Python comes without the module venv, which is needed."
    if shutil.which("apt-get"):
        message += f"\nInstall it with:\n    sudo apt-get install -y python{version}-venv"
    raise Failure(ExitCode.NO_VENV, message)


def pinned_versions(constraints: Path) -> dict[str, str]:
    """Package name → version, from a constraints file."""
    lines = (line.split("#")[0].split(";")[0].strip() for line in open_lines(constraints))
    return dict(line.split("==") for line in lines if "==" in line)


def open_lines(path: Path) -> list[str]:
    """A text file's lines."""
    return path.read_text("utf-8").splitlines()


@contextmanager
def one_at_a_time(root: Path) -> Iterator[None]:
    """Keep two bootstraps out of one checkout's environment. Let go even when killed.

    Raises:
        Failure: another one is at work.
    """
    name = hashlib.sha256(str(root).encode()).hexdigest()[:16]
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    path = Path(tempfile.gettempdir()) / f"reading-room-{user}-{name}.lock"
    with path.open("a+b") as file:
        try:
            lock(file)
        except OSError:
            message = "Another bootstrap is setting up this checkout. Wait for it to end."
            raise Failure(ExitCode.BUSY, message) from None
        yield


def lock(file: IO[bytes]) -> None:
    """Take the system's lock on an open file, or raise OSError at once."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def describe(root: Path) -> None:
    """One line before the first step."""
    say(f"Setting up Reading Room in {root}. This takes a few minutes, once.")

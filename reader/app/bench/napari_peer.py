"""napari beside ours, where it is installed: measured in a process of its own.

It may fail in ways that end its process; that is then a reason in the report.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

import numpy as np

from reader.app.bench.peer_case import PeerCase
from reader.app.bench.virtual_screen import VirtualScreen

PATIENCE_S: Final = 120.0
_MODULE: Final = "reader.app.bench.napari_window"


start_process = subprocess.Popen


class NapariPeer:
    """A process with napari's panes. `reason` says why there is none, or none any more."""

    def __init__(self, case: PeerCase) -> None:
        self._case = case
        self._open = ExitStack()
        self._process: subprocess.Popen[str] | None = None
        self._errors: IO[bytes] | None = None
        self.reason = "" if is_installed() else "napari is not installed"
        self.screen = ""

    def __enter__(self) -> Self:
        if self.reason:
            return self
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory("-napari")))
        _write(folder, self._case)
        screen = self._open.enter_context(VirtualScreen())
        self.screen = screen.name
        self._errors = self._open.enter_context(tempfile.TemporaryFile())
        self._process = start_process(
            [sys.executable, "-m", _MODULE, str(folder)],
            env=screen.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self._answer()
        return self

    def wheel(self, count: int) -> list[float]:
        """Seconds of so many turns; none if it does not run."""
        if self.reason or self._process is None or self._process.stdin is None:
            return []
        try:
            print(json.dumps(["wheel", count]), file=self._process.stdin, flush=True)
        except OSError:
            self._fail()
            return []
        answer = self._answer()
        return [float(seconds) for seconds in answer] if isinstance(answer, list) else []

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        self._open.close()

    def _answer(self) -> object:
        """The next answer; libraries may say other things on the same stream."""
        assert self._process is not None
        said = self._process.stdout
        assert said is not None
        end = threading.Timer(PATIENCE_S, self._process.kill)
        end.start()
        try:
            for line in said:
                try:
                    return json.loads(line)
                except ValueError:
                    continue
        finally:
            end.cancel()
        self._fail()
        return None

    def _fail(self) -> None:
        """Keep the last line it wrote: the name of the error and what it says."""
        assert self._errors is not None
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        self.reason = f"napari failed: {lines[-1].strip() if lines else 'no answer'}"


def is_installed() -> bool:
    """Whether napari can be imported here."""
    return find_spec("napari") is not None


def _write(folder: Path, case: PeerCase) -> None:
    np.save(folder / "voxels.npy", case.voxels)
    np.save(folder / "labels.npy", case.labels)
    if case.heat is not None:
        np.save(folder / "heat.npy", case.heat)
    (folder / "spacing.json").write_text(json.dumps(case.geometry.spacing_kji_mm), "ascii")

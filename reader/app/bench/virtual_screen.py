"""A screen that nobody sees, for programs that draw with OpenGL."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from types import TracebackType
from typing import Final, Self

_SIZE: Final = "2900x1000x24"
_END_S: Final = 5.0


class VirtualScreen:
    """Starts Xvfb where it is installed and no screen is; else what there is has to do.

    `environment` is for the processes that shall draw on it.
    """

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self.environment: dict[str, str] = dict(os.environ)
        self.name = os.environ.get("QT_QPA_PLATFORM", "") or sys.platform

    def __enter__(self) -> Self:
        on_screen = os.environ.get("QT_QPA_PLATFORM") != "offscreen"
        program = shutil.which("Xvfb")
        if on_screen or not sys.platform.startswith("linux") or program is None:
            return self
        reads, writes = os.pipe()
        self._server = subprocess.Popen(
            [program, "-displayfd", str(writes), "-screen", "0", _SIZE, "-nolisten", "tcp"],
            pass_fds=(writes,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writes)
        with os.fdopen(reads) as said:
            display = said.readline().strip()
        if display:
            self.environment |= {"DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb"}
            self.name = "Xvfb"
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.terminate()
            try:
                self._server.wait(_END_S)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()

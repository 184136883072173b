"""Runs pip, shows how far it is, and turns its failures into something to do."""

from __future__ import annotations

import os
import re
import subprocess
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from console import ExitCode, Failure, Steps

TAIL_LINES = 15
MEGABYTE = 1_000_000

DISK_WORDS = ("No space left on device", "not enough space on the disk", "Disk quota exceeded")
NETWORK_WORDS = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "Connection refused",
    "ProxyError",
    "SSLError",
    "SSLCertVerificationError",
)
NO_BUILD = re.compile(r"No matching distribution found for (\S+)")


def clean_environment(temporary: Path | None = None) -> dict[str, str]:
    """This process's environment without what would lead Python or pip out of the venv.

    `temporary`: where pip unpacks; beside the venv, because a system's temporary folder is
    often a small one in memory.
    """
    unwanted = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX"}
    environment = {k: v for k, v in os.environ.items() if k not in unwanted}
    environment |= {"PIP_USER": "0", "PYTHONUTF8": "1"}
    if temporary is not None:
        environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    return environment


class Pip:
    """The pip of one virtual environment; everything it prints goes to `log` as well."""

    def __init__(self, python: Path, constraints: Path, log: Path, temporary: Path) -> None:
        self._python = python
        self._constraints = constraints
        self._log = log
        self._temporary = temporary

    def install(self, what: Sequence[str], steps: Steps, *, shows_progress: bool = True) -> None:
        """Install `what` under the constraints.

        `shows_progress`: False for a pip too old to print it line by line.

        Raises:
            Failure: with the end of what pip said, and where the rest is.
        """
        command = [str(self._python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        command += ["install", "--constraint", str(self._constraints)]
        if shows_progress:
            command += ["--build-constraint", str(self._constraints), "--progress-bar", "raw"]
        else:
            command += ["--progress-bar", "off"]
        self._temporary.mkdir(exist_ok=True)
        tail: deque[str] = deque(maxlen=400)
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"$ {subprocess.list2cmdline([*command, *what])}\n")
            process = subprocess.Popen(
                [*command, *what],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                env=clean_environment(self._temporary),
            )
            watch = Watch(steps)
            with process:
                assert process.stdout is not None
                try:
                    for line in process.stdout:
                        if watch.is_message(line):
                            log.write(line)
                            tail.append(line.rstrip())
                except KeyboardInterrupt:
                    process.terminate()
                    raise
        if process.returncode:
            raise failure(list(tail), self._log)


class Watch:
    """Reads pip's lines and shows the one thing a person wants to know: is it getting on."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._file = ""

    def is_message(self, line: str) -> bool:
        """Show progress; False for a line that is nothing but progress."""
        words = line.split()
        if len(words) == 4 and words[0] == "Progress" and words[2] == "of":
            self._show(int(words[1]), int(words[3]))
            return False
        if line.lstrip().startswith("Downloading ") and len(words) > 1:
            self._file = words[1].rsplit("/", 1)[-1].split("-cp3")[0].split("-py")[0]
            self._steps.progress(f"downloading {self._file}")
        elif line.startswith("Collecting ") and len(words) > 1:
            self._steps.progress(f"looking for {words[1]}")
        elif line.startswith("Installing collected packages"):
            self._steps.progress(f"unpacking {line.count(',') + 1} packages")
        return True

    def _show(self, done: int, total: int) -> None:
        share = f"{100 * done // total} % of {total / MEGABYTE:.0f} MB" if total else ""
        self._steps.progress(f"downloading {self._file} {share}".rstrip())


def failure(output: Sequence[str], log: Path) -> Failure:
    """What pip's last lines mean, said plainly, with the lines themselves."""
    text = "\n".join(output)
    said = "\n".join(f"    {line}" for line in output[-TAIL_LINES:] if line.strip())
    more = f"The end of what pip said:\n{said}\nAll of it: {log}"
    if any(word in text for word in DISK_WORDS):
        return Failure(
            ExitCode.DISK_FULL,
            f"The disk is full. Free some space and run this again.\n{more}",
        )
    if any(word in text for word in NETWORK_WORDS):
        return Failure(
            ExitCode.NO_NETWORK,
            "The packages could not be downloaded: no connection, or a proxy or certificate\n"
            f"is in the way. Check the network and run this again.\n{more}",
        )
    missing = NO_BUILD.search(text)
    if missing:
        return Failure(
            ExitCode.PIP_FAILED,
            f"There is no build of {missing[1]} for this system and Python.\n{more}",
        )
    return Failure(ExitCode.PIP_FAILED, f"pip could not install everything.\n{more}")

"""Whether this Python will do, and which other one on this machine would.

Nothing here that Python 3.6 could not read.
"""

# ruff: noqa: UP006, UP035 - the modern spellings are newer than what must be able to read this

import shutil
import subprocess
from typing import List, Tuple

OLDEST = (3, 11)
NEWEST = (3, 13)


def why_unsuitable(running: Tuple[int, int], argv: List[str]) -> str:
    """What to say when `running` is outside the supported range; empty when it will do."""
    if OLDEST <= running <= NEWEST:
        return ""
    problem = "too old" if running < OLDEST else "too new: some libraries have no build for it yet"
    lines = [
        f"Reading Room needs Python {dotted(OLDEST)} to {dotted(NEWEST)}.",
        f"This is Python {dotted(running)}, which is {problem}.",
    ]
    other = suitable_python()
    if other:
        lines.append("You have one that will do. Run:")
        lines.append("    " + " ".join(quoted(word) for word in [other, *argv]))
    else:
        lines.append(f"Install Python {dotted(NEWEST)} and run this again with it.")
    return "\n".join(lines)


def suitable_python() -> str:
    """The name of an installed Python in the supported range, newest first; empty if none."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        name = f"python3.{minor}"
        if shutil.which(name) and runs(name):
            return name
    return ""


def runs(name: str) -> bool:
    """Whether the command starts; version managers leave names that do not."""
    quiet = subprocess.DEVNULL
    try:
        return subprocess.call([name, "-c", ""], stdout=quiet, stderr=quiet) == 0
    except OSError:
        return False


def dotted(version: Tuple[int, int]) -> str:
    """A version as it is written."""
    return f"{version[0]}.{version[1]}"


def quoted(word: str) -> str:
    """A word as it would be typed."""
    return f'"{word}"' if " " in word else word

"""SHA-256 of a pack's files, with progress, and of all of them together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from reader.core.cancel import CancelToken, Progress, ReportProgress, ignore_progress
from reader.core.text import say

_STEP_BYTES: Final = 4 << 20


def file_sha256(path: Path, cancel: CancelToken | None = None) -> str:
    """The hash of one file. Raises: OSError, Cancelled: within a few megabytes."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_STEP_BYTES):
            if cancel is not None:
                cancel.check()
            found.update(piece)
    return found.hexdigest()


def files_sha256(
    folder: Path,
    names: list[str],
    report: ReportProgress = ignore_progress,
    cancel: CancelToken | None = None,
) -> dict[str, str]:
    """The hash of each of some files below a folder, by its path there with slashes.

    Raises: OSError, Cancelled.
    """
    found = {}
    for done, name in enumerate(names):
        report(Progress(done, len(names), say("Reading its files")))
        found[name] = file_sha256(folder / name, cancel)
    return found


def joint_sha256(hashes: Mapping[str, str]) -> str:
    """One hash for several files, by path: of the text that `sha256sum` prints for them.

    Of a single file it is that file's own. Names count, so that no file can take
    another's place.
    """
    if len(hashes) == 1:
        return next(iter(hashes.values()))
    lines = "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes))
    return hashlib.sha256(lines.encode()).hexdigest()

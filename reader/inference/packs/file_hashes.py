"""SHA-256 of a pack's files, copied on the way if need be, and of all of them together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from reader.core.cancel import CancelToken, Progress, ReportProgress, ignore_progress
from reader.core.text import Text, say

_STEP_BYTES: Final = 4 << 20


class ByteCount:
    """Tells how far long work on files is, and ends it when it was cancelled."""

    def __init__(
        self,
        total: int,
        stage: Text,
        report: ReportProgress = ignore_progress,
        cancel: CancelToken | None = None,
    ) -> None:
        self._done = 0
        self._total = total
        self._stage = stage
        self._report = report
        self._cancel = cancel

    def add(self, count: int) -> None:
        """So many bytes more are done. Raises: Cancelled."""
        if self._cancel is not None:
            self._cancel.check()
        self._done += count
        self._report(Progress(self._done, self._total, self._stage))


def file_sha256(path: Path, count: ByteCount | None = None, copy_to: Path | None = None) -> str:
    """The hash of a file, which is copied to a new one on the way.

    Raises: OSError. Cancelled: within a few megabytes.
    """
    found = hashlib.sha256()
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        out = stack.enter_context(copy_to.open("xb")) if copy_to is not None else None
        while piece := file.read(_STEP_BYTES):
            found.update(piece)
            if out is not None:
                out.write(piece)
            if count is not None:
                count.add(len(piece))
    return found.hexdigest()


def files_sha256(
    files: Mapping[str, Path],
    report: ReportProgress = ignore_progress,
    cancel: CancelToken | None = None,
    copy_to: Path | None = None,
    stage: Text | None = None,
) -> dict[str, str]:
    """The hash of each file, by its path in the pack; copied there if there is a folder for it.

    Raises: OSError, Cancelled.
    """
    total = sum(path.stat().st_size for path in files.values())
    count = ByteCount(total, stage or say("Reading its files"), report, cancel)
    found = {}
    for name, path in files.items():
        target = copy_to / name if copy_to is not None else None
        if target is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
        found[name] = file_sha256(path, count, target)
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

"""Folders that are watched: what comes into them is put into the library, never opened.

Looking is a walk over directories in a job of its own. A directory that has not changed
since it was taken in costs one look at its date; another is taken in when two looks, some
seconds apart, saw the same in it, so that half a study is never read while it is copied.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from reader.core.cancel import CancelToken, ReportProgress, ignore_progress
from reader.core.errors import StorageError
from reader.core.text import say
from reader.session.events import SessionEvents
from reader.session.jobs import JobKind, JobQueue
from reader.session.opening.library import Library

INTERVAL_S: Final = 10.0
"""From one look to the next."""
REST_S: Final = 3.0
"""From one look to the next while something has changed; so long must all of it rest."""


@dataclass(frozen=True, slots=True)
class FolderLook:
    """What one look saw: when each directory changed, and what is in those that are not known.

    `contents` gives (files, bytes, newest change in ns) of every directory that changed.
    """

    changed_at: dict[str, int] = field(default_factory=dict)
    contents: dict[str, tuple[int, int, int]] = field(default_factory=dict)


class Watching:
    """Keeps the list of watched folders and looks into them. Main thread."""

    def __init__(
        self,
        library: Library,
        events: SessionEvents,
        jobs: JobQueue,
        unpacked: Path,
        clock: Callable[[], datetime],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._index = library.index
        self._take_in = library.take_in
        self._clock = clock
        self._events = events
        self._jobs = jobs
        self._unpacked = unpacked
        self._now_s = now_s
        self._looked_at_s = now_s()
        self._last_looks: dict[str, FolderLook] = {}
        self._seen: dict[str, dict[str, int] | None] = {}
        self._job_id: int | None = None
        with suppress(StorageError):
            self._seen = self._index.watched()

    @property
    def folders(self) -> tuple[Path, ...]:
        """The watched folders, in the order they were added."""
        return tuple(Path(folder) for folder in self._seen)

    def add(self, folder: Path) -> None:
        """Watch a folder from now on. Raises: StorageError."""
        name = str(folder.absolute())
        if name in self._seen:
            return
        self._index.watch(name, self._clock())
        self._seen[name] = None
        self._events.watch_changed.emit()
        self.look()

    def remove(self, folder: Path) -> None:
        """Watch it no longer; what it brought stays in the library. Raises: StorageError."""
        self._index.unwatch(str(folder))
        self._seen.pop(str(folder), None)
        self._last_looks.pop(str(folder), None)
        self._events.watch_changed.emit()

    def tick(self) -> None:
        """Called often: looks when it is time to."""
        restless = any(look.contents for look in self._last_looks.values())
        if self._now_s() - self._looked_at_s >= (REST_S if restless else INTERVAL_S):
            self.look()

    def look(self) -> None:
        """Look into every watched folder, unless a look is under way."""
        if self._job_id in self._jobs.jobs or not self._seen:
            return
        self._looked_at_s = self._now_s()
        seen, last = dict(self._seen), dict(self._last_looks)

        def work(_report: ReportProgress, cancel: CancelToken) -> list[_Outcome]:
            return [self._one(folder, seen[folder], last.get(folder), cancel) for folder in seen]

        job = self._jobs.submit(
            JobKind.LIBRARY, say("Looking into watched folders"), work, self._looked
        )
        self._job_id = job.id

    def _one(
        self, folder: str, seen: dict[str, int] | None, last: FolderLook | None, cancel: CancelToken
    ) -> _Outcome:
        """On the worker: look, and take in what has come to rest since the last look."""
        look = look_into(folder, seen or {}, cancel)
        if look is None:  # not there now: a disk that was unplugged
            return _Outcome(folder, FolderLook(), None)
        at_rest = last is not None and look.contents == last.contents
        if not look.contents or not at_rest:
            return _Outcome(folder, look, None)
        directories = [Path(directory) for directory in look.contents]
        files = [path for directory in directories for path in _files_in(directory)]
        from reader.formats.dicom_scan import scan_paths

        found = scan_paths(files, ignore_progress, cancel, unpacked=self._unpacked)
        archives = [path for path in files if path.suffix.lower() == ".zip"]
        self._take_in(found.studies, (Path(folder), *archives), as_new=seen is not None)
        return _Outcome(folder, FolderLook(look.changed_at), look.changed_at)

    def _looked(self, outcomes: list[_Outcome]) -> None:
        changed = False
        for outcome in outcomes:
            if outcome.folder not in self._seen:
                continue
            self._last_looks[outcome.folder] = outcome.look
            if outcome.seen is not None:
                self._seen[outcome.folder] = outcome.seen
                with suppress(StorageError):
                    self._index.note_seen(outcome.folder, outcome.seen)
                changed = True
        if changed:
            self._events.library_changed.emit()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Of one folder: the look, and what is in the index now (None = as before)."""

    folder: str
    look: FolderLook
    seen: dict[str, int] | None


def look_into(folder: str, seen: Mapping[str, int], cancel: CancelToken) -> FolderLook | None:
    """Walk a folder; None if it is not there. Links are not followed, hidden names skipped.

    `seen` gives when each directory had changed when it was taken in last.

    Raises: Cancelled.
    """
    if not Path(folder).is_dir():
        return None
    look = FolderLook()
    waiting = [folder]
    while waiting:
        cancel.check()
        here = waiting.pop()
        try:
            changed_at = os.stat(here).st_mtime_ns  # noqa: PTH116 - for every directory
            with os.scandir(here) as entries:
                shown = [entry for entry in entries if not entry.name.startswith(".")]
            waiting += [e.path for e in shown if e.is_dir(follow_symlinks=False)]
            if seen.get(here) != changed_at:
                facts = [e.stat() for e in shown if e.is_file()]
                newest = max((f.st_mtime_ns for f in facts), default=0)
                look.contents[here] = (len(facts), sum(f.st_size for f in facts), newest)
        except OSError:  # it went away, or may not be read: nothing of it is taken in
            continue
        look.changed_at[here] = changed_at
    return look


def _files_in(directory: Path) -> list[Path]:
    """The files that lie in a directory itself."""
    with suppress(OSError):
        return sorted(p for p in directory.iterdir() if p.is_file() and p.name[0] != ".")
    return []

"""Which files a scan looks at: those named, and those in folders, each once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reader.core.cancel import CancelToken

_IGNORED_NAMES: Final = frozenset(
    {"dicomdir", "version", "thumbs.db", "desktop.ini", "lockfile", "__macosx"}
)
"""Index, media and desktop files that lie beside images; hidden files are ignored too."""
_DEEPEST: Final = 100
"""Folders in folders. Whoever made more of them wants to do harm."""


class FileWalk:
    """Walks paths and remembers what it has come upon, so that nothing is found twice."""

    def __init__(self, cancel: CancelToken) -> None:
        self._cancel = cancel
        self._seen: set[str] = set()

    def files(self, path: Path) -> Iterator[Path]:
        """Every file to look at, sorted within its folder; `path` itself if it is no folder."""
        if path.is_dir():
            yield from self._walk(path)
        elif (real := os.path.realpath(path)) not in self._seen:
            # A file asked for by name is looked at, or explained, whatever it is called.
            self._seen.add(real)
            yield path

    def _walk(self, folder: Path, depth: int = 0) -> Iterator[Path]:
        """The files under a folder; links are followed, nothing real is come upon twice."""
        self._cancel.check()
        here = os.path.realpath(folder)
        if here in self._seen:
            return
        self._seen.add(here)
        entries = _entries(folder) if depth <= _DEEPEST else None
        if entries is None:
            # Reading it as a file fails as well, and so is listed with the reason.
            yield folder
            return
        folders = []
        beginning = os.path.join(here, "")  # noqa: PTH118 - with a separator at its end
        for entry in entries:
            if _ignored(entry.name):
                continue
            try:
                is_folder = entry.is_dir()
            except OSError:  # a link that leads in a circle
                yield folder / entry.name
                continue
            if is_folder:
                folders.append(folder / entry.name)
                continue
            real = beginning + entry.name  # for every file: speed counts
            if entry.is_symlink():
                real = os.path.realpath(real)
            if entry.is_file() and real not in self._seen:
                self._seen.add(real)
                yield folder / entry.name
        for inner in folders:
            yield from self._walk(inner, depth + 1)


def _entries(folder: Path) -> list[os.DirEntry[str]] | None:
    """What a folder holds, by name; None where the system does not say."""
    try:
        return sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return None


def _ignored(name: str) -> bool:
    return name.startswith(".") or name.lower() in _IGNORED_NAMES

"""What commands leave where `--out` says: whole files or none, and plain words when not."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Have a folder that can be written to, before long work is begun for it.

    Raises: ExportError.
    """
    with _plain_errors():
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def write_whole(path: Path, content: bytes) -> None:
    """Write under a temporary name, then rename. Raises: ExportError."""
    temporary = path.with_name(f".{path.name}.part")
    with _plain_errors():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_bytes(content)
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


def remove_older(folder: Path, names: Iterable[str]) -> None:
    """Delete files of an earlier run that could be taken for this one's. Raises: ExportError."""
    with _plain_errors():
        for name in names:
            with suppress(FileNotFoundError):
                (folder / name).unlink()


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        from reader.session.handing_over.export import unwritable

        raise unwritable(error) from error

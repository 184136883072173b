"""Reads a part of a header with pydicom, which would follow a broken one for ever."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from reader.core.errors import UnreadableError
from reader.core.text import say
from reader.formats.headers.quiet_pydicom import quiet_pydicom
from reader.formats.plain_file import open_plain

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset

_MOST_READS: Final = 3_000_000
_MOST_BYTES: Final = 512 * 1024 * 1024


class _BoundedFile:
    """A file that ends early when far too much of it was asked for."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._reads = 0
        self._bytes = 0
        self.seek = file.seek
        self.tell = file.tell
        self.name = ""

    def read(self, count: int = -1) -> bytes:
        """As a file's.

        Raises: EOFError: when the bounds are reached.
        """
        found = self._file.read(min(count, _MOST_BYTES) if count >= 0 else _MOST_BYTES)
        self._reads += 1
        self._bytes += len(found)
        if self._reads > _MOST_READS or self._bytes > _MOST_BYTES:
            raise EOFError
        return found


def read_part(
    path: Path,
    stop_when: Callable[[int, str | None, int], bool],
    wanted: Collection[int | str] | None = None,
) -> tuple[FileDataset, int]:
    """The data set up to the first top-level element that `stop_when` accepts, and where it is.

    `stop_when` gets tag, VR and length. Of `wanted` elements only those are kept.

    Raises: UnreadableError: the header is damaged. OSError.
    """
    from pydicom.filereader import read_partial
    from pydicom.tag import Tag

    try:
        with open_plain(path) as file, quiet_pydicom():
            dataset = read_partial(
                _BoundedFile(file),  # type: ignore[arg-type]
                stop_when=stop_when,
                force=True,
                specific_tags=None if wanted is None else [Tag(one) for one in wanted],
            )
            return dataset, file.tell()
    except Exception as error:
        # A fuzzed header makes pydicom raise almost anything; the system's errors have a number.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise damaged() from error


def damaged() -> UnreadableError:
    """The error for a header nobody can read."""
    return UnreadableError(
        say("The DICOM file is damaged and cannot be read."), say("Copy or export it again.")
    )

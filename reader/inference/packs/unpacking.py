"""Models in ZIP files: unpacked into a folder of our own, and what they may not do.

An archive is somebody else's text about where files go and how large they are. A name that
would leave the folder refuses all of it, and bytes are counted as they come.
"""

from __future__ import annotations

import shutil
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Final

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import ModelUnavailableError
from reader.core.text import Text, say

_MOST_ENTRIES: Final = 20_000
_ALWAYS_ALLOWED_BYTES: Final = 256 << 20
_MOST_TIMES_LARGER: Final = 50
"""Weights hardly shrink; beyond the first quarter gigabyte this is a bomb."""
_SPARE_DISK_BYTES: Final = 1 << 30
_STEP_BYTES: Final = 4 << 20
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_IGNORED: Final = frozenset({"__MACOSX", ".DS_Store"})
_ENCRYPTED: Final = 0x1


def is_zip(path: Path) -> bool:
    """Whether a file is a ZIP by its name; weights of PyTorch are ZIPs, too, and are not meant."""
    return path.suffix.lower() == ".zip" and path.is_file()


def unpack(path: Path, into: Path, report: ReportProgress, cancel: CancelToken) -> None:
    """Unpack a ZIP into an empty folder.

    Raises: ModelUnavailableError: damaged, encrypted, far larger than it looks, or made to
        write elsewhere. Cancelled. What was written stays; the caller removes the folder.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _checked(archive, path.stat().st_size, into)
            total = sum(entry.file_size for entry in entries)
            done = 0
            for entry in entries:
                done = _extract(archive, entry, into, done, total, report, cancel)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
        struct.error,
    ) as error:  # fmt: skip
        raise _refused(say("The archive is damaged.")) from error
    except OSError as error:
        raise ModelUnavailableError(
            say("The archive could not be unpacked ({why}).", why=error.strerror or "disk"),
            say("Check the disk, or unpack it yourself and add the folder."),
        ) from error


def _checked(archive: zipfile.ZipFile, packed: int, into: Path) -> list[zipfile.ZipInfo]:
    """The files in it, all of them harmless. Raises: ModelUnavailableError."""
    entries = [one for one in archive.infolist() if not _IGNORED & set(_parts(one.filename))]
    if len(entries) > _MOST_ENTRIES:
        raise _refused(say("The archive holds too many files."))
    names = set()
    for entry in entries:
        _check_entry(entry)
        name = entry.filename.rstrip("/").casefold()
        if name in names:
            raise _refused(say("The archive holds two files of one name."))
        names.add(name)
    total = sum(entry.file_size for entry in entries)
    if total > max(_ALWAYS_ALLOWED_BYTES, _MOST_TIMES_LARGER * packed):
        raise _refused(say("The archive unpacks to far more than its size."))
    if total + _SPARE_DISK_BYTES > shutil.disk_usage(into).free:
        raise ModelUnavailableError(
            say("There is not enough room on the disk to unpack the archive."),
            say("Free some space, then add it again."),
        )
    return [entry for entry in entries if not entry.is_dir()]


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = _parts(name)
    outside = name.startswith("/") or ".." in parts or ":" in name or "\\" in name or not parts
    odd = any(ord(c) < 32 for c in name) or stat.S_ISLNK(entry.external_attr >> 16)
    if outside or odd:
        raise _refused(say("The archive would write outside its own folder."))
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        raise _refused(say("The archive is encrypted, or packed in a way that is not supported."))


def _parts(name: str) -> tuple[str, ...]:
    return PurePosixPath(name).parts


def _extract(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    into: Path,
    done: int,
    total: int,
    report: ReportProgress,
    cancel: CancelToken,
) -> int:
    """Write one file, never more than it said. Returns: the bytes of all files so far."""
    target = into.joinpath(*_parts(entry.filename))
    target.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    with archive.open(entry) as source, target.open("xb") as out:
        while piece := source.read(min(_STEP_BYTES, left + 1)):
            cancel.check()
            left -= len(piece)
            if left < 0:
                raise _refused(say("The archive unpacks to far more than its size."))
            out.write(piece)
            done += len(piece)
            report(Progress(done, total, say("Unpacking")))
    return done


def _refused(what: Text) -> ModelUnavailableError:
    return ModelUnavailableError(
        what, say("Get the model from where it came from again, or unpack it yourself.")
    )

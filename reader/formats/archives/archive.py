"""ZIP archives, unpacked where the application keeps such things, and what they may not do.

An archive is somebody else's text about where files go and how large they are. Nothing of
it is believed: names are made harmless or the archive is refused, and bytes are counted as
they come. Of other archives the kind is named, so that a person can unpack them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import psutil

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import UnreadableError
from reader.core.text import Text, say
from reader.formats.archives.archive_names import HarmlessNames, is_link, readable_name
from reader.formats.grids.byte_stream import GZIP_MAGIC, ByteStream, PackedDataError, Packing
from reader.formats.headers.dicom_parse import looks_like_dicom
from reader.formats.plain_file import open_plain

_ZIP_STARTS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PACKAGE_STARTS: Final = (
    b"[Content_Types].xml", b"_rels/", b"docProps/", b"mimetype", b"META-INF/",
)  # fmt: skip
_PACKAGE_ENDS: Final = (b".npy", b"/data.pkl", b".class", b"/__init__.py")
"""Names of the first entries of office documents, books, programs, arrays and networks."""
_OTHER_KINDS: Final[tuple[tuple[int, bytes, Text], ...]] = (
    (257, b"ustar", say("TAR archives are not supported.")),
    (0, b"7z\xbc\xaf\x27\x1c", say("7-Zip archives are not supported.")),
    (0, b"Rar!\x1a\x07", say("RAR archives are not supported.")),
    (0, b"BZh", say("Archives compressed with bzip2 are not supported.")),
    (0, b"\xfd7zXZ\0", say("Archives compressed with xz are not supported.")),
)
_MOST_ENTRIES: Final = 500_000
_ALWAYS_ALLOWED_BYTES: Final = 1 << 30
_MOST_TIMES_LARGER: Final = 100
"""Images shrink to a half or a tenth; beyond the first gigabyte this is a bomb."""
_SPARE_DISK_BYTES: Final = 2 << 30
_LOCAL_HEADER_BYTES: Final = 30
_STEP_BYTES: Final = 1 << 20
_IGNORED: Final = frozenset({"__MACOSX", ".DS_Store"})
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Of the others, zipfile unpacks a piece to whatever size it has, at once."""
_LARGEST_DIRECTORY: Final = 64 << 20
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x06"
UNFINISHED: Final = ".part"
"""Ends the name of what belongs to one process: `name.number.part` stays while it runs."""
_IN_USE: Final = ".used"


@dataclass(slots=True)
class _Budget:
    """What may still be written, of bytes and of files."""

    bytes_left: int
    files_left: int
    by_disk: bool = False
    """The disk sets the limit, not the archive's size."""

    def spend(self, count: int) -> None:
        """Count bytes as they are unpacked. Raises: UnreadableError."""
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise self.exceeded()

    def exceeded(self) -> UnreadableError:
        """What is said when there are too many bytes."""
        if self.by_disk:
            return _no_room()
        return _refused(say("The archive unpacks to far more than its size. It is not opened."))

    def add_file(self) -> None:
        """Count one file. Raises: UnreadableError."""
        self.files_left -= 1
        if self.files_left < 0:
            raise _refused(say("The archive holds too many files. It is not opened."))


def is_archive(head: bytes) -> bool:
    """Whether `unpack_archive` opens, or refuses by name, a file that starts with `head`.

    A gzip file counts when what it holds begins like DICOM, or is a TAR archive. Of ZIP
    files those do not that are documents, programs or arrays by their first entry.
    """
    if head.startswith(_ZIP_STARTS):
        return not _is_package(head)
    if _other_kind(head) is not None:
        return True
    if not head.startswith(GZIP_MAGIC):
        return False
    inside = _unpacked_head(head)
    return looks_like_dicom(inside) or _other_kind(inside) is not None


def unpack_archive(path: Path, into: Path, report: ReportProgress, cancel: CancelToken) -> Path:
    """Unpack a ZIP archive, or the one DICOM file in a gzip file, into a folder under `into`.

    The folder is named after the content, so the same archive is unpacked once; a folder
    in it is named after the archive. ZIP archives inside are unpacked in their place, and
    those inside them are not.

    Returns: the folder.

    Raises: UnreadableError: an archive of another kind, encrypted, damaged, too large for
        the disk, or made to do harm; nothing of it is left. Cancelled. OSError: the disk.
    """
    with open_plain(path) as file:
        head = file.read(512)
    other = _other_kind(head)
    if other is None and head.startswith(GZIP_MAGIC):
        other = _other_kind(_unpacked_head(head))
    if other is not None:
        raise UnreadableError(other, say("Unpack it with another program and open the folder."))
    target = into / _content_name(path, cancel)
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    if target.is_dir():
        _mark_in_use(target)
        return target
    with _unfinished_folder(target) as folder:
        budget = _budget(folder, path.stat().st_size)
        if head.startswith(GZIP_MAGIC):
            _unpack_gzip(path, folder, budget, cancel)
        else:
            # Files without a study are named after their folder: not after a number.
            inner = folder / (HarmlessNames().parts_for(path.stem) or ("archive",))[-1]
            inner.mkdir(mode=0o700)
            _unpack_zip(path, inner, budget, report, cancel)
            _unpack_inner(inner, budget, report, cancel)
        _mark_in_use(target)
    return target


def clean_unpacked(into: Path, keep: Collection[Path]) -> None:
    """Remove what was unpacked under `into`, but for the folders in `keep`.

    What another process, still running, is unpacking or has unpacked stays.
    """
    found = list(into.iterdir()) if into.is_dir() else []
    kept = {path.name for path in keep}
    for mark in found:
        name, process, what = (*mark.name.split("."), "", "")[:3]
        if f".{what}" in (UNFINISHED, _IN_USE) and _is_running_elsewhere(process):
            kept |= {mark.name, name}
    for path in found:
        if path.name in kept:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def _unfinished_folder(target: Path) -> Iterator[Path]:
    """A folder that becomes `target` when all went well, and else is gone."""
    folder = target.with_name(f"{target.name}.{os.getpid()}{UNFINISHED}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
        try:
            folder.rename(target)
        except OSError:
            # Somebody else unpacked the same archive meanwhile.
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _mark_in_use(target: Path) -> None:
    """Say to other processes that tidy up that this one reads from the folder."""
    target.with_name(f"{target.name}.{os.getpid()}{_IN_USE}").touch(mode=0o600)


def _is_running_elsewhere(process: str) -> bool:
    return process.isdigit() and int(process) != os.getpid() and psutil.pid_exists(int(process))


def _content_name(path: Path, cancel: CancelToken) -> str:
    digest = hashlib.sha256()
    with open_plain(path) as file:
        while data := file.read(_STEP_BYTES):
            cancel.check()
            digest.update(data)
    return digest.hexdigest()[:32]


def _budget(folder: Path, archive_bytes: int) -> _Budget:
    """What an archive of this size may become on this disk. Raises: UnreadableError."""
    free = shutil.disk_usage(folder).free - _SPARE_DISK_BYTES
    most = max(_ALWAYS_ALLOWED_BYTES, _MOST_TIMES_LARGER * archive_bytes)
    if free <= 0:
        raise _no_room()
    return _Budget(min(free, most), _MOST_ENTRIES, free < most)


def _unpack_inner(
    folder: Path, budget: _Budget, report: ReportProgress, cancel: CancelToken
) -> None:
    """Unpack the archives in an archive, in their place."""
    for inner, is_zip in _archives_in(folder):
        nested = _free_name(inner)
        nested.mkdir(mode=0o700)
        if is_zip:
            _unpack_zip(inner, nested, budget, report, cancel)
        else:
            _unpack_gzip(inner, nested, budget, cancel)
        inner.unlink()


def _archives_in(folder: Path) -> list[tuple[Path, bool]]:
    """The archives under a folder, and whether they are ZIP and not one DICOM file in gzip."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with open_plain(path) as file:
                head = file.read(512)
            is_zip = head.startswith(_ZIP_STARTS) and not _is_package(head)
            if is_zip or looks_like_dicom(_unpacked_head(head)):
                found.append((path, is_zip))
    return found


def _free_name(archive: Path) -> Path:
    """A folder's name beside an archive that nothing has yet."""
    name = archive.with_name(archive.stem or archive.name)
    while name.exists():
        name = name.with_name(name.name + "~")
    return name


def _unpack_zip(
    path: Path, folder: Path, budget: _Budget, report: ReportProgress, cancel: CancelToken
) -> None:
    _check_directory_size(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _checked_entries(archive, budget)
            names = HarmlessNames()
            for done, entry in enumerate(entries):
                cancel.check()
                if done % 25 == 0:
                    report(Progress(done, len(entries), say("Unpacking")))
                parts = names.parts_for(readable_name(entry))
                if parts is None:
                    raise _refused(
                        say("The archive names files outside its folder. It is not opened.")
                    )
                target = folder.joinpath(*parts)
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                budget.add_file()
                with archive.open(entry) as source, target.open("xb") as file:
                    _copy(source, file, budget, cancel)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, LookupError) as error:
        raise _damaged() from error
    except (RuntimeError, OverflowError, MemoryError, struct.error) as error:
        raise _damaged() from error


def _check_directory_size(path: Path) -> None:
    """Refuse a list of entries that would fill the memory before one of them is looked at."""
    size = path.stat().st_size
    with open_plain(path) as file:
        file.seek(max(0, size - 66_000))
        tail = file.read()
    at, at_64 = tail.rfind(_END), tail.rfind(_END_64)
    length = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if at_64 >= 0 and length == 0xFFFF_FFFF:
        length = int.from_bytes(tail[at_64 + 40 : at_64 + 48], "little")
    if length > _LARGEST_DIRECTORY:
        raise _refused(say("The archive holds too many files. It is not opened."))


def _checked_entries(archive: zipfile.ZipFile, budget: _Budget) -> list[zipfile.ZipInfo]:
    """The files of an archive, after everything its directory admits to is looked at."""
    entries = [
        entry
        for entry in archive.infolist()
        if not entry.is_dir() and _IGNORED.isdisjoint(entry.filename.split("/"))
    ]
    if len(entries) > budget.files_left:
        raise _refused(say("The archive holds too many files. It is not opened."))
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableError(
            say("The archive is protected with a password."),
            say("Unpack it with another program and open the folder."),
        )
    if any(entry.compress_type not in _METHODS for entry in entries):
        raise _refused(say("The archive is compressed in a way that is not supported."))
    if any(is_link(entry) for entry in entries):
        raise _refused(say("The archive holds links to other places. It is not opened."))
    end = 0
    for entry in sorted(archive.infolist(), key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise _refused(say("The archive's files lie over each other. It is not opened."))
        end = entry.header_offset + _LOCAL_HEADER_BYTES + entry.compress_size
    if sum(entry.file_size for entry in entries) > budget.bytes_left:
        raise budget.exceeded()
    return entries


def _copy(source: IO[bytes], target: IO[bytes], budget: _Budget, cancel: CancelToken) -> None:
    while data := source.read(_STEP_BYTES):
        cancel.check()
        budget.spend(len(data))
        target.write(data)


def _unpack_gzip(path: Path, folder: Path, budget: _Budget, cancel: CancelToken) -> None:
    """Unpack the one file in a gzip file."""
    budget.add_file()
    name = HarmlessNames().parts_for(path.stem) or ("image",)
    try:
        with ByteStream(path, Packing.GZIP) as stream, (folder / name[-1]).open("xb") as file:
            while data := stream.read(_STEP_BYTES):
                cancel.check()
                budget.spend(len(data))
                file.write(data)
    except PackedDataError as error:
        raise _damaged() from error


def _unpacked_head(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(head, 512)
    except zlib.error:
        return b""


def _is_package(head: bytes) -> bool:
    length = int.from_bytes(head[26:28], "little")
    first = head[_LOCAL_HEADER_BYTES : _LOCAL_HEADER_BYTES + length]
    return first.startswith(_PACKAGE_STARTS) or first.endswith(_PACKAGE_ENDS)


def _other_kind(head: bytes) -> Text | None:
    for position, mark, name in _OTHER_KINDS:
        if head[position : position + len(mark)] == mark:
            return name
    return None


def _damaged() -> UnreadableError:
    return UnreadableError(
        say("The archive is damaged or cut short."), say("Copy or download it again.")
    )


def _no_room() -> UnreadableError:
    return UnreadableError(
        say("There is not enough free disk space to unpack the archive."),
        say("Make room, or unpack it elsewhere and open the folder."),
    )


def _refused(why: Text) -> UnreadableError:
    return UnreadableError(why, say("If you trust it, unpack it and open the folder."))

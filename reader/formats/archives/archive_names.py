"""Names of files in an archive, made such that every system can have them, inside one folder."""

from __future__ import annotations

import hashlib
import re
import stat
import unicodedata
import zipfile
from collections.abc import Container
from typing import Final

_UTF8: Final = 0x800
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f<>:"|?*]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_LONGEST_PART: Final = 120
_LONGEST_PATH: Final = 1024
_DEEPEST: Final = 32


def readable_name(entry: zipfile.ZipInfo) -> str:
    """An entry's name as whoever packed it saw it, as far as that can be told.

    Without the mark for UTF-8, a name is in the packer's own code page: UTF-8 and GB18030
    are tried, since a name that is neither by accident is rare.
    """
    if entry.flag_bits & _UTF8:
        return entry.orig_filename
    try:
        raw = entry.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.orig_filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.orig_filename


def is_link(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a symbolic link or something else that is no file."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind not in (0, stat.S_IFREG, stat.S_IFDIR)


class HarmlessNames:
    """Gives out paths within a folder, each once, however systems compare names."""

    def __init__(self) -> None:
        self._files: dict[str, None] = {}
        self._folders: dict[str, tuple[str, ...]] = {}
        """By the key of the folder that was wished for, and of the one that was given."""
        self._numbers: dict[str, int] = {}
        """The last number given to files of a name: there may be very many of one."""

    def parts_for(self, name: str) -> tuple[str, ...] | None:
        """The parts of a path for an entry's name; None when the name leads out of its folder."""
        if len(name) > _LONGEST_PATH or name.startswith(("/", "\\")) or _DRIVE.match(name):
            return None
        words = [word for word in name.replace("\\", "/").split("/") if word not in ("", ".")]
        if not words or ".." in words or len(words) > _DEEPEST:
            return None
        path: tuple[str, ...] = ()
        for word in words[:-1]:
            path = self._folder((*path, _harmless(word)))
        path = self._free((*path, _harmless(words[-1])), self._files, self._folders)
        self._files[_key(path)] = None
        return path

    def _folder(self, wished: tuple[str, ...]) -> tuple[str, ...]:
        key = _key(wished)
        if key not in self._folders:
            given = self._free(wished, self._files)
            self._folders[_key(given)] = self._folders[key] = given
        return self._folders[key]

    def _free(self, path: tuple[str, ...], *taken: Container[str]) -> tuple[str, ...]:
        """That path, or one with a number in its last part that is not taken."""
        *folders, name = path
        stem, dot, ending = name.rpartition(".")
        stem, ending = (stem, dot + ending) if stem else (name, "")
        wanted = _key(path)
        while any(_key((*folders, name)) in names for names in taken):
            number = self._numbers.get(wanted, 1) + 1
            self._numbers[wanted] = number
            name = f"{stem}~{number}{ending}"
        return (*folders, name)


def _key(path: tuple[str, ...]) -> str:
    return unicodedata.normalize("NFC", "/".join(path).casefold())


def _harmless(word: str) -> str:
    """A name that Windows, macOS and Linux all take, and that hides nothing."""
    name = _FORBIDDEN.sub("_", word).rstrip(". ") or "_"
    if _RESERVED.fullmatch(name):
        name = "_" + name
    if len(name.encode("utf-8", "replace")) > _LONGEST_PART:
        digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]
        name = name[:24] + "_" + digest
    return name.encode("utf-8", "replace").decode("utf-8")

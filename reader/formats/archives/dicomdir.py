"""DICOMDIR: the index on a disc or in a folder, and the files it names.

Source: DICOM PS3.3 F.3.2 (directory records), PS3.10 8.5 (File IDs).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from reader.core.errors import UnreadableError
from reader.core.text import Text, say
from reader.formats.headers.bounded_pydicom import read_part
from reader.formats.headers.quiet_pydicom import quiet_pydicom

_RECORDS: Final = 0x0004_1220
_FILE_ID: Final = 0x0004_1500
_MOST_PARTS: Final = 32


def referenced_files(path: Path) -> list[Path]:
    """The files a DICOMDIR names, in its order, each once.

    Names are looked up without regard to case, as discs are copied by systems that change
    it, and only under the DICOMDIR's own folder. A file that is missing is in the list
    under the name it should have, so that whoever reads it says that it is not there.

    Raises: UnreadableError: no DICOMDIR, damaged, naming nothing, or naming files outside
        its folder. OSError.
    """
    found: dict[Path, None] = {}
    folders = _Folders(path.parent)
    for parts in _file_ids(path):
        if not _is_inside(parts):
            raise _refused(say("The DICOMDIR names files outside its own folder."))
        found.setdefault(folders.find(parts))
    if not found:
        raise _refused(say("The DICOMDIR names no files."))
    if len(found) > 1 and not any(one.exists() for one in found):
        # So do the directories that some scanners put into every folder of a disc.
        raise _refused(
            say("None of the {count} files that the DICOMDIR names is here.", count=len(found))
        )
    return list(found)


class _Folders:
    """Files under one folder by names that may differ in case; each folder is listed once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._resolved = root.resolve()
        self._listed: dict[Path, dict[str, str]] = {}

    def find(self, parts: list[str]) -> Path:
        """The file, or where it would be."""
        place = self._root
        for part in parts:
            place = place / self._names(place).get(part.casefold(), part)
        if not place.resolve().is_relative_to(self._resolved):
            raise _refused(say("The DICOMDIR names files outside its own folder."))
        return place

    def _names(self, folder: Path) -> dict[str, str]:
        if folder not in self._listed:
            try:
                names = sorted((entry.name for entry in folder.iterdir()), reverse=True)
            except OSError:
                names = []
            self._listed[folder] = {name.rstrip(".").casefold(): name for name in names}
        return self._listed[folder]


def _file_ids(path: Path) -> list[list[str]]:
    """The parts of each name, as the records give them."""
    header, _ = read_part(path, lambda _tag, _vr, _length: False, [_RECORDS])
    try:
        with quiet_pydicom():
            records = header[_RECORDS].value if _RECORDS in header else []
            return [parts for record in records if (parts := _parts(record))]
    except Exception as error:
        raise _refused(say("The DICOMDIR is damaged.")) from error


def _parts(record: Any) -> list[str]:  # noqa: ANN401 - a pydicom dataset has no types
    value = record[_FILE_ID].value if _FILE_ID in record else None
    if value is None:
        return []
    # Some writers put one string with backslashes or slashes where several values belong.
    words = [value] if isinstance(value, str) else list(value)
    return [part for word in words for part in str(word).replace("\\", "/").split("/") if part]


def _is_inside(parts: list[str]) -> bool:
    return len(parts) <= _MOST_PARTS and not any(
        part in (".", "..") or ":" in part or "\0" in part or len(part) > 255 for part in parts
    )


def _refused(why: Text) -> UnreadableError:
    return UnreadableError(why, say("Open the folder that holds the images instead."))

"""What a batch is run on: a folder of cases, or a file that lists them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from reader.core.errors import UnreadableError
from reader.core.text import Text, say

_ENDINGS: Final = (".nii", ".nii.gz", ".nrrd", ".mha", ".mhd", ".zip", ".dcm")
_COLUMNS: Final = ("path", "image", "study", "folder", "file")


def read_worklist(path: Path) -> tuple[Path, ...]:
    """The cases, each a file or folder, in order and each once.

    A folder: every folder in it and every volume file in it is a case; one that holds
    nothing but loose DICOM files is a case itself. A `.txt` file has one path a line
    (`#` begins a remark), a `.csv` file a column `path`, a `.json` file a list of paths or
    MONAI's datalist. Relative paths are taken from where the list lies.

    Raises: UnreadableError: it is missing, not understood, or names what is not there.
    """
    if path.is_dir():
        cases = tuple(_in_folder(path))
    elif path.is_file():
        cases = tuple(_listed(path))
    else:
        raise _unusable(say("There is no worklist at that place."))
    if not cases:
        raise _unusable(say("The worklist is empty."))
    missing = sum(not case.exists() for case in cases)
    if missing:
        raise _unusable(
            say("{count} of {total} cases are not there.", count=missing, total=len(cases))
        )
    return tuple(dict.fromkeys(cases))


def result_folders(cases: Iterable[Path]) -> dict[Path, str]:
    """A name for each case's results: its number and what it is called, safe on any disk."""
    return {case: f"{number:04d}-{_safe(case.name)}" for number, case in enumerate(cases, start=1)}


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]+", "_", name)[:60].strip("._") or "case"


def _in_folder(folder: Path) -> Iterator[Path]:
    inside = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    cases = [p for p in inside if p.is_dir() or p.name.lower().endswith(_ENDINGS[:-1])]
    if not cases and any(p.is_file() for p in inside):
        yield folder
    yield from cases


def _listed(path: Path) -> Iterator[Path]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(say("The worklist is no text that can be read.")) from error
    kind = path.suffix.lower()
    if kind == ".json":
        entries = _from_json(text)
    elif kind == ".csv":
        entries = _from_csv(text)
    else:
        entries = (line.split("#")[0].strip() for line in text.splitlines())
    for entry in entries:
        if entry:
            yield (path.parent / entry).resolve()


def _from_csv(text: str) -> Iterator[str]:
    rows = csv.DictReader(io.StringIO(text))
    names = {name.strip().lower(): name for name in rows.fieldnames or ()}
    column = next((names[c] for c in _COLUMNS if c in names), None)
    if column is None:
        raise _unusable(say("The worklist has no column `path`."))
    for row in rows:
        yield (row[column] or "").strip()


def _from_json(text: str) -> Iterator[str]:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise _unusable(say("The worklist is no valid JSON.")) from error
    if isinstance(content, dict):
        content = [item for part in content.values() if isinstance(part, list) for item in part]
    if not isinstance(content, list):
        raise _unusable(say("The worklist holds no list of cases."))
    for item in content:
        image = item.get("image") if isinstance(item, dict) else item
        if not isinstance(image, str):
            raise _unusable(say("The worklist holds cases without an image."))
        yield image


def _unusable(what_happened: Text) -> UnreadableError:
    return UnreadableError(
        what_happened,
        say("Give a folder of studies, or a .txt, .csv or .json file that lists them."),
    )

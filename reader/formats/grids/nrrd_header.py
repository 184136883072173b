"""The text header of a NRRD file, bounded, and the fields it gives.

Source: "Definition of NRRD File Format", teem.sourceforge.net/nrrd/format.html.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reader.core.errors import UnreadableError
from reader.core.text import say
from reader.formats.grids.grid_image import FARTHEST_MM
from reader.formats.grids.stored_voxels import refused
from reader.formats.plain_file import open_plain

MAGIC: Final = b"NRRD000"
_LONGEST: Final = 8 << 20
"""A segmentation with a hundred named segments has a header of a few hundred kilobytes."""
_MOST_AXES: Final = 8
_PLAIN: Final = str.maketrans("", "", " _-")


@dataclass(frozen=True, slots=True)
class NrrdHeader:
    """Fields (names without blanks, lower case) and key/value pairs (names as written)."""

    fields: dict[str, str]
    pairs: dict[str, str]
    data_start: int
    """Byte after the blank line that ends the header."""
    sizes: tuple[int, ...] = field(default=())
    """Fastest axis first."""

    def words(self, name: str) -> list[str]:
        """A field's values, one per axis or none."""
        return self.fields.get(name, "").split()


def is_nrrd(head: bytes) -> bool:
    """Whether a file that starts with `head` is NRRD, with its voxels or without."""
    return head.startswith(MAGIC)


def read_nrrd_header(path: Path) -> NrrdHeader:
    """The header of a NRRD file.

    Raises: UnreadableError: not NRRD, without an end, or with impossible sizes. OSError.
    """
    with open_plain(path) as file:
        if not is_nrrd(file.readline(64)):
            raise damaged()
        fields: dict[str, str] = {}
        pairs: dict[str, str] = {}
        left = _LONGEST
        while line := file.readline(left + 1):
            left -= len(line)
            if left < 0:
                raise damaged()
            if not line.strip(b"\r\n"):
                break
            _keep(line.decode("utf-8", "replace").rstrip("\r\n"), fields, pairs)
        start = file.tell()
    return NrrdHeader(fields, pairs, start, _sizes(fields))


def _keep(line: str, fields: dict[str, str], pairs: dict[str, str]) -> None:
    if line.startswith("#"):
        return
    if ":=" in line:
        key, value = line.split(":=", 1)
        pairs[key.strip()] = value
    elif ":" in line:
        key, value = line.split(":", 1)
        fields[key.translate(_PLAIN).lower()] = value.strip()


def _sizes(fields: dict[str, str]) -> tuple[int, ...]:
    try:
        dimension = int(fields.get("dimension", ""))
        sizes = tuple(int(word) for word in fields.get("sizes", "").split())
    except ValueError:
        raise damaged() from None
    fits = len(sizes) == dimension <= _MOST_AXES and all(size > 0 for size in sizes)
    if not fits or math.prod(sizes) >= 1 << 48:
        raise damaged()
    return sizes


def numbers(words: Sequence[str]) -> list[float]:
    """Numbers of a header. Raises: UnreadableError."""
    try:
        return [float(word) for word in words]
    except ValueError:
        raise damaged() from None


def vectors(text: str) -> list[tuple[float, ...] | None]:
    """Vectors as NRRD writes them, "(1,0,0) none (0,1,0)"; None for "none".

    Raises: UnreadableError.
    """
    found: list[tuple[float, ...] | None] = []
    for word in text.replace(", ", ",").replace("( ", "(").replace(" )", ")").split():
        if word.lower() == "none":
            found.append(None)
        elif word.startswith("(") and word.endswith(")"):
            vector = tuple(numbers(word[1:-1].split(",")))
            if not all(abs(value) < FARTHEST_MM for value in vector):
                raise damaged()
            found.append(vector)
        else:
            raise damaged()
    return found


def damaged() -> UnreadableError:
    """What is said of a header that makes no sense."""
    return refused(say("The NRRD header is damaged or cut short."))

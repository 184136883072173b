"""The header of one DICOM file: the wanted elements as bytes, and where the pixels lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PixelPlace:
    """Where the pixel data lie in a file.

    Native: one fragment, (offset, length declared). Encapsulated: one (offset, length)
    per fragment, the offset table left out. `offsets` are the basic offset table's.
    """

    fragments: tuple[tuple[int, int], ...]
    encapsulated: bool
    offsets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class HeaderKind:
    """What the headers of one series share, for whoever need not read the same thing twice.

    Attributes:
        varied: the wanted elements in which they differ; all others are the same.
    """

    varied: frozenset[int]


@dataclass(slots=True)
class RawHeader:
    """The wanted elements of one file as the bytes they are stored in.

    `pixels` is None when there are none, or when only pydicom can reach them
    (`needs_pydicom`), as in a deflated file. `pixel_tag` tells integer pixels from float
    ones; 0 = none. `pixel_length` is what a file read with pydicom declares.
    `cut_short`: the file ends inside its header. `kind` is what it has in common with
    others of its series, where it was read by that.
    """

    path: Path
    elements: dict[int, bytes]
    transfer_syntax_uid: str
    file_size: int
    modified_ns: int
    big_endian: bool = False
    pixels: PixelPlace | None = None
    pixel_tag: int = 0
    pixel_length: int | None = None
    needs_pydicom: bool = False
    cut_short: bool = False
    kind: HeaderKind | None = field(default=None, compare=False)

    @property
    def has_pixels(self) -> bool:
        """Whether there is pixel data of any kind."""
        return self.pixel_tag != 0

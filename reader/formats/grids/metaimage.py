"""MetaImage files: .mha, and .mhd with the voxels in a file beside it.

Source: itk.org/Wiki/MetaIO/Documentation. Its world is LPS millimetres, as in ITK.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from reader.core.errors import UnreadableError
from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.series_kind import PhaseAxis
from reader.core.study import GeometryWarning
from reader.core.text import say
from reader.formats.grids.byte_stream import Packing
from reader.formats.grids.grid_image import (
    MOST_VOLUMES,
    GridImage,
    check_size,
    file_beside,
    grid_warnings,
    no_orientation,
    no_spacing,
    shape_and_affine,
    single_slice,
)
from reader.formats.grids.stored_voxels import Meaning, StoredVoxels, refused
from reader.formats.plain_file import open_plain

_LONGEST: Final = 1 << 20
_FIRST_LINE: Final = re.compile(rb"\s*(ObjectType\s*=\s*Image|NDims\s*=\s*\d)", re.IGNORECASE)
_TYPES: Final[dict[str, str]] = {
    "MET_CHAR": "i1", "MET_UCHAR": "u1", "MET_SHORT": "i2", "MET_USHORT": "u2",
    "MET_INT": "i4", "MET_UINT": "u4", "MET_LONG": "i4", "MET_ULONG": "u4",
    "MET_LONG_LONG": "i8", "MET_ULONG_LONG": "u8", "MET_FLOAT": "f4", "MET_DOUBLE": "f8",
}  # fmt: skip
"""A MET_LONG has four bytes, whatever the machine that wrote it."""
_LETTERS: Final = {
    "R": (1, 0, 0), "L": (-1, 0, 0), "A": (0, 1, 0), "P": (0, -1, 0), "I": (0, 0, 1),
    "S": (0, 0, -1),
}  # fmt: skip
"""The side an axis comes from, as the direction in LPS it leads to."""


@dataclass(frozen=True, slots=True)
class _Header:
    """Fields by their names in lower case; of names that mean the same, the one written."""

    fields: dict[str, str]
    data_start: int

    def first(self, *names: str) -> str:
        """The value of the first of these fields that is there, or empty."""
        return next((self.fields[n] for n in names if n in self.fields), "")

    def numbers(self, *names: str) -> list[float]:
        """That value as finite numbers. Raises: UnreadableError."""
        try:
            found = [float(word) for word in self.first(*names).split()]
        except ValueError:
            raise _damaged() from None
        if not all(math.isfinite(number) for number in found):
            raise _damaged()
        return found

    def is_true(self, *names: str) -> bool:
        """Whether that value is true."""
        return self.first(*names).strip().lower() in ("true", "1", "t")


def is_metaimage(head: bytes) -> bool:
    """Whether a file that starts with `head` is a MetaImage, with its voxels or without."""
    return _FIRST_LINE.match(head) is not None and b"=" in head[:64]


def open_metaimage(path: Path) -> GridImage:
    """What a MetaImage file's header says.

    Raises: UnreadableError: damaged, or of a kind that is not supported. OSError.
    """
    header = _read_header(path)
    sizes = _sizes(header)
    is_flat = len(sizes) == 2
    geometry, warnings, is_measured = _grid(header, sizes)
    if is_flat:
        warnings.append(single_slice())
    stored, channels = _stored(path, header, sizes)
    phases = sizes[3] if len(sizes) == 4 else 1
    if stored.meaning is Meaning.NUMBER and channels > 1 and phases > 1:
        raise refused(say("MetaImage files of vectors over time are not supported."))
    count = phases if stored.pick is None else channels
    if count > MOST_VOLUMES:
        raise refused(say("The file holds too many volumes ({count}).", count=count))
    is_time = stored.pick is None
    return GridImage(
        format="metaimage",
        path=path,
        geometry=geometry,
        stored=stored,
        warnings=tuple(warnings),
        measurable=is_measured,
        count=count,
        axis=PhaseAxis.TIME if is_time else PhaseAxis.OTHER,
        labels=tuple(f"t {n + 1}" if is_time else f"{n + 1}" for n in range(count)),
        flat=is_flat,
    )


def _read_header(path: Path) -> _Header:
    """The lines up to the one that says where the voxels are, which is the last."""
    fields: dict[str, str] = {}
    left = _LONGEST
    with open_plain(path) as file:
        while (line := file.readline(left + 1)) and (left := left - len(line)) >= 0:
            key, equals, value = line.decode("latin-1").partition("=")
            if not equals:
                if key.strip():
                    break
                continue
            fields[key.strip().lower()] = value.strip()
            if key.strip().lower() == "elementdatafile":
                return _Header(fields, file.tell())
    raise _damaged()


def _sizes(header: _Header) -> tuple[int, ...]:
    """The sizes of i, j, k and time; an image of four axes, the last 1, has three."""
    try:
        count = int(header.first("ndims"))
        sizes = tuple(int(word) for word in header.first("dimsize").split())
    except ValueError:
        raise _damaged() from None
    if len(sizes) != count or not check_size(sizes):
        raise _damaged()
    while len(sizes) > 3 and sizes[-1] == 1:
        sizes = sizes[:-1]
    if not 2 <= len(sizes) <= 4:
        raise refused(say("MetaImage files with {count} axes are not supported.", count=count))
    return sizes


@np.errstate(all="ignore")
def _grid(
    header: _Header, sizes: tuple[int, ...]
) -> tuple[VolumeGeometry, list[GeometryWarning], bool]:
    """The grid in LPS mm, what is odd about it, and whether it measures."""
    count = int(header.first("ndims"))
    space = min(len(sizes), 3)
    warnings: list[GeometryWarning] = []
    steps = header.numbers("elementspacing", "elementsize")
    is_measured = len(steps) == count and all(
        np.isfinite(step) and step != 0 for step in steps[:space]
    )
    if not is_measured:
        steps = [1.0] * count
        warnings.append(no_spacing())
    directions = _directions(header, count)
    if directions is None:
        directions = np.eye(3)
        warnings.append(no_orientation())
    elif space == 2:
        warnings.append(no_orientation())
    origin = header.numbers("offset", "position", "origin") or [0.0] * count
    if len(origin) != count:
        raise _damaged()
    millimetres = np.array([*np.abs(steps[:space]), 1.0][:3])
    columns = directions * millimetres
    odd, is_square = grid_warnings(columns)
    place = np.array([*origin[:space], 0.0][:3])
    try:
        geometry = shape_and_affine((*sizes, 1)[:3], columns, place)
    except ValueError:
        raise _damaged() from None
    return geometry, warnings + odd, is_measured and is_square


def _directions(header: _Header, count: int) -> FloatArray | None:
    """The unit steps of i, j and k as columns in LPS; None = the header does not say."""
    values = header.numbers("transformmatrix", "rotation", "orientation")
    if values:
        if len(values) != count * count:
            raise _damaged()
        # One row of the file is one axis of the image, so its transpose has them as columns.
        matrix = np.eye(max(count, 3))
        matrix[:count, :count] = np.reshape(values, (count, count)).T
        if np.any(matrix[:3, 3:]) or np.any(matrix[3:, :3]):
            raise refused(say("MetaImage files that turn space over time are not supported."))
        lengths = np.linalg.norm(matrix[:3, :3], axis=0)
        if not (np.isfinite(matrix).all() and (lengths > 0).all()):
            raise _damaged()
        return np.asarray(matrix[:3, :3] / lengths)
    letters = header.first("anatomicalorientation").upper()
    if len(letters) >= 3 and all(letter in _LETTERS for letter in letters[:3]):
        matrix = np.array([_LETTERS[letter] for letter in letters[:3]], np.float64).T
        return matrix if abs(np.linalg.det(matrix)) == 1 else None
    return None


def _stored(path: Path, header: _Header, sizes: tuple[int, ...]) -> tuple[StoredVoxels, int]:
    """Where the voxels of the first volume lie, and how many values one voxel has."""
    kind = header.first("elementtype").upper()
    channels = int((header.numbers("elementnumberofchannels") or [1.0])[0] or 1)
    if kind not in _TYPES or not 1 <= channels <= MOST_VOLUMES:
        raise refused(say("MetaImage files of this type of number are not supported."))
    if "binarydata" in header.fields and not header.is_true("binarydata"):
        raise refused(say("MetaImage files of text are not supported."))
    is_big = header.is_true("binarydatabyteordermsb", "elementbyteordermsb")
    dtype: np.dtype[Any] = np.dtype((">" if is_big else "<") + _TYPES[kind])
    is_color = channels in (3, 4) and dtype == np.uint8
    plane = (sizes[1], sizes[0]) if channels == 1 else (sizes[1], sizes[0], channels)
    data, start = _data_file(path, header)
    is_packed = header.is_true("compresseddata")
    slices = sizes[2] if len(sizes) > 2 else 1
    whole = int(np.prod(sizes, dtype=object)) * channels * dtype.itemsize
    slope = (header.numbers("elementtointensityfunctionslope") or [1.0])[0]
    intercept = (header.numbers("elementtointensityfunctionoffset") or [0.0])[0]
    is_scaled = bool(np.isfinite([slope, intercept]).all()) and slope != 0 and not is_color
    stored = StoredVoxels(
        path=data,
        dtype=dtype,
        slices=slices,
        slice_shape=plane,
        packing=Packing.ZLIB if is_packed else Packing.NONE,
        start=start + _header_size(header, data, start, whole, is_packed),
        slope=slope if is_scaled else 1.0,
        intercept=intercept if is_scaled else 0.0,
        meaning=Meaning.COLOR if is_color else Meaning.NUMBER,
        pick=(2, 0) if channels > 1 and not is_color else None,
    )
    return stored, channels


def _data_file(path: Path, header: _Header) -> tuple[Path, int]:
    """The file with the voxels, and where they begin if nothing is skipped."""
    name = header.first("elementdatafile")
    if name.upper() == "LOCAL":
        return path, header.data_start
    if name.upper().startswith("LIST") or "%" in name:
        raise refused(say("MetaImage files spread over several files are not supported."))
    found = file_beside(path, name)
    if found is None:
        raise refused(say("The header names a data file outside its own folder. It is not read."))
    if not found.is_file():
        raise refused(say("The data file that the header names is missing."))
    return found, 0


def _header_size(header: _Header, data: Path, start: int, whole: int, is_packed: bool) -> int:
    """Bytes to skip before the voxels; -1 means that they end the file."""
    skip = (header.numbers("headersize") or [0.0])[0]
    if skip == -1 and not is_packed:
        skip = data.stat().st_size - start - whole
    if not 0 <= skip < 1 << 48:
        raise _damaged()
    return int(skip)


def _damaged() -> UnreadableError:
    return refused(say("The MetaImage header is damaged or cut short."))

"""NRRD images: .nrrd, and .nhdr with the voxels in a file beside it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.series_kind import PhaseAxis
from reader.core.study import GeometryWarning
from reader.core.text import say
from reader.formats.grids.byte_stream import Packing
from reader.formats.grids.grid_image import (
    MOST_VOLUMES,
    GridImage,
    file_beside,
    grid_warnings,
    no_orientation,
    no_spacing,
    shape_and_affine,
    single_slice,
)
from reader.formats.grids.nrrd_header import (
    NrrdHeader,
    damaged,
    numbers,
    read_nrrd_header,
    vectors,
)
from reader.formats.grids.stored_voxels import Meaning, StoredVoxels, refused
from reader.formats.plain_file import open_plain

_TYPES: Final[dict[str, str]] = {
    **dict.fromkeys(("signed char", "int8", "int8_t"), "i1"),
    **dict.fromkeys(("uchar", "unsigned char", "uint8", "uint8_t"), "u1"),
    **dict.fromkeys(
        ("short", "short int", "signed short", "signed short int", "int16", "int16_t"), "i2"
    ),
    **dict.fromkeys(("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"), "u2"),
    **dict.fromkeys(("int", "signed int", "int32", "int32_t"), "i4"),
    **dict.fromkeys(("uint", "unsigned int", "uint32", "uint32_t"), "u4"),
    **dict.fromkeys(
        ("longlong", "long long", "long long int", "signed long long", "signed long long int",
         "int64", "int64_t"), "i8",
    ),
    **dict.fromkeys(
        ("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"), "u8"
    ),
    "float": "f4",
    "double": "f8",
}  # fmt: skip
_PACKINGS: Final = {
    "raw": Packing.NONE,
    "gzip": Packing.GZIP,
    "gz": Packing.GZIP,
    "bzip2": Packing.BZIP2,
    "bz2": Packing.BZIP2,
}
_TO_LPS: Final[dict[str, tuple[float, float, float]]] = {
    "leftposteriorsuperior": (1, 1, 1),
    "lps": (1, 1, 1),
    "rightanteriorsuperior": (-1, -1, 1),
    "ras": (-1, -1, 1),
    "leftanteriorsuperior": (1, -1, 1),
    "las": (1, -1, 1),
}
_MM: Final = {"": 1.0, "mm": 1.0, "millimeter": 1.0, "um": 0.001, "cm": 10.0, "m": 1000.0}
_COLOR_KINDS: Final = frozenset(
    {"rgbcolor", "rgbacolor", "3color", "4color", "vector", "3vector", "4vector", "rgb", "rgba"}
)
_SPATIAL_KINDS: Final = frozenset({"domain", "space"})


@dataclass(frozen=True, slots=True)
class _Axes:
    """Which axes (counted from the fastest) are i, j and k, and which one is not space."""

    space: tuple[int, ...]
    other: int | None


def open_nrrd(path: Path) -> GridImage:
    """What a NRRD file's header says.

    Raises: UnreadableError: damaged, or of a kind that is not supported. OSError.
    """
    return nrrd_image(path, read_nrrd_header(path))


def nrrd_image(path: Path, header: NrrdHeader) -> GridImage:
    """The grid and the voxels of a NRRD file whose header has been read."""
    axes = _axes(header)
    geometry, warnings, is_measured = _grid(header, axes)
    if len(axes.space) == 2:
        warnings.append(single_slice())
    count = header.sizes[axes.other] if axes.other is not None else 1
    stored = _stored(path, header, axes)
    if stored.meaning is not Meaning.NUMBER:
        count = 1
    if count > MOST_VOLUMES:
        raise refused(say("The file holds too many volumes ({count}).", count=count))
    is_time = axes.other is not None and _kind(header, axes.other) == "time"
    return GridImage(
        format="nrrd",
        path=path,
        geometry=geometry,
        stored=stored,
        warnings=tuple(warnings),
        measurable=is_measured,
        count=count,
        axis=PhaseAxis.TIME if is_time else PhaseAxis.OTHER,
        labels=_labels(header, count, is_time),
        flat=len(axes.space) == 2,
    )


def _labels(header: NrrdHeader, count: int, is_time: bool) -> tuple[str, ...]:
    """What sets volumes apart: the b-value of diffusion images, else a number."""
    try:
        largest = float(header.pairs["DWMRI_b-value"])
        lengths = [
            float(np.linalg.norm([float(g) for g in pair.split()]))
            for index in range(count)
            if (pair := header.pairs.get(f"DWMRI_gradient_{index:04d}")) is not None
        ]
        if len(lengths) == count:
            return tuple(f"b {largest * length**2:.0f}" for length in lengths)
    except (KeyError, ValueError):
        pass
    return tuple(f"t {index + 1}" if is_time else f"{index + 1}" for index in range(count))


def _kind(header: NrrdHeader, axis: int) -> str:
    kinds = header.words("kinds")
    return kinds[axis].replace("-", "").lower() if axis < len(kinds) else ""


def _axes(header: NrrdHeader) -> _Axes:
    """Which axes are space.

    Those with a direction are; without directions, those whose kind says so; without
    kinds, all, or of four the first three.
    """
    count = len(header.sizes)
    directions = vectors(header.fields.get("spacedirections", ""))
    if directions:
        if len(directions) != count:
            raise damaged()
        space = [axis for axis in range(count) if _is_in_space(directions[axis])]
    elif header.words("kinds"):
        space = [axis for axis in range(count) if _kind(header, axis) in _SPATIAL_KINDS]
        if len(space) not in (2, 3):
            space = list(range(min(count, 3)))
    else:
        space = list(range(min(count, 3)))
    others = [axis for axis in range(count) if axis not in space]
    if len(others) > 1 or len(space) not in (2, 3):
        raise refused(say("NRRD files with {count} axes like this are not supported.", count=count))
    return _Axes(tuple(space), others[0] if others else None)


def _is_in_space(direction: tuple[float, ...] | None) -> bool:
    """Whether a direction leads somewhere; of four components the last is time's."""
    return direction is not None and (len(direction) < 4 or any(direction[:3]))


@np.errstate(all="ignore")
def _grid(header: NrrdHeader, axes: _Axes) -> tuple[VolumeGeometry, list[GeometryWarning], bool]:
    """The grid in LPS mm, what is odd about it, and whether it measures."""
    warnings: list[GeometryWarning] = []
    is_measured = True
    space = header.fields.get("space", "").replace("-", "").lower()
    signs = _TO_LPS.get(space.removesuffix("time").removesuffix("t"))
    directions = vectors(header.fields.get("spacedirections", ""))
    if directions:
        columns = np.array([_three(directions[axis]) for axis in axes.space]).T
        units = _unit_factor(header)
        if units is None:
            warnings.append(no_spacing())
            is_measured = False
        scale = np.array(signs or (1.0, 1.0, 1.0)) * (units or 1.0)
        columns = scale[:, None] * columns
        origin = scale * np.array(_origin(header))
    else:
        steps, is_measured = _spacings(header, axes)
        if not is_measured:
            warnings.append(no_spacing())
        columns, origin = np.diag(steps)[:, : len(axes.space)], np.zeros(3)
        signs = None
    if signs is None:
        warnings.append(no_orientation())
    if len(axes.space) == 2:
        columns = np.column_stack([columns, _across(columns)])
    odd, is_square = grid_warnings(columns)
    sizes = tuple(header.sizes[axis] for axis in axes.space) + (1,) * (3 - len(axes.space))
    try:
        geometry = shape_and_affine(sizes, columns, origin)
    except ValueError:
        raise damaged() from None
    return geometry, warnings + odd, is_measured and is_square


def _three(vector: tuple[float, ...] | None) -> tuple[float, float, float]:
    """A vector's first three components: a fourth is time, a missing third is 0."""
    if vector is None or not 2 <= len(vector) <= 4:
        raise damaged()
    return (*vector[:2], vector[2] if len(vector) > 2 else 0.0)  # type: ignore[return-value]


def _origin(header: NrrdHeader) -> tuple[float, float, float]:
    found = vectors(header.fields.get("spaceorigin", "(0,0,0)"))
    if len(found) != 1:
        raise damaged()
    return _three(found[0])


def _across(columns: FloatArray) -> FloatArray:
    """The step from a single picture to the next there would be."""
    across = np.cross(columns[:, 0], columns[:, 1])
    length = float(np.linalg.norm(across))
    return np.asarray(across / length if length > 0 else across)


def _unit_factor(header: NrrdHeader) -> float | None:
    """Millimetres per unit of space; None for a unit that is no length."""
    units = {word.strip('"').lower() for word in header.words("spaceunits")} - {"", "none", "???"}
    if len(units) > 1:
        return None
    return _MM.get(units.pop() if units else "")


def _spacings(header: NrrdHeader, axes: _Axes) -> tuple[list[float], bool]:
    """Millimetres along i, j and k where only spacings are given, and whether all are."""
    words = header.words("spacings")
    if len(words) != len(header.sizes):
        return [1.0, 1.0, 1.0], False
    steps = [abs(numbers(words)[axis]) for axis in axes.space]
    if not all(np.isfinite(step) and step > 0 for step in steps):
        return [1.0, 1.0, 1.0], False
    return steps + [1.0] * (3 - len(steps)), True


def _stored(path: Path, header: NrrdHeader, axes: _Axes) -> StoredVoxels:
    """Where the voxels of the first volume lie."""
    encoding = header.fields.get("encoding", "").lower()
    if encoding not in _PACKINGS:
        raise refused(say("NRRD files with this encoding are not supported."))
    dtype = _dtype(header)
    packing = _PACKINGS[encoding]
    data, start = _data_file(path, header)
    sizes = header.sizes
    shape = tuple(reversed(sizes))
    meaning = _meaning(header, axes, dtype)
    pick: tuple[int, int] | None = None
    if meaning is Meaning.COMPLEX:
        dtype, shape = np.dtype(dtype.str[:1] + f"c{dtype.itemsize * 2}"), shape[:-1]
    elif meaning is Meaning.NUMBER and axes.other is not None:
        position = len(sizes) - 1 - axes.other
        if position == 0:
            shape = shape[1:]
        else:
            pick = (position - 1, 0)
    slices, slice_shape = (1, shape) if len(axes.space) == 2 else (shape[0], shape[1:])
    if pick is not None and len(axes.space) == 2:
        pick = (pick[0] + 1, 0)
    whole = int(np.prod(sizes, dtype=object)) * _dtype(header).itemsize
    offset = _byte_skip(header, data, start, whole)
    if packing is not Packing.NONE:
        start, offset = start + offset, 0
    return StoredVoxels(
        path=data,
        dtype=dtype,
        slices=slices,
        slice_shape=slice_shape,
        offset=offset,
        packing=packing,
        start=start,
        meaning=meaning,
        pick=pick,
    )


def _dtype(header: NrrdHeader) -> np.dtype[Any]:
    name = " ".join(header.fields.get("type", "").lower().split())
    if name not in _TYPES:
        raise refused(say("NRRD files of this type of number are not supported."))
    dtype = np.dtype(_TYPES[name])
    endian = header.fields.get("endian", "").lower()
    if dtype.itemsize > 1 and endian not in ("little", "big"):
        raise refused(say("The NRRD header does not say in which order bytes are stored."))
    return dtype.newbyteorder(">" if endian == "big" else "<")


def _meaning(header: NrrdHeader, axes: _Axes, dtype: np.dtype[Any]) -> Meaning:
    """Whether the axis that is not space holds colours, a complex number or volumes."""
    if axes.other != 0:
        return Meaning.NUMBER
    kind, size = _kind(header, 0), header.sizes[0]
    if kind == "complex" and size == 2 and dtype.kind == "f":
        return Meaning.COMPLEX
    is_color = kind in _COLOR_KINDS and size in (3, 4)
    return Meaning.COLOR if is_color and dtype == np.uint8 else Meaning.NUMBER


def _data_file(path: Path, header: NrrdHeader) -> tuple[Path, int]:
    """The file with the voxels and the byte they begin at, skips left out."""
    name = header.fields.get("datafile")
    skip = header.fields.get("lineskip", "0")
    if name is None:
        return path, _after_lines(path, header.data_start, skip)
    if name.upper().startswith("LIST") or "%" in name:
        raise refused(say("NRRD images spread over several files are not supported."))
    found = file_beside(path, name)
    if found is None:
        raise refused(say("The header names a data file outside its own folder. It is not read."))
    if not found.is_file():
        raise refused(say("The data file that the header names is missing."))
    return found, _after_lines(found, 0, skip)


def _after_lines(path: Path, start: int, skip: str) -> int:
    """The byte after so many lines from `start` on."""
    try:
        lines = int(skip)
    except ValueError:
        raise damaged() from None
    if not 0 <= lines <= 10_000:
        raise damaged()
    with open_plain(path) as file:
        file.seek(start)
        for _ in range(lines):
            file.readline(1 << 20)
        return file.tell()


def _byte_skip(header: NrrdHeader, data: Path, start: int, whole: int) -> int:
    """Bytes before the voxels; -1 means that they end the file."""
    try:
        skip = int(header.fields.get("byteskip", "0"))
    except ValueError:
        raise damaged() from None
    if skip == -1:
        skip = data.stat().st_size - start - whole
    if not 0 <= skip < sys.maxsize:
        raise damaged()
    return skip

"""The header of a NIfTI-1 or NIfTI-2 file, and where its voxels lie in LPS.

Source: nifti1.h and nifti2.h of the NIfTI Data Format Working Group.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np

from reader.core.errors import UnreadableError
from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.study import GeometryWarning, WarningCode
from reader.core.text import Text, say

RAS_TO_LPS: Final = np.diag([-1.0, -1.0, 1.0, 1.0])
"""Its own inverse. RAS, NIfTI's world, exists only in the `nifti` modules."""

LONGEST_HEADER: Final = 544
NIFTI_1_BYTES: Final = 348
NIFTI_2_BYTES: Final = 540

DATA_TYPES: Final[dict[int, str]] = {
    2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8",
    256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8",
}  # fmt: skip
_REFUSED_TYPES: Final[dict[int, Text]] = {
    1: say("NIfTI files of single bits are not supported."),
    32: say("NIfTI files of complex numbers are not supported."),
    128: say("NIfTI files in colour (RGB) are not supported yet."),
    1536: say("NIfTI files of 128-bit numbers are not supported."),
    1792: say("NIfTI files of complex numbers are not supported."),
    2048: say("NIfTI files of complex numbers are not supported."),
    2304: say("NIfTI files in colour (RGBA) are not supported yet."),
}
_MM_PER_UNIT: Final = {0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001}
_SHEAR: Final = 1e-3
"""Cosine between grid axes above which a grid counts as sheared."""


_HALF_TURN: Final = 1e-7
"""Below this, what the other components leave for the first is rounding, as in nifti1_io.c."""


@dataclass(frozen=True, slots=True)
class NiftiHeader:
    """What a header says: the first volume's grid, its data type and its scaling."""

    geometry: VolumeGeometry
    volumes: int
    dtype: np.dtype[np.generic]
    data_offset: int
    slope: float
    intercept: float
    warnings: tuple[GeometryWarning, ...]
    measurable: bool

    @property
    def scaled(self) -> bool:
        """Whether stored values must be scaled to get the real ones."""
        return (self.slope, self.intercept) != (1.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Fields:
    """The fields both versions have."""

    dim: tuple[int, ...]
    datatype: int
    pixdim: tuple[float, ...]
    vox_offset: int
    slope: float
    intercept: float
    units: int
    qform_code: int
    sform_code: int
    quatern: tuple[float, ...]
    offset: tuple[float, ...]
    srow: tuple[float, ...]


def nifti_byte_order(head: bytes) -> str | None:
    """`<` or `>` when `head` starts a single-file NIfTI image, else None."""
    for order in "<>":
        if len(head) >= NIFTI_1_BYTES and struct.unpack_from(order + "i", head)[0] == NIFTI_1_BYTES:
            return order if head[344:348] == b"n+1\0" else None
        if len(head) >= 12 and struct.unpack_from(order + "i", head)[0] == NIFTI_2_BYTES:
            return order if head[4:8] == b"n+2\0" else None
    return None


def parse_header(head: bytes) -> NiftiHeader:
    """Understand the first `LONGEST_HEADER` bytes of a NIfTI file.

    Raises: UnreadableError: not NIfTI, damaged, or of a kind that is not supported.
    """
    order = nifti_byte_order(head)
    if order is None:
        raise _refused(say("The NIfTI header is damaged or cut short."))
    try:
        fields = _fields_1(head, order) if head[344:348] == b"n+1\0" else _fields_2(head, order)
    except struct.error:
        raise _refused(say("The NIfTI header is damaged or cut short.")) from None
    if fields.datatype in _REFUSED_TYPES:
        raise _refused(_REFUSED_TYPES[fields.datatype])
    if fields.datatype not in DATA_TYPES:
        raise _refused(say("NIfTI data type {code} is not supported.", code=fields.datatype))
    sizes = [max(1, n) for n in fields.dim[1 : 1 + max(0, fields.dim[0])]] + [1, 1, 1]
    if not 1 <= fields.dim[0] <= 7 or min(fields.dim[1 : 1 + fields.dim[0]]) < 0:
        raise _refused(say("The NIfTI header is damaged: it states no usable size."))
    ras, warnings, measurable = _grid(fields)
    volumes = int(np.prod(sizes[3:], dtype=np.float64))
    if volumes > 1:
        warnings.append(_several_volumes(volumes))
    try:
        geometry = VolumeGeometry((sizes[2], sizes[1], sizes[0]), _kji_to_lps(ras))
    except ValueError:
        raise _refused(say("The NIfTI header gives a grid that cannot exist.")) from None
    usable = np.isfinite([fields.slope, fields.intercept]).all() and fields.slope != 0
    return NiftiHeader(
        geometry=geometry,
        volumes=volumes,
        dtype=np.dtype(order + DATA_TYPES[fields.datatype]),
        data_offset=fields.vox_offset,
        slope=fields.slope if usable else 1.0,
        intercept=fields.intercept if usable else 0.0,
        warnings=tuple(warnings),
        measurable=measurable,
    )


def _fields_1(head: bytes, order: str) -> _Fields:
    def read(layout: str, at: int) -> tuple[float, ...]:
        return struct.unpack_from(order + layout, head, at)

    return _Fields(
        dim=struct.unpack_from(order + "8h", head, 40),
        datatype=struct.unpack_from(order + "h", head, 70)[0],
        pixdim=read("8f", 76),
        vox_offset=max(NIFTI_1_BYTES, int(read("f", 108)[0])),
        slope=read("f", 112)[0],
        intercept=read("f", 116)[0],
        units=head[123] & 7,
        qform_code=struct.unpack_from(order + "h", head, 252)[0],
        sform_code=struct.unpack_from(order + "h", head, 254)[0],
        quatern=read("3f", 256),
        offset=read("3f", 268),
        srow=read("12f", 280),
    )


def _fields_2(head: bytes, order: str) -> _Fields:
    def read(layout: str, at: int) -> tuple[float, ...]:
        return struct.unpack_from(order + layout, head, at)

    return _Fields(
        dim=struct.unpack_from(order + "8q", head, 16),
        datatype=struct.unpack_from(order + "h", head, 12)[0],
        pixdim=read("8d", 104),
        vox_offset=max(NIFTI_2_BYTES, struct.unpack_from(order + "q", head, 168)[0]),
        slope=read("d", 176)[0],
        intercept=read("d", 184)[0],
        units=struct.unpack_from(order + "i", head, 500)[0] & 7,
        qform_code=struct.unpack_from(order + "i", head, 344)[0],
        sform_code=struct.unpack_from(order + "i", head, 348)[0],
        quatern=read("3d", 352),
        offset=read("3d", 376),
        srow=read("12d", 400),
    )


def _grid(fields: _Fields) -> tuple[FloatArray, list[GeometryWarning], bool]:
    """The (i, j, k) to RAS affine in mm, what is odd about it, and whether it measures.

    The sform is used when its code is set, else the qform, else the voxel size alone.
    """
    warnings: list[GeometryWarning] = []
    measurable = True
    affine = np.eye(4)
    if fields.sform_code > 0:
        affine[:3] = np.reshape(fields.srow, (3, 4))
    else:
        sizes = np.abs(fields.pixdim[1:4])
        if not np.isfinite(sizes).all() or (sizes == 0).any():
            sizes = np.ones(3)
            measurable = False
            warnings.append(_no_spacing())
        if fields.qform_code > 0:
            affine[:3, :3] = _rotation(fields.quatern) * sizes
            affine[:3, 2] *= -1 if fields.pixdim[0] < 0 else 1
            affine[:3, 3] = fields.offset
        else:
            affine[:3, :3] = np.diag(sizes)
            warnings.append(_no_orientation())
    affine[:3] *= _MM_PER_UNIT.get(fields.units, 1.0)
    if not np.isfinite(affine).all() or (np.linalg.norm(affine[:3, :3], axis=0) == 0).any():
        raise _refused(say("The NIfTI header gives a grid that cannot exist."))
    unit = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    if np.abs(unit.T @ unit - np.eye(3)).max() > _SHEAR:
        warnings.append(_sheared())
        measurable = False
    return affine, warnings, measurable


def _rotation(quatern: tuple[float, ...]) -> FloatArray:
    """The rotation of a unit quaternion given by its last three components."""
    b, c, d = quatern
    rest = 1.0 - (b * b + c * c + d * d)
    a = np.sqrt(max(rest, 0.0))
    if rest < _HALF_TURN:
        a = 0.0
        b, c, d = np.array((b, c, d)) / np.sqrt(b * b + c * c + d * d)
    return np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )


def _kji_to_lps(ijk_to_ras: FloatArray) -> FloatArray:
    """Columns to (k, j, i) order, world to LPS."""
    return np.asarray(RAS_TO_LPS @ ijk_to_ras[:, [2, 1, 0, 3]])


def _several_volumes(count: int) -> GeometryWarning:
    text = say("The file holds {count} volumes; only the first is opened.", count=count)
    return GeometryWarning(WarningCode.SPLIT, text)


def _no_spacing() -> GeometryWarning:
    text = say("The header does not say how large a voxel is. Measuring is off.")
    return GeometryWarning(WarningCode.NO_SPACING, text)


def _no_orientation() -> GeometryWarning:
    text = say("The header does not say how the patient lies: left and right may be swapped.")
    return GeometryWarning(WarningCode.NO_POSITION, text)


def _sheared() -> GeometryWarning:
    text = say("The grid's axes are not at right angles. Measuring is off.")
    return GeometryWarning(WarningCode.SHEARED, text)


def _refused(why: Text) -> UnreadableError:
    return UnreadableError(why, say("Convert the file again with another program."))


def compose_header(geometry: VolumeGeometry, dtype: np.dtype[np.generic]) -> bytes:
    """A little-endian NIfTI-1 header, up to the first voxel, for unscaled values.

    Raises: ValueError: for a type NIfTI does not have.
    """
    codes = {np.dtype("<" + name): code for code, name in DATA_TYPES.items()}
    if dtype not in codes:
        raise ValueError(f"NIfTI holds no {dtype}.")
    affine = RAS_TO_LPS @ geometry.affine_kji_to_lps[:, [2, 1, 0, 3]]
    k, j, i = geometry.shape_kji
    sizes = np.linalg.norm(affine[:3, :3], axis=0)
    unit = affine[:3, :3] / sizes
    handedness = -1.0 if np.linalg.det(unit) < 0 else 1.0
    square = np.abs(unit.T @ unit - np.eye(3)).max() <= _SHEAR
    head = bytearray(NIFTI_1_BYTES + 4)
    struct.pack_into("<i", head, 0, NIFTI_1_BYTES)
    struct.pack_into("<8h", head, 40, 3, i, j, k, 1, 1, 1, 1)
    struct.pack_into("<hh", head, 70, codes[dtype], dtype.itemsize * 8)
    struct.pack_into("<8f", head, 76, handedness, *sizes, 1, 1, 1, 1)
    struct.pack_into("<3f", head, 108, NIFTI_1_BYTES + 4, 1.0, 0.0)
    head[123] = 2  # millimetres
    struct.pack_into("<hh", head, 252, 1 if square else 0, 1)
    if square:
        quatern = _quatern(unit * (1.0, 1.0, handedness))
        struct.pack_into("<6f", head, 256, *quatern, *affine[:3, 3])
    struct.pack_into("<12f", head, 280, *affine[:3].ravel())
    head[344:348] = b"n+1\0"
    return bytes(head)


def _quatern(rotation: FloatArray) -> FloatArray:
    """The last three components of a rotation's unit quaternion, the first being >= 0."""
    # The quaternion is the eigenvector of this matrix with the largest eigenvalue: unlike
    # the textbook formulas, no case is ill conditioned. Source: Bar-Itzhack 2000.
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = rotation
    symmetric = np.array(
        [
            [xx - yy - zz, yx + xy, zx + xz, zy - yz],
            [yx + xy, yy - xx - zz, zy + yz, xz - zx],
            [zx + xz, zy + yz, zz - xx - yy, yx - xy],
            [zy - yz, xz - zx, yx - xy, xx + yy + zz],
        ]
    )
    _, vectors = np.linalg.eigh(symmetric)
    b, c, d, a = vectors[:, -1]
    return np.asarray(np.array([b, c, d]) * (1.0 if a >= 0 else -1.0))

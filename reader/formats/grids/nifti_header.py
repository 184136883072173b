"""The header of a NIfTI-1 or NIfTI-2 file, and where its voxels lie in LPS.

Source: nifti1.h and nifti2.h of the NIfTI Data Format Working Group.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np

from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.study import GeometryWarning, WarningCode
from reader.core.text import Text, say
from reader.formats.grids.grid_image import (
    FARTHEST_MM,
    check_size,
    grid_warnings,
    no_orientation,
    no_spacing,
    shape_and_affine,
)
from reader.formats.grids.stored_voxels import Meaning, refused

RAS_TO_LPS: Final = np.diag([-1.0, -1.0, 1.0, 1.0])
"""Its own inverse. RAS, NIfTI's world, exists only in the `nifti` modules."""

LONGEST_HEADER: Final = 544
NIFTI_1_BYTES: Final = 348
NIFTI_2_BYTES: Final = 540

DATA_TYPES: Final[dict[int, str]] = {
    2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8",
    256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8",
}  # fmt: skip
_COMPLEX_TYPES: Final[dict[int, str]] = {32: "c8", 1792: "c16"}
_COLOR_SAMPLES: Final[dict[int, int]] = {128: 3, 2304: 4}
_REFUSED_TYPES: Final[dict[int, Text]] = {
    1: say("NIfTI files of single bits are not supported."),
    1536: say("NIfTI files of 128-bit numbers are not supported."),
    2048: say("NIfTI files of 256-bit complex numbers are not supported."),
}
_MM_PER_UNIT: Final = {0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001}
_SHEAR: Final = 1e-3
"""Cosine between grid axes above which no quaternion is written."""
_SAME_PLACE_MM: Final = 1.0
_SAME_SIZE: Final = 0.01
_MNI_OR_TALAIRACH: Final = 3
"""Codes from here on name a template's space, which the qform is not expected to share."""
_HALF_TURN: Final = 1e-7
"""Below this, what the other components leave for the first is rounding, as in nifti1_io.c."""


@dataclass(frozen=True, slots=True)
class NiftiHeader:
    """What a header says: the grid its volumes share, their data type and their scaling."""

    geometry: VolumeGeometry
    more_sizes: tuple[int, ...]
    """Sizes of the axes beyond the third, the last that are 1 left out."""
    dtype: np.dtype[np.generic]
    meaning: Meaning
    samples: int
    data_offset: int
    slope: float
    intercept: float
    warnings: tuple[GeometryWarning, ...]
    measurable: bool
    is_pair: bool
    """The voxels lie in an .img file beside this .hdr file."""


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
    is_pair: bool


_MAGICS: Final = {b"n+1\0": False, b"ni1\0": True, b"n+2\0": False, b"ni2\0": True}
"""Whether the voxels lie in a second file."""


def nifti_byte_order(head: bytes) -> str | None:
    """`<` or `>` when `head` starts a NIfTI image or its .hdr file, else None."""
    for order in "<>":
        if len(head) >= NIFTI_1_BYTES and struct.unpack_from(order + "i", head)[0] == NIFTI_1_BYTES:
            return order if head[344:348] in (b"n+1\0", b"ni1\0") else None
        if len(head) >= 12 and struct.unpack_from(order + "i", head)[0] == NIFTI_2_BYTES:
            return order if head[4:8] in (b"n+2\0", b"ni2\0") else None
    return None


def parse_header(head: bytes) -> NiftiHeader:
    """Understand the first `LONGEST_HEADER` bytes of a NIfTI file.

    Raises: UnreadableError: not NIfTI, damaged, or of a kind that is not supported.
    """
    order = nifti_byte_order(head)
    if order is None:
        raise refused(say("The NIfTI header is damaged or cut short."))
    try:
        is_first = head[344:348] in (b"n+1\0", b"ni1\0")
        fields = _fields_1(head, order) if is_first else _fields_2(head, order)
    except (struct.error, ValueError, OverflowError):
        raise refused(say("The NIfTI header is damaged or cut short.")) from None
    dtype, meaning, samples = _data_type(fields.datatype, order)
    sizes = _sizes(fields.dim)
    ras, warnings, measurable = _grid(fields, sizes)
    try:
        geometry = shape_and_affine(sizes, *_to_lps(ras))
    except ValueError:
        raise refused(say("The NIfTI header gives a grid that cannot exist.")) from None
    usable = np.isfinite([fields.slope, fields.intercept]).all() and fields.slope != 0
    usable = bool(usable) and meaning is Meaning.NUMBER
    return NiftiHeader(
        geometry=geometry,
        more_sizes=sizes[3:],
        dtype=dtype,
        meaning=meaning,
        samples=samples,
        data_offset=fields.vox_offset,
        slope=fields.slope if usable else 1.0,
        intercept=fields.intercept if usable else 0.0,
        warnings=tuple(warnings),
        measurable=measurable,
        is_pair=fields.is_pair,
    )


def _data_type(code: int, order: str) -> tuple[np.dtype[np.generic], Meaning, int]:
    """What one stored value is, and how many make one voxel."""
    if code in _REFUSED_TYPES:
        raise refused(_REFUSED_TYPES[code])
    if code in _COLOR_SAMPLES:
        return np.dtype(np.uint8), Meaning.COLOR, _COLOR_SAMPLES[code]
    if code in _COMPLEX_TYPES:
        return np.dtype(order + _COMPLEX_TYPES[code]), Meaning.COMPLEX, 1
    if code in DATA_TYPES:
        return np.dtype(order + DATA_TYPES[code]), Meaning.NUMBER, 1
    raise refused(say("NIfTI data type {code} is not supported.", code=code))


def _sizes(dim: tuple[int, ...]) -> tuple[int, ...]:
    """The sizes of i, j, k and of every further axis up to the last that is not 1."""
    if not 1 <= dim[0] <= 7 or min(dim[1 : 1 + dim[0]]) < 0:
        raise refused(say("The NIfTI header is damaged: it states no usable size."))
    sizes = [max(1, n) for n in dim[1 : 1 + dim[0]]]
    sizes += [1] * (3 - len(sizes))
    while len(sizes) > 3 and sizes[-1] == 1:
        sizes.pop()
    if len(sizes) > 3 and max(sizes[:3]) == 1:
        # Such as CIFTI, which counts the points of a surface along the fifth axis.
        raise refused(say("This NIfTI file holds a table of values and no image."))
    if not check_size(tuple(sizes)):
        raise refused(say("The NIfTI header is damaged: it states no usable size."))
    return tuple(sizes)


def _fields_1(head: bytes, order: str) -> _Fields:
    def read(layout: str, at: int) -> tuple[float, ...]:
        return struct.unpack_from(order + layout, head, at)

    return _Fields(
        dim=struct.unpack_from(order + "8h", head, 40),
        datatype=struct.unpack_from(order + "h", head, 70)[0],
        pixdim=read("8f", 76),
        vox_offset=max(0 if _MAGICS[head[344:348]] else NIFTI_1_BYTES, int(read("f", 108)[0])),
        slope=read("f", 112)[0],
        intercept=read("f", 116)[0],
        units=head[123] & 7,
        qform_code=struct.unpack_from(order + "h", head, 252)[0],
        sform_code=struct.unpack_from(order + "h", head, 254)[0],
        quatern=read("3f", 256),
        offset=read("3f", 268),
        srow=read("12f", 280),
        is_pair=_MAGICS[head[344:348]],
    )


def _fields_2(head: bytes, order: str) -> _Fields:
    def read(layout: str, at: int) -> tuple[float, ...]:
        return struct.unpack_from(order + layout, head, at)

    return _Fields(
        dim=struct.unpack_from(order + "8q", head, 16),
        datatype=struct.unpack_from(order + "h", head, 12)[0],
        pixdim=read("8d", 104),
        vox_offset=max(
            0 if _MAGICS[head[4:8]] else NIFTI_2_BYTES,
            struct.unpack_from(order + "q", head, 168)[0],
        ),
        slope=read("d", 176)[0],
        intercept=read("d", 184)[0],
        units=struct.unpack_from(order + "i", head, 500)[0] & 7,
        qform_code=struct.unpack_from(order + "i", head, 344)[0],
        sform_code=struct.unpack_from(order + "i", head, 348)[0],
        quatern=read("3d", 352),
        offset=read("3d", 376),
        srow=read("12d", 400),
        is_pair=_MAGICS[head[4:8]],
    )


@np.errstate(all="ignore")
def _grid(
    fields: _Fields, sizes: tuple[int, ...]
) -> tuple[FloatArray, list[GeometryWarning], bool]:
    """The (i, j, k) to RAS affine in mm, what is odd about it, and whether it measures.

    The sform is used when its code is set, else the qform, else the voxel size alone.
    """
    voxel = np.abs(fields.pixdim[1:4])
    is_sized = bool(np.isfinite(voxel).all() and (voxel > 0).all())
    scale = _MM_PER_UNIT.get(fields.units, 1.0)
    warnings: list[GeometryWarning] = []
    is_measured = True
    if fields.sform_code > 0:
        affine = np.eye(4)
        affine[:3] = np.reshape(fields.srow, (3, 4))
        odd = grid_warnings(affine[:3, :3])[0]
        if fields.qform_code > 0 and is_sized and not odd:
            warnings, is_measured = _compared(fields, affine, _by_qform(fields, voxel), sizes)
    else:
        if not is_sized:
            voxel, is_measured = np.ones(3), False
            warnings.append(no_spacing())
        affine = _by_qform(fields, voxel) if fields.qform_code > 0 else np.diag([*voxel, 1.0])
        if fields.qform_code <= 0:
            warnings.append(no_orientation())
    affine[:3] *= scale
    if not (np.abs(affine) < FARTHEST_MM).all():
        raise refused(say("The NIfTI header gives a grid that cannot exist."))
    odd, square = grid_warnings(affine[:3, :3])
    return affine, warnings + odd, is_measured and square


def _by_qform(fields: _Fields, voxel: FloatArray) -> FloatArray:
    affine = np.eye(4)
    affine[:3, :3] = _rotation(fields.quatern) * voxel
    affine[:3, 2] *= -1 if fields.pixdim[0] < 0 else 1
    affine[:3, 3] = fields.offset
    return affine


def _compared(
    fields: _Fields, sform: FloatArray, qform: FloatArray, sizes: tuple[int, ...]
) -> tuple[list[GeometryWarning], bool]:
    """What to say where a header puts the image in two places, and whether it measures.

    Different voxel sizes make every length doubtful. A different place does not, and is
    meant where the sform leads to a template.
    """
    with np.errstate(all="ignore"):
        ratio = np.linalg.norm(sform[:3, :3], axis=0) / np.linalg.norm(qform[:3, :3], axis=0)
        corners = np.array([(i, j, k, 1) for i in (0, 1) for j in (0, 1) for k in (0, 1)])
        corners = corners * (*np.array(sizes[:3]) - 1, 1)
        apart = np.linalg.norm((corners @ (sform - qform).T)[:, :3], axis=1).max()
    if fields.sform_code < _MNI_OR_TALAIRACH and not (np.abs(ratio - 1) < _SAME_SIZE).all():
        text = say("The header gives two voxel sizes (sform and qform). Measuring is off.")
        return [GeometryWarning(WarningCode.TWO_POSITIONS, text)], False
    if fields.sform_code < _MNI_OR_TALAIRACH and not apart < _SAME_PLACE_MM:
        text = say("The header gives two places (sform and qform); the sform is used.")
        return [GeometryWarning(WarningCode.TWO_POSITIONS, text)], True
    return [], True


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


def _to_lps(ijk_to_ras: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The steps along i, j and k as columns, and the origin, in LPS."""
    lps = RAS_TO_LPS @ ijk_to_ras
    return lps[:3, :3], lps[:3, 3]


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

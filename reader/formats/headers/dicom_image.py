"""One DICOM image as intake sees it: typed header values and where its pixels lie."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import repeat
from typing import Any, Final

import numpy as np

from reader.core.intensity import WindowFunction, WindowLevel
from reader.core.text import say
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.dicom_fragments import frame_fragments, image_size
from reader.formats.headers.dicom_pixel_format import read_pixel_format
from reader.formats.headers.dicom_slice import DicomSlice, PixelFormat, Vector
from reader.formats.headers.dicom_spacing import read_spacing
from reader.formats.headers.dicom_support import check_opens, refused
from reader.formats.headers.dicom_tables import read_tables
from reader.formats.headers.dicom_text import text
from reader.formats.headers.dicom_values import (
    binary_integer,
    doubles_as_text,
    integer,
    number,
    numbers,
    plain,
    plain_list,
    printable,
)
from reader.formats.headers.raw_header import HeaderKind, RawHeader
from reader.formats.headers.sop_classes import FUNCTIONAL_GROUP_CLASSES

MARKS: Final = (
    # Elements that tell images at one position apart, the most telling first.
    tag.DIFFUSION_B_VALUE,
    tag.SIEMENS_B_VALUE,
    tag.GE_B_VALUE,
    tag.SEQUENCE_NAME,
    tag.ECHO_NUMBERS,
    tag.ECHO_TIME,
    tag.INVERSION_TIME,
    tag.FLIP_ANGLE,
    tag.TEMPORAL_POSITION,
    tag.TRIGGER_TIME,
    tag.FRAME_REFERENCE_TIME,
    tag.COMPLEX_IMAGE_COMPONENT,
    tag.PHILIPS_IMAGE_TYPE,
    tag.IMAGE_TYPE,
    tag.CONVOLUTION_KERNEL,
    tag.DIFFUSION_GRADIENT,
    tag.STACK_ID,
    tag.ACQUISITION_NUMBER,
    tag.ACQUISITION_TIME,
    tag.CONTENT_TIME,
    tag.FRAME_OF_REFERENCE_UID,
)

_BINARY_PLACES: Final = tuple(
    MARKS.index(this) for this in (tag.DIFFUSION_B_VALUE, tag.DIFFUSION_GRADIENT)
)
_MARK_NAMES: Final = {
    tag.DIFFUSION_B_VALUE: "b",
    tag.SIEMENS_B_VALUE: "b",
    tag.GE_B_VALUE: "b",
    tag.FRAME_REFERENCE_TIME: "t",
    tag.ECHO_NUMBERS: "echo",
    tag.ECHO_TIME: "TE",
    tag.INVERSION_TIME: "TI",
    tag.FLIP_ANGLE: "FA",
    tag.TEMPORAL_POSITION: "t",
    tag.TRIGGER_TIME: "t",
    tag.ACQUISITION_NUMBER: "acq",
    tag.ACQUISITION_TIME: "acq",
}
"""The field's own short words, so that a description needs no translation."""

_COSINE_TOLERANCE: Final = 0.01
"""How far row and column cosines may be from unit length and from right angles."""

_LOSSY_SYNTAXES: Final = frozenset(
    {
        "1.2.840.10008.1.2.4.50",  # JPEG baseline
        "1.2.840.10008.1.2.4.51",  # JPEG extended
        "1.2.840.10008.1.2.4.53",  # and the retired ones between
        "1.2.840.10008.1.2.4.55",
        "1.2.840.10008.1.2.4.81",  # JPEG-LS near-lossless
    }
)

_LARGEST_SERIES_FILE: Final = 1 << 38
"""Bits: an image said to be larger than 32 GB is a broken header."""


OWN: Final = frozenset(
    {
        tag.SOP_INSTANCE_UID,
        tag.INSTANCE_NUMBER,
        tag.IMAGE_POSITION,
        tag.FRAME_OF_REFERENCE_UID,
        tag.WINDOW_CENTER,
        tag.WINDOW_WIDTH,
        tag.RESCALE_SLOPE,
        tag.ACQUISITION_NUMBER,
        tag.ACQUISITION_TIME,
        tag.CONTENT_TIME,
        tag.TRIGGER_TIME,
        tag.FRAME_REFERENCE_TIME,
        tag.TEMPORAL_POSITION,
    }
)
"""What only `_own_fields` reads: where headers differ in nothing else, the rest is the same."""


def read_slice(header: RawHeader, frames: int = 1) -> DicomSlice:
    """The slice that a single-frame file holds, or the first of several `frames`.

    Raises: UnreadableError: no image, an image that cannot be opened, or one cut short.
    """
    shared = _shared_fields(header, frames)
    return DicomSlice(**shared | _own_fields(header, shared, frames))


class SliceReader:
    """Reads slices of single-frame files, what a whole series shares only once."""

    def __init__(self) -> None:
        self._shared: dict[HeaderKind, dict[str, Any]] = {}

    def repeats(self, header: RawHeader) -> bool:
        """Whether a header is of a series of which another was read as a slice."""
        return header.kind is not None and header.kind in self._shared

    def read(self, header: RawHeader) -> DicomSlice:
        """As `read_slice`."""
        kind = header.kind
        if kind is None:
            return read_slice(header)
        shared = self._shared.get(kind)
        if shared is None:
            if not kind.varied <= OWN or tag.NOTED & header.elements.keys():
                return read_slice(header)
            shared = self._shared[kind] = _shared_fields(header, 1)
        return DicomSlice(**shared | _own_fields(header, shared, 1))


def _shared_fields(header: RawHeader, frames: int) -> dict[str, Any]:
    """The fields of a slice that hang on no element in `OWN`.

    Raises: UnreadableError: no image, or an image that cannot be opened.
    """
    elements = header.elements
    get = elements.get
    rows, columns = image_size(header)
    sop_class_uid = plain(get(tag.SOP_CLASS_UID, b""))
    if header.cut_short:
        check_opens(sop_class_uid, True, True)
        raise refused(say("The DICOM file is cut short: part of its header is missing."))
    check_opens(sop_class_uid, rows > 0, header.has_pixels)
    pixels = read_pixel_format(header)
    _check_size(frames, rows, columns, pixels)
    tables = read_tables(header, pixels, number(get(tag.RESCALE_INTERCEPT, b"")) or 0.0)
    apart, source = read_spacing(header, sop_class_uid, tables.region_spacing_mm)
    return {
        "sop_class_uid": sop_class_uid,
        "series_uid": plain(get(tag.SERIES_INSTANCE_UID, b"")),
        "study_uid": plain(get(tag.STUDY_INSTANCE_UID, b"")),
        "rows": rows,
        "columns": columns,
        "pixels": pixels,
        "orientation": orientation(get(tag.IMAGE_ORIENTATION, b"")),
        "spacing_mm": apart,
        "spacing_source": source,
        "slice_thickness_mm": positive(get(tag.SLICE_THICKNESS, b"")),
        "slice_spacing_mm": positive(get(tag.SPACING_BETWEEN_SLICES, b"")),
        "localizer": b"LOCALIZER" in get(tag.IMAGE_TYPE, b""),
        "table": tables.table,
        "palette": tables.palette,
        "overlays": tables.overlays,
        "padding": _padding(header, pixels),
        "windows": tables.windows,
        "lossy": plain(get(tag.LOSSY_IMAGE_COMPRESSION, b"")) == "01"
        or pixels.transfer_syntax_uid in _LOSSY_SYNTAXES,
    }


def _own_fields(header: RawHeader, shared: dict[str, Any], frames: int) -> dict[str, Any]:
    """The fields of a slice that may differ from file to file, and `windows` whole.

    Raises: UnreadableError: the file is cut short.
    """
    get = header.elements.get
    pixels: PixelFormat = shared["pixels"]
    frame_bytes = shared["rows"] * shared["columns"] * pixels.frame_bits // 8
    slope = number(get(tag.RESCALE_SLOPE, b""))
    intercept = number(get(tag.RESCALE_INTERCEPT, b""))
    by_table = shared["table"] is not None
    return {
        "path": header.path,
        "sop_instance_uid": plain(get(tag.SOP_INSTANCE_UID, b"")),
        "instance_number": integer(get(tag.INSTANCE_NUMBER, b"")),
        "encapsulated": header.pixels is not None and header.pixels.encapsulated,
        "fragments": frame_fragments(header, frame_bytes, frames)[0],
        "file_size": header.file_size,
        "modified_ns": header.modified_ns,
        "position_lps_mm": position(get(tag.IMAGE_POSITION, b"")),
        "frame_of_reference_uid": plain(get(tag.FRAME_OF_REFERENCE_UID, b"")),
        "slope": 1.0 if by_table else slope or 1.0,
        "intercept": 0.0 if by_table else intercept or 0.0,
        "rescaled": by_table or intercept is not None,
        "windows": shared["windows"] + header_windows(header.elements, pixels),
        "marks": _marks(header),
    }


def _marks(header: RawHeader) -> tuple[bytes, ...]:
    """The values of `MARKS`, numbers as text."""
    get = header.elements.get
    found = list(map(get, MARKS, repeat(b"")))
    for index in _BINARY_PLACES:
        if found[index]:
            found[index] = doubles_as_text(found[index], header.big_endian)
    return tuple(found)


def _check_size(frames: int, rows: int, columns: int, pixels: PixelFormat) -> None:
    """Return when an image may be as large as its header claims.

    Raises: UnreadableError: no file holds such a one.
    """
    if rows * columns * frames * pixels.frame_bits > _LARGEST_SERIES_FILE:
        raise refused(
            say(
                "The header claims {frames} images of {rows} × {columns} pixels, which no file "
                "holds.",
                frames=frames,
                rows=rows,
                columns=columns,
            )
        )


def _padding(header: RawHeader, pixels: PixelFormat) -> tuple[int, int] | None:
    """The stored values that mark pixels outside the image, the smallest and the largest.

    Their sign is the pixels', whatever VR the element has: 63536 in signed pixels is -2000.
    Source: DICOM PS3.3 C.7.5.1.1.2.
    """
    stated = header.elements.get(tag.PIXEL_PADDING_VALUE, b"")
    if not stated or pixels.is_color or pixels.real:
        return None
    ends = [
        binary_integer(header.elements.get(this, b""), header.big_endian, pixels.signed)
        for this in (tag.PIXEL_PADDING_VALUE, tag.PIXEL_PADDING_RANGE_LIMIT)
    ]
    known = [end for end in ends if end is not None]
    return (min(known), max(known)) if known else None


def is_multi_frame(header: RawHeader) -> bool:
    """Whether the file holds frames: several, or one described in functional groups."""
    if plain(header.elements.get(tag.SOP_CLASS_UID, b"")) in FUNCTIONAL_GROUP_CLASSES:
        return True
    return (integer(header.elements.get(tag.NUMBER_OF_FRAMES, b"")) or 1) > 1


def position(value: bytes) -> Vector | None:
    """Image Position (Patient)."""
    found = numbers(value)
    return (found[0], found[1], found[2]) if len(found) == 3 else None


@lru_cache(maxsize=256)
def orientation(value: bytes) -> tuple[Vector, Vector] | None:
    """Image Orientation (Patient): unit vectors along a row and down a column.

    None when they are not nearly of unit length and at right angles.
    """
    found = numbers(value)
    if len(found) != 6:
        return None
    along, down = np.array(found[:3]), np.array(found[3:])
    lengths = float(np.linalg.norm(along)), float(np.linalg.norm(down))
    if max(abs(lengths[0] - 1), abs(lengths[1] - 1), abs(float(along @ down))) > _COSINE_TOLERANCE:
        return None
    along, down = along / lengths[0], down / lengths[1]
    return (
        (float(along[0]), float(along[1]), float(along[2])),
        (float(down[0]), float(down[1]), float(down[2])),
    )


def positive(value: bytes) -> float | None:
    """A length above zero."""
    found = number(value)
    return found if found is not None and found > 0 else None


def header_windows(elements: Mapping[int, bytes], pixels: PixelFormat) -> tuple[WindowLevel, ...]:
    """The windows that plain elements of a header propose for pixels stored so."""
    centers = elements.get(tag.WINDOW_CENTER, b"")
    if not centers or pixels.is_color:
        return ()
    return windows(
        centers,
        elements.get(tag.WINDOW_WIDTH, b""),
        elements.get(tag.VOI_LUT_FUNCTION, b""),
        elements.get(tag.WINDOW_EXPLANATION, b""),
        elements.get(tag.SPECIFIC_CHARACTER_SET, b""),
    )


@lru_cache(maxsize=1024)
def windows(
    centers: bytes,
    widths: bytes,
    function: bytes = b"",
    explanations: bytes = b"",
    character_set: bytes = b"",
) -> tuple[WindowLevel, ...]:
    """The windows a header proposes, equal ones once, each by the header's name for it.

    Without a function they are LINEAR, which has no widths below 1: such a window is meant
    exactly. Source: DICOM PS3.3 C.11.2.1.2.
    """
    stated = _FUNCTIONS.get(plain(function), WindowFunction.LINEAR)
    names = text(explanations, character_set).split("\\") if explanations else []
    found: dict[tuple[float, float], WindowLevel] = {}
    for n, (center, width) in enumerate(zip(numbers(centers), numbers(widths), strict=False)):
        if width > 0:
            exact = stated is WindowFunction.LINEAR and width < 1
            name = printable(names[n]) if n < len(names) else ""
            found.setdefault(
                (center, width),
                WindowLevel(
                    center, width, WindowFunction.LINEAR_EXACT if exact else stated, None, name
                ),
            )
    return tuple(found.values())


_FUNCTIONS: Final = {
    one.value: one
    for one in (WindowFunction.LINEAR, WindowFunction.LINEAR_EXACT, WindowFunction.SIGMOID)
}


def mark_text(slice_: DicomSlice, index: int) -> str:
    """What one of a slice's `MARKS` says, short and printable: "b 800", "TE 4.6"."""
    value = "/".join(plain_list(slice_.marks[index]))
    name = _MARK_NAMES.get(MARKS[index], "") if index < len(MARKS) else ""
    return f"{name} {''.join(c for c in value if c.isprintable())[:40]}".strip()

"""One DICOM image as intake sees it: typed header values and where its pixels lie."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from reader.core.intensity import WindowLevel
from reader.core.text import say
from reader.formats import dicom_tags as tag
from reader.formats.dicom_parse import RawHeader
from reader.formats.dicom_slice import DicomSlice, PixelFormat, Vector
from reader.formats.dicom_support import check_decodes, check_opens, refused
from reader.formats.dicom_values import (
    binary_integer,
    doubles_as_text,
    integer,
    number,
    numbers,
    plain,
    plain_list,
)
from reader.formats.sop_classes import FUNCTIONAL_GROUP_CLASSES

MARKS: Final = (
    # Elements that tell images at one position apart, the most telling first.
    tag.DIFFUSION_B_VALUE,
    tag.SIEMENS_B_VALUE,
    tag.SEQUENCE_NAME,
    tag.ECHO_NUMBERS,
    tag.ECHO_TIME,
    tag.INVERSION_TIME,
    tag.FLIP_ANGLE,
    tag.TEMPORAL_POSITION,
    tag.TRIGGER_TIME,
    tag.COMPLEX_IMAGE_COMPONENT,
    tag.IMAGE_TYPE,
    tag.CONVOLUTION_KERNEL,
    tag.DIFFUSION_GRADIENT,
    tag.STACK_ID,
    tag.ACQUISITION_NUMBER,
    tag.ACQUISITION_TIME,
    tag.CONTENT_TIME,
    tag.FRAME_OF_REFERENCE_UID,
)

_BINARY_MARKS: Final = (tag.DIFFUSION_B_VALUE, tag.DIFFUSION_GRADIENT)
_MARK_NAMES: Final = {
    tag.DIFFUSION_B_VALUE: "b",
    tag.SIEMENS_B_VALUE: "b",
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

_LARGEST_SIDE: Final = 65_535
_COSINE_TOLERANCE: Final = 0.01
"""How far row and column cosines may be from unit length and from right angles."""

_LOSSY_SYNTAXES: Final = frozenset(
    {
        "1.2.840.10008.1.2.4.50",  # JPEG baseline
        "1.2.840.10008.1.2.4.51",  # JPEG extended
        "1.2.840.10008.1.2.4.81",  # JPEG-LS near-lossless
    }
)

_ONE_SAMPLE: Final = ("MONOCHROME1", "MONOCHROME2")


def read_pixel_format(header: RawHeader) -> PixelFormat:
    """How the samples are stored.

    Raises: UnreadableError: for colour, float or damaged pixel descriptions, by name.
    """

    def short(this: int) -> int | None:
        return binary_integer(header.elements.get(this, b""), header.big_endian)

    photometric = plain(header.elements.get(tag.PHOTOMETRIC_INTERPRETATION, b"MONOCHROME2"))
    samples = short(tag.SAMPLES_PER_PIXEL) or 1
    if samples != 1 or photometric not in _ONE_SAMPLE:
        raise refused(say("Colour images ({name}) are not supported yet.", name=photometric))
    if tag.MODALITY_LUT_SEQUENCE in header.elements:
        raise refused(say("Images with a modality lookup table are not supported yet."))
    allocated = short(tag.BITS_ALLOCATED)
    stored = short(tag.BITS_STORED) or allocated
    if allocated not in (8, 16, 32) or stored is None or not 1 <= stored <= allocated:
        raise refused(say("Pixels of {bits} bits are not supported.", bits=allocated or "?"))
    check_decodes(header.transfer_syntax_uid)
    high_bit = short(tag.HIGH_BIT)
    return _pixel_format(
        header.transfer_syntax_uid,
        allocated,
        stored,
        stored - 1 if high_bit is None or not stored - 1 <= high_bit < allocated else high_bit,
        short(tag.PIXEL_REPRESENTATION) == 1,
        photometric,
    )


@lru_cache(maxsize=256)
def _pixel_format(*values: object) -> PixelFormat:
    """One object for all slices stored alike."""
    return PixelFormat(*values)  # type: ignore[arg-type]


def read_slice(header: RawHeader, frames: int = 1) -> DicomSlice:
    """The slice that a single-frame file holds, or the first of several `frames`.

    Raises: UnreadableError: no image, an image that cannot be opened, or one cut short.
    """
    elements = header.elements
    get = elements.get
    rows, columns = image_size(header)
    check_opens(plain(get(tag.SOP_CLASS_UID, b"")), rows > 0, header.has_pixels)
    pixels = read_pixel_format(header)
    slope = number(get(tag.RESCALE_SLOPE, b""))
    intercept = number(get(tag.RESCALE_INTERCEPT, b""))
    return DicomSlice(
        path=header.path,
        sop_class_uid=plain(get(tag.SOP_CLASS_UID, b"")),
        sop_instance_uid=plain(get(tag.SOP_INSTANCE_UID, b"")),
        series_uid=plain(get(tag.SERIES_INSTANCE_UID, b"")),
        study_uid=plain(get(tag.STUDY_INSTANCE_UID, b"")),
        instance_number=integer(get(tag.INSTANCE_NUMBER, b"")),
        rows=rows,
        columns=columns,
        pixels=pixels,
        encapsulated=header.pixels is not None and header.pixels.encapsulated,
        fragments=frame_fragments(header, rows * columns * pixels.bits_allocated // 8, frames)[0],
        file_size=header.file_size,
        modified_ns=header.modified_ns,
        position_lps_mm=position(get(tag.IMAGE_POSITION, b"")),
        orientation=orientation(get(tag.IMAGE_ORIENTATION, b"")),
        spacing_mm=spacing(get(tag.PIXEL_SPACING, b"")),
        slice_thickness_mm=positive(get(tag.SLICE_THICKNESS, b"")),
        slice_spacing_mm=positive(get(tag.SPACING_BETWEEN_SLICES, b"")),
        frame_of_reference_uid=plain(get(tag.FRAME_OF_REFERENCE_UID, b"")),
        localizer=b"LOCALIZER" in get(tag.IMAGE_TYPE, b""),
        slope=slope if slope else 1.0,
        intercept=intercept or 0.0,
        rescaled=intercept is not None,
        padding=_padding(header, pixels.signed),
        windows=windows(get(tag.WINDOW_CENTER, b""), get(tag.WINDOW_WIDTH, b"")),
        lossy=plain(get(tag.LOSSY_IMAGE_COMPRESSION, b"")) == "01"
        or pixels.transfer_syntax_uid in _LOSSY_SYNTAXES,
        marks=tuple(
            doubles_as_text(get(this, b""), header.big_endian)
            if this in _BINARY_MARKS
            else get(this, b"")
            for this in MARKS
        ),
    )


def _padding(header: RawHeader, signed: bool) -> tuple[int, int] | None:
    """The stored values that mark pixels outside the image."""
    value = binary_integer(
        header.elements.get(tag.PIXEL_PADDING_VALUE, b""), header.big_endian, signed
    )
    return None if value is None else (value, value)


def image_size(header: RawHeader) -> tuple[int, int]:
    """Rows and columns; (0, 0) when the header does not say both."""
    rows = binary_integer(header.elements.get(tag.ROWS, b""), header.big_endian) or 0
    columns = binary_integer(header.elements.get(tag.COLUMNS, b""), header.big_endian) or 0
    if not (0 < rows <= _LARGEST_SIDE and 0 < columns <= _LARGEST_SIDE):
        return 0, 0
    return rows, columns


def is_multi_frame(header: RawHeader) -> bool:
    """Whether the file holds frames: several, or one described in functional groups."""
    if plain(header.elements.get(tag.SOP_CLASS_UID, b"")) in FUNCTIONAL_GROUP_CLASSES:
        return True
    return (integer(header.elements.get(tag.NUMBER_OF_FRAMES, b"")) or 1) > 1


def frame_fragments(
    header: RawHeader, frame_bytes: int, frames: int
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """For each frame, the (offset, length) of its bytes; () where pydicom must find them.

    Raises: UnreadableError: when the file ends before the last frame does.
    """
    place = header.pixels
    if place is None:
        return ((),) * frames
    if not place.encapsulated:
        start, declared = place.fragments[0]
        present = min(declared, header.file_size - start)
        if present < frame_bytes * frames:
            raise refused(
                say(
                    "The DICOM file is cut short: {present} of {needed} bytes of pixel data.",
                    present=max(0, present),
                    needed=frame_bytes * frames,
                )
            )
        return tuple(((start + n * frame_bytes, frame_bytes),) for n in range(frames))
    if frames == 1:
        return (place.fragments,)
    if len(place.fragments) == frames:
        return tuple((fragment,) for fragment in place.fragments)
    return _fragments_by_offset_table(place.fragments, place.offsets, frames)


def _fragments_by_offset_table(
    fragments: tuple[tuple[int, int], ...], offsets: tuple[int, ...], frames: int
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Group fragments into frames. Source: DICOM PS3.5 A.4 (Basic Offset Table)."""
    if len(offsets) != frames or not fragments:
        return ((),) * frames
    # Offsets count from the first fragment's item header, 8 bytes before its value.
    first = fragments[0][0]
    starts = [first + offset for offset in offsets] + [fragments[-1][0] + 1]
    return tuple(
        tuple(f for f in fragments if starts[n] <= f[0] < starts[n + 1]) for n in range(frames)
    )


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


def spacing(value: bytes) -> tuple[float, float] | None:
    """Pixel Spacing: between rows, between columns."""
    found = numbers(value)
    return (found[0], found[1]) if len(found) == 2 and min(found) > 0 else None


def positive(value: bytes) -> float | None:
    """A length above zero."""
    found = number(value)
    return found if found is not None and found > 0 else None


@lru_cache(maxsize=1024)
def windows(centers: bytes, widths: bytes) -> tuple[WindowLevel, ...]:
    """The windows a header proposes, equal ones once."""
    pairs = zip(numbers(centers), numbers(widths), strict=False)
    return tuple(dict.fromkeys(WindowLevel(c, w) for c, w in pairs if w > 0))


def mark_text(slice_: DicomSlice, index: int) -> str:
    """What one of a slice's `MARKS` says, short and printable: "b 800", "TE 4.6"."""
    value = "/".join(plain_list(slice_.marks[index]))
    name = _MARK_NAMES.get(MARKS[index], "") if index < len(MARKS) else ""
    return f"{name} {''.join(c for c in value if c.isprintable())[:40]}".strip()

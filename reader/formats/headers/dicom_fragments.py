"""Where in a file the pixels of each frame lie, and whether they are all there."""

from __future__ import annotations

from typing import Final

from reader.core.text import say
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.dicom_support import refused
from reader.formats.headers.dicom_values import binary_integer
from reader.formats.headers.raw_header import PixelPlace, RawHeader

_LARGEST_SIDE: Final = 65_535


def image_size(header: RawHeader) -> tuple[int, int]:
    """Rows and columns; (0, 0) when the header does not say both."""
    rows = binary_integer(header.elements.get(tag.ROWS, b""), header.big_endian) or 0
    columns = binary_integer(header.elements.get(tag.COLUMNS, b""), header.big_endian) or 0
    if not (0 < rows <= _LARGEST_SIDE and 0 < columns <= _LARGEST_SIDE):
        return 0, 0
    return rows, columns


def frame_fragments(
    header: RawHeader, frame_bytes: int, frames: int
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """For each frame, the (offset, length) of its bytes; () where pydicom must find them.

    Raises: UnreadableError: when the file ends before the last frame does.
    """
    place = header.pixels
    if place is None:
        if header.pixel_length is not None:
            _check_present(header.pixel_length, frame_bytes * frames)
        return ((),) * frames
    if not place.encapsulated:
        return _native_fragments(header, place, frame_bytes, frames)
    if len(place.fragments) < frames:
        raise refused(
            say(
                "The DICOM file is cut short: {present} of {needed} frames.",
                present=len(place.fragments),
                needed=frames,
            )
        )
    if frames == 1:
        return (place.fragments,)
    if len(place.fragments) == frames:
        return tuple((fragment,) for fragment in place.fragments)
    return _fragments_by_offset_table(place.fragments, place.offsets, frames)


def _native_fragments(
    header: RawHeader, place: PixelPlace, frame_bytes: int, frames: int
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The places of uncompressed frames, one after the other."""
    start, declared = place.fragments[0]
    present = min(declared, header.file_size - start)
    if binary_integer(header.elements.get(tag.BITS_ALLOCATED, b"")) == 1:
        rows, columns = image_size(header)
        needed = (rows * columns * frames + 7) // 8
        _check_present(present, needed)
        if frames == 1:
            return (((start, needed),),)
        if rows * columns % 8:
            # Frames begin inside a byte.
            return ((),) * frames
    _check_present(present, frame_bytes * frames)
    return tuple(((start + n * frame_bytes, frame_bytes),) for n in range(frames))


def _check_present(present: int, needed: int) -> None:
    """Return when all bytes of the pixels are there.

    Raises: UnreadableError: saying how many are not.
    """
    if present < needed:
        raise refused(
            say(
                "The DICOM file is cut short: {present} of {needed} bytes of pixel data.",
                present=max(0, present),
                needed=needed,
            )
        )


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

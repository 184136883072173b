"""Names what a file is that Reading Room does not open, from its first bytes."""

from __future__ import annotations

from typing import Final

from reader.core.errors import NotAnImageError, UnreadableError
from reader.core.text import Text, say

_KINDS: Final[tuple[tuple[bytes, Text], ...]] = (
    (b"\x1f\x8b", say("A compressed file that holds no image.")),
    (b"PK\x03\x04", say("A document, program or data package, not an archive of images.")),
    (b"<?xml", say("An XML document, not an image file.")),
    (b"RIFF", say("A video, sound or picture file, not a medical image file.")),
    (b"%PDF", say("A PDF document, not an image file.")),
    (b"\x89PNG", say("A PNG picture, not a medical image file.")),
    (b"\xff\xd8\xff", say("A JPEG picture, not a medical image file.")),
    (b"II*\0", say("A TIFF picture, not a medical image file.")),
    (b"MM\0*", say("A TIFF picture, not a medical image file.")),
    (b"BM", say("A BMP picture, not a medical image file.")),
    (b"GIF8", say("A GIF picture, not a medical image file.")),
    (b"\x89HDF", say("HDF5 files are not supported.")),
)

_TEXT_BYTES: Final = 352
"""Further on, a text may hold letters of an older encoding."""


def not_opened(head: bytes) -> UnreadableError:
    """Why a file of no known kind is not opened; `head` is its beginning."""
    others = say("Other files in the folder are not affected.")
    if not head:
        return UnreadableError(say("The file is empty (0 bytes)."), others)
    kind = _kind(head)
    if kind is not None:
        return NotAnImageError(kind, others)
    return UnreadableError(say("Not an image file that Reading Room knows."), others)


def _kind(head: bytes) -> Text | None:
    """What a file is that is surely no medical image."""
    for start, name in _KINDS:
        if head.startswith(start):
            return name
    return say("A text file, not an image file.") if _is_text(head[:_TEXT_BYTES]) else None


def _is_text(head: bytes) -> bool:
    """Whether these bytes read as text: UTF-8 (cut anywhere) without control characters."""
    try:
        words = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return False
        words = head[: error.start].decode("utf-8")
    return all(c.isprintable() or c in "\t\r\n\f" for c in words)

"""UIDs that are the same each time the same thing is opened or written."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from reader.formats.plain_file import open_plain

_BLOCK_BYTES: Final = 64 * 1024
_MOST_BLOCKS: Final = 256


def derived_uid(*parts: str) -> str:
    """A valid UID that follows from `parts` alone.

    Source: DICOM PS3.5 B.2 (UUID-derived UIDs).
    """
    # A path may hold bytes that are no text.
    digest = hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def content_uid(kind: str, path: Path) -> str:
    """A UID that follows from a file's bytes, wherever the file lies.

    Files up to 16 MiB are read whole; of larger ones, 256 blocks spread evenly from
    the first byte to the last, and the size. (A gzip file ends with a checksum of all.)
    """
    size = path.stat().st_size
    digest = hashlib.sha256(f"{kind}\0{size}\0".encode())
    with open_plain(path) as file:
        if size <= _BLOCK_BYTES * _MOST_BLOCKS:
            digest.update(file.read())
        else:
            for block in range(_MOST_BLOCKS):
                file.seek((size - _BLOCK_BYTES) * block // (_MOST_BLOCKS - 1))
                digest.update(file.read(_BLOCK_BYTES))
    return f"2.25.{int.from_bytes(digest.digest()[:16], 'big')}"

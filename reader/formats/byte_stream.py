"""A file's bytes in order, unpacked on the way when the file is gzip."""

from __future__ import annotations

import zlib
from pathlib import Path
from types import TracebackType
from typing import Final, Self

GZIP_MAGIC: Final = b"\x1f\x8b"
_PACKED_BYTES: Final = 256 * 1024
_UNPACKED_BYTES: Final = 4 * 1024 * 1024
_GZIP_WBITS: Final = 31
_SIZE_MODULUS: Final = 1 << 32


class ByteStream:
    """A file's bytes in order, unpacked when they are gzip."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._unpack: zlib._Decompress | None = None
        self._ready = memoryview(b"")
        if self._file.read(2) == GZIP_MAGIC:
            self._unpack = zlib.decompressobj(_GZIP_WBITS)
        self._file.seek(0)

    @property
    def compressed(self) -> bool:
        """Whether the bytes are unpacked on the way, so that only reading on is possible."""
        return self._unpack is not None

    def seek(self, position: int) -> None:
        """Go to a byte of an uncompressed file."""
        self._file.seek(position)

    def read(self, count: int) -> bytes:
        """Up to `count` bytes; fewer only at the end."""
        target = bytearray(count)
        return bytes(memoryview(target)[: self.read_into(memoryview(target))])

    def read_into(self, target: memoryview) -> int:
        """Fill `target`; the number of bytes, fewer than asked only at the end."""
        if self._unpack is None:
            return self._file.readinto(target)
        filled = 0
        while filled < len(target):
            if not len(self._ready) and not self._unpack_more(self._unpack):
                break
            count = min(len(self._ready), len(target) - filled)
            target[filled : filled + count] = self._ready[:count]
            self._ready = self._ready[count:]
            filled += count
        return filled

    def _unpack_more(self, unpack: zlib._Decompress) -> bool:
        """Unpack the next piece; False at the end of the last gzip member."""
        while True:
            packed = unpack.unconsumed_tail or unpack.unused_data or self._file.read(_PACKED_BYTES)
            if not packed:
                return False
            if unpack.eof:
                # Several members in one file, as parallel compressors write them.
                unpack = self._unpack = zlib.decompressobj(_GZIP_WBITS)
            piece = unpack.decompress(packed, _UNPACKED_BYTES)
            if piece:
                self._ready = memoryview(piece)
                return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def gzip_size(path: Path, expected: int) -> int:
    """How many bytes a gzip file unpacks to, or fewer where it is damaged.

    The size that ends the file is believed when it is the one expected; otherwise (cut
    short, or several members) the file is unpacked and counted.
    """
    with path.open("rb") as file:
        file.seek(-4, 2)
        if int.from_bytes(file.read(4), "little") == expected % _SIZE_MODULUS:
            return expected
    count = 0
    target = memoryview(bytearray(_UNPACKED_BYTES))
    try:
        with ByteStream(path) as stream:
            while filled := stream.read_into(target):
                count += filled
    except zlib.error:
        pass
    return count

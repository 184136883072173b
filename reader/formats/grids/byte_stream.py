"""A file's bytes in order, unpacked on the way when they are compressed."""

from __future__ import annotations

import bz2
import enum
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Protocol, Self

from isal import isal_zlib

from reader.formats.plain_file import open_plain

GZIP_MAGIC: Final = b"\x1f\x8b"
_FIRST_BYTES: Final = 4 * 1024
"""A header needs no more; later pieces grow."""
_PACKED_BYTES: Final = 128 * 1024
_UNPACKED_BYTES: Final = 4 * 1024 * 1024
_SIZE_MODULUS: Final = 1 << 32
_DEFLATE_ERROR: type[Exception] = vars(isal_zlib)["error"]
"""Its type stub takes it for an instance."""
_MOST_PER_BYTE: Final = 1032
"""What deflate can make of one byte at most. Source: zlib's technical details."""


class Packing(enum.Enum):
    """How bytes are compressed."""

    NONE = "none"
    GZIP = "gzip"
    ZLIB = "zlib"
    BZIP2 = "bzip2"


class PackedDataError(Exception):
    """Compressed bytes that are damaged."""


class _Unpacker(Protocol):
    """Compressed bytes in, the next piece of what they hold out."""

    def next_piece(self, file: BinaryIO) -> bytes:
        """Some bytes; none at the end. Raises: PackedDataError."""


class _Deflated:
    """Gzip, in one member or several as parallel compressors write them, or zlib."""

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._unpack = isal_zlib.decompressobj(wbits)
        self._step = _FIRST_BYTES

    def next_piece(self, file: BinaryIO) -> bytes:
        while True:
            unpack = self._unpack
            packed = unpack.unconsumed_tail or unpack.unused_data or file.read(self._step)
            if not packed:
                return b""
            self._step = min(4 * self._step, _PACKED_BYTES)
            if unpack.eof:
                unpack = self._unpack = isal_zlib.decompressobj(self._wbits)
            try:
                piece = unpack.decompress(packed, _UNPACKED_BYTES)
            except _DEFLATE_ERROR as error:
                raise PackedDataError from error
            if piece:
                return piece


class _Bzip2:
    """One or several bzip2 streams."""

    def __init__(self) -> None:
        self._unpack = bz2.BZ2Decompressor()

    def next_piece(self, file: BinaryIO) -> bytes:
        while True:
            packed = b""
            if self._unpack.eof:
                packed = self._unpack.unused_data or file.read(_PACKED_BYTES)
                if not packed:
                    return b""
                self._unpack = bz2.BZ2Decompressor()
            elif self._unpack.needs_input:
                packed = file.read(_PACKED_BYTES)
                if not packed:
                    return b""
            try:
                piece = self._unpack.decompress(packed, _UNPACKED_BYTES)
            except (OSError, EOFError) as error:
                raise PackedDataError from error
            if piece:
                return piece


_UNPACKERS: Final[dict[Packing, Callable[[], _Unpacker]]] = {
    Packing.GZIP: lambda: _Deflated(31),
    Packing.ZLIB: lambda: _Deflated(15),
    Packing.BZIP2: _Bzip2,
}


class ByteStream:
    """A file's bytes from `start` on, unpacked when they are compressed.

    Without a `packing`, the first two bytes tell whether they are gzip: the name is not
    asked. Every read may raise PackedDataError.
    """

    def __init__(self, path: Path, packing: Packing | None = None, start: int = 0) -> None:
        self._file = open_plain(path)
        self._start = start
        self._ready = memoryview(b"")
        self._file.seek(start)
        if packing is None:
            packing = Packing.GZIP if self._file.read(2) == GZIP_MAGIC else Packing.NONE
            self._file.seek(start)
        self._unpack = _UNPACKERS[packing]() if packing in _UNPACKERS else None

    @property
    def compressed(self) -> bool:
        """Whether the bytes are unpacked on the way, so that only reading on is possible."""
        return self._unpack is not None

    def seek(self, position: int) -> None:
        """Go to a byte (counted from `start`) of an uncompressed file."""
        self._file.seek(self._start + position)

    def skip(self, count: int) -> None:
        """Leave out the next `count` bytes; at the end, fewer."""
        if self._unpack is None:
            self._file.seek(count, 1)
            return
        while count and (len(self._ready) or self._unpack_more()):
            step = min(count, len(self._ready))
            self._ready = self._ready[step:]
            count -= step

    def read(self, count: int) -> bytes:
        """Up to `count` bytes; fewer only at the end."""
        target = bytearray(count)
        return bytes(memoryview(target)[: self.read_into(memoryview(target))])

    def read_into(self, target: memoryview) -> int:
        """Fill `target`; the number of bytes, fewer than asked only at the end."""
        if self._unpack is None:
            return self._file.readinto(target)
        filled = 0
        while filled < len(target) and (len(self._ready) or self._unpack_more()):
            count = min(len(self._ready), len(target) - filled)
            target[filled : filled + count] = self._ready[:count]
            self._ready = self._ready[count:]
            filled += count
        return filled

    def _unpack_more(self) -> bool:
        """Unpack the next piece; False at the end."""
        self._ready = memoryview(self._unpack.next_piece(self._file) if self._unpack else b"")
        return bool(self._ready)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def holds_bytes(path: Path, packing: Packing, start: int, expected: int) -> bool:
    """Whether a file from `start` on unpacks to at least `expected` bytes.

    Nothing is unpacked where the file's size, or what gzip writes at its end, tells.
    Otherwise (cut short, or several members) it is unpacked and counted, no further than
    `expected`. Of zlib streams, which say nothing, only what they could hold is asked.
    """
    packed = path.stat().st_size - start
    if packing is Packing.NONE:
        return packed >= expected
    if packing is not Packing.BZIP2 and packed * _MOST_PER_BYTE < expected:
        return False
    if packing is Packing.ZLIB:
        return True
    if packing is Packing.GZIP and packed >= 4:
        with open_plain(path) as file:
            file.seek(-4, 2)
            if int.from_bytes(file.read(4), "little") == expected % _SIZE_MODULUS:
                return True
    return _counts_to(path, packing, start, expected)


def _counts_to(path: Path, packing: Packing, start: int, expected: int) -> bool:
    count = 0
    target = memoryview(bytearray(_UNPACKED_BYTES))
    try:
        with ByteStream(path, packing, start) as stream:
            while count < expected and (filled := stream.read_into(target)):
                count += filled
    except PackedDataError:
        pass
    return count >= expected

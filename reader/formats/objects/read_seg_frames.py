"""The frames of a segmentation, decoded one at a time, whatever they are stored as."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.text import say
from reader.formats.objects.read_object import read_to_pixels, refusal, whole_number
from reader.formats.pixels.codec_frame import CodecError, CodecStartError
from reader.formats.pixels.codec_frame import FrameFormat as CodecFormat
from reader.formats.pixels.codec_pool import no_codec_process, shared_pool
from reader.formats.plain_file import open_plain

if TYPE_CHECKING:
    from pydicom import Dataset

_BIG_ENDIAN: Final = "1.2.840.10008.1.2.2"
_DEFLATED_FILE: Final = "1.2.840.10008.1.2.1.99"
_DEFLATED_FRAMES: Final = "1.2.840.10008.1.2.8.1"
_RLE: Final = "1.2.840.10008.1.2.5"
_NATIVE: Final = frozenset(
    {"", "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", _BIG_ENDIAN, _DEFLATED_FILE}
)
_PIXEL_DATA: Final = 0x7FE0_0010
_ITEM: Final = 0xFFFE_E000
_SEQUENCE_END: Final = 0xFFFE_E0DD
_UNDEFINED: Final = 0xFFFF_FFFF
_MOST_PIXELS: Final = 1 << 28
_MOST_FRAMES: Final = 1_000_000
_BITS: Final = (1, 8, 16)


@dataclass(frozen=True, slots=True)
class FrameFormat:
    """How the frames of one object are stored."""

    rows: int
    columns: int
    count: int
    bits: int
    transfer_syntax_uid: str
    little_endian: bool
    is_words: bool
    """Stored as 16-bit words (OW), which big-endian files turn round."""

    @property
    def pixels(self) -> int:
        """How many a frame has."""
        return self.rows * self.columns


class SegFrames:
    """Reads frames from an open file. Use it in a `with`; for one thread.

    Source: DICOM PS3.5 8.1.1 (1-bit pixels, packed without gaps between frames), A.4.
    """

    def __init__(self, path: Path) -> None:
        """Open and read the header, which is `dataset`.

        Raises: UnreadableError: it claims what cannot be. OSError, and whatever pydicom
            raises on a damaged header.
        """
        self.dataset, place = read_to_pixels(path)
        self._file: BinaryIO = open_plain(path)
        try:
            self._file.seek(place)
            self._memory: bytes | None = None
            self._start, self._length, self._fragments = 0, 0, list[tuple[int, int]]()
            self._offsets: tuple[int, ...] = ()
            syntax = str(getattr(self.dataset.file_meta, "TransferSyntaxUID", ""))
            is_words = self._find_pixels(path, syntax)
            self.format = _format_of(self.dataset, syntax, is_words)
            self._frames = self._group() if syntax not in _NATIVE else []
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> SegFrames:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def frame(self, number: int) -> NDArray[Any]:
        """Frame `number` (from 0) as rows x columns of uint8 or uint16.

        Raises: UnreadableError: it is not all there or cannot be decoded.
        """
        if self.format.transfer_syntax_uid in _NATIVE:
            return self._native(number)
        parts = []
        for offset, length in self._frames[number]:
            self._file.seek(offset)
            parts.append(self._file.read(length))
        return _decoded(b"".join(parts), self.format)

    def _native(self, number: int) -> NDArray[Any]:
        about = self.format
        begin = number * about.pixels * about.bits
        end = begin + about.pixels * about.bits
        step = 16 if about.is_words and not about.little_endian else 8
        first, last = begin // step * step // 8, -(-end // step) * step // 8
        if -(-end // 8) > self._length:
            raise refusal(say("The pixels of the segmentation are not all there."))
        raw = self._read(first, min(last, self._length) - first)
        if step == 16 and about.bits < 16:
            raw = np.frombuffer(raw[: len(raw) // 2 * 2], ">u2").astype("<u2").tobytes()
        if about.bits == 1:
            bits = np.unpackbits(np.frombuffer(raw, np.uint8), bitorder="little")
            return bits[begin - 8 * first :][: about.pixels].reshape(about.rows, about.columns)
        kind = np.dtype(np.uint8 if about.bits == 8 else "<u2" if about.little_endian else ">u2")
        values = np.frombuffer(raw, np.uint8)[begin // 8 - first :][: about.pixels * kind.itemsize]
        shaped = values.view(kind).reshape(about.rows, about.columns)
        return shaped.astype(kind.newbyteorder("="))

    def _read(self, offset: int, length: int) -> bytes:
        if self._memory is not None:
            return self._memory[offset : offset + length]
        self._file.seek(self._start + offset)
        return self._file.read(length)

    def _find_pixels(self, path: Path, syntax: str) -> bool:
        """Note where the pixels lie. Returns: whether they are words."""
        if syntax == _DEFLATED_FILE:
            from pydicom import dcmread

            pixels = dcmread(path, force=True)["PixelData"]
            self._memory = bytes(pixels.value)
            self._length = len(self._memory)
            return pixels.VR == "OW"
        order = "big" if syntax == _BIG_ENDIAN else "little"
        head = self._file.read(12)
        tag = int.from_bytes(head[:2], order) << 16 | int.from_bytes(head[2:4], order)  # type: ignore[arg-type]
        if len(head) < 12 or tag != _PIXEL_DATA:
            raise refusal(say("The segmentation has no pixels."))
        explicit = head[4:6] in (b"OB", b"OW", b"UN")
        length = int.from_bytes(head[8:12] if explicit else head[4:8], order)  # type: ignore[arg-type]
        self._start = self._file.tell() if explicit else self._file.tell() - 4
        if length == _UNDEFINED:
            self._find_fragments()
        else:
            self._length = min(length, path.stat().st_size - self._start)
        return head[4:6] == b"OW"

    def _find_fragments(self) -> None:
        self._file.seek(self._start)
        for at in range(_MOST_FRAMES):
            head = self._file.read(8)
            tag = int.from_bytes(head[:2], "little") << 16 | int.from_bytes(head[2:4], "little")
            length = int.from_bytes(head[4:8], "little")
            if tag == _SEQUENCE_END:
                return
            if len(head) < 8 or tag != _ITEM or length == _UNDEFINED:
                break
            place = self._file.tell()
            if at == 0:
                table = self._file.read(length)
                self._offsets = tuple(
                    int(n) for n in np.frombuffer(table[: length // 4 * 4], "<u4")
                )
            else:
                self._fragments.append((place, length))
                self._file.seek(length, 1)
        raise refusal(say("The pixels of the segmentation are not all there."))

    def _group(self) -> list[list[tuple[int, int]]]:
        """The fragments of each frame. Raises: UnreadableError."""
        count, fragments = self.format.count, self._fragments
        if len(fragments) == count:
            return [[fragment] for fragment in fragments]
        if count == 1:
            return [fragments]
        if len(self._offsets) == count and fragments:
            base = fragments[0][0] - 8
            starts = [base + offset for offset in self._offsets]
            ends = [*starts[1:], 1 << 62]
            return [
                [f for f in fragments if start <= f[0] - 8 < end]
                for start, end in zip(starts, ends, strict=True)
            ]
        raise refusal(say("The pixels of the segmentation are not all there."))


def _format_of(dataset: Dataset, syntax: str, is_words: bool) -> FrameFormat:
    rows, columns = whole_number(dataset, "Rows") or 0, whole_number(dataset, "Columns") or 0
    count = whole_number(dataset, "NumberOfFrames")
    count = 1 if count is None else count
    bits = whole_number(dataset, "BitsAllocated") or 0
    possible = (
        0 < rows * columns <= _MOST_PIXELS
        and min(rows, columns) > 0
        and 0 < count <= _MOST_FRAMES
        and bits in _BITS
        and (whole_number(dataset, "SamplesPerPixel") or 1) == 1
    )
    if not possible:
        raise refusal(say("The size of the segmentation is not one that can be."))
    return FrameFormat(rows, columns, count, bits, syntax, syntax != _BIG_ENDIAN, is_words)


def _decoded(raw: bytes, about: FrameFormat) -> NDArray[Any]:
    """A compressed frame. Raises: UnreadableError."""
    size = -(-about.pixels * about.bits // 8)
    if about.transfer_syntax_uid == _DEFLATED_FRAMES:
        return _unpacked(zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, size), about)
    if about.transfer_syntax_uid == _RLE:
        return _unpacked(_run_lengths(raw, size, 2 if about.bits == 16 else 1), about)
    depth = max(about.bits, 8)
    wanted = CodecFormat(
        about.transfer_syntax_uid, "MONOCHROME2", about.rows, about.columns, 1,
        depth, about.bits, about.bits - 1, signed=False,
    )  # fmt: skip
    decoded = np.empty(wanted.shape, wanted.dtype)
    try:
        shared_pool().decode(raw, wanted, decoded.reshape(-1).view(np.uint8).data)
    except CodecStartError as error:
        raise no_codec_process() from error
    except (CodecError, KeyError) as error:
        raise refusal(say("The pixels of the segmentation cannot be decoded.")) from error
    return decoded


def _unpacked(raw: bytes, about: FrameFormat) -> NDArray[Any]:
    if len(raw) * 8 < about.pixels * about.bits:
        raise refusal(say("The pixels of the segmentation are not all there."))
    if about.bits == 1:
        bits = np.unpackbits(np.frombuffer(raw, np.uint8), bitorder="little")
        return bits[: about.pixels].reshape(about.rows, about.columns)
    kind = np.dtype(np.uint8 if about.bits == 8 else "<u2")
    values = np.frombuffer(raw, kind)[: about.pixels]
    return values.reshape(about.rows, about.columns).astype(kind.newbyteorder("="))


def _run_lengths(raw: bytes, size: int, planes: int) -> bytes:
    """A frame of DICOM RLE; with two planes the high bytes come first.

    pydicom's own takes no 1-bit frames. Source: DICOM PS3.5 annex G.
    """
    count = int.from_bytes(raw[:4], "little")
    starts = [int.from_bytes(raw[4 + 4 * n : 8 + 4 * n], "little") for n in range(planes)]
    if count != planes:
        raise refusal(say("The pixels of the segmentation are not all there."))
    ends = [*starts[1:], len(raw)]
    parts = [
        _packbits(raw[start:end], size // planes) for start, end in zip(starts, ends, strict=True)
    ]
    return parts[0] if planes == 1 else _interleaved(parts)


def _interleaved(parts: Sequence[bytes]) -> bytes:
    """Little-endian words from their high and their low bytes."""
    high, low = (np.frombuffer(part, np.uint8) for part in parts)
    length = min(len(high), len(low))
    return np.stack([low[:length], high[:length]], axis=1).tobytes()


def _packbits(raw: bytes, size: int) -> bytes:
    out = bytearray()
    at = 0
    while at < len(raw) and len(out) < size:
        head = raw[at]
        at += 1
        if head < 128:
            out += raw[at : at + head + 1]
            at += head + 1
        elif head > 128:
            out += raw[at : at + 1] * (257 - head)
            at += 1
    return bytes(out[:size])
